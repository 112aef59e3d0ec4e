"""Data as a command takes them, checked: the tables, and the framework that a folder brings."""

from __future__ import annotations

from pathlib import Path

from quyu.facts import check as tables
from quyu.facts.faults import Fault
from quyu.files import framework_of


def check(path: str | Path | None = None) -> list[Fault]:
    """Every fault of some data and of the framework.yaml in their folder; none: `open_study` takes them.

    `path` is a folder shaped like geodata/, one that holds only what differs, one of units of its own, or
    a file of figures; the embedded data if left out. Figures that look like a slip of digit or unit are
    listed too, unless doubtful.csv has judged them.

    >>> check()
    []
    """
    faults = tables(path)
    own = framework_of(path or "")
    if faults or not own:
        return faults
    from quyu.study import open_study  # a second, which a file without a framework is spared

    try:
        open_study(path or "")
    except ValueError as refusal:
        found = str(refusal).removeprefix(f"{own}: ")
        return [Fault(Path(own).name, 0, "", found, "a framework of the series in codebook.csv")]
    return []
