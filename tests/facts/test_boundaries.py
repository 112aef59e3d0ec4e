"""Boundaries and register must speak of the same units."""

import shutil

import pytest

from quyu.facts import boundaries, dashline, embedded, load


def test_land_carries_the_register_in_its_order():
    facts = load()
    land = boundaries(facts)
    assert list(land.index) == list(facts.provinces.index)
    assert land.at["640000", "name_zh_hant"] == "寧夏回族自治區"
    assert land.crs == "EPSG:4326"


def test_other_units_than_the_registers_are_refused(world):
    shutil.copy(embedded() / "geodata" / "provinces.geojson", world)
    with pytest.raises(ValueError, match="these differ: 130000"):
        boundaries(load(world))


def test_a_folder_without_boundaries_says_what_is_missing(world):
    for read in (boundaries, dashline):
        with pytest.raises(ValueError, match=r"copy .*\.geojson"):
            read(load(world))
