"""Which years can be compared, what the others lack, and measures taken year by year."""

import numpy as np
import pandas as pd
import pytest

from quyu.regions.disparity import by_year, complete_years
from quyu.regions.inequality import theil

ROWS = pd.MultiIndex.from_product([["b", "a"], [2019, 2020, 2021]], names=["place", "year"])
GDP = pd.Series([1.0, 2, 3, 4, np.nan, 6], index=ROWS, name="gdp")


def holes(complete):
    return list(complete.left_out.itertuples(index=False, name=None))


def test_a_missing_unit_costs_its_year_not_itself():
    found = complete_years(GDP)
    assert found.years == [2019, 2021]
    assert found.figures["gdp"].to_dict() == {
        ("b", 2019): 1, ("b", 2021): 3, ("a", 2019): 4, ("a", 2021): 6,
    }  # fmt: skip
    assert found.figures.index.names == ["place", "year"]
    assert holes(found) == [(2020, "gdp", "a")]


def test_an_absent_row_is_a_missing_figure():
    assert holes(complete_years(GDP.dropna())) == [(2020, "gdp", "a")]
    gap = complete_years(GDP.drop(2020, level=1))
    assert holes(gap) == [(2020, "gdp", "b"), (2020, "gdp", "a")]


def test_years_asked_for_are_told_if_nothing_is_published():
    found = complete_years(GDP, years=[2021, 2023])
    assert found.years == [2021]
    assert holes(found) == [(2023, "gdp", "b"), (2023, "gdp", "a")]
    assert complete_years(GDP, years=range(2021, 2022)).left_out.empty


def test_years_before_the_first_and_after_the_last_figure_are_not_asked_for():
    longer = GDP.reindex(pd.MultiIndex.from_product([["b", "a"], range(2015, 2026)]))
    assert holes(complete_years(longer.rename(None))) == [(2020, "value", "a")]


def test_stated_units_are_those_compared():
    found = complete_years(GDP, units=["b"])
    assert found.years == [2019, 2020, 2021]
    assert found.figures.index.unique(level=0).tolist() == ["b"]
    with pytest.raises(ValueError, match=r"no unit 'z'; it has \['b', 'a'\]"):
        complete_years(GDP, units=["b", "z"])


def test_a_panel_without_a_complete_year_says_why():
    nothing = by_year(GDP.where(GDP > 1).drop(("a", 2021)), lambda y: {"sum": y.sum()})
    assert nothing.table.empty
    assert nothing.left_out["year"].tolist() == [2019, 2020, 2021]
    assert holes(complete_years(GDP * np.nan))[0] == (2019, "gdp", "b")


def test_two_figures_are_taken_of_the_same_year():
    panel = pd.DataFrame({"gdp": GDP, "people": [1.0, 1, 1, 1, 1, np.nan]})
    found = by_year(panel, lambda y: {"mean": y["gdp"] @ y["people"] / y["people"].sum()})
    assert found.table["mean"].to_dict() == {2019: 2.5}
    assert found.table.index.name == "year"
    assert found.left_out.to_dict("list") == {
        "year": [2020, 2021], "figure": ["gdp", "people"], "unit": ["a", "a"],
    }  # fmt: skip


def test_a_measure_by_year_is_the_measure_of_each_year():
    found = by_year(GDP, lambda y: theil(y).row())
    assert found.table.loc[2021, "total"] == theil(pd.Series({"b": 3.0, "a": 6.0})).total


def test_a_refusal_names_the_year():
    with pytest.raises(ValueError, match="2021: 'a' is -6; every figure"):
        by_year(GDP.replace(6, -6), lambda y: theil(y).row())


def test_a_panel_with_another_index_is_refused():
    with pytest.raises(ValueError, match=r"must be indexed by \(unit, year\)"):
        complete_years(pd.Series([1.0, 2.0]))
    with pytest.raises(ValueError, match="unit 'b', year 2019 more than once"):
        complete_years(pd.concat([GDP, GDP]))
