"""β of exact worlds, conditional β, refusals, the laws of its two forms."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.regions.convergence import beta, slope
from quyu.regions.regression import ols

RNG = np.random.default_rng(3)
UNITS = [f"u{i:02}" for i in range(31)]
START = pd.Series(np.exp(RNG.normal(11, 0.4, 31)), UNITS)
NOISE = pd.Series(RNG.normal(0, 0.05, 31), UNITS)


def panel(**columns):
    """Columns called y2019, y2023 …"""
    years = {int(name[1:]): values for name, values in columns.items()}
    return pd.DataFrame(years).stack().rename_axis(["unit", "year"])


def converged(rate, span, growth=0.05):
    """Every gap in logs shrinks at `rate` for `span` years."""
    return np.exp(growth * span + math.exp(-rate * span) * np.log(START))


@pytest.mark.parametrize(("rate", "span"), [(0.02, 4), (0.02, 8), (0.3, 5), (-0.01, 4)])
def test_an_exact_world_gives_its_speed_back(rate, span):
    world = panel(y2015=START, **{f"y{2015 + span}": converged(rate, span)})
    found = beta(world, 2015, 2015 + span, form="log")
    terms = found.fit.coefficients["estimate"]
    assert terms["initial"] == pytest.approx(slope(rate, span), abs=1e-12)
    assert terms["constant"] == pytest.approx(0.05, abs=1e-10)
    assert found.speed.rate == pytest.approx(rate, abs=1e-10)
    assert found.speed.half_life == (pytest.approx(math.log(2) / rate) if rate > 0 else None)
    assert found.speed.course == ("converging" if rate > 0 else "diverging")
    assert found.fit.residuals.abs().max() < 1e-12
    assert found.power == 1.0


def test_scores_in_levels():
    """Gaps to 50 points fall to three quarters in 3 years: b = −1/12."""
    score = pd.Series([20.0, 30, 35, 50, 50, 55, 60, 70, 85, 90])
    found = beta(panel(y2020=score, y2023=50 + 0.75 * (score - 50)), 2020, 2023, form="levels")
    assert found.fit.coefficients["estimate"].to_dict() == pytest.approx(
        {"constant": 50 / 12, "initial": -1 / 12}
    )
    assert found.speed.half_life == pytest.approx(3 * math.log(2) / math.log(4 / 3))


def test_equal_growth_is_no_convergence():
    found = beta(panel(y2019=START, y2023=START * 1.3), 2019, 2023, form="log")
    assert (found.speed.rate, found.speed.course) == (0, "diverging")


def test_an_order_turned_over_has_no_speed():
    found = beta(panel(y2019=START, y2023=START.mean() ** 2 / START), 2019, 2023, form="log")
    assert found.fit.coefficients.at["initial", "estimate"] == pytest.approx(-0.5)
    assert (found.speed.course, found.speed.rate) == ("overshooting", None)


def test_what_could_have_been_found():
    close = beta(panel(y2019=START, y2023=START * np.exp(NOISE)), 2019, 2023, form="log")
    loose = beta(panel(y2019=START, y2023=START * np.exp(8 * NOISE)), 2019, 2023, form="log")
    assert not close.low_power
    assert loose.low_power
    assert close.power > 0.8 > loose.power > 0.05
    assert close.detectable < 0.02 < loose.detectable
    effect = close.fit.coefficients.at["initial", "detectable"]
    assert close.detectable == pytest.approx(-math.log(1 - 4 * effect) / 4)
    lost = beta(panel(y2019=START, y2023=START * np.exp(40 * NOISE)), 2019, 2023, form="log")
    assert lost.detectable is None


def test_errors_are_hc1():
    found = beta(panel(y2019=START, y2023=START * np.exp(NOISE)), 2019, 2023, form="log")
    start = pd.DataFrame({"initial": np.log(START)})
    expected = ols(NOISE / 4, start, errors="HC1").coefficients
    pd.testing.assert_frame_equal(found.fit.coefficients, expected)


def test_conditional_on_what_holds_some_back():
    """Two clubs, each converging to a level of its own: only the control shows the speed."""
    club = pd.DataFrame({"rich": START.gt(START.median()).astype(float)})
    end = converged(0.03, 8) * np.exp(0.4 * club["rich"])
    world = panel(y2015=START, y2023=end)
    elsewhere = pd.DataFrame({"rich": [None]}, ["elsewhere"], dtype=float)
    controls = pd.concat([elsewhere, club[::-1]])
    found = beta(world, 2015, 2023, form="log", controls=controls)
    assert found.speed.rate == pytest.approx(0.03, abs=1e-9)
    assert found.fit.coefficients.at["rich", "estimate"] == pytest.approx(0.05)
    assert beta(world, 2015, 2023, form="log").speed.rate < 0.02


def test_only_the_stated_units_are_compared():
    world = panel(y2015=START, y2023=converged(0.02, 8)).drop(("u00", 2015))
    with pytest.raises(
        ValueError, match=r"'u00' has no figure in 2015 \(1 missing in 2015 or 2023\)"
    ):
        beta(world, 2015, 2023, form="log")
    found = beta(world, 2015, 2023, form="log", units=UNITS[1:])
    assert found.fit.n == 30
    assert found.speed.rate == pytest.approx(0.02)


def test_too_few_units_are_refused():
    few = panel(y2015=START[:10], y2023=START[:10] * np.exp(NOISE[:10]))
    assert beta(few, 2015, 2023, form="log").fit.df == 8
    with pytest.raises(ValueError, match="9 units are too few for β with 0 controls, at least 10"):
        beta(few, 2015, 2023, form="log", units=UNITS[:9])
    with pytest.raises(ValueError, match="10 units are too few for β with 1 controls, at least 11"):
        beta(few, 2015, 2023, form="log", controls=pd.DataFrame({"x": NOISE}))


def test_refusals():
    world = panel(y2015=START, y2023=START)
    with pytest.raises(ValueError, match="the end, 2015, must come after the start, 2023"):
        beta(world, 2023, 2015, form="log")
    with pytest.raises(ValueError, match="the end, 2015, must come after the start, 2015"):
        beta(world, 2015, 2015, form="log")
    with pytest.raises(ValueError, match=r"'u00' has no figure in 2024 \(31 missing"):
        beta(world, 2015, 2024, form="log")
    with pytest.raises(ValueError, match="'u00' is 0; every figure must be above 0"):
        beta(panel(y2015=START.replace(START.iloc[0], 0), y2023=START), 2015, 2023, form="log")
    with pytest.raises(ValueError, match=r"no controls are given for \['u30'\]"):
        beta(world, 2015, 2023, form="log", controls=pd.DataFrame({"x": NOISE[:30]}))
    with pytest.raises(ValueError, match="control 'x': 'u03' has no value"):
        gap = pd.DataFrame({"x": NOISE.where(NOISE.index != "u03")})
        beta(world, 2015, 2023, form="log", controls=gap)
    with pytest.raises(ValueError, match=r"control 'x': the values are .*; they must be numbers"):
        beta(world, 2015, 2023, form="log", controls=pd.DataFrame({"x": "east"}, index=UNITS))
    with pytest.raises(ValueError, match="may not be called 'initial'"):
        beta(world, 2015, 2023, form="log", controls=pd.DataFrame({"initial": NOISE}))
    with pytest.raises(ValueError, match="'x' is constant or determined"):
        beta(world, 2015, 2023, form="log", controls=pd.DataFrame({"x": np.log(START)}))


@given(st.floats(1e-3, 1e3), st.permutations(UNITS))
@settings(max_examples=20)
def test_neither_units_of_measurement_nor_order_matter(factor, order):
    end = START * np.exp(NOISE)
    first = beta(panel(y2015=START, y2023=end), 2015, 2023, form="log")
    moved = panel(y2015=START[order] * factor, y2023=end[order] * factor)
    other = beta(moved, 2015, 2023, form="log")
    row, same = (found.fit.coefficients.loc["initial"] for found in (first, other))
    assert same.tolist() == pytest.approx(row.tolist(), rel=1e-6, abs=1e-12)
    assert other.power == pytest.approx(first.power)
    residuals = other.fit.residuals[UNITS].to_numpy()
    assert residuals == pytest.approx(first.fit.residuals.to_numpy(), abs=1e-9)


@given(st.floats(-50, 50))
@settings(max_examples=20)
def test_the_zero_of_a_score_does_not_matter(shift):
    score = pd.Series(np.linspace(20, 80, 31), UNITS)
    first = beta(panel(y2019=score, y2023=score + NOISE), 2019, 2023, form="levels")
    other = beta(panel(y2019=score + shift, y2023=score + NOISE + shift), 2019, 2023, form="levels")
    row, same = (found.fit.coefficients.loc["initial"] for found in (first, other))
    assert same.tolist() == pytest.approx(row.tolist(), rel=1e-6, abs=1e-12)
