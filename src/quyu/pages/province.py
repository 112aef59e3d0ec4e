"""The parts of one province's report: where it stands, how it moved, what holds it back."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from IPython.display import HTML

from quyu.index.change import against_nation, sole_movers
from quyu.index.uncertainty import rank_shares
from quyu.maps import charts
from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.pages.nation import carried_told, locator_map
from quyu.pages.pictures import figure
from quyu.pages.refusals import stated
from quyu.pages.render import render
from quyu.pages.tables import page_table
from quyu.study.certainty import alike, draws_of, held, interval, share, sure_of, tier_name
from quyu.study.drawings import source
from quyu.study.evidence import changed
from quyu.study.study import Study
from quyu.words import Words


def headline(subject: Study, adcode: str, year: int) -> HTML:
    """What a reader with ten seconds needs: score, three ranks, change, coverage."""
    say, sure = subject.say, subject.ranks(year).loc[adcode]
    scores, register = subject.scores(year), subject.provinces
    zone, region = (_group(subject, kind, adcode) for kind in ("zone", "region"))
    own, areas = scores.loc[adcode], register.loc[adcode]
    places = {
        "name": own["name"],
        "year": year,
        "score": say.number(own["index"]),
        "count": len(register),
        "rank": say.place(own["rank"]),
        "interval": interval(sure, say),
        "share": held(),
        "zone": subject.area(areas["zone"]),
        "region": subject.area(areas["region"]),
        "zone_count": len(zone),
        "region_count": len(region),
        "zone_rank": _rank(subject, year, zone, adcode),
        "median": say.place(sure["median"]),
        "direct_interval": interval(
            sure[["direct_low", "direct_high"]].set_axis(["low", "high"]), say
        ),
        "structural": f"{own['structural']:.0%}",
        "filled": f"{own['filled']:.0%}",
        "missing": _missing(own, say),
        "sure": sure_of(sure["probability"], say),
        "second": tier_name(sure["second"], say),
    }
    if pd.isna(own["index"]):
        return HTML(f"<p class='lead'>{say.html('province.unscored', **places)}</p>")
    same = alike(subject, year, adcode)
    lead = [
        carried_told(subject, year, [adcode]),
        say("province.lead", **places),
        _likelier(subject, adcode, year),
        _moved(subject, adcode, year),
        say("province.alike", names=say.join(same)) if same else "",
    ]
    facts = {
        "index": places["score"],
        "rank": places["rank"],
        "tier_borderline" if sure["borderline"] else "tier": tier_name(sure["tier"], say),
        "zone": places["zone_rank"],
        "region": _rank(subject, year, region, adcode) if areas["region"] != areas["zone"] else "",
        "direct": say.place(own["direct_rank"]),
        "coverage": f"{own['coverage']:.0%}",
    }
    section = "province"
    return HTML(
        render("headline.j2", say=say, section=section, lead=lead, facts=facts, places=places)
    )


def _likelier(subject: Study, adcode: str, year: int) -> str:
    """The rank that more of the draws give than the stated method's, if there is one."""
    say, shares = subject.say, rank_shares(draws_of(subject, year)).loc[adcode]
    own, most = int(subject.ranks(year).at[adcode, "nominal"]), shares.idxmax()
    if shares[most] == shares[own]:
        return ""
    told = {"likelier": most, "most": share(shares[most]), "own": share(shares[own])}
    return say("province.likelier", rank=say.place(own), **told)


def _missing(own: pd.Series, say: Words) -> str:
    """What is left of the index's weight, if it is anything that can be seen."""
    share = 1 - own[["coverage", "structural", "filled"]].sum()
    return say("province.beside.missing", share=f"{share:.0%}") if share >= 0.005 else ""


def locator(subject: Study, adcode: str, year: int) -> HTML:
    """The national map of the index with the province outlined."""
    own = subject.scores(year).loc[adcode]
    key = "province.locator_unscored" if pd.isna(own["index"]) else "province.locator"
    title = subject.say(key, name=own["name"], rank=subject.say.place(own["rank"]))
    return locator_map(subject, year, adcode, title=title)


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
    kind, values = "above" if lead.min() >= 0 else "below" if lead.max() <= 0 else "mixed", {}
    for end, goal in (("best", lead.idxmax()), ("worst", lead.idxmin())):
        score, nation = frame.loc[goal, ["unit", "nation"]]
        values |= {end: goal, f"{end}_score": score, f"{end}_nation": nation}
    finding = say(f"province.goals_{kind}", **values)
    shown = picture(drawn, say("province.goals_alt", name=name, year=year, told=told))
    return figure(shown, finding=finding, source=source(subject), say=say)


