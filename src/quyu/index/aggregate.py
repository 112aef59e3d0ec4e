"""The rules that make one score of several: means of rows, and rules over whole years.

They share the signature of `aggregate`. Rows indexed by (unit, year) compete within their year
only, so a new year changes no earlier score; the scores of two years are not on one scale.

Every rule takes `scores`, one row per case and one column per child, and `weights`, one number per
child. Where a child is missing the weights of the others are scaled up to one; a row without any
child is missing. Whether enough was observed to show the result is decided in `score`, not here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from quyu.index.derive import cell

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


Aggregate = Callable[[pd.DataFrame, pd.Series], pd.Series]


def arithmetic(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Σ w I: a strong child makes up for a weak one, point for point.

    >>> arithmetic(pd.DataFrame({"a": [1.0, 4.0], "b": [4.0, None]}), pd.Series({"a": 2, "b": 1}))
    0    2.0
    1    4.0
    dtype: float64
    """
    shares = observed_weights(scores, weights)
    return _row_sum(scores, shares * scores.to_numpy(dtype=float))


def geometric(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """exp Σ w ln I: a weak child cannot be bought off by a strong one.

    The rule by which the Human Development Index joins its dimensions (UNDP, since 2010). Raises
    ValueError unless every score is above 0.

    >>> geometric(pd.DataFrame({"a": [2.0], "b": [8.0]}), pd.Series({"a": 1, "b": 1})).round(12)
    0    4.0
    dtype: float64
    """
    _refuse_not_positive(scores, "geometric")
    shares = observed_weights(scores, weights)
    return np.exp(_row_sum(scores, shares * np.log(scores.to_numpy(dtype=float))))


def harmonic(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """1 / Σ (w / I): weak children weigh more still than in the geometric mean.

    Raises ValueError unless every score is above 0.

    >>> harmonic(pd.DataFrame({"a": [2.0], "b": [6.0]}), pd.Series({"a": 1, "b": 1}))
    0    3.0
    dtype: float64
    """
    _refuse_not_positive(scores, "harmonic")
    shares = observed_weights(scores, weights)
    return 1 / _row_sum(scores, shares / scores.to_numpy(dtype=float))


def generalised(scores: pd.DataFrame, weights: pd.Series, *, power: float = 0.5) -> pd.Series:
    """(Σ w I^p)^(1/p): power 1 is the arithmetic mean, 0 the geometric, −1 the harmonic.

    The default, ½, lies between arithmetic and geometric. Raises ValueError unless every score is
    above 0.

    >>> generalised(pd.DataFrame({"a": [1.0], "b": [9.0]}), pd.Series({"a": 1, "b": 1}))
    0    4.0
    dtype: float64
    """
    if power == 0:
        return geometric(scores, weights)
    _refuse_not_positive(scores, "generalised")
    shares = observed_weights(scores, weights)
    return _row_sum(scores, shares * scores.to_numpy(dtype=float) ** power) ** (1 / power)


def mpi(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """M − S²/M: the mean less a penalty for imbalance, S the population deviation of the children.

    After z-scores (100 + 10 z) this is the Mazziotta–Pareto index, after `normalise: reference`
    the adjusted one, AMPI, which can be compared between years. Mazziotta and Pareto, Rivista
    Italiana di Economia Demografia e Statistica 67 (2013); Social Indicators Research 127 (2016).
    Raises ValueError unless every mean is above 0.

    >>> mpi(pd.DataFrame({"a": [90.0], "b": [110.0]}), pd.Series({"a": 1, "b": 1}))
    0    99.0
    dtype: float64
    """
    shares = observed_weights(scores, weights)
    values = scores.to_numpy(dtype=float)
    mean = _row_sum(scores, shares * values)
    if (mean <= 0).any():
        raise ValueError(
            f"the Mazziotta–Pareto mean needs means above 0; it is "
            f"{mean[mean <= 0].iloc[0]:g} at {cell(mean.index[mean <= 0][0])}."
        )
    spread = _row_sum(scores, shares * (values - mean.to_numpy()[:, None]) ** 2)
    return mean - spread / mean


def observed_weights(scores: pd.DataFrame, weights: pd.Series) -> np.ndarray:
    """The weights of each row's observed children, scaled to sum to one.

    >>> scores = pd.DataFrame({"a": [1.0, 1.0], "b": [1.0, None]})
    >>> observed_weights(scores, pd.Series({"a": 1.0, "b": 3.0})).tolist()
    [[0.25, 0.75], [1.0, 0.0]]
    """
    present = np.where(scores.notna().to_numpy(), checked_weights(scores, weights), 0.0)
    total = present.sum(axis=1, keepdims=True)
    return np.divide(present, total, out=np.zeros_like(present), where=total > 0)


def _row_sum(scores: pd.DataFrame, terms: np.ndarray) -> pd.Series:
    """Row sums of `terms` that skip missing children; a row without any is missing."""
    seen = scores.notna().to_numpy().any(axis=1)
    return pd.Series(np.where(seen, np.nansum(terms, axis=1), np.nan), index=scores.index)


def _refuse_not_positive(scores: pd.DataFrame, method: str) -> None:
    bad = np.argwhere((scores <= 0).to_numpy())
    if len(bad):
        row, column = bad[0]
        raise ValueError(
            f"{method} aggregation needs scores above 0; {scores.columns[column]!r} is "
            f"{scores.iat[row, column]:g} at {cell(scores.index[row])}. "
            f"Normalise to the scale [1, 100] instead."
        )


AGGREGATE: dict[str, Aggregate] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "generalised": generalised,
    "mpi": mpi,  # after normalise: zscore
    "ampi": mpi,  # after normalise: reference
    "topsis": topsis,
    "copeland": copeland,
}
ALL = frozenset({"monotone", "unit_invariant", "permutation_invariant", "year_stable"})
# What holds for the whole calculation with the rule in place: a better figure never lowers the
# score it belongs to, and so on. The penalty for imbalance can outweigh a gain.
LAWS: dict[str, frozenset[str]] = dict.fromkeys(AGGREGATE, ALL) | {
    "mpi": ALL - {"monotone"},
    "ampi": ALL - {"monotone"},
}
