"""Judges a table of text cells against its schema, collecting every fault instead of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quyu.facts.faults import Fault
from quyu.facts.tables import Table

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

BLANKS = {
    "value": "a figure; if there is none, leave the whole row out",
    "unit": "the codebook's unit; or leave the column out",
}


def judge(table: Table, schema: DataFrameSchema) -> list[Fault]:
    """Every fault of a table: in its columns, then in its cells by row.

    A table that could not be read keeps only the faults of reading it. Blank cells, unknown
    words, text in numbers and numbers out of range are told apart.
    """
    from pandera.errors import SchemaErrors

    if table.cells.empty:
        return table.faults
    faults = [*table.faults, *judge_header(table, schema)]
    if table.cells.columns.has_duplicates:
        return faults
    try:
        schema.validate(table.cells.mask(table.cells == ""), lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        cells = cases[cases["index"].notna()]
        faults += [
            cell_fault(table, schema, int(case.index), case.column)
            for case in cells.itertuples(index=False, name="Case")
        ]
    return faults


def judge_header(table: Table, schema: DataFrameSchema) -> list[Fault]:
    """Columns that are missing, unknown or there twice."""
    present, known = list(table.cells.columns), list(schema.columns)
    needed = [name for name, column in schema.columns.items() if column.required]
    listed = f"the columns {', '.join(needed)}"
    faults = [
        Fault(table.file, 1, name, "no such column", listed)
        for name in needed
        if name not in present
    ]
    for name in dict.fromkeys(present):
        if name not in known:
            faults.append(Fault(table.file, 1, name, f"an unknown column {name!r}", listed))
        elif present.count(name) > 1:
            times = f"this column {present.count(name)} times"
            faults.append(Fault(table.file, 1, name, times, "each column once"))
    return faults


def cell_fault(table: Table, schema: DataFrameSchema, row: int, column: str) -> Fault:
    """The fault of one cell that its column's rule refused."""
    found = table.cells.at[row, column]
    says = schema.columns[column].metadata
    if found == "":
        return Fault(table.file, row, column, "a blank cell", BLANKS.get(column, says["allowed"]))
    suggestion = says["suggest"](found) if says["suggest"] else ""
    return Fault(table.file, row, column, repr(found), says["allowed"] + suggestion)
