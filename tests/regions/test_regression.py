"""Least squares: errors worked out by hand, power against another program, what has no answer."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from quyu.regions.regression import ols, power

RNG = np.random.default_rng(7)
X = pd.DataFrame({"x": RNG.normal(size=20), "z": RNG.normal(size=20)})
Y = 1 + 2 * X["x"] - X["z"] + RNG.normal(size=20) * (1 + X["x"].abs())


def sandwich(design, residuals, scores):
    """(X'X)⁻¹ · Σ s s' · (X'X)⁻¹ of the rows of `scores`."""
    bread = np.linalg.inv(design.T @ design)
    return np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread))


def test_coefficients_and_robust_errors():
    design = np.column_stack([np.ones(20), X])
    b = np.linalg.solve(design.T @ design, design.T @ Y)
    left = Y.to_numpy() - design @ b
    hat = np.diag(design @ np.linalg.inv(design.T @ design) @ design.T)
    hc1 = sandwich(design, left, design * left[:, None]) * np.sqrt(20 / 17)
    hc3 = sandwich(design, left, design * (left / (1 - hat))[:, None])
    for errors, se in (("HC1", hc1), ("HC3", hc3)):
        found = ols(Y, X, errors=errors)
        table = found.coefficients
        assert table.index.tolist() == ["constant", "x", "z"]
        np.testing.assert_allclose(table["estimate"], b)
        np.testing.assert_allclose(table["se"], se)
        reach = stats.t.ppf(0.975, 17)
        np.testing.assert_allclose(table["high"], b + reach * se)
        np.testing.assert_allclose(table["low"], b - reach * se)
        np.testing.assert_allclose(table["p"], 2 * stats.t.sf(np.abs(b / se), 17))
        assert (found.n, found.df) == (20, 17)
        np.testing.assert_allclose(found.residuals, left)


def test_errors_by_cluster():
    owner = pd.Series(np.repeat(list("abcde"), [2, 3, 4, 5, 6]), X.index)
    found = ols(Y, X, errors="cluster", clusters=owner[::-1])
    design = np.column_stack([np.ones(20), X])
    scores = pd.DataFrame(design * found.residuals.to_numpy()[:, None]).groupby(owner).sum()
    se = sandwich(design, None, scores.to_numpy()) * np.sqrt(5 / 4 * 19 / 17)
    np.testing.assert_allclose(found.coefficients["se"], se)
    assert found.df == 4


def test_the_detectable_effect_is_found_four_times_in_five():
    row = ols(Y, X, errors="HC1").coefficients.loc["x"]
    assert power(row["detectable"], row["se"], 17) == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("effect", [0.01, 0.2, 0.5, 0.9, -0.5])
def test_power_against_statsmodels(effect):
    theirs = TTestPower().power(effect, nobs=31, alpha=0.05)
    assert power(effect, 31**-0.5, 30) == pytest.approx(theirs, abs=1e-9)


def test_power_at_the_ends():
    assert power(0.0, 0.0, 5) == 0.05
    assert power(1.0, 1e-300, 29) == 1.0
    assert 0.999 < power(50.0, 1.0, 29) <= 1.0


def test_large_levels_are_no_obstacle():
    """Years or yuan: columns of very different size are still told apart."""
    big = X.assign(x=1e9 + X["x"] * 1e3, z=X["z"] * 1e-6)
    found = ols(Y, big, errors="HC1").coefficients["estimate"]
    assert found["x"] * 1e3 == pytest.approx(
        ols(Y, X, errors="HC1").coefficients.at["x", "estimate"]
    )
