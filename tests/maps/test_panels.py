"""Panels: every mark stands where its figure says, and no text is cut or falls below ten pixels."""

import re

import pandas as pd
import pytest

from quyu.maps.panels import LARGE, MARKS, SIDE, TYPE, WIDTH, course, panels, ranked, titled

NARROWEST = 216  # pixels: `minmax` of .panels in style.css


def places(**changes):
    rows = {"share": [1.0, 0.5, None], "told": ["1", "16", "—"], "hollow": [False, True, False]}
    return pd.DataFrame(rows | changes, index=["first", "<b>middle</b>", "none"])


def test_a_rank_stands_at_its_share_of_the_line():
    svg = ranked(places(), title="Goal", alt="Two ranks.", ends=("last", "first"))
    seen = re.findall(r'<circle cx="([\d.]+)"[^>]*fill="([^"]+)"', svg)
    assert seen == [(f"{WIDTH - SIDE}", "#111111"), (f"{WIDTH / 2:g}", "#fff")]
    assert "&lt;b&gt;middle" in svg and "<b>" not in svg and "nan" not in svg


def test_a_long_name_is_set_closer_and_not_cut():
    frame = places().rename(index={"first": "x" * 90})
    svg = ranked(frame, title="T" * 60, alt="Ranks.", ends=("last", "first"))
    assert svg.count("textLength") == 2 and "x" * 90 in svg


def test_a_course_has_its_lines_at_their_values_and_its_ends_written():
    years = pd.DataFrame(
        {"nation": [0.0, 50.0, 100.0], "own": [None, 20.0, 80.0]}, [2019, 2020, 2021]
    )
    styles = {"nation": ("#444", 1.0, "4 3"), "own": ("#111", 2.0, "")}
    svg = course(years, styles, ends=(0, 100), title="Index", alt="It rose.", height=100)
    nation, own = re.findall(r'stroke-dasharray="[^"]*" d="M([^"]*)"', svg)
    heights = [float(point.split(",")[1]) for point in nation.split()]
    assert heights[0] - heights[2] == 100 and heights[1] * 2 == heights[0] + heights[2]
    assert len(own.split()) == 2 and "nan" not in svg
    texts = re.findall(r">([^<]+)</text>", svg)
    assert texts == ["Index", "20.0", "80.0", "2019", "2021"]


def test_a_long_title_of_a_course_takes_two_lines_and_all_courses_are_of_one_height():
    years = pd.DataFrame({"own": [20.0, 80.0]}, [2019, 2020])
    titles = ["Brand building", "Quality and returns of economic development"]
    assert [len(titled(title)) for title in titles] == [1, 2]
    options = {"ends": (0, 100), "alt": "Up.", "lines": 2}
    drawn = [course(years, {"own": ("#111", 2.0, "")}, title=t, **options) for t in titles]
    heights = {re.search(r'viewBox="0 0 300 (\d+)"', svg)[1] for svg in drawn}
    assert len(heights) == 1 and "textLength" not in "".join(drawn)


def test_type_keeps_ten_pixels_in_the_narrowest_place():
    assert TYPE * NARROWEST / WIDTH >= 10


def test_type_of_a_course_keeps_eight_points_on_a_quarter_of_a_sheet():
    quarter = ((210 - 2 * 11) / 25.4 * 72 - 3 * 12) / 4  # points: @page and .panels in style.css
    assert LARGE * quarter / WIDTH >= 7.8


def test_panels_stand_under_what_their_marks_mean():
    made = panels(["<svg/>", "<svg/>"], [("dot", "#111", "<own>")], kind="three")
    assert made.count("<svg/>") == 2 and f">{MARKS['dot']}</b> &lt;own&gt;" in made
    with pytest.raises(ValueError, match="alt text"):
        ranked(places(), title="t", alt=" ", ends=("a", "b"))
