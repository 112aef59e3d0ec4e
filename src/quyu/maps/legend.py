"""The legend of a still map: classes, their breaks, the method; a scale bar beside it."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from quyu.maps.basemap import FRAME
from quyu.maps.classes import Classes
from quyu.maps.layers import HATCH
from quyu.maps.lines import wrap
from quyu.maps.palette import BORDER, INK, NO_DATA, QUIET
from quyu.maps.sheet import POINT

NO_DATA_TEXT = "無數據（未公布或未納入）"
_STEP = 13.5 * POINT


def write_legend(axes: Axes, title: str, classes: Classes, *, decimals: int) -> None:
    """Write the classes in the south-west corner, highest first, then what no data looks like."""
    x, y = FRAME[0], FRAME[1] + 0.35 * _STEP
    swatch = Rectangle(
        (x, y), 20 * POINT, 0.75 * _STEP, facecolor=NO_DATA, edgecolor=BORDER,
        hatch=HATCH, linewidth=0.45, gid="legend-no-data", clip_on=False,
    )  # fmt: skip
    axes.add_patch(swatch)
    for row, colour in enumerate(classes.colours, start=1):
        box = Rectangle(
            (x, y + row * _STEP), 20 * POINT, 0.75 * _STEP,
            facecolor=colour, edgecolor=BORDER, linewidth=0.45, clip_on=False,
        )  # fmt: skip
        axes.add_patch(box)
    rows = (NO_DATA_TEXT, *classes.labels(decimals=decimals))
    for row, text in enumerate(rows):
        middle = y + (row + 0.375) * _STEP
        axes.text(x + 25 * POINT, middle, text, size=9.5, color=INK, va="center", parse_math=False)
    for row, text in enumerate(reversed(wrap(title, 16))):
        above = y + (len(rows) + 0.3 + row) * _STEP
        axes.text(x, above, text, size=9.5, color=QUIET, parse_math=False)


def scale_bar(axes: Axes) -> None:
    """Five hundred kilometres, south of Yunnan."""
    x, y, length, tick = -0.42e6, FRAME[1] + 0.35 * _STEP, 5e5, 3 * POINT
    axes.plot(
        [x, x, x + length, x + length], [y + tick, y, y, y + tick],
        color=QUIET, linewidth=0.9, solid_joinstyle="miter", clip_on=False, gid="scale",
    )  # fmt: skip
    axes.text(x + length / 2, y + 1.6 * tick, "500 km", size=8.5, color=QUIET, ha="center")
