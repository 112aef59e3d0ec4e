"""The rules that make one score of several: means of rows, taken over the children observed.

Every rule takes `scores`, one row per case and one column per child, and `weights`, one number per
child. Where a child is missing the weights of the others are scaled up to one; a row without any
child is missing. Whether enough was observed to show the result is decided in `score`, not here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from quyu.index.outrank import checked_weights, copeland, topsis
from quyu.index.panel import cell

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
