"""Reads a table or workbook as text, so that every cell can be judged before it becomes a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from quyu.facts.faults import Fault
from quyu.words.nouns import Noun

NEEDED = "a header in row 1 with rows under it"


@dataclass(frozen=True, repr=False)
class Table(Noun):
    """A table of text cells, stripped of outer blanks, and what was wrong in reading it.

    `cells` keeps the spreadsheet's row numbers as its index: the header is row 1, the first
    record row 2. Wholly blank rows are left out, they say nothing.
    """

    file: str
    cells: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)


def unreadable(file: str, found: str, allowed: str, row: int = 0) -> Table:
    """A table of nothing but the reason why."""
    return Table(file, pd.DataFrame(), [Fault(file, row, "", found, allowed)])


def read_csv(path: Path) -> Table:
    """A comma-separated UTF-8 file, with or without a byte order mark, as a `Table`."""
    if not path.is_file():
        return unreadable(path.name, "no such file", f"a file at {path}")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        allowed = "text saved as UTF-8 (in Excel: Save As, CSV UTF-8)"
        return unreadable(path.name, guess(raw), allowed, row)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return unreadable(path.name, f"broken quotes ({error})", "every quote closed")
    return tabulate(path.name, records)


def guess(raw: bytes) -> str:
    """What the bytes of a file that is not UTF-8 look like."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text that is not UTF-8: it looks like UTF-16"
    likely = []
    for encoding, name in (("gb18030", "GB18030"), ("big5", "Big5")):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        likely.append(name)
    return "text that is not UTF-8" + (f": it looks like {' or '.join(likely)}" if likely else "")


def tabulate(file: str, records: Sequence[Sequence[str]]) -> Table:
    """Records of text cells, the header first, as a `Table`; ragged records are faults."""
    header = [cell.strip() for cell in records[0]] if records else []
    while header and not header[-1]:
        header.pop()
    width, faults, kept = len(header), [], {}
    if not header:
        found = "no header in row 1" if any(map(any, records)) else "an empty file"
        return unreadable(file, found, NEEDED)
    for row, record in enumerate(records[1:], start=2):
        if not any(map(str.strip, record)):
            continue
        if any(map(str.strip, record[width:])):
            found, allowed = f"{len(record)} cells", f"{width} cells, as in the header"
            faults.append(Fault(file, row, "", found, allowed))
        else:
            kept[row] = [*record[:width], *[""] * (width - len(record))]
    if not kept:
        faults.append(Fault(file, 0, "", "a header without rows", NEEDED))
        return Table(file, pd.DataFrame(), faults)
    columns = [list(map(str.strip, column)) for column in zip(*kept.values(), strict=True)]
    cells = pd.DataFrame(dict(enumerate(columns)), index=list(kept), dtype="str")
    return Table(file, cells.set_axis(header, axis=1), faults)


SHEETS = ("figures", "codebook", "sources", "targets")


def read_workbook(path: Path) -> dict[str, Table]:
    """The sheets among `SHEETS` that a workbook has, by name; other sheets are its owner's.

    The sheet `figures`, or a sheet that stands alone, is needed: without it, or in a file that is
    no workbook, the table of figures is empty and holds the fault.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError):
        return {"figures": unreadable(path.name, "no workbook", "an .xlsx workbook (Save As)")}
    try:
        # A workbook of one sheet means its figures, whatever Excel called the sheet.
        alone = book.sheetnames[0] if len(book.sheetnames) == 1 else "figures"
        titles = {name: alone if name == "figures" else name for name in SHEETS}
        sheets = {
            name: tabulate(
                f"{path.name} [{title}]",
                [[words(cell) for cell in row] for row in book[title].iter_rows(values_only=True)],
            )
            for name, title in titles.items()
            if title in book.sheetnames
        }
        if "figures" not in sheets:
            found = f"the sheets {', '.join(book.sheetnames)}"
            sheets["figures"] = unreadable(path.name, found, "a sheet called figures")
    finally:
        book.close()
    return sheets


def words(cell: object) -> str:
    """A cell as its owner sees it: 110000.0 is the code 110000, an empty cell is blank.

    >>> words(110000.0), words(2.5), words(None), words("廣東")
    ('110000', '2.5', '', '廣東')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
