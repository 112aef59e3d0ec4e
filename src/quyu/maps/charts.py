"""The charts of reports and notebooks, drawn from plain frames: of many units, then of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.canvas import (
    DASHED,
    LABEL,
    REST,
    RULE,
    SMALL,
    WIDTH,
    apart,
    beside,
    canvas,
    cell,
    celled,
    key,
    rowed,
    step,
)
from quyu.maps.lettering import brief, ems, fold
from quyu.maps.palette import FOCUS, NATION, NO_DATA, QUIET, REGION, Classes
from quyu.words import Words

STRATEGY = ("東部", "中西部", "東北")


def spread(frame: pd.DataFrame, *, colour: str, region: str, say: Words) -> Figure:
    """How far a region's members lie apart: one row per goal, one column per member, plus `nation`."""
    members = frame.drop(columns="nation")
    room = {"least": 0.55, "rest": 0.7, "below": 0.7, "above": 0.3}
    figure, axes, rows = rowed(frame.index, width=11, **room)
    low, high = members.min(axis=1), members.max(axis=1)
    axes.hlines(rows, low, high, color=colour, linewidth=1.2, alpha=0.6)
    for unit in members:
        axes.scatter(members[unit], rows, s=30, color=colour, alpha=0.45, linewidths=0)
    ring = {"facecolor": "white", "edgecolor": colour, "linewidths": 2}
    axes.scatter(members.median(axis=1), rows, s=64, zorder=3, **ring)
    axes.scatter(frame["nation"], rows, marker="|", s=190, color=NATION, linewidths=1.8, zorder=2)
    axes.set_xlim(0, 104)
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    key(
        axes,
        [
            ("●", colour, say("comparison.members", region=region)),
            ("○", colour, say("comparison.region_median", region=region)),
            ("❘", NATION, say("comparison.national_median")),
        ],
    )
    return figure


def slope(frame: pd.DataFrame, *, years: tuple[int, int], groups: pd.Series, say: Words) -> Figure:
    """Who rose against whom: `frame` holds each member's (its short name's) score in the two years.

    `groups` gives each member's zone, which colours its line; labels that would overlap are moved
    apart and tied to their points.
    """
    first, last = years
    height = max(2.6, 0.27 * len(frame) + 0.9)
    figure, axes = canvas(height)
    low, high = frame.min().min(), frame.max().max()
    gap = 0.2 * (high - low) / (height - 0.9)  # a line of text, in points of the score
    for side, year, way in ((0, first, -1), (1, last, 1)):
        for name, label in apart(frame[year].dropna(), gap=gap).items():
            score = frame.loc[name, year]
            text = f"{score:.1f} {brief(name)}" if side else f"{brief(name)} {score:.1f}"
            tie = [side + way * 0.02, side + way * 0.09]
            axes.plot(tie, [score, label], color=REST, linewidth=0.7)
            ends = {"ha": "left" if side else "right", "va": "center", "fontsize": SMALL}
            axes.annotate(text, (side + way * 0.11, label), **ends)
    for name, row in frame.iterrows():
        line = {"color": REGION[groups[name]], "linewidth": 1.5, "marker": "o", "markersize": 4}
        axes.plot([0, 1], [row[first], row[last]], **line)
    text, sheet = max(ems(f"99.9 {brief(name)}") for name in frame.index) * SMALL, WIDTH * 72 - 10
    side = (text + 0.11 * sheet) / (sheet - 2 * text)  # leaves a label its room beside 0.11
    axes.set_xlim(-side, 1 + side)
    axes.margins(y=0.06)
    axes.set_xticks([0, 1], [str(first), str(last)])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    key(axes, [("━", REGION[group], say(f"area.{group}")) for group in dict.fromkeys(groups)])
    return figure


def ranking(index: pd.Series, *, colours: pd.Series, names: pd.Series, say: Words) -> Figure:
    """The order of all units with their scores: a dot each, coloured by region, best on top."""
    ordered = index.dropna().sort_values(kind="stable")
    figure, axes, rows = _ordered(ordered.index, names, say, least=0.22, rest=0.6)
    axes.hlines(rows, 0, ordered, color=RULE, linewidth=0.8)
    axes.scatter(ordered, rows, s=36, color=[colours[unit] for unit in ordered.index], zorder=3)
    for row, value in zip(rows, ordered, strict=True):
        beside(axes, f"{value:.1f}", (value, row))
    axes.set_xlim(0, ordered.max() * 1.1)
    return figure


