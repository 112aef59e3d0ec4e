"""Validates tables before they are used, every fault told by file and row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quyu.facts.faults import Fault
from quyu.facts.tables import Table

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema
from collections.abc import Mapping

import numpy as np
import pandas as pd

from quyu.facts import schemas
from quyu.facts.names import index_names
from quyu.facts.tables import LAYOUTS, settle

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


def judge_keys(table: Table, keys: pd.DataFrame) -> list[Fault]:
    """Rows whose key was given before; `keys` are the table's key columns, settled."""
    keys = keys.set_axis(table.cells.index)
    keys = keys[keys.notna().all(axis=1) & (keys != "").all(axis=1)]
    faults, first = [], {}
    allowed = f"one row for each {', '.join(keys.columns)}"
    for row, *key in keys[keys.duplicated(keep=False)].itertuples(name=None):
        before = first.setdefault(tuple(key), row)
        if before != row:
            words = [f"{part:g}" if isinstance(part, float) else str(part) for part in key]
            found = f"{', '.join(words)} again, first in row {before}"
            faults.append(Fault(table.file, row, "", found, allowed))
    return faults


def judge_bounds(table: Table, values: pd.Series, codebook: pd.DataFrame) -> list[Fault]:
    """Values outside what the codebook calls plausible for their indicator."""
    values = values.set_axis(table.cells.index)
    indicators = table.cells["indicator"]
    low, high = (
        indicators.map(pd.to_numeric(codebook[bound], errors="coerce")) for bound in ("min", "max")
    )
    outside = np.isfinite(values) & ((values < low) | (values > high))
    return [
        Fault(
            table.file,
            row,
            str(values.name),
            repr(table.cells.at[row, values.name]),
            f"{low[row]:.15g} to {high[row]:.15g} {codebook.at[name, 'unit']} for {name}",
        )
        for row, name in indicators[outside].items()
    ]


def judge_units(table: Table, codebook: pd.DataFrame) -> list[Fault]:
    """Units that are not the codebook's, in either script or English."""
    cells = table.cells[["indicator", "unit"]]
    right = cells["unit"] == ""
    for column in ("unit", "unit_zh_hans", "unit_en"):
        right |= cells["unit"] == cells["indicator"].map(codebook[column])
    wrong = cells[~right & cells["indicator"].isin(codebook.index)]
    return [
        Fault(table.file, row, "unit", repr(unit), f"{codebook.at[name, 'unit']} for {name}")
        for row, name, unit in wrong.itertuples(name=None)
    ]


def judge_names(table: Table, settled: pd.DataFrame) -> list[Fault]:
    """Names in the column `province` that belong to another adcode than the row's."""
    both = settled[["adcode", "province"]].set_axis(table.cells.index)
    wrong = both.index[both.notna().all(axis=1) & (both["adcode"] != both["province"])]
    return [
        Fault(
            table.file,
            row,
            "province",
            repr(table.cells.at[row, "province"]),
            f"a name of {both.at[row, 'adcode']}, the row's adcode; one of the two is wrong",
        )
        for row in wrong
    ]


def judge_tables(tables: Mapping[str, Table]) -> list[Fault]:
    """Every fault of the six tables, named as in `LAYOUTS`.

    Figures, targets and pairs refer to the register, the codebook and the sources; if one of
    these three cannot be read, only the faults of the three are listed.
    """
    leaned_on = {
        "provinces": schemas.provinces(),
        "codebook": schemas.codebook(),
        "sources": schemas.sources(),
    }
    if any(missing_columns(tables[name], schema) for name, schema in leaned_on.items()):
        return [
            fault for name, schema in leaned_on.items() for fault in judge(tables[name], schema)
        ]
    register, codebook, sources = (by_key(tables[name], name) for name in leaned_on)
    try:
        index_names(register)
    except ValueError as clash:
        return [Fault(tables["provinces"].file, 0, "", str(clash), "names that tell them apart")]
    leaning = {
        "figures": schemas.figures(register, codebook.index, sources.index),
        "targets": schemas.targets(register, codebook.index),
        "assistance_pairs": schemas.assistance_pairs(register),
    }
    faults = []
    for name, schema in (leaned_on | leaning).items():
        found = judge(tables[name], schema)
        if not missing_columns(tables[name], schema):
            found += judge_agreement(name, tables[name], register, codebook)
        faults += sorted(found, key=lambda fault: fault.row)
    return faults


def missing_columns(table: Table, schema: DataFrameSchema) -> bool:
    """Whether columns that the schema needs are missing or there twice."""
    needed = {name for name, column in schema.columns.items() if column.required}
    return not needed <= set(table.cells.columns) or table.cells.columns.has_duplicates


def by_key(table: Table, name: str) -> pd.DataFrame:
    """The table by its key; of rows that repeat a key, the first."""
    (key,) = LAYOUTS[name].key
    return table.cells.drop_duplicates(key).set_index(key)


def judge_agreement(
    name: str, table: Table, register: pd.DataFrame, codebook: pd.DataFrame
) -> list[Fault]:
    """Keys given twice, and units and values that the codebook does not allow."""
    settled = settle(table.cells, LAYOUTS[name], register)
    faults = judge_keys(table, settled[list(LAYOUTS[name].key)])
    if name in ("figures", "targets"):
        value = "value" if name == "figures" else "target"
        faults += judge_bounds(table, settled[value], codebook)
        if "unit" in table.cells:
            faults += judge_units(table, codebook)
        if "province" in table.cells:
            faults += judge_names(table, settled)
    return faults
