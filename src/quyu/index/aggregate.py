"""The rules that make one score of several: means of rows, taken over the children observed.

Every rule takes `scores`, one row per case and one column per child, and `weights`, one number per
child. Where a child is missing the weights of the others are scaled up to one; a row without any
child is missing. Whether enough was observed to show the result is decided in `score`, not here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

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


def observed_weights(scores: pd.DataFrame, weights: pd.Series) -> np.ndarray:
    """The weights of each row's observed children, scaled to sum to one.

    Raises ValueError for a child without weight, or weights that are missing, negative, infinite
    or sum to zero.

    >>> scores = pd.DataFrame({"a": [1.0, 1.0], "b": [1.0, None]})
    >>> observed_weights(scores, pd.Series({"a": 1.0, "b": 3.0})).tolist()
    [[0.25, 0.75], [1.0, 0.0]]
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
    present = np.where(scores.notna().to_numpy(), given, 0.0)
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
            f"{scores.iat[row, column]:g} at {scores.index[row]}. "
            f"Normalise to the scale [1, 100] instead."
        )


AGGREGATE: dict[str, Aggregate] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "generalised": generalised,
}
