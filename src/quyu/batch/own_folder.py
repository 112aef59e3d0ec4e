"""A folder of figures of one's own: what an import leaves in it, and in which order that is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from quyu.facts.faults import Fault
from quyu.facts.given import Given
from quyu.facts.own import MADE, digits
from quyu.facts.table_cells import KEYS
from quyu.facts.tables import Table
from quyu.files import publish
from quyu.words.scripts import no_formula

FIGURES = ["adcode", "year", "indicator", "value", "source"]
KEY = KEYS["figures"]
NUMBERS = ("value", "target", "factor", "min", "max")


def own_rows(given: Given | None) -> pd.DataFrame:
    """The figures that lie over the embedded ones, as text, with their row."""
    if given is None or "figures" not in given.read:
        return pd.DataFrame(columns=[*FIGURES, "row"], dtype="str")
    typed = given.typed["figures"]
    own = typed.loc[typed.index > 0, FIGURES]
    texts = {
        "year": own["year"].map("{:.0f}".format),
        "value": own["value"].astype(float).map(digits),
    }
    return own.assign(**texts, row=own.index.astype(str)).astype("str")


def met(
    new: pd.DataFrame, there: pd.DataFrame, *, keep: bool, replaced: bool
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The figures to write, those of the folder that stay beside them, and those that differ.

    What stands there with the same value stays as it is, unless it shall be replaced.
    """
    both = new.merge(there[[*KEY, "value"]], on=KEY, suffixes=("", "_there"))
    differ = both["value"].astype(float) != both["value_there"].astype(float)
    left = both if keep else both[~differ] if not replaced else both[:0]
    new = new[~_keys(new, KEY).isin(_keys(left, KEY))]
    return new, there[~_keys(there, KEY).isin(_keys(new, KEY))], both[differ]


def conflicts(given: Given, before: Given | None, *, keep: bool, replaced: bool) -> list[str]:
    """Why rows of other tables cannot go into the folder, each as a line."""
    if before is None:
        return []
    found = []
    own, there = (_typed(each, "codebook") for each in (given, before))
    both = own.merge(there, on="indicator", suffixes=("", "_there"))
    held = {*own_rows(before)["indicator"]}
    for row in both[
        (both["unit"] != both["unit_there"]) | (both["factor"] != both["factor_there"])
    ].itertuples():
        if row.indicator in held or not replaced:
            found.append(
                f"{row.indicator} is in {row.unit_there} there, in {row.unit} here; give both one unit, or name "
                "another folder"
            )
    others = (
        ("codebook", "targets")
        if given.own and given.own.made
        else ("codebook", "sources", "targets")
    )
    for name in others if not (keep or replaced or found) else ():
        if len(differ := _differing(given, before, name)):
            first = ", ".join(map(str, differ[0]))
            found.append(
                f"{name}.csv has another row for {len(differ)} of the file's, the first {first}. Say --keep or "
                "--replace."
            )
    return found


def told_apart(
    given: Given, before: Given | None, rows: pd.DataFrame
) -> tuple[Given, pd.DataFrame]:
    """The file's own source under a key that no other publication of the folder has.

    One that stands there already stays as it is: somebody may have completed it.
    """
    there = before.read.get("sources") if before else None
    if there is None or given.own is None or not given.own.made:
        return given, rows
    own = given.read["sources"].cells
    key, told = own[["key", "publication"]].iloc[0]
    cells = there.cells.set_index("key")["publication"]
    same = [
        name for name in cells.index if cells[name] == no_formula(told) and name.startswith(key)
    ]
    if same:
        others = {name: table for name, table in given.read.items() if name != "sources"}
        return replace(given, read=others), rows.assign(source=same[0])
    if key not in cells.index:
        return given, rows
    new = next(name for n in range(2, len(cells) + 3) if (name := f"{key}-{n}") not in cells.index)
    sources = Table(given.read["sources"].file, own.assign(key=new))
    return replace(given, read=given.read | {"sources": sources}), rows.assign(source=new)


def tables_after(
    given: Given,
    before: Given | None,
    rows: pd.DataFrame,
    rest: pd.DataFrame,
    *,
    keep: bool,
) -> dict[str, Table]:
    """The tables of the folder as they will stand, but for what is accepted in them."""
    tables = dict(before.read) if before else {}
    for name in ("codebook", "sources", "targets"):
        if name in given.read:
            own = _cells(given, name)
            if before and name in tables:
                there = _cells(before, name)
                own = _merged(there, own, KEYS[name]) if keep else _merged(own, there, KEYS[name])
            tables[name] = table_of(name, own)
    if "doubtful" in tables:  # what was judged of a figure does not hold for another in its place
        old = own_rows(before).merge(rows[[*KEY, "value"]], on=KEY, suffixes=("", "_new"))
        gone = old[old["value"].astype(float) != old["value_new"].astype(float)]
        judged = _cells(before, "doubtful")
        tables["doubtful"] = table_of(
            "doubtful", judged[~_keys(judged, KEY).isin(_keys(gone, KEY))]
        )
    cells = pd.concat([rest[FIGURES], rows[FIGURES]]).sort_values(["indicator", "year", "adcode"])
    tables["figures"] = table_of("figures", cells)
    if "sources" in tables:
        own = tables["sources"].cells
        made = own["publisher"].eq(MADE[0]) & own["publisher_en"].eq(MADE[1])
        tables["sources"] = table_of("sources", own[own["key"].isin({*cells["source"]}) | ~made])
    return {name: table for name, table in tables.items() if not table.cells.empty}


