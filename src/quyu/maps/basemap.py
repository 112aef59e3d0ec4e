"""The base map: 34 units with ten dashes in Albers, light enough for a screen."""

from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely

from quyu.facts.territory import ALBERS, DASHES, DRAWN_ONLY, UNITS

# Rectangles (west, south, east, north) in Albers metres. The frame leaves room east of Taiwan,
# where the inset of the South China Sea covers nothing.
FRAME = (-2.68e6, 1.45e6, 3.10e6, 5.98e6)
INSET = (1.89e6, 1.47e6, 3.09e6, 2.79e6)
_TOLERANCE = 7_000.0  # metres: about half a pixel on a figure 700 pixels wide


@dataclass(frozen=True)
class Basemap:
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
