"""TOPSIS and Copeland: by hand, with missing values, ties and published tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quyu.index.aggregate import copeland, outranking, topsis

EQUAL = pd.Series({"p": 1.0, "q": 1.0})


def test_topsis_by_hand():
    scores = pd.DataFrame({"p": [3.0, 0.0, 0.0], "q": [4.0, 0.0, 4.0]})
    assert topsis(scores, EQUAL).round(12).tolist() == [100, 0, round(100 * 4 / 7, 12)]


def test_topsis_of_equal_rows_is_missing():
    assert topsis(pd.DataFrame({"p": [3.0, 3.0], "q": [1.0, 1.0]}), EQUAL).isna().all()


def test_topsis_leaves_missing_children_out():
    scores = pd.DataFrame({"p": [2.0, 0.0, 1.0, None], "q": [2.0, 0.0, None, None]})
    np.testing.assert_allclose(topsis(scores, EQUAL), [100, 0, 50, np.nan])


def test_copeland_draws_count_half():
    scores = pd.DataFrame({"p": [2.0, 1.0, 1.0], "q": [2.0, 1.0, 1.0]})
    assert copeland(scores, EQUAL).tolist() == [100, 25, 25]


def test_a_missing_value_is_no_victory_for_anyone():
    scores = pd.DataFrame({"p": [None, 1.0, 2.0], "q": [3.0, 1.0, 2.0]})
    assert copeland(scores, EQUAL).tolist() == [100, 0, 50]
    assert copeland(scores.iloc[::-1], EQUAL).tolist() == [50, 0, 100]


def test_rows_without_duels_are_missing():
    assert copeland(pd.DataFrame({"p": [1.0], "q": [1.0]}), EQUAL).isna().all()
    apart = pd.DataFrame({"p": [1.0, None], "q": [None, 1.0]})
    assert copeland(apart, EQUAL).isna().all()


@pytest.mark.parametrize("rule", [topsis, copeland])
def test_rows_compete_within_their_year(rule):
    rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]])
    scores = pd.DataFrame({"p": [1.0, 40.0, 2.0, 30.0], "q": [1.0, 40.0, 2.0, 30.0]}, index=rows)
    assert rule(scores, EQUAL).tolist() == [0, 100, 100, 0]


@given(arrays.arrays(float, (4, 3), elements=st.sampled_from([1.0, 2.0, 3.0, float("nan")])))
def test_the_shares_of_a_pair_sum_to_one_whatever_the_order(values):
    weights = np.array([0.5, 0.3, 0.2])
    share = outranking(values, weights)
    both = share + share.T
    np.testing.assert_allclose(both[~np.isnan(both)], 1)
    np.testing.assert_allclose(outranking(values[::-1], weights), share[::-1, ::-1])


def test_scores_that_differ_by_noise_only_are_a_draw():
    scores = pd.DataFrame({"p": [0.1 + 0.2, 0.3], "q": [1.0, 1.0]})
    assert copeland(scores, EQUAL).tolist() == [50, 50]
