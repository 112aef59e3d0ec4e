"""A register of units of one's own, units.csv: cities, districts, counties, countries, in any groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from quyu.facts.faults import Fault
from quyu.facts.table_cells import FREE, LINE, OPTIONAL, REGISTERS, Columns, like
from quyu.facts.tables import Table
from quyu.words.scripts import simplified

FILE = "units.csv"
PLACES = ("zone", "region")  # of any register: the groups that reports and briefs go by
NO_GROUP = "—"  # the group of a unit that has none of a kind
NAMES = ("name_en", "name_zh_hant", "name_zh_hans")
BARE = r"^(.{2,})[市縣县區区盟州旗]$"  # 杭州市 is called 杭州 too
UNITS: Columns = {
    "adcode": like(r"[A-Za-z0-9_.]{1,24}", "an id of up to 24 letters, digits, _ or ."),
    **dict.fromkeys(NAMES, LINE),
    **dict.fromkeys(("short_zh_hant", "short_zh_hans"), FREE),
    **dict.fromkeys(("aliases", *PLACES), FREE),
}
# What the tables of such a folder may leave out: column by column what then stands there, another
# column or, after "=", a text.
FILLED = {
    "provinces": {
        "name_zh_hant": "name",
        "name_zh_hans": "name_zh_hant",
        "name_en": "name",
        "short_zh_hant": "name_zh_hant",
        "short_zh_hans": "name_zh_hans",
        "aliases": "=",
    },
    "codebook": {
        "name_zh_hant": "name",
        "name_zh_hans": "name_zh_hant",
        "name_en": "name",
        "definition": "name_zh_hant",
        **dict.fromkeys(("unit_zh_hans", "unit_en", "canonical_unit"), "unit"),
        **{"factor": "=1", "by_province": "=yes", "min": "=-1e300", "max": "=1e300"},
        **dict.fromkeys(("years", "official_source", "caveat", "caveat_zh_hant"), "="),
        **dict.fromkeys(("verification", "grade"), "="),
    },
    "sources": {
        "publisher": "publication",
        **{"publication_en": "publication", "publication_zh_hans": "publication"},
        "publisher_en": "publisher",
        **dict.fromkeys(("table", "edition", "years", "terms", "grade", "note"), "="),
    },
}


def of_units(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables of a folder with units.csv, laid out as those of a folder of provinces.

    `tables["provinces"]` is units.csv as read: id, name, further names, and any columns of groups. The
    first of these is the register's zone and region as well. `id` is a unit's key in all tables.
    """
    made = {}
    for name, table in tables.items():
        cells = table.cells.rename(columns={"id": "adcode"})
        if not cells.columns.has_duplicates:  # which is told as a fault
            cells = _grouped(cells) if name == "provinces" else cells
            cells = _filled(cells, FILLED.get(name, {}))
            if name == "provinces" and {"aliases", "name_zh_hant"} <= {*cells}:
                bare = cells["name_zh_hant"].str.extract(BARE, expand=False).fillna("")
                cells["aliases"] = cells["aliases"] + ";" + bare
        made[name] = replace(table, cells=cells)
    return made


def standing_alone(folder: Path) -> bool:
    """Whether a folder says what its units are, and so lies over nothing."""
    return any((folder / name).exists() for name in ("provinces.csv", FILE))


def own_units(tables: Mapping[str, Table]) -> bool:
    """Whether a folder's units are its own, and not the provinces."""
    return "provinces" in tables and tables["provinces"].file == FILE


def optional(tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The tables that a folder may do without; targets and pairs are the provinces'."""
    return (*OPTIONAL, "targets", "assistance_pairs") if own_units(tables) else OPTIONAL


def groups_of(register: pd.DataFrame) -> dict[str, str]:
    """The kinds of groups of a register of one's own: its column, by what its owner calls it."""
    called = [name for name in register if name not in UNITS]
    return dict(zip(["zone", *called[1:]], called, strict=False))


def register_columns(table: Table) -> Columns:
    """What the columns of a register may hold, be it of provinces or of units of one's own."""
    if table.file != FILE:
        return REGISTERS["provinces"]
    own = dict.fromkeys(name for name in table.cells if name and name not in UNITS)
    return {**UNITS, **dict.fromkeys(own, FREE)}


def called(fault: Fault) -> Fault:
    """A fault told with the names that units.csv gives to columns."""
    column = {"adcode": "id"}.get(fault.column, fault.column)
    if fault.found in ("a blank cell", "no such column") and column.startswith(("name_", "short_")):
        column = "name"  # from which the others are
    if fault.file == FILE and fault.row == 1:
        return replace(fault, column=column, allowed="the columns id, name, and any of groups")
    allowed = fault.allowed.replace(
        "province of provinces.csv by name or adcode", "unit of units.csv"
    )
    return replace(fault, column=column, allowed=allowed.replace("adcode", "id"))


def _grouped(cells: pd.DataFrame) -> pd.DataFrame:
    own = [name for name in cells if name and name not in {*UNITS, "name"}]
    groups = cells[own].replace("", NO_GROUP)
    first = groups[own[0]] if own else NO_GROUP
    return cells.assign(**groups, **dict.fromkeys(PLACES, first))


def _filled(cells: pd.DataFrame, filled: Mapping[str, str]) -> pd.DataFrame:
    if not filled or cells.empty:
        return cells
    cells = cells.copy()
    for column, told in filled.items():
        if told.startswith("="):
            default = pd.Series(told[1:], cells.index)
        elif told in cells:
            default = cells[told].map(simplified) if column.endswith("zh_hans") else cells[told]
        else:
            continue  # neither the one nor the other: told as a fault
        own = cells.get(column, default)
        cells[column] = own.where(own != "", default).astype("str")
    return cells.drop(columns="name", errors="ignore")
