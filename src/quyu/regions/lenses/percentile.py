"""Percentile ranks of many rows at once, from the least unit at 0 to the greatest at 100."""

from __future__ import annotations

import numpy as np

from quyu.index.join import competition_ranks


def percentile_ranks(values: np.ndarray) -> np.ndarray:
    """100 · (rank − 1) / (n − 1) within each row, 1 = least, ties at the mean of their ranks.

    n counts the values of the row that are not missing; a missing one stays missing. Where all are
    equal each has 50, as has one that stands alone. Infinite values rank as the ends. Values are
    equal up to the noise of floating point, 1e-10 of the greatest of the row.

    >>> percentile_ranks(np.array([[7.0, 1.0, 7.0, np.nan, 9.0], [3.0, 3.0, 3.0, 3.0, np.nan]]))
    array([[ 50.,   0.,  50.,  nan, 100.],
           [ 50.,  50.,  50.,  50.,  nan]])
    >>> percentile_ranks(np.array([[0.1 + 0.2, 0.3, 0.0], [np.inf, -5.0, np.nan]])).tolist()
    [[75.0, 75.0, 0.0], [100.0, 0.0, nan]]
    >>> percentile_ranks(np.array([[7.0]]))
    array([[50.]])
    """
    greatest = np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=1, keepdims=True)
    rounded = np.round(values / np.where(greatest > 0, greatest, 1.0), 10)
    n = (~np.isnan(values)).sum(axis=1, keepdims=True)
    least, most = competition_ranks(-rounded), n + 1 - competition_ranks(rounded)
    share = ((least + most) / 2 - 1) / np.maximum(n - 1, 1)
    return np.where(np.isnan(values), np.nan, np.where(n == 1, 50.0, 100 * share))
