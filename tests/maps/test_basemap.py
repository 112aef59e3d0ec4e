"""The base map is whole, light, and leaves its neighbours touching."""

import pytest
import shapely

from quyu.maps import base as room
from quyu.maps.base import INSET, basemap


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


def test_a_map_without_taiwan_or_a_dash_is_refused(world):
    with pytest.raises(ValueError, match="all 34 units"):
        basemap(world.land.drop("710000"), world.dashes)
    with pytest.raises(ValueError, match="all 10 dashes; got 9"):
        basemap(world.land, world.dashes.iloc[:9])


def test_land_without_a_reference_system_is_refused(world):
    with pytest.raises(ValueError, match="land has no coordinate reference system"):
        basemap(world.land.set_crs(None, allow_override=True), world.dashes)
