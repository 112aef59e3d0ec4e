"""What data somebody gives: a folder that stands by itself, or what lies over the embedded facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from quyu.facts.boundaries import provincial
from quyu.facts.faults import Fault, refuse
from quyu.facts.measures import like_shares
from quyu.facts.own import Own, read_own
from quyu.facts.params import embedded
from quyu.facts.reading import Answers
from quyu.facts.register import FILE, called, of_units, optional, own_units, standing_alone
from quyu.facts.screen import ALIKE
from quyu.facts.sheets import TEXTS, WORKBOOKS
from quyu.facts.table_cells import KEYS
from quyu.facts.table_checks import validate
from quyu.facts.tables import Table, read_csv
from quyu.words.nouns import Noun


@dataclass(frozen=True, repr=False)
class Given(Noun):
    """The tables of `path` as read and as typed, and every fault of them.

    Rows of `typed` are numbered as in their file; those below 0 are embedded ones that lie under.
    `own` says what was made of a file.
    """

    path: Path
    read: dict[str, Table]
    typed: dict[str, pd.DataFrame]
    faults: list[Fault]
    own: Own | None = None


def read_given(
    path: Path,
    answers: Answers | None = None,
    under: Mapping[str, pd.DataFrame] | None = None,
) -> Given:
    """The data of a folder or a file, judged; of a file whatever the answers leave open is a fault.

    A file lies over the embedded tables, or over those of `under`, typed.
    Refused: a file that cannot be read at all, and a path where nothing is.
    """
    home = embedded() / "geodata"
    if path == home:
        return Given(path, {}, known_facts(), [])
    if path.is_dir() and standing_alone(path):
        tables = of_folder(path)
        typed, faults = validate(tables)
        if own_units(tables):
            faults = [*dict.fromkeys(map(called, faults))] or _provinces(typed["provinces"])
        return Given(path, tables, typed, faults)
    if path.is_dir():
        tables = {n: read_csv(path / f"{n}.csv") for n in KEYS if (path / f"{n}.csv").exists()}
        if faults := [*meant(path), *(() if tables else [_nothing(path)])]:
            return Given(path, tables, {}, faults)
        return lay_over(path, tables)
    own = read_own(path, under or known_facts(), answers)
    return lay_over(path, own.tables, own, under)


def meant(folder: Path) -> list[Fault]:
    """The files of a folder that bear nearly the name of a table that it lacks."""
    lacking = {name for name in KEYS if not (folder / f"{name}.csv").exists()}
    return [
        Fault(
            path.name,
            0,
            "",
            "nearly the name of a table",
            f"{near[0]}.csv, if it is that; else another name",
        )
        for path in sorted(folder.glob("*.[cC][sS][vV]"))
        if path.name not in {f"{name}.csv" for name in KEYS}
        and (near := get_close_matches(path.stem.strip().casefold(), lacking, n=1, cutoff=0.85))
    ]


def _nothing(folder: Path) -> Fault:
    other = next(
        (path.name for path in sorted(folder.iterdir()) if path.suffix in (*TEXTS, *WORKBOOKS)),
        "FILE",
    )
    found = f"none of {', '.join(f'{name}.csv' for name in ('figures', *(n for n in KEYS if n != 'figures')))}"
    return Fault(
        folder.name,
        0,
        "",
        found,
        f"tables so called; quyu import {other} --into {folder} makes them",
    )


def _provinces(register: pd.DataFrame) -> list[Fault]:
    """Provinces have a register, and maps, that are not of one's own."""
    if not provincial(register["adcode"]):
        return []
    allowed = "no units.csv: figures of provinces lie over the embedded ones (quyu import)"
    return [Fault(FILE, 0, "id", "codes of provinces alone", allowed)]


def of_folder(folder: Path) -> dict[str, Table]:
    """The tables of a folder that stands by itself, as read."""
    paths = {name: folder / f"{name}.csv" for name in KEYS}
    if (folder / FILE).exists():
        paths["provinces"] = folder / FILE
    register = {"provinces": read_csv(paths["provinces"])}
    there = {n: p for n, p in paths.items() if n not in optional(register) or p.exists()}
    tables = {n: read_csv(path) for n, path in there.items()} | register
    return of_units(tables) if own_units(tables) else tables


@cache
def known_facts() -> dict[str, pd.DataFrame]:
    """The embedded tables with their types, judged once in a process."""
    typed, faults = validate(of_folder(embedded() / "geodata"))
    refuse(faults)
    return typed


def lay_over(
    path: Path,
    tables: Mapping[str, Table],
    own: Own | None = None,
    under: Mapping[str, pd.DataFrame] | None = None,
) -> Given:
    """Tables laid over the embedded ones, or over `under`; what was judged falls with its figure."""
    under = dict(under or known_facts())
    typed, faults = validate(tables, under)
    if own is not None:
        faults = [*own.asked, *map(own.placed, faults)]
        if own.cells is None and not faults and typed.get("figures") is not None:
            faults = _like_shares(tables["figures"].file, typed, under)
    if faults or typed.get("figures") is None:
        return Given(path, dict(tables), typed, faults, own)
    keys = KEYS["figures"]
    mine = typed["figures"][typed["figures"].index > 0]
    before = under["figures"].merge(mine, on=keys, suffixes=("", "_own"))
    changed = before[~np.isclose(before["value"], before["value_own"], rtol=ALIKE, atol=0)]
    judged = typed["doubtful"]
    stale = pd.MultiIndex.from_frame(judged[keys]).isin(pd.MultiIndex.from_frame(changed[keys]))
    typed["doubtful"] = judged[~(stale & (judged.index < 0))]
    return Given(path, dict(tables), typed, faults, own)


def _like_shares(
    file: str, typed: Mapping[str, pd.DataFrame], under: Mapping[str, pd.DataFrame]
) -> list[Fault]:
    """Series in % that look like shares, in rows that do not say themselves that they are in %."""
    keys, units = KEYS["figures"], typed["codebook"].set_index("indicator")["unit"]
    own = typed["figures"][typed["figures"].index > 0]
    own = own.assign(unit=own.get("unit", ""))
    own = own[own["indicator"].map(units).eq("%") & own["unit"].eq("")]
    before = under["figures"].set_index(keys)["value"].reindex(pd.MultiIndex.from_frame(own[keys]))
    before = before.set_axis(own.index)
    allowed = "per cent, which a column unit with % in it confirms; times 100 what are shares"
    return [
        Fault(file, int(rows.index[0]), "value", f"{name}: {why} under %", allowed)
        for name, rows in own.groupby("indicator", sort=False)
        if (why := like_shares(rows["value"], before[rows.index]))
    ]
