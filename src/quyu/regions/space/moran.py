"""Moran's I: do neighbours resemble each other, over the whole map.

Counted here with numpy: esda's class draws from numpy's global random state, so that it takes no
seed of its own; in the tests it is the oracle. The global Getis–Ord G is left out on purpose: it
sums products of levels, so that its value would hang on the zero of a score, which is arbitrary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

_TIE = 1e-12  # of standardised values: below it two statistics differ by rounding only


@dataclass(frozen=True)
class Moran:
    """What `moran` returns: Moran's I with its distribution under permutation.

    i            the statistic: above `expectation`, neighbours are alike; below, unlike
    expectation  −1/(n − 1), its mean over all orders of the values
    sd           its standard deviation over the permutations
    z            (i − expectation) / sd; NaN where every order gives the same i
    p            two-sided, see `two_sided`
    n            units
    permutations how many orders were drawn, with `seed`
    """

    i: float
    expectation: float
    sd: float
    z: float
    p: float
    n: int
    permutations: int
    seed: int


def moran(
    values: pd.Series, weights: pd.DataFrame, *, permutations: int = 99_999, seed: int = 1
) -> Moran:
    """Moran's I of `values` (one number per unit) under `weights` (as from `contiguity`).

    I = n/S₀ · Σᵢⱼ wᵢⱼ zᵢ zⱼ / Σᵢ zᵢ², S₀ the sum of the weights; inference by drawing orders of the
    values (Moran 1950; Cliff & Ord 1981, Spatial Processes). The order of the rows does not
    matter, to the last digit. Raises ValueError for what `matched` refuses, for values that are
    all the same, for weights without any neighbours, and for fewer than 1 permutation.

    A row of four, 1 2 3 4: z = −1.5 −0.5 0.5 1.5, Σ z² = 5, lags −0.5 −0.5 0.5 0.5, Σ z · lag = 2.

    >>> row = [[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [0, 0, 1, 0]]
    >>> weights = pd.DataFrame(row, index=list("abcd"), columns=list("abcd"))
    >>> found = moran(pd.Series({"a": 1, "b": 2, "c": 3, "d": 4}), weights)
    >>> round(found.i, 9), round(found.expectation, 9)
    (0.4, -0.333333333)
    """
    refuse_few(permutations)
    ordered, weights = matched(values, weights)
    z, table = standardised(ordered).to_numpy(), weights.to_numpy(dtype=float)
    if not table.any():
        raise ValueError("no unit has a neighbour: Moran's I needs weights that join some.")
    orders = np.random.default_rng(seed).permuted(np.tile(z, (permutations, 1)), axis=1)
    simulated = ((orders @ table.T) * orders).sum(axis=1) / table.sum()
    statistic = float(z @ table @ z / table.sum())
    expectation, sd = -1 / (len(z) - 1), float(simulated.std())
    return Moran(
        i=statistic,
        expectation=expectation,
        sd=sd,
        z=(statistic - expectation) / sd if sd > _TIE else float("nan"),
        p=two_sided(statistic, np.append(simulated, statistic)),
        n=len(z),
        permutations=permutations,
        seed=seed,
    )


def moran_under(
    values: pd.Series,
    matrices: Mapping[str, pd.DataFrame],
    *,
    permutations: int = 99_999,
    seed: int = 1,
) -> pd.DataFrame:
    """How Moran's I hangs on the choice of weights: one row per matrix, the columns of `Moran`.

    >>> row = [[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]]
    >>> weights = pd.DataFrame(row, index=list("abc"), columns=list("abc"))
    >>> moran_under(pd.Series({"a": 1, "b": 2, "c": 3}), {"queen": weights})["i"].round(9).to_dict()
    {'queen': 0.0}
    """
    found = {
        name: asdict(moran(values, weights, permutations=permutations, seed=seed))
        for name, weights in matrices.items()
    }
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("weights")


def two_sided(observed: float, drawn: np.ndarray) -> float:
    """2 m / R, at most 1: m of the R drawn lie at least as far out, on the nearer side.

    `drawn` holds the observed as one of its draws, so that p is never 0 and the test is exact
    (Davison & Hinkley 1997, Bootstrap Methods, 4.2); ties count as far out. esda's `p_sim` is half
    as large: one-sided, on the side that the data chose, which its own documentation advises
    against.

    >>> two_sided(3.0, np.array([0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 0.0]))  # 2 · 2 / 8
    0.5
    """
    above = np.count_nonzero(drawn >= observed - _TIE)
    below = np.count_nonzero(drawn <= observed + _TIE)
    return float(min(1.0, 2 * min(above, below) / len(drawn)))


def matched(values: pd.Series, weights: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Values and weights of the same units, both in the order of the labels.

    Raises ValueError naming units that only one of the two has, a value that is missing or
    infinite, and weights that are none: negative, not summing to 1 or 0 by row, or from a unit
    to itself.

    >>> weights = pd.DataFrame([[0.0, 1], [1, 0]], index=["b", "a"], columns=["b", "a"])
    >>> values, weights = matched(pd.Series({"b": 2, "a": 1}), weights)
    >>> values.to_dict(), list(weights)
    ({'a': 1.0, 'b': 2.0}, ['a', 'b'])
    """
    if not weights.index.equals(weights.columns) or weights.index.has_duplicates:
        raise ValueError("the weights must have the same units in rows and columns, once each.")
    table = weights.to_numpy(dtype=float)
    sums = table.sum(axis=1)
    if not (table >= 0).all() or table.diagonal().any() or not np.isclose(sums, sums > 0).all():
        raise ValueError(
            "weights must be at least 0, 0 from a unit to itself, and sum to 1 in each row, or to 0 "
            "for a unit without neighbours; divide each row by its sum."
        )
    strangers = values.index.symmetric_difference(weights.index)
    if len(strangers) or values.index.has_duplicates:
        raise ValueError(
            f"values and weights must hold the same units once each; these differ: "
            f"{', '.join(map(str, strangers)) or 'repeated ones'}. Build weights of these units."
        )
    order = weights.index.sort_values()
    ordered = values.loc[order].astype(float)
    missing = ordered.index[~np.isfinite(ordered)]
    if len(missing):
        raise ValueError(
            f"no value for {', '.join(map(str, missing))}: leave such units out of the values and "
            f"build the weights of the others, and say so; nothing is filled in."
        )
    return ordered, weights.loc[order, order]


def standardised(values: pd.Series) -> pd.Series:
    """Values less their mean, over their population standard deviation; constant ones are refused.

    >>> standardised(pd.Series([1.0, 3.0])).tolist()
    [-1.0, 1.0]
    """
    if values.max() - values.min() <= _TIE * values.abs().max():
        raise ValueError(f"all {len(values)} units have the value {values.iloc[0]:g}; none differ.")
    return (values - values.mean()) / values.std(ddof=0)


def refuse_few(permutations: int) -> None:
    """Refuse a number of permutations that is no count."""
    if permutations < 1:
        raise ValueError(f"{permutations} permutations make no test; 9999 is usual.")
