"""Each normalisation worked out by hand, both directions, with missing values and edges."""

import numpy as np
import pandas as pd
import pytest

from quyu.index.normalise import (
    LAWS,
    NORMALISE,
    best,
    beyond,
    goalposts,
    minmax,
    rank_in_year,
    reference,
    shape,
    target,
    treat,
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
    assert column(rank_in_year(x, UP, POSTS)) == [1, 2, 2, 1]
    assert column(rank_in_year(x, DOWN, POSTS)) == [2, 1, 1, 2]


def test_ranks_of_ties_are_averaged_and_missing_is_not_ranked():
    x = pd.DataFrame({"x": [7.0, 7.0, 9.0, np.nan]}, index=ROWS)
    np.testing.assert_array_equal(column(rank_in_year(x, UP, POSTS)), [1.5, 1.5, 3, np.nan])
    percentiles = column(NORMALISE["percentile"](x, UP, POSTS))
    np.testing.assert_allclose(percentiles, [50, 50, 100, np.nan])


def test_target_met_is_full_marks():
    state = POSTS.assign(target=2.0)
    np.testing.assert_array_equal(column(target(X, UP, state)), [50.5, 100, 100, np.nan])
    np.testing.assert_allclose(column(target(X, DOWN, state)), [100, 100, 40.6, np.nan])


def test_best_value_in_the_middle_falls_to_both_sides():
    state = POSTS.assign(best=2.0)
    np.testing.assert_array_equal(column(best(X, UP, state, scale=(0, 3))), [2, 3, 0, np.nan])
    np.testing.assert_array_equal(column(best(X, DOWN, state, scale=(0, 3))), [2, 3, 0, np.nan])


def test_reference_puts_the_mean_at_hundred():
    x = pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=ROWS[:3])
    assert column(reference(x, UP, goalposts(x))) == [70, 100, 130]
    assert column(reference(x, DOWN, goalposts(x))) == [130, 100, 70]


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


# --- Where scales begin and end, and which values lie beyond.

ROWS_GOALPOSTS = pd.MultiIndex.from_product([["a", "b", "c"], [2020]], names=["unit", "year"])


def test_least_and_greatest_of_the_panel():
    posts = goalposts(pd.DataFrame({"x": [1.0, 5.0, np.nan]}, index=ROWS_GOALPOSTS))
    assert posts.loc["x"].to_dict() == {"low": 1, "high": 5, "mean": 3, "sd": 8**0.5}


def test_winsorised_goalposts_leave_the_excess_outside_and_list_it():
    rows = pd.MultiIndex.from_product([range(5), [2020]], names=["unit", "year"])
    table = pd.DataFrame({"x": [0.0, 10, 20, 30, 40]}, index=rows)
    posts = goalposts(table, quantiles=(0.25, 0.75))
    assert posts.loc["x", ["low", "high"]].tolist() == [10, 30]
    assert beyond(table, posts)[["unit", "value"]].to_numpy().tolist() == [[0, 0], [4, 40]]


def test_nothing_is_beyond_its_own_goalposts():
    table = pd.DataFrame({"x": [0.1, 0.2, 0.1 + 0.2]}, index=ROWS_GOALPOSTS)
    assert beyond(table, goalposts(table)).empty


def test_a_logarithm_with_other_last_digits_is_not_beyond():
    posts = pd.DataFrame({"low": [-10.6], "high": [-6.59]}, index=["x"])
    there = [np.nextafter(-10.6, -11), np.nextafter(-6.59, 0), -6.58]
    table = pd.DataFrame({"x": there}, index=ROWS_GOALPOSTS)
    assert beyond(table, posts)["value"].tolist() == [-6.58]


def test_a_cell_beyond_is_listed_with_its_own_goalposts():
    posts = pd.DataFrame({"low": [0.0, 10.0], "high": [5.0, 20.0]}, index=["x", "y"])
    table = pd.DataFrame({"x": [6.0, 5.0, -1.0], "y": [10.0, 9.0, 20.0]}, index=ROWS_GOALPOSTS)
    expected = [
        ("a", 2020, "x", 6.0, 0.0, 5.0),
        ("b", 2020, "y", 9.0, 10.0, 20.0),
        ("c", 2020, "x", -1.0, 0.0, 5.0),
    ]
    found = beyond(table, posts)
    assert list(found) == ["unit", "year", "indicator", "value", "low", "high"]
    assert [*found.itertuples(index=False, name=None)] == expected
    assert found.index.tolist() == [0, 1, 2]


# --- Declared transforms, and what is said of skewed indicators.

ROWS_TREAT = pd.MultiIndex.from_product([["a", "b"], [2020]], names=["unit", "year"])


def test_each_indicator_gets_its_own_transform():
    table = pd.DataFrame({"x": [1.0, np.e], "y": [1.0, 2.0]}, index=ROWS_TREAT)
    treated = treat(table, {"x": "log", "y": "none"})
    assert treated.to_dict("list") == {"x": [0.0, 1.0], "y": [1.0, 2.0]}


def test_missing_stays_missing():
    assert np.isnan(
        treat(pd.DataFrame({"x": [np.nan, 1.0]}, index=ROWS_TREAT), {"x": "log"}).iat[0, 0]
    )


def test_out_of_range_needs_both_skewness_and_kurtosis():
    flat = [float(i) for i in range(12)]
    table = pd.DataFrame({"even": flat, "spike": [0.0] * 11 + [1.0], "holes": [*flat[:11], None]})
    report = shape(table)
    assert report["out_of_range"].to_dict() == {"even": False, "spike": True, "holes": False}
    # bias-corrected, as pandas defines them
    pd.testing.assert_series_equal(report["skewness"], table.skew(), check_names=False)
    pd.testing.assert_series_equal(report["kurtosis"], table.kurt(), check_names=False)