def goals_table(subject: Study, adcode: str, year: int) -> HTML:
    """The same in figures, with ranks and coverage."""
    say = subject.say
    notes = [
        say("province.goal_note", goal=say.of(goal.name), note=say.of(goal.note))
        for goal in subject.card.framework.goals
        if goal.note
    ]
    frame = _goals(subject, adcode, year)
    return page_table(
        say,
        frame,
        "province",
        "goal=index score=unit:number rank:place zone_median=group:number nation_median=nation:number "
        "coverage:percent",
        title=say("province.goals_title", year=year),
        note=say("province.goals_note") + _still(say, frame, year) + "".join(notes),
        values={"zone": subject.area(subject.provinces.loc[adcode, "zone"])},
    )


def _still(say: Words, goals: pd.DataFrame, year: int) -> str:
    """Which goals rest on no figure of the year."""
    still = goals.index[(goals["coverage"] == 0) & goals["unit"].notna()]
    return say("province.goals_still", goals=say.join(still), year=year) if len(still) else ""


def _goals(subject: Study, adcode: str, year: int) -> pd.DataFrame:
    card, scores = subject.card, subject.at(year)
    frame = pd.DataFrame(
        {
            "unit": scores.loc[adcode],
            "group": scores.loc[_group(subject, "zone", adcode)].median(),
            "nation": scores.median(),
            "low": scores.min(),
            "high": scores.max(),
            "rank": card.ranks.loc[(adcode, year)],
            "coverage": card.coverage.loc[(adcode, year)],
        }
    )
    return frame.loc[[*subject.goals]].rename(index=subject.goals)


def _moved(subject: Study, adcode: str, year: int) -> str:
    say, first = subject.say, subject.card.framework.years[0]
    moved = against_nation(subject.at(first)["index"], subject.at(year)["index"])[adcode]
    if year == first or pd.isna(moved):
        return ""
    was = say.place(subject.scores(first).at[adcode, "rank"])
    return say("province.moved", first=first, was=was, change=say.number(moved, sign=True))


def _group(subject: Study, column: str, adcode: str) -> list[str]:
    register = subject.provinces
    return list(register.index[register[column] == register.loc[adcode, column]])


def _rank(subject: Study, year: int, members: Collection[str], adcode: str) -> str:
    scores = subject.at(year).loc[list(members), "index"].round(9)
    return subject.say.place(scores.rank(ascending=False, method="min")[adcode])


def trend_chart(subject: Study, adcode: str) -> HTML:
    """The index over the panel: the province, its zone's members, the rest."""
    say, zone = subject.say, subject.provinces.loc[adcode, "zone"]
    index = subject.card.scores["index"].unstack("adcode")
    own = index[adcode].dropna()
    if own.empty:
        return HTML(f"<p>{say.html('movement.unscored', name=subject.short[adcode])}</p>")
    drawn = charts.trend(
        index,
        focus=[adcode],
        tinted=_group(subject, "zone", adcode),
        colour=REGION[zone],
        names=subject.short,
        say=say,
    )
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
    """What the goals gained or lost on the nation over the panel, with ranks; what was carried below."""
    card, say = subject.card, subject.say
    first, last = card.framework.years[0], card.framework.years[-1]
    nodes = {"index": say("movement.index")} | subject.goals
    scores, ranks = (table.loc[adcode].T.loc[[*nodes]] for table in (card.scores, card.ranks))
    both = {node: card.scores[node].unstack("year") for node in nodes}
    against = pd.Series(
        {node: against_nation(each[first], each[last])[adcode] for node, each in both.items()}
    )
    frame = pd.DataFrame(
        {
            "part": pd.Series(nodes),
            "first": scores[first],
            "last": scores[last],
            "change": against,
            "was": ranks[first],
            "now": ranks[last],
        }
    )
    return page_table(
        say,
        frame,
        "movement",
        "part first:number last:number change:change ranks=now:ranks>",
        title=say("movement.change_title", first=first, last=last),
        formats={"ranks>": lambda row: f"{say.place(row['was'])} → {say.place(row['now'])}"},
        focus=[nodes["index"]],
        note=_carried_note(subject, adcode, first, last),
        values={"first": first, "last": last},
    )


