"""Obstacle degrees: by hand, perfect rows, missing scores, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.index.practice import obstacle_degrees

EQUAL = pd.Series({"a": 1.0, "b": 1.0, "c": 1.0})


def test_by_hand():
    # lacking .5 · .2, .25 · .3, .65 · .5: .1 + .075 + .325 = .5
    scores = pd.DataFrame({"a": [0.5], "b": [0.75], "c": [0.35]})
    found = obstacle_degrees(scores, pd.Series({"c": 0.5, "b": 0.3, "a": 0.2}))
    assert found.iloc[0].to_dict() == pytest.approx({"a": 0.2, "b": 0.15, "c": 0.65})


def test_four_invented_indicators_under_entropy_weights_against_r():
    scores = pd.DataFrame([[0.7591018336, 0.4306102405, 0.7397644872, 0.4250761739]])
    weights = pd.Series([0.1560518557, 0.1882347749, 0.3625107836, 0.2932025858])
    expected = [0.0922113133, 0.2629004236, 0.2314031501, 0.4134851131]
    assert obstacle_degrees(scores, weights).iloc[0].tolist() == pytest.approx(expected)


def test_a_perfect_row_has_no_obstacles():
    found = obstacle_degrees(pd.DataFrame({"a": [1.0, 1], "b": [1.0, 0], "c": [1.0, 1]}), EQUAL)
    assert found.loc[0].isna().all()
    assert found.loc[1].tolist() == [0, 1, 0]


def test_where_a_score_is_missing_the_others_share_the_whole():
    found = obstacle_degrees(pd.DataFrame({"a": [0.5], "b": [np.nan], "c": [0.0]}), EQUAL)
    assert found.loc[0, ["a", "c"]].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert np.isnan(found.loc[0, "b"])
    assert (
        obstacle_degrees(pd.DataFrame({"a": [np.nan], "b": [1.0], "c": [1.0]}), EQUAL)
        .isna()
        .all(axis=None)
    )


@pytest.mark.parametrize("bad", [-0.1, 1.1, 57.0])
def test_a_score_outside_0_to_1_is_named(bad):
    rows = pd.MultiIndex.from_product([["x", "y"], [2021]], names=["unit", "year"])
    scores = pd.DataFrame({"a": [0.5, 0.5], "b": [0.5, bad], "c": [0.0, 0.0]}, index=rows)
    with pytest.raises(ValueError, match=r"'b' is .* at unit 'y', year 2021.*\(score − 1\) / 99"):
        obstacle_degrees(scores, EQUAL)


def test_bad_weights_are_refused():
    scores = pd.DataFrame({"a": [0.5], "b": [0.5], "c": [0.5]})
    for bad in (EQUAL * 0, -EQUAL, EQUAL * np.nan, EQUAL.drop("c")):
        with pytest.raises(ValueError, match="weights must"):
            obstacle_degrees(scores, bad)


@given(arrays(float, (3, 3), elements=st.floats(0, 0.99)))
def test_rows_sum_to_one(values):
    found = obstacle_degrees(pd.DataFrame(values, columns=list("abc")), EQUAL)
    assert (found >= 0).all(axis=None)
    assert found.sum(axis=1).tolist() == pytest.approx([1] * 3)
