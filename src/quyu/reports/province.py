"""The parts of one province's report: sentences, pictures and tables that its notebook sets in order."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.reports.certainty import alike, certainty, interval, sure_of, tier_name
from quyu.reports.charts import standing
from quyu.reports.charts.figure import figure
from quyu.reports.headed import headed
from quyu.reports.nation import index_map, source
from quyu.reports.study import Study


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
    drawn = standing.dots(
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
