"""Panel β: exact worlds, the dummies it stands for, the bias it declares, refusals."""

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from quyu.regions.convergence import panel_beta

YEARS = range(2015, 2024)


def world(first, step, shocks, years=YEARS):
    """Each year is `step` of the year before plus that year's shocks."""
    rows = [np.asarray(first, dtype=float)]
    for shock in shocks:
        rows.append(step * rows[-1] + shock)
    table = pd.DataFrame(np.array(rows).T, columns=list(years)[: len(rows)])
    return table.stack().rename_axis(["unit", "year"])


def test_an_exact_world_with_unit_and_year_effects():
    """A lasting level for each unit and a shock common to all in each year, nothing else."""
    rng = np.random.default_rng(5)
    own, common = rng.normal(size=6), rng.normal(size=8)
    scores = world(rng.normal(50, 10, 6), 0.7, [own + year for year in common])
    found = panel_beta(scores, form="levels")
    assert found.fit.coefficients.at["initial", "estimate"] == pytest.approx(-0.3)
    assert found.speed.half_life == pytest.approx(math.log(2) / -math.log(0.7))
    assert (found.units, found.steps, found.fit.n, found.fit.df) == (6, 8, 48, 5)
    logs = panel_beta(np.exp(scores / 10), form="log")
    assert logs.fit.coefficients.at["initial", "estimate"] == pytest.approx(-0.3)


def test_it_is_the_regression_on_dummies():
    rng = np.random.default_rng(6)
    table = world(rng.normal(size=7), 0.8, rng.normal(size=(8, 7)))
    found = panel_beta(table, form="levels")
    wide = table.unstack()
    y, x = wide.diff(axis=1).iloc[:, 1:].stack(), wide.shift(axis=1).iloc[:, 1:].stack()
    unit, year = (y.index.get_level_values(level) for level in (0, 1))
    design = np.column_stack(
        [x, pd.get_dummies(unit, dtype=float), pd.get_dummies(year, dtype=float).iloc[:, 1:]]
    )
    fit = OLS(y.to_numpy(), design).fit()
    assert found.fit.coefficients.at["initial", "estimate"] == pytest.approx(fit.params[0])
    np.testing.assert_allclose(found.fit.residuals.loc[y.index], fit.resid, atol=1e-12)
    assert found.fit.residuals.index.names == ["unit", "year"]
    assert found.fit.residuals.index.get_level_values("year").min() == 2016


@pytest.mark.parametrize("steps", [4, 8])
def test_units_that_never_converge_give_the_declared_null(steps):
    rng = np.random.default_rng(8)
    walks = world(rng.normal(size=4000), 1.0, rng.normal(size=(steps, 4000)))
    found = panel_beta(walks, form="levels")
    assert found.null == -3 / (steps + 1)
    assert found.fit.coefficients.at["initial", "estimate"] == pytest.approx(found.null, abs=0.02)
    assert not found.beyond_null


def test_beyond_the_null_is_the_whole_interval():
    rng = np.random.default_rng(9)
    fast = panel_beta(world(rng.normal(size=200), 0.1, rng.normal(size=(8, 200))), form="levels")
    assert fast.beyond_null
    low, high = fast.fit.coefficients.loc["initial", ["low", "high"]]
    assert high < fast.null
    assert fast.speed.low == pytest.approx(-math.log1p(high))
    assert (low < -1, fast.speed.high) == (True, None)


def test_years_that_are_incomplete_or_apart():
    table = world([1, 2, 4], 0.5, np.eye(8, 3)).rename({0: "a", 1: "b", 2: "c"}, level=0)
    found = panel_beta(table.drop(("b", 2015)), form="levels")
    assert found.steps == 7
    assert found.left_out[["year", "unit"]].to_numpy().tolist() == [[2015, "b"]]
    with pytest.raises(ValueError, match="2019 is not published for every unit"):
        panel_beta(table.drop(("b", 2019)), form="levels")
    with pytest.raises(ValueError, match=r"at least 3 years .* there are \[2015, 2016\]"):
        panel_beta(table, form="levels", years=[2016, 2015])
    assert panel_beta(table, form="levels", years=[2017, 2015, 2016]).steps == 2


def test_a_figure_without_logarithm_is_refused_with_its_year():
    table = world([1, 2, 4], 0.5, np.eye(8, 3)).rename({0: "a", 1: "b", 2: "c"}, level=0)
    with pytest.raises(ValueError, match="2018: 'c' is -4; every figure must be above 0"):
        panel_beta(table.where(table.index != ("c", 2018), -4.0), form="log")
