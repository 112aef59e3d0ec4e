"""The door of the index room: what a matrix must look like."""

import numpy as np
import pandas as pd
import pytest

from quyu.index.derive import panel_of


def test_years_without_rows_stay_in_the_calendar():
    rows = pd.MultiIndex.from_tuples([("b", 2022), ("a", 2019), ("b", 2019)])
    panel = panel_of(pd.DataFrame({"x": [1, 2, 3]}, index=rows), also=(2024,))
    assert list(panel.years) == [2019, 2020, 2021, 2022, 2023, 2024]
    assert list(panel.units) == ["b", "a"]
    np.testing.assert_array_equal(
        panel.figures["x"], [[3, np.nan, np.nan, 1, np.nan, np.nan], [2, *[np.nan] * 5]]
    )


def test_units_may_be_anything_hashable():
    rows = pd.MultiIndex.from_tuples([(7, 2020), (("x", 1), 2020)])
    assert len(panel_of(pd.DataFrame({"x": [1.0, 2.0]}, index=rows)).units) == 2


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (pd.DataFrame({"x": [1.0]}, index=["a"]), "must be indexed by .unit, year."),
        (
            pd.DataFrame({"x": []}, index=pd.MultiIndex.from_arrays([[], []])),
            "holds no figures",
        ),
        (
            pd.DataFrame({"x": [1.0]}, index=pd.MultiIndex.from_tuples([("a", "2020")])),
            "years as whole numbers",
        ),
        (
            pd.DataFrame({"x": [1.0]}, index=pd.MultiIndex.from_tuples([("a", 2020.5)])),
            "years as whole numbers",
        ),
        (
            pd.DataFrame({"x": [1.0, 2.0]}, index=pd.MultiIndex.from_tuples([("a", 2020)] * 2)),
            "unit 'a', year 2020 more than once",
        ),
        (
            pd.DataFrame({"x": ["1"]}, index=pd.MultiIndex.from_tuples([("a", 2020)])),
            "'x' holds .*must be a number",
        ),
        (
            pd.DataFrame({"x": [True]}, index=pd.MultiIndex.from_tuples([("a", 2020)])),
            "'x' holds bool",
        ),
        (
            pd.DataFrame({"x": [np.inf]}, index=pd.MultiIndex.from_tuples([("a", 2020)])),
            "'x' is infinite at unit 'a', year 2020",
        ),
        (
            pd.DataFrame(
                [[1.0, 2.0]], columns=["x", "x"], index=pd.MultiIndex.from_tuples([("a", 2020)])
            ),
            "column 'x' more than once",
        ),
    ],
)
def test_refuses(matrix, message):
    with pytest.raises(ValueError, match=message):
        panel_of(matrix)