def accepted(found: pd.DataFrame, there: Table | None, file: Path) -> Table:
    """doubtful.csv with what its owner says is real."""
    why = [f"accepted when {file.name} was imported: {told}" for told in found["told"]]
    new = found[KEY].assign(year=found["year"].map("{:.0f}".format), judgement="real jump", why=why)
    new = new.assign(note_zh_hant="", note_en="").astype("str")
    return table_of("doubtful", new if there is None else _merged(new, there.cells, KEY))


def write(into: Path, before: Given | None, after: dict[str, Table], judged: Table | None) -> None:
    """Write the tables so that the folder, cut off between any two of them, is whole.

    No figure stands before its source and its series, none after; no judgement holds for another figure
    than it was passed on: the old go before the figures, the new (`judged`) come after them.
    """
    old = before.read if before else {}
    steps = [
        (name, after.get(name))
        for name in ("codebook", "sources", "targets", "doubtful", "figures")
    ]
    if "sources" in old:
        now = after["sources"].cells if "sources" in after else old["sources"].cells[:0]
        steps[1] = ("sources", table_of("sources", _merged(now, old["sources"].cells, ["key"])))
    for name, table in [*steps, ("doubtful", judged), ("sources", after.get("sources"))]:
        path = into / f"{name}.csv"
        text = None if table is None else _text(table.cells).encode()
        if text == (path.read_bytes() if path.exists() else None):
            continue
        if text is None:
            remove(path)
        else:
            publish(path, text)


def remove(path: Path) -> None:
    """Take a table away that nothing is left of."""
    path.unlink()


def table_of(name: str, cells: pd.DataFrame) -> Table:
    """A table of the folder."""
    return Table(f"{name}.csv", cells.set_axis(range(2, 2 + len(cells))))


def placed(found: pd.DataFrame, given: Given) -> list[Fault]:
    """What looks like a slip, by the cells of the file."""
    own = own_rows(given)
    rows = dict(zip(map(tuple, own[KEY].to_numpy()), own["row"], strict=True))
    file, faults = given.read["figures"].file, []
    for d in found.itertuples():
        row = int(rows[(d.adcode, f"{d.year:.0f}", d.indicator)])
        fault = Fault(file, row, "value", d.told, "the figure as published")
        faults.append(given.own.placed(fault) if given.own else fault)
    return sorted(faults)


def _typed(given: Given, name: str) -> pd.DataFrame:
    """The rows of one's own of a table, with their types."""
    typed = given.typed[name]
    return typed[typed.index > 0] if name in given.read else typed[:0]


def _cells(given: Given, name: str) -> pd.DataFrame:
    """A table as text, places and indicators as ids."""
    typed, cells = _typed(given, name), given.read[name].cells.copy()
    for key in KEY if name in ("targets", "doubtful") else ():
        own = typed.loc[cells.index, key]
        cells[key] = own.map("{:.0f}".format) if key == "year" else own
    return cells


def _differing(given: Given, before: Given, name: str) -> list[tuple]:
    """The keys of rows that both have, and not alike."""
    if name not in given.read or name not in before.read:
        return []
    own, there = (_typed(each, name).set_index(KEYS[name]) for each in (given, before))
    columns = own.columns.union(there.columns)
    both = own.index.intersection(there.index)

    def plain(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.reindex(columns=columns).loc[both]
        return (
            frame.astype(object)
            .where(frame.notna(), "")
            .map(lambda c: no_formula(c) if isinstance(c, str) else c)
        )

    differ = (plain(own) != plain(there)).any(axis=1)
    return [key if isinstance(key, tuple) else (key,) for key in both[differ.to_numpy()]]


def _keys(frame: pd.DataFrame, key: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[key])


def _merged(own: pd.DataFrame, there: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The rows of `there` in their order and under them those that are new; where both have one, `own`'s."""
    kept = there[~_keys(there, key).isin(_keys(own, key))]
    return pd.concat([kept, own]).fillna("")


def _text(cells: pd.DataFrame) -> str:
    """A table as a CSV file's text, in which no text is a formula."""
    guarded = {c: cells[c].map(no_formula) for c in cells if c not in NUMBERS}
    return cells.assign(**guarded).to_csv(index=False, lineterminator="\n")
