"""The charts of the reports, each one question answered with dots, lines and direct labels."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps.fonts import use_cjk
from quyu.maps.palette import FOCUS, NATION, QUIET, REGION

WIDTH = 5.8  # inches: at 100 px an inch this stays legible when a phone shrinks it to 358 px
STRATEGY = ("東部", "中西部", "東北")
REST, RULE = "#c9c9c6", "#d5d5d2"


def dots(frame: pd.DataFrame, *, name: str, group: str, colour: str) -> Figure:
    """Where a unit stands on each row against its group and the nation.

    `frame` has one row per goal (its label) and the columns `unit`, `group`, `nation`, `low`, `high`
    in points; low and high are the nation's range, drawn as the ground line.
    """
    figure, axes = _canvas(0.52 * len(frame) + 0.7)
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
    _key(
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
    figure, axes = _canvas(2.9)
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
    figure, axes = _canvas(0.235 * len(frame) + 0.75)
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
    _key(axes, [("●", FOCUS, "直接證據"), ("○", FOCUS, "代理指標")])
    return figure


def spread(frame: pd.DataFrame, *, colour: str, region: str) -> Figure:
    """How far a region's members lie apart: one row per goal, one column per member, plus `nation`."""
    members = frame.drop(columns="nation")
    figure, axes = _canvas(0.55 * len(frame) + 0.7)
    rows = list(range(len(frame)))[::-1]
    axes.hlines(
        rows, members.min(axis=1), members.max(axis=1), color=colour, linewidth=1.2, alpha=0.6
    )
    for unit in members:
        axes.scatter(members[unit], rows, s=30, color=colour, alpha=0.45, linewidths=0)
    axes.scatter(
        members.median(axis=1),
        rows,
        s=64,
        facecolor="white",
        edgecolor=colour,
        linewidths=2,
        zorder=3,
    )
    axes.scatter(frame["nation"], rows, marker="|", s=190, color=NATION, linewidths=1.8, zorder=2)
    axes.set_yticks(rows, frame.index)
    axes.set_ylim(-0.7, len(frame) - 0.3)
    axes.set_xlim(0, 104)
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    _key(
        axes,
        [("●", colour, f"{region}各省"), ("○", colour, f"{region}中位"), ("❘", NATION, "全國中位")],
    )
    return figure


def slope(frame: pd.DataFrame, *, years: tuple[int, int], groups: pd.Series) -> Figure:
    """Who rose against whom: `frame` holds each member's (its short name's) score in the two years.

    `groups` gives each member's zone, which colours its line; labels that would overlap are moved
    apart and tied to their points.
    """
    first, last = years
    height = max(2.6, 0.27 * len(frame) + 0.9)
    figure, axes = _canvas(height)
    low, high = frame.min().min(), frame.max().max()
    gap = 0.19 * (high - low) / (height - 0.9)  # a line of text, in points of the score
    for side, year, way in ((0, first, -1), (1, last, 1)):
        for name, label in _apart(frame[year].dropna(), gap=gap).items():
            score = frame.loc[name, year]
            text = f"{score:.1f} {name}" if side else f"{name} {score:.1f}"
            axes.plot(
                [side + way * 0.02, side + way * 0.09], [score, label], color=REST, linewidth=0.7
            )
            ends = {"ha": "left" if side else "right", "va": "center", "fontsize": 10}
            axes.annotate(text, (side + way * 0.11, label), **ends)
    for name, row in frame.iterrows():
        colour = REGION[groups[name]]
        axes.plot(
            [0, 1], [row[first], row[last]], color=colour, linewidth=1.5, marker="o", markersize=4
        )
    axes.set_xlim(-0.6, 1.6)
    axes.margins(y=0.06)
    axes.set_xticks([0, 1], [str(first), str(last)])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _key(axes, [("━", REGION[group], group) for group in dict.fromkeys(groups)])
    return figure


