"""A list within a sentence: its last item joined by a word, items that are lists kept apart."""

import pytest

from quyu.words import LANGUAGES, words


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