def intervals(frame: pd.DataFrame, *, colours: pd.Series, names: pd.Series, say: Words) -> Figure:
    """Ranks with their doubt: `frame` has nominal, low and high; the dot is the stated method's."""
    known = frame.dropna(subset=["nominal"])
    ordered = known.sort_values("nominal", ascending=False, kind="stable")
    figure, axes, rows = _ordered(ordered.index, names, say, least=0.225, rest=0.7)
    tints = [colours[unit] for unit in ordered.index]
    axes.hlines(rows, ordered["low"], ordered["high"], color=tints, linewidth=1.6, alpha=0.75)
    axes.scatter(ordered["nominal"], rows, s=30, color=tints, zorder=3)
    axes.set_xticks([1, *range(5, len(ordered) + 1, 5)])
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    return figure


def _ordered(units: pd.Index, names: pd.Series, say: Words, *, least: float, rest: float):
    """A sheet with a row for each unit, the first at the bottom, and the key of the three regions."""
    labels = [brief(names[unit]) for unit in units]
    sheet = rowed(labels, least=least, rest=rest, below=0.8, above=0.2, upward=True)
    key(sheet[1], [("●", REGION[region], say(f"area.{region}")) for region in STRATEGY])
    return sheet


def shares(values: pd.Series, *, limit: float, say: Words) -> Figure:
    """How much of the index's variance each goal carries, with the limit no goal should pass."""
    room = {"least": 0.36, "rest": 0.6, "below": 0.6, "above": 0.1}
    figure, axes, rows = rowed(values.index, width=11, **room)
    axes.barh(rows, values, height=0.6, color=NATION)
    for row, value in zip(rows, values, strict=True):
        beside(axes, f"{value:.0%}", (value, row), (5, 0))
    warning = REGION["中西部"]
    axes.axvline(limit, color=warning, linewidth=1.2, linestyle=DASHED)
    text, top = say("comparison.limit", limit=limit), rows[0] + 0.55
    beside(axes, text, (limit, top), (4, 0), color=warning, va="baseline")
    axes.set_xlim(0, max(limit, values.max()) * 1.18)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return figure


def heat(
    frame: pd.DataFrame, *, breaks: Mapping[str, Sequence[float]], palette: Sequence[str]
) -> Figure:
    """All units by all goals, darker is better: rows in the order given, classes fixed by `breaks` per column."""
    room = (WIDTH * 72 / SMALL - max(map(ems, frame.index)) - 2) / frame.shape[1]
    heads = [fold(goal, width=room) for goal in frame.columns]
    # A word wider than its column cannot be folded: then all heads stand upright.
    upright = max(ems(line) for head in heads for line in head.split("\n")) > room
    heads = [fold(goal, width=12) for goal in frame.columns] if upright else heads
    names = [brief(name) for name in frame.index]
    height = 0.225 * len(frame) + (2 if upright else 0.9)
    figure, axes = celled(names, heads, height, upright=upright)
    for column, goal in enumerate(frame.columns):
        shades = Classes(tuple(breaks[goal]), tuple(palette)).colour(frame[goal])
        for row, (value, shade) in enumerate(zip(frame[goal], shades, strict=True)):
            place = (column, len(frame) - 1 - row)
            if pd.isna(value):
                cell(axes, place, NO_DATA, hatch=True)
            else:
                ink = "white" if shade in palette[3:] else FOCUS
                cell(axes, place, shade, f"{value:.0f}", ink=ink)
    return figure


def completeness(counts: pd.DataFrame, *, full: int) -> Figure:
    """How complete a table is: a tile per row and year, dark where all `full` units are there."""
    labels = [fold(name, width=16) for name in counts.index]
    years = [f"{year % 100:02d}" for year in counts.columns]
    figure, axes = celled(labels, years, step(labels, least=0.24) * len(counts) + 0.8)
    for column, year in enumerate(counts.columns):
        for row, seen in enumerate(counts[year]):
            colour = NATION if seen == full else REGION["東部"] if seen else NO_DATA
            shown = str(seen) if 0 < seen < full else ""
            cell(axes, (column, len(counts) - 1 - row), colour, shown, hatch=not seen)
    return figure


