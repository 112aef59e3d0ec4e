import re

import pytest

from quyu.words import LANGUAGES, simplified, words
from quyu.words.catalogue import _read, places

HAN = re.compile(r"[\u3400-\u9fff]")


def test_every_sentence_stands_in_every_catalogue():
    written = set(_read("zh-hant"))
    # The prose of a notebook is written in the notebook itself; only its English is in a catalogue.
    translated = {key for key in _read("en") if not key.startswith("notebook.")}
    assert translated == written
    assert set(_read("zh-hans")) <= written
    assert set(words("zh-hans").texts) == written


def test_every_sentence_has_the_same_places_in_every_language():
    english = _read("en")
    odd = [
        key
        for key, text in _read("zh-hant").items()
        if places(text) != places(english.get(key, text))
    ]
    assert not odd


def test_simplified_sentences_hold_no_traditional_character():
    odd = {key: text for key, text in words("zh-hans").texts.items() if simplified(text) != text}
    assert not odd


def test_english_sentences_hold_chinese_only_where_it_is_marked():
    bare = re.compile(r'<(\w+) lang="zh-Hant">.*?</\1>')
    odd = {key: text for key, text in _read("en").items() if HAN.search(bare.sub("", text))}
    assert not odd


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_sentence_or_a_missing_value_is_refused_by_name(lang):
    with pytest.raises(ValueError, match=f"{lang} has no sentence 'nothing'"):
        words(lang)("nothing")
    with pytest.raises(ValueError, match=r"'rank'.*has a place 'rank'"):
        words(lang)("rank", range=3)
