"""Neighbours: contiguity, Moran's I, local clusters.

Weights are a DataFrame, units × units in the order of their labels: row i holds the weights of
the neighbours of i, zero on the diagonal, and sums to 1, or to 0 where i has no neighbours.

geopandas finds neighbours with the R-tree that it has loaded anyway; libpysal gives the same
matrices (it is the oracle of the tests) for half a second of imports in every report kernel.

Counted here with numpy: esda's class draws from numpy's global random state, so that it takes no
seed of its own; in the tests it is the oracle. The global Getis–Ord G is left out on purpose: it
sums products of levels, so that its value would hang on the zero of a score, which is arbitrary.

Counted here with numpy: esda's `Moran_Local` gives the same numbers, but where numba is installed
compiles itself for 17 s in every new process, against 0.1 s for the permutations; it also gives a
unit without neighbours the smallest possible p. It is the oracle of the tests. Getis–Ord's local G
and G* are left out: given the unit's own value they order the permutations as Iᵢ does, so that
their p is the same; hot are HH with LH, cold are LL with HL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.facts.boundaries import ALBERS, DRAWN_ONLY

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
from dataclasses import asdict, dataclass
from itertools import combinations
from math import comb

BRIDGES = {"460000": "440000"}  # Hainan to Guangdong, over the Qiongzhou Strait


def queen(
    land: GeoDataFrame, units: Iterable[str], *, bridges: Mapping[str, str] = BRIDGES
) -> pd.DataFrame:
    """Neighbours share a border or a corner, each with equal weight.

    `land` holds the polygons by unit, and may hold more than the `units` asked for; `bridges`
    joins units over water, in both directions, and is how an island gets neighbours: pass {} where
    there is no Hainan. Raises ValueError for what `shapes` refuses, for a bridge to a unit that is
    not among `units`, and for polygons that overlap or part by a slit: those would lose neighbours
    unseen.

    >>> import geopandas as gpd
    >>> from shapely import box
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(3, 0, 4, 1)])
    >>> queen(land.set_index(pd.Index(["a", "b", "isle"])), "a b isle".split(), bridges={"isle": "b"})
            a    b  isle
    a     0.0  1.0   0.0
    b     0.5  0.0   0.5
    isle  0.0  1.0   0.0
    """
    polygons = shapes(land, units)
    for ends in bridges.items():
        for unit in ends:
            if unit not in polygons.index or ends[0] == ends[1]:
                raise ValueError(
                    f"the bridge {ends[0]!r} to {ends[1]!r} joins no two of the units "
                    f"{', '.join(polygons.index)}; pass bridges={{}} or name two of them."
                )
    _refuse_broken_borders(polygons)
    touching = np.zeros((len(polygons), len(polygons)))
    touching[tuple(polygons.sindex.query(polygons, predicate="touches"))] = 1.0
    for bridge in bridges.items():
        ends = polygons.index.get_indexer(bridge)
        touching[ends, ends[::-1]] = 1.0
    return _rows_to_one(touching, polygons.index)


def nearest(land: GeoDataFrame, units: Iterable[str], *, k: int = 4) -> pd.DataFrame:
    """Neighbours are the `k` units with the nearest centroids, each with weight 1/k.

    Not symmetric: a remote unit has near ones that have nearer ones. Centroids are taken in Albers
    metres; of two at the same distance the first label comes first. Raises ValueError for what
    `shapes` refuses, and for a `k` that is not from 1 to the number of other units.

    >>> import geopandas as gpd
    >>> land = gpd.GeoDataFrame(geometry=gpd.points_from_xy([100, 101, 103], [30] * 3), crs=4326)
    >>> nearest(land.set_index(pd.Index(["a", "b", "c"])), ["a", "b", "c"], k=1).loc["c"].tolist()
    [0.0, 1.0, 0.0]
    """
    distance = _distances(land, units)
    if not 1 <= k < len(distance):
        raise ValueError(
            f"k is {k}; {len(distance)} units have from 1 to {len(distance) - 1} others."
        )
    order = distance.to_numpy().argsort(axis=1, kind="stable")
    near = np.zeros(distance.shape)
    np.put_along_axis(near, order[:, :k], 1.0, axis=1)
    return _rows_to_one(near, distance.index)


def inverse_distance(land: GeoDataFrame, units: Iterable[str]) -> pd.DataFrame:
    """Every other unit is a neighbour, weighted by 1 / distance between centroids.

    Centroids are taken in Albers metres. Raises ValueError for what `shapes` refuses, and for two
    units with the same centroid.

    >>> import geopandas as gpd
    >>> land = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 100, 300], [0] * 3), crs=ALBERS)
    >>> weights = inverse_distance(land.set_index(pd.Index(["a", "b", "c"])), ["a", "b", "c"])
    >>> weights.loc["a"].round(9).tolist()  # 1/100 and 1/300
    [0.0, 0.75, 0.25]
    """
    distance = _distances(land, units)
    for one, other in np.argwhere(distance.to_numpy() == 0):
        raise ValueError(
            f"{distance.index[one]} and {distance.index[other]} have the same centroid; "
            f"inverse distance needs units that lie apart."
        )
    return _rows_to_one(1 / distance.to_numpy(), distance.index)


def shapes(land: GeoDataFrame, units: Iterable[str]) -> GeoSeries:
    """The shapes of `units` in the order of their labels.

    Raises ValueError naming units without a shape, given twice, or only drawn (Taiwan, Hong Kong
    and Macao have no figures of this index), and for fewer than 3 units.
    """
    wanted = pd.Index(units)
    absent = wanted.difference(land.index)
    if len(absent):
        raise ValueError(
            f"the boundaries do not match the units: no shape for {', '.join(map(str, absent))}; "
            f"they hold {', '.join(map(str, land.index))}."
        )
    twice = wanted[wanted.duplicated()].union(
        land.index[land.index.duplicated()].intersection(wanted)
    )
    if len(twice):
        raise ValueError(f"{', '.join(map(str, twice))} must be given once, with one shape.")
    drawn = wanted.intersection(DRAWN_ONLY)
    if len(drawn):
        raise ValueError(f"{', '.join(drawn)} are drawn on maps, never in weights; leave them out.")
    if len(wanted) < 3:
        raise ValueError(f"neighbours are a matter of at least 3 units; got {len(wanted)}.")
    found = land.geometry.loc[wanted.sort_values()]
    empty = found.index[found.isna() | found.is_empty]
    if len(empty):
        raise ValueError(f"the shape of {', '.join(map(str, empty))} is empty.")
    return found


def _refuse_broken_borders(polygons: GeoSeries) -> None:
    import shapely

    west, south, east, north = polygons.total_bounds
    slit = 1e-5 * max(east - west, north - south)  # 70 m on a map of China: no strait is narrower
    broken = shapely.coverage_invalid_edges(polygons.to_numpy(), gap_width=slit)
    named = polygons.index[~shapely.is_empty(broken)]
    if len(named):
        raise ValueError(
            f"the boundaries of {', '.join(map(str, named))} overlap others or leave a slit; clean "
            f"them (shapely.coverage_clean) before building weights."
        )


def _distances(land: GeoDataFrame, units: Iterable[str]) -> pd.DataFrame:
    """Metres between centroids in Albers; infinite from a unit to itself."""
    if land.crs is None:
        raise ValueError("land has no coordinate reference system; set_crs('EPSG:4326')")
    from scipy.spatial.distance import cdist

    centroids = shapes(land, units).to_crs(ALBERS).centroid
    points = centroids.get_coordinates().to_numpy()
    metres = cdist(points, points)
    np.fill_diagonal(metres, np.inf)
    return pd.DataFrame(metres, index=centroids.index, columns=centroids.index)


def _rows_to_one(raw: np.ndarray, units: pd.Index) -> pd.DataFrame:
    sums = raw.sum(axis=1, keepdims=True)
    weights = np.divide(raw, sums, out=np.zeros_like(raw), where=sums > 0)
    return pd.DataFrame(weights, index=units, columns=units)


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
