"""Moves between classes on the page: who is where one year later, relative to each year's mean."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.regions.convergence.markov import Chain, markov
from quyu.reports.stated import stated
from quyu.reports.strategy.followed import choices, inequality_of, ratios_of
from quyu.reports.study import Study
from quyu.reports.tables import table


@lru_cache(maxsize=2)
def transitions_of(subject: Study) -> Chain:
    """The yearly transitions of the growth figure, relative to each year's mean."""
    values = ratios_of(subject).figures[choices().growth]
    years = inequality_of(subject, choices().growth).table.index
    kept = values[values.index.get_level_values("year").isin(years)]
    return markov(kept / kept.groupby(level="year").transform("mean"), k=choices().classes)


@stated
def transitions_table(subject: Study) -> HTML:
    """How often a province moves between the pooled classes of a figure from one year to the next."""
    say, found = subject.say, transitions_of(subject)
    rows = []
    for kind in found.probabilities.index:
        row = {say("catching_up.column.from"): say("catching_up.class", number=kind)}
        for other in found.probabilities.columns:
            chance = found.probabilities.at[kind, other]
            row[say("catching_up.class", number=other)] = (
                "—" if pd.isna(chance) else f"{chance:.0%}"
            )
        row[say("catching_up.column.transitions")] = f"{found.counts.loc[kind].sum():.0f}"
        rows.append(row)
    shown = pd.DataFrame(rows)
    each = next(f for f in choices().figures if f.id == choices().growth)
    return table(
        shown,
        title=say("catching_up.markov_title", figure=say.of(each.name)),
        numbers=list(shown.columns[1:]),
        note=_note(subject, found),
    )


def _note(subject: Study, found: Chain) -> str:
    say = subject.say
    note = say("catching_up.markov_note", k=len(found.probabilities))
    if found.mobility is not None:
        note += say("catching_up.mobility", mobility=say.number(found.mobility, decimals=2))
    if found.steady is not None:
        note += say(
            "catching_up.steady",
            shares=say.join(f"{share:.0%}" for share in found.steady),
            moves=found.moves,
            n=int(found.counts.to_numpy().sum()),
        )
    else:
        note += say(f"catching_up.{found.no_steady}")
    if found.few:
        note += say("catching_up.few", classes=say.join(found.few))
    if found.skipped:
        spans = (say("catching_up.span", first=a, last=b) for a, b in found.skipped)
        note += say("catching_up.skipped", spans=say.join(spans))
    return note
