"""What inequality is measured of: refusals that name the unit, shares and labels by name."""

import numpy as np
import pandas as pd
import pytest

from quyu.regions.inequality import labels, numbers, ratio_scale, shares

UNITS = pd.Index(["a", "b", "c"])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"a": 1, "b": np.nan, "c": None}, r"'b' has no value; .* \(2 missing\)"),
        ({"a": 1, "b": np.inf}, "the value of 'b' is infinite"),
        ({"a": 1, "b": -0.5}, "'b' is -0.5; every figure must be at least 0"),
        ({"a": 1, "b": -5e-324}, "'b' is -4.9.*e-324; every figure must be at least 0"),
        ({"a": 0, "b": 0}, "all figures are 0"),
        ({"a": "1", "b": "2"}, "they must be numbers"),
        ({"a": True, "b": False}, "they must be numbers"),
        ({}, "there are no values"),
    ],
)
def test_figures_that_are_refused(values, told):
    with pytest.raises(ValueError, match=told):
        ratio_scale(pd.Series(values))


def test_a_logarithm_asks_for_more():
    assert ratio_scale(pd.Series({"a": 0, "b": 1})).tolist() == [0, 1]
    with pytest.raises(ValueError, match="'a' is 0; every figure must be above 0"):
        ratio_scale(pd.Series({"a": 0, "b": 1}), above_zero=True)


def test_a_unit_with_two_values_is_refused():
    with pytest.raises(ValueError, match=r"'b' has more than one value \(2 repeats\)"):
        numbers(pd.Series([1, 2, 3, 4], ["a", "b", "b", "b"]))


def test_a_score_may_be_zero_or_below():
    assert numbers(pd.Series({"a": 0, "b": -2})).tolist() == [0, -2]
    assert numbers(pd.Series([1, None], ["a", "b"], dtype="Int64")[:1]).tolist() == [1]


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"a": 1, "b": 1}, r"no weight is given for \['c'\]"),
        ({"a": 1, "b": -1, "c": 1}, "the weight of 'b' is -1, below 0"),
        ({"a": 1, "b": None, "c": 1}, "'b' has no value"),
        ({"a": 0, "b": 0, "c": 0}, "all weights are 0"),
    ],
)
def test_weights_that_are_refused(weights, told):
    with pytest.raises(ValueError, match=told):
        shares(pd.Series(weights), UNITS)


@pytest.mark.parametrize("none", ["", None, np.nan])
def test_a_unit_without_a_group_is_refused(none):
    with pytest.raises(ValueError, match=r"no group is given for \['b'\]"):
        labels(pd.Series({"a": "x", "b": none, "c": "y"}), UNITS)
    with pytest.raises(ValueError, match=r"no group is given for \['c'\]"):
        labels(pd.Series({"a": "x", "b": "y"}), UNITS)
    with pytest.raises(ValueError, match="'a' has more than one group"):
        labels(pd.Series(["x", "y", "y", "y"], ["a", "a", "b", "c"]), UNITS)
