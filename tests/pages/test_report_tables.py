"""Tables say what is missing, and show hostile text as text."""

import re

import pandas as pd
import pytest

from quyu.pages.tables import table
from quyu.words import LANGUAGES, words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_missing_is_set_apart_in_every_language(lang):
    missing = words(lang)("missing")
    html = table(pd.DataFrame({"a": ["x"], "b": [missing]}), title="t").data
    assert f'<td class="missing">{missing}</td>' in html


def test_table_escapes_everything_and_groups():
    evil = "<img src=x onerror=alert(1)>"
    frame = pd.DataFrame(
        {evil: ["a", "未公布"], "n": ["1", "2"], "cell": [evil, ""], "g": [evil, "other"]}
    )
    html = table(frame, title=evil, note=evil, group="g", numbers=["n"], focus=["a"]).data
    assert "<img" not in html
    assert html.count("&lt;img") == 5  # title, note, column, group, cell
    assert html.count('class="group"') == 2
    assert 'class="focus"' in html
    assert 'class="missing"' in html
    assert '<td class="n">1</td>' in html


def test_only_a_table_with_room_to_spare_does_without_its_frame():
    def kind(cell, columns=3):
        frame = pd.DataFrame({f"c{n}": [cell] for n in range(columns)})
        return re.search('class="([^"]*)"', table(frame, title="t", kind="long").data)[1]

    assert kind("x") == "table long fits"
    assert kind("x", columns=40) == "table long"
    assert kind("名" * 5000) == "table long"
