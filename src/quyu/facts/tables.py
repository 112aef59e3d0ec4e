"""Reads a table as text, so that every cell can be judged before it becomes a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from quyu.facts.faults import Fault
from quyu.words.nouns import Noun

NEEDED = "a header in row 1 with rows under it"
ROWS, CELLS = (
    2_000_000,
    16_000_000,
)  # of a table: 2,900 units, ten years, forty series are 1.2 million
BYTES = 192 << 20


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
    if (size := path.stat().st_size) > BYTES:
        return unreadable(path.name, f"{size >> 20} MB", f"up to {BYTES >> 20} MB in a table")
    raw = path.read_bytes()
    rows, cells = raw.count(b"\n"), raw.count(b",")
    if rows > ROWS or rows + cells > CELLS:
        found, allowed = (
            f"{rows:,} rows, {rows + cells:,} cells",
            f"up to {ROWS:,} rows, {CELLS:,} cells",
        )
        return unreadable(path.name, found, allowed)
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


def tabulate(file: str, records: Sequence[Sequence[str]], *, first: int = 1) -> Table:
    """Records of text cells, the header first, as a `Table`; ragged records are faults.

    `first` is the row of the header.
    """
    header = [cell.strip() for cell in records[0]] if records else []
    while header and not header[-1]:
        header.pop()
    width, faults, kept = len(header), [], {}
    if not header:
        found = "no header in row 1" if any(map(any, records)) else "an empty file"
        return unreadable(file, found, NEEDED)
    for row, record in enumerate(records[1:], start=first + 1):
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
