"""Charts of tiles: a table at a glance."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps.brief import brief
from quyu.maps.palette import FOCUS, NATION, REGION
from quyu.reports.charts.canvas import SMALL, WIDTH, canvas, ems, fold, step, tile

EMPTY = "#ececec"


def heat(frame: pd.DataFrame, *, breaks: dict[str, list[float]], palette: list[str]) -> Figure:
    """All units by all goals, darker is better: rows in the order given, classes fixed by `breaks` per column."""
    room = (WIDTH * 72 / SMALL - max(map(ems, frame.index)) - 2) / frame.shape[1]
    heads = [fold(goal, width=room) for goal in frame.columns]
    # A word wider than its column cannot be folded: then all heads stand upright.
    upright = max(ems(line) for head in heads for line in head.split("\n")) > room
    heads = [fold(goal, width=12) for goal in frame.columns] if upright else heads
    figure, axes = canvas(0.225 * len(frame) + (2 if upright else 0.9))
    for column, goal in enumerate(frame.columns):
        for row, value in enumerate(frame[goal]):
            place = (column, len(frame) - 1 - row)
            if pd.isna(value):
                _cell(axes, place, EMPTY, hatch=True)
                continue
            level = sum(value >= edge for edge in breaks[goal])
            ink = "white" if level >= 3 else FOCUS
            _cell(axes, place, palette[level], f"{value:.0f}", ink=ink)
    axes.set_xlim(0, frame.shape[1])
    axes.set_ylim(0, len(frame))
    names = [brief(name) for name in frame.index]
    axes.set_yticks([len(frame) - 0.5 - i for i in range(len(frame))], names, fontsize=SMALL)
    axes.set_xticks(
        [i + 0.5 for i in range(frame.shape[1])],
        heads,
        fontsize=SMALL,
        rotation=90 if upright else 0,
    )
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    return figure


def tiles(counts: pd.DataFrame, *, full: int) -> Figure:
    """How complete a table is: a tile per row and year, dark where all `full` units are there."""
    labels = [fold(name, width=16) for name in counts.index]
    figure, axes = canvas(step(labels, least=0.225) * len(counts) + 0.8)
    top = len(counts) - 1
    for column, year in enumerate(counts.columns):
        for row, seen in enumerate(counts[year]):
            colour = NATION if seen == full else REGION["東部"] if seen else EMPTY
            shown = str(seen) if 0 < seen < full else ""
            _cell(axes, (column, top - row), colour, shown, hatch=not seen)
    axes.set_xlim(0, counts.shape[1])
    axes.set_ylim(0, len(counts))
    axes.set_yticks([top - i + 0.5 for i in range(len(counts))], labels, fontsize=SMALL)
    axes.set_xticks(
        [i + 0.5 for i in range(counts.shape[1])],
        [f"{year % 100:02d}" for year in counts.columns],
        fontsize=SMALL,
    )
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    return figure


def _cell(
    axes: Axes,
    place: tuple[int, int],
    colour: str,
    text: str = "",
    *,
    ink: str = "white",
    hatch: bool = False,
) -> None:
    """A tile with what is written on it; `place` is its column and its row from below."""
    column, row = place
    shape = tile(column, row, colour, hatch=hatch)
    # Cells lie inside the axes: to ask hundreds of them how much room the sheet must leave would
    # be half of the time that the chart takes.
    shape.set_in_layout(False)
    axes.add_artist(shape)
    if text:
        axes.text(
            column + 0.5, row + 0.5, text,
            ha="center", va="center", fontsize=SMALL, color=ink, in_layout=False,
        )  # fmt: skip
