"""Local indicators of spatial association: where on the map neighbours resemble each other.

Counted here with numpy: esda's `Moran_Local` gives the same numbers, but where numba is installed
compiles itself for 17 s in every new process, against 0.1 s for the permutations; it also gives a
unit without neighbours the smallest possible p. It is the oracle of the tests. Getis–Ord's local G
and G* are left out: given the unit's own value they order the permutations as Iᵢ does, so that
their p is the same; hot are HH with LH, cold are LL with HL.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from quyu.regions.space.moran import matched, refuse_few, standardised, two_sided

# What `cluster` can hold: the unit's own value, then its neighbours', High or Low.
CLUSTERS = ("HH", "LL", "LH", "HL", "ns", "masked")
_ZERO = 1e-12


@dataclass(frozen=True)
class Lisa:
    """What `lisa` returns.

    units    one row per unit, in the order of the values:
             z           value, standardised
             lag         mean z of its neighbours
             local_i     z · lag
             quadrant    HH, LL, LH, HL, significant or not; "" where masked
             p           two-sided; NaN where masked
             exact       whether p counts all draws, and no seed
             p_fdr       after Benjamini and Hochberg, over the units that are not masked
             cluster_unadjusted   of CLUSTERS, by p
             cluster     of CLUSTERS, by p_fdr: the one to draw
             reason      why masked: "no neighbours", "value at the mean"; else ""
    alpha    the level of both clusters
    """

    units: pd.DataFrame
    alpha: float
    permutations: int
    seed: int


def lisa(
    values: pd.Series,
    weights: pd.DataFrame,
    *,
    alpha: float = 0.05,
    permutations: int = 99_999,
    seed: int = 1,
) -> Lisa:
    """Local Moran's I of `values` (one number per unit) under `weights` (as from `contiguity`).

    Iᵢ = zᵢ Σⱼ wᵢⱼ zⱼ; their mean is the global I where each unit has neighbours (Anselin 1995,
    Geographical Analysis 27: 93–115, with Σ z² = n; esda's are (n − 1)/n times as large). p from
    conditional permutations: the unit keeps its value, the others change places; two-sided as in
    `moran.two_sided`, twice esda's. Where the neighbours weigh the same and can be drawn in no
    more than `permutations` ways, all ways are counted, so that p does not hang on `seed`; else
    that many are drawn. One test per unit makes false finds: `cluster` controls their share
    (Benjamini & Hochberg 1995; for maps Caldas de Castro & Singer 2006). Units without neighbours
    or with z = 0 have no direction: masked, neither tested nor counted as tests.

    The order of the rows does not matter, to the last digit. Raises ValueError for what `moran`
    refuses, and for an `alpha` that is not between 0 and 1.

    >>> row = [[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    >>> weights = pd.DataFrame(row, index=list("abcd"), columns=list("abcd"))
    >>> found = lisa(pd.Series({"a": 1, "b": 2, "c": 4, "d": 5}), weights)
    >>> found.units[["quadrant", "cluster", "reason"]].to_numpy().tolist()
    ... # doctest: +NORMALIZE_WHITESPACE
    [['LL', 'ns', ''], ['LL', 'ns', ''], ['HL', 'ns', ''], ['', 'masked', 'no neighbours']]
    """
    refuse_few(permutations)
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha:g}; a level of significance lies between 0 and 1.")
    ordered, weights = matched(values, weights)
    z, table = standardised(ordered), weights.to_numpy(dtype=float)
    lag = pd.Series(table @ z.to_numpy(), index=z.index)
    reason = pd.Series("", index=z.index)
    reason[z.abs() < _ZERO] = "value at the mean"
    reason[table.sum(axis=1) == 0] = "no neighbours"
    tested = reason == ""

    tests = _conditional_tests(z.to_numpy(), table, permutations, seed)
    tests = pd.DataFrame(tests, index=z.index, columns=["p", "exact"])
    p = tests["p"].where(tested)
    sides = np.where(z > 0, "H", "L").astype(object) + np.where(lag > 0, "H", "L").astype(object)
    quadrant = pd.Series(sides, index=z.index).where(tested, "")
    units = pd.DataFrame({"z": z, "lag": lag, "local_i": z * lag, "quadrant": quadrant})
    units = units.assign(p=p, exact=tests["exact"] & tested, p_fdr=false_discovery(p))
    for name, tail in (("cluster_unadjusted", p), ("cluster", units["p_fdr"])):
        units[name] = quadrant.where(tail <= alpha, "ns").where(tested, "masked")
    units["reason"] = reason
    return Lisa(units.loc[values.index], alpha, permutations, seed)


def false_discovery(p: pd.Series) -> pd.Series:
    """Benjamini and Hochberg's adjusted p over the tests that were made, NaN where none was.

    Written out, as scipy.stats and statsmodels, which have it too, cost more to import than all
    the permutations.

    >>> false_discovery(pd.Series([0.03, 0.01, float("nan"), 0.5])).round(9).tolist()
    [0.045, 0.03, nan, 0.5]
    """
    ranked = p.dropna().sort_values(ascending=False)
    steps = ranked * len(ranked) / np.arange(len(ranked), 0, -1)
    return steps.cummin().reindex(p.index)


def _conditional_tests(
    z: np.ndarray, table: np.ndarray, permutations: int, seed: int
) -> list[tuple[float, bool]]:
    """Two-sided p of each unit's lag among draws of its neighbours from all others, if exact.

    Given z, Iᵢ is the lag times a constant, so that the lag alone is enough.
    """
    places = np.tile(np.arange(len(z) - 1, dtype=np.int16), (permutations, 1))
    orders = np.random.default_rng(seed).permuted(places, axis=1)
    tests = []
    for unit, row in enumerate(table):
        near, lag, others = row[row > 0], row @ z, np.delete(z, unit)
        alike = len(near) > 0 and np.ptp(near) < _ZERO
        exact = alike and comb(len(others), len(near)) <= permutations
        if exact:
            drawn = others[list(combinations(range(len(others)), len(near)))] @ near
        else:
            drawn = np.append(others[orders[:, : len(near)]] @ near, lag)
        tests.append((two_sided(lag, drawn), exact))
    return tests
