"""The atlas: every dimension in every year on one Folium page that opens offline."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import geopandas as gpd
import numpy as np
import pandas as pd
from branca.element import MacroElement
from folium.template import Template

from quyu.index.uncertainty import SURE_TIER
from quyu.maps.base import basemap
from quyu.maps.offline import OfflineMap, page
from quyu.maps.payload import GROUPINGS, Dimension, Said, body, payload, refuse_unsaid
from quyu.maps.svg import svg_map
from quyu.words import LANGUAGES, words

_NONE = pd.Series(dtype=object)
_SCRIPTS = (
    "atlas.js",
    "atlas_map.js",
    "atlas_page.js",
    "atlas_files.js",
    "atlas_controls.js",
)


def atlas(
    values: pd.DataFrame,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    *,
    dimensions: Mapping[str, Dimension],
    names: pd.DataFrame,
    year: int,
    title: Said,
    subtitle: Said,
    source: Said,
    about: Said,
    certainty: pd.DataFrame | None = None,
    arcs: pd.DataFrame | None = None,
    links: Mapping[str, pd.Series] | None = None,
    home: Said | None = None,
    lang: str = "zh-hant",
) -> str:
    """A complete HTML page in three languages: map, switches, ranking, table; no request at all.

    `values` is indexed by (adcode, year) with one column for each of `dimensions`, in the order of
    the switch. `names` (adcode × language) are the units' names; `land` groups them by its columns
    zone and region. `certainty`, indexed as `values`, belongs to the first dimension: low and high
    of its rank, and the probability of its class, dotted where below 90 %. `arcs` has one row per
    pair: giver, receiver, stability (0–1, missing where none was measured), official; they hold
    for `year`. `links` (by language, then adcode) are the units' reports and `home` the page to go
    back to, relative to this page; a language without its own uses those of `lang`.

    `source` stands on the map's downloads too; `about` is what else a reader must know to check and
    to cite the page, a paragraph per line.

    The page opens at `year` on the first dimension in `lang`; where no script may run, it shows
    that map with the table. Refused: a dimension without values, a text without one of the
    languages, a year or unit without data or shape, a link that leaves the folder's site.
    """
    say, links, home = words(lang), links or {}, home or {}
    texts = {"title": title, "subtitle": subtitle, "source": source, "about": about}
    _refuse_texts(texts, names, links, home)
    _refuse_figures(values, land, dimensions, year)
    _refuse_unknown("names", land.index, names.index)
    _refuse_certainty(certainty, values)
    _refuse_arcs(arcs, land)
    first, base = next(iter(dimensions)), basemap(land, dashes)
    now = values.xs(year, level=1)[[*dimensions]]
    sure = None if certainty is None else certainty.xs(year, level=1)
    own, unsure = names[lang].reindex(land.index), certainty_below(certainty)
    sheet = svg_map(
        base,
        dimensions[first].classes.colour(now[first].astype(float)),
        own,
        dotted=unsure[unsure.get_level_values(1) == year].get_level_values(0),
        inner=unsure.unique(level=0),
        label=say("atlas.alt", label=dimensions[first].title[lang], year=year),
        say=say,
    )
    here = {each: home[each] if each in home else home.get(lang, "") for each in LANGUAGES}
    texts = {**texts, "home": here} if home else texts
    carried = payload(
        values, dimensions, land, names, certainty=certainty, arcs=arcs, texts=texts,
        links={each: links.get(each, links.get(lang, _NONE)) for each in LANGUAGES},
    )  # fmt: skip
    return page(
        _map(),
        title=title[lang],
        description=subtitle[lang],
        body=body(sheet, now, dimensions, own, certainty=sure, texts=texts, year=year, say=say),
        style=_text("atlas.css"),
        data={"data": {**carried, "year": year, "lang": lang, "sure": SURE_TIER}},
        lang=lang,
    )


def certainty_below(certainty: pd.DataFrame | None) -> pd.MultiIndex:
    """The (adcode, year) whose class is less than 90 % sure."""
    if certainty is None:
        return pd.MultiIndex.from_arrays([[], []])
    return certainty.index[certainty["probability"].astype(float) < SURE_TIER]


def _refuse_texts(
    texts: Mapping[str, Said], names: pd.DataFrame, links: Mapping[str, pd.Series], home: Said
) -> None:
    for what, text in texts.items():
        refuse_unsaid(what, text)
    refuse_unsaid("names", names)
    hrefs = [*home.values(), *(href for each in links.values() for href in each.dropna())]
    for link in hrefs:
        if ":" in link or link.startswith(("/", "\\")):
            raise ValueError(f"a link must be relative to the page, as in reports/x.html: {link!r}")


def _refuse_figures(
    values: pd.DataFrame,
    land: gpd.GeoDataFrame,
    dimensions: Mapping[str, Dimension],
    year: int,
) -> None:
    missing = [key for key in dimensions if key not in values]
    if missing or not dimensions:
        raise ValueError(f"values has no column for the dimension {', '.join(missing)}")
    years = sorted(values.index.unique(level=1))
    if year not in years:
        raise ValueError(f"values has no year {year}; it has {', '.join(map(str, years))}")
    if values.index.has_duplicates:
        raise ValueError(
            f"values holds {values.index[values.index.duplicated()][0]} more than once"
        )
    infinite = values.index[np.isinf(values[[*dimensions]].to_numpy(float)).any(axis=1)]
    if len(infinite):
        raise ValueError(f"values is infinite for {', '.join(map(str, infinite))}")
    _refuse_unknown("the map", values.index.unique(level=0), land.index)
    columns = [column for column in GROUPINGS if column not in land]
    if columns:
        raise ValueError(f"land has no column {', '.join(columns)}")


def _refuse_certainty(certainty: pd.DataFrame | None, values: pd.DataFrame) -> None:
    if certainty is None:
        return
    strange = certainty.index.difference(values.index)
    if len(strange):
        code, year = strange[0]
        raise ValueError(f"certainty is given for {code} in {year}, which values does not hold")
    if not certainty["probability"].dropna().between(0, 1).all():
        raise ValueError("certainty: a probability must lie between 0 and 1")


def _refuse_arcs(arcs: pd.DataFrame | None, land: gpd.GeoDataFrame) -> None:
    if arcs is None:
        return
    _refuse_unknown("arcs: the map", [*arcs["giver"], *arcs["receiver"]], land.index)
    if not arcs["stability"].dropna().between(0, 1).all():
        raise ValueError("arcs: stability is a share of draws and must lie between 0 and 1")


def _refuse_unknown(what: str, codes, known) -> None:
    missing = [str(code) for code in codes if code not in known]
    if missing:
        raise ValueError(f"{what} has no unit {', '.join(dict.fromkeys(missing))}")


class _Layer(MacroElement):
    """Our one layer: the script reads the page's map and JSON, so its text never changes."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.text }}{% endmacro %}")

    def __init__(self) -> None:
        super().__init__()
        self._name = "Provinces"
        parts = "\n".join(_text(name) for name in _SCRIPTS)
        self.text = f"((map) => {{\n'use strict';\n{parts}\n}})(map_atlas);"


def _text(name: str) -> str:
    return files("quyu.maps").joinpath(name).read_text(encoding="utf-8")


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
