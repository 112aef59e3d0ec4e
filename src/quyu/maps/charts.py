"""The charts of reports and notebooks, drawn from plain frames: of many units, then of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from quyu.maps.canvas import (
    DASHED,
    GAP,
    LABEL,
    LINE,
    REST,
    RULE,
    SMALL,
    WIDTH,
    beside,
    canvas,
    celled,
    draw_cell,
    free,
    free_right,
    key,
    numbered,
    rowed,
    spaced,
    step,
)
from quyu.maps.lettering import brief, ems, fold_label, widest
from quyu.maps.palette import FOCUS, INK, NATION, NO_DATA, QUIET, REGION, Classes, ink
from quyu.words import Words


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


def slope(
    frame: pd.DataFrame,
    *,
    years: tuple[int, int],
    groups: pd.Series,
    colours: Mapping[str, str],
    nation: tuple[float, float],
    say: Words,
) -> Figure:
    """Who rose against whom: `frame` holds each member's (its short name's) score in the two years.

    `groups` gives each member's zone, whose line is in its colour of `colours`; `nation` are the median's
    two scores, a dashed line by name. Labels that would overlap are moved apart and tied to their points.
    """
    first, last = years
    median = say("comparison.national_median")
    frame = pd.concat([frame, pd.DataFrame([nation], index=[median], columns=[*years])])
    height = max(2.6, 0.27 * len(frame) + 0.9)
    figure, axes = canvas(height)
    low, high = frame.min().min(), frame.max().max()
    gap = 0.2 * (high - low) / (height - 0.9)  # a line of text, in points of the score
    for side, year, way in ((0, first, -1), (1, last, 1)):
        for name, label in spaced(frame[year].dropna(), gap=gap).items():
            score = frame.loc[name, year]
            text = f"{score:.1f} {brief(name)}" if side else f"{brief(name)} {score:.1f}"
            tie = [side + way * 0.02, side + way * 0.09]
            axes.plot(tie, [score, label], color=REST, linewidth=0.7)
            ends = {"ha": "left" if side else "right", "va": "center", "fontsize": SMALL}
            axes.annotate(text, (side + way * 0.11, label), **ends)
    for name, row in frame.iterrows():
        line = {"linewidth": 1.5, "marker": "o", "markersize": 4}
        own = (
            {"color": NATION, "linestyle": DASHED}
            if name == median
            else {"color": colours[groups[name]]}
        )
        axes.plot([0, 1], [row[first], row[last]], **line, **own)
    text, sheet = max(ems(f"99.9 {brief(name)}") for name in frame.index) * SMALL, WIDTH * 72 - 10
    side = (text + 0.11 * sheet) / (sheet - 2 * text)  # leaves a label its room beside 0.11
    axes.set_xlim(-side, 1 + side)
    axes.margins(y=0.06)
    axes.set_xticks([0, 1], [str(first), str(last)])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    there = dict.fromkeys(groups)
    key(axes, [("━", colours[each], say.texts.get(f"area.{each}", each)) for each in there])
    return figure


def ranking(
    index: pd.Series,
    *,
    colours: pd.Series,
    names: pd.Series,
    marks: Mapping[str, str],
    decimals: int = 1,
) -> Figure:
    """The order of all units with their scores: a dot each, coloured by region, best on top."""
    ordered = index.dropna().sort_values(kind="stable")
    figure, axes, rows = _ordered(ordered.index, names, marks, least=0.22, rest=0.6)
    axes.hlines(rows, 0, ordered, color=RULE, linewidth=0.8)
    axes.scatter(ordered, rows, s=36, color=[colours[unit] for unit in ordered.index], zorder=3)
    for row, value in zip(rows, ordered, strict=True):
        beside(axes, f"{value:.{decimals}f}", (value, row))
    axes.set_xlim(0, ordered.max() * 1.1)
    free_right(axes, [(ordered.max(), 7 + widest(["99.9"]) * SMALL)])
    return figure


def intervals(
    frame: pd.DataFrame, *, colours: pd.Series, names: pd.Series, marks: Mapping[str, str]
) -> Figure:
    """Ranks with their doubt: `frame` has nominal, low and high; the dot is the stated method's."""
    known = frame.dropna(subset=["nominal"])
    ordered = known.sort_values("nominal", ascending=False, kind="stable")
    figure, axes, rows = _ordered(ordered.index, names, marks, least=0.225, rest=0.7)
    tints = [colours[unit] for unit in ordered.index]
    axes.hlines(rows, ordered["low"], ordered["high"], color=tints, linewidth=1.6, alpha=0.75)
    axes.scatter(ordered["nominal"], rows, s=30, color=tints, zorder=3)
    axes.set_xticks([1, *range(5, len(ordered) + 1, 5)])
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    return figure


