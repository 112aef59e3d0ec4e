"""What holds one province back most: its obstacle degrees in words."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.obstacle import obstacle_degrees
from quyu.reports.study import Study
from quyu.reports.tables import table

NAMED = 5


def obstacles(subject: Study, adcode: str, year: int) -> HTML:
    """The indicators that make up most of what a province lacks to a full score, with their shares."""
    say, card = subject.say, subject.card
    low, high = card.framework.scale
    here = card.normalised.xs(year, level="year")
    degrees = obstacle_degrees((here - low) / (high - low), card.weights).loc[adcode]
    greatest = degrees.dropna().nlargest(NAMED)
    if greatest.empty:
        return HTML(f"<p>{say.html('obstacles.none', name=subject.short[adcode])}</p>")
    leaves = {leaf.id: say.of(leaf.name) for leaf in card.framework.indicators}
    above = {leaf.id: say.of(goal.name) for goal in card.framework.goals for leaf in goal.leaves()}
    ranks = here.rank(ascending=False, method="min").loc[adcode]
    shown = pd.DataFrame(
        {
            say("obstacles.indicator"): [leaves[name] for name in greatest.index],
            say("obstacles.goal"): [above.get(name, "—") for name in greatest.index],
            say("obstacles.score"): [
                say.number(here.at[adcode, n], decimals=0) for n in greatest.index
            ],
            say("obstacles.rank"): [say.place(ranks[name]) for name in greatest.index],
            say("obstacles.degree"): [f"{share:.0%}" for share in greatest],
        }
    )
    lead = say.html(
        "obstacles.lead",
        name=subject.short[adcode],
        first=leaves[greatest.index[0]],
        count=len(greatest),
        share=f"{greatest.sum():.0%}",
    )
    drawn = table(
        shown,
        title=say("obstacles.title", name=subject.short[adcode], year=year),
        numbers=list(shown.columns[2:]),
        note=say("obstacles.note"),
    )
    return HTML(f"<p>{lead}</p>{drawn.data}")
