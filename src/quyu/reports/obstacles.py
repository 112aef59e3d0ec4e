"""What holds one province back most: obstacle degrees beside what the index itself would gain."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.obstacle import obstacle_degrees
from quyu.index.raised import raised
from quyu.reports.stated import stated
from quyu.reports.study import Study
from quyu.reports.tables import table

NAMED = 5


@stated
def obstacles(subject: Study, adcode: str, year: int) -> HTML:
    """The indicators that make up most of what a province lacks to a full score, with their shares.

    Beside each, by how much the index would rise if it alone were at a full score.
    """
    say, card = subject.say, subject.card
    low, high = card.framework.scale
    here = card.normalised.xs(year, level="year")
    degrees = obstacle_degrees((here - low) / (high - low), card.weights).loc[adcode]
    greatest = degrees.dropna().nlargest(NAMED)
    if greatest.empty:
        return HTML(f"<p>{say.html('obstacles.none', name=subject.short[adcode])}</p>")
    gains = raised(card, adcode, year)
    leaves = {leaf.id: say.of(leaf.name) for leaf in card.framework.indicators}
    above = {leaf.id: say.of(goal.name) for goal in card.framework.goals for leaf in goal.leaves()}
    ranks = here.round(9).rank(ascending=False, method="min").loc[adcode]
    flags = card.flags.loc[(adcode, year)]
    rows = [
        {
            "indicator": leaves[name],
            "goal": above.get(name, "—"),
            "score": say.number(here.at[adcode, name], decimals=0),
            "rank": say.place(ranks[name]),
            "degree": f"{share:.0%}",
            "gain": "—" if pd.isna(gains[name]) else say.number(gains[name], sign=True),
            "remark": say(f"partners.flag.{flags[name]}") if flags[name] else "",
        }
        for name, share in greatest.items()
    ]
    names = {name: say(f"obstacles.{name}") for name in rows[0]}
    lead = say.html(
        "obstacles.lead" if len(greatest) > 1 else "obstacles.lead_one",
        name=subject.short[adcode],
        first=leaves[greatest.index[0]],
        count=len(greatest),
        share=f"{greatest.sum():.0%}",
    )
    if gains.notna().any():
        most = gains.idxmax()
        lead += say.html("obstacles.most", leaf=leaves[most], gain=say.number(gains[most]))
    drawn = table(
        pd.DataFrame(rows).rename(columns=names),
        title=say("obstacles.title", name=subject.short[adcode], year=year),
        numbers=[names[name] for name in ("score", "rank", "degree", "gain")],
        note=say("obstacles.note"),
    )
    return HTML(f"<p>{lead}</p>{drawn.data}")
