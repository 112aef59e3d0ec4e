"""The shapes of units; and what every national map of China draws, whatever its units are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from quyu.facts.params import embedded

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from quyu.facts.load import Facts

UNITS, DASHES, MOST = 34, 10, 17  # provincial units of China, dashes; most of the former
# Taiwan, Hong Kong, Macao: on every map of all of China, without figures of their own in any index.
DRAWN_ONLY = ("710000", "810000", "820000")
SHAPES = "units.geojson"  # of units of one's own
# Equal areas; distances between provinces are right to a few per cent.
_SIDE = 0.1  # degrees, at the equator: of a square in a place of a shape
ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=GRS80 +units=m"


def all_of_china(ids: Iterable[str]) -> bool:
    """Whether units make up a map of the whole of China: its provinces, or parts of most of them.

    >>> all_of_china(["330100", "330200"]), all_of_china(["310000", "330000"])
    (False, True)
    """
    provinces = {code[:2] for code in map(str, ids) if re.fullmatch(r"[1-8]\d{5}", code)}
    return provincial(ids) or len(provinces) >= MOST


def provincial(ids: Iterable[str]) -> bool:
    """Whether units are provinces, by their codes."""
    return all(re.fullmatch(r"[1-8]\d0000", str(code)) for code in ids)


def boundaries(facts: Facts) -> GeoDataFrame:
    """The polygons in WGS 84, indexed by id, with the register's columns.

    `label_lon` and `label_lat` say where a name of a province fits. Polygons are simplified for maps:
    take areas from `area_km2`, never from them. Units of one's own without shapes are squares in a
    grid. Refused: a file whose units are not the register's, and shapes of all of China whose units
    do not say so by their codes.

    >>> from quyu.facts import load
    >>> land = boundaries(load())
    >>> len(land), land.at["440000", "short_zh_hant"]
    (34, '廣東')
    """
    path, register = shapes_file(facts), facts.provinces
    if path is None:
        return _squares(facts)
    land = _shapes(path).rename(columns={"id": "adcode"})
    if "adcode" not in land:
        raise ValueError(f"{path.name}: no shape has the property id, which says whose it is.")
    land = land.astype({"adcode": str}).set_index("adcode")
    if facts.own_units:
        land = _own(land, facts)
    strangers = sorted(land.index.symmetric_difference(register.index))
    if strangers or land.index.has_duplicates:
        register_file = "units.csv" if facts.own_units else "provinces.csv"
        raise ValueError(
            f"{path.name} and {register_file} must hold the same units once each; "
            f"these differ: {', '.join(strangers[:20]) or 'repeated ones'}."
        )
    return land.join(register).loc[register.index]


def dashline(facts: Facts) -> GeoDataFrame:
    """The ten dashes of the South China Sea in WGS 84, without which no national map is whole.

    >>> from quyu.facts import load
    >>> len(dashline(load()))
    10
    """
    dashes = _shapes(_home(facts) / "dashline.geojson")
    return dashes if all_of_china(facts.provinces.index) and shapes_file(facts) else dashes[:0]


def shapes_file(facts: Facts) -> Path | None:
    """The file of the shapes; None for units of one's own that bring none."""
    if not facts.own_units:
        return _home(facts) / "provinces.geojson"
    return path if (path := facts.path / SHAPES).exists() else None


def _home(facts: Facts) -> Path:
    """The folder of the national shapes: figures that lie over the embedded ones bring none."""
    own = (facts.path / "provinces.csv").exists()
    return facts.path if own else embedded() / "geodata"


def _own(land: GeoDataFrame, facts: Facts) -> GeoDataFrame:
    """Shapes of one's own, on a map of all of China with those that every such map draws."""
    import pandas as pd

    land = land[["geometry"]].to_crs(4326)
    if land.geometry.isna().any() or not land.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise ValueError(f"{SHAPES} must hold polygons alone, one for each unit.")
    china = _shapes(embedded() / "geodata" / "provinces.geojson").set_index("adcode")
    if all_of_china(facts.provinces.index):
        return pd.concat([land, china.loc[[*DRAWN_ONLY], ["geometry"]]])
    middles = china.geometry.representative_point()
    if middles.apply(lambda at: land.intersects(at).any()).sum() >= MOST:
        raise ValueError(
            f"{SHAPES} is a map of all of China, which must draw {', '.join(DRAWN_ONLY)} and the ten "
            "dashes: give the units their six-digit codes as ids, and both are added."
        )
    return land


def _squares(facts: Facts) -> GeoDataFrame:
    """A square for each unit, in rows, group by group: a diagram where no shapes are given."""
    import geopandas as gpd
    import numpy as np
    import shapely

    units = facts.provinces.sort_values("zone", kind="stable")
    wide = int(np.ceil(np.sqrt(1.3 * len(units))))
    south, west = (each * _SIDE for each in np.divmod(np.arange(len(units)), wide))
    squares = shapely.box(west, -south - _SIDE, west + _SIDE, -south)
    return gpd.GeoDataFrame(units, geometry=squares, crs=4326).loc[facts.provinces.index]


def _shapes(path: Path) -> GeoDataFrame:
    """The shapes of a GeoJSON file; one that is missing or cannot be read is refused by name."""
    import geopandas as gpd
    from pyogrio.errors import DataSourceError

    if not path.is_file():
        raise ValueError(f"No boundaries at {path}: copy {path.name} there from quyu's geodata/.")
    try:
        return gpd.read_file(path)
    except DataSourceError:
        raise ValueError(
            f"{path.name} is no GeoJSON that can be read: copy it from quyu's geodata/."
        ) from None
