"""The rules that make one score of several: means of rows, and a rule over whole years.

Every rule takes `scores`, one row per case and one column per child, and `weights`, one number per
child. Where a child is missing the weights of the others are scaled up to one; a row without any
child is missing. Whether enough was observed to show the result is decided in `climb`, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from quyu.index.guards import refuse_where, weight_shares

Turn = Callable[[np.ndarray], np.ndarray]
# A mean is Σ w f(I) turned back by f⁻¹. Those but the first need scores above 0.
MEAN: dict[str, tuple[Turn, Turn]] = {
    "arithmetic": (lambda x: x, lambda y: y),
    "geometric": (np.log, np.exp),
    "harmonic": (np.reciprocal, np.reciprocal),
}
POSITIVE = tuple(MEAN)[1:]


def arithmetic(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Σ w I: a strong child makes up for a weak one, point for point.

    >>> arithmetic(pd.DataFrame({"a": [1.0, 4.0], "b": [4.0, None]}), pd.Series({"a": 2, "b": 1}))
    0    2.0
    1    4.0
    dtype: float64
    """
    return _mean("arithmetic", scores, weights)


def geometric(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """exp Σ w ln I: a weak child cannot be bought off by a strong one.

    The rule by which the Human Development Index joins its dimensions (UNDP, since 2010). Raises
    ValueError unless every score is above 0.

    >>> geometric(pd.DataFrame({"a": [2.0], "b": [8.0]}), pd.Series({"a": 1, "b": 1})).round(12)
    0    4.0
    dtype: float64
    """
    return _mean("geometric", scores, weights)


def harmonic(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """1 / Σ (w / I): weak children weigh more still than in the geometric mean.

    Raises ValueError unless every score is above 0.

    >>> harmonic(pd.DataFrame({"a": [2.0], "b": [6.0]}), pd.Series({"a": 1, "b": 1}))
    0    3.0
    dtype: float64
    """
    return _mean("harmonic", scores, weights)


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
    mean = arithmetic(scores, weights).rename("mean").to_frame()
    told = "the Mazziotta–Pareto mean needs means above 0; it is {value} at {cell}."
    refuse_where(mean <= 0, mean, told)
    spread = arithmetic(scores.sub(mean["mean"], axis="index") ** 2, weights)
    return (mean["mean"] - spread / mean["mean"]).rename(None)


def topsis(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """100 D⁻ / (D⁺ + D⁻), D the weighted distance to the best and the worst of the same year.

    Rows indexed by (unit, year) compete within their year only, so a new year changes no earlier
    score; the scores of two years are not on one scale. Best and worst are the greatest and least
    observed of each child. A row at no distance from either, because all rows are equal, is
    missing. Hwang and Yoon (1981); Tzeng and Huang, Multiple Attribute Decision Making (2011).

    >>> topsis(pd.DataFrame({"a": [0.0, 4.0, 1.0]}), pd.Series({"a": 1.0})).tolist()
    [0.0, 100.0, 25.0]
    """
    share = observed_weights(scores, weights)
    years = scores.index.get_level_values(1) if scores.index.nlevels > 1 else [0] * len(scores)
    peers = scores.groupby(np.asarray(years))
    worst, best = (
        np.sqrt(((share * (scores - peers.transform(end))) ** 2).sum(axis=1))
        for end in ("min", "max")
    )
    return 100 * worst / (worst + best).where(worst + best > 0)


def observed_weights(scores: pd.DataFrame, weights: pd.Series) -> np.ndarray:
    """The weights of each row's observed children, scaled to sum to one.

    >>> scores = pd.DataFrame({"a": [1.0, 1.0], "b": [1.0, None]})
    >>> observed_weights(scores, pd.Series({"a": 1.0, "b": 3.0})).tolist()
    [[0.25, 0.75], [1.0, 0.0]]
    """
    given = weight_shares(weights, scores.columns).to_numpy()
    present = np.where(scores.notna().to_numpy(), given, 0.0)
    total = present.sum(axis=1, keepdims=True)
    return np.divide(present, total, out=np.zeros_like(present), where=total > 0)


def _mean(rule: str, scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    share = weight_shares(weights, scores.columns).to_numpy()
    if rule in POSITIVE:
        told = f"{rule} aggregation needs scores above 0; {{column}} is {{value}} at {{cell}}. "
        told += "Normalise to the scale [1, 100] instead."
        refuse_where((scores <= 0) & (share > 0), scores, told)
    parts = [scores[[name]].to_numpy(dtype=float).T for name in scores]
    joined, _ = weighted_mean(rule, parts, share[None])
    return pd.Series(joined[0], index=scores.index)


def weighted_mean(
    rule: str, parts: Sequence[np.ndarray], share: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The mean of the children observed, and their weight, each draws × rows.

    `parts` has a child's scores, draws × rows or one row of them for all draws; `share` draws ×
    children. A child without weight plays no part, whatever its score; a row without a child that
    counts is missing.

    >>> zero, eight = np.array([[0.0]]), np.array([[8.0]])
    >>> joined, observed = weighted_mean("geometric", [zero, eight], np.array([[0.0, 2.0]]))
    >>> round(float(joined.item()), 9), observed.item()
    (8.0, 2.0)
    """
    forward, back = MEAN[rule]

    def turned(score: np.ndarray) -> np.ndarray:
        return np.where(score > 0 if rule in POSITIVE else ~np.isnan(score), forward(score), 0.0)

    alike = [child for child, score in enumerate(parts) if len(score) == 1]
    flat = np.vstack([np.empty((0, parts[0].shape[1])), *(parts[child] for child in alike)])
    with np.errstate(invalid="ignore", divide="ignore"):
        total = share[:, alike] @ turned(flat)
        observed = share[:, alike] @ (~np.isnan(flat)).astype(float)
        for child, score in enumerate(parts):
            if child not in alike:
                total += share[:, [child]] * turned(score)
                observed += share[:, [child]] * ~np.isnan(score)
        return back(total / observed), observed


AGGREGATE: dict[str, Callable[[pd.DataFrame, pd.Series], pd.Series]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "mpi": mpi,  # after normalise: zscore
    "ampi": mpi,  # after normalise: reference
    "topsis": topsis,
}
ALL = frozenset({"monotone", "unit_invariant", "permutation_invariant", "year_stable"})
# What holds for the whole calculation with the rule in place: a better figure never lowers the
# score it belongs to, and so on. The penalty for imbalance can outweigh a gain.
LAWS: dict[str, frozenset[str]] = dict.fromkeys(AGGREGATE, ALL) | {
    "mpi": ALL - {"monotone"},
    "ampi": ALL - {"monotone"},
}
