"""Least squares on few units: coefficients with intervals, and what effect they could have found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from quyu.words.nouns import Noun

LEVEL = 0.05  # of the two-sided tests; intervals are of 95 %
POWER = 0.8  # what a study is asked to have


@dataclass(frozen=True, repr=False)
class Fit(Noun):
    """What `ols` returns.

    coefficients  terms × (estimate, se, t, p, low, high, detectable): 95 % interval; the smallest
                  true effect that such an se finds with a power of 80 %
    n             observations
    df            degrees of freedom of the t distribution
    residuals     by the index of y
    """

    coefficients: pd.DataFrame
    n: int
    df: int
    residuals: pd.Series


def ols(
    y: pd.Series,
    x: pd.DataFrame,
    *,
    errors: Literal["HC1", "HC3", "cluster"],
    clusters: pd.Series | None = None,
    constant: bool = True,
) -> Fit:
    """Regress `y` on the columns of `x` with errors robust to unequal variance, or by cluster.

    Tests and intervals use t with n − k degrees of freedom, with clusters their number − 1. Raises
    ValueError if there are no degrees of freedom, and naming a column that the others determine.

    >>> line = pd.Series([1.0, 3.0, 5.0, 8.0])
    >>> found = ols(line, pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0]}), errors="HC1")
    >>> found.coefficients["estimate"].round(9).to_dict(), found.df
    ({'constant': 0.8, 'x': 2.3}, 2)
    """
    from scipy import stats
    from statsmodels.regression.linear_model import OLS

    design = x.astype(float)
    if constant:
        design = design.assign(constant=1.0)[["constant", *x.columns]]
    size = np.linalg.norm(design, axis=0)
    _refuse_unanswerable(design, size)
    kwds = {} if clusters is None else {"groups": pd.factorize(clusters.loc[y.index])[0]}
    # columns of one size, so that years or yuan beside a constant cost no digits
    fit = OLS(y, design / size).fit(cov_type=errors, cov_kwds=kwds or None, use_t=True)
    df = int(fit.df_resid_inference if clusters is not None else fit.df_resid)
    interval = fit.conf_int(LEVEL)
    reach = stats.t.ppf(1 - LEVEL / 2, df) + stats.t.ppf(POWER, df)
    table = pd.DataFrame(
        {
            "estimate": fit.params / size,
            "se": fit.bse / size,
            "t": fit.tvalues,
            "p": fit.pvalues,
            "low": interval[0] / size,
            "high": interval[1] / size,
            "detectable": reach * fit.bse / size,
        }
    ).rename_axis("term")
    return Fit(table, len(y), df, fit.resid.rename("residual"))


def power(effect: float, se: float, df: int) -> float:
    """Chance that a two-sided 5 % t-test finds a true `effect`, given its standard error.

    Ask it of an effect fixed beforehand: of the estimate it would only repeat the p-value (Hoenig
    & Heisey 2001, The American Statistician 55: 19–24). No effect is found with a chance of 5 %.

    >>> round(power(0.0, 1.0, 29), 4), round(power(2.8, 1.0, 29), 2), power(1.0, 0.0, 29)
    (0.05, 0.77, 1.0)
    >>> round(power(10.0, 1.0, 29), 9)
    1.0
    """
    from scipy import stats

    if se == 0:
        return 1.0 if effect else LEVEL
    away = min(abs(effect) / se, 1e3)  # farther out the distribution is not computable
    bound = stats.t.ppf(1 - LEVEL / 2, df)
    wrong_side = stats.nct.cdf(-bound, df, away) if away < 5 else 0.0  # by then ~0; SciPy says NaN
    return float(stats.nct.sf(bound, df, away) + wrong_side)


def _refuse_unanswerable(design: pd.DataFrame, size: np.ndarray) -> None:
    rows, terms = design.shape
    if rows <= terms:
        raise ValueError(
            f"{rows} observations cannot give {terms} coefficients and their errors; at least "
            f"{terms + 1} are needed."
        )
    scaled = design.to_numpy() / np.where(size > 0, size, 1.0)
    for place, name in enumerate(design):
        if np.linalg.matrix_rank(scaled[:, : place + 1], tol=1e-9) <= place:
            others = ", ".join(map(str, design.columns[:place]))
            raise ValueError(
                f"{name!r} is constant or determined by the other terms ({others}); leave it out."
            )
