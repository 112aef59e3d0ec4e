"""The base map is whole and light, its neighbours touch, and the inset reaches as far as it must."""

from itertools import combinations

import geopandas as gpd
import pytest
import shapely
from matplotlib.text import Text

from quyu.facts.boundaries import ALBERS
from quyu.maps import base as room
from quyu.maps.base import DIAOYU, INSET, ISLANDS, REACH, basemap, placed, window
from quyu.words import LANGUAGES


def test_every_unit_survives_simplifying(world):
    base = basemap(world.land, world.dashes)
    assert len(base.land) == 34
    assert base.land.is_valid.all()
    assert (base.land.area > 0).all()
    assert {"810000", "820000"} <= set(base.land.index)
    assert len(base.dashes) == 10


def test_neighbours_still_share_their_borders(world):
    base = basemap(world.land, world.dashes)
    assert shapely.coverage_is_valid(base.land.geometry.to_numpy())
    assert shapely.get_num_coordinates(base.land.geometry.to_numpy()).sum() < 9_000


def test_columns_are_kept_and_nothing_of_the_input_is_changed(world):
    before = world.land.copy()
    base = basemap(world.land, world.dashes)
    assert base.land["zone"].equals(world.land["zone"])
    assert world.land.equals(before)
    assert world.land.crs == before.crs


def test_the_inset_covers_no_unit_and_no_dash(world):
    base = basemap(world.land, world.dashes)
    assert not base.land.intersects(shapely.box(*INSET)).any()
    assert not base.dashes.intersects(shapely.box(*INSET)).any()


def test_an_inset_in_the_usual_corner_is_refused(world, monkeypatch):
    monkeypatch.setattr(room, "INSET", (1.3e6, 1.47e6, 2.5e6, 2.79e6))
    room._screen.cache_clear()
    with pytest.raises(ValueError, match="covers"):
        basemap(world.land, world.dashes)
    room._screen.cache_clear()


@pytest.mark.parametrize(
    ("land", "dashes", "says"),
    [
        (lambda land: land.drop("710000"), lambda dashes: dashes, "all 34 units"),
        (lambda land: land, lambda dashes: dashes.iloc[:9], "all 10 dashes; got 9"),
        (
            lambda land: land.set_crs(None, allow_override=True),
            lambda dashes: dashes,
            "land has no coordinate reference system",
        ),
    ],
)
def test_a_map_without_a_unit_a_dash_or_a_reference_system_is_refused(world, land, dashes, says):
    with pytest.raises(ValueError, match=says):
        basemap(land(world.land), dashes(world.dashes))


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
def drawn(draw, request):
    texts = {"legend": "synthetic", "title": "synthetic", "subtitle": "", "source": "none"}
    figure = draw(lang=request.param, **texts)
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
    assert len(names) == len(ISLANDS) + 2  # its title and its scale
    # Shoals and reefs are the very things that the names belong to.
    land = shapely.get_parts(world.land.to_crs(ALBERS).geometry.to_numpy())
    large = land[shapely.area(land) > 1e10]
    dashes = world.dashes.to_crs(ALBERS).geometry.to_numpy()
    for name, box in names:
        assert inside.x0 < box.x0 and box.x1 < inside.x1 and box.y0 > inside.y0, name
        place = shapely.box(*box.padded(1).transformed(corner.transData.inverted()).extents)
        assert not shapely.intersects(place, dashes).any(), name
        assert not shapely.intersects(place, large).any(), name
