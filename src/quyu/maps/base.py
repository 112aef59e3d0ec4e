"""The base map: all of China with its ten dashes in Albers, or any units."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import geopandas as gpd
import numpy as np
import shapely

from quyu.facts.boundaries import ALBERS, DASHES, DRAWN_ONLY, UNITS, all_of_china, provincial
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
    ("曾母暗沙", 112.28, 3.97, (0, 8), "middle"),
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
KEY = (-2.68e6, 1.80e6, 1.87e6)  # west, east and top of the legend's frame, south of Hainan
ROOM = (-2.2e6, 1.95e6, 3.05e6, 5.55e6)  # of units that are not all of China
_TOLERANCE = 7_000.0  # metres: about half a pixel on a figure 700 pixels wide


@dataclass(frozen=True, repr=False)
class Basemap(Noun):
    """Units (by id), their common edge, dashes; all in metres of one plane.

    The edge of China is its `border` on land and its `coast`, that of other units all `coast`.
    `metres` is how many real ones a metre of the plane is: 1 on a map of China, which fills FRAME;
    the plane of other units is stretched until they do.
    """

    land: gpd.GeoDataFrame
    coast: shapely.Geometry
    border: shapely.Geometry
    dashes: gpd.GeoSeries
    metres: float = 1.0

    @property
    def whole(self) -> bool:
        """Whether this is a map of all of China, with dashes, islands and the inset."""
        return len(self.dashes) > 0

    @property
    def far(self) -> gpd.GeoSeries:
        """The dashes that the inset holds: each is drawn once, there or on the map."""
        return self.dashes[self.dashes.within(shapely.box(*window()))]

    @property
    def near(self) -> gpd.GeoSeries:
        """The dashes that the map itself holds."""
        return self.dashes.drop(self.far.index)


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
    units, outline, lines = _screen(
        tuple(land.geometry.to_wkb()), land.crs.to_wkt(),
        tuple(dashes.geometry.to_wkb()), dashes.crs.to_wkt(), crs or fitted, tolerance,
    )  # fmt: skip
    coast, border = (
        _sides(outline, crs or fitted) if whole else (outline, shapely.MultiLineString())
    )
    return Basemap(
        gpd.GeoDataFrame(land.drop(columns=land.geometry.name), geometry=units, crs=crs or fitted),
        coast,
        border,
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


MOUTHS = ((124.32, 39.93), (108.04, 21.54))  # of the Yalu and the Beilun: there the coast ends


def _sides(outline: shapely.Geometry, crs: object) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The coast of China, islands and all, and its border on land."""
    rings = shapely.get_parts(outline)
    main = max(rings, key=shapely.length)
    points = shapely.get_coordinates(main)[:-1]
    mouths = gpd.GeoSeries(gpd.points_from_xy(*zip(*MOUTHS, strict=True)), crs=4326).to_crs(crs)
    first, last = sorted(int(np.hypot(*(points - (at.x, at.y)).T).argmin()) for at in mouths)
    two = points[first : last + 1], np.r_[points[last:], points[: first + 1]]
    sea, ground = sorted(two, key=lambda line: line[:, 1].max())  # the far north is on land
    others = [ring for ring in rings if ring is not main]
    return shapely.multilinestrings([shapely.linestrings(sea), *others]), shapely.linestrings(
        ground
    )


def seams(ground: Basemap, column: str) -> list[shapely.Geometry]:
    """The lines between neighbouring groups of units, without the coast and the country's border.

    Of shapes that do not fit together, the edge of each group.
    """
    land = ground.land
    if not shapely.coverage_is_valid(land.geometry.to_numpy()):
        return [edge(area) for area in land.dissolve(column).geometry]
    areas = land.dissolve(column, method="coverage").geometry.boundary.to_list()
    shared = [shapely.intersection(one, other) for one, other in combinations(areas, 2)]
    parts = shapely.get_parts(shared)
    lines = parts[shapely.get_dimensions(parts) == 1]
    return [shapely.line_merge(shapely.multilinestrings(lines))] if len(lines) else []


def refuse_strangers(what: str, codes: Iterable[object], known: Container[object]) -> None:
    """Raise ValueError naming the codes that `what` does not have."""
    missing = [str(code) for code in codes if code not in known]
    if missing:
        raise ValueError(f"{what} has no unit {', '.join(dict.fromkeys(missing))}")
