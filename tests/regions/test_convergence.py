"""Convergence: speeds by hand, exact worlds for σ, β and panel β, the bias that is declared."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS

from quyu.regions.convergence import beta, panel_beta, sigma, speed
from quyu.regions.regression import ols

RNG = np.random.default_rng(3)
UNITS = [f"u{i:02}" for i in range(31)]
START = pd.Series(np.exp(RNG.normal(11, 0.4, 31)), UNITS)
NOISE = pd.Series(RNG.normal(0, 0.05, 31), UNITS)


# ---- speed


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
    assert found.course == "overshooting"
    assert (found.rate, found.half_life, found.high) == (None, None, None)
    assert found.low == pytest.approx(-math.log(0.6) / 4)


@given(st.floats(-0.5, 1), st.integers(1, 10))
def test_the_speed_of_the_slope_of_a_speed(rate, span):
    b = math.expm1(-rate * span) / span
    assert speed(b, span, interval=(b, b)).rate == pytest.approx(rate, abs=1e-9)


# ---- σ


def table(values, years):
    return pd.DataFrame(values, index=list("abc"), columns=years, dtype=float).stack()


def test_ratios_of_two_by_hand():
    """ln 1, ln 2, ln 4 around their mean: √(2/3) ln 2. Squared ratios double it."""
    found = sigma(table([[1, 1], [2, 4], [4, 16]], [2019, 2020]), form="log")
    one = np.sqrt(2 / 3) * np.log(2)
    assert found.by_year.to_dict() == pytest.approx({2019: one, 2020: 2 * one})
    assert found.trend is None


def test_a_straight_trend_is_found_exactly():
    scale = np.array([10, 9, 7, 6])
    found = sigma(table(np.outer([-1, 0, 1], scale) + 50, [2015, 2016, 2018, 2019]), form="levels")
    unit = np.sqrt(2 / 3)
    assert found.by_year.tolist() == pytest.approx((scale * unit).tolist())
    terms = found.trend.coefficients["estimate"]
    assert terms.to_dict() == pytest.approx({"constant": 10 * unit, "year": -unit})
    assert (found.trend.n, found.trend.df) == (4, 2)


def test_three_years_are_enough_and_errors_are_hc3():
    found = sigma(table(np.outer([-1, 0, 1], [4, 2, 3]), [2019, 2020, 2021]), form="levels")
    line = pd.DataFrame({"year": [0.0, 1, 2]}, found.by_year.index)
    expected = ols(found.by_year, line, errors="HC3").coefficients
    pd.testing.assert_frame_equal(found.trend.coefficients, expected)


def test_growth_of_all_and_units_of_measurement_are_no_convergence():
    growing = table(np.outer([1, 3, 8], [1, 1.1, 1.3, 1.4]), range(2019, 2023))
    assert np.ptp(sigma(growing * 1e4, form="log").by_year) == pytest.approx(0, abs=1e-12)


def test_years_without_all_units_are_left_out():
    holed = table([[1, 2, 3], [2, 3, 4], [3, 4, 5]], [2019, 2020, 2021]).drop(("b", 2020))
    found = sigma(holed, form="levels")
    assert found.by_year.index.tolist() == [2019, 2021]
    assert found.trend is None
    assert len(sigma(holed.drop("b"), form="levels").by_year) == 3
    none = sigma(holed[holed.index.get_level_values(1) == 2020].reindex(holed.index), form="log")
    assert none.by_year.empty and none.trend is None


# ---- β


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
    assert terms["initial"] == pytest.approx(math.expm1(-rate * span) / span, abs=1e-12)
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


def test_equal_growth_is_no_convergence_and_an_order_turned_over_no_speed():
    found = beta(panel(y2019=START, y2023=START * 1.3), 2019, 2023, form="log")
    assert (found.speed.rate, found.speed.course) == (0, "diverging")
    found = beta(panel(y2019=START, y2023=START.mean() ** 2 / START), 2019, 2023, form="log")
    assert found.fit.coefficients.at["initial", "estimate"] == pytest.approx(-0.5)
    assert (found.speed.course, found.speed.rate) == ("overshooting", None)


def test_what_could_have_been_found():
    close, loose = (
        beta(panel(y2019=START, y2023=START * np.exp(k * NOISE)), 2019, 2023, form="log")
        for k in (1, 8)
    )
    assert (close.low_power, loose.low_power) == (False, True)
    assert close.power > 0.8 > loose.power > 0.05


def test_errors_are_hc1():
    found = beta(panel(y2019=START, y2023=START * np.exp(NOISE)), 2019, 2023, form="log")
    start = pd.DataFrame({"initial": np.log(START)})
    expected = ols(NOISE / 4, start, errors="HC1").coefficients
    pd.testing.assert_frame_equal(found.fit.coefficients, expected)


def test_conditional_on_what_holds_some_back():
    """Two clubs, each converging to a level of its own: only the control shows the speed."""
    club = pd.DataFrame({"rich": START.gt(START.median()).astype(float)})
    world = panel(y2015=START, y2023=converged(0.03, 8) * np.exp(0.4 * club["rich"]))
    elsewhere = pd.DataFrame({"rich": [None]}, ["elsewhere"], dtype=float)
    found = beta(world, 2015, 2023, form="log", controls=pd.concat([elsewhere, club[::-1]]))
    assert found.speed.rate == pytest.approx(0.03, abs=1e-9)
    assert found.fit.coefficients.at["rich", "estimate"] == pytest.approx(0.05)
    assert beta(world, 2015, 2023, form="log").speed.rate < 0.02


def test_ten_units_are_enough():
    few = panel(y2015=START[:10], y2023=START[:10] * np.exp(NOISE[:10]))
    assert beta(few, 2015, 2023, form="log").fit.df == 8


@given(st.floats(0.1, 10), st.permutations(UNITS))
@settings(max_examples=15)
def test_neither_unit_nor_order_matters_to_logs(factor, order):
    end = START * np.exp(NOISE)
    found = beta(
        panel(y2019=START[order] * factor, y2023=end[order] * factor), 2019, 2023, form="log"
    )
    expected = beta(panel(y2019=START, y2023=end), 2019, 2023, form="log")
    b, as_before = (
        each.fit.coefficients.loc["initial", ["estimate", "se"]] for each in (found, expected)
    )
    assert b.tolist() == pytest.approx(as_before.tolist(), abs=1e-9)


# ---- panel β


def world(first, step, shocks, years=range(2015, 2024)):
    """Each year is `step` of the year before plus that year's shocks."""
    rows = [np.asarray(first, dtype=float)]
    for shock in shocks:
        rows.append(step * rows[-1] + shock)
    columns = list(years)[: len(rows)]
    return pd.DataFrame(np.array(rows).T, columns=columns).stack().rename_axis(["unit", "year"])


