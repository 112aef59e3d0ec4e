"""One measure on a Folium map in Web Mercator that opens offline: to look at, to add to, to mail."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection
from html import escape
from pathlib import Path
from typing import IO

import geopandas as gpd
import pandas as pd
import shapely
from branca.element import MacroElement
from folium.template import Template

from quyu.files import publish
from quyu.maps.base import DIAOYU, ISLANDS, REACH, basemap, placed, refuse_strangers
from quyu.maps.draw import Caption
from quyu.maps.labels import CAPITAL, PHONE, STAR, roomy
from quyu.maps.labels import names as name_places
from quyu.maps.offline import MAP_PLACE, OfflineMap, icons, offline_page, text_of
from quyu.maps.palette import INK, NO_DATA, Classes, ink
from quyu.maps.payload import legend
from quyu.maps.picture import png
from quyu.maps.still import choropleth
from quyu.maps.svg import PATTERNS, kilometres, path
from quyu.words import Words, words

WEB = 3857
_TOLERANCE = 3_000.0  # metres of Web Mercator: a pixel at the zoom that shows one province
_POINT = 2.1e4  # metres under a point of paper, on the inset
_ROOM = 1.5e5  # metres east of the sea on the inset, for the end of a name in English
_HEIGHT = 700  # pixels of a map in a cell


class InteractiveMap(OfflineMap):
    """A `folium.Map` that shows itself without a network, in a cell or saved as one file."""

    def __init__(self, document: dict[str, object], draw: Callable[[], bytes]) -> None:
        super().__init__(
            location=(36, 104),
            zoom_start=4,
            tiles=None,
            min_zoom=2,
            zoom_snap=0.25,
            zoom_delta=0.5,
            scroll_wheel_zoom=False,  # until the map is pressed: the wheel scrolls the page
        )
        self._document, self._draw = document, draw
        self.add_child(_Layer())

    def __repr__(self) -> str:
        return f"InteractiveMap({self._document['title']!r})"

    def html(self) -> str:
        """The map, with all that was added to it, as one page."""
        return offline_page(self, **self._document)

    def save(self, outfile: str | Path | IO[bytes], close_file: bool = True, **_: object) -> None:
        """Write the map to `outfile`, which ends in .html, as one file, whole or not at all.

        An open file is accepted as by folium. Refused: another ending; a layer that would ask the
        network, unless the map was made with `online=True`.
        """
        content = self.html().encode()
        if not isinstance(outfile, (str, Path)):
            outfile.write(content)
            if close_file:
                outfile.close()
            return
        file = Path(outfile)
        if file.suffix.lower() not in (".html", ".htm"):
            raise ValueError(
                f"{file.name}: an interactive map is written as .html; s.map(…) makes pictures."
            )
        publish(file, content)

    def _repr_html_(self, **_: object) -> str:
        # Where a notebook is not trusted, the frame is dropped and the picture beneath it shows.
        still = base64.b64encode(self._draw()).decode()
        title = escape(str(self._document["title"]))
        return (
            f'<div style="position:relative;min-height:{_HEIGHT}px">'
            f'<img alt="{title}" style="max-width:100%" src="data:image/png;base64,{still}">'
            f'<iframe title="{title}" sandbox="allow-scripts allow-popups allow-downloads" '
            'style="position:absolute;inset:0;width:100%;height:100%;border:0;background:#fff" '
            f'srcdoc="{escape(self.html())}"></iframe></div>'
        )


def explore(
    values: pd.Series,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    caption: Caption,
    classes: Classes,
    *,
    names: pd.Series,
    told: pd.DataFrame,
    uncertain: Collection[str] = (),
    online: bool = False,
) -> InteractiveMap:
    """Units in classes of `values`, with names, tooltips, legend, table, notice; China with dashes, inset.

    `values` (by id), `caption`, `classes` and `uncertain` are those of a still map. `names` are
    by adcode; `told` has a text of each unit a column, under the heading that a reader sees; empty
    ones are left out. `online` lets layers that are added ask the network, and says so. Refused:
    a unit that the map does not have, an infinite value.
    """
    say = words(caption.lang)
    for what, codes in (("values", values.index), ("uncertain", uncertain), ("told", told.index)):
        refuse_strangers(f"{what}: the map", codes, land.index)
    places = classes.place(values).reindex(land.index)
    data = {
        **_shapes(land, dashes, names, places, classes, uncertain, say),
        "told": {
            code: [[head, text] for head, text in row.items() if text]
            for code, row in told.to_dict("index").items()
        },
        "icons": icons(),
        "online": online,
    }
    ring = caption.ring if len(uncertain) else ""
    document = {
        "title": caption.title,
        "description": caption.subtitle or caption.title,
        "body": _body(caption, classes, names, told, ring, online, say),
        "style": text_of("atlas.css") + text_of("explore.css"),
        "data": {"data": data},
        "lang": caption.lang,
        "online": online,
    }

    def draw() -> bytes:
        figure = choropleth(values, land, dashes, caption, classes, uncertain=uncertain)
        return png(figure, dpi=96)

    return InteractiveMap(document, draw)


def _shapes(
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    names: pd.Series,
    places: pd.Series,
    classes: Classes,
    uncertain: Collection[str],
    say: Words,
) -> dict[str, object]:
    """Everything to be drawn, in steps of Web Mercator from the north-west corner: kilometres of China."""
    web = basemap(land, dashes, crs=WEB, tolerance=_TOLERANCE)
    shapes, step = web.land.geometry, 1e3 * web.metres
    box = tuple(float(side) for side in shapely.total_bounds([*shapes, *web.dashes]))
    held = basemap(land, dashes).far.index  # by the inset, until the map is near
    drawn = {
        "origin": [box[0], box[3]],
        "step": step,
        "units": [
            {
                "code": code,
                "name": str(names[code]),
                "path": path(shape, box, step),
                "fill": None if pd.isna(places[code]) else classes.colours[int(places[code])],
            }
            for code, shape in shapes.items()
        ],
        "dashes": path(web.dashes.drop(held), box, step),
        "far": path(web.dashes[held], box, step),
        "coast": path(web.coast, box, step),
        "border": path(web.border, box, step) if web.whole else "",
        "labels": _labels(land, dashes, names, places, classes, uncertain, say.lang, box, step),
        "words": {key: say(f"map.{key}") for key in ("south_china_sea",)}
        | {key: say(f"atlas.{key}") for key in ("zoom_in", "zoom_out")}
        | {"title_of": say("atlas.title_of", name=""), "and": say("atlas.and")},
    }
    if not web.whole:
        frame = _corners(shapely.total_bounds(shapes.to_numpy()), box, step)
        return drawn | {
            "frame": frame,
            "near": [],
            "sea": None,
            "islands": [],
            "north": [],
            "capital": None,
        }
    west, south, east, north = gpd.GeoSeries([shapely.box(*REACH)], crs=4326).to_crs(WEB)[0].bounds
    sea = shapely.box(west, south, east + _ROOM, north)
    large = shapely.get_parts(shapes.to_numpy())
    frame = shapely.total_bounds(large[shapely.area(large) > 1e10])  # without the far islands
    return drawn | {
        "frame": _corners(frame, box, step),
        "sea": _corners(sea.bounds, box, step),
        "near": [code for code, shape in shapes.items() if shape.intersects(sea)],
        "islands": _islands(ISLANDS, box, say),
        "north": _islands(DIAOYU, box, say),
        "capital": _capital(box) if CAPITAL in shapes.index else None,
    }


def _corners(bounds: object, box: tuple[float, ...], step: float) -> list[list[int]]:
    west, south, east, north = bounds
    return kilometres([(west, north), (east, south)], box, step).tolist()


def _capital(box: tuple[float, ...]) -> list[int]:
    (at,) = gpd.GeoSeries(gpd.points_from_xy([STAR[0]], [STAR[1]]), crs=4326).to_crs(WEB)
    return kilometres((at.x, at.y), box)[0].tolist()


def _labels(
    land, dashes, names, places, classes, uncertain, lang, box, step
) -> list[dict[str, object]]:
    """Where each name stands, as on the still map, with its leader and whether it is on dark ground."""
    plane = basemap(land, dashes).land
    found = name_places(plane, names, lang)
    if not found:
        return []
    free = roomy(found, scale=PHONE)
    # Each name's own place, then the ends of its leader.
    points = [
        at
        for each in found.values()
        for own in [(each.x, each.y)]
        for at in (own, *(each.leader or (own, own)))
    ]
    moved = gpd.GeoSeries(gpd.points_from_xy(*zip(*points, strict=True)), crs=plane.crs).to_crs(WEB)
    at = kilometres(shapely.get_coordinates(moved.to_numpy()), box, step).tolist()
    out = []
    for (code, each), own, *ends in zip(found.items(), at[::3], at[1::3], at[2::3], strict=True):
        fill = NO_DATA if pd.isna(places[code]) else classes.colours[int(places[code])]
        out.append(
            {
                "text": each.text,
                "at": own,
                "leader": ends if each.leader else None,
                "dark": each.fits and ink(fill) != INK,
                "unsure": code in uncertain,
                "free": code in free,
            }
        )
    return out


def _islands(places, box: tuple[float, ...], say: Words) -> list[dict[str, object]]:
    """Dots with names, and where on the inset each name stands."""
    out = []
    for name, x, y, (east, north), side in placed(places, WEB):
        at, text_at = kilometres([(x, y), (x + east * _POINT, y + north * _POINT)], box).tolist()
        out.append({"text": say(f"map.{name}"), "at": at, "text_at": text_at, "side": side})
    return out


def _body(
    caption: Caption,
    classes: Classes,
    names: pd.Series,
    told: pd.DataFrame,
    ring: str,
    online: bool,
    say: Words,
) -> str:
    """The page's body; every text from outside is escaped."""
    heading = " · ".join(text for text in (caption.subtitle, caption.legend) if text)
    key = legend(heading, classes.colours, classes.labels, say, ring)
    table = told.set_axis([str(names[code]) for code in told.index]).rename_axis(
        say("atlas.province"), axis=1
    )
    label, more = escape(say("atlas.map")), escape(say("explore.table"))
    network = f'<p class="online">{escape(say("explore.online"))}</p>' if online else ""
    return f"""<header><h1 id="title">{escape(caption.title)}</h1></header>
<main>
<div id="legend">{key}</div>
{PATTERNS}<noscript><style>#frame {{ display: none; }}</style></noscript>
<div id="frame" role="group" aria-label="{label}">{MAP_PLACE}</div>
</main>
<footer>{network}<p><strong>{escape(say("map.notice"))}</strong></p>
<p id="source">{escape(say("map.source", source=caption.source))}</p>
<details id="table"><summary>{more}</summary><div class="wide" tabindex="0" role="region" \
aria-label="{more}">{table.to_html(border=0)}</div></details>
<p>{escape(caption.ground)}{escape(say("atlas.credit"))}</p></footer>"""


class _Layer(MacroElement):
    """Our layer: the script reads the page's JSON, so its text never changes."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.text }}{% endmacro %}")

    def __init__(self) -> None:
        super().__init__()
        self._name, self._id = "Units", "explore"
        self.text = f"((map) => {{\n'use strict';\n{text_of('elements.js')}\n{text_of('explore.js')}\n}})(map_atlas);"
