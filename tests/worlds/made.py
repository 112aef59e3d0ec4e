"""Synthetic studies of any size: units, groups, shapes, figures, a framework. No figure is real."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

KINDS = ("+", "+", "-")  # directions of indicators, in turn


def write_study(
    folder: Path,
    units: pd.DataFrame,
    *,
    years: range,
    indicators: int,
    goals: int = 6,
    shapes: gpd.GeoSeries | None = None,
    seed: int = 1,
) -> Path:
    """A study folder of `units` (id, name, groups) with made figures; its framework is framework.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    units.to_csv(folder / "units.csv", index=False)
    names = [f"made_{n + 1}" for n in range(indicators)]
    book = pd.DataFrame({"indicator": names})
    book["name"] = [f"虛構指標{n + 1}" for n in range(indicators)]
    book["name_en"] = [f"Made indicator {n + 1}" for n in range(indicators)]
    book["unit"], book["unit_en"] = "分", "points"
    book.to_csv(folder / "codebook.csv", index=False)
    source = "SYNTHETIC: made for tests, no real figure"
    pd.DataFrame({"key": ["made"], "publication": [source], "publisher": ["quyu tests"]}).to_csv(
        folder / "sources.csv", index=False
    )
    made_figures(units["id"], names, years, seed).to_csv(folder / "figures.csv", index=False)
    if shapes is not None:
        rows = gpd.GeoDataFrame({"id": [*shapes.index]}, geometry=shapes.to_numpy(), crs=4326)
        text = rows.to_json(drop_id=True, separators=(",", ":"), ensure_ascii=False)
        (folder / "units.geojson").write_text(text, encoding="utf-8")
    framework = made_framework(names, years, goals)
    text = yaml.safe_dump(framework, allow_unicode=True, sort_keys=False)
    (folder / "framework.yaml").write_text(text, encoding="utf-8")
    return folder


def made_figures(ids: pd.Series, names: list[str], years: range, seed: int) -> pd.DataFrame:
    """A figure of every unit, year and indicator: a level of the unit, a trend, some noise."""
    chance = np.random.default_rng(seed)
    level = chance.normal(50, 9, (len(ids), 1, 1)) + chance.normal(0, 7, (len(ids), 1, len(names)))
    rise = np.arange(len(years))[None, :, None] * chance.normal(0.8, 0.4, (1, 1, len(names)))
    values = level + rise + chance.normal(0, 1.2, (len(ids), len(years), len(names)))
    rows = pd.MultiIndex.from_product([ids, years, names], names=["id", "year", "indicator"])
    values = np.clip(values, 5, None).round(2).ravel()
    return pd.DataFrame({"value": values}, rows).reset_index().assign(source="made")


def made_framework(names: list[str], years: range, goals: int) -> dict:
    """The framework of those indicators, in as many goals of the same size as may be."""
    leaves = [
        {
            "id": f"{name}_scored",
            "name": {"zh-hant": f"虛構指標{n + 1}", "en": f"Made indicator {n + 1}"},
            "formula": name,
            "direction": KINDS[n % 3],
            "unit": {"zh-hant": "分", "en": "points"},
        }
        for n, name in enumerate(names)
    ]
    parts = np.array_split(np.arange(len(names)), goals)
    children = [
        {
            "id": f"goal_{n + 1}",
            "name": {"zh-hant": f"虛構目標{n + 1}", "en": f"Made goal {n + 1}"},
            "children": [leaves[each] for each in part],
        }
        for n, part in enumerate(parts)
    ]
    name = {"zh-hant": "虛構指數", "en": "Made index"}
    return {
        "name": name,
        "years": [*years],
        "aggregate": "arithmetic",
        "index": {"name": name, "aggregate": "geometric", "children": children},
    }


def made_units(count: int, *, groups: int = 8, prefix: str = "u") -> pd.DataFrame:
    """Units u0001 … in groups of two kinds: area, as many as `groups`, and coast or inland."""
    ids = [f"{prefix}{n + 1:04d}" for n in range(count)]
    area = [f"地區{1 + n * groups // count}" for n in range(count)]
    side = np.where(np.arange(count) % 3 == 0, "沿海", "內陸")
    names = [f"虛構縣{n + 1}" for n in range(count)]
    english = [f"Made county {n + 1}" for n in range(count)]
    return pd.DataFrame(
        {"id": ids, "name": names, "name_en": english, "地區": area, "沿海與內陸": side}
    )


