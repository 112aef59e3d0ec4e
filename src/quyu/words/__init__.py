"""What a reader reads, in three languages: one catalogue of sentences for each."""

from quyu.words.catalogue import LANGUAGES, Words, words
from quyu.words.scripts import isolated, simplified, unmarked

__all__ = ["LANGUAGES", "Words", "isolated", "simplified", "unmarked", "words"]
