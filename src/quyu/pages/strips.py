"""Pictures of one line that stand in a table's cell: where a unit lies in a range, how it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

from quyu.maps.canvas import REST, RULE
from quyu.maps.palette import FOCUS, NATION
from quyu.pages.tables import Cell

WIDE, HIGH, EDGE = 150, 18, 6  # of a strip, in points of the screen
SPARK = 64


def strip(
    row: Mapping[str, float],
    *,
    scale: tuple[float, float],
    hue: str,
    among: Sequence[str] = ("group", "peers"),
) -> Cell:
    """A range with marks: `low`–`high` the ground line, `nation` a tick, `group` a ring, `peers` a
    diamond, `unit` the dot; a mark that is missing, or not `among` these, is left out."""
    low, high = scale

    def at(name: str) -> float | None:
        value = row.get(name)
        if value is None or pd.isna(value):
            return None
        return EDGE + (value - low) / (high - low) * (WIDE - 2 * EDGE)

    middle, parts = HIGH / 2, []
    if (first := at("low")) is not None and (last := at("high")) is not None:
        parts.append(_line(first, middle, last, middle, RULE, 4))
    if (tick := at("nation")) is not None:
        parts.append(_line(tick, 2, tick, HIGH - 2, NATION, 1.6))
    if "group" in among and (ring := at("group")) is not None:
        parts.append(_dot(ring, middle, 4.2, "#fff", hue))
    if "peers" in among and (like := at("peers")) is not None:
        shape = f"M{like:.1f} {middle - 5}l4.5 5-4.5 5-4.5-5z"
        parts.append(f'<path d="{shape}" fill="#fff" stroke="{NATION}" stroke-width="1.3"/>')
    if (own := at("unit")) is not None:
        parts.append(_dot(own, middle, 4.4, FOCUS, "#fff"))
    return _cell("", WIDE, parts, "")


def spark(own: pd.Series, nation: pd.Series, *, alt: str) -> Cell:
    """The course of a figure beside the nation's median, grey: a point a year; `alt` says its ends.

    A figure that stands still in all years, as a cross-section does, has none.
    """
    both = pd.concat([own, nation], axis=1).dropna(how="all")
    if own.dropna().nunique() < 2:
        return Cell.of("—", "<td>—</td>")
    low, high = both.min().min(), both.max().max()
    years = [*both.index]
    step = (SPARK - 2 * EDGE) / max(1, len(years) - 1)

    def course(values: pd.Series) -> list[tuple[float, float]]:
        return [
            (EDGE + n * step, 3 + (high - value) / (high - low) * (HIGH - 6))
            for n, value in enumerate(values)
            if pd.notna(value)
        ]

    parts = []
    for values, colour, width in ((both.iloc[:, 1], REST, 1.2), (both.iloc[:, 0], FOCUS, 1.6)):
        points = course(values)
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(
            f'<polyline points="{told}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        )
    parts.append(_dot(*course(both.iloc[:, 0])[-1], 2.4, FOCUS, "none"))
    return _cell(alt, SPARK, parts, alt)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    return f'<path d="M{x1:.1f} {y1:g}L{x2:.1f} {y2:g}" stroke="{colour}" stroke-width="{width}"/>'


def _dot(x: float, y: float, radius: float, fill: str, edge: str) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{edge}"'
        ' stroke-width="1.4"/>'
    )


def _cell(text: str, wide: int, parts: list[str], alt: str) -> Cell:
    # What a strip shows stands in figures beside it.
    told = f' role="img" aria-label="{escape(alt)}"' if alt else ' aria-hidden="true"'
    size = f'width="{wide}" height="{HIGH}" viewBox="0 0 {wide} {HIGH}"'
    return Cell.of("", f'<td class="strip"><svg {size}{told}>{"".join(parts)}</svg></td>')
