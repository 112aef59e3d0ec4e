"""The door: judges the six tables in the order in which they lean on one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from quyu.facts import schemas
from quyu.facts.agreement import judge_bounds, judge_keys, judge_names, judge_units
from quyu.facts.faults import Fault
from quyu.facts.judging import judge
from quyu.facts.names import index_names
from quyu.facts.settling import LAYOUTS, settle
from quyu.facts.tables import Table

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema


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
