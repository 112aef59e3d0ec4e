"""The base map: all of China with its ten dashes in Albers, or any units, and where names stand."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from quyu.facts.boundaries import ALBERS, DASHES, DRAWN_ONLY, UNITS, all_of_china, provincial
from quyu.maps.lettering import brief, ems
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


def placed(places: tuple[Place, ...], crs: object = ALBERS) -> list[Place]:
    """The same places in metres of a plane."""
    names, lons, lats, *where = zip(*places, strict=True)
    points = gpd.GeoSeries(gpd.points_from_xy(lons, lats), crs=4326).to_crs(crs)
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
ROOM = (-1.0e6, 1.75e6, 3.05e6, 5.75e6)  # of units that are not all of China
_TOLERANCE = 7_000.0  # metres: about half a pixel on a figure 700 pixels wide


@dataclass(frozen=True, repr=False)
class Basemap(Noun):
    """Units (by id), their common coast, dashes; all in metres of one plane.

    `metres` is how many real ones a metre of the plane is: 1 on a map of China, which fills FRAME; the
    plane of other units is stretched until they do.
    """

    land: gpd.GeoDataFrame
    coast: shapely.Geometry
    dashes: gpd.GeoSeries
    metres: float = 1.0

    @property
    def whole(self) -> bool:
        """Whether this is a map of all of China, with dashes, islands and the inset."""
        return len(self.dashes) > 0


def basemap(
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    *,
    crs: object = None,
    tolerance: float = _TOLERANCE,
) -> Basemap:
    """Project and simplify for the screen, neighbours still sharing their borders.

    `land` holds units indexed by id, `dashes` the ten dashes where they make up all of China, both with
    a CRS; the columns of `land` are kept. `crs` is the plane, Albers or one that other units fill if
    left out; `tolerance` the metres that may be lost on a map of China, on others in proportion. The
    slow part is done once for the same geometry. Refused: a map of China without all 34 provinces, or
    their parts and those without parts, or without the ten dashes, and an inset that would cover any.

    >>> from quyu.facts import boundaries, dashline, load
    >>> facts = load()
    >>> base = basemap(boundaries(facts), dashline(facts))
    >>> len(base.land), len(base.dashes)
    (34, 10)
    """
    whole = all_of_china(land.index)
    few = len(land) != UNITS and provincial(land.index)
    if whole and (few or not set(DRAWN_ONLY) <= set(land.index)):
        raise ValueError(
            f"a national map draws all {UNITS} units, with {', '.join(DRAWN_ONLY)}; "
            f"got {len(land)}: {', '.join(map(str, land.index))}"
        )
    if len(dashes) != whole * DASHES:
        raise ValueError(f"a national map draws all {DASHES} dashes; got {len(dashes)}")
    for name, frame in (("land", land), ("dashes", dashes)):
        if frame.crs is None:
            raise ValueError(f"{name} has no coordinate reference system; set_crs('EPSG:4326')")
    fitted, metres = (ALBERS, 1.0) if whole else _fitted(land.geometry)
    if crs is not None:
        tolerance *= metres
    units, coast, lines = _screen(
        tuple(land.geometry.to_wkb()), land.crs.to_wkt(),
        tuple(dashes.geometry.to_wkb()), dashes.crs.to_wkt(), crs or fitted, tolerance,
    )  # fmt: skip
    return Basemap(
        gpd.GeoDataFrame(land.drop(columns=land.geometry.name), geometry=units, crs=crs or fitted),
        coast,
        gpd.GeoSeries(lines, index=dashes.index, crs=crs or fitted),
        metres,
    )


def _fitted(land: gpd.GeoSeries) -> tuple[str, float]:
    """A plane of equal areas that units fill the frame in, right of the legend, and its scale."""
    west, south, east, north = land.to_crs(4326).total_bounds
    middle = f"+proj=laea +lat_0={(south + north) / 2:.4f} +lon_0={(west + east) / 2:.4f}"
    west, south, east, north = land.to_crs(f"{middle} +ellps=GRS80 +units=m").total_bounds
    left, low, right, top = ROOM
    metres = max((east - west) / (right - left), (north - south) / (top - low), 1e-6)
    x = (left + right) / 2 * metres - (west + east) / 2
    y = (low + top) / 2 * metres - (south + north) / 2
    return f"{middle} +x_0={x:.3f} +y_0={y:.3f} +ellps=GRS80 +to_meter={metres:.9g}", metres


@lru_cache(maxsize=4)
def _screen(
    land: tuple[bytes, ...],
    land_crs: str,
    dashes: tuple[bytes, ...],
    dashes_crs: str,
    crs: object,
    tolerance: float,
):
    units = gpd.GeoSeries.from_wkb(list(land), crs=land_crs).to_crs(crs)
    lines = gpd.GeoSeries.from_wkb(list(dashes), crs=dashes_crs).to_crs(crs).to_numpy()
    covered = shapely.intersects(shapely.box(*INSET), np.r_[units.to_numpy(), lines])
    if crs == ALBERS and covered.any():
        raise ValueError(f"the inset covers {covered.sum()} of the units or dashes: {INSET}")
    shapes = units.to_numpy()
    if not shapely.is_valid(shapes).all():
        shapes = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    if not shapely.coverage_is_valid(shapes):  # of one's own: each by itself, wherever they meet
        light = shapely.simplify(shapes, tolerance / 4)
        return light, edge(shapely.union_all(light)), lines
    light = shapely.coverage_simplify(shapes, tolerance)
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


def refuse_strangers(what: str, codes: Iterable[object], known: Container[object]) -> None:
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


_LETTER = 1.0e5  # metres that a letter is wide and high


@dataclass(frozen=True)
class Name:
    """A name with its place in Albers metres, and the unit's own place if a leader is due."""

    text: str
    x: float
    y: float
    unit: tuple[float, float] | None


MANY = 60  # units; of more, those are named whose name finds room


def names(land: gpd.GeoDataFrame, texts: pd.Series) -> dict[str, Name]:
    """The name of each unit of a base map, by id as in `texts`; of many, of those with room for it."""
    if len(land) > MANY:
        width = texts.reindex(land.index).map(lambda text: ems(brief(str(text)))) * _LETTER
        land = land[land.geometry.area > (1.3 * width * _LETTER)]
        land = land[land.geometry.bounds.eval("maxx - minx") > width[land.index]]
    circles = shapely.maximum_inscribed_circle(land.geometry.to_numpy(), tolerance=5_000.0)
    found = {}
    for adcode, (x, y) in zip(
        land.index, shapely.get_coordinates(circles)[::2].tolist(), strict=True
    ):
        east, north = _LEADER.get(adcode) or _NUDGE.get(adcode, (0, 0))
        unit = (x, y) if adcode in _LEADER else None
        found[adcode] = Name(brief(str(texts[adcode])), x + east * 1e3, y + north * 1e3, unit)
    return found
