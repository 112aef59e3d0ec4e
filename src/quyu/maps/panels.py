"""Small charts of one size, as many beside each other as a page has room for.

Each is 216 pixels wide or more, a quarter of a page's column or all of a phone, so that its type never
falls below ten pixels, and that of a course not below eight points on a quarter of a sheet; none needs a
sheet to be laid out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

from quyu.maps.canvas import REST, RULE
from quyu.maps.lettering import ems, fold_label
from quyu.maps.palette import FOCUS, INK, QUIET
from quyu.maps.picture import STACK

WIDTH, TYPE, STEP = 300, 14, 39  # pixels: a panel, its type, from one row to the next
LARGE = 20  # pixels: the type of a course
SIDE = 6  # pixels that stay free at either side, for half a mark
MARKS = {"dot": "●", "ring": "○", "tick": "❘", "line": "━", "dashes": "┅"}


def ranked(frame: pd.DataFrame, *, title: str, alt: str, ends: tuple[str, str]) -> str:
    """A row for each label of the index: a mark on a line from the last place, at the left, to the first.

    `frame` has share (0 the last, 1 the first, missing without a mark), told, what is written at the
    right, and hollow, whether the mark is a ring; `ends` names both ends.

    >>> places = pd.DataFrame({"share": [0.5], "told": "16", "hollow": True}, index=["<b>"])
    >>> made = ranked(places, title="Goal", alt="Rank 16.", ends=("last", "first"))
    >>> 'cx="150"' in made, "&lt;b&gt;" in made
    (True, True)
    """
    parts, top = [_text(0, TYPE, title, bold=True, room=WIDTH)], TYPE + 9
    for number, (label, row) in enumerate(frame.iterrows()):
        y = top + number * STEP
        parts += [
            _text(0, y + TYPE, str(label), room=WIDTH - 12 - ems(row["told"]) * TYPE),
            _text(WIDTH, y + TYPE, row["told"], "end"),
            f'<path stroke="{RULE}" d="M{SIDE} {y + 25}H{WIDTH - SIDE}"/>',
        ]
        if pd.notna(row["share"]):
            parts.append(_dot(_across(row["share"]), y + 25, FOCUS, hollow=row["hollow"]))
    bottom = top + len(frame) * STEP + TYPE - 2
    parts += [
        _text(0, bottom, ends[0], colour=QUIET),
        _text(WIDTH, bottom, ends[1], "end", colour=QUIET),
    ]
    return _sheet(parts, bottom + 4, alt)


def course(
    frame: pd.DataFrame,
    styles: Mapping[str, tuple[str, float, str]],
    *,
    band: pd.DataFrame | None = None,
    ends: tuple[float, float],
    title: str,
    alt: str,
    height: int = 80,
    lines: int = 1,
) -> str:
    """A line for each column over the years of the index; the last column has its ends written.

    `styles` gives each column's colour, width and dashes, `ends` the lowest and the highest value, `band` two
    columns between which the ground is grey; `lines` is how many the title has room for, so that
    courses beside each other are of one height.

    >>> two = pd.DataFrame({"own": [40.0, 50.0]}, index=[2019, 2024])
    >>> made = course(two, {"own": ("#111", 2.0, "")}, ends=(0, 100), title="Index", alt="Up.")
    >>> [text in made for text in (">2019<", ">2024<", ">40.0<", ">50.0<")]
    [True, True, True, True]
    """
    years, top = list(frame.index), (LARGE + 3) * lines + LARGE
    places = {year: _across(n / max(1, len(years) - 1)) for n, year in enumerate(years)}

    def points(line: pd.Series) -> str:
        return " ".join(f"{places[year]:g},{down(value):.1f}" for year, value in line.items())

    def down(value: float) -> float:
        return top + height * (ends[1] - value) / (ends[1] - ends[0])

    parts = [
        _text(0, LARGE * (n + 1) + 3 * n, line, bold=True, room=WIDTH, size=LARGE)
        for n, line in enumerate(titled(title))
    ]
    if band is not None:
        low, high = (band[name].dropna() for name in band)
        parts.append(
            f'<path fill="{RULE}" fill-opacity=".6" d="M{points(low)}L{points(high[::-1])}z"/>'
        )
    parts.append(f'<path stroke="{REST}" d="M{SIDE} {top + height}H{WIDTH - SIDE}"/>')
    parts += [
        f'<path fill="none" stroke="{styles[name][0]}" stroke-width="{styles[name][1]:g}" '
        f'stroke-dasharray="{styles[name][2] or "none"}" d="M{points(line)}"/>'
        for name in frame
        if len(line := frame[name].dropna()) > 1
    ]
    name, own = frame.columns[-1], frame.iloc[:, -1].dropna()
    for year in dict.fromkeys(own.index[[0, -1]]) if len(own) else ():
        x, y = places[year], down(own[year])
        side = "start" if x < WIDTH / 2 else "end"
        parts.append(_dot(x, y, styles[name][0], size=3.5))
        edge = 0 if side == "start" else WIDTH
        parts.append(_text(edge, y - 7, f"{own[year]:.1f}", side, bold=True))
    for year in dict.fromkeys((years[0], years[-1])):
        side = "start" if places[year] < WIDTH / 2 else "end"
        edge = 0 if side == "start" else WIDTH
        parts.append(_text(edge, top + height + LARGE, str(year), side, colour=QUIET))
    return _sheet(parts, top + height + LARGE + 5, alt, size=LARGE)


def titled(title: str) -> list[str]:
    """The lines of a course's title, two at most."""
    folded = fold_label(title, width=WIDTH / LARGE / 1.07).split("\n")
    return [folded[0], " ".join(folded[1:])] if len(folded) > 1 else folded


def panels(
    pictures: Sequence[str], entries: Sequence[tuple[str, str, str]], *, kind: str = ""
) -> str:
    """Panels beside each other under what their marks mean: each entry a mark of MARKS, its colour, its text."""
    told = "".join(
        f'<span><b style="color:{colour}" aria-hidden="true">{MARKS[mark]}</b> {escape(text)}</span> '
        for mark, colour, text in entries
    )
    return f'<p class="scale">{told}</p><div class="panels{kind and f" {kind}"}">{"".join(pictures)}</div>'


def _across(share: float) -> float:
    return round(SIDE + share * (WIDTH - 2 * SIDE), 1)


def _dot(x: float, y: float, colour: str, *, size: float = 5, hollow: bool = False) -> str:
    paint = f'fill="#fff" stroke="{colour}" stroke-width="1.5"' if hollow else f'fill="{colour}"'
    return f'<circle cx="{x:g}" cy="{y:g}" r="{size:g}" {paint}/>'


def _text(
    x: float, y: float, text: str, side: str = "", *, bold: bool = False, colour: str = INK,
    room: float = 0, size: int = TYPE,
) -> str:  # fmt: skip
    more = f' text-anchor="{side}"' if side == "end" else ""
    halo = ' stroke="#fff" stroke-width="3" paint-order="stroke"'
    more += f' font-weight="700"{halo}' if bold else ""
    if room and ems(text) * size * (1.07 if bold else 1) > room:  # set closer rather than cut
        more += f' textLength="{room:.0f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{more}>{escape(text)}</text>'


def _sheet(parts: Sequence[str], height: float, alt: str, *, size: int = TYPE) -> str:
    if not alt.strip():
        raise ValueError("a picture needs an alt text: one sentence on what there is to see")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'font-family="{STACK}" style="font-size:{size}px" role="img" aria-label="{escape(alt)}">{"".join(parts)}</svg>'
    )
