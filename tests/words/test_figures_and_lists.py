"""Figures read the same in every language; a list within a sentence is joined by each one's words."""

import math

import pytest

from quyu.words import LANGUAGES, words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_as_text(lang):
    say = words(lang)
    assert say.number(-3.25) == "−3.2"
    assert say.number(-0.01) == "0.0"
    assert say.number(0.04, sign=True) == "0.0"
    assert say.significant(0.00012345) == "0.000123"
    assert say.significant(1234.5) == "1,234"
    missing = say("missing")
    assert {say.number(math.nan), say.significant(None), say.place(math.nan)} == {missing}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ["", "a", "a and b", "a, b and c"]),
        ("zh-hant", ["", "a", "a、b", "a、b、c"]),
        ("zh-hans", ["", "a", "a、b", "a、b、c"]),
    ],
)
def test_a_list_of_any_length(lang, told):
    assert [words(lang).join("abc"[:n]) for n in range(4)] == told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_items_that_hold_a_list_are_set_further_apart(lang):
    say = words(lang)
    commas = [f"a{say('join')}b", "c"]
    assert say.join(commas) == f"a{say('join')}b{say('join_apart')}c"
    assert say("join_apart") != say("join")


def test_what_is_no_text_is_joined_too():
    assert words("en").join([1, 2, 3]) == "1, 2 and 3"
