"""Looks into a packed workbook before a reader opens it: for bombs, and for cells that it would blank."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPACKED = 128 << 20  # bytes of all that a workbook unpacks to
WRITTEN_OUT = 64 << 20  # bytes of texts that stand once and are shown in many cells
LESS = f"up to {WRITTEN_OUT >> 20} MB are read: keep the table of figures alone"
MEND = "open it in a spreadsheet program and save it anew"


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Whatever a reader of other people's files falls over is told in one line."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a reader that panics is no Exception
        told = " ".join(str(error).split())[:120] or type(error).__name__
        raise ValueError(f"{what} ({told}); {MEND}.") from None


def look_into(path: Path, most: int) -> None:
    """Refuse what unpacks to more, or stretches further, than a workbook of figures ever does.

    What the directory of a zip says of sizes is proved by unpacking every part once, piece by piece.
    Refused as well: formulas that were never calculated and errors, which a reader gives as blanks.
    """
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
        size = sum(part.file_size for part in parts)
        if size > UNPACKED or len(parts) > 5000:
            raise ValueError(
                f"{path.name}: it unpacks to {size >> 20} MB in {len(parts)} parts; up to "
                f"{UNPACKED >> 20} MB in 5,000 are read."
            )
        with reading(f"{path.name}: no workbook that can be read"):
            if broken := packed.testzip():
                raise ValueError(f"its part {broken} is damaged")
            book = next((p for p in parts if p.filename.lower() == "xl/workbook.xml"), None)
            anew = book is not None and bool(_ANEW.search(packed.read(book)))
        kinds = {part: _kind(packed, part) for part in parts}
        lengths = [
            len(text[1])
            for part in parts
            if kinds[part] == b"sst"
            for text in _STRING.finditer(packed.read(part))
        ]
        for part in parts:
            if part.filename == "content.xml":
                _refuse_repeats(path.name, packed.read(part), most)
            elif kinds[part] == b"worksheet":
                text = packed.read(part)
                _refuse_sheet(path.name, text, most, anew)
                _refuse_written_out(path.name, text, lengths)


def _kind(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """What a part of a workbook is by its outermost element: a worksheet, or the texts that are shared."""
    with packed.open(part) as text:
        found = re.search(rb"<(?:\w+:)?(worksheet|sst)\b", text.read(1 << 16))
    return found[1] if found else b""


_STRING = re.compile(rb"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.S)
_SHARED = re.compile(rb"""\bt=["']s["'][^>]*>\s*<(?:\w+:)?v>\s*(\d{1,7})""")


def _refuse_written_out(name: str, text: bytes, lengths: list[int]) -> None:
    """Refuse a sheet that shows a few long texts in very many cells: a reader copies them for each."""
    if max(lengths, default=0) * text.count(b"<") // 2 <= WRITTEN_OUT:
        return
    size = sum(lengths[n] for each in _SHARED.finditer(text) if (n := int(each[1])) < len(lengths))
    if size > WRITTEN_OUT:
        raise ValueError(f"{name}: {size >> 20} MB of text in its cells; {LESS}.")


# Names of elements may have a prefix, attributes either kind of quotes, cells no place of their own.
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>(?:[^<]|<!\[CDATA\[.*?\]\]>)*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\b[^>]*?(?P<blank>/>|>(?P<value>[^<]*)<))?",
    re.S,
)
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*\bt=["']e["'])([^>]*)>(?:(?!</(?:\w+:)?c>).){0,2000}?<(?:\w+:)?v>([^<]{0,20})</""",
    re.S,
)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3}\d{1,7})["']""")
_ANEW = re.compile(
    rb"""\bfullCalcOnLoad=["'](?:1|true)"""
)  # values stand in for what opening works out


def _refuse_sheet(name: str, text: bytes, most: int, anew: bool) -> None:
    """Refuse a sheet whose cells stand far apart, or with formulas or errors that would read as blank."""
    for cell in _FORMULA.finditer(text):
        value = (cell["value"] or b"").strip()
        string = re.search(rb"""\bt=["']str["']""", cell[1]) and (
            cell["value"] is not None or cell["blank"]
        )
        if (not value and not string) or (anew and value == b"0"):
            raise ValueError(
                f"{name}, {_place(cell[1])}: a formula that was never calculated; {MEND}."
            )
    if found := _ERROR.search(text):  # the reader would give it as a blank
        raise ValueError(
            f"{name}, {_place(found[1])}: an error, {found[2].decode(errors='replace')}; mend the "
            "formula, or clear the cell where there is no figure."
        )
    many = sum(map(text.count, (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/")))
    columns, last = set(), 0
    for cell in _CELL.finditer(text) if many <= most else ():
        columns.add(cell[1])
        last = max(last, int(cell[2]))
    wide = max((_column(letters) for letters in columns), default=0)
    if many > most or wide * last > most:
        raise ValueError(
            f"{name}: a sheet of {f'{last:,} rows by {wide:,} columns' if last else f'{many:,} cells'}; up to "
            f"{most:,} cells are read: delete what stands far from the table."
        )


def _place(attributes: bytes) -> str:
    found = _PLACE.search(attributes)
    return f"cell {found[1].decode()}" if found else "a cell"


def _column(letters: bytes) -> int:
    number = 0
    for sign in letters:
        number = 26 * number + sign - 64
    return number


_TIMES = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')


def _refuse_repeats(name: str, text: bytes, most: int) -> None:
    """Refuse an OpenDocument sheet in which few cells stand for too many, or with what reads as blank."""

    def times(head: bytes) -> int:
        found = _TIMES.search(head.partition(b">")[0])
        return int(found[1]) if found else 1

    total = size = 0
    for number, row in enumerate(text.split(b"<table:table-row")[1:], start=1):
        filled = []
        for cell in row.split(b"<table:table-cell")[1:]:
            head, own = cell.partition(b">")[0], cell.partition(b"</table:table-cell>")[0]
            said = b"<text:p" in cell or b":value=" in cell
            if b'value-type="error"' in head:
                told = re.search(rb"<text:p>([^<]{0,20})", own)
                error = told[1].decode(errors="replace") if told else "of a formula"
                raise ValueError(
                    f"{name}, line {number} of its rows: an error, {error}; mend the formula, or clear the cell "
                    "where there is no figure."
                )
            if b":formula=" in head and not said:
                raise ValueError(
                    f"{name}, line {number} of its rows: a formula that was never calculated; {MEND}."
                )
            if said:
                filled.append(cell)
        total += times(row) * sum(map(times, filled))
        size += times(row) * sum(
            times(cell) * len(cell) for cell in filled if times(row) * times(cell) > 1
        )
    if total > most:
        raise ValueError(f"{name}: {total:,} cells by repetition; up to {most:,} are read.")
    if size > WRITTEN_OUT:
        raise ValueError(f"{name}: {size >> 20} MB of text in its cells; {LESS}.")
