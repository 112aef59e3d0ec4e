"""Shapes of the Albers plane as SVG paths in whole kilometres, each step relative to the last."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from quyu.maps.base import DIAOYU, FRAME, INSET, ISLANDS, Basemap, Place, inside, placed, window
from quyu.maps.base import names as name_places
from quyu.maps.draw import Box
from quyu.maps.palette import BORDER, DIAGONAL, INK, NATION, NO_DATA, QUIET, ink
from quyu.words import Words


def path(shapes: shapely.Geometry | Iterable[shapely.Geometry], box: Box, step: float = 1e3) -> str:
    """The `d` of a path in steps of `step` metres; `box` says where east and south are counted from.

    Every ring or line is `M` with its start, `l` with its steps, `z` if it is a ring.

    >>> square = shapely.box(1000, 1000, 3000, 3000)
    >>> path(square, (0, 0, 9000, 9000))
    'M3 8l0-2-2 0 0 2z'
    """
    parts = shapely.get_parts(np.atleast_1d(shapes))
    closed = shapely.get_dimensions(parts) == 2
    if closed.any() and not closed.all():
        return "".join(path(part, box, step) for part in parts)
    points, line = shapely.get_coordinates(
        shapely.get_rings(parts) if closed.all() else parts, return_index=True
    )
    ends = np.flatnonzero(np.diff(line)) + 1
    steps = (
        _steps(each, closed=closed.all()) for each in np.split(kilometres(points, box, step), ends)
    )
    return "".join(steps)


def kilometres(metres: object, box: Box, step: float = 1e3) -> np.ndarray:
    """Metres of a plane as whole kilometres, or steps, east and south of `box`'s north-west corner."""
    east, north = np.asarray(metres, dtype=float).reshape(-1, 2).T
    return np.round(np.c_[east - box[0], box[3] - north] / step).astype(int)


def _steps(points: np.ndarray, *, closed: bool) -> str:
    steps = np.diff(points, axis=0)
    if closed:
        steps = steps[:-1]  # the ring closes itself
    steps = steps[steps.any(axis=1)]
    if not len(steps):
        return ""
    text = " ".join(map(str, steps.ravel().tolist())).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{text}{'z' if closed else ''}"


_POINT = 1.15e4  # metres under a point of paper, as on the still maps
_INWARDS, _LIGHT = 19e3, 7e3  # metres: how far inside a border a dotted line runs, how light it is
# Fonts and halos of the labels; inside the SVG, so that a picture made of it has them too.
_STYLE = (
    ".drawn text{text-anchor:middle;dominant-baseline:central;fill:#222;stroke:#fff;"
    "stroke-width:22px;paint-order:stroke;stroke-linejoin:round}"
    ".drawn text.dark{fill:#fff;stroke:#1a2468}"
    ".drawn .names{font-size:104px}.drawn:lang(en) .names{font-size:84px}"
    ".drawn .points{font-size:84px}.drawn:lang(en) .points{font-size:64px}"
    ".sea text{font-size:140px;stroke-width:30px}.sea:lang(en) text{font-size:98px}"
    ".sea text.title{text-anchor:end;fill:#555}"
)


def svg_map(
    base: Basemap,
    colours: pd.Series,
    names: pd.Series,
    *,
    dotted: Collection[str],
    inner: Collection[str],
    label: str,
    say: Words,
) -> str:
    """The map as SVG in kilometres, east and south of the frame's north-west corner.

    `colours` and `names` are by adcode; a unit without a colour is grey under a diagonal. The
    units in `inner` carry a dotted line inside their border, shown for those in `dotted`. A script
    finds units by `data-code`, dotted lines by `data-inner`, fixed names by `data-say`. All texts
    are escaped.
    """
    width, height = kilometres((FRAME[2], FRAME[1]), FRAME)[0]
    fills = colours.reindex(base.land.index).fillna(_BLANK)
    rounds = "".join(
        f'<path data-inner="{escape(code)}"{"" if code in dotted else _HIDDEN} '
        f'd="{path(inside(base.land.geometry[code], _INWARDS, light=_LIGHT), FRAME)}"/>'
        for code in base.land.index
        if code in inner
    )
    return f"""<svg id="sheet" class="drawn" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
lang="{say.html_lang}" role="img" aria-label="{escape(label)}"><style>{_STYLE}</style>
<defs><g id="rounds" fill="none" stroke-linecap="round">{rounds}</g></defs>
<g id="units" stroke="{BORDER}" stroke-width="6" fill-rule="evenodd">
{_units(base.land.geometry, fills, FRAME)}</g>
<g id="over"></g>
<use href="#rounds" stroke="#fff" stroke-opacity=".8" stroke-width="21"/>
<use href="#rounds" stroke="{INK}" stroke-width="11.5" stroke-dasharray="0 25"/>
<path id="dashes" d="{path(base.dashes, FRAME)}" fill="none" stroke="{NATION}" stroke-width="15" \
stroke-linecap="round"/>
<g class="names">{_names(base.land, fills, names)}</g>
{_inset(base, fills, say) if base.whole else ""}</svg>"""


