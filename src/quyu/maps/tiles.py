"""One tile for each provincial unit: a diagram in which small provinces are as large as large ones."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from quyu.maps.base import refuse_unknown
from quyu.maps.draw import DOTS, MARGIN, WIDTH, Caption, inscribe, swatch
from quyu.maps.lettering import brief, use_cjk, wrap
from quyu.maps.palette import INK, NO_DATA, QUIET, Classes, ink
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
_SIDE = 60.0  # points


def tiles(
    values: pd.Series,
    names: pd.Series,
    caption: Caption,
    classes: Classes,
    *,
    shown: pd.Series | None = None,
    uncertain: Collection[str] = (),
) -> Figure:
    """Draw the 34 units as tiles of equal size in classes of `values`, each with name and value.

    `values` and `names` are indexed by adcode; a unit without a value is grey under a diagonal.
    `shown` is written in the tiles where it is not the values. The rest is as in `choropleth`.
    Refused: a unit without a name or a place, an infinite value.
    """
    refuse_unknown("the grid", [*values.index, *uncertain], PLACES)
    refuse_unknown("names", PLACES, names.index)
    use_cjk()
    say, head = words(caption.lang), wrap(caption.title, 33)
    foot = caption.foot(say("map.tiles"))
    top, bottom = 34 + 20 * len(head), 12 + 11.5 * len(foot)
    height = top + ROWS * _SIDE + bottom
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=100, facecolor="white")
    axes = figure.add_axes(
        (MARGIN / WIDTH, bottom / height, COLUMNS * _SIDE / WIDTH, ROWS * _SIDE / height),
        xlim=(0, COLUMNS), ylim=(ROWS, 0),
    )  # fmt: skip
    axes.set_axis_off()
    inscribe(figure, head, [caption.subtitle], foot, down=height - bottom + 14)
    colours = classes.colour(values).reindex(list(PLACES)).fillna("")
    shown = values if shown is None else shown
    for code, (row, column) in PLACES.items():
        colour = colours[code]
        text = say.number(shown[code], decimals=classes.decimals) if colour else ""
        _tile(axes, row, column, colour, brief(str(names[code])), text)
        if code in uncertain:
            inner = Rectangle(
                (column + 0.09, row + 0.09), 0.82, 0.82, fill=False, linestyle=DOTS, linewidth=1.4,
                edgecolor=ink(colour)[0] if colour else INK, capstyle="round", gid="uncertain",
            )  # fmt: skip
            axes.add_artist(inner)
    _key(axes, caption, classes, say, dotted=bool(len(uncertain)))
    return figure


def _tile(axes: Axes, row: int, column: int, colour: str, name: str, value: str) -> None:
    gid = "tile" if colour else "tile-no-data"
    swatch(axes, (column + 0.03, row + 0.03), 0.94, 0.94, colour, gid=gid)
    written = ink(colour or NO_DATA)[0]
    lines = wrap(name, 4.6)
    size = 11 if not name.isascii() else 8.5 if max(map(len, lines)) < 11 else 7.5
    first = row + 0.5 - 0.09 * (len(lines) - 1) - (0.13 if value else 0)
    middle = {"color": written, "ha": "center", "va": "center"}
    for number, line in enumerate(lines):
        axes.text(column + 0.5, first + 0.19 * number, line, size=size, **middle)
    below = first + 0.19 * (len(lines) - 1) + 0.27
    axes.text(column + 0.5, below, value, size=9.5, **middle)


def _key(axes: Axes, caption: Caption, classes: Classes, say: Words, *, dotted: bool) -> None:
    """The legend in the empty north-west, highest first."""
    heading = wrap(caption.legend, 16)
    for number, line in enumerate(heading):
        axes.text(0.03, 0.02 + 0.22 * number, line, size=9.5, color=QUIET, va="top")
    rows = [*zip(classes.colours, classes.labels, strict=True)][::-1]
    rows += [("dotted", caption.dotted)] if dotted else []
    for number, (colour, text) in enumerate([*rows, ("", say("map.no_data"))], start=len(heading)):
        at, line = 0.1 + 0.22 * number, colour == "dotted"
        fill = "white" if line else colour
        swatch(axes, (0.03, at), 0.33, 0.16, fill, dotted=line, capstyle="round")
        axes.text(0.45, at + 0.08, text, size=9.5, color=INK, va="center")
