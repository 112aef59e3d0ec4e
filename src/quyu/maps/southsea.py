"""The South China Sea: what its inset shows."""

import geopandas as gpd
import numpy as np

from quyu.maps.basemap import ALBERS

TITLE = "南海諸島"
REACH = (105.5, 2.8, 123.2, 24.2)  # degrees: west, south, east, north

# Name (a key of the catalogue's [map]), longitude, latitude, and where the middle of the name stands
# (points east, north).
Place = tuple[str, float, float, tuple[float, float]]
ISLANDS: tuple[Place, ...] = (
    ("東沙群島", 116.72, 20.70, (0, -7)),
    ("西沙群島", 112.20, 16.60, (-1, 7)),
    ("中沙群島", 114.40, 15.80, (0, -7)),
    ("黃巖島", 117.76, 15.15, (-1, 7)),
    ("南沙群島", 114.20, 9.60, (0, -7)),
    ("曾母暗沙", 112.28, 3.97, (0, 7)),
)
DIAOYU: tuple[Place, ...] = (
    ("釣魚島", 123.475, 25.745, (-14, 2)),
    ("赤尾嶼", 124.56, 25.92, (14, 2)),
)


def placed(places: tuple[Place, ...]) -> list[Place]:
    """The same places in Albers metres."""
    names, lons, lats, shifts = zip(*places, strict=True)
    points = gpd.GeoSeries(gpd.points_from_xy(lons, lats), crs=4326).to_crs(ALBERS)
    return list(zip(names, points.x, points.y, shifts, strict=True))


def window() -> tuple[float, float, float, float]:
    """The rectangle in Albers metres that holds all of REACH: its parallels are arcs there."""
    west, south, east, north = REACH
    along, up = np.linspace(west, east, 60), np.linspace(south, north, 60)
    lons = np.r_[along, along, np.full(60, west), np.full(60, east)]
    lats = np.r_[np.full(60, south), np.full(60, north), up, up]
    edge = gpd.GeoSeries(gpd.points_from_xy(lons, lats), crs=4326).to_crs(ALBERS)
    return tuple(float(side) for side in edge.total_bounds)
