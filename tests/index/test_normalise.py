"""Each normalisation worked out by hand, both directions, with missing values and edges."""

import numpy as np
import pandas as pd
import pytest

from quyu.index.normalise import (
    LAWS,
    NORMALISE,
    best,
    goalposts,
    minmax,
    rank,
    reference,
    target,
    zscore,
)

ROWS = pd.MultiIndex.from_product([["a", "b", "c", "d"], [2020]], names=["unit", "year"])
X = pd.DataFrame({"x": [1.0, 2.0, 5.0, np.nan]}, index=ROWS)
UP, DOWN = pd.Series({"x": 1}), pd.Series({"x": -1})
POSTS = goalposts(X)


def column(table):
    return table["x"].tolist()


def test_minmax_on_one_to_hundred():
    np.testing.assert_array_equal(column(minmax(X, UP, POSTS)), [1, 25.75, 100, np.nan])
    np.testing.assert_array_equal(column(minmax(X, DOWN, POSTS)), [100, 75.25, 1, np.nan])


def test_minmax_stops_at_stored_goalposts():
    posts = pd.DataFrame({"low": [2.0], "high": [3.0]}, index=["x"])
    np.testing.assert_array_equal(column(minmax(X, UP, posts)), [1, 1, 100, np.nan])
    np.testing.assert_array_equal(column(minmax(X, DOWN, posts)), [100, 100, 1, np.nan])


def test_minmax_reaches_the_ends_of_its_scale_exactly():
    x = pd.DataFrame({"x": [0.1, 0.7, 0.3]}, index=ROWS[:3])
    for direction in (UP, DOWN):
        assert {1.0, 100.0} < set(column(minmax(x, direction, goalposts(x))))


def test_zscore_uses_the_sample_deviation():
    x = pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=ROWS[:3])
    assert column(zscore(x, UP, goalposts(x))) == [90, 100, 110]
    assert column(zscore(x, DOWN, goalposts(x))) == [110, 100, 90]


def test_ranks_are_taken_within_the_year():
    rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]])
    x = pd.DataFrame({"x": [1.0, 40.0, 2.0, 30.0]}, index=rows)
    assert column(rank(x, UP, POSTS)) == [1, 2, 2, 1]
    assert column(rank(x, DOWN, POSTS)) == [2, 1, 1, 2]


def test_ranks_of_ties_are_averaged_and_missing_is_not_ranked():
    x = pd.DataFrame({"x": [7.0, 7.0, 9.0, np.nan]}, index=ROWS)
    np.testing.assert_array_equal(column(rank(x, UP, POSTS)), [1.5, 1.5, 3, np.nan])
    percentiles = column(NORMALISE["percentile"](x, UP, POSTS))
    np.testing.assert_allclose(percentiles, [50, 50, 100, np.nan])


def test_target_met_is_full_marks():
    state = POSTS.assign(target=2.0)
    np.testing.assert_array_equal(column(target(X, UP, state)), [50.5, 100, 100, np.nan])
    np.testing.assert_allclose(column(target(X, DOWN, state)), [100, 100, 40.6, np.nan])


def test_target_refuses_what_has_no_ratio():
    with pytest.raises(ValueError, match="'x' has the target 0; it must be above 0"):
        target(X, UP, POSTS.assign(target=0.0))
    with pytest.raises(ValueError, match="'x' is negative at unit 'a', year 2020"):
        target(-X, UP, POSTS.assign(target=1.0))


def test_best_value_in_the_middle_falls_to_both_sides():
    state = POSTS.assign(best=2.0)
    np.testing.assert_array_equal(column(best(X, UP, state, scale=(0, 3))), [2, 3, 0, np.nan])
    np.testing.assert_array_equal(column(best(X, DOWN, state, scale=(0, 3))), [2, 3, 0, np.nan])


def test_reference_puts_the_mean_at_hundred():
    x = pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=ROWS[:3])
    assert column(reference(x, UP, goalposts(x))) == [70, 100, 130]
    assert column(reference(x, DOWN, goalposts(x))) == [130, 100, 70]


@pytest.mark.parametrize("rule", ["minmax", "zscore", "best", "reference"])
def test_zero_range_names_the_indicator(rule):
    state = pd.DataFrame({"low": 1.0, "high": 1.0, "mean": 1.0, "sd": 0.0, "best": 1.0}, ["x"])
    with pytest.raises(ValueError, match="'x' has no range"):
        NORMALISE[rule](X, UP, state)


@pytest.mark.parametrize("rule", NORMALISE)
def test_an_all_missing_row_stays_missing_and_the_order_of_columns_is_kept(rule):
    x = pd.DataFrame({"q": [1.0, 3.0, np.nan], "p": [2.0, 1.0, np.nan]}, index=ROWS[:3])
    state = goalposts(x).assign(target=2.0, best=2.0)
    scores = NORMALISE[rule](x, pd.Series({"p": 1, "q": -1}), state, scale=(1.0, 100.0))
    assert list(scores.columns) == ["q", "p"]
    assert scores.iloc[2].isna().all()
    assert scores.iloc[:2].notna().all(axis=None)


def test_every_rule_declares_its_laws():
    assert set(LAWS) == set(NORMALISE)


def test_zero_and_what_is_below_one_have_a_share_of_the_target():
    x = pd.DataFrame({"x": [0.0, 0.5, 1.0]}, index=ROWS[:3])
    assert column(target(x, UP, POSTS.assign(target=1.0), scale=(0, 1))) == [0, 0.5, 1]
    assert column(target(x, DOWN, POSTS.assign(target=0.5), scale=(0, 1))) == [1, 1, 0.5]
    with pytest.raises(ValueError, match="'x' is negative at unit 'c', year 2020"):
        target(x.replace(1, -1), UP, POSTS.assign(target=1.0))


def test_the_further_goalpost_may_be_the_lower():
    state = POSTS.assign(best=4.0)
    np.testing.assert_array_equal(column(best(X, UP, state, scale=(0, 3))), [0, 1, 2, np.nan])


@pytest.mark.parametrize("rule", ["rank", "percentile"])
def test_ranks_tie_up_to_the_noise_of_floating_point(rule):
    noise = pd.DataFrame({"x": [0.1 + 0.2, 0.3, 0.3 + 1e-9, np.nan]}, index=ROWS)
    exact = pd.DataFrame({"x": [1.0, 1.0, 2.0, np.nan]}, index=ROWS)
    pd.testing.assert_frame_equal(
        NORMALISE[rule](noise, UP, POSTS), NORMALISE[rule](exact, UP, POSTS)
    )
