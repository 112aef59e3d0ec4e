"""What a still map is drawn with: sheet, areas, lines, legend, scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, PathPatch, Rectangle
from matplotlib.path import Path

from quyu.maps.base import FRAME
from quyu.maps.lettering import wrap
from quyu.maps.palette import BORDER, INK, NO_DATA, QUIET
from quyu.words import Words, words

WIDTH, MARGIN = 518.4, 7.0  # points: 7.2 inches wide
POINT = (FRAME[2] - FRAME[0]) / (WIDTH - 2 * MARGIN)  # metres of map under one point of paper


@dataclass(frozen=True)
class Caption:
    """What is written round a map, in the language `lang`.

    `title` says the finding (none where a page says it itself, in letters that a phone keeps large),
    `subtitle` what is measured with unit and year, `source` where the figures come from, `legend`
    the scale with the method of its classes, `dotted` what a dotted line inside a border says,
    `boundary` where the shapes come from, quyu's own if left out; `diagram` that there are none, but
    squares in their place. The map's notice is added.
    """

    title: str
    subtitle: str
    source: str
    legend: str
    lang: str = "zh-hant"
    dotted: str = ""
    boundary: str = ""
    diagram: bool = False

    @property
    def ground(self) -> str:
        """Where the shapes come from."""
        return self.boundary or words(self.lang)("map.boundary")

    def foot(self, note: str) -> list[str]:
        """The lines below the map: the source of the figures, then `note`."""
        sourced = words(self.lang)("map.source", source=self.source)
        return [*wrap(sourced, 58), *wrap(note, 58)]


def sheet(caption: Caption) -> tuple[Figure, Axes]:
    """An empty figure, as high as its text asks for; the axes are in Albers metres."""
    say = words(caption.lang)
    head, below = wrap(caption.title, 33), wrap(caption.subtitle, 27)
    foot = caption.foot(caption.ground + say("map.notice"))
    # Two lines of the subtitle find room above the west, beside the far north-east.
    top = 12 + 20 * len(head) + 14 * max(0, len(below) - 2)
    bottom = 8 + 11.5 * len(foot)
    height = math.ceil(top + (FRAME[3] - FRAME[1]) / POINT + bottom)
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=100, facecolor="white")
    axes = figure.add_axes(
        (MARGIN / WIDTH, bottom / height, 1 - 2 * MARGIN / WIDTH, 1 - (top + bottom) / height),
        xlim=FRAME[::2],
        ylim=FRAME[1::2],
    )
    axes.set_axis_off()
    inscribe(figure, head, below, foot, down=height - bottom + 12)
    return figure, axes


def inscribe(
    figure: Figure, head: list[str], below: list[str], foot: list[str], *, down: float
) -> None:
    """Write a title, the lines below it, and those of the foot, `down` points from the top."""
    height = figure.get_figheight() * 72
    for lines, start, step, style in (
        (head, 20, 20, {"size": 15, "weight": "bold", "color": INK}),
        (below, 19 + 20 * len(head), 14, {"size": 10.5, "color": QUIET}),
        (foot, down, 11.5, {"size": 8.5, "color": QUIET}),
    ):
        for row, line in enumerate(lines):
            figure.text(MARGIN / WIDTH, 1 - (start + step * row) / height, line, style)


Box = tuple[float, float, float, float]
HATCH = "/////"
PENS = (0.7, 2.4)  # points of an arrow, for a share of 0 and of 1
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
        linewidth=PENS[0] + (PENS[1] - PENS[0]) * share,
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
    )  # fmt: skip


def swatch(
    axes: Axes,
    corner: tuple[float, float],
    width: float,
    height: float,
    colour: str,
    *,
    dotted: bool = False,
    **style: object,
) -> None:
    """A box in a colour, or grey under a diagonal if that is empty; `dotted` is its inner line."""
    style = {
        "edgecolor": INK if dotted else BORDER,
        "linewidth": 1.1 if dotted else 0.45,
        "linestyle": DOTS if dotted else "solid",
        "capstyle": "round" if dotted else "butt",
        **style,
    }
    hatch = None if colour else HATCH
    box = Rectangle(corner, width, height, facecolor=colour or NO_DATA, hatch=hatch, **style)
    axes.add_artist(box)


_STEP = 13.5 * POINT


def write_legend(
    axes: Axes, title: str, entries: Sequence[tuple[str | float, str]], say: Words, *, dotted: str
) -> None:
    """Write the entries in the south-west corner, from below: no data comes first.

    An entry is a colour with its text; a number (0–1) in the colour's place is an arrow of that share.
    `dotted` is what the dotted inner line of an uncertain unit means, if there is one.
    """
    x, y = FRAME[0], FRAME[1] + 0.35 * _STEP
    unsure = [("dotted", dotted)] if dotted else []
    rows = [("", say("map.no_data")), *unsure, *entries]
    for row, (colour, text) in enumerate(rows):
        middle = y + (row + 0.375) * _STEP
        axes.text(x + 25 * POINT, middle, text, size=9.5, color=INK, va="center")
        if isinstance(colour, float):
            ends = (x, middle), (x + 25 * POINT, middle)  # a head ends short of where it points
            arrow(axes, *ends, share=colour, gid="legend-arrow", bend=0)
            continue
        line = colour == "dotted"
        swatch(
            axes, (x, y + row * _STEP), 20 * POINT, 0.75 * _STEP, "white" if line else colour,
            dotted=line, capstyle="round", gid=None if colour else "legend-no-data", clip_on=False,
        )  # fmt: skip
    for row, text in enumerate(reversed(wrap(title, 16))):
        above = y + (len(rows) + 0.3 + row) * _STEP
        # A long heading reaches up to the border of Tibet.
        halo = [patheffects.withStroke(linewidth=2.2, foreground="white")]
        axes.text(x, above, text, size=9.5, color=QUIET, path_effects=halo)


def scale_bar(axes: Axes, *, metres: float = 1.0, whole: bool = True) -> None:
    """Five hundred kilometres, south of Yunnan; elsewhere a round length in the south-east.

    `metres` is how many real ones a metre of the plane is.
    """
    tens = 10.0 ** math.floor(math.log10(8e5 * metres))
    real = 5e5 if whole else max(n * tens for n in (1, 2, 5) if n * tens <= 8e5 * metres)
    length, tick = real / metres, 3 * POINT
    x = -0.42e6 if whole else FRAME[2] - 0.1e6 - length
    y, told = FRAME[1] + 0.35 * _STEP, f"{real / 1e3:g} km" if real >= 1e3 else f"{real:g} m"
    axes.plot(
        [x, x, x + length, x + length], [y + tick, y, y, y + tick],
        color=QUIET, linewidth=0.9, solid_joinstyle="miter", clip_on=False, gid="scale",
    )  # fmt: skip
    axes.text(x + length / 2, y + 1.6 * tick, told, size=8.5, color=QUIET, ha="center")
