"""Spatial weights: by hand, against libpysal, on the real boundaries, refusals."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libpysal import examples
from libpysal.graph import Graph
from shapely import MultiPolygon, box

from quyu.facts import boundaries, load
from quyu.facts.boundaries import DRAWN_ONLY
from quyu.regions.space import inverse_distance, nearest, queen


def grid(rows, columns):
    """Unit squares named by row and column: a0 a1 … b0 b1 …"""
    names = {
        f"{chr(97 + r)}{c}": box(c, r, c + 1, r + 1) for r in range(rows) for c in range(columns)
    }
    return gpd.GeoDataFrame(geometry=list(names.values()), index=list(names), crs=3857)


@pytest.fixture(scope="module")
def land():
    return boundaries(load())


@pytest.fixture(scope="module")
def provinces(land):
    return land.index.difference(DRAWN_ONLY)


@pytest.fixture(scope="module")
def mexico():
    found = gpd.read_file(examples.get_path("mexicojoin.shp"))
    return found.set_index("NAME")


def test_a_corner_makes_neighbours():
    found = queen(grid(3, 3), grid(3, 3).index, bridges={})
    assert found.loc["b1"].drop("b1").tolist() == [1 / 8] * 8
    assert found.loc["a0"][found.loc["a0"] > 0].to_dict() == {
        "a1": 1 / 3,
        "b0": 1 / 3,
        "b1": 1 / 3,
    }
    assert found.to_numpy().diagonal().tolist() == [0] * 9


def test_an_island_has_no_neighbours_before_the_bridge():
    world = pd.concat(
        [grid(1, 2), gpd.GeoDataFrame(geometry=[box(9, 9, 10, 10)], index=["isle"], crs=3857)]
    )
    assert queen(world, world.index, bridges={}).loc["isle"].sum() == 0
    bridged = queen(world, world.index, bridges={"isle": "a1"})
    assert bridged.loc["isle"].to_dict() == {"a0": 0.0, "a1": 1.0, "isle": 0.0}
    assert bridged.loc["a1"].to_dict() == {"a0": 0.5, "a1": 0.0, "isle": 0.5}


def test_a_bridge_over_a_land_border_changes_nothing():
    world = grid(2, 2)
    joined = queen(world, world.index, bridges={"a0": "a1"})
    pd.testing.assert_frame_equal(joined, queen(world, world.index, bridges={}))


def test_units_left_out_are_nobodys_neighbours():
    found = queen(grid(1, 4), ["a0", "a1", "a3"], bridges={})
    assert list(found) == ["a0", "a1", "a3"]
    assert found.loc["a3"].sum() == 0


KINDS = {"queen": queen, "nearest": nearest, "inverse_distance": inverse_distance}


@given(st.permutations(list(grid(2, 3).index)), st.sampled_from(sorted(KINDS)))
def test_the_order_of_the_units_does_not_matter(names, kind):
    options = {"bridges": {}} if kind == "queen" else {}
    world = grid(2, 3)
    shuffled = KINDS[kind](world.loc[names], names[::-1], **options)
    pd.testing.assert_frame_equal(shuffled, KINDS[kind](world, world.index, **options))


def test_70_pairs_among_all_34_units_and_68_among_31_provinces(land, provinces):
    one, other = land.sindex.query(land.geometry, predicate="touches")
    assert len(one) == 2 * 70
    assert len(provinces) == 31
    drawn = np.isin(land.index[one], DRAWN_ONLY) | np.isin(land.index[other], DRAWN_ONLY)
    assert (~drawn).sum() == 2 * 68  # Guangdong touches Hong Kong and Macao


def test_every_province_has_a_neighbour_by_hainans_bridge(land, provinces):
    found = queen(land, provinces)
    assert (found > 0).sum().sum() == 2 * (68 + 1)
    assert found.sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-12)
    assert found.columns[found.loc["460000"] > 0].tolist() == ["440000"]
    assert (found.loc["130000"] > 0).sum() == 7
    assert (found.loc["610000"] > 0).sum() == 8
    assert found.index.equals(provinces)
    assert not set(DRAWN_ONLY) & set(found)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_drawn_units_are_refused(land, kind):
    with pytest.raises(ValueError, match=r"710000, 810000, 820000 are drawn on maps, never"):
        KINDS[kind](land, land.index)


def as_frame(graph):
    """libpysal's weights with rows that sum to 1, as ours."""
    units = list(graph.unique_ids)
    return pd.DataFrame(graph.transform("r").sparse.toarray(), units, units)


def test_queen_agrees_with_libpysal(mexico, land, provinces):
    for shapes in (mexico, land.loc[provinces], grid(3, 4)):
        expected = as_frame(Graph.build_contiguity(shapes, rook=False))
        found = queen(shapes, shapes.index, bridges={})
        pd.testing.assert_frame_equal(
            found, expected.loc[found.index, found.index], check_names=False, rtol=1e-12
        )


