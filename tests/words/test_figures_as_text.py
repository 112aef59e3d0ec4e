"""Figures read the same in every language; only what is missing is said in words."""

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
