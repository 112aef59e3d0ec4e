"""The rules that score a row against the other rows of its year: TOPSIS, Copeland.

They share the signature of `aggregate`. Rows indexed by (unit, year) compete within their year
only, so a new year changes no earlier score; the scores of two years are not on one scale.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

TIE = 1e-12  # shares of weight this close to one half are a draw


def topsis(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """100 D⁻ / (D⁺ + D⁻), D the weighted distance to the best and the worst of the same year.

    The scores are taken as normalised by the framework; best and worst are the greatest and least
    observed of each child. Missing children are left out and the weights of the others scaled up.
    A row at no distance from either, because all rows are equal, is missing. Hwang and Yoon (1981);
    Tzeng and Huang, Multiple Attribute Decision Making (2011).

    >>> topsis(pd.DataFrame({"a": [0.0, 4.0, 1.0]}), pd.Series({"a": 1.0})).tolist()
    [0.0, 100.0, 25.0]
    """
    return _by_year(scores, weights, _closeness)


def copeland(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Duels won by weight of children, as 50 + 50 (won − lost) / duels fought within the year.

    Row i beats row j if it is the better on more than half of the weight of the children that both
    have; children missing in either say nothing about the pair, and equal ones count half for each,
    so that the shares of i and j always sum to one. A row without any duel is missing. Copeland
    (1951); OECD/JRC Handbook (2008), section 6.3.

    >>> copeland(pd.DataFrame({"a": [3.0, 2.0, 1.0], "b": [1.0, 2.0, 2.0], "c": [3.0, 1.0, 2.0]}),
    ...          pd.Series({"a": 1.0, "b": 1.0, "c": 1.0})).tolist()
    [100.0, 25.0, 25.0]
    """
    return _by_year(scores, weights, _duels)


def outranking(values: np.ndarray, given: np.ndarray) -> np.ndarray:
    """e[i, j]: the share of the pair's common weight on which row i is the better, draws halved.

    e[i, j] + e[j, i] = 1 whatever the order of rows; a pair without a common child is missing.
    OECD/JRC Handbook (2008), Table 36, which leaves a draw to neither.

    >>> outranking(np.array([[3.0, 1.0], [2.0, np.nan]]), np.array([0.5, 0.5])).tolist()
    [[0.5, 1.0], [0.0, 0.5]]
    """
    size = len(values)
    ahead, common = np.zeros((size, size)), np.zeros((size, size))
    for column, weight in zip(values.T, given, strict=True):
        mine, theirs = column[:, None], column[None, :]
        ahead += weight * ((mine > theirs) + 0.5 * (mine == theirs))
        seen = ~np.isnan(column)
        common += weight * (seen[:, None] & seen[None, :])
    return np.divide(ahead, common, out=np.full_like(ahead, np.nan), where=common > 0)


def _by_year(
    scores: pd.DataFrame,
    weights: pd.Series,
    rule: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> pd.Series:
    given = checked_weights(scores, weights)
    values = scores.to_numpy(dtype=float)
    result = np.full(len(values), np.nan)
    years = scores.index.get_level_values(1) if scores.index.nlevels > 1 else np.zeros(len(values))
    for year in np.unique(years):
        rows = np.flatnonzero(years == year)
        result[rows] = rule(values[rows], given)
    return pd.Series(result, index=scores.index)


def checked_weights(scores: pd.DataFrame, weights: pd.Series) -> np.ndarray:
    """The weights of the columns of `scores`, scaled to sum to one.

    Raises ValueError for a child without weight, or weights that are missing, negative, infinite
    or sum to zero.

    >>> checked_weights(pd.DataFrame({"a": [], "b": []}), pd.Series({"b": 3.0, "a": 1.0})).tolist()
    [0.25, 0.75]
    """
    without = [child for child in scores.columns if child not in weights.index]
    if without:
        raise ValueError(f"no weight is given for {without}; weights are {weights.to_dict()}.")
    given = weights.loc[scores.columns].to_numpy(dtype=float)
    if not np.isfinite(given).all() or (given < 0).any() or given.sum() == 0:
        raise ValueError(
            f"weights must be numbers of at least 0 that do not all vanish; "
            f"they are {weights.to_dict()}."
        )
    return given / given.sum()


def _closeness(values: np.ndarray, given: np.ndarray) -> np.ndarray:
    seen = ~np.isnan(values)
    if not seen.any():
        return np.full(len(values), np.nan)
    best = np.where(seen, values, -np.inf).max(axis=0)
    worst = np.where(seen, values, np.inf).min(axis=0)
    present = np.where(seen, given, 0.0)
    total = present.sum(axis=1, keepdims=True)
    share = np.divide(present, total, out=np.zeros_like(present), where=total > 0)
    to_best = np.sqrt(np.nansum(np.where(seen, share * (values - best), 0.0) ** 2, axis=1))
    to_worst = np.sqrt(np.nansum(np.where(seen, share * (values - worst), 0.0) ** 2, axis=1))
    both = to_best + to_worst
    return 100 * np.divide(to_worst, both, out=np.full_like(both, np.nan), where=both > 0)


def _duels(values: np.ndarray, given: np.ndarray) -> np.ndarray:
    share = outranking(np.round(values, 9), given)  # scores that tie up to noise are a draw
    np.fill_diagonal(share, np.nan)
    outcome = np.where(np.abs(share - 0.5) < TIE, 0.0, np.sign(share - 0.5))
    fought = (~np.isnan(share)).sum(axis=1)
    balance = np.nansum(outcome, axis=1)
    return 50 + 50 * np.divide(balance, fought, out=np.full(len(values), np.nan), where=fought > 0)
