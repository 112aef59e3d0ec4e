"""What may stand in for an unpublished figure, and how it is flagged."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.index.impute import impute

N = None


def filled(series, *, years=None, first=2019, **rule):
    calendar = list(range(first, first + len(series)))
    rows = pd.MultiIndex.from_product([["a"], calendar], names=["unit", "year"])
    table = pd.DataFrame({"x": series}, index=rows, dtype=float)
    values, flags = impute(table, years=tuple(years or calendar), **rule)
    return values["x"].tolist(), flags["x"].tolist()


def same(left, right):
    np.testing.assert_array_equal(np.array(left, float), np.array(right, float))


@pytest.mark.parametrize(
    ("series", "expected", "flags"),
    [
        ([1, N, 3], [1, 2, 3], ["", "interpolated", ""]),
        ([1, N, N, 4], [1, 2, 3, 4], ["", "interpolated", "interpolated", ""]),
        ([1, N, N, N, 5], [1, N, N, N, 5], [""] * 5),  # too long: not even its first two years
        ([N, 2, 3], [2, 2, 3], ["carried", "", ""]),
        ([1, 2, N], [1, 2, 2], ["", "", "carried"]),
        ([1, 2, N, N], [1, 2, 2, N], ["", "", "carried", ""]),
        ([N, N, 2, 1], [N, 2, 2, 1], ["", "carried", "", ""]),
        ([N, N, N], [N, N, N], ["", "", ""]),
        ([N, 5, N], [5, 5, 5], ["carried", "", "carried"]),
        ([1, 2, 3], [1, 2, 3], ["", "", ""]),
    ],
)
def test_near_years(series, expected, flags):
    values, told = filled(series)
    same(values, expected)
    assert told == flags


def test_the_reach_is_a_choice():
    same(filled([1, N, N, N, 5], interior=3)[0], [1, 2, 3, 4, 5])
    same(filled([1, N, 3], interior=0)[0], [1, N, 3])
    same(filled([1, N, N], edge=2)[0], [1, 1, 1])
    same(filled([1, N, N], edge=0)[0], [1, N, N])


def test_years_outside_the_panel_help_but_are_not_returned():
    values, flags = filled([1, N, 3, 4], years=(2020, 2021))
    same(values, [2, 3])
    assert flags == ["interpolated", ""]


def test_a_later_panel_year_does_not_take_a_carried_figure_away():
    same(filled([1, 2, N, N], years=(2019, 2020, 2021))[0], [1, 2, 2])
    same(filled([1, 2, N, N], years=(2019, 2020, 2021, 2022))[0], [1, 2, 2, N])


def test_one_cross_section_stands_in_every_panel_year():
    series = [N, 4, 6, N, N, N, 8]
    values, flags = filled(series, years=(2021, 2022, 2023), structural={"x": True})
    same(values, [6, 6, 6])
    assert flags == ["structural"] * 3
    same(filled(series, structural={"x": (2020,)})[0], [4] * 7)
    same(filled(series, structural={"x": (2020, 2021)})[0], [5] * 7)


def test_a_unit_outside_the_cross_section_stays_missing():
    values, flags = filled([N, N, 3], structural={"x": (2020,)})
    same(values, [N] * 3)
    assert flags == ["", "", ""]


def test_units_do_not_lend_to_each_other():
    rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]])
    values, _ = impute(
        pd.DataFrame({"x": [1, 2, N, N]}, index=rows, dtype=float), years=(2020, 2021)
    )
    same(values["x"], [1, 2, N, N])


@given(st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=8))
def test_published_figures_are_never_touched_and_every_other_is_flagged(series):
    values, flags = filled(series)
    for before, after, flag in zip(series, values, flags, strict=True):
        if before is not None:
            assert (after, flag) == (before, "")
        else:
            assert np.isnan(after) == (flag == "")


def test_a_line_is_drawn_from_wherever_the_gap_begins():
    values, flags = filled([7, 1, N, N, 4, 9])
    same(values, [7, 1, 2, 3, 4, 9])
    assert flags == ["", "", "interpolated", "interpolated", "", ""]


def test_each_cross_section_is_the_mean_of_its_own_years():
    rows = pd.MultiIndex.from_product([["a", "b", "c"], [2020, 2021]], names=["place", "when"])
    table = pd.DataFrame({"x": [2, 4, 7, N, N, N]}, index=rows, dtype=float)
    values, flags = impute(table, years=(2020, 2021), structural={"x": True})
    same(values["x"], [3, 3, 7, 7, N, N])
    assert flags["x"].tolist() == ["structural"] * 4 + [""] * 2
    assert values.index.equals(rows)
    assert values.index.names == flags.index.names == ["place", "when"]