def made_shapes(ids: list[str], points: np.ndarray, *, depth: int, reach: float) -> gpd.GeoSeries:
    """A shape round each point, neighbours sharing their borders, which are bent `depth` times."""
    hull = shapely.convex_hull(shapely.multipoints(points)).buffer(reach, quad_segs=4)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=hull))
    tree = shapely.STRtree(cells)
    mine = tree.query(shapely.points(points), predicate="within")
    order = np.empty(len(points), int)
    order[mine[0]] = mine[1]
    cells = shapely.set_precision(shapely.intersection(cells[order], hull), 1e-4)
    return gpd.GeoSeries([_bent(cell, depth) for cell in cells], index=ids, crs=4326)


def _bent(cell: shapely.Polygon, depth: int) -> shapely.Polygon:
    ring = shapely.get_coordinates(cell)
    line = [tuple(ring[0])]
    for start, end in itertools.pairwise(ring):
        line += _border(tuple(start), tuple(end), depth)[1:]
    return shapely.Polygon(np.round(line, 4))


def _border(start: tuple, end: tuple, depth: int) -> list[tuple]:
    """A line between two points, the same from either side."""
    if depth == 0:
        return [start, end]
    if start > end:
        return _border(end, start, depth)[::-1]
    (a, b), (c, d) = start, end
    chance = np.random.default_rng(abs(hash((start, end))) % 2**32)
    aside = 0.16 * chance.uniform(-1, 1)
    middle = (
        round((a + c) / 2 - aside * (d - b), 4),
        round((b + d) / 2 + aside * (c - a), 4),
    )
    return _border(start, middle, depth - 1)[:-1] + _border(middle, end, depth - 1)


def made_study(folder: Path, count: int, *, years: range, indicators: int, depth: int = 3) -> Path:
    """A study of `count` units in a made country, with shapes."""
    units, chance = made_units(count), np.random.default_rng(7)
    wide = int(np.ceil(np.sqrt(1.4 * count)))
    south, west = np.divmod(np.arange(count), wide)
    points = np.c_[5 + 0.3 * west, 52 - 0.25 * south] + chance.uniform(-0.09, 0.09, (count, 2))
    shapes = made_shapes([*units["id"]], points, depth=depth, reach=0.2)
    return write_study(folder, units, years=years, indicators=indicators, shapes=shapes)


CITIES = [  # id, name, English, group, group, longitude, latitude
    ("330100", "杭州市", "Hangzhou", "浙東北", "杭州都市圈", 119.6, 30.0),
    ("330200", "寧波市", "Ningbo", "浙東北", "寧波都市圈", 121.5, 29.7),
    ("330300", "溫州市", "Wenzhou", "浙西南", "溫州都市圈", 120.5, 27.9),
    ("330400", "嘉興市", "Jiaxing", "浙東北", "杭州都市圈", 120.8, 30.7),
    ("330500", "湖州市", "Huzhou", "浙東北", "杭州都市圈", 119.9, 30.8),
    ("330600", "紹興市", "Shaoxing", "浙東北", "杭州都市圈", 120.6, 29.7),
    ("330700", "金華市", "Jinhua", "浙西南", "金義都市區", 119.9, 29.1),
    ("330800", "衢州市", "Quzhou", "浙西南", "", 118.7, 28.9),
    ("330900", "舟山市", "Zhoushan", "浙東北", "寧波都市圈", 122.2, 30.1),
    ("331000", "台州市", "Taizhou", "浙西南", "溫州都市圈", 121.1, 28.7),
    ("331100", "麗水市", "Lishui", "浙西南", "", 119.5, 28.2),
]


def cities(folder: Path) -> Path:
    """The example: 11 cities of Zhejiang, whose names are real, and whose figures and shapes are not."""
    columns = ["id", "name", "name_en", "片區", "都市圈"]
    units = pd.DataFrame([city[:5] for city in CITIES], columns=columns)
    points = np.array([city[5:] for city in CITIES])
    shapes = made_shapes([*units["id"]], points, depth=3, reach=0.35)
    return write_study(folder, units, years=range(2019, 2024), indicators=9, goals=3, shapes=shapes)


if __name__ == "__main__":
    print(json.dumps(str(cities(Path(__file__).parent / "cities"))))
