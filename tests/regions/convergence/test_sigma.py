"""σ by hand, its trend, and the years it rests on."""

import numpy as np
import pandas as pd
import pytest

from quyu.regions.convergence import sigma
from quyu.regions.regression import ols


def panel(values, years):
    return pd.DataFrame(values, index=list("abc"), columns=years, dtype=float).stack()


def test_ratios_of_two_by_hand():
    """ln 1, ln 2, ln 4 around their mean: √(2/3) ln 2. Squared ratios double it."""
    found = sigma(panel([[1, 1], [2, 4], [4, 16]], [2019, 2020]), form="log")
    one = np.sqrt(2 / 3) * np.log(2)
    assert found.by_year.to_dict() == pytest.approx({2019: one, 2020: 2 * one})
    assert found.trend is None


def test_a_straight_trend_is_found_exactly():
    years = [2015, 2016, 2018, 2019]
    scale = np.array([10, 9, 7, 6])
    found = sigma(panel(np.outer([-1, 0, 1], scale) + 50, years), form="levels")
    unit = np.sqrt(2 / 3)
    assert found.by_year.tolist() == pytest.approx((scale * unit).tolist())
    terms = found.trend.coefficients["estimate"]
    assert terms.to_dict() == pytest.approx({"constant": 10 * unit, "year": -unit})
    assert (found.trend.n, found.trend.df) == (4, 2)


def test_three_years_are_enough_and_errors_are_hc3():
    found = sigma(panel(np.outer([-1, 0, 1], [4, 2, 3]), [2019, 2020, 2021]), form="levels")
    line = pd.DataFrame({"year": [0.0, 1, 2]}, found.by_year.index)
    expected = ols(found.by_year, line, errors="HC3").coefficients
    pd.testing.assert_frame_equal(found.trend.coefficients, expected)


def test_growth_of_all_and_units_of_measurement_are_no_convergence():
    growing = panel(np.outer([1, 3, 8], [1, 1.1, 1.3, 1.4]), range(2019, 2023))
    found = sigma(growing * 1e4, form="log")
    assert np.ptp(found.by_year) == pytest.approx(0, abs=1e-12)


def test_years_without_all_units_are_left_out_and_named():
    holed = panel([[1, 2, 3], [2, 3, 4], [3, 4, 5]], [2019, 2020, 2021]).drop(("b", 2020))
    found = sigma(holed, form="levels")
    assert found.by_year.index.tolist() == [2019, 2021]
    assert found.left_out[["year", "unit"]].to_numpy().tolist() == [[2020, "b"]]
    assert found.trend is None
    assert len(sigma(holed, form="levels", units=["a", "c"]).by_year) == 3
    none = sigma(holed, form="levels", years=[2020])
    assert none.by_year.empty
    assert none.trend is None


def test_a_figure_without_logarithm_is_refused_with_its_year():
    scores = panel([[0, 2], [2, 3], [3, 4]], [2019, 2020])
    with pytest.raises(ValueError, match="2019: 'a' is 0; every figure must be above 0"):
        sigma(scores, form="log")
    assert sigma(scores, form="levels").by_year.iloc[0] == pytest.approx(np.sqrt(14) / 3)
