"""Small maps of one page: the shapes are drawn once, each map only says their colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby

import geopandas as gpd
import pandas as pd

from quyu.maps.base import FRAME, INSET, Basemap, basemap, window
from quyu.maps.palette import BORDER, DIAGONAL, NATION, NO_DATA, QUIET
from quyu.maps.picture import Picture
from quyu.maps.svg import kilometres, path

_STEP = 8e3  # metres: half a pixel on a map 300 pixels wide
_DASHES = '<path id="{}" vector-effect="non-scaling-stroke" stroke-width="1.2" d="{}"/>'
BLANK = (  # a swatch for a legend
    '<svg class="swatch" aria-hidden="true"><path fill="url(#blank)" d="M0 0h99v99H0z"/></svg>'
)
_PATTERN = (
    '<pattern id="blank" width="14" height="14" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><path fill="{NO_DATA}" d="M0 0h14v14H0z"/>'
    f'<path fill="{DIAGONAL}" d="M0 0h3v14H0z"/></pattern>'
)


def ids(units: Iterable[str]) -> dict[str, str]:
    """The id of each unit's shape.

    >>> ids(["110000", "120000"])
    {'110000': 'u0', '120000': 'u1'}
    """
    return {code: f"u{number}" for number, code in enumerate(units)}


def small_maps(
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    colours: Mapping[str, pd.Series],
    alts: Mapping[str, str],
) -> tuple[str, dict[str, Picture]]:
    """The shapes, as an element that is not seen, and a map that uses them for each of `colours`.

    `land` and `dashes` are as for `basemap`: all of China carries all its units, the ten dashes and the
    inset of the South China Sea. `colours` are by unit id, a unit without one is grey under a diagonal; `alts` say in a
    sentence what there is to see. The keys are ids of the page.
    """
    ground = basemap(land, dashes)  # as the large map has it: that is known already
    numbers = ids(ground.land.index)
    shapes = "".join(
        f'<path id="{numbers[code]}" vector-effect="non-scaling-stroke" d="{path(shape, FRAME, _STEP)}"/>'
        for code, shape in ground.land.geometry.items()
    )
    dashed = {"dashes": ground.near, "far-dashes": ground.far} if ground.whole else {}
    lines = "".join(_DASHES.format(key, path(some, FRAME, _STEP)) for key, some in dashed.items())
    hidden = (
        '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>'
        f"{_PATTERN}{shapes}{lines}</defs></svg>"
    )
    return hidden, {
        name: Picture(_map(ground, name, shades, numbers, alts[name]), alts[name])
        for name, shades in colours.items()
    }


def _map(ground: Basemap, name: str, shades: pd.Series, numbers: dict[str, str], alt: str) -> str:
    width, height = kilometres((FRAME[2], FRAME[1]), FRAME, _STEP)[0]
    fills = shades.reindex(ground.land.index)
    fills = fills.where(fills.notna(), "url(#blank)").sort_values(kind="stable")
    units = "".join(
        f'<g fill="{fill}">' + "".join(f'<use href="#{numbers[code]}"/>' for code, _ in some) + "</g>"
        for fill, some in groupby(fills.items(), key=lambda item: item[1])
    )  # fmt: skip
    whole, inset = f"map-{name}", ""
    if ground.whole:
        west, north = kilometres((INSET[0], INSET[3]), FRAME, _STEP)[0]
        east, south = kilometres((INSET[2], INSET[1]), FRAME, _STEP)[0]
        sea = window()
        left, top = kilometres((sea[0], sea[3]), FRAME, _STEP)[0]
        right, low = kilometres((sea[2], sea[1]), FRAME, _STEP)[0]
        inset = (
            f'<svg x="{west}" y="{north}" width="{east - west}" height="{south - north}" '
            f'viewBox="{left} {top} {right - left} {low - top}">'
            f'<path fill="#fff" d="M{left} {top}H{right}V{low}H{left}z"/><use href="#{whole}"/>'
            f'<use href="#far-dashes" fill="none" stroke="{NATION}"/></svg>'
            f'<use href="#dashes" fill="none" stroke="{NATION}"/>'
            f'<path fill="none" stroke="{QUIET}" stroke-width="2" d="M{west} {north}H{east}V{south}H{west}z"/>'
        )
    return (
        f'<svg class="small" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(alt)}">'
        f'<g id="{whole}" stroke="{BORDER}" stroke-width=".5" fill-rule="evenodd">{units}</g>{inset}</svg>'
    )
