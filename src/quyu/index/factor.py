"""Weights from a factor analysis: what the indicators have in common, counted once."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from quyu.index.adequacy import kmo
from quyu.index.multivariate import complete, correlation_matrix

LEAST_KMO = 0.6
LEAST_SHARE = 0.1  # of the variance, for a component to be kept on its own account
LEAST_TOTAL = 0.6  # of the variance, for the kept components together


def factor(y: pd.DataFrame, *, factors: int | None = None) -> pd.Series:
    """Weights in proportion to each indicator's largest squared loading after varimax rotation.

    Principal components of the correlations of the complete rows; `factors` of them are kept, by
    default those that explain 10 % of the variance each, or more until 60 % are explained. A single
    indicator gets weight 1. Raises ValueError if the Kaiser–Meyer–Olkin measure is below 0.6 (the
    indicators have too little in common), and for indicators that are constant or combinations of
    each other. Warns if there are fewer than 5 rows per indicator. (Nicoletti, Scarpetta & Boylaud
    2000; OECD/JRC 2008, Handbook, 6.1.)

    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(60, 1))
    >>> y = pd.DataFrame(common + rng.normal(size=(60, 3)) / [4, 4, 1], columns=["a", "b", "c"])
    >>> factor(y, factors=1).round(2).to_dict()  # c, mostly noise, weighs least
    {'a': 0.37, 'b': 0.38, 'c': 0.25}
    """
    if y.shape[1] == 1:
        return pd.Series(1.0, index=y.columns)
    rows = complete(y)
    count = rows.shape[1]
    if len(rows) < 5 * count:
        warnings.warn(
            f"factor weights rest on {len(rows)} rows for {count} indicators; below "
            f"{5 * count} they are unstable.",
            stacklevel=2,
        )
    adequacy = kmo(rows)
    if not adequacy >= LEAST_KMO:
        raise ValueError(
            f"{list(y.columns)} have too little in common for factor weights: the "
            f"Kaiser–Meyer–Olkin measure is {adequacy:.2f}, below {LEAST_KMO:g}. "
            f"Weigh them equally, or drop those that stand apart (see kmo_by_indicator)."
        )
    return loading_weights(rotated_loadings(correlation_matrix(rows), factors=factors))


def rotated_loadings(correlations: pd.DataFrame, *, factors: int | None = None) -> pd.DataFrame:
    """Loadings of indicators (rows) on principal components (columns 1…) after varimax rotation.

    Rows are scaled to length 1 while rotating (Kaiser 1958). A component is turned so that its
    loadings sum to at least 0. Raises ValueError for a number of factors that cannot be had.

    >>> apart = pd.DataFrame(np.eye(2), index=["a", "b"], columns=["a", "b"])
    >>> rotated_loadings(apart, factors=2).abs().sum().tolist()
    [1.0, 1.0]
    """
    values, vectors = np.linalg.eigh(correlations.to_numpy(dtype=float))
    values, vectors = values[::-1].clip(min=0), vectors[:, ::-1]
    kept = _kept(values) if factors is None else factors
    if not 1 <= kept <= len(values):
        raise ValueError(f"{kept} factors of {len(values)} indicators; 1 to {len(values)} exist.")
    loadings = vectors[:, :kept] * np.sqrt(values[:kept])
    if kept > 1:
        from statsmodels.multivariate.factor_rotation import rotate_factors  # slow to import

        length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
        length[length == 0] = 1  # an indicator that none of the kept factors touches stays at 0
        with np.errstate(divide="ignore"):  # statsmodels logs a gradient of exactly 0
            turned, _ = rotate_factors(loadings / length, "varimax", tol=1e-6)
        loadings = turned * length
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1, 1)
    return pd.DataFrame(loadings, index=correlations.index, columns=range(1, kept + 1))


def loading_weights(loadings: pd.DataFrame) -> pd.Series:
    """Weights in proportion to each indicator's largest squared loading, summing to 1.

    That is its share in the factor it belongs to, times the share of the variance that the factor
    explains.

    >>> loads = pd.DataFrame({1: [0.8, 0.6, 0.0], 2: [0.1, 0.0, 1.0]}, index=["a", "b", "c"])
    >>> loading_weights(loads).round(9).to_dict()
    {'a': 0.32, 'b': 0.18, 'c': 0.5}
    """
    largest = (loadings**2).max(axis=1)
    return largest / largest.sum()


def _kept(values: np.ndarray) -> int:
    shares = values / values.sum()
    alone = int((shares >= LEAST_SHARE).sum())
    together = int(np.searchsorted(shares.cumsum(), LEAST_TOTAL - 1e-12)) + 1
    return max(alone, together)
