"""The South China Sea: what its inset shows."""

import geopandas as gpd
import numpy as np

from quyu.facts.territory import ALBERS

TITLE = "南海諸島"
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
