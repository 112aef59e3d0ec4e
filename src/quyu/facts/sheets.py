"""Reads any file of figures, text or workbook, as sheets of text cells, within bounds."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from quyu.facts.books import read_book
from quyu.facts.cells import GROUPED, decimal_comma, plain
from quyu.words.nouns import Noun

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
BYTES = 32 << 20  # of a file
ROWS, CELLS, CELL = 200_000, 2_000_000, 10_000  # of a sheet, of a file; signs of a cell
WANTED = "a folder, a text file (.csv, .tsv, .txt) or a workbook (.xlsx, .xls, .ods) of figures"
ALONE = "keep the table of figures alone"
# Words of which a table of China's provinces has some: they tell one old encoding from another.
TELLING = re.compile(
    "地[区區]|省|市|自治|年|指[标標]|[单單]位|[数數]|北京|天津|河北|山西|[辽遼][宁寧]|吉林|黑[龙龍]江|上海|"
    "江[苏蘇]|浙江|安徽|福建|江西|山[东東]|河南|湖北|湖南|[广廣][东東西]|海南|重[庆慶]|四川|[贵貴]州|[云雲]南|"
    "西藏|[陕陝]西|甘[肃肅]|青海|[宁寧]夏|新疆|[亿億][元]|[万萬][元人]|全[国國]"
)


@dataclass(frozen=True, repr=False)
class Sheet(Noun):
    """One sheet, or a text file: where it stands, and its cells as their owner sees them.

    `place` is the file with the sheet's name, `title` that name alone ("" of a text file); a row of
    `rows` is a spreadsheet's, the first being row 1. `parted` is the sign between the cells of a text file
    ("" in a workbook); `merged` which cells are one (first row and column,
    last row and column, from 0), None where nobody knows; `told` what its owner does not see.
    """

    place: str
    title: str
    rows: list[list[str]]
    parted: str = ""
    merged: Sequence[tuple[int, int, int, int]] | None = None
    told: list[str] = field(default_factory=list)


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook (xlsx, xls, ods), or of a text file its one, in its own order.

    A text file is in the encoding of `decoded`; its cells are parted by commas, semicolons or tabs, as
    a line `sep=` says or as most lines agree. Refused in a line: what is no such file, is broken, is
    beyond the bounds, is a chart where figures should be, or holds formulas that were never worked out.
    """
    if not path.is_file():
        raise ValueError(f"{path}: nothing there; allowed: {WANTED}.")
    if (size := path.stat().st_size) > BYTES:
        raise ValueError(f"{path.name}: {size >> 20} MB; a file may have up to {BYTES >> 20} MB.")
    kind = path.suffix.lower()
    if kind in TEXTS:
        return [_text(path)]
    if kind not in WORKBOOKS:
        known = ", ".join([*TEXTS, *WORKBOOKS])
        raise ValueError(f"{path.name}: a file of the kind {kind or 'none'}; there are {known}.")
    sheets = []
    for page in read_book(path, CELLS):
        rows = bounded(page.place, ([cell_text(cell) for cell in row] for row in page.rows))
        told = [f"{page.place}: a hidden sheet, read like the others"] if page.hidden else []
        sheets.append(Sheet(page.place, page.title, rows, merged=page.merged, told=told))
    return sheets


