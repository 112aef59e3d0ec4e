"""What a reader reads, in three languages: one catalogue of sentences for each."""

from quyu.words.catalogue import LANGUAGES, Words, words
from quyu.words.script import simplified, traditional

__all__ = ["LANGUAGES", "Words", "simplified", "traditional", "words"]
