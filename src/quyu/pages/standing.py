"""Charts of one unit: where it stands, how it moved."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.lettering import brief
from quyu.maps.palette import FOCUS, NATION, QUIET
from quyu.pages.canvas import LABEL, REST, RULE, SMALL, WIDTH, canvas, ems, fold, key, step
from quyu.words import Words


def dots(frame: pd.DataFrame, *, name: str, group: str, colour: str, say: Words) -> Figure:
    """Where a unit stands on each row against its group and the nation.

    `frame` has one row per goal (its label) and the columns `unit`, `group`, `nation`, `low`, `high`
    in points; low and high are the nation's range, drawn as the ground line.
    """
    labels = [fold(label, width=11) for label in frame.index]
    figure, axes = canvas(step(labels, least=0.52) * len(frame) + 0.7)
    rows = range(len(frame))[::-1]
    axes.hlines(
        rows, frame["low"], frame["high"], color=RULE, linewidth=5, capstyle="round", zorder=1
    )
    axes.scatter(frame["nation"], rows, marker="|", s=170, color=NATION, linewidths=1.6, zorder=2)
    axes.scatter(
        frame["group"], rows, s=46, facecolor="white", edgecolor=colour, linewidths=1.8, zorder=3
    )
    axes.scatter(frame["unit"], rows, s=62, color=FOCUS, zorder=4)
    for row, value in zip(rows, frame["unit"], strict=True):
        if pd.notna(value):
            axes.annotate(
                f"{value:.0f}",
                (value, row),
                (0, 7),
                textcoords="offset points",
                ha="center",
                fontsize=LABEL,
                weight="bold",
            )
    axes.set_yticks(list(rows), labels, fontsize=SMALL)
    axes.set_ylim(-0.7, len(frame) - 0.3)
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
        axes.plot(
            years,
            index[unit],
            color=colour if unit in tinted else REST,
            alpha=0.55 if unit in tinted else 0.7,
            linewidth=1,
        )
    for unit in focus:
        line = index[unit].dropna()
        axes.plot(line.index, line, color=FOCUS, linewidth=2.4, marker="o", markersize=4.5)
        axes.annotate(
            f"{line.iloc[0]:.1f}",
            (line.index[0], line.iloc[0]),
            (-7, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=LABEL,
            weight="bold",
        )
        axes.annotate(
            f"{line.iloc[-1]:.1f} {brief(names[unit])}",
            (line.index[-1], line.iloc[-1]),
            (7, 0),
            textcoords="offset points",
            va="center",
            fontsize=LABEL,
            weight="bold",
        )
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
    figure, axes = canvas(step(labels, least=0.245) * len(frame) + 0.75)
    rows = list(range(len(frame)))[::-1]
    share = 1 - (frame["rank"] - 1) / (frame["of"] - 1).clip(lower=1)
    axes.hlines(rows, 0, 1, color=RULE, linewidth=0.7)
    axes.scatter(
        share,
        rows,
        s=34,
        color=[FOCUS if kind == "direct" else "white" for kind in frame["evidence"]],
        edgecolor=FOCUS,
        linewidths=1.2,
        zorder=3,
    )
    for row, (place, rank) in enumerate(zip(share, frame["rank"], strict=True)):
        if pd.notna(place):
            axes.annotate(
                f"{rank:.0f}", (1.04, rows[row]), va="center", fontsize=SMALL, annotation_clip=False
            )
    axes.set_yticks(rows, labels, fontsize=SMALL)
    starts = [i for i in range(1, len(frame)) if frame["goal"].iloc[i] != frame["goal"].iloc[i - 1]]
    axes.hlines([rows[i] + 0.5 for i in starts], -0.02, 1.1, color=colour, linewidth=0.8)
    axes.set_xlim(-0.02, 1.1)
    axes.set_ylim(-0.8, len(frame) - 0.2)
    ends = [say(f"standing.{end}") for end in ("last", "middle", "first")]
    axes.set_xticks([0, 0.5, 1], ends)
    axes.annotate(
        say("standing.rank"),
        (1.1, len(frame) - 0.35),
        ha="right",
        fontsize=SMALL,
        color=QUIET,
        annotation_clip=False,
    )
    key(axes, [("●", FOCUS, say("standing.direct")), ("○", FOCUS, say("standing.proxy"))])
    return figure
