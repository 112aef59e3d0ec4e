"""The inset reaches as far as it must."""

from itertools import combinations

import geopandas as gpd
import pytest
import shapely
from matplotlib.text import Text

from quyu.facts.boundaries import ALBERS
from quyu.maps.base import DIAOYU, ISLANDS, REACH, placed, window
from quyu.maps.still import choropleth
from quyu.words import LANGUAGES


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
    _, x, y, *_ = place
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


@pytest.fixture(scope="module", params=LANGUAGES)
def drawn(world, request):
    texts = {"legend": "synthetic", "title": "synthetic", "subtitle": "", "source": "none"}
    figure = choropleth(
        world.values, world.land, world.dashes, breaks=(20, 40, 60, 80), lang=request.param, **texts
    )
    figure.canvas.draw()
    return figure


def extents(texts):
    return [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text()]


def test_no_text_of_a_map_stands_on_another(drawn):
    boxes = extents(drawn.findobj(Text))
    assert len(boxes) > 50
    for (one, here), (other, there) in combinations(boxes, 2):
        assert not here.overlaps(there), f"{one} and {other}"


def test_a_name_covers_no_dash_no_land_and_stays_within_the_inset(drawn, world):
    corner = drawn.axes[0].child_axes[0]
    inside = corner.get_window_extent()
    names = extents(corner.texts)
    assert len(names) == len(ISLANDS) + 1
    # Shoals and reefs are the very things that the names belong to.
    land = shapely.get_parts(world.land.to_crs(ALBERS).geometry.to_numpy())
    large = land[shapely.area(land) > 1e10]
    dashes = world.dashes.to_crs(ALBERS).geometry.to_numpy()
    for name, box in names:
        assert inside.x0 < box.x0 and box.x1 < inside.x1 and box.y0 > inside.y0, name
        place = shapely.box(*box.padded(1).transformed(corner.transData.inverted()).extents)
        assert not shapely.intersects(place, dashes).any(), name
        assert not shapely.intersects(place, large).any(), name
