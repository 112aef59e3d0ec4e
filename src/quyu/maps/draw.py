"""What a still map is drawn with: sheet, areas, lines, legend, scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, PathPatch, Rectangle
from matplotlib.path import Path

from quyu.maps.base import FRAME, KEY
from quyu.maps.lettering import measured, wrap
from quyu.maps.palette import BORDER, INK, NO_DATA, QUIET, ink
from quyu.maps.picture import Shapes
from quyu.words import words

WIDTH, MARGIN = 518.4, 7.0  # points: 7.2 inches wide
POINT = (FRAME[2] - FRAME[0]) / (WIDTH - 2 * MARGIN)  # metres of map under one point of paper


@dataclass(frozen=True)
class Caption:
    """What is written round a map, in the language `lang`.

    `title` says the finding (none where a page says it itself, in letters that a phone keeps large),
    `subtitle` what is measured with unit and year, `source` where the figures come from, `legend`
    the scale with the method of its classes, `ring` what a ring beside a name says, `pale` what faded
    colours do, `seam` what the borders between groups part, `boundary` where the shapes come from, quyu's
    own if left out; `diagram` that there are none, but squares in their place. The map's notice is added.
    """

    title: str
    subtitle: str
    source: str
    legend: str
    lang: str = "zh-hant"
    ring: str = ""
    pale: str = ""
    seam: str = ""
    boundary: str = ""
    diagram: bool = False

    @property
    def ground(self) -> str:
        """Where the shapes come from."""
        return self.boundary or words(self.lang)("map.ground")

    def foot(self, note: str) -> list[str]:
        """The lines below the map: the source of the figures, then `note`."""
        sourced = words(self.lang)("map.source", source=self.source)
        return [*wrap(sourced, 66), *wrap(note, 66)]


def sheet(caption: Caption, *, deep: float = 0) -> tuple[Figure, Axes]:
    """An empty figure, as high as its text asks for; the axes are in Albers metres.

    `deep` are the points of paper that the legend reaches down from KEY.
    """
    say = words(caption.lang)
    head, below = wrap(caption.title, 33), wrap(caption.subtitle, 27)
    foot = caption.foot(caption.ground + say("map.notice"))
    # Two lines of the subtitle find room above the west, beside the far north-east.
    top = 12 + 20 * len(head) + 14 * max(0, len(below) - 2)
    bottom = 8 + 10 * len(foot) + max(0.0, deep - (KEY[2] - FRAME[1]) / POINT)
    height = math.ceil(top + (FRAME[3] - FRAME[1]) / POINT + bottom)
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=100, facecolor="white")
    axes = figure.add_axes(
        (MARGIN / WIDTH, bottom / height, 1 - 2 * MARGIN / WIDTH, 1 - (top + bottom) / height),
        xlim=FRAME[::2],
        ylim=FRAME[1::2],
    )
    axes.set_axis_off()
    inscribe(figure, head, below, foot, down=height + 4 - 10 * len(foot))
    return figure, axes


def inscribe(
    figure: Figure, head: list[str], below: list[str], foot: list[str], *, down: float
) -> None:
    """Write a title, the lines below it, and those of the foot, `down` points from the top."""
    height = figure.get_figheight() * 72
    for lines, start, step, style in (
        (head, 20, 20, {"size": 15, "weight": "bold", "color": INK}),
        (below, 19 + 20 * len(head), 14, {"size": 10.5, "color": QUIET}),
        (foot, down, 10, {"size": 7.5, "color": QUIET}),
    ):
        for row, line in enumerate(lines):
            figure.text(MARGIN / WIDTH, 1 - (start + step * row) / height, line, style, gid="said")


Box = tuple[float, float, float, float]
HATCH = "/////"
PENS = (0.6, 1.7)  # points of an arrow, for a share of 0 and of 1
SEAM = (3.0, 1.4)  # points: a border between groups, white beneath ink
RING = {"marker": "o", "markerfacecolor": "white", "markeredgecolor": INK, "linestyle": "none"}


def areas(
    axes: Axes,
    land: gpd.GeoSeries,
    colours: pd.Series,
    *,
    box: Box,
    gid: str,
    hatches: Mapping[str, str],
) -> None:
    """Fill each unit with its colour; a unit without one is grey under a thin diagonal.

    `hatches` are by colour. In an SVG the shape of a unit has the id `gid`-unit-CODE.
    """
    land = land.clip_by_rect(*box)
    land = land[~land.is_empty]
    own = colours[land.index]
    blank = own.isna()
    ids = f"{gid}-unit-" + land.index
    _fill(axes, land[~blank], own[~blank].to_list(), gid=f"{gid}-units", ids=ids[~blank])
    _fill(axes, land[blank], [NO_DATA], gid=f"{gid}-no-data", ids=ids[blank], hatch=HATCH)
    for colour, hatch in hatches.items():
        some = land[own == colour]
        if len(some):
            over = {"hatch": hatch, "edge": ink(colour), "width": 0}
            _fill(axes, some, ["none"], gid=f"{gid}-hatch", **over)


def _fill(
    axes: Axes,
    land: gpd.GeoSeries,
    colours: list[str],
    *,
    gid: str,
    ids: Iterable[str] = (),
    hatch: str | None = None,
    edge: str = BORDER,
    width: float = 0.45,
) -> None:
    drawn = Shapes(
        [_path(shape) for shape in land],
        ids,
        facecolors=colours,
        edgecolors=edge,
        linewidths=width,
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


def arrow(axes: Axes, bow: object, *, share: float, gid: str) -> None:
    """Draw a line, or the three points of a bow, with a head; wider and darker where `share` (0–1) is.

    A dot marks where it begins.
    """
    points = np.asarray(bow, dtype=float)
    way = Path(
        points,
        [Path.MOVETO, *[Path.CURVE3 if len(points) == 3 else Path.LINETO] * (len(points) - 1)],
    )
    alpha, size = 0.42 + 0.5 * share, 1 + 0.35 * share
    drawn = FancyArrowPatch(
        path=way, arrowstyle=f"-|>,head_length={4.4 * size},head_width={1.9 * size}",
        linewidth=PENS[0] + (PENS[1] - PENS[0]) * share, shrinkA=0, shrinkB=0,
        color=INK, alpha=alpha, zorder=4 + share, gid=gid, clip_on=False,
    )  # fmt: skip
    axes.add_artist(drawn)
    axes.plot(
        *points[0], marker="o", markersize=2 + 1.6 * share, color=INK, alpha=alpha,
        markeredgewidth=0, zorder=4 + share, clip_on=False, gid=f"{gid}-start",
    )  # fmt: skip


_ALIGN = {"start": "left", "middle": "center", "end": "right"}  # as SVG says it, as matplotlib does


def name(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    halo: bool = True,
    side: str = "middle",
    gid: str | None = None,
) -> None:
    """Write a name whose `side` (start, middle, end) is at a point: dark within a halo, or white."""
    light = [patheffects.withStroke(linewidth=2.2, foreground="white")] if halo else None
    axes.text(
        x, y, text, size=size, color=INK if halo else "white", ha=_ALIGN[side],
        va="center_baseline", path_effects=light, zorder=6, gid=gid,
    )  # fmt: skip


def ring(axes: Axes, x: float, y: float, *, gid: str) -> None:
    """The mark of a unit whose class is not sure."""
    axes.plot(
        x, y, markersize=3.6, markeredgewidth=0.9, zorder=7, clip_on=False, gid=gid, **RING
    )  # fmt: skip


def swatch(
    axes: Axes, corner: tuple[float, float], width: float, height: float, colour: str, **style: Any
) -> None:
    """A box in a colour, or grey under a diagonal if that is empty."""
    style = {"edgecolor": BORDER, "linewidth": 0.45, "hatch": None if colour else HATCH, **style}
    axes.add_artist(Rectangle(corner, width, height, facecolor=colour or NO_DATA, **style))


ROW, SWATCH, TYPE = 13.0, 18.0, 9.0  # points: a row of the legend, its swatches and letters
_PAD, _BETWEEN = 5.0, 11.0  # points round the legend, and between its entries


@dataclass(frozen=True)
class Entry:
    """A sample and its text: a colour with its hatch, the share of an arrow, "ring", "seam", "scale".

    `wide` is the sample's width in points.
    """

    sample: str | float
    text: str
    hatch: str = ""
    wide: float = SWATCH


@dataclass(frozen=True)
class Legend:
    """Entries in rows: each with the points from the west where it begins."""

    heading: list[str]
    rows: list[list[tuple[float, Entry]]]
    east: float

    @property
    def deep(self) -> float:
        """Points of paper from its top to its bottom."""
        return ROW * (len(self.heading) + len(self.rows)) + _PAD

    @property
    def wide(self) -> float:
        """Points of paper from west to east."""
        return (self.east - KEY[0]) / POINT


def laid_out(title: str, entries: Sequence[Entry], *, whole: bool) -> Legend:
    """The legend in its frame, west of the inset or, where there is none, under all of the map."""
    east = KEY[1] if whole else FRAME[2]
    wide, rows, x = (east - KEY[0]) / POINT, [], math.inf
    for entry in entries:
        long = entry.wide + 4 + 1.04 * TYPE * measured(entry.text)[0]
        if x + long > wide - _PAD:
            rows.append([])
            x = _PAD
        rows[-1].append((x, entry))
        x += long + _BETWEEN
    return Legend(wrap(title, (wide - 2 * _PAD) / TYPE), rows, east)


def write_legend(axes: Axes, legend: Legend) -> None:
    """Write the legend in its own frame."""
    west, top = KEY[0], KEY[2]
    frame = Rectangle(
        (west, top - legend.deep * POINT), legend.east - west, legend.deep * POINT,
        facecolor="white", edgecolor=QUIET, linewidth=0.5, clip_on=False, gid="legend",
    )  # fmt: skip
    axes.add_artist(frame)
    written = {"size": TYPE, "va": "center_baseline", "clip_on": False, "gid": "legend-text"}

    def middle(row: int) -> float:
        return top - (_PAD / 2 + ROW * (row + 0.5)) * POINT

    for row, line in enumerate(legend.heading):
        axes.text(west + _PAD * POINT, middle(row), line, color=QUIET, **written)
    for row, entries in enumerate(legend.rows, start=len(legend.heading)):
        for left, entry in entries:
            x, y = west + left * POINT, middle(row)
            _sample(axes, x, y, entry)
            axes.text(x + (entry.wide + 4) * POINT, y, entry.text, color=INK, **written)


def _sample(axes: Axes, x: float, y: float, entry: Entry) -> None:
    """What stands before the text of an entry; `y` is its middle."""
    sample, east, half = entry.sample, x + entry.wide * POINT, 0.36 * ROW * POINT
    if isinstance(sample, float):
        arrow(axes, [(x, y), (east, y)], share=sample, gid="legend-arrow")
    elif sample == "ring":
        ring(axes, (x + east) / 2, y, gid="legend-ring")
    elif sample == "seam":
        for pen, shade in zip(SEAM, ("white", INK), strict=True):
            axes.plot(
                [x, east],
                [y, y],
                color=shade,
                linewidth=pen,
                clip_on=False,
                zorder=5,
                gid="legend-seam",
            )
    elif sample == "scale":
        scale_bar(axes, x, y - 1.5 * POINT, east - x, gid="legend-scale")
    else:
        gid = "legend-swatch" if sample else "legend-no-data"
        corner = (x, y - half)
        swatch(axes, corner, east - x, 2 * half, sample, gid=gid, clip_on=False)
        if entry.hatch:
            own = {"facecolor": "none", "edgecolor": ink(sample), "linewidth": 0}
            axes.add_artist(
                Rectangle(corner, east - x, 2 * half, hatch=entry.hatch, gid="legend-hatch", **own)
            )


def scale_bar(axes: Axes, x: float, y: float, long: float, *, gid: str) -> None:
    """A bar from `x` eastwards; `y` is its foot, `long` its length in metres of the axes."""
    tick = 0.065 * long
    axes.plot(
        [x, x, x + long, x + long], [y + tick, y, y, y + tick], color=QUIET, linewidth=0.9,
        solid_joinstyle="miter", clip_on=False, gid=gid,
    )  # fmt: skip


def scale(metres: float, *, whole: bool) -> Entry:
    """Five hundred kilometres, or a round length where a metre of the plane is `metres` real ones.

    >>> scale(1.0, whole=True).text, scale(0.01, whole=False).text
    ('500 km', '5 km')
    """
    tens = 10.0 ** math.floor(math.log10(8e5 * metres))
    real = 5e5 if whole else max(n * tens for n in (1, 2, 5) if n * tens <= 8e5 * metres)
    text = f"{real / 1e3:g} km" if real >= 1e3 else f"{real:g} m"
    return Entry("scale", text, wide=real / metres / POINT)
