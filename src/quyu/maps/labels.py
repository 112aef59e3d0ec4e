"""Where the names of units stand, in which language, and which of them find room on a phone."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from quyu.facts import embedded
from quyu.facts.boundaries import ALBERS, all_of_china
from quyu.maps.lettering import brief, ems

# Metres that an em is wide and high on a map, 9 and 7.5 points: Latin names are twice as long.
EM = {"zh": 1.03e5, "en": 0.86e5}
CAPITAL, STAR = "110000", (116.391, 39.907)
MANY = 60  # units; of more, those are named whose name finds room
PHONE = 1.75  # letters on a phone's map are so much larger than on paper
_GAP = 0.25e5  # metres between a leader and its name


@dataclass(frozen=True)
class Name:
    """A name with the middle of its place in metres of the plane, its width and height.

    `fits` says whether all of it is on its own unit; where it stands beside it, the `leader` runs from
    the unit to the name.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    fits: bool
    leader: tuple[tuple[float, float], tuple[float, float]] | None

    def box(self, gap: float = 0) -> tuple[float, float, float, float]:
        """West, south, east and north of the name with a gap round it, in metres."""
        east, north = self.width / 2 + gap, self.height / 2 + gap
        return self.x - east, self.y - north, self.x + east, self.y + north


def script(lang: str) -> str:
    """The rows of the table that a language takes."""
    return "en" if lang == "en" else "zh"


@cache
def _table() -> dict[tuple[str, str], tuple[float, float, bool]]:
    """East, north (metres) and whether a leader is due, by adcode and script, from geodata/labels.csv."""
    with (embedded() / "geodata" / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["adcode"], row["script"]): (
                float(row["east_km"]) * 1e3, float(row["north_km"]) * 1e3, row["leader"] == "1",
            )
            for row in csv.DictReader(file)
        }  # fmt: skip


def names(land: gpd.GeoDataFrame, texts: pd.Series, lang: str) -> dict[str, Name]:
    """The name of each unit of a base map, by id as in `texts`; of many, of those with room for it.

    The names of China's provinces have places of their own; others stand in the middle of the widest
    part of their unit.
    """
    em = EM[script(lang)]
    widths = texts.reindex(land.index).map(lambda text: ems(brief(str(text)))) * em
    if len(land) > MANY:
        land = land[land.geometry.area > (1.3 * widths * em)]
        land = land[land.geometry.bounds.eval("maxx - minx") > widths[land.index]]
    areas = land.geometry.to_numpy()
    circles = shapely.maximum_inscribed_circle(areas, tolerance=5_000.0)
    middles = shapely.get_coordinates(circles)[::2].tolist()
    fixed, found = _table() if all_of_china(land.index) else {}, {}
    for code, area, middle in zip(land.index, areas, middles, strict=True):
        x, y, beside = fixed.get((code, script(lang)), (*middle, False))
        made = Name(brief(str(texts[code])), x, y, widths[code], em, False, None)
        leader = (tuple(middle), _edge(middle, made.box(_GAP))) if beside else None
        fits = bool(area.contains(shapely.box(*made.box())))
        found[code] = replace(made, fits=fits, leader=leader)
    return found


def _edge(
    start: tuple[float, float], box: tuple[float, float, float, float]
) -> tuple[float, float]:
    """Where a line from `start` to the middle of a box meets its edge."""
    corners = np.array(box).reshape(2, 2)
    middle, half = corners.mean(axis=0), (corners[1] - corners[0]) / 2
    way = np.asarray(start) - middle
    share = np.min(half / np.maximum(np.abs(way), 1e-9))
    return tuple((middle + way * min(1.0, share)).tolist())


def star() -> tuple[float, float]:
    """The place of the capital in metres of the Albers plane."""
    (at,) = gpd.GeoSeries(gpd.points_from_xy([STAR[0]], [STAR[1]]), crs=4326).to_crs(ALBERS)
    return at.x, at.y


def roomy(places: dict[str, Name], *, scale: float) -> set[str]:
    """The ids of names that keep clear of each other where letters are `scale` times as large.

    One that stands beside its unit is left out.
    """
    kept, boxes = set(), []
    for code, each in places.items():
        grown = replace(each, width=each.width * scale, height=each.height * scale).box()
        if each.leader or any(_meet(grown, other) for other in boxes):
            continue
        kept.add(code)
        boxes.append(grown)
    return kept


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
