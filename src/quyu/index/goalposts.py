"""The goalposts of a panel, with the list of values that lie beyond them."""

from __future__ import annotations

import numpy as np
import pandas as pd

HAIR = 1e-9  # of the range: a logarithm on another processor may end in another last digit


def goalposts(
    treated: pd.DataFrame, *, quantiles: tuple[float, float] = (0.0, 1.0)
) -> pd.DataFrame:
    """Least and greatest value of each indicator over all rows, with its mean and deviation.

    `quantiles` other than (0, 1) take those percentiles as goalposts instead: (.025, .975) is the
    winsorised variant, in which the excess is capped and listed by `beyond`. The deviation has
    ddof = 1. Raises ValueError naming an indicator that has no value, or only one.

    >>> goalposts(pd.DataFrame({"x": [1.0, 2.0, 3.0, None]})).loc["x"].tolist()
    [1.0, 3.0, 2.0, 1.0]
    """
    low, high = treated.quantile(quantiles[0]), treated.quantile(quantiles[1])
    refuse_zero_range(low, high)
    return pd.DataFrame({"low": low, "high": high, "mean": treated.mean(), "sd": treated.std()})


def beyond(treated: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """The cells outside the stored goalposts: one row each, with value, low and high.

    >>> rows = pd.MultiIndex.from_tuples([("a", 2024), ("b", 2024)], names=["unit", "year"])
    >>> state = pd.DataFrame({"low": [0.0], "high": [2.0]}, index=["x"])
    >>> beyond(pd.DataFrame({"x": [3.0, 1.0]}, index=rows), state).to_numpy().tolist()
    [['a', 2024, 'x', 3.0, 0.0, 2.0]]
    """
    low, high = state["low"].loc[treated.columns], state["high"].loc[treated.columns]
    hair = HAIR * (high - low)
    row, column = np.nonzero(((treated < low - hair) | (treated > high + hair)).to_numpy())
    names = treated.columns[column]
    cells = treated.index[row].to_frame(index=False)
    return cells.assign(
        indicator=names.astype(str),
        value=treated.to_numpy()[row, column],
        low=low.loc[names].to_numpy(),
        high=high.loc[names].to_numpy(),
    )


def refuse_zero_range(low: pd.Series, high: pd.Series) -> None:
    """Raise ValueError naming the first indicator whose goalposts coincide.

    >>> refuse_zero_range(pd.Series({"x": 3.0}), pd.Series({"x": 3.0}))
    Traceback (most recent call last):
    ValueError: indicator 'x' has no range: both its goalposts are 3. An indicator that is the \
same everywhere cannot rank anything; remove it.
    """
    flat = low.index[~(high > low)]
    if len(flat):
        name = flat[0]
        raise ValueError(
            f"indicator {name!r} has no range: both its goalposts are {low[name]:g}. "
            f"An indicator that is the same everywhere cannot rank anything; remove it."
        )
