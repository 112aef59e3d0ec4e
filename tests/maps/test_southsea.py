"""The inset reaches as far as it must."""

import geopandas as gpd
import pytest

from quyu.maps.basemap import ALBERS
from quyu.maps.southsea import DIAOYU, ISLANDS, REACH, placed, window


def test_the_window_holds_every_corner_of_the_reach():
    west, south, east, north = REACH
    assert (west, south, east, north) == (105.5, 2.8, 123.2, 24.2)
    lons = [west, west, east, east, (west + east) / 2]
    points = gpd.GeoSeries(gpd.points_from_xy(lons, [south, north] * 2 + [south]), crs=4326)
    x0, y0, x1, y1 = window()
    corners = points.to_crs(ALBERS)
    # An arc's own points lie between the sampled ones: a metre of slack.
    assert corners.x.between(x0 - 1, x1 + 1).all()
    assert corners.y.between(y0 - 1, y1 + 1).all()


def test_all_ten_dashes_but_the_one_beside_taiwan_are_inside(world):
    x0, y0, x1, y1 = window()
    bounds = world.dashes.to_crs(ALBERS).bounds
    inside = bounds.minx.ge(x0) & bounds.maxx.le(x1) & bounds.miny.ge(y0) & bounds.maxy.le(y1)
    assert inside.sum() == 9


@pytest.mark.parametrize("place", placed(ISLANDS), ids=lambda place: place[0])
def test_every_island_stands_inside_the_window(place):
    _, x, y, _ = place
    x0, y0, x1, y1 = window()
    assert x0 < x < x1
    assert y0 < y < y1


def test_the_names_are_those_a_map_must_carry():
    assert {name for name, *_ in ISLANDS} == {
        "東沙群島",
        "西沙群島",
        "中沙群島",
        "南沙群島",
        "曾母暗沙",
        "黃巖島",
    }
    assert {name for name, *_ in DIAOYU} == {"釣魚島", "赤尾嶼"}
