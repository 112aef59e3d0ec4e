"""Coefficients of variation and the spread of scores, by hand, with their laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.regions.inequality import cv, spread, weighted_cv

figures = arrays(float, st.integers(2, 12), elements=st.floats(0.1, 1000)).map(pd.Series)


def test_by_hand():
    figure = pd.Series({"a": 2.0, "b": 4.0, "c": 6.0})
    assert cv(figure) == pytest.approx(np.sqrt(8 / 3) / 4)
    people = pd.Series(
        {"c": 2, "a": 1, "b": 1, "elsewhere": 9}
    )  # mean 18/4, squares 6.25 .25 2·2.25
    assert weighted_cv(figure, people) == pytest.approx(np.sqrt(11 / 4) / 4.5)
    assert spread(figure) == {"sd": np.sqrt(8 / 3), "range": 4, "lowest": 2, "highest": 6}


def test_equal_or_single_units():
    assert cv(pd.Series([5.0, 5.0, 5.0])) == 0
    assert cv(pd.Series([5.0])) == 0
    assert spread(pd.Series([5.0])) == {"sd": 0, "range": 0, "lowest": 5, "highest": 5}


def test_refusals_name_the_unit():
    with pytest.raises(ValueError, match="'b' has no value"):
        cv(pd.Series({"a": 1.0, "b": None}))
    with pytest.raises(ValueError, match="'b' has no value"):
        spread(pd.Series({"a": 1.0, "b": None}))
    with pytest.raises(ValueError, match="'a' is -1"):
        cv(pd.Series({"a": -1.0, "b": 3.0}))
    with pytest.raises(ValueError, match=r"no weight is given for \['b'\]"):
        weighted_cv(pd.Series({"a": 1.0, "b": 3.0}), pd.Series({"a": 1.0}))
    with pytest.raises(ValueError, match="every figure that has any weight is 0"):
        weighted_cv(pd.Series({"a": 0.0, "b": 3.0}), pd.Series({"a": 1.0, "b": 0.0}))


@given(figures, st.floats(1e-3, 1e3))
def test_units_of_measurement_do_not_matter(values, factor):
    assert cv(values * factor) == pytest.approx(cv(values), abs=1e-12)


@given(figures, st.data())
def test_weights_count_people(values, data):
    people = data.draw(st.lists(st.integers(1, 5), min_size=len(values), max_size=len(values)))
    each = pd.Series(np.repeat(values.to_numpy(), people))
    assert weighted_cv(values, pd.Series(people)) == pytest.approx(cv(each), abs=1e-9)


@given(figures, st.floats(-100, 100))
def test_the_zero_of_a_score_does_not_matter(values, shift):
    moved, here = spread(values + shift), spread(values)
    assert [moved["sd"], moved["range"]] == pytest.approx([here["sd"], here["range"]], abs=1e-9)
