"""Charts of many units against one another, drawn from plain frames."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps.lettering import brief
from quyu.maps.palette import FOCUS, NATION, QUIET, REGION
from quyu.pages.canvas import REST, RULE, SMALL, WIDTH, apart, canvas, ems, fold, key, step, tile
from quyu.words import Words

STRATEGY = ("東部", "中西部", "東北")


def spread(frame: pd.DataFrame, *, colour: str, region: str, say: Words) -> Figure:
    """How far a region's members lie apart: one row per goal, one column per member, plus `nation`."""
    members = frame.drop(columns="nation")
    labels = [fold(label, width=11) for label in frame.index]
    figure, axes = canvas(step(labels, least=0.55) * len(frame) + 0.7)
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
    axes.set_yticks(rows, labels, fontsize=SMALL)
    axes.set_ylim(-0.7, len(frame) - 0.3)
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
    say: Words,
) -> Figure:
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
            axes.plot(
                [side + way * 0.02, side + way * 0.09], [score, label], color=REST, linewidth=0.7
            )
            ends = {"ha": "left" if side else "right", "va": "center", "fontsize": SMALL}
            axes.annotate(text, (side + way * 0.11, label), **ends)
    for name, row in frame.iterrows():
        colour = REGION[groups[name]]
        axes.plot(
            [0, 1], [row[first], row[last]], color=colour, linewidth=1.5, marker="o", markersize=4
        )
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
    figure, axes = canvas(0.22 * len(ordered) + 0.6)
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
            fontsize=SMALL,
        )
    axes.set_yticks(list(rows), [brief(names[unit]) for unit in ordered.index], fontsize=SMALL)
    axes.set_ylim(-0.8, len(ordered) - 0.2)
    axes.set_xlim(0, ordered.max() * 1.1)
    key(axes, [("●", REGION[region], say(f"area.{region}")) for region in STRATEGY])
    return figure


def intervals(frame: pd.DataFrame, *, colours: pd.Series, names: pd.Series, say: Words) -> Figure:
    """Ranks with their doubt: `frame` has nominal, low and high; the dot is the stated method's."""
    known = frame.dropna(subset=["nominal"])
    ordered = known.sort_values("nominal", ascending=False, kind="stable")
    figure, axes = canvas(0.225 * len(ordered) + 0.7)
    rows = range(len(ordered))
    tints = [colours[unit] for unit in ordered.index]
    axes.hlines(rows, ordered["low"], ordered["high"], color=tints, linewidth=1.6, alpha=0.75)
    axes.scatter(ordered["nominal"], rows, s=30, color=tints, zorder=3)
    axes.set_yticks(list(rows), [brief(names[unit]) for unit in ordered.index], fontsize=SMALL)
    axes.set_ylim(-0.8, len(ordered) - 0.2)
    axes.set_xticks([1, *range(5, len(ordered) + 1, 5)])
    axes.xaxis.grid(True, color=RULE, linewidth=0.5)
    key(axes, [("●", REGION[region], say(f"area.{region}")) for region in STRATEGY])
    return figure


def shares(values: pd.Series, *, limit: float, say: Words) -> Figure:
    """How much of the index's variance each goal carries, with the limit no goal should pass."""
    labels = [fold(label, width=11) for label in values.index]
    figure, axes = canvas(step(labels, least=0.36) * len(values) + 0.6)
    rows = list(range(len(values)))[::-1]
    axes.barh(rows, values, height=0.6, color=NATION)
    for row, value in zip(rows, values, strict=True):
        axes.annotate(
            f"{value:.0%}",
            (value, row),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
        )
    axes.axvline(limit, color=REGION["中西部"], linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        say("comparison.limit", limit=limit),
        (limit, rows[0] + 0.55),
        (4, 0),
        textcoords="offset points",
        color=REGION["中西部"],
        fontsize=SMALL,
    )
    axes.set_yticks(rows, labels, fontsize=SMALL)
    axes.set_ylim(-0.6, len(values) - 0.1)
    axes.set_xlim(0, max(limit, values.max()) * 1.18)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return figure