def curves(
    frame: pd.DataFrame,
    *,
    colours: Mapping[str, str],
    label: str,
    zero: bool = False,
    room: float = 2.6,
    reference: float | None = None,
) -> Figure:
    """Draw each column of `frame` (indexed by year) as a line named by its column.

    `colours` gives each column's colour, `label` what the height measures. `zero` starts the axis
    there; `reference` is a height worth a thin line; `room` is the space for names, in years.
    """
    figure, axes = canvas(3.1)
    ends = {}
    for name in frame.columns:
        line = frame[name].dropna()
        axes.plot(line.index, line, color=colours[name], linewidth=2, marker="o", markersize=3.5)
        ends[name] = line.iloc[-1]
    low, high = float(frame.min().min()), float(frame.max().max())
    low = min(0.0, low) if zero else low
    span = (high - low) or 1.0
    last = frame.index[-1]
    for name, height in apart(pd.Series(ends), gap=0.085 * span).items():
        axes.annotate(
            name, (last + 0.2, height), va="center", fontsize=10.5, color=colours[name],
            weight="bold", annotation_clip=False,
        )  # fmt: skip
    if reference is not None:
        axes.axhline(reference, color=QUIET, linewidth=0.8, linestyle=DASHED)
    axes.set_ylim(low - (0 if zero else 0.06 * span), high + 0.08 * span)
    axes.set_xlim(frame.index[0] - 0.3, last + room * len(frame) / 9)
    # Ten years side by side would touch.
    axes.set_xticks(list(frame.index)[:: 1 if len(frame) < 8 else 2])
    axes.spines["bottom"].set_bounds(frame.index[0], last)
    axes.yaxis.grid(True, color=RULE, linewidth=0.5)
    axes.set_ylabel(label, color=QUIET)
    return figure


_STRONG = {"fontsize": LABEL, "weight": "bold"}


def dots(frame: pd.DataFrame, *, name: str, group: str, colour: str, say: Words) -> Figure:
    """Where a unit stands on each row against its group and the nation.

    `frame` has one row per goal (its label) and the columns `unit`, `group`, `nation`, `low`, `high`
    in points; low and high are the nation's range, drawn as the ground line.
    """
    room = {"least": 0.52, "rest": 0.7, "below": 0.7, "above": 0.3}
    figure, axes, rows = rowed(frame.index, width=11, **room)
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
    """Each indicator's place in the nation: `frame` has a row per indicator, `rank`, `place`, `of`, `goal`, `evidence`.

    The line runs from the last place (left) to the first (right), so right is always better.
    """
    room = {"least": 0.245, "rest": 0.75, "below": 0.8, "above": 0.2}
    figure, axes, rows = rowed(frame.index, width=15.2, **room)
    share = 1 - (frame["rank"] - 1) / (frame["of"] - 1).clip(lower=1)
    axes.hlines(rows, 0, 1, color=RULE, linewidth=0.7)
    fills = [FOCUS if kind == "direct" else "white" for kind in frame["evidence"]]
    axes.scatter(share, rows, s=34, color=fills, edgecolor=FOCUS, linewidths=1.2, zorder=3)
    small = {"fontsize": SMALL, "annotation_clip": False}
    for row, place in zip(rows, frame["place"], strict=True):
        axes.annotate(place, (1.04, row), va="center", **small)
    new = frame["goal"].ne(frame["goal"].shift()).to_numpy()[1:]
    axes.hlines(np.array(rows[1:])[new] + 0.5, -0.02, 1.1, color=colour, linewidth=0.8)
    axes.set_xlim(-0.02, 1.1)
    axes.set_xticks([0, 0.5, 1], [say(f"standing.{end}") for end in ("last", "middle", "first")])
    top = (1.1, len(frame) - 0.35)
    axes.annotate(say("standing.rank"), top, ha="right", color=QUIET, **small)
    key(axes, [("●", FOCUS, say("standing.direct")), ("○", FOCUS, say("standing.proxy"))])
    return figure
