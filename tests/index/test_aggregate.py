"""Means of scores: exact values, missing children, and what they refuse."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.index.aggregate import (
    AGGREGATE,
    LAWS,
    MEAN,
    arithmetic,
    geometric,
    harmonic,
    mpi,
    observed_weights,
    topsis,
)

ROWS = pd.MultiIndex.from_product([["a", "b", "c"], [2020]], names=["unit", "year"])
SCORES = pd.DataFrame({"p": [2.0, 2.0, np.nan], "q": [8.0, np.nan, np.nan]}, index=ROWS)
EQUAL = pd.Series({"p": 1.0, "q": 1.0})
MEANS = ["arithmetic", "geometric", "harmonic"]


@pytest.mark.parametrize(
    ("rule", "value"),
    [(arithmetic, 5), (geometric, 4), (harmonic, 3.2), (mpi, 5 - 9 / 5)],
)
def test_by_hand_with_missing_children(rule, value):
    np.testing.assert_allclose(rule(SCORES, EQUAL), [value, 2, np.nan], rtol=1e-14)


def test_weights_count_and_need_not_sum_to_one():
    scores = pd.DataFrame({"p": [1.0], "q": [4.0]})
    weights = pd.Series({"q": 1.0, "p": 2.0})  # by name, not by place
    assert arithmetic(scores, weights)[0] == 2
    assert geometric(scores, weights)[0] == pytest.approx(4 ** (1 / 3))
    assert harmonic(scores, weights)[0] == pytest.approx(3 / (2 / 1 + 1 / 4))


def test_mpi_uses_the_population_deviation_and_weights():
    scores = pd.DataFrame({"p": [80.0], "q": [100.0], "r": [120.0]})
    assert mpi(scores, pd.Series(1.0, ["p", "q", "r"]))[0] == pytest.approx(100 - (800 / 3) / 100)
    assert mpi(scores, pd.Series({"p": 1.0, "q": 0.0, "r": 1.0}))[0] == pytest.approx(96)


def test_every_rule_declares_its_laws():
    assert set(LAWS) == set(AGGREGATE)


scores = st.floats(1, 100)


@pytest.mark.parametrize("rule", MEANS)
@given(values=st.lists(scores, min_size=2, max_size=6))
def test_a_mean_lies_between_its_parts_and_falls_with_severity(rule, values):
    frame = pd.DataFrame([values])
    weights = pd.Series(1.0, frame.columns)
    mean = AGGREGATE[rule](frame, weights)[0]
    assert min(values) - 1e-9 <= mean <= max(values) + 1e-9
    severity = [AGGREGATE[name](frame, weights)[0] for name in
                ("arithmetic", "geometric", "harmonic")]  # fmt: skip
    assert all(a >= b - 1e-9 for a, b in pairwise(severity))


def test_mpi_takes_any_mean_above_zero():
    scores = pd.DataFrame({"p": [0.5, 2.0], "q": [0.5, 2.0]})
    assert mpi(scores, EQUAL).tolist() == [0.5, 2]
    with pytest.raises(ValueError, match="it is 0 at row 1"):
        mpi(pd.DataFrame({"p": [0.5, -2.0], "q": [0.5, 2.0]}), EQUAL)


@pytest.mark.parametrize("rule", MEAN)
@pytest.mark.parametrize("score", [0.0, -2.0])
def test_a_child_without_weight_plays_no_part_whatever_its_score(rule, score):
    scores = pd.DataFrame({"p": [score, score], "q": [8.0, None]})
    mean = AGGREGATE[rule](scores, pd.Series({"p": 0.0, "q": 2.0}))
    assert mean[0] == pytest.approx(8, abs=1e-12) and np.isnan(mean[1])


def test_a_row_without_children_gives_weight_to_none():
    assert observed_weights(SCORES, EQUAL).tolist() == [[0.5, 0.5], [1, 0], [0, 0]]


# --- TOPSIS by hand, with missing values and equal rows.


def test_topsis_by_hand():
    scores = pd.DataFrame({"p": [3.0, 0.0, 0.0], "q": [4.0, 0.0, 4.0]})
    assert topsis(scores, EQUAL).round(12).tolist() == [100, 0, round(100 * 4 / 7, 12)]


def test_topsis_of_equal_rows_is_missing():
    assert topsis(pd.DataFrame({"p": [3.0, 3.0], "q": [1.0, 1.0]}), EQUAL).isna().all()


def test_topsis_leaves_missing_children_out():
    scores = pd.DataFrame({"p": [2.0, 0.0, 1.0, None], "q": [2.0, 0.0, None, None]})
    np.testing.assert_allclose(topsis(scores, EQUAL), [100, 0, 50, np.nan])


def test_rows_compete_within_their_year():
    rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]])
    scores = pd.DataFrame({"p": [1.0, 40.0, 2.0, 30.0], "q": [1.0, 40.0, 2.0, 30.0]}, index=rows)
    assert topsis(scores, EQUAL).tolist() == [0, 100, 100, 0]
