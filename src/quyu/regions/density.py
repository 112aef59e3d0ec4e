"""The shape of a distribution: where along a figure the units lie, as a curve for each year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal, within
from quyu.regions.disparity import complete_years
from quyu.regions.inequality import numbers

LEAST_UNITS = 5  # of fewer a curve shows the kernel and hides the units
REACH = (
    3  # bandwidths that a curve runs on beyond the outermost units: 0.1 % of a unit lies further
)
FINEST = 1000  # bandwidths that the units may lie apart, else a few outermost squeeze all others


def density(panel: pd.Series, *, groups: pd.Series | None = None) -> pd.DataFrame:
    """Kernel density of `panel`, indexed by (unit, year), in each complete year, by group.

    Columns: group ("all" without `groups`, a map from unit to group), year, value (a grid in the
    figure's own unit, a tenth of the bandwidth apart), density (per unit of the figure; its
    integral over the values is 1), bandwidth. The kernel is Gaussian and every unit counts once,
    whatever its size. A group has one bandwidth for all its years, so that a curve is higher only
    because units lie closer: the mean over the years of h = 0.9 min(s, IQR / 1.34) n^(−1/5), or of
    0.9 s n^(−1/5) where half of the units are equal (Silverman 1986, Density Estimation, eq. 3.31).
    The kernel knows no bounds: curves reach below 0 or above a full score.

    Raises ValueError where no year has every unit, naming who is missing; for an infinite value;
    and naming the group for fewer than 5 units and for values that are constant, or as good as
    constant but for some outermost.

    Three at 0 and three at 2: s = 1.095 < 2 / 1.34, h = 0.9 · 1.095 · 6^(−1/5) = 0.689.

    >>> rows = pd.MultiIndex.from_product([list("abcdef"), [2020]], names=["unit", "year"])
    >>> found = density(pd.Series([0.0, 0, 0, 2, 2, 2], index=rows))
    >>> found["bandwidth"].unique().round(3).tolist(), f"{found['density'].sum() * 0.689 / 10:.2f}"
    ([0.689], '1.00')
    """
    wide = complete_years(panel)
    if wide.empty:
        lacking = panel.unstack(sort=False).isna()
        if lacking.empty:
            raise ValueError("there are no values.")
        best = lacking.sum().idxmin()
        missing = list(lacking.index[lacking[best]])
        raise Refusal(
            f"there is no year with every unit; {best}, the fullest, lacks "
            f"{', '.join(map(str, missing))}: leave out units or years.",
            "no_value",
            unit=missing[0],
        )
    for year in wide:
        with within(str(year)):
            numbers(wide[year])
    named = pd.Series("all", index=wide.index) if groups is None else groups.reindex(wide.index)
    without = named.index[named.isna()]
    if len(without):
        raise ValueError(f"no group is given for {list(without)}; every unit must be in one.")
    return pd.concat(
        [_curves(wide[named == group], group) for group in dict.fromkeys(named)], ignore_index=True
    )


def _curves(wide: pd.DataFrame, group: object) -> pd.DataFrame:
    """The curves of one group, units × years, on a grid that is the same for all its years."""
    n, values = len(wide), wide.to_numpy(float)
    if n < LEAST_UNITS:
        raise ValueError(
            f"{group!r} has {n} units, a density needs at least {LEAST_UNITS}: list their values."
        )
    low, high = values.min(), values.max()
    sd, middle = values.std(axis=0, ddof=1), np.subtract(*np.quantile(values, [0.75, 0.25], axis=0))
    h = 0.9 * n**-0.2 * np.where(middle > 0, np.minimum(sd, middle / 1.34), sd).mean()
    if not FINEST * h > high - low:
        raise ValueError(
            f"{group!r} is constant, or as good as constant but for its outermost units: a "
            f"bandwidth of {h:.3g} over values from {low:g} to {high:g} shows no shape."
        )
    grid = np.arange(low - REACH * h, high + (REACH + 0.1) * h, h / 10)
    bells = np.exp(-(((grid[:, None, None] - values) / h) ** 2) / 2)
    curves = bells.mean(axis=1) / (h * np.sqrt(2 * np.pi))
    years = np.repeat(list(wide), len(grid))
    columns = {
        "year": years,
        "value": np.tile(grid, len(wide.columns)),
        "density": curves.T.ravel(),
    }
    return pd.DataFrame({"group": group, **columns, "bandwidth": h})
