"""The sheet of a still map: title, what is measured, notes, with the map's axes in between."""

from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps.basemap import FRAME
from quyu.maps.lines import wrap
from quyu.maps.palette import INK, QUIET

_WIDTH, _MARGIN = 518.4, 7.0  # points: 7.2 inches wide
POINT = (FRAME[2] - FRAME[0]) / (_WIDTH - 2 * _MARGIN)  # metres of map under one point of paper


def sheet(title: str, subtitle: str, notes: list[str]) -> tuple[Figure, Axes]:
    """An empty figure, as high as its text asks for; the axes are in Albers metres.

    A page that says the title itself, in letters that a phone keeps large, gives none.
    """
    head, below = wrap(title, 33) if title else [], wrap(subtitle, 27)
    foot = [line for note in notes for line in wrap(note, 58)]
    # Two lines of the subtitle find room above the west, beside the far north-east.
    top = 12 + 20 * len(head) + 14 * max(0, len(below) - 2)
    bottom = 8 + 11.5 * len(foot)
    height = ceil(top + (FRAME[3] - FRAME[1]) / POINT + bottom)
    figure = Figure(figsize=(_WIDTH / 72, height / 72), dpi=100, facecolor="white")
    axes = figure.add_axes(
        (_MARGIN / _WIDTH, bottom / height, 1 - 2 * _MARGIN / _WIDTH, 1 - (top + bottom) / height),
        xlim=FRAME[::2],
        ylim=FRAME[1::2],
    )
    axes.set_axis_off()
    rows = (
        (head, 20, 20, {"size": 15, "weight": "bold", "color": INK}),
        (below, 19 + 20 * len(head), 14, {"size": 10.5, "color": QUIET}),
        (foot, height - bottom + 12, 11.5, {"size": 8.5, "color": QUIET}),
    )
    for lines, start, step, style in rows:
        for row, line in enumerate(lines):
            figure.text(
                _MARGIN / _WIDTH, 1 - (start + step * row) / height, line, style, parse_math=False
            )
    return figure, axes
