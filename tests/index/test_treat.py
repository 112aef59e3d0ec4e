"""Declared transforms, and what is said of skewed indicators."""

import numpy as np
import pandas as pd
import pytest

from quyu.index.normalise import shape, treat

ROWS = pd.MultiIndex.from_product([["a", "b"], [2020]], names=["unit", "year"])


def test_each_indicator_gets_its_own_transform():
    table = pd.DataFrame({"x": [1.0, np.e], "y": [1.0, 2.0]}, index=ROWS)
    treated = treat(table, {"x": "log", "y": "none"})
    assert treated.to_dict("list") == {"x": [0.0, 1.0], "y": [1.0, 2.0]}


def test_missing_stays_missing():
    assert np.isnan(treat(pd.DataFrame({"x": [np.nan, 1.0]}, index=ROWS), {"x": "log"}).iat[0, 0])


@pytest.mark.parametrize("value", [0.0, -2.0])
def test_a_logarithm_names_the_cell_it_cannot_take(value):
    table = pd.DataFrame({"x": [1.0, value]}, index=ROWS)
    with pytest.raises(ValueError, match=f"'x' is {value:g} at unit 'b', year 2020: a logarithm"):
        treat(table, {"x": "log"})


def test_out_of_range_needs_both_skewness_and_kurtosis():
    flat = [float(i) for i in range(12)]
    table = pd.DataFrame({"even": flat, "spike": [0.0] * 11 + [1.0], "holes": [*flat[:11], None]})
    report = shape(table)
    assert report["out_of_range"].to_dict() == {"even": False, "spike": True, "holes": False}
    # bias-corrected, as pandas defines them
    pd.testing.assert_series_equal(report["skewness"], table.skew(), check_names=False)
    pd.testing.assert_series_equal(report["kurtosis"], table.kurt(), check_names=False)