def drivers_table(subject: Study, adcode: str, *, count: int = 5) -> HTML:
    """The indicators that moved the index most between the panel's ends, exactly and in points.

    Each with the years of its figures: a series that ended early has moved up to its last year. What
    is carried back to the first year is left out, since its part is understated.
    """
    say, moved = subject.say, subject.change(adcode)
    if moved["contribution"].isna().all():
        return HTML(f"<p>{say.html('movement.no_drivers')}</p>")
    first = subject.card.flags.loc[(adcode, subject.card.framework.years[0])]
    told = moved[~first[moved.index].isin(["carried", "interpolated"])]
    told = told.assign(years=told["since"] + " → " + told["until"])
    up, down = told.query("contribution > 0.005"), told.query("contribution < -0.005")
    chosen, total = (
        pd.concat([up.head(count), down[::-1].head(count)]),
        changed(subject).total[adcode],
    )
    index = subject.card.scores["index"].unstack("year")
    against = against_nation(index.iloc[:, 0], index.iloc[:, -1])[adcode]
    note = say(
        "movement.drivers_note",
        total=say.number(total, decimals=2, sign=True),
        against=say.number(against, decimals=2, sign=True),
        rest=say.number(total - chosen["contribution"].sum(), decimals=2, sign=True),
    )
    line, title = "indicator=name contribution:change2 years", moved.attrs["title"]
    return page_table(say, chosen, "movement", line, title=title, note=note)


def _carried_note(subject: Study, adcode: str, first: int, last: int) -> str:
    say, told = subject.say, ""
    for key, year in (("carried", first), ("ended", last)):
        flags = subject.card.flags.loc[(adcode, year)]
        carried = subject.named(flags[flags == "carried"]).index
        if len(carried):
            told += say(f"movement.{key}", indicators=say.join(carried), year=year)
    still = sum(flags == "structural")
    told += "".join(
        say(
            "movement.sole",
            goal=subject.goals[goal],
            indicator=subject.catalogue().at[leaf, "name"],
        )
        for goal, leaf in sole_movers(subject.card).items()
    )
    if still:
        told += say("movement.still_one" if still == 1 else "movement.still", count=still)
    return told


@stated
def obstacles(subject: Study, adcode: str, year: int, *, count: int = 8) -> HTML:
    """What makes up what a province lacks to a full score, goal by goal, with evidence and data year."""
    say, found = subject.say, subject.obstacles(adcode, year)
    name = subject.short[adcode]
    if found.empty:
        return HTML(f"<p>{say.html('obstacles.none', name=name)}</p>")
    named = found[found["named"]]
    lead = say.html("obstacles.nothing_named", name=name)
    if len(named):
        first = named.iloc[0]
        values = {"first": first["name"], "share": f"{first['degree']:.0%}"}
        lead = say.html("obstacles.lead", name=name, **values)
    by_goal = found.groupby("goal", sort=False)["degree"].sum()
    greatest = found.head(count)
    headed = [say("obstacles.goal", goal=goal, share=by_goal[goal]) for goal in greatest["goal"]]
    greatest = greatest.assign(goal=headed, whole=greatest["goal"].map(by_goal))
    greatest = greatest.sort_values(["whole", "goal", "degree"], ascending=False)
    drawn = page_table(
        say,
        greatest,
        "obstacles",
        "indicator=name degree:percent score:whole rank=place:right evidence:kind years "
        "remark=named:named goal",
        title=found.attrs["title"],
        formats={
            "kind": lambda row: say("figure.and").join(
                say(f"evidence.{kind}") for kind in (row["evidence"], row["flag"]) if kind
            ),
            "named": lambda row: "" if row["named"] else say("obstacles.not_named"),
        },
        group="goal",
        note=say("obstacles.note", count=len(greatest), share=f"{greatest['degree'].sum():.0%}"),
    )
    return HTML(f"<p>{lead}</p>{drawn.data}")


@stated
def distances(subject: Study, adcode: str, year: int, *, count: int = 8) -> HTML:
    """How far a province is from the medians of nation, zone and next tier, in each one's own unit.

    Of the indicators that rank outside the nation's first third, those that would add most.
    """
    say, found = subject.say, subject.distances(adcode, year)
    named = subject.obstacles(adcode, year).query("named").index
    adds = found[[f"{reference}_adds" for reference in ("nation", "zone", "above")]]
    behind = found[adds.notna().any(axis=1) & found.index.isin(named)]
    if behind.empty:
        return HTML(f"<p>{say.html('distances.none', name=subject.short[adcode])}</p>")
    order = adds.loc[behind.index].max(axis=1).sort_values(ascending=False, kind="stable").index

    def gap(reference):
        def told(row):
            if pd.isna(row[f"{reference}_adds"]):
                return "—"
            return say(
                "distances.gap",
                gap=("+" if row[f"{reference}_gap"] > 0 else "")
                + say.significant(row[f"{reference}_gap"]),
                adds=say.number(row[f"{reference}_adds"], sign=True),
            )

        return told

    zone = subject.area(subject.provinces.loc[adcode, "zone"])
    return page_table(
        say,
        behind.loc[order].head(count),
        "distances",
        "indicator=name unit value:significant nation:nation> zone:zone> above:above>",
        title=found.attrs["title"],
        formats={f"{reference}>": gap(reference) for reference in ("nation", "zone", "above")},
        note=say("distances.note"),
        values={"zone": zone},
    )
