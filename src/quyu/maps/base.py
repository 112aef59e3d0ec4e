"""The base map: 34 units with ten dashes in Albers, and where names stand."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from quyu.facts.boundaries import ALBERS, DASHES, DRAWN_ONLY, UNITS
from quyu.maps.lettering import brief
from quyu.words.nouns import Noun

REACH = (105.5, 2.8, 123.2, 24.2)  # degrees: west, south, east, north

# Name (a key of the catalogue's [map]), longitude, latitude, and where the name stands: points east
# and north of its dot, and which part of it stands there. Latin names are twice as long as the
# Chinese ones; no name may cover a dash, a coast or another name in either.
Place = tuple[str, float, float, tuple[float, float], str]
ISLANDS: tuple[Place, ...] = (
    ("東沙群島", 116.72, 20.70, (3, -1), "start"),
    ("西沙群島", 112.20, 16.60, (-5, 6), "start"),
    ("中沙群島", 114.40, 15.80, (-3.5, -8.5), "middle"),
    ("黃巖島", 117.76, 15.15, (2, -8.5), "start"),
    ("南沙群島", 114.20, 9.60, (6, -7), "end"),
    ("曾母暗沙", 112.28, 3.97, (0, 7), "middle"),
)
DIAOYU: tuple[Place, ...] = (
    ("釣魚島", 123.475, 25.745, (-3, 0), "end"),
    ("赤尾嶼", 124.56, 25.92, (3, 0), "start"),
)


def placed(places: tuple[Place, ...]) -> list[Place]:
    """The same places in Albers metres."""
    names, lons, lats, *where = zip(*places, strict=True)
    points = gpd.GeoSeries(gpd.points_from_xy(lons, lats), crs=4326).to_crs(ALBERS)
    return list(zip(names, points.x, points.y, *where, strict=True))


def window() -> tuple[float, float, float, float]:
    """The rectangle in Albers metres that holds all of REACH: its parallels are arcs there."""
    west, south, east, north = REACH
    along, up = np.linspace(west, east, 60), np.linspace(south, north, 60)
    lons = np.r_[along, along, np.full(60, west), np.full(60, east)]
    lats = np.r_[np.full(60, south), np.full(60, north), up, up]
    edge = gpd.GeoSeries(gpd.points_from_xy(lons, lats), crs=4326).to_crs(ALBERS)
    return tuple(float(side) for side in edge.total_bounds)


# Rectangles (west, south, east, north) in Albers metres. The frame leaves room east of Taiwan,
# where the inset of the South China Sea covers nothing.
FRAME = (-2.68e6, 1.45e6, 3.10e6, 5.98e6)
INSET = (1.89e6, 1.47e6, 3.09e6, 2.79e6)
_TOLERANCE = 7_000.0  # metres: about half a pixel on a figure 700 pixels wide


@dataclass(frozen=True, repr=False)
class Basemap(Noun):
    """Provinces (indexed by adcode), their common coast, dashes; all in Albers metres."""

    land: gpd.GeoDataFrame
    coast: shapely.Geometry
    dashes: gpd.GeoSeries


def basemap(land: gpd.GeoDataFrame, dashes: gpd.GeoDataFrame) -> Basemap:
    """Project and simplify for the screen, neighbours still sharing their borders.

    `land` holds the 34 units indexed by adcode, `dashes` the ten dashes, both with a CRS; the
    columns of `land` are kept. The slow part is done once for the same geometry. Refused: a map
    without all 34 units and ten dashes, and an inset that would cover any of them.

    >>> from quyu.facts import boundaries, dashline, load
    >>> facts = load()
    >>> base = basemap(boundaries(facts), dashline(facts))
    >>> len(base.land), len(base.dashes)
    (34, 10)
    """
    if len(land) != UNITS or not set(DRAWN_ONLY) <= set(land.index):
        raise ValueError(
            f"a national map draws all {UNITS} units, with {', '.join(DRAWN_ONLY)}; "
            f"got {len(land)}: {', '.join(map(str, land.index))}"
        )
    if len(dashes) != DASHES:
        raise ValueError(f"a national map draws all {DASHES} dashes; got {len(dashes)}")
    for name, frame in (("land", land), ("dashes", dashes)):
        if frame.crs is None:
            raise ValueError(f"{name} has no coordinate reference system; set_crs('EPSG:4326')")
    units, coast, lines = _screen(
        tuple(land.geometry.to_wkb()), land.crs.to_wkt(),
        tuple(dashes.geometry.to_wkb()), dashes.crs.to_wkt(),
    )  # fmt: skip
    return Basemap(
        gpd.GeoDataFrame(land.drop(columns=land.geometry.name), geometry=units, crs=ALBERS),
        coast,
        gpd.GeoSeries(lines, index=dashes.index, crs=ALBERS),
    )


@lru_cache(maxsize=4)
def _screen(land: tuple[bytes, ...], land_crs: str, dashes: tuple[bytes, ...], dashes_crs: str):
    units = gpd.GeoSeries.from_wkb(list(land), crs=land_crs).to_crs(ALBERS)
    lines = gpd.GeoSeries.from_wkb(list(dashes), crs=dashes_crs).to_crs(ALBERS).to_numpy()
    covered = shapely.intersects(shapely.box(*INSET), np.r_[units.to_numpy(), lines])
    if covered.any():
        raise ValueError(f"the inset covers {covered.sum()} of the units or dashes: {INSET}")
    light = shapely.coverage_simplify(units.to_numpy(), _TOLERANCE)
    if not shapely.is_valid(light).all() or shapely.is_empty(light).any():
        raise ValueError("simplifying for the screen broke a unit; the boundaries are not clean")
    return light, edge(shapely.coverage_union_all(light)), shapely.simplify(lines, 2_000.0)


def edge(area: shapely.Geometry) -> shapely.Geometry:
    """The edge of an area without its islets: their own thin border is outline enough."""
    parts = shapely.get_parts(area)
    large = parts[shapely.area(parts) >= min(2e8, shapely.area(parts).max())]
    return shapely.boundary(shapely.multipolygons(large))


def inside(area: shapely.Geometry, metres: float, *, light: float) -> shapely.Geometry:
    """A line so far within the border that two neighbours' lines do not fall on one another.

    It is simplified to `light` metres.
    """
    shrunk = shapely.buffer(area, -metres)
    return edge(area if shapely.is_empty(shrunk) else shapely.simplify(shrunk, light))


def refuse_unknown(what: str, codes: Iterable[object], known: Container[object]) -> None:
    """Raise ValueError naming the codes that `what` does not have."""
    missing = [str(code) for code in codes if code not in known]
    if missing:
        raise ValueError(f"{what} has no unit {', '.join(dict.fromkeys(missing))}")


# Shifts in kilometres (east, north) from the middle of the widest part, found by eye.
_NUDGE = {
    "130000": (-36, -215),
    "370000": (62, 0),
    "440000": (25, 10),
    "450000": (-15, 0),
    "500000": (30, 10),
    "330000": (-20, 0),
}
# Names at the end of a thin line (kilometres east, north).
_LEADER = {
    "120000": (260, -60),
    "310000": (240, 30),
    "810000": (280, -110),
    "820000": (40, -250),
}


@dataclass(frozen=True)
class Name:
    """A name with its place in Albers metres, and the unit's own place if a leader is due."""

    text: str
    x: float
    y: float
    unit: tuple[float, float] | None


def names(land: gpd.GeoDataFrame, texts: pd.Series) -> dict[str, Name]:
    """The name of each unit of a base map, by adcode as in `texts`."""
    circles = shapely.maximum_inscribed_circle(land.geometry.to_numpy(), tolerance=5_000.0)
    found = {}
    for adcode, (x, y) in zip(
        land.index, shapely.get_coordinates(circles)[::2].tolist(), strict=True
    ):
        east, north = _LEADER.get(adcode) or _NUDGE.get(adcode, (0, 0))
        unit = (x, y) if adcode in _LEADER else None
        found[adcode] = Name(brief(str(texts[adcode])), x + east * 1e3, y + north * 1e3, unit)
    return found
