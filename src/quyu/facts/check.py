"""Checks data before they are used: a folder, a CSV of figures or a workbook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quyu.facts.boundaries import boundaries, dashline
from quyu.facts.faults import Fault
from quyu.facts.load import embedded, load
from quyu.facts.tables import LAYOUTS, Table, read_csv, read_workbook
from quyu.facts.validate import judge_tables


def check(path: Path | None = None) -> list[Fault]:
    """Every fault of some data; an empty list means that `load` or a merge would accept them.

    `path` is a folder shaped like geodata/, a .csv of figures, or an .xlsx workbook with a
    sheet `figures`; the embedded data by default. Figures on their own are checked against the
    embedded register, codebook and sources; a workbook may add to the last two with sheets
    `codebook` and `sources`, whose rows take the place of embedded rows of the same key.

    >>> check()
    []
    """
    home = embedded() / "geodata"
    path = home if path is None else Path(path)
    if path.is_dir():
        found = judge_tables({name: read_csv(path / f"{name}.csv") for name in LAYOUTS})
        return found or judge_shapes(path)
    if not path.exists():
        return [Fault(path.name, 0, "", "nothing there", "a folder, a .csv or an .xlsx workbook")]
    tables = {name: read_csv(home / f"{name}.csv") for name in LAYOUTS if name != "figures"}
    if path.suffix.lower() == ".csv":
        return judge_tables(tables | {"figures": read_csv(path)})
    if path.suffix.lower() != ".xlsx":
        found = f"a file of the kind {path.suffix or 'none'}"
        return [Fault(path.name, 0, "", found, "a folder, a .csv or an .xlsx workbook")]
    own = read_workbook(path)
    for name in ("codebook", "sources"):
        if name in own:
            own[name] = overlay(own[name], tables[name], LAYOUTS[name].key[0])
    return judge_tables(tables | own)


def judge_shapes(folder: Path) -> list[Fault]:
    """What is wrong with the boundaries of a folder whose tables are sound."""
    facts = load(folder)
    for name, read in (("provinces.geojson", boundaries), ("dashline.geojson", dashline)):
        try:
            read(facts)
        except ValueError as fault:
            return [Fault(name, 0, "", str(fault), "the file of quyu's geodata/, or one like it")]
    return []


def overlay(own: Table, embedded_table: Table, key: str) -> Table:
    """A user's rows with, under them, the embedded rows whose key they do not give."""
    if key not in own.cells or own.cells.columns.has_duplicates:
        return own
    rest = embedded_table.cells[~embedded_table.cells[key].isin(own.cells[key])]
    last = own.cells.index.max()
    below = rest.set_axis(range(last + 1, last + 1 + len(rest)))
    return Table(own.file, pd.concat([own.cells, below]).fillna(""), own.faults)
