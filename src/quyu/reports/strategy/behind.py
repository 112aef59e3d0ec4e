"""How many years each province is behind the East, by each official figure that is followed."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.regions.targets.time_distance import time_distance
from quyu.reports.stated import stated
from quyu.reports.strategy.followed import choices, ratios_of
from quyu.reports.study import Study
from quyu.reports.tables import table


@stated
def behind_table(subject: Study, year: int) -> HTML:
    """How many years each province is behind the East's median, by each followed official figure."""
    say, register, found = subject.say, subject.provinces, ratios_of(subject).figures
    east = register.index[register["region"] == "東部"]
    columns, left_out = {}, []
    for each in choices().figures:
        paths = found[each.id].unstack("year")
        known = paths.loc[east].dropna(axis=1)
        if year not in known.columns:
            left_out.append(say.of(each.name))
            continue
        apart = time_distance(paths, known.median(), year=year)
        columns[say.of(each.name)] = [_years(subject, row) for _, row in apart.iterrows()]
    shown = pd.DataFrame(columns, index=found.index.unique("adcode"))
    shown.insert(0, say("targets.column.province"), subject.short[shown.index])
    note = say("targets.behind_note", year=year)
    if left_out:
        note += say("targets.behind_left_out", names=say.join(left_out), year=year)
    return table(
        shown,
        title=say("targets.behind_title", year=year),
        numbers=list(shown.columns[1:]),
        kind="long",
        note=note,
    )


def _years(subject: Study, row: pd.Series) -> str:
    say = subject.say
    if pd.isna(row["years"]):
        return say("missing")
    years = say.number(abs(row["years"]))
    if row["years"] < 0:
        return say("targets.ahead_more" if row["censored"] else "targets.ahead", years=years)
    return say("targets.behind_more" if row["censored"] else "targets.behind", years=years)
