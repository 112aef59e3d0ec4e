"""Recognises the tables that people have: what is a place, a year, an indicator, a figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from quyu.facts.cells import (
    ROW_HEADS,
    YEAR_HEADS,
    Names,
    figure_in,
    is_area,
    is_missing,
    is_note,
    plain,
    year_in,
    years_said,
)  # fmt: skip
from quyu.facts.faults import Fault, closest
from quyu.facts.heads import Heads, begins_again, cell_at, heads_of, upright
from quyu.facts.names import fold
from quyu.facts.reading import Answers, Reading
from quyu.facts.sheets import Sheet, decimal_sign


def recognise(sheets: Sequence[Sheet], names: Names, answers: Answers) -> Reading:
    """The figures of all sheets, as far as they and the answers say what they are."""
    found, tables = Reading(), []
    for sheet in sheets:
        found.told.extend(sheet.told)
        if sheet.rows:
            tables.append(_Table(sheet, names, answers, found))
            tables[-1].read()
    used = {name for table in tables for name in table.used}
    if unknown := [head for head in answers.columns if fold(head) not in used]:
        heads = [head for table in tables for head in table.heads.names.values() if head]
        found.asks.append(
            f"--column names {unknown[0]!r}, which no column is called{closest(unknown[0], heads)}"
        )
    named = {re.sub(r"\d", "", fold(title)) for table in tables for title in table.answered}
    if len(named) > 1:
        found.asks.append(
            "--indicator would be given to sheets of different names; say --column 'SHEET=ID' for each"
        )
    if answers.indicator and tables and not named and not found.asks:
        found.asks.append(
            f"--indicator {answers.indicator} is of no use here: columns are named; say --column 'HEAD=ID'"
        )
    if answers.year and tables and not found.asks and not any(table.dated for table in tables):
        found.asks.append(
            "--year is of no use: the figures have their years in the table; leave it out"
        )
    return found


class _Table:
    """One sheet being read: places down its side, years or indicators along its top."""

    def __init__(self, sheet: Sheet, names: Names, answers: Answers, found: Reading) -> None:
        self.sheet, self.names, self.answers, self.found = sheet, names, answers, found
        self.mapped = {fold(head): name for head, name in answers.columns.items()}
        self.used: set[str] = set()
        self.answered: set[str] = set()
        self.dated = False  # whether --year says the year of its figures
        self.heads = Heads()

    def read(self) -> None:
        """Note what the sheet holds."""
        table = upright(self.sheet, self.names)
        if not table.places:
            self.found.left.append(f"{self.sheet.place}: no column of provinces")
            return
        if table.turned:
            self._say("places stand along the top; the table is read turned")
        self.turned, self.at = table.turned, table.at
        self.heads = heads_of(table, self.names)
        self.body = list(enumerate(table.rows[table.first :], start=table.first + 1))
        if table.odd:
            row, one, other = table.odd
            self._ask(
                f"row {row} names {one!r} and {other!r}: two tables side by side, or a slip; keep one "
                "column of places"
            )
        elif taken := self._taken(table.beside):
            self._cells(taken, table)

    def _ask(self, text: str) -> None:
        self.found.asks.append(f"{self.sheet.place}: {text}")

    def _say(self, text: str) -> None:
        self.found.told.append(f"{self.sheet.place}: {text}")

    def _leave(self, text: str) -> None:
        self.found.left.append(f"{self.sheet.place}: {text}")

    def _taken(self, beside: set[int]) -> dict[int, tuple[str, int | None, str, str]]:
        """Indicator, year (None if a column says it), head and unit of each column that holds figures."""
        heads, taken = self.heads, {}
        years = (n for n, head in heads.names.items() if n != self.at and fold(head) in YEAR_HEADS)
        self.when = next(years, None)
        others = [n for n in heads.names if n not in (self.at, self.when, *beside)]
        numeric = [n for n in others if self._has_figures(n)]
        if self.when is not None and any(n in heads.years for n in numeric):
            self._ask("years stand in a column and along the top; keep one of the two")
            return {}
        blank = [heads.names[n] or str(heads.years.get(n, "")) for n in others if n not in numeric]
        if blank := [head for head in blank if head and fold(head) not in ROW_HEADS]:
            more = f" and {len(blank) - 3} more" if len(blank) > 3 else ""
            self._leave(f"no figure under {', '.join(map(repr, blank[:3]))}{more}")
        if not numeric:
            self._leave("no column of figures")
            return {}
        measured = [n for n in numeric if heads.names[n] and fold(heads.names[n]) not in ROW_HEADS]
        titled = None
        for n in numeric:
            head, year = heads.names[n], heads.years.get(n)
            if not head and year:
                titled = titled or self._titled()
                if titled[0]:
                    taken[n] = (titled[0], year, titled[1], titled[2])
                continue
            name = self._named(head, alone=len(measured) == 1)
            if name:
                unit = self.names.parted(head)[1] or heads.units.get(n) or heads.stated
                taken[n] = (name, year, head, unit)
        if any(year is None for _, year, _, _ in taken.values()) and self.when is None:
            year = self._year()
            taken = {n: (t[0], t[1] or year, *t[2:]) for n, t in taken.items()} if year else {}
        elif not taken and not (titled and not titled[0]):
            self._ask("no column is an indicator known by its name; say --column 'HEAD=ID'")
        self._tell(taken)
        return taken

    def _has_figures(self, n: int) -> bool:
        """Whether a column has a figure, or should have one and has something else."""
        cells = [cell_at(row, n) for _, row in self.body if self.names.unit(cell_at(row, self.at))]
        if any(figure_in(cell, comma) is not None for cell in cells for comma in (False, True)):
            return True
        head = self.heads.names[n]
        meant = n in self.heads.years or self._mapped(head) or self.names.indicator(head)
        return bool(meant) and not all(map(is_missing, cells))

    def _titled(self) -> tuple[str, str, str]:
        """The indicator that columns of years are of, with the title that says so and its unit."""
        titles, sheet = self.heads.titles, self.sheet.title
        marked = [m[1] for t in titles if (m := re.match(r"指[标標]\s*[:：]\s*(.+)", t))]
        told = marked or [each for each in (sheet, *titles) if each]
        known = {each: self._mapped(each) or self.names.indicator(each) for each in told}
        ids = {name for name in known.values() if name}
        head = next((each for each in told if known[each]), (told or [self.sheet.place])[0])
        unit = self.names.parted(head)[1] or self.heads.stated
        if self.answers.indicator:
            self.answered.add(head)
            return self.answers.indicator, head, unit
        if len(ids) == 1:
            return ids.pop(), head, unit
        which = f"{' or '.join(sorted(ids))}?" if ids else f"{head!r}?"
        self._ask(f"which indicator is {which} Say --indicator ID{self.names.near(head)}")
        return "", head, unit

    def _mapped(self, head: str) -> str:
        """The id that the owner gives a head, or its name without the unit, or how it ends."""
        bare = fold(self.names.parted(head)[0])
        for key, name in self.mapped.items():
            if key in (fold(head), bare) or (self.heads.deep and bare.endswith(key)):
                self.used.add(key)
                return name
        return ""

    def _named(self, head: str, *, alone: bool) -> str:
        """The indicator of a column by its head; "" for one that is left out, with the reason."""
        bare = fold(self.names.parted(head)[0])
        if name := self._mapped(head):
            return name
        if bare in ROW_HEADS:
            self._leave(f"the column {head!r} numbers or remarks on the rows")
            return ""
        if self.answers.indicator and alone:
            self.answered.add(head)
            return self.answers.indicator
        if name := self.names.indicator(head):
            return name
        if re.match(r"(ln|log)", bare):
            self._leave(f"the column {head!r} is a logarithm")
        elif re.search(r"_[xy]$", head):
            self._leave(f"the column {head!r} is a doublet")
        elif not head:
            self._leave("a column of figures without a head")
        else:
            short = self.names.parted(head)[0]
            self._leave(
                f"the column {head!r} is no indicator known by that name; --column '{short}=ID' takes "
                f"it{self.names.near(short)}"
            )
        return ""

    def _year(self) -> int | None:
        """The one year of a table without years, by the option or by its titles."""
        said: dict[int, str] = {}
        for title in (self.sheet.title, *self.heads.titles):
            for year, why in years_said(title).items():
                said[year] = said.get(year, why) and why
        years = sorted(year for year, why in said.items() if not why)
        if own := self.answers.year:
            self.dated = True
            if years and not years[0] <= own <= years[-1]:
                told = " and ".join(map(str, years))
                self._ask(
                    f"a title says {told}, --year says {own}; leave --year out, or mend the title"
                )
                return None
            return own
        if len(years) == 1:
            return years[0]
        if years:
            found = f": {' or '.join(map(str, years))}?"
        else:
            found = "".join(f", since {year} {why}" for year, why in said.items()) + "?"
        self._ask(f"of which year are the figures{found} Say --year YEAR")
        return None

    def _tell(self, taken: Mapping[int, tuple[str, int | None, str, str]]) -> None:
        told: dict[tuple[str, str, str], list[int | None]] = {}
        for name, year, head, unit in taken.values():
            told.setdefault((name, head, unit), []).append(year)
        for (name, head, unit), years in told.items():
            known = sorted(year for year in years if year)
            when = f"{known[0]}–{known[-1]}" if len(known) > 1 else str(*known)
            if len(known) != len({*known}):
                self._ask(f"two columns are of the same year under {head!r}; keep one")
            self.found.told.append(
                f"{self.sheet.place}: {name} under {head!r}, "
                f"{f'of {when}' if known else 'years in a column'}, unit {unit or 'not stated'}"
            )

    def _cells(self, taken: Mapping[int, tuple[str, int | None, str, str]], table) -> None:
        """Read the figures of the columns in `taken`."""
        rows = [
            (row, cells) for row, cells in self.body if self.names.unit(table.place(row, cells))
        ]
        texts = [cell for _, cells in rows for n in taken if (cell := cell_at(cells, n))]
        comma, told = decimal_sign(self.sheet, texts)
        if comma is None:
            self._ask(told)
            return
        if told:
            self._say(told)
        self.blank = self.marked = self.percents = 0
        areas: list[str] = []
        for number, row in self.body:
            place = table.place(number, row)
            unit = self.names.unit(place)
            filled = [cell for n in taken if not is_missing(cell := cell_at(row, n))]
            if unit is not None:
                year = self._own_year(number, row) if filled and self.when is not None else None
                if year is not None or self.when is None:
                    self._figures(unit, year, (number, row), taken, comma)
                continue
            if not place and not filled:
                continue
            if is_area(place):
                areas.append(plain(re.sub(r"\s", "", place)))
            elif begins_again(place, row, self.at):
                self._ask(f"a second table begins in {self._line(number)}; keep one table a sheet")
                return
            elif is_note(place) or (place and not filled):
                self._leave(f"{self._line(number)}, the note {place[:60]!r}")
            else:
                near = closest(fold(place), [*self.names.units])
                self._fault(number, "", f"{place!r}, which is no province{near}", "a name or code")
        if areas:
            self._leave(f"no provinces: {', '.join(dict.fromkeys(areas))}")
        if self.blank:
            self._leave(f"{self.blank} cells without a figure, which are missing and not 0")
        if self.percents:
            self._say(f"{self.percents} figures are in %, by their sign")
        if self.marked:
            self._say(f"footnote marks taken off {self.marked} figures")

    def _line(self, number: int) -> str:
        return f"{'column' if self.turned else 'row'} {number}"

    def _fault(self, number: int, column: str, found: str, allowed: str) -> None:
        self.found.faults.append(Fault(self.sheet.place, number, column, found, allowed))

    def _own_year(self, number: int, row: Sequence[str]) -> int | None:
        cell = cell_at(row, self.when or 0)
        year = year_in(cell)
        if year is None:
            self._fault(number, self.heads.names[self.when or 0], repr(cell), "a year like 2023")
        return year

    def _figures(self, unit, year, line, taken, comma: bool) -> None:
        number, row = line
        for n, (name, own, head, stated) in taken.items():
            text = cell_at(row, n)
            if is_missing(text):
                self.blank += 1
                continue
            value, told = figure_in(text, comma), stated
            percent = plain(text).endswith("%")
            if percent and not stated:
                told, self.percents = "%", self.percents + 1
            if value is None or (percent and plain(told) not in ("%", "百分比")):
                allowed = "a number, or … where there is none"
                self._fault(number, f"{head} {own or year}".strip(), repr(text), allowed)
                continue
            self.marked += plain(text) != text and any(sign in text for sign in "①②③④⑤*¹²³†")
            self.found.rows.append(
                (unit, own or year, name, value, told, head, self.sheet.place, number)
            )
