"""Neighbours: who lies beside whom, as libpysal Graphs that esda, spreg and giddy take as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.facts.boundaries import ALBERS, DRAWN_ONLY

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from libpysal.graph import Graph


def contiguity(land: GeoDataFrame, *, bridges: Mapping[str, str]) -> Graph:
    """Neighbours share a border or a corner, each with equal weight; rows sum to 1.

    `land` holds the polygons by unit; units that are only drawn (Taiwan, Hong Kong and Macao) are
    left out. `bridges` joins units over water, in both directions, and is how an island gets
    neighbours; {} joins none. Raises ValueError for a bridge that joins no two
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
