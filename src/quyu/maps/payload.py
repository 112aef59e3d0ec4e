"""What the atlas carries as JSON: shapes, figures with their ranks, words."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely

from quyu.maps.basemap import FRAME, INSET, Basemap
from quyu.maps.classes import Classes
from quyu.maps.legend import NO_DATA_TEXT
from quyu.maps.names import names as name_places
from quyu.maps.palette import INK, ink
from quyu.maps.southsea import DIAOYU, placed

WORDS = {
    "blank": NO_DATA_TEXT,
    "placed": "{value}，第 {rank} 位（共 {of}）",
    "without": "無數據：{names}",
    "now": "{label}，{year} 年",
    "hint": "點選省份，或按 Tab、Enter 查看。",
    "report": "讀這個省份的報告",
}


def payload(
    base: Basemap,
    values: pd.DataFrame,
    titles: Mapping[str, str],
    classes: Mapping[str, Classes],
    names: pd.Series,
    links: pd.Series | None,
) -> dict[str, object]:
    """Everything the script says and draws but the shapes; coordinates in whole kilometres."""
    return {
        "words": WORDS,
        "years": sorted(int(year) for year in values.index.unique(level=1)),
        "names": {code: str(names[code]) for code in base.land.index},
        "links": {} if links is None else links.dropna().astype(str).to_dict(),
        "dimensions": [_dimension(values[key], titles[key], classes[key]) for key in values],
        "frame": _plane(FRAME),
        "inset": _plane(INSET),
        "dashes": [_plane(shapely.get_coordinates(line)) for line in base.dashes],
        "places": _places(base, names),
    }


def shapes(base: Basemap) -> dict[str, list[list[list[int]]]]:
    """Each unit's polygons of rings of steps, east then north: half the size of GeoJSON."""
    return {
        code: [
            [
                np.diff(_plane(shapely.get_coordinates(ring)), axis=0, prepend=0).ravel().tolist()
                for ring in shapely.get_rings(part)
            ]
            for part in shapely.get_parts(area)
        ]
        for code, area in base.land.geometry.items()
    }


def _dimension(values: pd.Series, label: str, classes: Classes) -> dict[str, object]:
    ranks = values.groupby(level=1).rank(method="min", ascending=False)
    return {
        "key": str(values.name),
        "label": label,
        "breaks": classes.breaks,
        "colours": classes.colours,
        "classes": classes.labels(),
        "dark": [ink(colour)[0] != INK for colour in classes.colours],
        "values": _rows(values),
        "ranks": _rows(ranks.astype("Int64")),
    }


def _rows(values: pd.Series) -> dict[str, list[float | int | None]]:
    wide = values.unstack(level=1).sort_index(axis="columns")
    return {
        code: [None if pd.isna(each) else round(each, 3) for each in row]
        for code, row in zip(wide.index, wide.to_numpy(object), strict=True)
    }


def _plane(metres: object) -> list:
    """Albers metres as whole kilometres, the unit of the page's plane."""
    return np.round(np.asarray(metres) / 1e3).astype(int).tolist()


def _places(base: Basemap, names: pd.Series) -> list[dict[str, object]]:
    """What is written on the map: units, and the two islands with dots."""
    written = name_places(base.land.assign(label=names), "label").items()
    units = [
        {
            "code": code,
            "text": each.text,
            "at": _plane((each.x, each.y)),
            "unit": each.unit and _plane(each.unit),
        }
        for code, each in written
    ]
    point = 1.1e4  # metres under a point of the still map
    islands = [
        {"text": text, "at": _plane((x + east * point, y + north * point)), "dot": _plane((x, y))}
        for text, x, y, (east, north) in placed(DIAOYU)
    ]
    return units + islands