EMPTY = "#ececec"


def heat(frame: pd.DataFrame, *, breaks: dict[str, list[float]], palette: list[str]) -> Figure:
    """All units by all goals, darker is better: rows in the order given, classes fixed by `breaks` per column."""
    room = (WIDTH * 72 / SMALL - max(map(ems, frame.index)) - 2) / frame.shape[1]
    heads = [fold(goal, width=room) for goal in frame.columns]
    # A word wider than its column cannot be folded: then all heads stand upright.
    upright = max(ems(line) for head in heads for line in head.split("\n")) > room
    heads = [fold(goal, width=12) for goal in frame.columns] if upright else heads
    figure, axes = canvas(0.225 * len(frame) + (2 if upright else 0.9))
    for column, goal in enumerate(frame.columns):
        for row, value in enumerate(frame[goal]):
            place = (column, len(frame) - 1 - row)
            if pd.isna(value):
                _cell(axes, place, EMPTY, hatch=True)
                continue
            level = sum(value >= edge for edge in breaks[goal])
            ink = "white" if level >= 3 else FOCUS
            _cell(axes, place, palette[level], f"{value:.0f}", ink=ink)
    axes.set_xlim(0, frame.shape[1])
    axes.set_ylim(0, len(frame))
    names = [brief(name) for name in frame.index]
    axes.set_yticks([len(frame) - 0.5 - i for i in range(len(frame))], names, fontsize=SMALL)
    axes.set_xticks(
        [i + 0.5 for i in range(frame.shape[1])],
        heads,
        fontsize=SMALL,
        rotation=90 if upright else 0,
    )
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    return figure


def tiles(counts: pd.DataFrame, *, full: int) -> Figure:
    """How complete a table is: a tile per row and year, dark where all `full` units are there."""
    labels = [fold(name, width=16) for name in counts.index]
    figure, axes = canvas(step(labels, least=0.225) * len(counts) + 0.8)
    top = len(counts) - 1
    for column, year in enumerate(counts.columns):
        for row, seen in enumerate(counts[year]):
            colour = NATION if seen == full else REGION["東部"] if seen else EMPTY
            shown = str(seen) if 0 < seen < full else ""
            _cell(axes, (column, top - row), colour, shown, hatch=not seen)
    axes.set_xlim(0, counts.shape[1])
    axes.set_ylim(0, len(counts))
    axes.set_yticks([top - i + 0.5 for i in range(len(counts))], labels, fontsize=SMALL)
    axes.set_xticks(
        [i + 0.5 for i in range(counts.shape[1])],
        [f"{year % 100:02d}" for year in counts.columns],
        fontsize=SMALL,
    )
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    return figure


def _cell(
    axes: Axes,
    place: tuple[int, int],
    colour: str,
    text: str = "",
    *,
    ink: str = "white",
    hatch: bool = False,
) -> None:
    """A tile with what is written on it; `place` is its column and its row from below."""
    column, row = place
    shape = tile(column, row, colour, hatch=hatch)
    # Cells lie inside the axes: to ask hundreds of them how much room the sheet must leave would
    # be half of the time that the chart takes.
    shape.set_in_layout(False)
    axes.add_artist(shape)
    if text:
        axes.text(
            column + 0.5, row + 0.5, text,
            ha="center", va="center", fontsize=SMALL, color=ink, in_layout=False,
        )  # fmt: skip


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
        axes.axhline(reference, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_ylim(low - (0 if zero else 0.06 * span), high + 0.08 * span)
    axes.set_xlim(frame.index[0] - 0.3, last + room * len(frame) / 9)
    # Ten years side by side would touch.
    axes.set_xticks(list(frame.index)[:: 1 if len(frame) < 8 else 2])
    axes.spines["bottom"].set_bounds(frame.index[0], last)
    axes.yaxis.grid(True, color=RULE, linewidth=0.5)
    axes.set_ylabel(label, color=QUIET)
    return figure
