"""Where each unit's name stands on a map, outside the unit where it is too small."""

from dataclasses import dataclass

import geopandas as gpd
import shapely

from quyu.maps.brief import brief

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


def names(land: gpd.GeoDataFrame, column: str) -> dict[str, Name]:
    """The name of each unit of a base map, read from a column of it, by adcode."""
    circles = shapely.maximum_inscribed_circle(land.geometry.to_numpy(), tolerance=5_000.0)
    middles = shapely.get_coordinates(circles)[::2].tolist()
    found = {}
    for adcode, text, (x, y) in zip(land.index, land[column], middles, strict=True):
        east, north = _LEADER.get(adcode) or _NUDGE.get(adcode, (0, 0))
        unit = (x, y) if adcode in _LEADER else None
        found[adcode] = Name(brief(str(text)), x + east * 1e3, y + north * 1e3, unit)
    return found
