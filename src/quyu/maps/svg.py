"""Shapes of the Albers plane as SVG paths in whole kilometres, each step relative to the last."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from quyu.maps.base import DIAOYU, FRAME, INSET, ISLANDS, KEY, Basemap, Place, placed, window
from quyu.maps.draw import Box
from quyu.maps.labels import CAPITAL, EM, PHONE, Name, roomy, script, star
from quyu.maps.labels import names as name_places
from quyu.maps.palette import BORDER, COAST, DIAGONAL, INK, NATION, NO_DATA, QUIET, ink
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
# Fonts and halos of the labels; inside the SVG, so that a picture made of it has them too.
_STYLE = (
    ".drawn text{text-anchor:middle;dominant-baseline:central;fill:#222;stroke:#fff;"
    "stroke-width:22px;paint-order:stroke;stroke-linejoin:round}"
    ".drawn text.dark{fill:#fff;stroke:none}.drawn .ring{font-size:70px}"
    ".drawn .names{font-size:104px}.drawn:lang(en) .names{font-size:84px}"
    ".drawn .points{font-size:84px}.drawn:lang(en) .points{font-size:64px}"
    ".sea text{font-size:140px;stroke-width:30px}.sea:lang(en) text{font-size:98px}"
    ".sea text.title{text-anchor:end;fill:#555}.drawn text.scale{text-anchor:start;fill:#555}"
)


def svg_map(
    base: Basemap,
    colours: pd.Series,
    names: pd.Series,
    *,
    unsure: Collection[str],
    label: str,
    say: Words,
) -> str:
    """The map as SVG in kilometres, east and south of the frame's north-west corner.

    `colours` and `names` are by adcode; a unit without a colour is grey under a diagonal, the names
    of those that are `unsure` carry a ring. A script finds units by `data-code`, fixed names by
    `data-say`, and in `data-zh` and `data-en` where names stand. All texts are escaped.
    """
    width, height = kilometres((FRAME[2], FRAME[1]), FRAME)[0]
    fills = colours.reindex(base.land.index).fillna(_BLANK)
    return f"""<svg id="sheet" class="drawn" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
lang="{say.html_lang}" role="img" aria-label="{escape(label)}"><style>{_STYLE}</style>
<g id="units" stroke="{BORDER}" stroke-width="6" fill-rule="evenodd">
{_units(_north(base), fills, FRAME)}</g>
<path id="coast" d="{path(base.coast, FRAME)}" fill="none" stroke="{COAST}" stroke-width="6"/>
<path id="border" d="{path(base.border, FRAME)}" fill="none" stroke="{INK}" stroke-width="12"/>
<g id="over"></g>
<path id="dashes" d="{path(base.near, FRAME)}" fill="none" stroke="{NATION}" stroke-width="15" \
stroke-linecap="round"/>
<g class="names">{_names(base, fills, names, unsure, say.lang)}</g>
{_inset(base, fills, say) if base.whole else ""}</svg>"""


def _north(base: Basemap) -> gpd.GeoSeries:
    """The units without what the inset holds alone: the islands of the South China Sea."""
    land = base.land.geometry
    return land.clip_by_rect(FRAME[0], KEY[2], FRAME[2], FRAME[3]) if base.whole else land


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
<path d="{path(base.far, sea)}" fill="none" stroke="{NATION}" stroke-width="22" \
stroke-linecap="round"/>
{_points(ISLANDS, sea, 2.1e4, say)}
<text class="title" data-say="map.south_china_sea" x="{inset_width - 60}" \
y="{inset_height - 90}">{escape(say("map.south_china_sea"))}</text>
<path fill="none" stroke="{QUIET}" stroke-width="12" d="M60 {inset_height - 80}v30h500v-30"/>
<text class="scale" x="60" y="{inset_height - 150}">500 km</text>
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
_BLANK = "url(#blank-km)"


def _units(shapes: gpd.GeoSeries, fills: pd.Series, box: Box) -> str:
    return "".join(
        f'<path data-code="{escape(code)}" fill="{fills[code]}" d="{path(shape, box)}"/>'
        for code, shape in shapes.items()
    )


def _names(
    base: Basemap, fills: pd.Series, names: pd.Series, unsure: Collection[str], lang: str
) -> str:
    land, own = base.land, script(lang)
    places = {each: name_places(land, names, each) for each in EM}
    free = {each: roomy(found, scale=PHONE) for each, found in places.items()}
    out = []
    # A ring stands at the end of its name: those names come last, from east to west, so that no halo
    # of a neighbour lies over it.
    for code, each in sorted(places[own].items(), key=lambda it: (it[0] in unsure, -it[1].x)):
        spots = {
            key: _spot(found.get(code, each), code in free[key]) for key, found in places.items()
        }
        kept = " ".join(f'data-{key}="{spot}"' for key, spot in spots.items())
        leaders = {key: found[code].leader for key, found in places.items() if code in found}
        if any(leaders.values()):
            line = leaders[own] and path(shapely.linestrings(leaders[own]), FRAME)
            drawn = f'd="{line}"' if line else 'display="none"'
            out.append(
                f'<path data-leader="{escape(code)}" {drawn} stroke="{QUIET}" stroke-width="7"/>'
            )
        light = each.fits and fills[code] != _BLANK and ink(fills[code]) != INK
        shade = ' class="dark"' if light else ""
        x, y, *_ = spots[own].split()
        ring = f'<tspan class="ring" dx="12" dy="-14">{RING}</tspan>' if code in unsure else ""
        out.append(
            f'<text data-code="{escape(code)}" x="{x}" y="{y}" {kept}{shade}>'
            f"{escape(each.text)}{ring}</text>"
        )
    if base.whole and CAPITAL in land.index:
        out.append(f'<path id="capital" d="{_star(kilometres(star(), FRAME)[0])}" fill="{INK}" '
                   'stroke="#fff" stroke-width="7" paint-order="stroke"/>')  # fmt: skip
    return "".join(out)


RING = "○"


def _spot(each: Name, free: bool) -> str:
    """Where a name stands, whether it fits into its unit and has room on a phone, and its leader."""
    points = kilometres([(each.x, each.y), *(each.leader or ())], FRAME).tolist()
    (x, y), *line = points
    numbers = [x, y, int(each.fits), int(free), *(number for point in line for number in point)]
    return " ".join(map(str, numbers))


def _star(middle: np.ndarray) -> str:
    angles = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 17, 42)
    points = middle + np.c_[reach * np.sin(angles), -reach * np.cos(angles)]
    steps = _steps(np.round(points).astype(int), closed=False)
    return f"{steps}z"


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
