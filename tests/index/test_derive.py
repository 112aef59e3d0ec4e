"""Derived indicators: exact values, calendar lags, constant prices, and cells that are refused."""

from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.index.derive import derive, panel_of
from quyu.index.formula import expand

YEARS = [2019, 2020, 2021, 2022]


def world(**figures):
    rows = pd.MultiIndex.from_product([["a"], YEARS], names=["unit", "year"])
    return pd.DataFrame(figures, index=rows, dtype=float)


def value(formula, *, base_year=2020, definitions=None, **figures):
    table = derive(world(**figures), {"i": formula}, base_year=base_year, definitions=definitions)
    return table["i"].tolist()


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x + y * 2", [9, 12, 15, 18]),
        ("(x + y) * 2", [10, 14, 18, 22]),
        ("-x - -y", [3, 3, 3, 3]),
        ("+x", [1, 2, 3, 4]),
        ("x / 4", [0.25, 0.5, 0.75, 1]),
        ("7 * x / x", [7, 7, 7, 7]),
        ("x*0 + mean2(6)", [6, 6, 6, 6]),
        ("x*0 + sum3(6)", [18, 18, 18, 18]),
        ("  x  ", [1, 2, 3, 4]),
    ],
)
def test_arithmetic(formula, expected):
    assert value(formula, x=[1, 2, 3, 4], y=[4, 5, 6, 7]) == expected


def test_windows_reach_back_over_calendar_years():
    x = [1, 2, 6, 13]
    np.testing.assert_array_equal(value("mean2(x)", x=x), [np.nan, 1.5, 4, 9.5])
    np.testing.assert_array_equal(value("mean3(x)", x=x), [np.nan, np.nan, 3, 7])
    np.testing.assert_array_equal(value("sum3(x)", x=x), [np.nan, np.nan, 9, 21])
    np.testing.assert_array_equal(value("mean2(x * 2)", x=x), [np.nan, 3, 8, 19])


def test_the_year_before_is_the_calendar_year_not_the_row_above():
    rows = pd.MultiIndex.from_tuples([("a", 2022), ("a", 2020), ("a", 2019)])
    table = derive(pd.DataFrame({"x": [5.0, 3.0, 1.0]}, index=rows), {"i": "mean2(x)"})["i"]
    assert table[("a", 2020)] == 2
    assert isnan(table[("a", 2022)]), "2021 is not there, so 2022 has no mean of two years"


def test_windows_do_not_reach_into_another_unit():
    rows = pd.MultiIndex.from_product([["a", "b"], [2019, 2020]])
    table = derive(pd.DataFrame({"x": [1.0, 2.0, 30.0, 40.0]}, index=rows), {"i": "mean2(x)"})["i"]
    np.testing.assert_array_equal(table, [np.nan, 1.5, np.nan, 35])


def test_chain_moves_the_base_year_both_ways():
    growth = [9, 2, 1.5, 2]  # the first year's growth is never needed
    assert value("chain(level, growth)", level=[1, 8, 99, 99], growth=growth) == [4, 8, 12, 24]
    assert value("chain(1, growth)", level=[0, 0, 0, 0], growth=growth) == [0.5, 1, 1.5, 3]
    assert value("chain(level, growth)", level=[1, 8, 99, 99], growth=growth, base_year=2019) == [
        1, 2, 3, 6,
    ]  # fmt: skip


def test_chain_stops_where_growth_was_not_published():
    assert value("chain(1, g)", g=[None, 2, None, 2])[:2] == [0.5, 1]
    assert all(isnan(x) for x in value("chain(1, g)", g=[None, 2, None, 2])[2:])
    assert all(isnan(x) for x in value("chain(x, x)", x=[1, None, 2, 2]))


def test_missing_parts_give_missing_results():
    assert isnan(value("x / y", x=[None, 1, 1, 1], y=[1, 1, 1, 1])[0])
    assert isnan(value("x / y", x=[1, 1, 1, 1], y=[None, 1, 1, 1])[0])
    assert isnan(value("x / y", x=[None, 1, 1, 1], y=[0, 1, 1, 1])[0]), "no numerator, no error"


def test_division_by_zero_names_the_cell():
    with pytest.raises(ValueError, match=r"'i'.*'x / y' divides by zero at unit 'a', year 2021"):
        value("x / y", x=[1, 1, 0, 1], y=[1, 1, 0, 1])
    with pytest.raises(ValueError, match="divides by zero"):
        value("x / (y - y)", x=[1, 1, 1, 1], y=[1, 1, 1, 1])


def test_growth_must_be_a_positive_ratio():
    with pytest.raises(ValueError, match=r"growth must be a positive ratio.*year 2019"):
        value("chain(1, g)", g=[-1, 1, 1, 1])


def test_chain_needs_its_base_year():
    with pytest.raises(ValueError, match="base year 1999; the figures cover 2019–2022"):
        value("chain(x, x)", x=[1, 1, 1, 1], base_year=1999)


def test_overflow_is_no_number():
    with pytest.raises(ValueError, match="overflows at unit 'a', year 2020"):
        value("x * x", x=[1, 1e200, 1, 1])


def test_definitions_are_named_subformulas():
    definitions = {"real": "chain(x, g)", "twice": "real * 2"}
    assert value("twice / 2", definitions=definitions, x=[1, 8, 1, 1], g=[1, 2, 2, 2]) == [
        4, 8, 16, 32,
    ]  # fmt: skip


def test_unknown_names_get_the_closest_ones():
    with pytest.raises(
        ValueError, match=r"no figure or definition is named 'popultion'.*population"
    ):
        value("popultion", population=[1, 1, 1, 1])


def test_a_definition_may_not_hide_a_figure():
    with pytest.raises(ValueError, match="definition 'x' has the name of a figure"):
        value("x", definitions={"x": "y"}, x=[1] * 4, y=[1] * 4)


numbers = st.integers(1, 9).map(str)
leaves = st.sampled_from(["x", "y", "z"]) | numbers
expressions = st.recursive(
    leaves,
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda parts: f"({' '.join(parts)})"
    ),
    max_leaves=8,
)


@given(expressions)
def test_agrees_with_python_where_python_may_be_trusted(text):
    figures = {"x": 2.0, "y": 3.0, "z": 5.0}
    try:
        expected = eval(text, {}, figures)  # only text made by the strategy above
    except ZeroDivisionError:
        with pytest.raises(ValueError, match="divides by zero"):
            derive(world(**{k: [v] * 4 for k, v in figures.items()}), {"i": text})
        return
    result = value(text, **{k: [v] * 4 for k, v in figures.items()})
    assert result == pytest.approx([expected] * 4)
    assert value(expand(text, {}), **{k: [v] * 4 for k, v in figures.items()}) == result


# --- The door of the index room: what a matrix must look like.


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
