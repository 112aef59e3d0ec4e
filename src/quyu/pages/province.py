"""The parts of one province's report: where it stands, how it moved, what holds it back."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.index.change import change, gain
from quyu.index.practice import obstacle_degrees
from quyu.maps import charts
from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.pages.nation import index_map, source
from quyu.pages.pictures import figure
from quyu.pages.refusals import stated
from quyu.pages.tables import headed, table
from quyu.study.certainty import alike, certainty, interval, sure_of, tier_name
from quyu.study.study import Study


def headline(subject: Study, adcode: str, year: int) -> HTML:
    """What a reader with ten seconds needs: score, three ranks, change, coverage."""
    card, say, sure = subject.card, subject.say, certainty(subject, year).loc[adcode]
    zone, region = _group(subject, "zone", adcode), _group(subject, "region", adcode)
    areas = {kind: subject.provinces.loc[adcode, kind] for kind in ("zone", "region")}
    score = card.scores.loc[(adcode, year), "index"]
    values = {
        "name": subject.short[adcode],
        "year": year,
        "score": say.number(score),
        "count": len(subject.provinces),
        "rank": _rank(subject, year, subject.provinces.index, adcode),
        "interval": interval(sure, say),
        "zone": subject.area(areas["zone"]),
        "region": subject.area(areas["region"]),
        "zone_count": len(zone),
        "region_count": len(region),
        "zone_rank": _rank(subject, year, zone, adcode),
        "sure": sure_of(sure["probability"], say),
        "likely": tier_name(sure["likely"], say),
    }
    if pd.isna(score):
        return HTML(f"<p class='lead'>{say.html('province.unscored', **values)}</p>")
    told = say.html("province.lead", **values) + escape(_moved(subject, adcode, year))
    same = alike(subject, year, adcode)
    told += say.html("province.alike", names=say.join(same)) if same else ""
    cells = {
        "index": say.number(score),
        "rank": values["rank"],
        "tier" if sure["likely"] == sure["tier"] else "tier_other": tier_name(sure["tier"], say),
        "zone": values["zone_rank"],
        "region": _rank(subject, year, region, adcode) if areas["region"] != areas["zone"] else "",
        "direct": say.place(subject.direct.ranks.loc[(adcode, year), "index"]),
        "coverage": f"{card.coverage.loc[(adcode, year), 'index']:.0%}",
    }
    grid = "".join(
        f"<div><dt>{say.html(f'province.fact.{key}', **values)}</dt><dd>{escape(shown)} "
        f"<small>{say.html(f'province.beside.{key}', **values)}</small></dd></div>"
        for key, shown in cells.items()
        if shown
    )
    return HTML(f"<p class='lead'>{told}</p><dl class='facts'>{grid}</dl>")


def locator(subject: Study, adcode: str, year: int) -> HTML:
    """The national map of the index with the province outlined."""
    scored = pd.notna(subject.at(year).loc[adcode, "index"])
    title = subject.say(
        "province.locator" if scored else "province.locator_unscored",
        name=subject.short[adcode],
        rank=_rank(subject, year, subject.provinces.index, adcode),
    )
    return index_map(subject, year, title=title, highlight=[adcode])


def goals_chart(subject: Study, adcode: str, year: int) -> HTML:
    """The six goals against the zone's and the nation's median."""
    frame, say, name = _goals(subject, adcode, year), subject.say, subject.short[adcode]
    zone = subject.provinces.loc[adcode, "zone"]
    if frame["unit"].isna().all():
        return HTML(f"<p>{say.html('province.unscored', name=name, year=year)}</p>")
    drawn = charts.dots(
        frame[["unit", "group", "nation", "low", "high"]],
        name=name,
        group=subject.area(zone),
        colour=REGION[zone],
        say=say,
    )
    told = say("figure.clauses").join(
        say(
            "province.goal_told",
            goal=goal,
            score=say.number(row["unit"], decimals=0),
            nation=row["nation"],
        )
        for goal, row in frame.iterrows()
    )
    lead = frame["unit"] - frame["nation"]
    best, worst = lead.idxmax(), lead.idxmin()
    kind = "goals_above" if lead.min() >= 0 else "goals_below" if lead.max() <= 0 else "goals_mixed"
    finding = say(
        f"province.{kind}",
        best=best,
        best_score=frame.loc[best, "unit"],
        best_nation=frame.loc[best, "nation"],
        worst=worst,
        worst_score=frame.loc[worst, "unit"],
        worst_nation=frame.loc[worst, "nation"],
    )
    shown = picture(drawn, say("province.goals_alt", name=name, year=year, told=told))
    return figure(shown, finding=finding, source=source(subject), say=say)


def goals_table(subject: Study, adcode: str, year: int) -> HTML:
    """The same in figures, with ranks and coverage."""
    frame, say = _goals(subject, adcode, year), subject.say
    shown = pd.DataFrame(
        {
            "goal": frame.index,
            "score": [say.number(v) for v in frame["unit"]],
            "rank": [say.place(v) for v in frame["rank"]],
            "zone_median": [say.number(v) for v in frame["group"]],
            "nation_median": [say.number(v) for v in frame["nation"]],
            "coverage": [f"{v:.0%}" for v in frame["coverage"]],
        }
    )
    notes = [
        say("province.goal_note", goal=say.of(goal.name), note=say.of(goal.note))
        for goal in subject.card.framework.goals
        if goal.note
    ]
    return headed(
        say,
        shown,
        "province",
        title=say("province.goals_title", year=year),
        numbers=list(shown.columns[1:]),
        note=say("province.goals_note") + "".join(notes),
        values={"zone": subject.area(subject.provinces.loc[adcode, "zone"])},
    )


def _goals(subject: Study, adcode: str, year: int) -> pd.DataFrame:
    card, scores = subject.card, subject.at(year)
    zone = scores.loc[_group(subject, "zone", adcode)]
    return pd.DataFrame(
        {
            subject.say.of(goal.name): {
                "unit": scores.loc[adcode, goal.id],
                "group": zone[goal.id].median(),
                "nation": scores[goal.id].median(),
                "low": scores[goal.id].min(),
                "high": scores[goal.id].max(),
                "rank": card.ranks.loc[(adcode, year), goal.id],
                "coverage": card.coverage.loc[(adcode, year), goal.id],
            }
            for goal in card.framework.goals
        }
    ).T


def _moved(subject: Study, adcode: str, year: int) -> str:
    first = subject.card.framework.years[0]
    if year == first:
        return ""
    moved = subject.at(year).loc[adcode, "index"] - subject.at(first).loc[adcode, "index"]
    if pd.isna(moved):
        return ""
    was = _rank(subject, first, subject.provinces.index, adcode)
    key = "province.rose" if moved >= 0 else "province.fell"
    return subject.say(key, first=first, was=was, change=abs(moved))


def _group(subject: Study, column: str, adcode: str) -> list[str]:
    register = subject.provinces
    return list(register.index[register[column] == register.loc[adcode, column]])


def _rank(subject: Study, year: int, members, adcode: str) -> str:
    scores = subject.at(year).loc[list(members), "index"].round(9)
    ranks = scores.rank(ascending=False, method="min")
    return subject.say.place(ranks[adcode])


def trend_chart(subject: Study, adcode: str) -> HTML:
    """The index over the panel: the province, its zone's members, the rest."""
    say, zones = subject.say, subject.provinces["zone"]
    zone = zones[adcode]
    index = subject.card.scores["index"].unstack("adcode")
    drawn = charts.trend(
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
    gains = gain(card, adcode, year)
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
