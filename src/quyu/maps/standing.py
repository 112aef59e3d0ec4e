"""Charts of one unit: where it stands, how it moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.canvas import (
    LABEL,
    REST,
    RULE,
    SMALL,
    WIDTH,
    beside,
    canvas,
    key,
    rowed,
    step,
)
from quyu.maps.lettering import brief, ems, fold
from quyu.maps.palette import FOCUS, NATION, QUIET
from quyu.words import Words

_STRONG = {"fontsize": LABEL, "weight": "bold"}


def dots(frame: pd.DataFrame, *, name: str, group: str, colour: str, say: Words) -> Figure:
    """Where a unit stands on each row against its group and the nation.

    `frame` has one row per goal (its label) and the columns `unit`, `group`, `nation`, `low`, `high`
    in points; low and high are the nation's range, drawn as the ground line.
    """
    labels = [fold(label, width=11) for label in frame.index]
    pitch = step(labels, least=0.52)
    figure, axes, rows = rowed(labels, pitch=pitch, rest=0.7, below=0.7, above=0.3)
    ground = {"color": RULE, "linewidth": 5, "capstyle": "round", "zorder": 1}
    axes.hlines(rows, frame["low"], frame["high"], **ground)
    axes.scatter(frame["nation"], rows, marker="|", s=170, color=NATION, linewidths=1.6, zorder=2)
    ring = {"facecolor": "white", "edgecolor": colour, "linewidths": 1.8}
    axes.scatter(frame["group"], rows, s=46, zorder=3, **ring)
    axes.scatter(frame["unit"], rows, s=62, color=FOCUS, zorder=4)
    for row, value in zip(rows, frame["unit"], strict=True):
        if pd.notna(value):
            beside(
                axes, f"{value:.0f}", (value, row), (0, 7), ha="center", va="baseline", **_STRONG
            )
    axes.set_xlim(0, 104)
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    key(
        axes,
        [
            ("●", FOCUS, name),
            ("○", colour, say("standing.group_median", group=group)),
            ("❘", NATION, say("standing.national_median")),
            ("━", RULE, say("standing.national_range")),
        ],
    )
    return figure


def trend(
    index: pd.DataFrame,
    *,
    focus: list[str],
    tinted: list[str],
    colour: str,
    names: pd.Series,
    say: Words,
) -> Figure:
    """How a score moved: `index` has one row a year and one column a unit.

    The units of `focus` are drawn heavy with first and last value, `tinted` in the region's colour, the rest grey.
    """
    figure, axes = canvas(2.9)
    years = list(index.index)
    for unit in index.columns:
        shade, alpha = (colour, 0.55) if unit in tinted else (REST, 0.7)
        axes.plot(years, index[unit], color=shade, alpha=alpha, linewidth=1)
    for unit in focus:
        line = index[unit].dropna()
        axes.plot(line.index, line, color=FOCUS, linewidth=2.4, marker="o", markersize=4.5)
        first, last = line.iloc[0], line.iloc[-1]
        beside(axes, f"{first:.1f}", (line.index[0], first), (-7, 0), ha="right", **_STRONG)
        beside(axes, f"{last:.1f} {brief(names[unit])}", (line.index[-1], last), **_STRONG)
    axes.set_xticks(years)
    before = ems("99.9") * LABEL + 12  # points that the labels at either end need
    after = max(ems(f"99.9 {brief(names[unit])}") for unit in focus) * LABEL + 12
    point = (years[-1] - years[0]) / (WIDTH * 72 - 4 * LABEL - before - after)
    axes.set_xlim(years[0] - before * point, years[-1] + after * point)
    axes.yaxis.grid(True, color=RULE, linewidth=0.5)
    axes.set_ylabel(say("standing.index"), color=QUIET, fontsize=SMALL)
    return figure


def positions(frame: pd.DataFrame, *, colour: str, say: Words) -> Figure:
    """Each indicator's place in the nation: `frame` has a row per indicator, `rank`, `of`, `goal`, `evidence`.

    The line runs from the last place (left) to the first (right), so right is always better.
    """
    labels = [fold(label, width=15.2) for label in frame.index]
    pitch = step(labels, least=0.245)
    figure, axes, rows = rowed(labels, pitch=pitch, rest=0.75, below=0.8, above=0.2)
    share = 1 - (frame["rank"] - 1) / (frame["of"] - 1).clip(lower=1)
    axes.hlines(rows, 0, 1, color=RULE, linewidth=0.7)
    fills = [FOCUS if kind == "direct" else "white" for kind in frame["evidence"]]
    axes.scatter(share, rows, s=34, color=fills, edgecolor=FOCUS, linewidths=1.2, zorder=3)
    small = {"fontsize": SMALL, "annotation_clip": False}
    for row, rank in zip(rows, frame["rank"], strict=True):
        if pd.notna(rank):
            axes.annotate(f"{rank:.0f}", (1.04, row), va="center", **small)
    new = frame["goal"].ne(frame["goal"].shift()).to_numpy()[1:]
    axes.hlines(np.array(rows[1:])[new] + 0.5, -0.02, 1.1, color=colour, linewidth=0.8)
    axes.set_xlim(-0.02, 1.1)
    axes.set_xticks([0, 0.5, 1], [say(f"standing.{end}") for end in ("last", "middle", "first")])
    top = (1.1, len(frame) - 0.35)
    axes.annotate(say("standing.rank"), top, ha="right", color=QUIET, **small)
    key(axes, [("●", FOCUS, say("standing.direct")), ("○", FOCUS, say("standing.proxy"))])
    return figure