def ranking(index: pd.Series, *, colours: pd.Series, names: pd.Series) -> Figure:
    """The order of all units with their scores: a dot each, coloured by region, best on top."""
    ordered = index.dropna().sort_values()
    figure, axes = _canvas(0.215 * len(ordered) + 0.6)
    rows = range(len(ordered))
    axes.hlines(rows, 0, ordered, color=RULE, linewidth=0.8)
    axes.scatter(ordered, rows, s=36, color=[colours[unit] for unit in ordered.index], zorder=3)
    for row, value in zip(rows, ordered, strict=True):
        axes.annotate(
            f"{value:.1f}",
            (value, row),
            (7, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
        )
    axes.set_yticks(list(rows), [names[unit] for unit in ordered.index], fontsize=10)
    axes.set_ylim(-0.8, len(ordered) - 0.2)
    axes.set_xlim(0, ordered.max() * 1.1)
    _key(axes, [("●", colour, region) for region, colour in REGION.items() if region in STRATEGY])
    return figure


def heat(frame: pd.DataFrame, *, breaks: dict[str, list[float]], palette: list[str]) -> Figure:
    """All units by all goals, darker is better: rows in the order given, classes fixed by `breaks` per column."""
    figure, axes = _canvas(0.225 * len(frame) + 0.9)
    for column, goal in enumerate(frame.columns):
        for row, value in enumerate(frame[goal]):
            level = None if pd.isna(value) else sum(value >= edge for edge in breaks[goal])
            axes.add_patch(
                _tile(
                    column,
                    len(frame) - 1 - row,
                    palette[level] if level is not None else "#ececec",
                    hatch=level is None,
                )
            )
            if level is not None:
                axes.annotate(
                    f"{value:.0f}",
                    (column + 0.5, len(frame) - 0.5 - row),
                    ha="center",
                    va="center",
                    fontsize=9.5,
                    color="white" if level >= 3 else FOCUS,
                )
    axes.set_xlim(0, frame.shape[1])
    axes.set_ylim(0, len(frame))
    axes.set_yticks([len(frame) - 0.5 - i for i in range(len(frame))], frame.index, fontsize=10)
    axes.set_xticks([i + 0.5 for i in range(frame.shape[1])], frame.columns, fontsize=9.5)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    return figure


def shares(values: pd.Series, *, limit: float) -> Figure:
    """How much of the index's variance each goal carries, with the limit no goal should pass."""
    figure, axes = _canvas(0.36 * len(values) + 0.6)
    rows = list(range(len(values)))[::-1]
    axes.barh(rows, values, height=0.6, color=NATION)
    for row, value in zip(rows, values, strict=True):
        axes.annotate(f"{value:.0%}", (value, row), (5, 0), textcoords="offset points", va="center")
    axes.axvline(limit, color=REGION["中西部"], linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        f"上限 {limit:.0%}",
        (limit, rows[0] + 0.55),
        (4, 0),
        textcoords="offset points",
        color=REGION["中西部"],
        fontsize=10,
    )
    axes.set_yticks(rows, values.index)
    axes.set_ylim(-0.6, len(values) - 0.1)
    axes.set_xlim(0, max(limit, values.max()) * 1.18)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return figure


def tiles(counts: pd.DataFrame, *, full: int) -> Figure:
    """How complete a table is: a tile per row and year, dark where all `full` units are there."""
    figure, axes = _canvas(0.2 * len(counts) + 0.8)
    top = len(counts) - 1
    for column, year in enumerate(counts.columns):
        for row, seen in enumerate(counts[year]):
            colour = NATION if seen == full else REGION["東部"] if seen else "#ececec"
            axes.add_patch(_tile(column, top - row, colour, hatch=not seen))
            if 0 < seen < full:
                axes.annotate(
                    str(seen),
                    (column + 0.5, top - row + 0.5),
                    ha="center",
                    va="center",
                    fontsize=8,
                    color="white",
                )
    axes.set_xlim(0, counts.shape[1])
    axes.set_ylim(0, len(counts))
    axes.set_yticks([top - i + 0.5 for i in range(len(counts))], counts.index, fontsize=9)
    axes.set_xticks(
        [i + 0.5 for i in range(counts.shape[1])],
        [f"{year % 100:02d}" for year in counts.columns],
        fontsize=9,
    )
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    return figure


def _canvas(height: float) -> tuple[Figure, Axes]:
    use_cjk()
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(RULE)
    axes.tick_params(length=0, labelsize=10.5)
    axes.set_axisbelow(True)
    return figure, axes


def _key(axes: Axes, entries: list[tuple[str, str, str]]) -> None:
    from matplotlib.lines import Line2D

    shapes = {
        "●": {"marker": "o", "linestyle": ""},
        "○": {"marker": "o", "linestyle": "", "markerfacecolor": "white", "markeredgewidth": 1.8},
        "❘": {"marker": "|", "linestyle": "", "markersize": 11, "markeredgewidth": 1.6},
        "━": {"linewidth": 4},
    }
    handles = [
        Line2D([], [], color=colour, label=label, **shapes[shape])
        for shape, colour, label in entries
    ]
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(handles),
        frameon=False,
        fontsize=10,
        handletextpad=0.4,
        columnspacing=1.2,
        borderaxespad=0.2,
    )


def _tile(column: float, row: float, colour: str, *, hatch: bool):
    from matplotlib.patches import Rectangle

    return Rectangle(
        (column + 0.02, row + 0.04),
        0.96,
        0.92,
        facecolor=colour,
        edgecolor="#9a9a9a" if hatch else "none",
        linewidth=0,
        hatch="////" if hatch else None,
    )


def _apart(heights: pd.Series, *, gap: float) -> pd.Series:
    """Label heights `gap` apart or more, each as near its own as that allows.

    Labels that would overlap are pooled and spread round their mean, as in isotonic regression.

    >>> _apart(pd.Series({"a": 1.0, "b": 1.2, "c": 9.0}), gap=1.0).round(1).to_dict()
    {'a': 0.6, 'b': 1.6, 'c': 9.0}
    """
    ordered = heights.sort_values()
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
