"""Tables judged together: what of one must fit another, what lies under them, every fault told."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from quyu.facts.faults import Fault
from quyu.facts.names import called, name_columns
from quyu.facts.register import optional, own_units, register_columns
from quyu.facts.table_cells import BLANKED, KEYS, REGISTERS, judge, leaning
from quyu.facts.tables import Table


def validate(
    tables: Mapping[str, Table], under: Mapping[str, pd.DataFrame] | None = None
) -> tuple[dict[str, pd.DataFrame | None], list[Fault]]:
    """The tables, named as in `KEYS`, with their types, and every fault of them by file and row.

    Rows of `under`, tables that were judged before, lie under those of the same table whose keys are
    not given; rows below 0 are theirs. Figures, targets and pairs refer to the register, the codebook
    and the sources; if one of these three cannot be read, only the faults of the three are listed.
    """
    below, own, faults = under or {}, {}, {}
    for name, columns in REGISTERS.items():
        if name in tables or not under:
            columns = register_columns(tables[name]) if name == "provinces" else columns
            own[name], faults[name] = judge(tables[name], columns)
    if any(table is None for table in own.values()):
        return own, [fault for found in faults.values() for fault in found]
    register, codebook, sources = (
        laid(own.get(name), below.get(name), KEYS[name])
        .drop_duplicates(KEYS[name])
        .set_index(KEYS[name][0])
        for name in REGISTERS
    )
    for word, ids in called(name_columns(register)).items():
        if len(ids) > 1 and not own_units(tables):  # two counties may share a name, ids do not
            found = f"the name {word!r} for both {' and '.join(ids)}"
            allowed = "names that tell them apart, each leading to one province"
            return own, [Fault(tables["provinces"].file, 0, "", found, allowed)]
    tied = leaning(register, codebook, sources.index)
    for name in tied:
        if name in tables or not (under or name in optional(tables)):
            own[name], faults[name] = judge(tables[name], tied[name])
    for name, typed in own.items():
        if typed is not None:
            faults[name] += repeated(tables[name], typed[KEYS[name]])
            if name in ("figures", "targets"):
                faults[name] += at_odds(tables[name], typed, codebook)
    if own.get("doubtful") is not None:
        faults["doubtful"] += _unexplained(tables["doubtful"], own["doubtful"])
    if under and "codebook" in own:
        faults["codebook"] += _turned(tables["codebook"].file, own, under)
    listed = [
        fault for found in faults.values() for fault in sorted(found, key=lambda each: each.row)
    ]
    if listed:
        return own, listed
    for name, table in below.items():
        own[name] = laid(own.get(name), table, KEYS[name])
    return own, []


def laid(own: pd.DataFrame | None, under: pd.DataFrame | None, key: list[str]) -> pd.DataFrame:
    """Rows with, under them, those whose key they do not give, numbered below 0."""
    if under is None:
        return own
    if own is not None:
        keys = pd.MultiIndex.from_frame(own[key])
        under = under[~pd.MultiIndex.from_frame(under[key]).isin(keys)]
    below = under.set_axis(range(-len(under), 0))
    return below if own is None else pd.concat([own, below]).fillna("")


def _turned(
    file: str, own: Mapping[str, pd.DataFrame | None], under: Mapping[str, pd.DataFrame]
) -> list[Fault]:
    """Indicators that are given another unit than the figures under them are in."""
    rows, faults = (
        own["codebook"].merge(under["codebook"], on="indicator", suffixes=("", "_below")),
        [],
    )
    rows = rows.set_axis(
        own["codebook"].index[own["codebook"]["indicator"].isin(rows["indicator"])]
    )
    below = laid(own.get("figures"), under["figures"], KEYS["figures"])
    left = below["indicator"][below.index < 0].value_counts()
    for row, told in rows.iterrows():
        for name in ("unit", "factor"):
            if told[name] != told[f"{name}_below"] and told["indicator"] in left:
                allowed = f"{told[f'{name}_below']}, which {left[told['indicator']]} figures are in"
                faults.append(Fault(file, row, name, repr(told[name]), allowed))
    return faults


def repeated(table: Table, keys: pd.DataFrame) -> list[Fault]:
    """Rows whose key was given before; `keys` are the table's key columns, typed."""
    keys = keys[keys.notna().all(axis=1) & (keys != "").all(axis=1)]
    faults, first = [], {}
    for row, *key in keys[keys.duplicated(keep=False)].itertuples(name=None):
        before = first.setdefault(tuple(key), row)
        if before != row:
            told = [f"{part:g}" if isinstance(part, float) else str(part) for part in key]
            found = f"{', '.join(told)} again, first in row {before}"
            allowed = f"one row for each {', '.join(keys.columns)}"
            faults.append(Fault(table.file, row, "", found, allowed))
    return faults


def _unexplained(table: Table, judged: pd.DataFrame) -> list[Fault]:
    """Cells that are not scored without a word to readers."""
    allowed = "what a reader should know of a cell not scored"
    blank = judged["judgement"].isin(BLANKED)
    return [
        Fault(table.file, row, note, "a blank cell", allowed)
        for note in ("note_zh_hant", "note_en")
        for row in judged.index[blank & judged[note].eq("")]
    ]


def at_odds(table: Table, typed: pd.DataFrame, codebook: pd.DataFrame) -> list[Fault]:
    """Values and units that the codebook does not allow for their indicator, names of other units.

    A unit may be the codebook's in either script or in English.
    """
    cells = table.cells.assign(indicator=typed["indicator"])[
        typed["indicator"].isin(codebook.index)
    ]
    book = codebook.loc[typed.loc[cells.index, "indicator"]].set_axis(cells.index)
    value = "value" if "value" in cells else "target"
    values, low, high = typed.loc[cells.index, value], book["min"], book["max"]
    outside = np.isfinite(values) & ((values < low) | (values > high))
    odd = [
        (row, value, f"{low[row]:.15g} to {high[row]:.15g} {book.at[row, 'unit']}")
        for row in cells.index[outside]
    ]
    if "unit" in cells:
        known = [cells["unit"] == book[unit] for unit in ("unit", "unit_zh_hans", "unit_en")]
        wrong = cells.index[~(known[0] | known[1] | known[2] | (cells["unit"] == ""))]
        odd += [(row, "unit", book.at[row, "unit"]) for row in wrong]
    faults = [
        Fault(table.file, row, column, repr(cells.at[row, column]), f"{allowed} for {name}")
        for row, column, allowed in odd
        for name in [cells.at[row, "indicator"]]
    ]
    if "province" in typed:
        both = typed[["adcode", "province"]].dropna()
        for row, code in both.loc[both["adcode"] != both["province"], "adcode"].items():
            found = repr(table.cells.at[row, "province"])
            allowed = f"a name of {code}, the row's adcode; one of the two is wrong"
            faults.append(Fault(table.file, row, "province", found, allowed))
    return faults
