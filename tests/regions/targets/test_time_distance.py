"""Time distance: paths short enough to measure with a ruler."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.regions.forecast import time_distance

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
def test_by_hand(levels, years, censored):
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
def test_laws(leader, own):
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
