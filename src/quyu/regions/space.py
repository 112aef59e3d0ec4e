"""Neighbours: who lies beside whom, whether they are alike (Moran's I), and where (LISA).

Weights are libpysal Graphs, so that a researcher goes on with esda, spreg or giddy. The two tests
are counted here with numpy: esda's take 6.6 s of processor time for what takes ours 1.6 s (three
matrices, 99,999 permutations, without numba; with it, 17 s to compile in every new process), its
global test takes no seed, and its local one gives a unit without neighbours the smallest possible
p. It is the oracle of the tests. Getis–Ord's G and local G are left out on purpose: the first hangs
on the zero of a score, which is arbitrary; the second, given the unit's own value, orders the
permutations as Iᵢ does, so that its p is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from quyu.facts.boundaries import ALBERS, DRAWN_ONLY

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from libpysal.graph import Graph

BRIDGES = {"460000": "440000"}  # Hainan to Guangdong, over the Qiongzhou Strait
ALPHA = 0.05  # the level of local clusters
_TIE = 1e-12  # of standardised values: below it two statistics differ by rounding only


def contiguity(land: GeoDataFrame, *, bridges: Mapping[str, str] = BRIDGES) -> Graph:
    """Neighbours share a border or a corner, each with equal weight; rows sum to 1.

    `land` holds the polygons by unit; units that are only drawn (Taiwan, Hong Kong and Macao) are
    left out. `bridges` joins units over water, in both directions, and is how an island gets
    neighbours: pass {} where there is no Hainan. Raises ValueError for a bridge that joins no two
    units, for fewer than 3 units, and for polygons that overlap or part by a slit: those would
    lose neighbours unseen.

    >>> import geopandas as gpd
    >>> from shapely import box
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(3, 0, 4, 1)])
    >>> graph = contiguity(land.set_index(pd.Index(["a", "b", "isle"])), bridges={"isle": "b"})
    >>> graph["b"].to_dict()
    {'a': 0.5, 'isle': 0.5}
    """
    from libpysal.graph import Graph

    polygons = _shapes(land)
    for one, other in bridges.items():
        if one == other or not {one, other} <= {*polygons.index}:
            raise ValueError(
                f"the bridge {one!r} to {other!r} joins no two of the units "
                f"{', '.join(polygons.index)}; pass bridges={{}} or name two of them."
            )
    _refuse_broken_borders(polygons)
    touching = Graph.build_contiguity(polygons, rook=False).neighbors
    near = {unit: {*others} for unit, others in touching.items()}
    for one, other in bridges.items():
        near[one].add(other)
        near[other].add(one)
    return Graph.from_dicts({unit: sorted(others) for unit, others in near.items()}).transform("R")


def nearest(land: GeoDataFrame, *, k: int = 4) -> Graph:
    """Neighbours are the `k` units with the nearest centroids (in Albers metres), each weighing 1/k.

    Not symmetric: a remote unit has near ones that have nearer ones. Raises ValueError for a `k`
    that is not from 1 to the number of other units, and for fewer than 3 units.

    >>> import geopandas as gpd
    >>> land = gpd.GeoDataFrame(geometry=gpd.points_from_xy([100, 101, 103], [30] * 3), crs=4326)
    >>> nearest(land.set_index(pd.Index(["a", "b", "c"])), k=1)["c"].to_dict()
    {'b': 1.0}
    """
    from libpysal.graph import Graph

    centroids = _shapes(land).to_crs(ALBERS).centroid
    if not 1 <= k < len(centroids):
        raise ValueError(
            f"k is {k}; {len(centroids)} units have from 1 to {len(centroids) - 1} others."
        )
    return Graph.build_knn(centroids, k=k).transform("R")


def inverse_distance(land: GeoDataFrame) -> Graph:
    """Every other unit is a neighbour, weighted by 1 / distance between centroids, in Albers metres.

    >>> import geopandas as gpd
    >>> land = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 100, 300], [0] * 3), crs=ALBERS)
    >>> inverse_distance(land.set_index(pd.Index(["a", "b", "c"])))["a"].round(9).to_dict()
    {'b': 0.75, 'c': 0.25}
    """
    from libpysal.graph import Graph

    centroids = _shapes(land).to_crs(ALBERS).centroid
    distances = {"threshold": np.inf, "binary": False, "alpha": -1}
    with np.errstate(divide="ignore"):  # libpysal divides by the distance to oneself, then drops it
        return Graph.build_distance_band(centroids, **distances).transform("R")


def _shapes(land: GeoDataFrame) -> GeoSeries:
    """The shapes of the units that have figures, in the order of their labels."""
    found = land.geometry.drop(list(DRAWN_ONLY), errors="ignore").sort_index()
    if len(found) < 3:
        raise ValueError(f"neighbours are a matter of at least 3 units; got {len(found)}.")
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


def matched(values: pd.Series, weights: Graph) -> tuple[pd.Series, pd.DataFrame]:
    """Values, and weights whose rows sum to 1 (0 without neighbours), in the order of the labels.

    Raises ValueError naming units that only one of the two has and a value that is missing or
    infinite, and for weights that are negative, infinite, or from a unit to itself.
    """
    given, rows = weights.adjacency, weights.transform("R").sparse.toarray()
    if not (np.isfinite(given) & (given >= 0)).all() or rows.diagonal().any():
        raise ValueError("weights must be finite, at least 0, and 0 from a unit to itself.")
    units = pd.Index(weights.unique_ids, name=None)
    table = pd.DataFrame(rows, index=units, columns=units).sort_index(axis=0).sort_index(axis=1)
    strangers = values.index.symmetric_difference(table.index)
    if len(strangers) or values.index.has_duplicates:
        raise ValueError(
            f"values and weights must hold the same units once each; these differ: "
            f"{', '.join(map(str, strangers)) or 'repeated ones'}. Build weights of these units."
        )
    ordered = values.loc[table.index].astype(float)
    missing = ordered.index[~np.isfinite(ordered)]
    if len(missing):
        raise ValueError(
            f"no value for {', '.join(map(str, missing))}: leave such units out of the values and "
            f"build the weights of the others, and say so; nothing is filled in."
        )
    return ordered, table


def _standardised(
    values: pd.Series, weights: Graph, permutations: int
) -> tuple[pd.Series, np.ndarray]:
    """z over n with the weights as an array; what no test can be made of is refused."""
    if permutations < 1:
        raise ValueError(f"{permutations} permutations make no test; 9999 is usual.")
    ordered, table = matched(values, weights)
    if np.ptp(ordered) <= _TIE * ordered.abs().max():
        raise ValueError(f"all {len(ordered)} units have the value {ordered.iloc[0]:g}.")
    return (ordered - ordered.mean()) / ordered.std(ddof=0), table.to_numpy()


class Moran(NamedTuple):
    """Moran's I with its distribution over all orders of the values.

    `i` above `expectation`, −1/(n − 1): neighbours are alike; below: unlike. `z` is their distance
    in standard deviations, NaN where every order gives the same i; `p` is two-sided.
    """

    i: float
    expectation: float
    z: float
    p: float


def moran(values: pd.Series, weights: Graph, *, permutations: int = 99_999, seed: int = 1) -> Moran:
    """Moran's I of `values` (one number per unit) under `weights` (as from `contiguity`).

    I = n/S₀ · Σᵢⱼ wᵢⱼ zᵢ zⱼ / Σᵢ zᵢ², S₀ the sum of the weights; inference by drawing orders of the
    values (Moran 1950; Cliff & Ord 1981, Spatial Processes). The order of the rows does not
    matter, to the last digit. Raises ValueError for what `matched` refuses, for values that are
    all the same, for weights without any neighbours, and for fewer than 1 permutation.

    A row of four, 1 2 3 4: z = −1.5 −0.5 0.5 1.5, Σ z² = 5, lags −0.5 −0.5 0.5 0.5, Σ z · lag = 2.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_dicts({"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c"]})
    >>> found = moran(pd.Series({"a": 1, "b": 2, "c": 3, "d": 4}), row)
    >>> round(found.i, 9), round(found.expectation, 9)
    (0.4, -0.333333333)
    """
    standard, table = _standardised(values, weights, permutations)
    z, whole = standard.to_numpy(), table.sum()
    if not whole:
        raise ValueError("no unit has a neighbour: Moran's I needs weights that join some.")
    orders = np.random.default_rng(seed).permuted(np.tile(z, (permutations, 1)), axis=1)
    simulated = ((orders @ table.T) * orders).sum(axis=1) / whole
    statistic = float(z @ table @ z / whole)
    expectation, sd = -1 / (len(z) - 1), float(simulated.std())
    distance = (statistic - expectation) / sd if sd > _TIE else float("nan")
    return Moran(
        statistic, expectation, distance, _two_sided(statistic, np.append(simulated, statistic))
    )


def _two_sided(observed: float, drawn: np.ndarray) -> float:
    """2 m / R, at most 1: m of the R drawn lie at least as far out, on the nearer side.

    `drawn` holds the observed as one of its draws, so that p is never 0 and the test is exact
    (Davison & Hinkley 1997, Bootstrap Methods, 4.2); ties count as far out. esda's `p_sim` is half
    as large: one-sided, on the side that the data chose.

    >>> _two_sided(3.0, np.array([0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 0.0]))  # 2 · 2 / 8
    0.5
    """
    above = np.count_nonzero(drawn >= observed - _TIE)
    below = np.count_nonzero(drawn <= observed + _TIE)
    return float(min(1.0, 2 * min(above, below) / len(drawn)))


def lisa(
    values: pd.Series,
    weights: Graph,
    *,
    alpha: float = ALPHA,
    permutations: int = 99_999,
    seed: int = 1,
) -> pd.DataFrame:
    """Local Moran's I of `values` (one number per unit) under `weights` (as from `contiguity`).

    Iᵢ = zᵢ Σⱼ wᵢⱼ zⱼ (Anselin 1995, with Σ z² = n). p from conditional permutations: the unit keeps
    its value, the others change places; two-sided. Where the neighbours weigh the same and can be
    drawn in no more than `permutations` ways all are counted, and `seed` plays no part. One row
    per unit: `z`, `lag` (mean z of the neighbours), `local_i`, `quadrant` (the unit's value and
    its neighbours', H or L), `p`, `exact` (all draws counted), `p_fdr` (over all tests: Benjamini &
    Hochberg 1995), `cluster_unadjusted` by p and `cluster` by p_fdr: HH, LL, LH, HL, "ns", or
    "masked": without neighbours or with z = 0 a unit has no direction and is no test.

    Raises ValueError for what `moran` refuses, and for an `alpha` that is not between 0 and 1.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_dicts({"a": ["b"], "b": ["a", "c"], "c": ["b"], "d": []})
    >>> found = lisa(pd.Series({"a": 1, "b": 2, "c": 4, "d": 5}), row)
    >>> found[["quadrant", "cluster"]].to_numpy().tolist()
    [['LL', 'ns'], ['LL', 'ns'], ['HL', 'ns'], ['', 'masked']]
    """
    from scipy.stats import false_discovery_control

    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha:g}; a level of significance lies between 0 and 1.")
    z, table = _standardised(values, weights, permutations)
    units = pd.DataFrame({"z": z, "lag": table @ z.to_numpy()})
    units["local_i"] = units["z"] * units["lag"]
    tested = (z.abs() >= _TIE) & table.any(axis=1)
    high = units[["z", "lag"]].gt(0).replace({True: "H", False: "L"})
    units["quadrant"] = (high["z"] + high["lag"]).where(tested, "")
    tests = np.array(_conditional_tests(z.to_numpy(), table, permutations, seed))
    units["p"] = pd.Series(tests[:, 0], z.index).where(tested)
    units["exact"] = (tests[:, 1] == 1) & tested
    units["p_fdr"] = np.nan
    units.loc[tested, "p_fdr"] = false_discovery_control(units.loc[tested, "p"])
    for name, p in (("cluster_unadjusted", "p"), ("cluster", "p_fdr")):
        units[name] = units["quadrant"].where(units[p] <= alpha, "ns").where(tested, "masked")
    return units.loc[values.index]


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
        alike = len(near) > 0 and np.ptp(near) < _TIE
        exact = alike and comb(len(others), len(near)) <= permutations
        if exact:
            drawn = others[list(combinations(range(len(others)), len(near)))] @ near
        else:
            drawn = np.append(others[orders[:, : len(near)]] @ near, lag)
        tests.append((_two_sided(lag, drawn), exact))
    return tests
