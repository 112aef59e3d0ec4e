"""What every national map draws: how many units, which without figures, in which projection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from quyu.facts.load import Facts

UNITS, DASHES = 34, 10
# Taiwan, Hong Kong, Macao: on every national map, without figures of their own in any index.
DRAWN_ONLY = ("710000", "810000", "820000")
# Equal areas; distances between provinces are right to a few per cent.
ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=GRS80 +units=m"


def boundaries(facts: Facts) -> GeoDataFrame:
    """The polygons in WGS 84, indexed by adcode, with the register's columns.

    `label_lon` and `label_lat` say where a name fits. Polygons are simplified for maps: take
    areas from `area_km2`, never from them. Refused: a file whose units are not the register's.

    >>> from quyu.facts import load
    >>> land = boundaries(load())
    >>> len(land), land.at["440000", "short_zh_hant"]
    (34, '廣東')
    """
    path = facts.path / "provinces.geojson"
    land = _shapes(path).astype({"adcode": str}).set_index("adcode")
    strangers = sorted(land.index.symmetric_difference(facts.provinces.index))
    if strangers or land.index.has_duplicates:
        raise ValueError(
            f"{path.name} and provinces.csv must hold the same units once each; "
            f"these differ: {', '.join(strangers) or 'repeated ones'}."
        )
    return land.join(facts.provinces).loc[facts.provinces.index]


def dashline(facts: Facts) -> GeoDataFrame:
    """The ten dashes of the South China Sea in WGS 84, without which no national map is whole.

    >>> from quyu.facts import load
    >>> len(dashline(load()))
    10
    """
    return _shapes(facts.path / "dashline.geojson")


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
