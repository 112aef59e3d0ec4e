"""Charts of one unit: where it stands, how it moved."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.palette import FOCUS, NATION, QUIET
from quyu.reports.canvas import REST, RULE, canvas, key


def dots(frame: pd.DataFrame, *, name: str, group: str, colour: str) -> Figure:
    """Where a unit stands on each row against its group and the nation.

    `frame` has one row per goal (its label) and the columns `unit`, `group`, `nation`, `low`, `high`
    in points; low and high are the nation's range, drawn as the ground line.
    """
    figure, axes = canvas(0.52 * len(frame) + 0.7)
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
                fontsize=10.5,
                weight="bold",
            )
    axes.set_yticks(list(rows), frame.index)
    axes.set_ylim(-0.7, len(frame) - 0.3)
    axes.set_xlim(0, 104)
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    key(
        axes,
        [
            ("●", FOCUS, name),
            ("○", colour, f"{group}中位"),
            ("❘", NATION, "全國中位"),
            ("━", RULE, "全國範圍"),
        ],
    )
    return figure


def trend(
    index: pd.DataFrame, *, focus: list[str], tinted: list[str], colour: str, names: pd.Series
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
            weight="bold",
        )
        axes.annotate(
            f"{line.iloc[-1]:.1f} {names[unit]}",
            (line.index[-1], line.iloc[-1]),
            (7, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
        )
    axes.set_xticks(years)
    axes.set_xlim(years[0] - 0.45, years[-1] + 0.95)
    axes.yaxis.grid(True, color=RULE, linewidth=0.5)
    axes.set_ylabel("指數（1–100）", color=QUIET)
    return figure


def positions(frame: pd.DataFrame, *, colour: str) -> Figure:
    """Each indicator's place in the nation: `frame` has a row per indicator, `rank`, `of`, `goal`.

    The line runs from the last place (left) to the first (right), so right is always better.
    """
    figure, axes = canvas(0.235 * len(frame) + 0.75)
    rows = list(range(len(frame)))[::-1]
    share = 1 - (frame["rank"] - 1) / (frame["of"] - 1).clip(lower=1)
    axes.hlines(rows, 0, 1, color=RULE, linewidth=0.7)
    axes.scatter(
        share,
        rows,
        s=34,
        color=[FOCUS if direct else "white" for direct in frame["direct"]],
        edgecolor=FOCUS,
        linewidths=1.2,
        zorder=3,
    )
    for row, (place, rank) in enumerate(zip(share, frame["rank"], strict=True)):
        if pd.notna(place):
            axes.annotate(
                f"{rank:.0f}", (1.02, rows[row]), va="center", fontsize=9.5, annotation_clip=False
            )
    axes.set_yticks(rows, frame.index, fontsize=9.5)
    starts = [i for i in range(1, len(frame)) if frame["goal"].iloc[i] != frame["goal"].iloc[i - 1]]
    axes.hlines([rows[i] + 0.5 for i in starts], -0.02, 1.06, color=colour, linewidth=0.8)
    axes.set_xlim(-0.02, 1.06)
    axes.set_ylim(-0.8, len(frame) - 0.2)
    axes.set_xticks([0, 0.5, 1], ["末位", "中位", "首位"])
    axes.annotate(
        "位次", (1.02, len(frame) - 0.35), fontsize=9.5, color=QUIET, annotation_clip=False
    )
    key(axes, [("●", FOCUS, "直接證據"), ("○", FOCUS, "代理指標")])
    return figure
