"""Where in a sheet the places stand, and what stands over its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quyu.facts.cells import PLACE_HEADS, Names, figure_in, is_area, is_note, year_in
from quyu.facts.names import fold
from quyu.facts.sheets import Sheet
from quyu.words.nouns import Noun

SEEN, WIDE, TURNED = 600, 40, 2000  # rows and columns looked at for places; the most that is turned
LEVELS = 3  # rows of heads, at most
STATED = re.compile(r"[(（]?[单單]位\s*[:：]\s*([^\s)）]+)")


@dataclass(frozen=True, repr=False)
class Upright(Noun):
    """A sheet with its places down the side: in column `at`, the first in row `first`, from 0.

    `places` counts them; `beside` are columns that name the same places again, `odd` a row in which
    one names another. `merged` cells are as in `Sheet`; `turned` says that rows were columns.
    """

    rows: list[list[str]]
    at: int
    places: int
    first: int = 0
    turned: bool = False
    beside: set[int] = field(default_factory=set)
    odd: tuple[int, str, str] | None = None
    merged: Sequence[tuple[int, int, int, int]] | None = None
    covered: dict[int, str] = field(default_factory=dict)

    def place(self, number: int, row: Sequence[str]) -> str:
        """What the place column says in row `number`, from 1; a merged cell says it for all its rows."""
        return cell_at(row, self.at) or self.covered.get(number, "")


def upright(sheet: Sheet, names: Names) -> Upright:
    """The sheet with its places down the side, turned if they stand along the top."""
    rows, merged, turned = sheet.rows, sheet.merged, False
    width = max(map(len, rows), default=0)
    small = width <= TURNED and len(rows) <= TURNED
    other = [[cell_at(row, n) for row in rows] for n in range(width)] if small else []
    for codes in (
        False,
        True,
    ):  # a six-digit figure may look like a code: only where nothing has a name
        counts, across = _counts(rows, names, codes), _counts(other, names, codes)
        if max(across, default=0) > max(counts, default=0):
            rows, counts, turned = other, across, True
            merged = merged and [(c0, r0, c1, r1) for r0, c0, r1, c1 in merged]
        if any(counts):
            break
    most = max(counts, default=0)
    if not most:
        return Upright(rows, 0, 0)
    at = counts.index(most)
    first = next(n for n, row in enumerate(rows) if names.unit(cell_at(row, at)))
    while first and (is_area(cell_at(rows[first - 1], at)) or _has_figure(rows[first - 1], at)):
        first -= 1  # a name that nobody knows is told of, and is no head
    body = [row for row in rows[first:] if names.unit(cell_at(row, at))]
    beside = {
        n
        for n, count in enumerate(counts)
        if n != at
        and (
            count > max(2, most / 2) or (most > 2 and all(names.unit(cell_at(r, n)) for r in body))
        )
    }
    pairs = (
        (number, cell_at(row, at), cell_at(row, n))
        for n in sorted(beside)
        for number, row in enumerate(rows[first:], start=first + 1)
    )
    odd = next((p for p in pairs if _differ(names.unit(p[1]), names.unit(p[2]))), None)
    covered = {
        number: cell_at(rows[r0], at)
        for r0, c0, r1, c1 in merged or ()
        if c0 <= at <= c1 and first <= r0 < len(rows)
        for number in range(r0 + 2, min(r1 + 1, len(rows)) + 1)
    }
    return Upright(rows, at, most, first, turned, beside, odd, merged, covered)


def _has_figure(row: Sequence[str], at: int) -> bool:
    """Whether a row that begins with a word has figures that are no years."""
    cells = [cell for n, cell in enumerate(row) if n != at and cell]
    return bool(cell_at(row, at)) and any(
        figure_in(c) is not None and not year_in(c) for c in cells
    )


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _counts(rows: list[list[str]], names: Names, codes: bool) -> list[int]:
    """How many places each column names, by codes or not, among the rows that are looked at."""
    counts = [0] * min(max(map(len, rows), default=0), WIDE)
    for row in rows[:SEEN]:
        for n, cell in enumerate(row[:WIDE]):
            counts[n] += cell.isdecimal() == codes and names.unit(cell) is not None
    return counts


@dataclass(frozen=True, repr=False)
class Heads(Noun):
    """What stands over each column: its name, its year, its unit, each where there is one.

    `titles` are the lines above, `stated` the unit that they give; `deep` says that names are of more
    than one level.
    """

    names: dict[int, str] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    stated: str = ""
    deep: bool = False


def heads_of(table: Upright, names: Names) -> Heads:
    """The heads of a table, of up to three levels, merged cells standing over all that they cover."""
    at = table.at
    units: dict[int, str] = {}
    levels: list[tuple[int, list[str]]] = []
    titles: list[str] = []
    rows = table.rows
    if table.turned:  # what stood over the places
        titles = [cell for row in rows for cell in row[:at] if cell]
        rows = [[*[""] * at, *row[at:]] for row in rows[: table.first]]
    above = [(n, row) for n, row in enumerate(rows[: table.first]) if any(row)]
    for number, row in reversed(above):
        filled = [n for n, cell in enumerate(row) if cell]
        lonely = not levels and len(filled) == 1 and filled[0] != at and number == above[-1][0]
        if is_note(cell_at(row, at)) and len(filled) > 1:
            if fold(cell_at(row, at)).startswith(("单位", "unit")):
                units = {n: row[n] for n in filled if n != at}
        elif (
            any(map(STATED.match, row))
            or (len(filled) < 2 and not lonely)
            or len(levels) == LEVELS
            or (levels and levels[0][0] - number > 1)
        ):
            titles[:0] = [row[n] for n in filled]
        else:
            levels.insert(0, (number, row))
    width = max([*(len(row) for _, row in levels), len(table.rows[table.first])], default=0)
    found = Heads({}, {}, units, titles, deep=len(levels) > 1)
    for n in range(width):
        parts = list(
            dict.fromkeys(filter(None, (_over(table, levels, k, n) for k in range(len(levels)))))
        )
        dated = [part for part in parts if year_in(part)]
        if len(dated) == 1:
            found.years[n] = year_in(dated[0])
            parts.remove(dated[0])
        found.names[n] = "".join(parts)
    stated = next((m[1] for title in titles if (m := STATED.search(title))), "")
    return Heads(found.names, found.years, units, titles, stated, found.deep)


def _over(table: Upright, levels: list[tuple[int, list[str]]], k: int, n: int) -> str:
    """What level `k` says of column `n`: its own cell, or the merged one that covers it."""
    number, row = levels[k]
    if own := cell_at(row, n):
        return own
    if table.merged is not None:
        for r0, c0, _, c1 in table.merged:
            if r0 == number and c0 < n <= c1:
                return cell_at(row, c0)
        return ""
    if k + 1 == len(levels) or n <= table.at or not cell_at(levels[k + 1][1], n):
        return ""
    # Where nobody knows what was merged, a head stands over the blanks to its right.
    return next((row[m] for m in range(min(n, len(row)) - 1, table.at, -1) if row[m]), "")


def cell_at(row: Sequence[str], n: int) -> str:
    """The cell of column `n`, blank where the row ends before."""
    return row[n] if n < len(row) else ""


def begins_again(place: str, row: Sequence[str], at: int) -> bool:
    """Whether a row that names no place heads another table."""
    cells = [cell for n, cell in enumerate(row) if n != at and cell]
    years = bool(cells) and all(map(year_in, cells))
    words = bool(cells) and all(figure_in(cell) is None for cell in cells)
    return (fold(place) in PLACE_HEADS and (words or years)) or (len(cells) > 1 and years)


def tidy_head(rows: Sequence[Sequence[str]]) -> int | None:
    """The row, from 0, that heads a table with a row for each figure; None in any other table."""
    for at, row in enumerate(rows[:5]):
        if {"adcode", "indicator"} <= {*row} and {"year", "value"} & {*row}:
            return at
    return None
