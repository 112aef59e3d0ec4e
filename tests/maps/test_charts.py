"""Charts draw plain frames: gaps stay gaps, names stay text, nothing leaves the sheet."""

import re

import numpy as np
import pandas as pd
import pytest

from quyu.maps import charts
from quyu.maps.palette import YLGNBU
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
STANDING = frame(unit=[50, np.nan, 20], group=[45, 40, 20], nation=[50, 45, 30]).assign(
    low=5, high=90
)
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
SHADES = {"breaks": dict.fromkeys(GOALS, (20, 40, 60, 80)), "palette": YLGNBU}
ORDER = {"colours": COLOURS, "names": NAMES, "say": SAY}
MADE = {
    "spread": lambda: charts.spread(SCORES, colour=BLUE, region=HOSTILE, say=SAY),
    "slope": lambda: charts.slope(
        YEARS.T.rename(NAMES)[[2021, 2023]], years=(2021, 2023),
        groups=pd.Series("東部", index=NAMES.to_list()), say=SAY,
    ),
    "ranking": lambda: charts.ranking(YEARS.loc[2021], **ORDER),
    "intervals": lambda: charts.intervals(DOUBT, **ORDER),
    "shares": lambda: charts.shares(SCORES["nation"] / 100, limit=0.3, say=SAY),
    "heat": lambda: charts.heat(SCORES.T.set_axis(NAMES.to_list()), **SHADES),
    "completeness": lambda: charts.completeness(
        pd.DataFrame({2022: [3, 0, 1], 2023: [3, 3, 2]}, index=GOALS), full=3
    ),
    "curves": lambda: charts.curves(YEARS, colours=COLOURS, label="score", reference=40.0),
    "dots": lambda: charts.dots(STANDING, name=HOSTILE, group="East", colour=BLUE, say=SAY),
    "trend": lambda: charts.trend(
        YEARS, focus=["a", "b"], tinted=["c"], colour=BLUE, names=NAMES, say=SAY
    ),
    "ridges": lambda: ridges(BELLS, colours=dict.fromkeys(BELLS["name"], BLUE), label="yuan"),
    "positions": lambda: charts.positions(RANKS, colour=BLUE, say=SAY),
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
    "trend": ["50.0", "40.0"],
    "ridges": ["Alpha", "2022", "2023", "5,000", "yuan"],
    "positions": ["1", "12"],
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


def test_ridges_of_all_panels_are_on_one_scale():
    figure = ridges(BELLS, colours=dict.fromkeys(BELLS["name"], BLUE), label="yuan")
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert len(panels) == 3
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in panels}) == 1
    tops = [line.get_ydata().max() - line.get_ydata()[0] for line in panels[1].lines]
    assert tops[0] == pytest.approx(2.6)  # the year whose density is the highest of all


def test_a_value_on_a_break_is_in_the_class_above_it():
    one = pd.DataFrame({"goal": [20.0, 19.9]}, index=["a", "b"])
    svg = picture(charts.heat(one, breaks={"goal": [20, 40, 60, 80]}, palette=YLGNBU), "x").svg
    assert re.findall(r"fill: (#a1dab4|#ffffcc)", svg) == ["#a1dab4", "#ffffcc"]
