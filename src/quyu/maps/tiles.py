"""One tile for each provincial unit: a diagram in which small provinces are as large as large ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from quyu.facts.boundaries import UNITS
from quyu.maps.draw import DOTS, HATCH
from quyu.maps.lettering import brief, use_cjk, wrap
from quyu.maps.palette import BORDER, INK, NO_DATA, QUIET, YLGNBU, Classes, ink
from quyu.words import Words, words

# Row and column of each unit: neighbours kept beside one another as far as a grid allows.
PLACES = {
    "230000": (0, 7),
    "150000": (1, 4), "110000": (1, 5), "220000": (1, 7),
    "620000": (2, 2), "640000": (2, 3), "140000": (2, 4), "130000": (2, 5),
    "120000": (2, 6), "210000": (2, 7),
    "650000": (3, 1), "630000": (3, 2), "610000": (3, 3), "410000": (3, 4), "370000": (3, 5), "320000": (3, 6),
    "540000": (4, 1), "510000": (4, 2), "500000": (4, 3), "420000": (4, 4), "340000": (4, 5),
    "310000": (4, 6),
    "530000": (5, 2), "520000": (5, 3), "430000": (5, 4), "360000": (5, 5), "330000": (5, 6),
    "450000": (6, 3), "440000": (6, 4), "350000": (6, 5), "710000": (6, 7),
    "460000": (7, 3), "820000": (7, 4), "810000": (7, 5),
}  # fmt: skip
ROWS, COLUMNS = 8, 8
_WIDTH, _MARGIN, _SIDE = 518.4, 7.0, 60.0  # points


def tiles(
    values: pd.Series,
    names: pd.Series,
    *,
    breaks: Sequence[float],
    legend: str,
    title: str,
    subtitle: str,
    source: str,
    palette: Sequence[str] = YLGNBU,
    decimals: int = 1,
    uncertain: Collection[str] = (),
    lang: str = "zh-hant",
) -> Figure:
    """Draw the 34 units as tiles of equal size in classes of `values`, each with name and value.

    `values` and `names` are indexed by adcode; a unit without a value is grey under a diagonal. The
    rest is as in `choropleth`. Refused: a unit without a name or a place, and bad breaks.
    """
    unknown = [str(code) for code in [*values.index, *uncertain] if code not in PLACES]
    nameless = [code for code in PLACES if code not in names.index]
    if unknown or nameless:
        raise ValueError(
            f"the grid has {UNITS} units; it has no {', '.join(unknown) or '—'}, "
            f"and names lacks {', '.join(nameless) or '—'}"
        )
    say, classes = words(lang), Classes(tuple(breaks), tuple(palette))
    use_cjk()
    notes = [say("map.source", source=source), say("map.tiles")]
    foot = [line for note in notes for line in wrap(note, 58)]
    head = wrap(title, 33)
    top, bottom = 34 + 20 * len(head), 12 + 11.5 * len(foot)
    height = top + ROWS * _SIDE + bottom
    figure = Figure(figsize=(_WIDTH / 72, height / 72), dpi=100, facecolor="white")
    axes = figure.add_axes(
        (_MARGIN / _WIDTH, bottom / height, COLUMNS * _SIDE / _WIDTH, ROWS * _SIDE / height),
        xlim=(0, COLUMNS), ylim=(ROWS, 0),
    )  # fmt: skip
    axes.set_axis_off()
    for row, line in enumerate(head):
        _write(figure, line, 20 + 20 * row, height, size=15, weight="bold", color=INK)
    _write(figure, subtitle, 19 + 20 * len(head), height, size=10.5, color=QUIET)
    for row, line in enumerate(foot):
        _write(figure, line, height - bottom + 14 + 11.5 * row, height, size=8.5, color=QUIET)
    colours = classes.colour(values.astype(float)).reindex(list(PLACES))
    for code, (row, column) in PLACES.items():
        known = isinstance(colours[code], str)
        text = say.number(values[code], decimals=decimals) if known else ""
        _tile(axes, row, column, colours[code] if known else "", brief(str(names[code])), text)
        if code in uncertain:
            inner = Rectangle(
                (column + 0.09, row + 0.09), 0.82, 0.82, fill=False, linestyle=DOTS, linewidth=1.4,
                edgecolor=ink(colours[code])[0] if known else INK, capstyle="round", gid="uncertain",
            )  # fmt: skip
            axes.add_artist(inner)
    _key(axes, legend, classes, say, decimals=decimals, dotted=bool(len(uncertain)))
    return figure


def _write(figure: Figure, text: str, down: float, height: float, **style: object) -> None:
    figure.text(_MARGIN / _WIDTH, 1 - down / height, text, parse_math=False, **style)


def _tile(axes: Axes, row: int, column: int, colour: str, name: str, value: str) -> None:
    box = Rectangle(
        (column + 0.03, row + 0.03), 0.94, 0.94, facecolor=colour or NO_DATA, edgecolor=BORDER,
        linewidth=0.45, hatch=None if colour else HATCH, gid="tile" if colour else "tile-no-data",
    )  # fmt: skip
    axes.add_artist(box)
    written = ink(colour or NO_DATA)[0]
    lines = wrap(name, 4.6)
    size = 11 if not name.isascii() else 8.5 if max(map(len, lines)) < 11 else 7.5
    first = row + 0.5 - 0.09 * (len(lines) - 1) - (0.13 if value else 0)
    for number, line in enumerate(lines):
        axes.text(
            column + 0.5, first + 0.19 * number, line, size=size, color=written,
            ha="center", va="center", parse_math=False,
        )  # fmt: skip
    below = first + 0.19 * (len(lines) - 1) + 0.27
    axes.text(column + 0.5, below, value, size=9.5, color=written, ha="center", va="center")


def _key(
    axes: Axes, legend: str, classes: Classes, say: Words, *, decimals: int, dotted: bool
) -> None:
    """The legend in the empty north-west, highest first."""
    for number, line in enumerate(wrap(legend, 16)):
        axes.text(
            0.03, 0.02 + 0.22 * number, line, size=9.5, color=QUIET, va="top", parse_math=False
        )
    top = 0.1 + 0.22 * len(wrap(legend, 16))
    rows = [*zip(classes.colours, classes.labels(decimals=decimals), strict=True)][::-1]
    rows += [("dotted", say("map.uncertain"))] if dotted else []
    for number, (colour, text) in enumerate([*rows, ("", say("map.no_data"))]):
        at = top + 0.22 * number
        box = Rectangle(
            (0.03, at), 0.33, 0.16, facecolor={"dotted": "white"}.get(colour, colour or NO_DATA),
            edgecolor=INK if colour == "dotted" else BORDER, hatch=None if colour else HATCH,
            linewidth=1.1 if colour == "dotted" else 0.45,
            linestyle=DOTS if colour == "dotted" else "solid", capstyle="round",
        )  # fmt: skip
        axes.add_artist(box)
        axes.text(0.45, at + 0.08, text, size=9.5, color=INK, va="center", parse_math=False)
