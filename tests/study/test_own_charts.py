"""Charts of one's own values: a row for each label, curves by year, called as on a page."""

import re

import pandas as pd
import pytest

YEAR = 2023


@pytest.fixture
def s(opened):
    return opened("en")


def told(drawing):
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg)


def test_a_series_is_a_row_for_each_unit_with_its_value(s):
    drawn = s.chart(pd.Series({"210000": 3.25, "220000": -1.5}), legend="points")
    assert drawn.alt == "points: Liaoning 3.25; Jilin −1.50"
    assert {"Liaoning", "Jilin", "3.25", "−1.50", "points"} <= {*told(drawn)}


def test_columns_of_a_frame_of_ours_are_called_as_on_a_page(s):
    out = s.audit("goal_out", YEAR)
    drawn = s.chart(out[["name", "mean", "most"]])
    assert {"Mean shift", "Max."} <= {*told(drawn)}
    assert all(
        f"{row['name']} {row['mean']:.3g}" in drawn.alt
        for _, row in out.iterrows()
        if row["mean"] >= 1
    )


def test_a_legend_of_several_columns_is_told_beside_their_names(s):
    frame = pd.DataFrame({"mine": [1.0, 2.0], "yours": [3.0, 4.0]}, index=["210000", "220000"])
    for index in (frame.index, pd.Index([2019, 2020], name="year")):
        drawn = s.chart(frame.set_axis(index), legend="points of mine")
        assert {"mine", "yours", "points of mine"} <= {*told(drawn)}
        assert drawn.alt.startswith("points of mine")


def test_what_is_indexed_by_year_is_a_curve(s):
    spread = s.series("rd_intensity").std(axis=1)
    drawn = s.chart(spread, legend="spread")
    assert {"2019", "2023", "spread"} <= {*told(drawn)}


@pytest.mark.parametrize(
    "wrong",
    [
        pd.Series(dtype=float),
        pd.DataFrame({"a": ["x"]}),
        pd.DataFrame({n: [1.0] for n in "abcdefg"}),
    ],
)
def test_what_no_chart_holds_is_refused(s, wrong):
    with pytest.raises(
        ValueError, match="a chart holds 1–6 columns of numbers in 1–60 rows; these are"
    ):
        s.chart(wrong)


def test_years_behind_are_those_of_the_pages(s):
    found = s.behind(YEAR)
    assert found.loc["210000", "gdp_per_head"] > 0 > found.loc["110000", "gdp_per_head"]
    assert found.attrs["heads"]["gdp_per_head"] == "GDP per head"
