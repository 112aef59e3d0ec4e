"""Checks data: every fault that is refused, and every figure that looks like a slip."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quyu.facts.boundaries import SHAPES, boundaries, dashline
from quyu.facts.faults import Fault
from quyu.facts.given import Given, known_facts, read_given
from quyu.facts.load import facts_of
from quyu.facts.params import embedded
from quyu.facts.register import own_units, standing_alone
from quyu.facts.screen import doubts
from quyu.facts.sheets import WANTED
from quyu.facts.table_cells import KEYS


def check(path: str | Path | None = None) -> list[Fault]:
    """Every fault of some data; an empty list means that `load` accepts them and nothing looks amiss.

    `path` is what `load` takes: a folder shaped like geodata/, or one that holds only what differs, or
    a file of figures, text or workbook, in any shape that `quyu.facts.recognise` knows. A workbook may
    add to codebook, sources and targets with sheets so called. Beside the faults that `load` refuses,
    figures that look like a slip of digit or unit are listed (`quyu.facts.screen.doubts`), unless
    doubtful.csv has judged them; the embedded data by default.

    >>> check()
    []
    """
    path = embedded() / "geodata" if path is None else Path(path)
    try:
        given = read_given(path)
    except ValueError as refusal:
        told = str(refusal).removeprefix(f"{path}: ").removeprefix(f"{path.name}: ").rstrip(".")
        return [Fault(path.name, 0, "", told.removesuffix(f"; allowed: {WANTED}"), WANTED)]
    if given.faults:
        return given.faults
    shapes = _shapes_judged(given) if standing_alone(path) else []
    return shapes or doubted(given)


def doubted(given: Given) -> list[Fault]:
    """The figures that look like a slip, by row and cell, of data without a fault."""
    if given.path == embedded() / "geodata":
        return []
    allowed = "the figure as published; or a row in doubtful.csv that judges it"
    file = given.read["figures"].file if "figures" in given.read else ""
    listed = [Fault(file, int(d.row), "value", d.told, allowed) for d in slips(given).itertuples()]
    return sorted(given.own.placed(each) if given.own else each for each in listed)


def slips(given: Given) -> pd.DataFrame:
    """What looks like a slip among the figures that lie over the embedded ones, or stand by themselves.

    adcode, year, indicator, value, told and row, that of the figure in its table.
    """
    figures, keys = given.typed["figures"], KEYS["figures"]
    own = figures[figures.index > 0]
    zones = given.typed["provinces"].set_index("adcode")["zone"]
    judged = given.typed.get("doubtful", pd.DataFrame(columns=keys))
    # Of cities nothing is known but what is given: their figures are judged by their own years.
    known = figures[:0] if own_units(given.read) else known_facts()["figures"]
    found = doubts(own, figures, zones, known, judged)
    rows = own[keys].assign(row=own.index)
    return found.merge(rows, on=keys)


def _shapes_judged(given: Given) -> list[Fault]:
    """What is wrong with the boundaries of a folder whose tables are sound."""
    facts = facts_of(given)
    national = "the file of quyu's geodata/, or one like it"
    files = [("provinces.geojson", boundaries, national), ("dashline.geojson", dashline, national)]
    if facts.own_units:
        files = [(SHAPES, boundaries, "a polygon for each unit, or no such file")]
    for name, read, allowed in files:
        try:
            read(facts)
        except ValueError as fault:
            return [Fault(name, 0, "", str(fault), allowed)]
    return []
