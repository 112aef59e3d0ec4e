"""Workbooks of any program, opened by one reader that believes none of them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quyu.facts.old_books import look_into_old
from quyu.facts.packed import look_into, reading
from quyu.words.nouns import Noun


@dataclass(frozen=True, repr=False)
class Page(Noun):
    """A sheet of cells as its program typed them; `merged` as in `Sheet`."""

    place: str
    title: str
    rows: Sequence[Sequence[Any]]
    hidden: bool
    merged: Sequence[tuple[int, int, int, int]] | None


def read_book(path: Path, most: int) -> list[Page]:
    """The sheets of a workbook that hold cells, up to `most` of them on any; charts are left out.

    Refused in a line: what is no workbook, unpacks to too much, stretches over too many cells, is
    broken, has a chart where the sheet `figures` should be, or formulas that were never worked out.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    if zipfile.is_zipfile(path):
        look_into(path, most)
    else:
        look_into_old(path)
    with reading(f"{path.name}: no workbook that can be read"):
        book = load_workbook(str(path))
    drawn = [each.name for each in book.sheets_metadata if each.typ != SheetTypeEnum.WorkSheet]
    if "figures" in drawn:
        raise ValueError(
            f"{path.name} [figures]: a chart, not a sheet of cells; call the sheet of figures so."
        )
    pages = []
    for each in book.sheets_metadata:
        if each.name in drawn:
            continue
        place = f"{path.name} [{each.name}]"
        with reading(f"{place}: a broken sheet"):
            sheet = book.get_sheet_by_name(each.name)
            if sheet.total_height * sheet.total_width > most:
                raise ValueError(f"cells from {sheet.start} to {sheet.end}")
            rows = sheet.to_python(skip_empty_area=False)
            spans = sheet.merged_cell_ranges
        merged = None if spans is None else [(*start, *end) for start, end in spans]
        hidden = each.visible != SheetVisibleEnum.Visible
        pages.append(Page(place, each.name, rows, hidden, merged))
    if not pages:
        raise ValueError(f"{path.name}: a workbook without a sheet of cells.")
    return pages