def b_of(found):
    return found.fit.coefficients.at["initial", "estimate"]


def test_an_exact_world_with_unit_and_year_effects():
    """A lasting level for each unit and a shock common to all in each year, nothing else."""
    rng = np.random.default_rng(5)
    own, common = rng.normal(size=6), rng.normal(size=8)
    scores = world(rng.normal(50, 10, 6), 0.7, [own + year for year in common])
    found = panel_beta(scores, form="levels")
    assert b_of(found) == pytest.approx(-0.3)
    assert found.speed.half_life == pytest.approx(math.log(2) / -math.log(0.7))
    assert (found.fit.n, found.fit.df, found.null) == (48, 5, -3 / 9)
    assert b_of(panel_beta(np.exp(scores / 10), form="log")) == pytest.approx(-0.3)


def test_it_is_the_regression_on_dummies():
    rng = np.random.default_rng(6)
    table = world(rng.normal(size=7), 0.8, rng.normal(size=(8, 7)))
    found, wide = panel_beta(table, form="levels"), table.unstack()
    y, x = wide.diff(axis=1).iloc[:, 1:].stack(), wide.shift(axis=1).iloc[:, 1:].stack()
    unit, year = (pd.get_dummies(y.index.get_level_values(k), dtype=float) for k in (0, 1))
    fit = OLS(y.to_numpy(), np.column_stack([x, unit, year.iloc[:, 1:]])).fit()
    assert b_of(found) == pytest.approx(fit.params[0])
    np.testing.assert_allclose(found.fit.residuals.loc[y.index], fit.resid, atol=1e-12)
    assert found.fit.residuals.index.names == ["unit", "year"]
    assert found.fit.residuals.index.get_level_values("year").min() == 2016


@pytest.mark.parametrize("steps", [4, 8])
def test_units_that_never_converge_give_the_declared_null(steps):
    rng = np.random.default_rng(8)
    walks = world(rng.normal(size=4000), 1.0, rng.normal(size=(steps, 4000)))
    found = panel_beta(walks, form="levels")
    assert found.null == -3 / (steps + 1)
    assert b_of(found) == pytest.approx(found.null, abs=0.02)
    assert not found.beyond_null


def test_beyond_the_null_is_the_whole_interval():
    rng = np.random.default_rng(9)
    fast = panel_beta(world(rng.normal(size=200), 0.1, rng.normal(size=(8, 200))), form="levels")
    low, high = fast.fit.coefficients.loc["initial", ["low", "high"]]
    assert fast.beyond_null and high < fast.null
    assert fast.speed.low == pytest.approx(-math.log1p(high))
    assert (low < -1, fast.speed.high) == (True, None)


def test_a_year_that_is_incomplete_at_the_end_is_left_out():
    table = world([1, 2, 4], 0.5, np.eye(8, 3))
    assert panel_beta(table.drop((1, 2015)), form="levels").fit.n == 3 * 7
