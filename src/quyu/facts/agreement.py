"""Judges what takes two cells to see: keys given twice, cells that contradict each other."""

import numpy as np
import pandas as pd

from quyu.facts.faults import Fault
from quyu.facts.tables import Table


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