def _text(path: Path) -> Sheet:
    text, encoding = decoded(path.name, path.read_bytes())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head, _, rest = text.partition("\n")
    if said := re.fullmatch(r'\s*"?sep=(.)"?[\s,;]*', head):
        delimiter, text = said[1], "\n" + rest  # Excel's line keeps its row number
    else:
        delimiter = _delimiter(text)
    if (text.count(delimiter) + text.count("\n")) > CELLS:  # before any cell of them is made
        raise ValueError(f"{path.name}: more than {ROWS:,} rows or {CELLS:,} cells; {ALONE}.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = bounded(path.name, reader)
    except csv.Error as error:
        raise ValueError(f"{path.name}: broken quotes ({error}); close every quote.") from None
    told = [f"{path.name}: read as {encoding}"] if encoding in ("GB18030", "Big5") else []
    return Sheet(path.name, "", rows, parted=delimiter, told=told)


def decoded(name: str, raw: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding: by its own mark, or UTF-8, or an old Chinese one.

    GB18030 and Big5 can nearly always be read as each other: that one is taken in which more words
    stand that a table of provinces has. Refused where that does not tell.

    >>> decoded("a.csv", "地区,山西".encode("gb18030")), decoded("a.csv", "地區,山西".encode("big5"))
    (('地区,山西', 'GB18030'), ('地區,山西', 'Big5'))
    """
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    own = next((encoding for mark, encoding in marks if raw.startswith(mark)), "utf-8")
    try:
        found = [(raw.decode(own), own)]
    except UnicodeDecodeError:
        found = []
        if own == "utf-8":
            for old in ("GB18030", "Big5"):
                try:
                    found.append((raw.decode(old), old))
                except UnicodeDecodeError:
                    continue
            found.sort(key=lambda each: -len(TELLING.findall(each[0])))
            counts = [len(TELLING.findall(text)) for text, _ in found]
            if len(found) == 2 and counts[0] == counts[1]:
                found = []
    if found and "\0" not in found[0][0]:
        return found[0]
    raise ValueError(
        f"{name}: no text that is UTF-8, UTF-16, GB18030 or Big5 beyond doubt; save it as CSV UTF-8 "
        "(in Excel: Save As)."
    )


def _delimiter(text: str) -> str:
    """What parts the cells: of tab, semicolon and comma the first that most lines have.

    A semicolon file has decimal commas, and a tab-separated one commas in its names.
    """
    lines = [line for line in text.split("\n", 200)[:200] if line.strip()]
    for sign in "\t;":
        having = [line for line in lines if sign in line]
        alone = any(line.count(sign) > 1 and "," not in line for line in having)
        many, commas = (sum(line.count(each) for line in having) for each in (sign, ","))
        if len(having) > 0.6 * len(lines) and (alone or many > commas):
            return sign
    return ","


def decimal_sign(sheet: Sheet, texts: Sequence[str]) -> tuple[bool | None, str]:
    """Whether the decimal sign of a sheet's figures is a comma, None if nobody can tell; and what to say.

    It is a point in a workbook and where commas part the cells; where tabs do, points alone are
    decimal; elsewhere (`;`) the figures must show it.
    """
    if sheet.parted in ("", ","):
        grouped = any(GROUPED.fullmatch(plain(text)) for text in texts)
        return False, "commas part thousands" if grouped else ""
    comma, told = decimal_comma(texts, "," if sheet.parted == "\t" else ".,")
    return comma, f"{told}; save the file with decimal points and no thousands separators" if (
        comma is None
    ) else told


def bounded(place: str, rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """The rows without blank ends, refused as soon as they are too many."""
    kept: list[list[str]] = []
    cells = 0
    for number, row in enumerate(rows, start=1):
        last = max((at for at, cell in enumerate(row) if cell.strip()), default=-1)
        kept.append([cell.strip() for cell in row[: last + 1]])
        cells += last + 1
        if number > ROWS or cells > CELLS:
            raise ValueError(f"{place}: more than {ROWS:,} rows or {CELLS:,} cells; {ALONE}.")
        if any(len(cell) > CELL for cell in kept[-1]):
            raise ValueError(f"{place}, row {number}: a cell of more than {CELL:,} signs.")
    while kept and not kept[-1]:
        kept.pop()
    return kept


def cell_text(cell: object) -> str:
    """A cell as its owner sees it: 110000.0 is the code 110000, an empty cell is blank.

    >>> cell_text(110000.0), cell_text(2.5), cell_text(None), cell_text("廣東"), cell_text(datetime.date(2023, 12, 31))
    ('110000', '2.5', '', '廣東', '2023-12-31')
    """
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
