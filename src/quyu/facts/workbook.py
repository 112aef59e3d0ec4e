"""Reads the sheets of an .xlsx workbook as tables of text cells."""

from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from quyu.facts.faults import Fault
from quyu.facts.tables import Table, tabulate

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


def unreadable(file: str, found: str, allowed: str) -> Table:
    """A table of nothing but the reason why."""
    return Table(file, pd.DataFrame(), [Fault(file, 0, "", found, allowed)])
