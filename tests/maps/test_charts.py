"""Charts draw plain frames: gaps stay gaps, names stay text, nothing leaves the sheet."""

import re

import numpy as np
import pandas as pd
import pytest

from quyu.maps import charts
from quyu.maps.palette import PUOR, Classes
from quyu.maps.picture import picture
from quyu.maps.ridges import ridges
from quyu.words import words

SAY = words("en")
HOSTILE, LONG = "<b>$x$</b> & co", "a very long name " * 20
NAMES = pd.Series({"a": "Alpha", "b": HOSTILE, "c": LONG})
UNITS, GOALS = list(NAMES.index), ["Goal one", HOSTILE, LONG]
BLUE = "#0072B2"


def frame(**columns):
    return pd.DataFrame(columns, index=GOALS)


SCORES = frame(a=[50.0, 60, np.nan], b=[40.0, np.nan, 20], nation=[45.0, 55, 30])
RANKS = frame(rank=[1, np.nan, 12], of=[31, 31, 12], goal=["x", "x", "y"]).assign(
    evidence="direct", place=["1/31", "", "12/12"]
)
YEARS = pd.DataFrame(
    {"a": [50.0, 52, 51], "b": [np.nan, 40, 42], "c": [30.0, 31, 33]}, [2021, 2022, 2023]
)
DOUBT = pd.DataFrame(
    {"nominal": [1, 2, np.nan], "low": [1, 1, np.nan], "high": [2, 3, np.nan]}, UNITS
)
BELLS = pd.DataFrame(
    {
        "name": np.repeat([HOSTILE, "Alpha", LONG], 6),
        "year": ([2022] * 3 + [2023] * 3) * 3,
        "value": [0, 5000, 10000] * 6,
        "density": [0, 2e-4, 0, 0, 1e-4, 1e-4] * 3,
    }
)
COLOURS = pd.Series(BLUE, index=UNITS)
SHADES = {"classes": dict.fromkeys(GOALS, Classes((20, 40, 60, 80)))}
ORDER = {"colours": COLOURS, "names": NAMES, "marks": {HOSTILE: BLUE}}
MADE = {
    "spread": lambda: charts.spread(SCORES, colour=BLUE, region=HOSTILE, say=SAY),
    "slope": lambda: charts.slope(
        YEARS.T.rename(NAMES)[[2021, 2023]], years=(2021, 2023),
        groups=pd.Series("東部", index=NAMES.to_list()), colours={"東部": BLUE}, nation=(50.0, 52.0), say=SAY,
    ),
    "ranking": lambda: charts.ranking(YEARS.loc[2021], **ORDER),
    "intervals": lambda: charts.intervals(DOUBT, **ORDER),
    "shares": lambda: charts.shares(SCORES["nation"] / 100, limit=0.3, say=SAY),
    "heat": lambda: charts.heat(SCORES.T.set_axis(NAMES.to_list()), **SHADES),
    "completeness": lambda: charts.completeness(
        pd.DataFrame({2022: [3, 0, 1], 2023: [3, 3, 2]}, index=GOALS), full=3
    ),
    "curves": lambda: charts.curves(YEARS, colours=COLOURS, label="score", reference=40.0),
    "ridges": lambda: ridges(BELLS, colours=dict.fromkeys(BELLS["name"], BLUE), label="yuan"),
    "matrix": lambda: charts.matrix(
        pd.DataFrame([[np.nan, 0.9, 1.0], [0.1, np.nan, np.nan], [0.0, 0.3, np.nan]], NAMES, NAMES),
        classes=Classes((0.5,), (PUOR[1], PUOR[4])), told=["ahead", HOSTILE], label="place",
    ),
    "stacked": lambda: charts.stacked(
        pd.DataFrame({HOSTILE: [0.2, np.nan, 1], "rest": [0.8, np.nan, 0]}, NAMES),
        colours={HOSTILE: BLUE, "rest": PUOR[1]},
    ),
    "nested": lambda: charts.nested(
        frame(part=[0.2, np.nan, -0.1], whole=[0.5, np.nan, 0.1], whole_half=[0.1, np.nan, 0]),
        names=("alone", HOSTILE),
    ),
    "pairs": lambda: charts.pairs(
        pd.DataFrame({"a": [0.1, np.nan, 2], "b": [0.3, 0.4, 1]}, NAMES), names=("one", HOSTILE),
        share=True,
    ),
}  # fmt: skip
SAID = {
    "spread": ["Goal one"],
    "slope": ["51.0 Alpha", "Alpha 50.0"],
    "ranking": ["50.0", "30.0"],
    "intervals": ["Alpha"],
    "shares": ["45%"],
    "heat": ["50", "Alpha"],
    "completeness": ["22", "23", "1"],
    "curves": ["score", "a", "c"],
    "dots": ["50", "20"],
    "ridges": ["Alpha", "2022", "2023", "5,000", "yuan"],
    "matrix": ["Alpha", "ahead", "place"],
    "stacked": ["Alpha", "rest", "100%"],
    "nested": ["Goal one", "0.50", "alone"],
    "pairs": ["Alpha", "one", "100%"],
}


@pytest.mark.parametrize("chart", MADE)
def test_a_chart_draws_a_frame_with_gaps_and_names_of_any_kind(chart):
    svg = picture(MADE[chart](), "a chart").svg
    said = [text.strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    for text in SAID[chart]:
        assert any(each.startswith(text.strip()) for each in said), (text, said)
    assert "<b>" not in svg and "nan" not in said
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    assert width == 360 and 50 < height < 400


@pytest.mark.parametrize("chart", MADE)
def test_nothing_leaves_the_sheet(chart):
    figure = MADE[chart]()
    around, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert around.x0 > -0.02 and around.x1 < width + 0.02
    assert around.y0 > -0.02 and around.y1 < height + 0.02


def test_ridges_of_all_panels_are_on_one_scale():
    figure = ridges(BELLS, colours=dict.fromkeys(BELLS["name"], BLUE), label="yuan")
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert len(panels) == 3
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in panels}) == 1
    tops = [line.get_ydata().max() - line.get_ydata()[0] for line in panels[1].lines]
    assert tops[0] == pytest.approx(2.6)  # the year whose density is the highest of all


def test_a_value_on_a_break_is_in_the_class_above_it():
    one = pd.DataFrame({"goal": [20.0, 19.9]}, index=["a", "b"])
    svg = picture(charts.heat(one, classes={"goal": Classes((20, 40, 60, 80))}), "x").svg
    assert re.findall(r"fill: (#a1dab4|#ffffcc)", svg) == ["#a1dab4", "#ffffcc"]


def test_a_slope_names_the_median_that_changes_are_told_against():
    figure = MADE["slope"]()
    (axes,) = figure.axes
    told = [text.get_text() for text in axes.texts]
    median = SAY("comparison.national_median")
    assert f"{median} 50.0" in told and f"52.0 {median}" in told
    assert sum(line.get_linestyle() not in ("-", "None") for line in axes.lines) == 1
