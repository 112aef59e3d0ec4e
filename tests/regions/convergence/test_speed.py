"""Speeds by hand, and every course a slope can take."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.regions.convergence import rate, slope, speed


def test_a_gap_that_falls_to_a_third_in_eight_years():
    found = speed((1 / 3 - 1) / 8, 8, interval=((1 / 4 - 1) / 8, (1 / 2 - 1) / 8))
    assert found.rate == pytest.approx(math.log(3) / 8)
    assert found.half_life == pytest.approx(8 * math.log(2) / math.log(3))
    assert (found.low, found.high) == pytest.approx((math.log(2) / 8, math.log(4) / 8))
    assert found.course == "converging"


def test_gaps_that_widen_or_last():
    found = speed(0.05, 4, interval=(-0.05, 0.15))
    assert (found.course, found.half_life) == ("diverging", None)
    assert found.rate == pytest.approx(-math.log(1.2) / 4)
    assert found.low < found.rate < 0 < found.high
    for b in (0.0, 1e-17, -1e-17):
        still = speed(b, 4, interval=(b, b))
        assert (still.rate, still.course, still.half_life) == (0, "diverging", None)
        assert math.copysign(1, still.rate) == 1


@pytest.mark.parametrize("b", [-0.25, -0.25 - 1e-15, -0.25 + 1e-15, -1.0])
def test_gaps_that_turn_over(b):
    found = speed(b, 4, interval=(b - 0.1, -0.1))
    assert (found.course, found.rate, found.half_life, found.high) == (
        "overshooting",
        None,
        None,
        None,
    )
    assert found.low == pytest.approx(-math.log(0.6) / 4)


@given(st.floats(-0.5, 1), st.integers(1, 10))
def test_slope_and_rate_are_inverse(speed_, span):
    assert rate(slope(speed_, span), span) == pytest.approx(speed_, abs=1e-9)
