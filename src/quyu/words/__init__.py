"""What a reader reads, in three languages: one catalogue of sentences for each."""

from quyu.words.catalogue import LANGUAGES, Words, words
from quyu.words.scripts import isolated, simplified, traditional, unmarked

__all__ = ["LANGUAGES", "Words", "isolated", "simplified", "traditional", "unmarked", "words"]
