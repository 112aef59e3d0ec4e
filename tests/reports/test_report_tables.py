"""Tables say what is missing, and show hostile text as text."""

import math

import pandas as pd

from quyu.reports.tables import MISSING, number, significant, table


def test_numbers():
    assert number(-3.25) == "−3.2"
    assert number(-0.01) == "0.0"
    assert number(0.04, sign=True) == "0.0"
    assert number(math.nan) == number(None) == MISSING
    assert significant(0.00012345) == "0.000123"
    assert significant(1234.5) == "1,234"


def test_table_escapes_everything_and_groups():
    evil = "<img src=x onerror=alert(1)>"
    frame = pd.DataFrame(
        {evil: ["a", MISSING], "n": ["1", "2"], "cell": [evil, ""], "g": [evil, "other"]}
    )
    html = table(frame, title=evil, note=evil, group="g", numbers=["n"], focus=["a"]).data
    assert "<img" not in html
    assert html.count("&lt;img") == 5  # title, note, column, group, cell
    assert html.count('class="group"') == 2
    assert 'class="focus"' in html
    assert 'class="missing"' in html
    assert '<td class="n">1</td>' in html
