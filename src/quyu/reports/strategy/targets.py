"""Official targets on the page: how far each has come, which have no public series."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.regions.targets.attainment import Attainment, attainment
from quyu.regions.targets.measures import read_measures
from quyu.reports.strategy.target_words import aim, apart, dated, document, latest, who
from quyu.reports.study import Study
from quyu.reports.tables import table

UNPUBLISHED = "not published"


@lru_cache(maxsize=2)
def targets_of(subject: Study) -> Attainment:
    """Every official target judged by the public series that meet it."""
    facts = subject.facts
    return attainment(
        facts.targets, subject.figures, subject.national, facts.codebook, read_measures()
    )


def targets_table(subject: Study, adcode: str | None = None) -> HTML:
    """All targets, or those of one province: attainment and pace where a public series tells them."""
    say, found = subject.say, targets_of(subject).table
    if adcode is not None:
        found = found[found["adcode"] == adcode]
    if found.empty and adcode is None:
        return HTML(f"<p>{say.html('targets.none_at_all')}</p>")
    if found.empty:
        return HTML(f"<p>{say.html('targets.none', name=subject.short[adcode])}</p>")
    book = subject.facts.codebook
    rows = []
    for row in found.sort_values("adcode", kind="stable").to_dict("records"):
        rows.append(
            {
                "who": who(subject, row["adcode"]),
                "indicator": book.at[row["indicator"], f"name_{say.suffix}"],
                "target": aim(subject, row),
                "baseline": dated(subject, row["baseline"], row["baseline_year"], row["indicator"]),
                "latest": latest(subject, row),
                "attained": _attained(subject, row["attainment"]),
                "pace": _pace(subject, row),
                "status": say(f"targets.status.{row['status']}"),
                "document": document(subject, row["document"]),
            }
        )
    names = {name: say(f"targets.column.{name}") for name in rows[0]}
    shown = pd.DataFrame(rows).rename(columns=names)
    if adcode is not None:
        shown = shown.drop(columns=names["who"])
    told = (found["status"] != UNPUBLISHED).sum()
    return table(
        shown,
        title=say("targets.title", count=len(found), told=told),
        group=names["who"] if adcode is None else None,
        numbers=[names["attained"]],
        kind="long",
        note=say("targets.note"),
    )


def readings_table(subject: Study) -> HTML:
    """How each indicator of a target is read in official figures, and what each reading means."""
    say, book = subject.say, subject.facts.codebook
    rows = [
        {
            say("targets.column.indicator"): book.at[indicator, f"name_{say.suffix}"],
            say("targets.column.reading"): say.of(reading.name),
            say("targets.column.meaning"): say.of(reading.note) if reading.note else "",
        }
        for indicator, readings in targets_of(subject).choices.readings.items()
        for reading in readings
    ]
    group = say("targets.column.indicator")
    return table(pd.DataFrame(rows), title=say("targets.readings_title"), group=group)


def _attained(subject: Study, share: float) -> str:
    return subject.say("targets.untold") if pd.isna(share) else f"{share:.0%}"


def _pace(subject: Study, row: dict) -> str:
    say, (actual, needed) = subject.say, (row["actual_pace"], row["required_pace"])
    if pd.isna(actual):
        return say("targets.untold")
    told = apart(subject, actual, row["indicator"], sign=True)
    if pd.isna(needed):
        return say("targets.actual_pace", actual=told)
    return say(
        "targets.paces", actual=told, needed=apart(subject, needed, row["indicator"], sign=True)
    )
