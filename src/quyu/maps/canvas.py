"""The sheet that every chart starts from: its axes, rows, cells, key, and labels kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from quyu.maps.lettering import ems, fold_label, use_cjk, widest
from quyu.maps.palette import QUIET

# A phone 390 px wide leaves 354 px to a chart of 360 points: no text may be smaller than SMALL, so
# that it still measures 10 px there.
WIDTH, SMALL, LABEL = 5.0, 10.3, 11.0
LINE = 0.18  # inches that a line of SMALL text takes
EDGE, GAP = 3.0, 3.5  # points that stay free at the sheet's edge, and between axes and labels
REST, RULE = "#c9c9c6", "#d5d5d2"
DASHED = (0, (4, 3))


def canvas(height: float) -> tuple[Figure, Axes]:
    """A sheet as wide as a phone and `height` inches high, without the axes' upper and right line.

    The axes leave room for their numbers below; who writes elsewhere round them takes it by `free`.
    """
    use_cjk()
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    free(axes, left=EDGE, right=EDGE, top=EDGE, bottom=EDGE + GAP + LABEL)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(RULE)
    axes.tick_params(length=0, labelsize=LABEL)
    axes.xaxis.set_label_coords(0.5, 0)  # it has no label: no need to measure its ticks for one
    axes.set_axisbelow(True)
    return figure, axes


def free(
    axes: Axes, *, left: float = 0, right: float = 0, top: float = 0, bottom: float = 0
) -> None:
    """Take so many points from the sides of the axes, for what is written round them.

    Matplotlib's own layout would look for it by measuring the whole sheet twice, which takes longer
    than to draw it.
    """
    width, height = axes.figure.get_size_inches() * 72
    box = axes.get_position()
    axes.set_position(
        (
            box.x0 + left / width,
            box.y0 + bottom / height,
            box.width - (left + right) / width,
            box.height - (top + bottom) / height,
        )
    )


def free_right(axes: Axes, texts: Iterable[tuple[float, float]]) -> None:
    """Take what texts need that reach beyond the right end.

    Each is where it begins, on the horizontal axis, and how many points it is long.
    """
    first, last = axes.get_xlim()
    whole = axes.get_position().width * WIDTH * 72
    fits = [(whole - long) * (last - first) / (start - first) for start, long in texts]
    free(axes, right=whole - min([whole, *fits]))


def numbered(axes: Axes, label: str) -> None:
    """Write what the vertical axis measures beside its numbers, with the room for both."""
    axes.set_ylabel(label, color=QUIET, fontsize=SMALL, labelpad=GAP)
    numbers = axes.yaxis.get_major_formatter().format_ticks(axes.get_yticks())
    free(axes, left=widest(numbers) * LABEL + LINE * 72 + 2 * GAP)


def rowed(
    labels: Iterable[str],
    *,
    least: float,
    rest: float,
    below: float,
    above: float,
    width: float = 99,
    upward: bool = False,
) -> tuple[Figure, Axes, list[int]]:
    """A sheet with a row for each label, `least` inches high or more, and `rest` inches besides; its rows.

    Labels are folded to `width` ems. The first is on top, or with `upward` at the bottom. The axes
    reach from `below` under the lowest row to `above` short of one row more than there are.
    """
    folded = [fold_label(label, width=width) for label in labels]
    figure, axes = canvas(step(folded, least=least) * len(folded) + rest)
    rows = list(range(len(folded)))[:: 1 if upward else -1]
    axes.set_ylim(-below, len(folded) - above)
    _write_rows(axes, rows, folded)
    return figure, axes, rows


def _write_rows(axes: Axes, rows: Iterable[float], labels: Sequence[str]) -> None:
    """Labels left of the axes. They are plain texts: a tick is three lines and two texts."""
    axes.set_yticks([])
    axes.yaxis.set_label_coords(0, 0.5)
    free(axes, left=widest(labels) * SMALL + GAP)
    place, _, along = axes.get_yaxis_text1_transform(GAP)
    for row, label in zip(rows, labels, strict=True):
        axes.text(0, row, label, transform=place, va="center", ha=along, fontsize=SMALL)


def celled(
    labels: Sequence[str], heads: Sequence[str], height: float, *, upright: bool = False
) -> tuple[Figure, Axes]:
    """A sheet of cells 1 by 1: a row for each label from above, a column for each head."""
    figure, axes = canvas(height)
    axes.set(xlim=(0, len(heads)), ylim=(0, len(labels)))
    _write_rows(axes, [len(labels) - 0.5 - row for row in range(len(labels))], labels)
    columns = [column + 0.5 for column in range(len(heads))]
    axes.set_xticks(columns, heads, fontsize=SMALL, rotation=90 if upright else 0)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    lines = max((head.count("\n") + 1 for head in heads), default=1)
    above = widest(heads) * SMALL if upright else lines * LINE * 72
    free(axes, top=above + GAP, bottom=-GAP - LABEL)
    return figure, axes


def draw_cell(
    axes: Axes,
    place: tuple[int, int],
    colour: str,
    text: str = "",
    *,
    ink: str = "white",
    hatch: bool = False,
) -> None:
    """A cell with what is written on it; `place` is its column and its row from below."""
    column, row = place
    shape = Rectangle(
        (column + 0.02, row + 0.04), 0.96, 0.92, facecolor=colour, linewidth=0,
        edgecolor="#9a9a9a" if hatch else "none", hatch="////" if hatch else None,
    )  # fmt: skip
    axes.add_artist(shape)
    if text:
        axes.text(
            column + 0.5, row + 0.5, text,
            ha="center", va="center", fontsize=SMALL, color=ink,
        )  # fmt: skip


def beside(
    axes: Axes,
    text: str,
    point: tuple[float, float],
    shift: tuple[float, float] = (7, 0),
    **style: object,
) -> None:
    """Write `text` at a point of the axes, `shift` points of paper (east, north) from it."""
    style = {"va": "center", "fontsize": SMALL, **style}
    axes.annotate(text, point, shift, textcoords="offset points", **style)


_MARKS = {
    "●": {"marker": "o", "linestyle": ""},
    "○": {"marker": "o", "linestyle": "", "markerfacecolor": "white", "markeredgewidth": 1.8},
    "❘": {"marker": "|", "linestyle": "", "markersize": 11, "markeredgewidth": 1.6},
    "━": {"linewidth": 4},
    "■": {"marker": "s", "linestyle": "", "markersize": 8},
}


def key(axes: Axes, entries: Sequence[tuple[str, str, str]]) -> None:
    """What the marks mean, above the chart: each entry a mark (one of ●○❘━■), its colour, its text."""
    beside = 2.6  # ems of the mark with the gaps beside it
    whole = sum(ems(label) + beside for _, _, label in entries) * SMALL
    columns = len(entries) if whole < WIDTH * 72 else 2
    width, height = axes.figure.get_size_inches() * 72
    axes.figure.legend(
        handles=[
            Line2D([], [], color=colour, label=label, **_MARKS[mark])
            for mark, colour, label in entries
        ],
        loc="upper left",
        bbox_to_anchor=(EDGE / width, 1 - EDGE / height),
        ncols=columns,
        frameon=False,
        fontsize=SMALL,
        handlelength=1,
        handletextpad=0.5,
        columnspacing=1.1,
        borderaxespad=0,
        borderpad=0,
    )
    free(axes, top=-(-len(entries) // columns) * 1.5 * SMALL + GAP)


def step(labels: Iterable[str], *, least: float) -> float:
    """Inches from one row to the next, so that folded labels do not touch.

    >>> step(["one line"], least=0.22), step(["two\\nlines"], least=0.22)
    (0.22, 0.42)
    """
    lines = max(label.count("\n") + 1 for label in labels)
    return max(least, round(lines * LINE + 0.06, 2)) if lines > 1 else least


def spaced(heights: pd.Series, *, gap: float) -> pd.Series:
    """Label heights `gap` apart or more, each as near its own as that allows.

    Labels that would overlap are pooled and spread round their mean, as in isotonic regression.

    >>> spaced(pd.Series({"a": 1.0, "b": 1.2, "c": 9.0}), gap=1.0).round(1).to_dict()
    {'a': 0.6, 'b': 1.6, 'c': 9.0}
    """
    ordered = heights.sort_values(kind="stable")
    steps = pd.Series(range(len(ordered)), index=ordered.index) * gap
    pools: list[list[float]] = []
    for value in ordered - steps:
        pools.append([value])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    level = [_mean(pool) for pool in pools for _ in pool]
    return pd.Series(level, index=ordered.index) + steps


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