def _inset(base: Basemap, fills: pd.Series, say: Words) -> str:
    """The islands of the east, then the South China Sea in its corner."""
    west, north = kilometres((INSET[0], INSET[3]), FRAME)[0]
    sea = window()
    within = base.land.geometry.clip_by_rect(*sea)
    inset_width, inset_height = kilometres((sea[2], sea[1]), sea)[0]
    return f"""<g class="points">{_points(DIAOYU, FRAME, _POINT, say)}</g>
<svg id="inset" class="drawn sea" lang="{say.html_lang}" x="{west}" y="{north}" \
width="{(INSET[2] - INSET[0]) / 1e3:.0f}" height="{(INSET[3] - INSET[1]) / 1e3:.0f}" \
viewBox="0 0 {inset_width} {inset_height}">
<path fill="#fff" d="M0 0h{inset_width}v{inset_height}H0z"/>
<g stroke="{BORDER}" stroke-width="8" fill-rule="evenodd">\
{_units(within[~within.is_empty], fills, sea)}</g>
<path d="{path(base.dashes.clip_by_rect(*sea), sea)}" fill="none" stroke="{NATION}" stroke-width="22" \
stroke-linecap="round"/>
{_points(ISLANDS, sea, 2.1e4, say)}
<text class="title" data-say="map.south_china_sea" x="{inset_width - 60}" \
y="{inset_height - 90}">{escape(say("map.south_china_sea"))}</text>
<path fill="none" stroke="{QUIET}" stroke-width="12" d="M6 6h{inset_width - 12}v{inset_height - 12}\
H6z"/></svg>"""


# Hatches for the drawing, in kilometres, and for the screen's map, in pixels: apart from both, as
# a pattern inside a hidden picture paints nothing.
PATTERNS = '<svg width="0" height="0" aria-hidden="true"><defs id="patterns">' + "".join(
    f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><path fill="{NO_DATA}" d="M0 0h{size}v{size}H0z"/>'
    f'<path fill="{DIAGONAL}" d="M0 0h{size / 6:g}v{size}H0z"/></pattern>'
    for name, size in (("blank", 5), ("blank-km", 42))
) + "</defs></svg>"  # fmt: skip
_BLANK, _HIDDEN = "url(#blank-km)", ' display="none"'


def _units(shapes: gpd.GeoSeries, fills: pd.Series, box: Box) -> str:
    return "".join(
        f'<path data-code="{escape(code)}" fill="{fills[code]}" d="{path(shape, box)}"/>'
        for code, shape in shapes.items()
    )


def _names(land: gpd.GeoDataFrame, fills: pd.Series, names: pd.Series) -> str:
    out = []
    for code, each in name_places(land, names).items():
        (x, y) = kilometres((each.x, each.y), FRAME)[0]
        dark = ""
        if each.unit is not None:
            (a, b) = kilometres(each.unit, FRAME)[0]
            line = f'd="M{a} {b}L{x} {y}" stroke="{QUIET}" stroke-width="7"'
            out.append(f'<path data-leader="{escape(code)}" {line}/>')
        elif fills[code] != _BLANK and ink(fills[code])[0] != INK:
            dark = ' class="dark"'
        text = escape(each.text)
        out.append(f'<text data-code="{escape(code)}" x="{x}" y="{y}"{dark}>{text}</text>')
    return "".join(out)


def _points(places: tuple[Place, ...], box: Box, point: float, say: Words) -> str:
    """Dots with names; `point` is a point of paper in metres of this map."""
    out = []
    for name, x, y, (east, north), anchor in placed(places):
        (a, b), (c, d) = kilometres([(x, y), (x + east * point, y + north * point)], box)
        size = round(point / 1e3 * 1.1)
        side = "" if anchor == "middle" else f' style="text-anchor:{anchor}"'
        out.append(
            f'<circle cx="{a}" cy="{b}" r="{size}"/>'
            f'<text data-say="map.{name}" x="{c}" y="{d}"{side}>{escape(say(f"map.{name}"))}</text>'
        )
    return "".join(out)
