"""The proposed pairs as tables: all of them, one region's, under other choices."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.regions.pairing.pairing import Pairs
from quyu.regions.pairing.varied import varied
from quyu.regions.strategy import Region
from quyu.reports.certainty import draws_of
from quyu.reports.stated import stated
from quyu.reports.strategy.pairs import (
    choices,
    drivers,
    named,
    pairs_of,
    structure_of,
    weak_limit,
)
from quyu.reports.study import Study
from quyu.reports.tables import table

SHOWN = 0.005  # a smaller share of the draws would be printed as 0 %


@stated
def partners_table(subject: Study, year: int, *, receivers: list[str] | None = None) -> HTML:
    """The proposed giver of every receiver, or of some, with what drives it and how stable it is."""
    say, pairs = subject.say, pairs_of(subject, year)
    rows = [
        {
            "receiver": subject.short[code],
            "giver": subject.short[row["giver"]],
            "drivers": say.join(drivers(subject, pairs, code, row["giver"])[:3]),
            "complementarity": say.number(row["complementarity"]),
            "distance": say.number(row["distance"], decimals=2),
            "stability": f"{row['stability']:.0%}",
            "runner_up": _runner_up(subject, row),
            "missing": f"{row['missing']:.0%}",
            "flagged": f"{row['flagged']:.0%}",
        }
        for code, row in pairs.table.iterrows()
        if receivers is None or code in receivers
    ]
    if not rows:
        return HTML(f"<p>{say.html('partners.no_pairs', year=year)}</p>")
    names = {name: say(f"partners.column.{name}") for name in rows[0]}
    shown = pd.DataFrame(rows).rename(columns=names)
    return table(
        shown,
        title=say("partners.pairs_title", year=year),
        numbers=[
            names[name]
            for name in ("complementarity", "distance", "stability", "missing", "flagged")
        ],
        kind="long",
        note=_note(subject, pairs),
    )


@stated
def choices_table(subject: Study, year: int) -> HTML:
    """How many pairs stay the same if a choice that no figure settles is made otherwise."""
    say = subject.say
    found = varied(
        draws_of(subject, year), structure_of(subject, year), choices(), subject.provinces
    )
    stated_pairs = found["stated", ""]
    rows = [
        {
            say("partners.column.choice"): say(f"partners.choice.{choice}"),
            say("partners.column.instead"): say(
                "partners.instead", value=value, stated=f"{getattr(choices(), choice):g}"
            ),
            say("partners.column.same"): str(int((found[choice, value] == stated_pairs).sum())),
        }
        for choice, value in found.columns
        if choice != "stated"
    ]
    return table(
        pd.DataFrame(rows),
        title=say("partners.choices_title", count=len(found)),
        numbers=[say("partners.column.same")],
        note=say("partners.choices_note"),
    )


@stated
def region_partners(subject: Study, region: Region, year: int) -> HTML:
    """The proposed pairs that a region has a part in, as receiver or as giver."""
    pairs, register = pairs_of(subject, year).table, subject.provinces["region"]
    receivers = [
        code
        for code, giver in pairs["giver"].items()
        if region.name in (register[code], register[giver])
    ]
    return partners_table(subject, year, receivers=receivers)


def _note(subject: Study, pairs: Pairs) -> str:
    say = subject.say
    note = say(
        "partners.pairs_note",
        n=pairs.n,
        capacity=choices().capacity,
        limit=weak_limit(subject),
    )
    if len(pairs.unpaired):
        note += say("partners.unpaired_note", names=named(subject, pairs.unpaired.index))
    if pairs.left_out:
        note += say("partners.left_out_note", names=named(subject, pairs.left_out))
    return note


def _runner_up(subject: Study, row: pd.Series) -> str:
    if row["runner_up_share"] < SHOWN:
        return "—"
    return f"{subject.short[row['runner_up']]} {row['runner_up_share']:.0%}"
