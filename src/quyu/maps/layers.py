"""Draws areas, lines, names on map axes, each cut to a rectangle of the Albers plane."""

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.patches import FancyArrowPatch, PathPatch
from matplotlib.path import Path

from quyu.maps.palette import BORDER, INK, NO_DATA

Box = tuple[float, float, float, float]
HATCH = "/////"
WIDTHS = (0.7, 2.4)  # points of an arrow, for a share of 0 and of 1
DOTS = (0, (0.1, 1.8))  # with round ends: dots, not dashes


def areas(axes: Axes, land: gpd.GeoSeries, colours: pd.Series, *, box: Box, gid: str) -> None:
    """Fill each unit with its colour; a unit without one is grey under a thin diagonal."""
    land = land.clip_by_rect(*box)
    land = land[~land.is_empty]
    blank = colours[land.index].isna()
    _fill(axes, land[~blank], colours[land.index[~blank]].to_list(), gid=f"{gid}-units")
    _fill(axes, land[blank], [NO_DATA], gid=f"{gid}-no-data", hatch=HATCH)


def _fill(
    axes: Axes, land: gpd.GeoSeries, colours: list[str], *, gid: str, hatch: str | None = None
) -> None:
    drawn = PathCollection(
        [_path(shape) for shape in land],
        facecolors=colours,
        edgecolors=BORDER,
        linewidths=0.45,
        gid=gid,
        clip_on=False,
        hatch=hatch,
    )
    axes.add_collection(drawn, autolim=False)


def _path(shape: shapely.Geometry) -> Path:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return Path.make_compound_path(
        *(Path(shapely.get_coordinates(ring), closed=True) for ring in rings)
    )


def lines(
    axes: Axes,
    shapes: Iterable[shapely.Geometry],
    *,
    colour: str,
    width: float,
    box: Box,
    gid: str,
    style: str | tuple = "solid",
) -> None:
    """Draw lines as one path."""
    parts = shapely.get_parts(shapely.clip_by_rect(list(shapes), *box))
    if not len(parts):
        return
    path = Path.make_compound_path(*(Path(shapely.get_coordinates(part)) for part in parts))
    drawn = PathPatch(
        path, fill=False, edgecolor=colour, linewidth=width, gid=gid, clip_on=False,
        capstyle="round", joinstyle="round", zorder=3, linestyle=style,
    )  # fmt: skip
    axes.add_artist(drawn)  # unlike add_patch, does not measure every vertex again


def arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    share: float,
    gid: str,
    bend: float = 0.22,
) -> None:
    """Draw a bow with a head, wider where `share` (0–1) is larger; `bend` is its height by its chord.

    It bends to the right of its way: going west it bends north, going north out to sea.
    """
    drawn = FancyArrowPatch(
        start, end, connectionstyle=f"arc3,rad={bend}",
        arrowstyle="-|>,head_length=4,head_width=2", shrinkA=0, shrinkB=5,
        linewidth=WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * share,
        color=INK, alpha=0.35 + 0.55 * share, zorder=4, gid=gid, clip_on=False,
    )  # fmt: skip
    axes.add_artist(drawn)


_ALIGN = {"start": "left", "middle": "center", "end": "right"}  # as SVG says it, as matplotlib does


def name(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    ink: tuple[str, str] = (INK, "white"),
    side: str = "middle",
) -> None:
    """Write a name whose `side` (start, middle, end) is at a point; `ink` is its colour, its halo's."""
    halo = patheffects.withStroke(linewidth=2.2, foreground=ink[1])
    axes.text(
        x, y, text, size=size, color=ink[0], ha=_ALIGN[side], va="center_baseline",
        path_effects=[halo], zorder=6,
        parse_math=False,
    )  # fmt: skip