def _ordered(
    units: pd.Index, names: pd.Series, marks: Mapping[str, str], *, least: float, rest: float
):
    """A sheet with a row for each unit, the first at the bottom; `marks` are the key's colours by name."""
    labels = [brief(names[unit]) for unit in units]
    sheet = rowed(labels, least=least, rest=rest, below=0.8, above=0.2, upward=True)
    key(sheet[1], [("●", colour, name) for name, colour in marks.items()])
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
    ends = [(values.max(), 5, "99%"), (limit, 4, text)]
    free_right(axes, [(end, gap + widest([told]) * SMALL) for end, gap, told in ends])
    free(axes, bottom=-LABEL)  # it has no numbers
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return figure


def blank(text: str) -> Figure:
    """A sentence in place of a chart."""
    figure, axes = canvas(0.5)
    axes.set_axis_off()
    axes.text(0, 0.5, text, color=QUIET, fontsize=SMALL, va="center")
    return figure


def rows(frame: pd.DataFrame, *, colours: Mapping[str, str], say: Words, label: str = "") -> Figure:
    """A dot a column in a row for each label, tied by a line; where it is one column, with its values.

    `label` is what the columns measure, where it is none of their names.
    """
    room = {"least": 0.225, "rest": 1.0, "below": 0.8, "above": 0.2}
    figure, axes, places = rowed(map(str, frame.index), width=15.2, **room)
    low, high = frame.min(axis=1), frame.max(axis=1)
    alone = frame.shape[1] == 1
    axes.hlines(places, np.minimum(low, 0) if alone else low, np.maximum(high, 0) if alone else high,
                color=RULE, linewidth=1.2)  # fmt: skip
    for name in frame:
        axes.scatter(frame[name], places, s=32, color=colours[name], alpha=0.9, zorder=3)
    if alone:
        texts = [say.significant(value) if pd.notna(value) else "" for value in frame.iloc[:, 0]]
        ends = [end if pd.notna(end) else 0 for end in np.maximum(high, 0)]
        for place, text, end in zip(places, texts, ends, strict=True):
            beside(axes, text, (end, place))
        free_right(axes, [(max(ends), 7 + widest(texts) * SMALL)])
    key(axes, [("●", colours[name], name) for name in frame])
    axes.set_xlabel("" if alone else label, color=QUIET, fontsize=SMALL, labelpad=GAP)
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    return figure


def heat(
    frame: pd.DataFrame,
    *,
    classes: Mapping[str, Classes],
    write: Callable[[float], str] = "{:.0f}".format,
) -> Figure:
    """All units by all goals or other columns: rows in the order given, each column in its classes."""
    room = (WIDTH * 72 / SMALL - max(map(ems, frame.index)) - 2) / frame.shape[1]
    heads = [fold_label(goal, width=room) for goal in frame.columns]
    # A word wider than its column cannot be folded: then all heads stand upright.
    upright = max(ems(line) for head in heads for line in head.split("\n")) > room
    heads = [fold_label(goal, width=12) for goal in frame.columns] if upright else heads
    names = [brief(name) for name in frame.index]
    height = 0.225 * len(frame) + (2 if upright else 0.9)
    figure, axes = celled(names, heads, height, upright=upright)
    for column, goal in enumerate(frame.columns):
        shades = classes[goal].colour(frame[goal])
        for row, (value, shade) in enumerate(zip(frame[goal], shades, strict=True)):
            place = (column, len(frame) - 1 - row)
            if pd.isna(value):
                draw_cell(axes, place, NO_DATA, hatch=True)
            else:
                draw_cell(
                    axes, place, shade, write(value), ink=FOCUS if ink(shade) == INK else "white"
                )
    return figure


def matrix(frame: pd.DataFrame, *, classes: Classes, told: Sequence[str], label: str) -> Figure:
    """Each row against those after it: a cell each; `told` says the classes, `label` the columns."""
    count = len(frame)
    labels = [brief(name) for name in frame.index]
    figure, axes, rows = rowed(labels, least=0.175, rest=1.0, below=0.6, above=0.4)
    places = frame.apply(classes.place).where(np.triu(np.ones((count, count), dtype=bool), 1))
    axes.pcolormesh(
        range(count), rows, np.ma.masked_invalid(places.to_numpy(float)), edgecolors="white",
        linewidth=0.5, cmap=ListedColormap(classes.colours), vmin=0, vmax=len(classes.colours) - 1,
        shading="nearest",
    )  # fmt: skip
    ticks = [1, *range(5, count + 1, 5)]
    axes.set_xticks([tick - 1 for tick in ticks], ticks)
    axes.spines[:].set_visible(False)
    axes.annotate(
        label, (0.5, 0), (0, -16), xycoords="axes fraction", textcoords="offset points",
        ha="center", va="top", fontsize=SMALL, color=QUIET,
    )  # fmt: skip
    free(axes, bottom=LINE * 72)
    key(axes, [("■", *each) for each in zip(classes.colours[::-1], told, strict=True)])
    return figure


