"""The pull of leaders: exact worlds, HC3 by hand, coverage of known pulls, laws, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libpysal.graph import Graph

from quyu.regions.disparity import read_disparity
from quyu.regions.graphs import contiguity, matched
from quyu.regions.pull import pull

UNITS = list("abcdefgh")


def ring(units=UNITS):
    """Eight units in a circle, each between two."""
    beside = {unit: [UNITS[i - 1], UNITS[(i + 1) % 8]] for i, unit in enumerate(UNITS)}
    return Graph.from_dicts({unit: beside[unit] for unit in units})


def theta(found):
    return found.fit.coefficients.loc["leaders"]


LEADERS = ["a", "d"]
START = pd.Series([9.0, 3, 4, 8, 2, 5, 1, 0], index=UNITS)  # mean 4
EXPOSURE = [0, 2.5, 2, 0, 2, 0, 0, 2.5]  # half of 5 beside a, half of 4 beside d
NOISE = pd.Series([0.3, -0.1, 0.4, -0.5, 0.2, 0.6, -0.7, 0.1], index=UNITS)
END = START + 1 - 0.1 * START + 0.4 * np.array(EXPOSURE) + NOISE


def test_exposure_by_hand():
    found = pull(START, END, ring(), leaders=LEADERS)
    assert found.units["exposure"].tolist() == pytest.approx(EXPOSURE)
    assert (found.fit.n, found.exposed) == (8, 4)


def test_a_world_without_noise_gives_its_own_numbers_back():
    found = pull(START, END - NOISE, ring(), leaders=LEADERS)
    assert theta(found)[["estimate", "low", "high"]].tolist() == pytest.approx([0.4] * 3)
    assert found.fit.coefficients.at["own", "estimate"] == pytest.approx(-0.1)
    assert found.fit.residuals.to_numpy() == pytest.approx(0, abs=1e-12)


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
    assert found.units["leverage"].tolist() == pytest.approx(leverage.tolist())
    half, p = stats.t.ppf(0.975, 5) * se, 2 * stats.t.sf(abs(beta[2]) / se, 5)
    expected = [beta[2], se, p, beta[2] - half, beta[2] + half, half + stats.t.ppf(0.8, 5) * se]
    names = ["estimate", "se", "p", "low", "high", "detectable"]
    assert theta(found)[names].tolist() == pytest.approx(expected)


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
    for name in ("estimate", "se", "low", "high", "p"):
        assert theta(found)[name] == pytest.approx(theta(expected)[name], abs=1e-9)


@settings(max_examples=20)
@given(st.permutations(UNITS), st.permutations(UNITS), st.permutations(LEADERS))
def test_the_order_of_the_rows_does_not_matter_to_the_last_digit(rows, others, leaders):
    found = pull(START[rows], END[others], ring(others), leaders=leaders)
    expected = pull(START, END, ring(), leaders=LEADERS)
    pd.testing.assert_frame_equal(found.units, expected.units.loc[rows], check_exact=True)
    pd.testing.assert_series_equal(theta(found), theta(expected), check_exact=True)


def test_intervals_hold_a_known_pull_on_the_provinces_own_map(land, provinces):
    """150 simulated gains with a pull of 0.1; noise three times as wide in the East."""
    east = provinces[land.loc[provinces, "region"] == "東部"]
    draw = np.random.default_rng(5)
    levels = draw.uniform(20, 50, len(provinces)) + 20 * provinces.isin(east)
    weights = contiguity(land, bridges=read_disparity().bridges)
    start, table = matched(pd.Series(levels, index=provinces), weights)
    x = table[east] @ (start[east] - start.mean())
    held = 0
    for _ in range(150):
        noise = draw.standard_normal(len(provinces)) * np.where(provinces.isin(east), 3, 1)
        found = pull(start, start + 1 - 0.05 * start + 0.1 * x + noise, weights, leaders=east)
        held += theta(found)["low"] <= 0.1 <= theta(found)["high"]
    assert 0.9 <= held / 150 <= 0.99
    assert (found.fit.n, found.exposed) == (31, 18)


def test_a_leader_named_twice_leads_once():
    found = pull(START, END, ring(), leaders=["d", "a", "a"])
    assert theta(found).equals(theta(pull(START, END, ring(), leaders=LEADERS)))


def beside(*pairs):
    """Eight units of which only the pairs are neighbours."""
    near = {unit: [] for unit in UNITS}
    for one, other in pairs:
        near[one], near[other] = [other], [one]
    return Graph.from_dicts(near)


# a and b lie beside leaders, but the leader beside b is exactly average: exposure 0
AVERAGE = START.where(START.index != "c", START.drop("c").mean())


@pytest.mark.parametrize(
    ("start", "end", "weights", "leaders", "told"),
    [
        (START, END, ring(), ["a", "z", "x"], "leaders x, z are not among the units"),
        (START, END, ring(), [], "0 of 8 units lead"),
        (START, END, ring(), UNITS, "8 of 8 units lead"),
        (START, END, beside("ef"), LEADERS, "0 of 8 units have a leading neighbour"),
        (START, END, beside("ab"), LEADERS, "1 of 8 units have a leading neighbour"),
        (AVERAGE, END, beside("ab", "cd"), ["a", "c"], "b alone decides a coefficient"),
        (START * 0 + 5, END, ring(), LEADERS, "'own' is constant"),
        (START.where(START.index != "b"), END, ring(), LEADERS, "no value for b"),
        (START, END.drop("h"), ring(), LEADERS, "these differ: h"),
    ],
)
def test_what_has_no_answer_is_refused(start, end, weights, leaders, told):
    with pytest.raises(ValueError, match=told):
        pull(start, end, weights, leaders=leaders)
