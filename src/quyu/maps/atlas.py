"""The atlas: every dimension in every year on one Folium page that opens offline."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
from branca.element import MacroElement
from folium.template import Template

from quyu.maps.base import basemap, refuse_strangers
from quyu.maps.offline import OfflineMap, offline_page, text_of
from quyu.maps.payload import Dimension, Said, body, payload
from quyu.maps.svg import svg_map
from quyu.words import LANGUAGES, Words, words

_SCRIPTS = (
    "elements.js",
    "csv.js",
    "atlas.js",
    "atlas_map.js",
    "atlas_page.js",
    "atlas_files.js",
    "atlas_address.js",
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
    texts: Mapping[str, Said],
    certainty: pd.DataFrame,
    arcs: pd.DataFrame,
    links: Mapping[str, pd.Series],
    home: Said,
    beside: Said | None = None,
    groups: Mapping[str, Mapping[str, Said]],
    says: Mapping[str, Words] | None = None,
    lang: str = "zh-hant",
    firm: float = 0.9,
) -> str:
    """A complete HTML page in three languages: map, switches, ranking, table; no request at all.

    `values` is indexed by (adcode, year) with one column for each of `dimensions`, in the order of
    the switch. `names` (id × language) are the units' names; `land` groups them by the columns of
    `groups`, which says how each is `called` and what its `border` is. `says` are the catalogues of the
    three languages, where they are not the usual. `certainty`, indexed as `values`, belongs to the
    first dimension: low and high of its rank, the probability of its class, marked where below
    `firm`, and the `second` class, by its number, that competes with it there. `arcs` has one row per
    pair: giver, receiver, stability (0–1, missing where none was measured), official; they hold
    for `year`. `links` (by language, then adcode) are the units' reports and `home` the page to go
    back to, relative to this page, and `beside`, if there is one, the page that sets units side by side;
    a language without its own uses those of `lang`.

    `texts` are title, subtitle, source (which stands on the map's downloads too), interval and
    uncertain: what an interval of ranks and a ring are called, and about: what else a reader
    must know to check and to cite the page, a paragraph per line.

    The page opens at `year` on the first dimension in `lang`; where no script may run, it shows
    that map with the table. Refused: a text without one of the languages, a unit without name or
    shape, an infinite value, a link that leaves the folder's site.
    """
    says = says or {each: words(each) for each in LANGUAGES}
    say = says.get(lang) or words(lang)  # which refuses a language that there is not
    _refuse_unsaid({**texts, "names": names}, dimensions)
    refuse_strangers("names", land.index, names.index)
    refuse_strangers("values: the map", values.index.unique(level=0), land.index)
    beside = beside or {}
    for link in [
        *home.values(),
        *beside.values(),
        *(href for each in links.values() for href in each.dropna()),
    ]:
        if ":" in link or link.startswith(("/", "\\")):
            raise ValueError(f"a link must be relative to the page, as in reports/x.html: {link!r}")
    first, base = next(iter(dimensions)), basemap(land, dashes)
    now = values.xs(year, level=1)[[*dimensions]]
    own, sure = names[lang].reindex(land.index), certainty.xs(year, level=1)
    unsure = certainty.index[certainty["probability"].astype(float) < firm]
    colours = dict(enumerate(dimensions[first].classes.colours))
    shades = dimensions[first].place(values[first]).map(colours).astype(object)
    sheet = svg_map(
        base,
        shades.xs(year, level=1),
        own,
        unsure=unsure[unsure.get_level_values(1) == year].get_level_values(0),
        label=say("atlas.alt", label=dimensions[first].title[lang], year=year),
        say=say,
    )
    ways = {"home": home, "beside": beside} if beside else {"home": home}
    texts = {**texts} | {
        name: {each: way.get(each, way[lang]) for each in LANGUAGES} for name, way in ways.items()
    }
    carried = payload(
        values, dimensions, land, names, certainty=certainty, arcs=arcs, texts=texts,
        links={each: links.get(each, links[lang]) for each in LANGUAGES},
        groups=groups, says=says,
    )  # fmt: skip
    return offline_page(
        _map(),
        title=texts["title"][lang],
        description=texts["subtitle"][lang],
        body=body(sheet, now, dimensions, own, sure, texts=texts, year=year, say=say),
        style=text_of("atlas.css"),
        data={"data": {**carried, "year": year, "lang": lang, "sure": firm}},
        lang=lang,
    )


def _refuse_unsaid(texts: Mapping[str, Said], dimensions: Mapping[str, Dimension]) -> None:
    titles = {f"title of {key}": each.title for key, each in dimensions.items()}
    for what, text in {**texts, **titles}.items():
        if missing := [lang for lang in LANGUAGES if lang not in text]:
            raise ValueError(f"{what} is not given in {', '.join(missing)}")


class _Layer(MacroElement):
    """Our one layer: the script reads the page's map and JSON, so its text never changes."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.text }}{% endmacro %}")

    def __init__(self) -> None:
        super().__init__()
        self._name = "Provinces"
        parts = "\n".join(text_of(name) for name in _SCRIPTS)
        self.text = f"((map) => {{\n'use strict';\n{parts}\n}})(map_atlas);"


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
