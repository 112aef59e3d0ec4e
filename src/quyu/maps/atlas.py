"""The atlas: every dimension in every year on one Folium page that opens offline."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

import geopandas as gpd
import numpy as np
import pandas as pd
from branca.element import MacroElement
from folium.template import Template

from quyu.maps.basemap import basemap
from quyu.maps.classes import Classes
from quyu.maps.markup import body
from quyu.maps.offline import OfflineMap, page
from quyu.maps.payload import payload, shapes
from quyu.maps.picture import picture
from quyu.maps.still import choropleth


def atlas(
    values: pd.DataFrame,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    *,
    titles: Mapping[str, str],
    breaks: Mapping[str, Sequence[float]],
    method: str,
    names: pd.Series,
    year: int,
    title: str,
    subtitle: str,
    source: str,
    links: pd.Series | None = None,
    home: str = "",
    lang: str = "zh-hant",
) -> str:
    """A complete HTML page: map, dimension switch, year slider, ranking, table; no request at all.

    `values` is indexed by (adcode, year) with one column for each dimension, in the order of the
    switch; `titles` and `breaks` give each dimension's name and inner breaks, the same in every
    year; `method` says how the breaks were found. `names` and `links` (a province's report,
    relative to the page) are indexed by adcode; `home` is the page to go back to. The page opens
    at `year` on the first dimension; where no script may run, it shows that map with the table.
    Refused: a dimension without title or breaks, a year or unit without data or shape, a link that
    leaves the folder's site.
    """
    _refuse(values, land, titles, breaks, names, year, links)
    base = basemap(land, dashes)
    classes = {key: Classes(tuple(breaks[key])) for key in values.columns}
    first, now = values.columns[0], values.xs(year, level=1)
    figure = choropleth(
        now[first],
        land.assign(label=names.reindex(land.index)),
        dashes,
        breaks=breaks[first],
        legend=f"{titles[first]}\n{method}",
        title=f"{titles[first]}，{year} 年",
        subtitle=subtitle,
        source=source,
        labels="label",
    )
    still = picture(figure, f"{titles[first]}，{year} 年，各省分級地圖；數值見下表。")
    text = body(base, now, still.svg, names, titles, title, subtitle, source, year, home)
    return page(
        _map(),
        title=title,
        description=subtitle,
        body=text,
        style=files("quyu.maps").joinpath("atlas.css").read_text(encoding="utf-8"),
        data={
            "land": shapes(base),
            "data": {
                **payload(base, values, titles, classes, names, links),
                "method": method,
                "year": year,
            },
        },
        lang=lang,
    )


def _refuse(
    values: pd.DataFrame,
    land: gpd.GeoDataFrame,
    titles: Mapping[str, str],
    breaks: Mapping[str, Sequence[float]],
    names: pd.Series,
    year: int,
    links: pd.Series | None,
) -> None:
    for what, known in (("titles", titles), ("breaks", breaks)):
        missing = [str(key) for key in values.columns if key not in known]
        if missing:
            raise ValueError(f"{what} has nothing for the dimension {', '.join(missing)}")
    if year not in _years(values):
        raise ValueError(f"values has no year {year}; it has {', '.join(map(str, _years(values)))}")
    if values.index.has_duplicates:
        raise ValueError(
            f"values holds {values.index[values.index.duplicated()][0]} more than once"
        )
    infinite = values.index[np.isinf(values.to_numpy(float)).any(axis=1)]
    if len(infinite):
        raise ValueError(f"values is infinite for {', '.join(map(str, infinite))}")
    for what, codes, known in (
        ("the map", values.index.unique(level=0), land.index),
        ("names", land.index, names.index),
    ):
        missing = [str(code) for code in codes if code not in known]
        if missing:
            raise ValueError(f"{what} has no unit {', '.join(missing)}")
    for link in () if links is None else links.dropna():
        if ":" in link or link.startswith(("/", "\\")):
            raise ValueError(f"a link must be relative to the page, as in reports/x.html: {link!r}")


def _years(values: pd.DataFrame) -> list[int]:
    return sorted(values.index.unique(level=1))


class _Layer(MacroElement):
    """Our one layer: the script reads the JSON blocks of the page, so its text never changes."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.text }}{% endmacro %}")

    def __init__(self) -> None:
        super().__init__()
        self._name = "Provinces"
        self.text = files("quyu.maps").joinpath("atlas.js").read_text(encoding="utf-8")


def _map() -> OfflineMap:
    drawn = OfflineMap(
        location=(0, 0),
        zoom_start=0,
        tiles=None,
        crs="Simple",
        zoom_snap=0,
        max_zoom=1,
        scroll_wheel_zoom=False,  # the wheel scrolls the page
        attribution_control=False,  # credited at the foot of the page
    )
    drawn.add_child(_Layer())
    return drawn
