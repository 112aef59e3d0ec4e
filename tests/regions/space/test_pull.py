"""The pull of leaders: exact worlds, HC3 by hand, coverage of known pulls, laws, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.facts import boundaries, load
from quyu.facts.boundaries import DRAWN_ONLY
from quyu.regions.pull import pull
from quyu.regions.space import queen

UNITS = list("abcdefgh")


def ring():
    """Eight units in a circle, each between two."""
    raw = np.roll(np.eye(8), 1, axis=1) + np.roll(np.eye(8), -1, axis=1)
    return pd.DataFrame(raw / 2, index=UNITS, columns=UNITS)


LEADERS = ["a", "d"]
START = pd.Series([9.0, 3, 4, 8, 2, 5, 1, 0], index=UNITS)  # mean 4
EXPOSURE = [0, 2.5, 2, 0, 2, 0, 0, 2.5]  # half of 5 beside a, half of 4 beside d
NOISE = pd.Series([0.3, -0.1, 0.4, -0.5, 0.2, 0.6, -0.7, 0.1], index=UNITS)
END = START + 1 - 0.1 * START + 0.4 * np.array(EXPOSURE) + NOISE


def test_exposure_by_hand():
    found = pull(START, END, ring(), leaders=LEADERS)
    assert found.units["exposure"].tolist() == pytest.approx(EXPOSURE)
    assert (found.n, found.exposed) == (8, 4)
    assert found.units["gain"].tolist() == pytest.approx((END - START).tolist())


def test_a_world_without_noise_gives_its_own_numbers_back():
    found = pull(START, END - NOISE, ring(), leaders=LEADERS)
    assert found.coefficient == pytest.approx(0.4)
    assert found.own == pytest.approx(-0.1)
    assert found.low == pytest.approx(0.4) == found.high
    assert found.units["residual"].to_numpy() == pytest.approx(0, abs=1e-12)


def test_hc3_by_its_formula():
    """(X′X)⁻¹ X′ diag(e² / (1 − h)²) X (X′X)⁻¹ with t of n − 3."""
    from scipy import stats

    found = pull(START, END, ring(), leaders=LEADERS)
    x = np.column_stack([np.ones(8), START, EXPOSURE])
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ (END - START)
    residual = (END - START).to_numpy() - x @ beta
    leverage = np.diag(x @ inverse @ x.T)
    meat = x.T @ np.diag((residual / (1 - leverage)) ** 2) @ x
    se = np.sqrt((inverse @ meat @ inverse)[2, 2])
    assert found.coefficient == pytest.approx(beta[2])
    assert found.se == pytest.approx(se)
    assert found.units["leverage"].tolist() == pytest.approx(leverage.tolist())
    half = stats.t.ppf(0.975, 5) * se
    assert (found.low, found.high) == pytest.approx((beta[2] - half, beta[2] + half))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(beta[2]) / se, 5))
    assert found.detectable == pytest.approx((stats.t.ppf(0.975, 5) + stats.t.ppf(0.8, 5)) * se)


def test_the_coefficient_without_a_unit_is_that_of_the_others():
    found = pull(START, END, ring(), leaders=LEADERS)
    for unit in UNITS:
        keep = [other != unit for other in UNITS]
        x = np.column_stack([np.ones(8), START, EXPOSURE])[keep]
        beta, *_ = np.linalg.lstsq(x, (END - START)[keep], rcond=None)
        assert found.units.at[unit, "without"] == pytest.approx(beta[2])


@settings(max_examples=20)
@given(st.floats(0.1, 10), st.floats(-50, 50))
def test_the_zero_and_the_unit_of_a_score_do_not_matter(scale, origin):
    found = pull(START * scale + origin, END * scale + origin, ring(), leaders=LEADERS)
    expected = pull(START, END, ring(), leaders=LEADERS)
    for name in ("coefficient", "se", "low", "high", "p", "own"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-9)


@settings(max_examples=20)
@given(st.permutations(UNITS), st.permutations(UNITS), st.permutations(LEADERS))
def test_the_order_of_the_rows_does_not_matter_to_the_last_digit(rows, others, leaders):
    weights = ring().loc[others, others]
    found = pull(START[rows], END[others], weights, leaders=leaders)
    expected = pull(START, END, ring(), leaders=LEADERS)
    pd.testing.assert_frame_equal(found.units, expected.units.loc[rows], check_exact=True)
    assert (found.coefficient, found.low, found.p) == (
        expected.coefficient,
        expected.low,
        expected.p,
    )


def test_intervals_hold_a_known_pull_on_the_provinces_own_map():
    """150 simulated gains with a pull of 0.1; noise three times as wide in the East."""
    facts = load()
    provinces = facts.provinces.drop(index=list(DRAWN_ONLY))
    east = provinces.index[provinces["region"] == "東部"]
    weights = queen(boundaries(facts), provinces.index)
    draw = np.random.default_rng(5)
    levels = draw.uniform(20, 50, len(provinces)) + 20 * provinces.index.isin(east)
    start = pd.Series(levels, index=provinces.index)
    x = weights[east] @ (start[east] - start.mean())
    held = 0
    for _ in range(150):
        noise = draw.standard_normal(len(provinces)) * np.where(provinces.index.isin(east), 3, 1)
        found = pull(start, start + 1 - 0.05 * start + 0.1 * x + noise, weights, leaders=east)
        held += found.low <= 0.1 <= found.high
    assert 0.9 <= held / 150 <= 0.99
    assert (found.n, found.exposed) == (31, 18)


def test_a_leader_named_twice_leads_once():
    found = pull(START, END, ring(), leaders=["d", "a", "a"])
    assert found.coefficient == pull(START, END, ring(), leaders=LEADERS).coefficient


def test_leaders_that_are_no_units_are_named():
    with pytest.raises(ValueError, match="leaders x, z are not among the units a, b"):
        pull(START, END, ring(), leaders=["a", "z", "x"])


@pytest.mark.parametrize("leaders", [[], UNITS])
def test_none_or_all_leaders_are_refused(leaders):
    with pytest.raises(ValueError, match=f"{len(leaders)} of 8 units lead"):
        pull(START, END, ring(), leaders=leaders)


def pair(one, other):
    """Eight units of which only the two are neighbours."""
    weights = pd.DataFrame(0.0, index=UNITS, columns=UNITS)
    weights.loc[one, other] = weights.loc[other, one] = 1.0
    return weights


def test_leaders_without_neighbours_pull_nobody():
    with pytest.raises(ValueError, match="0 of 8 units have a leading neighbour"):
        pull(START, END, pair("e", "f"), leaders=LEADERS)
    with pytest.raises(ValueError, match="1 of 8 units have a leading neighbour"):
        pull(START, END, pair("a", "b"), leaders=LEADERS)


def test_a_unit_that_alone_decides_is_named():
    # a and b lie beside leaders, but the leader beside b is exactly average: exposure 0
    start = START.copy()
    start["c"] = start.drop("c").mean()
    with pytest.raises(ValueError, match="b alone decides a coefficient"):
        pull(start, END, pair("a", "b") + pair("c", "d"), leaders=["a", "c"])


def test_levels_that_are_all_the_same_are_refused():
    with pytest.raises(ValueError, match="'own' is constant"):
        pull(START * 0 + 5, END, ring(), leaders=LEADERS)


def test_missing_levels_are_named():
    with pytest.raises(ValueError, match="no value for b"):
        pull(START.where(START.index != "b"), END, ring(), leaders=LEADERS)
    with pytest.raises(ValueError, match="these differ: h"):
        pull(START, END.drop("h"), ring(), leaders=LEADERS)
