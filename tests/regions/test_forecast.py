"""Forecasts: exact lines, laws, breaks, the interval, the errors of the hold-out by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.regions.forecast import forecast, time_distance


def series(*values, start=2019):
    return pd.Series(values, index=range(start, start + len(values)), dtype=float)


def test_a_perfect_line_reaches_exactly_and_without_doubt():
    found = forecast(series(10, 12, 14, 16, 18), 24)
    assert (found.outcome, found.reached, found.low, found.high) == ("expected", 2026, 2026, 2026)
    assert found.points == 5
    assert found.holdout_trend == pytest.approx(0, abs=1e-9)
    assert found.holdout_drift == pytest.approx(0, abs=1e-9)
    assert forecast(series(10, 12, 14, 16, 18), 24.1).reached == 2027  # not before


def test_a_line_with_gaps_between_its_years():
    gaps = pd.Series([1.0, 4.0, 6.0, 7.0, 8.0], index=[2017, 2020, 2022, 2023, 2024])
    assert forecast(gaps, 10).reached == 2026
    holed = gaps.reindex(range(2017, 2026))
    assert forecast(holed, 10) == forecast(gaps, 10)
    assert forecast(gaps.sample(frac=1, random_state=3), 10) == forecast(gaps, 10)


def test_reached_before():
    found = forecast(series(1, 2, 5, 4, 6), 5)
    assert (found.outcome, found.reached) == ("reached", 2021)
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert forecast(series(1, 2, 5, 4, 6), 6).outcome == "reached"


def test_a_value_back_below_its_target_is_expected_next_year_at_the_earliest():
    found = forecast(series(1, 3, 5, 9, 7.2), 7.5)  # the line is above it in 2023, the value is not
    assert (found.outcome, found.reached) == ("expected", 2024)


@pytest.mark.parametrize("level", [0.0, 93.7, 1e6])
def test_a_level_series_never_gets_there(level):
    found = forecast(series(*[level] * 6), level + 1)
    assert (found.outcome, found.reached, found.low) == ("not rising", math.inf, math.inf)


def test_the_wrong_way_and_too_slow_are_told_apart():
    assert forecast(series(5, 4, 3, 2, 1), 9).outcome == "not rising"
    assert forecast(series(0, 1, 2, 3, 4), 105).outcome == "too slow"
    assert forecast(series(0, 1, 2, 3, 4), 104).reached == 2123
    assert forecast(series(0, 1, 2, 3, 4), 105, horizon=101).reached == 2124


def test_a_line_that_falls_towards_its_target_does_not_rise():
    dip = series(*[8.0] * 9, 7.0)  # the line is above 7.5 in the last year, the value is not
    assert forecast(dip, 7.5, horizon=2).outcome == "not rising"
    assert forecast(dip, 7.5).outcome == "not rising"


def test_no_trend_across_a_break_or_from_few_points():
    found = forecast(series(1, 2, 3, 4, 9, 10), 12, breaks=(2023,))
    assert (found.outcome, found.points) == ("too few points", 2)
    assert math.isnan(found.reached)
    assert forecast(series(9, 1, 2, 3, 4, 5), 7, breaks=(2010, 2020)).reached == 2026
    assert forecast(series(1, 2, 3, 4), 9).outcome == "too few points"
    assert forecast(series(1, 2, 3, 4), 9, least_points=4).reached == 2027
    empty = forecast(series(), 9)
    assert (empty.points, empty.outcome) == (0, "too few points")


def test_hold_out_by_hand():
    # 2022 from 0, 2, 1: line 1 + ½(t − 2020) gives 2, drift 1 + ½ = 1½; it was 5
    # 2023 from 0, 2, 1, 5: line 2 + 1.4(t − 2020½) gives 5½, drift 5 + 5/3; it was 4
    found = forecast(series(0, 2, 1, 5, 4), 9)
    assert found.holdout_trend == pytest.approx((3 + 1.5) / 2)
    assert found.holdout_drift == pytest.approx((3.5 + 8 / 3) / 2)
    assert forecast(series(0, 2, 1, 5, 4), 9, holdout=1).holdout_trend == pytest.approx(1.5)
    # after a gap of three years: line 2 + 3 · 1, drift 2 + 3 · 1
    gap = pd.Series([0.0, 1.0, 2.0, 5.0, 6.0], index=[2019, 2020, 2021, 2024, 2025])
    assert forecast(gap, 9).holdout_trend == pytest.approx(0, abs=1e-9)
    assert forecast(gap, 9).holdout_drift == pytest.approx(0, abs=1e-9)


def test_the_interval_is_that_of_the_refitted_line():
    years = np.arange(2015.0, 2025)
    values = years - 2015 + np.array([0.0, 0, 0, 0, 0, 0, 0, 0, 0, 9])
    fit = np.polyval(np.polyfit(years - 2020, values, 1), years - 2020)
    lever = 1 / 10 + (years - years.mean()) ** 2 / ((years - years.mean()) ** 2).sum()
    residuals = (values - fit) / np.sqrt(1 - lever)
    residuals -= residuals.mean()
    drawn = np.random.default_rng(9).choice(residuals, (500, 10))
    lines = [np.polyfit(years - 2020, fit + noise, 1) for noise in drawn]  # one refit at a time
    for aim in range(25, 40):
        ends = [np.ceil((aim - level) / slope) + 2020 for slope, level in lines]
        wanted = np.quantile(ends, [0.05, 0.95], method="inverted_cdf")
        found = forecast(pd.Series(values, index=years.astype(int)), aim, replications=500, seed=9)
        assert [found.low, found.high] == wanted.tolist()
        assert found.low < found.reached < found.high < math.inf


def test_a_doubt_without_end_and_errors_greater_than_what_is_left_tell_nothing():
    # 1 from 3, 0, 4 … : the trend misses by 3.4 and 1.8 on the mean more than drift or the 1 left
    found = forecast(series(3, 0, 4, 1, 5, 4), 5)
    assert found.holdout_trend > 1
    assert (found.outcome, found.high) == ("unclear", math.inf)
    assert math.isfinite(found.low)
    # 9 to go is more than the trend missed by, but drift missed by less
    slow = forecast(series(0, 0, 0, 4, 0, 0), 9)
    assert (slow.holdout_trend, slow.holdout_drift) == pytest.approx((3, 8 / 3))
    assert (slow.outcome, slow.high) == ("unclear", math.inf)
    # the same doubt, but far to go and a trend that errs less than drift
    steep = forecast(series(3, 0, 4, 1, 5, 2), 6)
    assert steep.holdout_trend < steep.holdout_drift
    assert steep.holdout_trend < 4
    assert (steep.outcome, steep.high) == ("expected", math.inf)


def test_great_errors_within_a_bounded_doubt_are_still_a_year():
    found = forecast(series(5, 8, 13, 15, 20, 21), 22)
    assert found.holdout_trend > 1  # what is left
    assert (found.outcome, math.isfinite(found.high)) == ("expected", True)


def test_a_trend_that_errs_more_than_drift_tells_no_year():
    found = forecast(series(0, 10, 5, 15, 20, 25), 26)
    assert found.holdout_trend > found.holdout_drift and math.isfinite(found.high)
    assert found.outcome == "unclear"


def test_a_pace_that_has_halved_tells_no_year():
    slowed = forecast(series(0, 1, 4, 9, 10, 11), 14)  # 3 a year, then 1
    assert slowed.holdout_trend < slowed.holdout_drift
    assert slowed.outcome == "unclear"
    assert forecast(-series(0, 1, 4, 9, 10, 11), -14, downwards=True).outcome == "unclear"
    assert forecast(series(0, 1, 4, 9, 11, 13), 14).outcome == "expected"  # 2 a year


def test_the_same_series_gives_the_same_interval():
    found = forecast(series(3, 0, 4, 1, 5, 2), 6)
    assert forecast(series(3, 0, 4, 1, 5, 2), 6, seed=1) == found


values = st.lists(st.integers(-20, 20), min_size=5, max_size=9)


@given(
    values=values, target=st.integers(-20, 40), scale=st.integers(1, 64), shift=st.integers(-9, 9)
)
def test_units_play_no_part(values, target, scale, shift):
    one = forecast(series(*values), target + 0.37, replications=50)
    other = forecast(
        scale * (series(*values) + shift), scale * (target + 0.37 + shift), replications=50
    )
    assert (other.outcome, other.reached) == (one.outcome, one.reached)
    assert (other.low, other.high) == pytest.approx((one.low, one.high), nan_ok=True)
    assert other.holdout_drift == pytest.approx(scale * one.holdout_drift, abs=1e-9)


@given(values=values, target=st.integers(-20, 40), later=st.integers(1, 30))
def test_a_ceiling_is_a_floor_upside_down_and_calendars_shift(values, target, later):
    one = forecast(series(*values), target, replications=50)
    below = forecast(-series(*values), -target, downwards=True, replications=50)
    assert (below.outcome, below.reached) == (
        one.outcome, one.reached,
    )  # fmt: skip
    moved = forecast(series(*values, start=2019 + later), target, replications=50)
    assert (moved.outcome, moved.reached) == (one.outcome, one.reached + later)


@given(values=values, target=st.integers(-20, 40), further=st.integers(0, 30))
def test_more_is_never_reached_sooner(values, target, further):
    one, other = (
        forecast(series(*values), aim, replications=20) for aim in (target, target + further)
    )
    assert other.reached >= one.reached


@pytest.mark.parametrize(("last", "target"), [(math.inf, 5), (5, math.nan)])
def test_what_is_not_finite_is_refused(last, target):
    with pytest.raises(ValueError, match="finite"):
        forecast(series(1, 2, 3, 4, last), target)


# ---- time distance

BENCHMARK = pd.Series({2019: 10.0, 2020: 20.0, 2021: 40.0})


def path(*levels: float | None) -> pd.DataFrame:
    return pd.DataFrame([levels], index=["a"], columns=[2019, 2020, 2021], dtype=float)


@pytest.mark.parametrize(
    ("levels", "years", "censored"),
    [
        ((None, None, 40.0), 0.0, False),  # level
        ((None, None, 30.0), 0.5, False),  # half way up the last step
        ((None, None, 20.0), 1.0, False),  # on a published point
        ((None, None, 12.5), 1.75, False),
        ((None, None, 10.0), 2.0, False),  # the first that is known is known
        ((None, None, 9.9), 2.0, True),
        ((40.0, 41.0, 50.0), -2.0, False),  # ahead: it was itself where the benchmark is now
        ((20.0, 30.0, 50.0), -0.5, False),
        ((41.0, 45.0, 50.0), -2.0, True),
        ((30.0, None, 50.0), -1.0, False),  # a gap is bridged by a straight line
        ((None, None, 50.0), -0.0, True),  # one year alone: ahead, by nobody knows how long
    ],
)
def test_distance_by_hand(levels, years, censored):
    row = time_distance(path(*levels), BENCHMARK, year=2021).loc["a"]
    assert (row["years"], row["censored"], row["reason"]) == (years, censored, "")
    assert np.signbit(row["years"]) == np.signbit(years)


def test_the_last_time_counts():
    """The benchmark passed 15 in 2019.5, fell back to 15 in 2020.5, and passed it again in 2021.2."""
    benchmark = pd.Series({2019: 10.0, 2020: 20.0, 2021: 10.0, 2022: 35.0})
    found = time_distance(pd.DataFrame({2022: [15.0]}), benchmark, year=2022)
    assert found.at[0, "years"] == pytest.approx(0.8)


def test_a_year_without_publication():
    found = time_distance(path(10.0, 20.0, None), BENCHMARK, year=2021).loc["a"]
    assert np.isnan(found["years"])
    assert not found["censored"]
    assert found["reason"] == "not published for 2021"


def test_later_years_play_no_part():
    later = pd.concat([BENCHMARK, pd.Series({2022: 1.0, 2023: 99.0})])
    wide = path(5.0, 15.0, 30.0).assign(**{"2022": 7.0}).rename(columns={"2022": 2022})
    one = time_distance(path(5.0, 15.0, 30.0), BENCHMARK, year=2021)
    pd.testing.assert_frame_equal(time_distance(wide, later, year=2021), one)
    assert time_distance(wide, later, year=2020).at["a", "years"] == pytest.approx(0.5)


def test_years_in_any_order():
    turned = BENCHMARK.iloc[::-1]
    assert time_distance(path(None, None, 30.0), turned, year=2021).at["a", "years"] == 0.5


def test_bad_requests_are_refused():
    with pytest.raises(ValueError, match="the benchmark is not known in 2022"):
        time_distance(path(1.0, 2.0, 3.0), BENCHMARK, year=2022)
    with pytest.raises(ValueError, match="not known in 2021"):
        time_distance(path(1.0, 2.0, 3.0), BENCHMARK.mask(BENCHMARK == 40.0), year=2021)
    with pytest.raises(ValueError, match="direction is 'up'"):
        time_distance(path(1.0, 2.0, 3.0), BENCHMARK, year=2021, direction="up")


levels = st.lists(st.integers(-50, 50), min_size=4, max_size=4)


@given(leader=levels, own=levels)
def test_laws_of_distance(leader, own):
    years = [2018, 2019, 2020, 2021]
    benchmark = pd.Series(leader, index=years, dtype=float)
    paths = pd.DataFrame([own], columns=years, dtype=float)
    found = time_distance(paths, benchmark, year=2021)
    behind = found.at[0, "years"]
    assert -3 <= behind <= 3
    assert np.sign(behind) in (0, np.sign(leader[-1] - own[-1]))
    # in other units, and with less being better
    pd.testing.assert_frame_equal(
        time_distance(1000 * paths, 1000 * benchmark, year=2021), found, check_exact=False
    )
    pd.testing.assert_frame_equal(
        time_distance(-paths, -benchmark, year=2021, direction="-"), found
    )
    # who trails is led by as much as the other leads
    mirrored = time_distance(benchmark.to_frame().T, paths.loc[0], year=2021).iloc[0]
    assert mirrored["years"] == -behind
    assert mirrored["censored"] == found.at[0, "censored"]


@given(leader=levels, own=levels, more=st.integers(1, 20))
def test_a_better_year_never_adds_to_the_distance(leader, own, more):
    years = [2018, 2019, 2020, 2021]
    benchmark = pd.Series(leader, index=years, dtype=float)
    better = [*own[:-1], own[-1] + more]
    one, other = (
        time_distance(pd.DataFrame([levels], columns=years), benchmark, year=2021).iloc[0]
        for levels in (own, better)
    )
    assert other["years"] <= one["years"] or one["censored"]
