"""The legend of a still map: what each colour means, then what the absence of one does; a scale bar."""

from collections.abc import Sequence

from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from quyu.maps.basemap import FRAME
from quyu.maps.layers import DOTS, HATCH, arrow
from quyu.maps.lines import wrap
from quyu.maps.palette import BORDER, INK, NO_DATA, QUIET
from quyu.maps.sheet import POINT
from quyu.words import Words, words

NO_DATA_TEXT = words("zh-hant")("map.no_data")
_STEP = 13.5 * POINT


def write_legend(
    axes: Axes, title: str, entries: Sequence[tuple[str | float, str]], say: Words, *, dotted: bool
) -> None:
    """Write the entries in the south-west corner, from below: no data comes first.

    An entry is a colour with its text; a number (0–1) in the colour's place is an arrow of that share.
    `dotted` adds what the dotted inner line of an uncertain unit means.
    """
    x, y = FRAME[0], FRAME[1] + 0.35 * _STEP
    rows = [("", say("map.no_data")), *entries]
    if dotted:
        rows.insert(1, ("white", say("map.uncertain")))
    for row, (colour, text) in enumerate(rows):
        middle = y + (row + 0.375) * _STEP
        axes.text(x + 25 * POINT, middle, text, size=9.5, color=INK, va="center", parse_math=False)
        if isinstance(colour, float):
            ends = (x, middle), (x + 25 * POINT, middle)  # a head ends short of where it points
            arrow(axes, *ends, share=colour, gid="legend-arrow", bend=0)
            continue
        blank, line = not colour, colour == "white" and dotted
        box = Rectangle(
            (x, y + row * _STEP), 20 * POINT, 0.75 * _STEP, facecolor=colour or NO_DATA,
            edgecolor=INK if line else BORDER, linewidth=1.1 if line else 0.45,
            linestyle=DOTS if line else "solid", capstyle="round", hatch=HATCH if blank else None,
            gid="legend-no-data" if blank else None, clip_on=False,
        )  # fmt: skip
        axes.add_patch(box)
    for row, text in enumerate(reversed(wrap(title, 16))):
        above = y + (len(rows) + 0.3 + row) * _STEP
        # A long heading reaches up to the border of Tibet.
        halo = [patheffects.withStroke(linewidth=2.2, foreground="white")]
        axes.text(x, above, text, size=9.5, color=QUIET, parse_math=False, path_effects=halo)


def scale_bar(axes: Axes) -> None:
    """Five hundred kilometres, south of Yunnan."""
    x, y, length, tick = -0.42e6, FRAME[1] + 0.35 * _STEP, 5e5, 3 * POINT
    axes.plot(
        [x, x, x + length, x + length], [y + tick, y, y, y + tick],
        color=QUIET, linewidth=0.9, solid_joinstyle="miter", clip_on=False, gid="scale",
    )  # fmt: skip
    axes.text(x + length / 2, y + 1.6 * tick, "500 km", size=8.5, color=QUIET, ha="center")
