"""How far the scores lie apart on the page, and how much their order changed: no true zero needed."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.regions.disparity.dispersion import spread
from quyu.regions.disparity.mobility import rank_mobility
from quyu.reports.stated import stated
from quyu.reports.study import Study
from quyu.reports.tables import table


@stated
def spread_table(subject: Study) -> HTML:
    """How far the scores lie apart in the first and last year, and how much the order changed.

    A province that lacks a score in one of the two years is left out of that row in both.
    """
    say, card = subject.say, subject.card
    first, last = card.framework.years[0], card.framework.years[-1]
    ends = list(dict.fromkeys((first, last)))
    names = {"index": say("gaps.index")}
    names |= {goal.id: say.of(goal.name) for goal in card.framework.goals}
    rows = []
    for node, name in names.items():
        scores = pd.DataFrame({year: subject.at(year)[node] for year in ends}).dropna()
        if scores.empty:
            continue
        apart = [spread(scores[year]) for year in ends]
        row = [
            name,
            *(say.number(a["sd"]) for a in apart),
            *(say.number(a["range"]) for a in apart),
        ]
        if len(ends) > 1:
            moved = rank_mobility(scores[first], scores[last])
            row += [say.number(moved.spearman, decimals=2), say.number(moved.mean_shift)]
        rows.append(row)
    columns = [
        say("gaps.column.score"),
        *(say("gaps.column.sd", year=year) for year in ends),
        *(say("gaps.column.range", year=year) for year in ends),
    ]
    note = say("gaps.spread_one_year")
    if len(ends) > 1:
        columns += [say("gaps.column.spearman"), say("gaps.column.shift")]
        note = say("gaps.spread_note", first=first, last=last)
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("gaps.spread_title"),
        numbers=columns[1:],
        note=note,
    )
