"""The rules that bring indicators of different units onto one scale, all pointing the same way.

Every rule takes `x` (rows × treated indicators), `direction` (+1 more is better, −1 less is better)
and `state` (one row per indicator: the goalposts and moments stored for it, see `goalposts`), and
returns scores of which more is always better. Direction is turned before, never after, scaling.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

Scale = tuple[float, float]
Normalise = Callable[..., pd.DataFrame]


def minmax(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """Distance between the goalposts `low` and `high` of `state`, stretched to `scale`.

    Values beyond the goalposts get the end of the scale; `beyond` lists them. Raises ValueError
    naming an indicator whose goalposts coincide.

    >>> x = pd.DataFrame({"more": [2.0, 3.0, 4.0], "less": [2.0, 3.0, 4.0]})
    >>> state = pd.DataFrame({"low": 2.0, "high": 4.0}, index=["more", "less"])
    >>> minmax(x, pd.Series({"more": 1, "less": -1}), state, scale=(0.0, 100.0)).to_numpy().tolist()
    [[0.0, 100.0], [50.0, 50.0], [100.0, 0.0]]
    """
    low, high, sign = (column.loc[x.columns] for column in (state["low"], state["high"], direction))
    _refuse_zero_range(low, high)
    worst, best = low.where(sign > 0, -high), high.where(sign > 0, -low)
    position = ((x * sign - worst) / (best - worst)).clip(0.0, 1.0)
    return scale[0] + (scale[1] - scale[0]) * position


def goalposts(treated: pd.DataFrame, *, quantiles: Scale = (0.0, 1.0)) -> pd.DataFrame:
    """Least and greatest value of each indicator over all rows, with its mean and deviation.

    `quantiles` other than (0, 1) take those percentiles as goalposts instead: (.025, .975) is the
    winsorised variant, in which the excess is capped and listed by `beyond`. The deviation has
    ddof = 1. Raises ValueError naming an indicator that has no value, or only one.

    >>> goalposts(pd.DataFrame({"x": [1.0, 2.0, 3.0, None]})).loc["x"].tolist()
    [1.0, 3.0, 2.0, 1.0]
    """
    low, high = treated.quantile(quantiles[0]), treated.quantile(quantiles[1])
    _refuse_zero_range(low, high)
    return pd.DataFrame({"low": low, "high": high, "mean": treated.mean(), "sd": treated.std()})


def beyond(treated: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """The cells outside the stored goalposts: one row each, with value, low and high.

    >>> rows = pd.MultiIndex.from_tuples([("a", 2024), ("b", 2024)], names=["unit", "year"])
    >>> state = pd.DataFrame({"low": [0.0], "high": [2.0]}, index=["x"])
    >>> beyond(pd.DataFrame({"x": [3.0, 1.0]}, index=rows), state).to_numpy().tolist()
    [['a', 2024, 'x', 3.0, 0.0, 2.0]]
    """
    low, high = state["low"].loc[treated.columns], state["high"].loc[treated.columns]
    row, column = np.nonzero(((treated < low) | (treated > high)).to_numpy())
    names = treated.columns[column]
    cells = treated.index[row].to_frame(index=False)
    return cells.assign(
        indicator=names.astype(str),
        value=treated.to_numpy()[row, column],
        low=low.loc[names].to_numpy(),
        high=high.loc[names].to_numpy(),
    )


def _refuse_zero_range(low: pd.Series, high: pd.Series) -> None:
    flat = low.index[~(high > low)]
    if len(flat):
        name = flat[0]
        raise ValueError(
            f"indicator {name!r} has no range: both its goalposts are {low[name]:g}. "
            f"An indicator that is the same everywhere cannot rank anything; remove it."
        )


NORMALISE: dict[str, Normalise] = {"minmax": minmax}