def test_nearest_agrees_with_libpysal(land, provinces):
    albers = land.loc[provinces].to_crs("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80")
    expected = as_frame(Graph.build_knn(albers.centroid, k=4))
    found = nearest(land, provinces)
    assert (found > 0).sum(axis=1).eq(4).all()
    np.testing.assert_allclose(found.to_numpy(), expected.loc[found.index, found.index].to_numpy())


def test_inverse_distance_agrees_with_libpysal(land, provinces):
    albers = land.loc[provinces].to_crs("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80")
    expected = as_frame(
        Graph.build_distance_band(albers.centroid, threshold=1e8, binary=False, alpha=-1)
    )
    found = inverse_distance(land, provinces)
    np.testing.assert_allclose(found.to_numpy(), expected.loc[found.index, found.index].to_numpy())


def test_distances_are_not_measured_in_degrees():
    # at 50° north a degree of longitude is 0.64 of one of latitude: in degrees, north is nearer
    points = gpd.points_from_xy([105, 106.2, 105], [50, 50, 51])
    world = gpd.GeoDataFrame(geometry=points, index=["here", "east", "north"], crs=4326)
    assert nearest(world, world.index, k=1).loc["here"].idxmax() == "east"


def test_of_several_as_near_the_first_labels_count():
    names = ["me", *(f"u{number:02}" for number in range(30))]
    points = gpd.points_from_xy([105, *[106] * 30], [30] * 31)
    world = gpd.GeoDataFrame(geometry=points, index=names, crs=4326)
    near = nearest(world, names, k=3).loc["me"]
    assert near[near > 0].index.tolist() == ["u00", "u01", "u02"]


def test_units_without_a_shape_are_named(land, provinces):
    with pytest.raises(ValueError, match=r"do not match the units: no shape for 110001, 999999"):
        queen(land, [*provinces, "999999", "110001"])
    with pytest.raises(ValueError, match="no shape for 460000"):
        queen(land.drop(index="460000"), provinces)


@pytest.mark.parametrize(
    "bridges", [{"460001": "440000"}, {"460000": "820000"}, {"460000": "460000"}]
)
def test_bridges_that_join_no_two_units_are_refused(land, provinces, bridges):
    (ends,) = bridges.items()
    with pytest.raises(ValueError, match=re.escape(f"the bridge {ends[0]!r} to {ends[1]!r} joins")):
        queen(land, provinces, bridges=bridges)


def test_hainans_bridge_is_refused_where_there_is_no_hainan(land, provinces):
    with pytest.raises(ValueError, match=r"'460000' to '440000'.*pass bridges=\{\}"):
        queen(land, provinces.drop("460000"))


@pytest.mark.parametrize("slip", [0.01, 1e-9, -1e-9, -1e-6])
def test_overlaps_and_slits_are_named(slip):
    world = grid(1, 3)
    world.loc["a1", "geometry"] = box(1 - slip, 0, 2, 1)
    with pytest.raises(
        ValueError, match=r"the boundaries of a0, a1 overlap others or leave a slit"
    ):
        queen(world, world.index, bridges={})


def test_water_between_units_is_no_slit():
    world = grid(1, 3)
    world.loc["a1", "geometry"] = box(1.01, 0, 2, 1)
    assert queen(world, world.index, bridges={}).loc["a0"].sum() == 0


def test_units_or_shapes_given_twice_are_named():
    world = grid(1, 3)
    with pytest.raises(ValueError, match="a0 must be given once"):
        queen(world, ["a0", "a0", "a1"], bridges={})
    with pytest.raises(ValueError, match="a2 must be given once"):
        nearest(pd.concat([world, world.loc[["a2"]]]), world.index, k=1)


def test_an_empty_shape_is_named():
    world = grid(1, 3)
    world.loc["a1", "geometry"] = MultiPolygon()
    with pytest.raises(ValueError, match="the shape of a1 is empty"):
        inverse_distance(world, world.index)


def test_fewer_than_three_units_have_no_map():
    with pytest.raises(ValueError, match="at least 3 units; got 2"):
        queen(grid(1, 3), ["a0", "a1"], bridges={})


@pytest.mark.parametrize("k", [0, 6])
def test_k_counts_other_units(k):
    with pytest.raises(ValueError, match=f"k is {k}; 6 units have from 1 to 5 others"):
        nearest(grid(2, 3), grid(2, 3).index, k=k)


def test_land_without_a_reference_system_has_no_distances():
    world = grid(1, 3).set_crs(None, allow_override=True)
    with pytest.raises(ValueError, match="no coordinate reference system"):
        nearest(world, world.index, k=1)


def test_two_units_on_one_spot_have_no_inverse_distance():
    points = gpd.points_from_xy([105, 105, 106], [30, 30, 30])
    world = gpd.GeoDataFrame(geometry=points, index=["a", "b", "c"], crs=4326)
    with pytest.raises(ValueError, match="a and b have the same centroid"):
        inverse_distance(world, world.index)