def stacked(frame: pd.DataFrame, *, colours: Mapping[str, str]) -> Figure:
    """What each row is made of: a bar a row, a piece a column, the first at the left; shares of 1."""
    labels = [brief(name) for name in frame.index]
    figure, axes, rows = rowed(labels, least=0.225, rest=0.7, below=0.7, above=0.3)
    start = np.zeros(len(frame))
    for name, share in frame.items():
        axes.barh(
            rows, share, left=start, height=0.78, color=colours[name],
            edgecolor="white", linewidth=0.5,
        )  # fmt: skip
        start = start + share.to_numpy()
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    free(axes, right=ems("100%") * LABEL / 2)
    key(axes, [("■", colours[name], name) for name in frame])
    return figure


def nested(frame: pd.DataFrame, *, names: tuple[str, str]) -> Figure:
    """A part inside its whole: `frame` has part, whole and half the width of each one's interval.

    A dark bar in a pale one for each row, with whiskers; the whole is written beside it.
    """
    room = {"least": 0.4, "rest": 0.7, "below": 0.6, "above": 0.4}
    figure, axes, rows = rowed(frame.index, width=11, **room)
    whisker = {"fmt": "none", "elinewidth": 0.9, "capsize": 2}
    axes.barh(rows, frame["whole"], height=0.68, color=REST)
    axes.barh(rows, frame["part"].clip(lower=0), height=0.34, color=NATION)
    axes.errorbar(frame["whole"], rows, xerr=frame["whole_half"], ecolor=QUIET, **whisker)
    ends = frame["whole"] + frame["whole_half"]
    for row, end, value in zip(rows, ends, frame["whole"], strict=True):
        if pd.notna(value):
            beside(axes, f"{value:.2f}", (end, row), (5, 0))
    axes.set_xlim(0, ends.max() * 1.16)
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    key(axes, [("■", NATION, names[0]), ("■", REST, names[1])])
    return figure


def pairs(frame: pd.DataFrame, *, names: tuple[str, str], share: bool = False) -> Figure:
    """From one value to another: each row a ring (first column), a dot (second) and a line between."""
    long = max(map(ems, frame.index)) > 12
    room = {"least": 0.235, "rest": 0.7, "below": 0.8, "above": 0.2}
    labels = frame.index if long else map(brief, frame.index)
    figure, axes, rows = rowed(labels, width=17, **room)
    first, second = (frame[column] for column in frame)
    axes.hlines(rows, first, second, color=NATION, linewidth=1.1, alpha=0.6)
    ring = {"facecolor": "white", "edgecolor": REGION["東部"], "linewidths": 1.6}
    axes.scatter(second, rows, s=30, color=FOCUS, zorder=3)
    axes.scatter(first, rows, s=34, zorder=4, **ring)
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    free(axes, right=LABEL)
    if share:
        axes.xaxis.set_major_formatter("{x:.0%}")
    key(axes, [("○", REGION["東部"], names[0]), ("●", FOCUS, names[1])])
    return figure


def completeness(counts: pd.DataFrame, *, full: int) -> Figure:
    """How complete a table is: a tile per row and year, dark where all `full` units are there."""
    labels = [fold_label(name, width=16) for name in counts.index]
    years = [f"{year % 100:02d}" for year in counts.columns]
    figure, axes = celled(labels, years, step(labels, least=0.24) * len(counts) + 0.8)
    for column, year in enumerate(counts.columns):
        for row, seen in enumerate(counts[year]):
            colour = NATION if seen == full else REGION["東部"] if seen else NO_DATA
            shown = str(seen) if 0 < seen < full else ""
            draw_cell(axes, (column, len(counts) - 1 - row), colour, shown, hatch=not seen)
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
    for name, height in spaced(pd.Series(ends), gap=0.085 * span).items():
        axes.annotate(
            name, (last + 0.2, height), va="center", fontsize=10.5, color=colours[name],
            weight="bold", annotation_clip=False,
        )  # fmt: skip
    if reference is not None:
        axes.axhline(reference, color=QUIET, linewidth=0.8, linestyle=DASHED)
    axes.set_ylim(low - (0 if zero else 0.06 * span), high + 0.08 * span)
    axes.set_xlim(frame.index[0] - 0.3, last + room * len(frame) / 9)
    numbered(axes, label)
    free_right(axes, [(last + 0.2, widest([name], weight="bold") * 10.5) for name in frame.columns])
    # Ten years side by side would touch.
    axes.set_xticks(list(frame.index)[:: 1 if len(frame) < 8 else 2])
    axes.spines["bottom"].set_bounds(frame.index[0], last)
    axes.yaxis.grid(True, color=RULE, linewidth=0.5)
    return figure


_STRONG = {"fontsize": LABEL, "weight": "bold"}
