"""Figures of one's own into a data folder: what was recognised is shown, then written, then checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from quyu.batch.filled_gaps import announced
from quyu.batch.own_folder import (
    KEY,
    accepted,
    conflicts,
    met,
    own_rows,
    placed,
    tables_after,
    told_apart,
    write,
)
from quyu.batch.store import alone
from quyu.facts import check
from quyu.facts.check import slips
from quyu.facts.faults import SHOWN, Fault
from quyu.facts.given import Given, known_facts, lay_over, meant, read_given
from quyu.facts.reading import Answers
from quyu.facts.register import standing_alone
from quyu.facts.table_cells import KEYS


def import_figures(
    file: Path,
    into: Path,
    answers: Answers,
    *,
    keep: bool = False,
    replaced: bool = False,
    accept: bool = False,
) -> int:
    """Read the figures of `file` into the data folder `into`; 1 if something is to be answered first.

    What was taken for what, and what was left out, is printed in any case; nothing is written while
    anything is open: what only the owner can say, a cell that cannot be read, a figure that looks like
    a slip (`accept` writes it down as a real jump), a figure that stands in the folder with another
    value (`keep` leaves it, `replaced` puts the new one in its place). The folder then holds only what
    differs from the embedded figures, which lie under it.
    """
    if keep and replaced:
        raise ValueError("--keep and --replace exclude each other.")
    if standing_alone(into):
        raise ValueError(
            f"{into} stands by itself; figures are imported into a folder that lies over."
        )
    if into.exists() and not into.is_dir():
        raise ValueError(f"{into} is a file; --into names a folder.")
    with alone(into, say=print):
        return _imported(file, into, answers, keep=keep, replaced=replaced, accept=accept)


def _imported(
    file: Path, into: Path, answers: Answers, *, keep: bool, replaced: bool, accept: bool
) -> int:
    for path in sorted(into.glob("*.csv")):
        if path.stem not in KEYS:
            print(f"left out: {path.name} is none of its tables and is left alone")
    before = (
        read_given(into)
        if any((into / f"{name}.csv").exists() for name in KEYS) or meant(into)
        else None
    )
    if before and before.faults:
        return _told(before.faults, f"Nothing was written; {into} has faults of its own:")
    judged = {
        name: known_facts()[name] for name in ("figures", "doubtful")
    }  # never one's own figures
    given = read_given(file, answers, before.typed | judged if before else None)
    for said, texts in (
        (("taken", given.own.told), ("left out", given.own.left)) if given.own else ()
    ):
        more = [f"… and {len(texts) - SHOWN} more"] if len(texts) > SHOWN else []
        for text in (*texts[:SHOWN], *more):
            print(f"{said}: {text}")
    if given.faults:
        return _told(given.faults, "Nothing was written; answer these first:")
    whole_file, there = own_rows(given), own_rows(before)
    rows, rest, clash = met(whole_file, there, keep=keep, replaced=replaced)
    if len(clash) and not (keep or replaced):
        first = clash.iloc[0]
        print(
            f"Nothing was written: {len(clash)} figures stand in {into} with another value, the first "
            f"{first['adcode']} {first['year']} {first['indicator']} with {first['value_there']}, now "
            f"{first['value']}. Say --keep or --replace."
        )
        return 1
    if found := conflicts(given, before, keep=keep, replaced=replaced):
        print("Nothing was written:", *found, sep="\n")
        return 1
    if same := len(whole_file) - len(rows) - (len(clash) if keep else 0):
        print(
            f"left out: {same} figures stand there with the same value; --replace gives them this source"
        )
    given, rows = told_apart(given, before, rows)
    tables = tables_after(given, before, rows, rest, keep=keep)
    whole = lay_over(into, tables)
    if whole.faults:
        return _told(whole.faults, "Nothing was written; the folder would have these faults:")
    mine = rows if keep else whole_file
    found = slips(whole).merge(mine[KEY].astype({"year": float}), on=KEY)
    if len(found) and not accept:
        told = "Nothing was written; these look like slips. Mend them, or say --accept if they are real:"
        return _told(placed(found, given), told)
    judgements = tables.get("doubtful")
    if len(found):
        judgements = accepted(found, judgements, file)
    write(into, before, tables, judgements)
    _summary(mine, whole)
    faults = check(into)
    for text in () if faults else announced({*mine["indicator"]}, into):
        print(text)
    return _told(faults, f"{into} was written, and has these faults:")


def _told(faults: Sequence[Fault], said: str) -> int:
    if not faults:
        return 0
    print(said, *faults[:SHOWN], sep="\n")
    if len(faults) > SHOWN:
        print(f"… and {len(faults) - SHOWN} more.")
    return 1


def _summary(rows: pd.DataFrame, whole: Given) -> None:
    """What was written, in a few lines."""
    book = whole.typed["codebook"].set_index("indicator")["unit"]
    names = known_facts()["provinces"].set_index("adcode")["short_zh_hant"]
    for name, own in rows.assign(value=rows["value"].astype(float)).groupby("indicator"):
        ends = [own.loc[own["value"].idxmin()], own.loc[own["value"].idxmax()]]
        least, most = (
            f"{end['value']:.15g} ({names.get(end['adcode'], end['adcode'])} {end['year']})"
            for end in ends
        )
        years = sorted({*own["year"]})
        print(
            f"{name}: {len(own)} figures of {own['adcode'].nunique()} units, {years[0]}–{years[-1]}, in "
            f"{book[name]}, from {least} to {most}"
        )
        for row in own.head(3).itertuples():
            print(f"    {row.adcode},{row.year},{row.indicator},{row.value:.15g},{row.source}")
    print(
        f"Written into {whole.path}; quyu score --data {whole.path} uses them, over the embedded figures."
    )


def answers_of(
    indicator: str, unit: str, year: int | None, columns: Sequence[str], source: str
) -> Answers:
    """The answers that a command line gives; a column is written HEAD=ID."""
    pairs = {}
    for text in columns:
        head, sign, name = text.rpartition("=")
        if not (sign and head.strip() and name.strip()):
            raise ValueError(
                f"--column {text!r} is not HEAD=ID, as in --column '人口=population_resident'."
            )
        pairs[head.strip()] = name.strip()
    if re.search(r"[\t\r\n]", source):
        raise ValueError("--source is one line: the publication, its publisher, its year.")
    return Answers(indicator, unit, year, pairs, source)
