"""Where scales begin and end, and which values lie beyond."""

import numpy as np
import pandas as pd
import pytest

from quyu.index.normalise import beyond, goalposts

ROWS = pd.MultiIndex.from_product([["a", "b", "c"], [2020]], names=["unit", "year"])


def test_least_and_greatest_of_the_panel():
    posts = goalposts(pd.DataFrame({"x": [1.0, 5.0, np.nan]}, index=ROWS))
    assert posts.loc["x"].to_dict() == {"low": 1, "high": 5, "mean": 3, "sd": 8**0.5}


def test_winsorised_goalposts_leave_the_excess_outside_and_list_it():
    rows = pd.MultiIndex.from_product([range(5), [2020]], names=["unit", "year"])
    table = pd.DataFrame({"x": [0.0, 10, 20, 30, 40]}, index=rows)
    posts = goalposts(table, quantiles=(0.25, 0.75))
    assert posts.loc["x", ["low", "high"]].tolist() == [10, 30]
    assert beyond(table, posts)[["unit", "value"]].to_numpy().tolist() == [[0, 0], [4, 40]]


def test_nothing_is_beyond_its_own_goalposts():
    table = pd.DataFrame({"x": [0.1, 0.2, 0.1 + 0.2]}, index=ROWS)
    assert beyond(table, goalposts(table)).empty


def test_a_logarithm_with_other_last_digits_is_not_beyond():
    posts = pd.DataFrame({"low": [-10.6], "high": [-6.59]}, index=["x"])
    there = [np.nextafter(-10.6, -11), np.nextafter(-6.59, 0), -6.58]
    table = pd.DataFrame({"x": there}, index=ROWS)
    assert beyond(table, posts)["value"].tolist() == [-6.58]


@pytest.mark.parametrize("values", [[3.0, 3.0, 3.0], [3.0, np.nan, np.nan], [np.nan] * 3])
def test_no_range_names_the_indicator(values):
    with pytest.raises(ValueError, match="'flat' has no range"):
        goalposts(pd.DataFrame({"fine": [1.0, 2, 3], "flat": values}, index=ROWS))


def test_a_cell_beyond_is_listed_with_its_own_goalposts():
    posts = pd.DataFrame({"low": [0.0, 10.0], "high": [5.0, 20.0]}, index=["x", "y"])
    table = pd.DataFrame({"x": [6.0, 5.0, -1.0], "y": [10.0, 9.0, 20.0]}, index=ROWS)
    expected = [
        ("a", 2020, "x", 6.0, 0.0, 5.0),
        ("b", 2020, "y", 9.0, 10.0, 20.0),
        ("c", 2020, "x", -1.0, 0.0, 5.0),
    ]
    found = beyond(table, posts)
    assert list(found) == ["unit", "year", "indicator", "value", "low", "high"]
    assert [*found.itertuples(index=False, name=None)] == expected
    assert found.index.tolist() == [0, 1, 2]
