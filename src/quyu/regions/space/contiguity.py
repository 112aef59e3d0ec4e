"""Spatial weights: which units count as neighbours of which.

Weights are a DataFrame, units × units in the order of their labels: row i holds the weights of
the neighbours of i, zero on the diagonal, and sums to 1, or to 0 where i has no neighbours.

geopandas finds neighbours with the R-tree that it has loaded anyway; libpysal gives the same
matrices (it is the oracle of the tests) for half a second of imports in every report kernel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.facts.territory import ALBERS, DRAWN_ONLY

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

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
