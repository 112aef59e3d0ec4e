"""How one province moved over the panel: its trend, its goals, the indicators behind them."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.change import change
from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.reports.charts import standing
from quyu.reports.charts.figure import figure
from quyu.reports.headed import headed
from quyu.reports.nation import source
from quyu.reports.study import Study


def trend_chart(subject: Study, adcode: str) -> HTML:
    """The index over the panel: the province, its zone's members, the rest."""
    say, zones = subject.say, subject.provinces["zone"]
    zone = zones[adcode]
    index = subject.card.scores["index"].unstack("adcode")
    drawn = standing.trend(
        index,
        focus=[adcode],
        tinted=list(zones.index[zones == zone]),
        colour=REGION[zone],
        names=subject.short,
        say=say,
    )
    own = index[adcode].dropna()
    if own.empty:
        return HTML(f"<p>{say.html('movement.unscored', name=subject.short[adcode])}</p>")
    nation = index.median(axis=1)[own.index]
    values = {
        "name": subject.short[adcode],
        "zone": subject.area(zone),
        "first": own.iloc[0],
        "last": own.iloc[-1],
        "nation_first": nation.iloc[0],
        "nation_last": nation.iloc[-1],
        "told": say("figure.and").join(
            say("movement.year_told", year=year, score=score) for year, score in own.items()
        ),
    }
    shown = picture(drawn, say("movement.trend_alt", **values))
    return figure(shown, finding=say("movement.trend", **values), source=source(subject), say=say)


def change_table(subject: Study, adcode: str) -> HTML:
    """What the goals gained or lost over the panel, with ranks; what was carried is said below."""
    card, say = subject.card, subject.say
    first, last = card.framework.years[0], card.framework.years[-1]
    nodes = {"index": say("movement.index")}
    nodes |= {goal.id: say.of(goal.name) for goal in card.framework.goals}
    rows = []
    for node, label in nodes.items():
        was, now = (card.scores.loc[(adcode, at), node] for at in (first, last))
        places = (say.place(card.ranks.loc[(adcode, at), node]) for at in (first, last))
        rows.append(
            {
                "part": label,
                "first": say.number(was),
                "last": say.number(now),
                "change": say.number(now - was, sign=True),
                "ranks": " → ".join(places),
            }
        )
    return headed(
        say,
        pd.DataFrame(rows),
        "movement",
        title=say("movement.change_title", first=first, last=last),
        numbers=["first", "last", "change", "ranks"],
        focus=[nodes["index"]],
        note=_carried_note(subject, adcode, first),
        values={"first": first, "last": last},
    )


def drivers_table(subject: Study, adcode: str, *, count: int = 5) -> HTML:
    """The indicators that moved the index most between the panel's ends, exactly and in points.

    Indicators carried in one of the two years are left out: their part is no news of that year.
    """
    card, say = subject.card, subject.say
    first, last = card.framework.years[0], card.framework.years[-1]
    found = change(card, first, last)
    if adcode in found.refused.index:
        return HTML(f"<p>{say.html('movement.no_drivers')}</p>")
    carried = found.flags.loc[adcode].str.contains("carried|interpolated")
    parts = found.contributions.loc[adcode]
    told = parts[~carried & (parts.abs() > 0.005)].sort_values(kind="stable")
    chosen = pd.concat([told[told > 0].tail(count)[::-1], told[told < 0].head(count)])
    rest = found.total[adcode] - chosen.sum()
    return headed(
        say,
        pd.DataFrame(
            {
                "indicator": [*subject.named(chosen).index],
                "contribution": [say.number(part, decimals=2, sign=True) for part in chosen],
            }
        ),
        "movement",
        title=say("movement.drivers_title", first=first, last=last),
        numbers=["contribution"],
        note=say(
            "movement.drivers_note",
            total=say.number(found.total[adcode], decimals=2, sign=True),
            rest=say.number(rest, decimals=2, sign=True),
        ),
    )


def _carried_note(subject: Study, adcode: str, year: int) -> str:
    say, flags = subject.say, subject.card.flags.loc[(adcode, year)]
    carried, still = subject.named(flags[flags == "carried"]).index, sum(flags == "structural")
    told = ""
    if len(carried):
        told += say("movement.carried", indicators=say.join(carried), year=year)
    if still:
        told += say("movement.still_one" if still == 1 else "movement.still", count=still)
    return told
