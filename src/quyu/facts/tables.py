"""Reads a table as text, so that every cell can be judged before it becomes a number."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from quyu.facts.faults import Fault


@dataclass(frozen=True)
class Table:
    """A table of text cells, stripped of outer blanks, and what was wrong in reading it.

    `cells` keeps the spreadsheet's row numbers as its index: the header is row 1, the first
    record row 2. Wholly blank rows are left out, they say nothing.
    """

    file: str
    cells: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)


def read_csv(path: Path) -> Table:
    """A comma-separated UTF-8 file, with or without a byte order mark, as a `Table`."""
    if not path.is_file():
        missing = Fault(path.name, 0, "", "no such file", f"a file at {path}")
        return Table(path.name, pd.DataFrame(), [missing])
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        advice = "text saved as UTF-8 (in Excel: Save As, CSV UTF-8)"
        return Table(path.name, pd.DataFrame(), [Fault(path.name, row, "", guess(raw), advice)])
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        broken = Fault(path.name, 0, "", f"broken quotes ({error})", "every quote closed")
        return Table(path.name, pd.DataFrame(), [broken])
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
    rows = [[cell.strip() for cell in record] for record in records]
    kept = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if len(kept) < 2 or kept[0][0] != 1:
        found = "an empty file" if not kept else "no header in row 1"
        found = "a header without rows" if kept and kept[0][0] == 1 else found
        empty = Fault(file, 0, "", found, "a header in row 1 with rows under it")
        return Table(file, pd.DataFrame(), [empty])
    header = kept[0][1]
    while header and not header[-1]:
        header.pop()
    width, faults, numbers, cells = len(header), [], [], []
    for number, row in kept[1:]:
        if any(row[width:]):
            found = f"{len(row)} cells"
            faults.append(Fault(file, number, "", found, f"{width} cells, as in the header"))
            continue
        numbers.append(number)
        cells.append(row[:width] + [""] * (width - len(row)))
    return Table(file, pd.DataFrame(cells, columns=header, index=numbers, dtype="str"), faults)
