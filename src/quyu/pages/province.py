"""The parts of one province's report: where it stands, and how it moved."""

from __future__ import annotations

import math
from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.index.change import against_nation, sole_movers
from quyu.maps import panels
from quyu.maps.canvas import REST
from quyu.maps.palette import FOCUS, NATION
from quyu.pages.nation import locator_map
from quyu.pages.pictures import figure
from quyu.pages.tables import page_table
from quyu.study.evidence import by_year, changed
from quyu.study.shown import source
from quyu.study.study import Study
from quyu.words import Words


def locator(subject: Study, adcode: str, year: int) -> HTML:
    """The national map of the index with the province outlined."""
    own = subject.scores(year).loc[adcode]
    key = "province.locator_unscored" if pd.isna(own["index"]) else "province.locator"
    title = subject.say(key, name=own["name"], rank=subject.say.place(own["rank"]))
    return locator_map(subject, year, adcode, title=title)


def goals_table(subject: Study, adcode: str, year: int) -> HTML:
    """Each goal with its score, its rank and how much of it is published for the year."""
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
        "goal=index score=unit:number rank:place coverage:percent",
        title=say("province.goals_title", year=year),
        note=say("province.goals_note") + _still(say, frame, year) + "".join(notes),
    )


def _still(say: Words, goals: pd.DataFrame, year: int) -> str:
    """Which goals rest on no figure of the year."""
    still = goals.index[(goals["coverage"] == 0) & goals["unit"].notna()]
    return say("province.goals_still", goals=say.join(still), year=year) if len(still) else ""


def _goals(subject: Study, adcode: str, year: int) -> pd.DataFrame:
    card = subject.card
    frame = pd.DataFrame(
        {
            "unit": card.scores.loc[(adcode, year)],
            "rank": card.ranks.loc[(adcode, year)],
            "coverage": card.coverage.loc[(adcode, year)],
        }
    )
    return frame.loc[[*subject.goals]].rename(index=subject.goals)


def trend_chart(subject: Study, adcode: str) -> HTML:
    """The index and each goal over the period: the province, the medians of its zone and of the nation."""
    say, zone = subject.say, subject.provinces.loc[adcode, "zone"]
    own = by_year(subject, "scores")["index"][adcode].dropna()
    if own.empty:
        return HTML(f"<p>{say.html('movement.unscored', name=subject.short[adcode])}</p>")
    parts = {"index": say("movement.index")} | subject.goals
    seen = {node: _course(subject, adcode, node) for node in parts}
    low, high = (getattr(pd.concat(seen.values()), end)().agg(end) for end in ("min", "max"))
    ends = (10 * math.floor(low / 10), 10 * math.ceil(high / 10))  # the same for all
    lines = max(len(panels.titled(title)) for title in parts.values())
    drawn = [_panel(subject, adcode, parts[node], seen[node], ends, lines) for node in parts]
    marks = [
        ("line", FOCUS, subject.short[adcode]),
        ("line", subject.hues[zone], say("standing.group_median", group=subject.area(zone))),
        ("dashes", NATION, say("standing.national_median")),
        ("line", REST, say("standing.middle_half")),
    ]
    nation = seen["index"].loc[own.index, "nation"]
    finding = say(
        "movement.trend",
        name=subject.short[adcode],
        first=own.iloc[0],
        last=own.iloc[-1],
        nation_first=nation.iloc[0],
        nation_last=nation.iloc[-1],
    )
    return figure(panels.panels(drawn, marks), finding=finding, source=source(subject), say=say)


def _course(subject: Study, adcode: str, node: str) -> pd.DataFrame:
    """A score over the years: the middle half of the nation, the medians of zone and nation, the province."""
    nation, zones = _others(subject, node)
    own = by_year(subject, "scores")[node][adcode]
    return nation.assign(zone=zones[subject.provinces.at[adcode, "zone"]], own=own)


@lru_cache(maxsize=32)  # the same in all reports
def _others(subject: Study, node: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Over the years, the nation's quartiles and median of a score, and the median of each zone."""
    table, zone = by_year(subject, "scores")[node], subject.provinces["zone"]
    nation = table.quantile([0.25, 0.75], axis=1).T.set_axis(["first", "third"], axis=1)
    zones = {each: table[zone.index[zone == each]].median(axis=1) for each in zone.unique()}
    return nation.assign(nation=table.median(axis=1)), pd.DataFrame(zones)


def _panel(
    subject: Study, adcode: str, title: str, frame: pd.DataFrame, ends: tuple[int, int], lines: int
) -> str:
    say, zone, nation = subject.say, subject.provinces.loc[adcode, "zone"], frame["nation"]
    told = say("figure.and").join(
        say("movement.year_told", year=year, score=score)
        for year, score in frame["own"].dropna().items()
    )
    alt = say(
        "movement.trend_alt",
        part=title,
        name=subject.short[adcode],
        told=told or say("missing"),
        nation_first=nation.iloc[0],
        nation_last=nation.iloc[-1],
    )
    styles = {
        "zone": (subject.hues[zone], 1.6, ""),
        "nation": (NATION, 1.6, "4 3"),
        "own": (FOCUS, 2.6, ""),
    }
    band = frame[["first", "third"]]
    return panels.course(
        frame[[*styles]], styles, band=band, ends=ends, title=title, alt=alt, lines=lines
    )


def change_table(subject: Study, adcode: str) -> HTML:
    """What the goals gained or lost on the nation over the panel, with ranks; what was carried below."""
    card, say = subject.card, subject.say
    first, last = card.framework.years[0], card.framework.years[-1]
    nodes = {"index": say("movement.index")} | subject.goals
    scores, ranks = (table.loc[adcode].T.loc[[*nodes]] for table in (card.scores, card.ranks))
    frame = pd.DataFrame(
        {
            "part": pd.Series(nodes),
            "first": scores[first],
            "last": scores[last],
            "change": _against(subject, digits=1).loc[adcode],
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
        kind="half",
        note=_carried_note(subject, adcode, first, last),
        values={"first": first, "last": last},
    )


@lru_cache(maxsize=4)  # the same in all reports
def _against(subject: Study, digits: int = 9) -> pd.DataFrame:
    """What each unit's scores gained or lost on the nation over the panel: units × scores.

    To one digit they are what the page prints, so that a reader's own subtraction comes out alike.
    """
    first, last = subject.card.framework.years[0], subject.card.framework.years[-1]
    both = {
        node: by_year(subject, "scores")[node].round(digits) for node in ["index", *subject.goals]
    }
    return pd.DataFrame({n: against_nation(t.loc[first], t.loc[last]) for n, t in both.items()})


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
    against = _against(subject).at[adcode, "index"]
    note = say(
        "movement.drivers_note",
        total=say.number(total, decimals=2, sign=True),
        against=say.number(against, decimals=2, sign=True),
        rest=say.number(total - chosen["contribution"].sum(), decimals=2, sign=True),
    )
    line, title = "indicator=name contribution:change2 years", moved.attrs["title"]
    return page_table(say, chosen, "movement", line, title=title, note=note, kind="half")


def _carried_note(subject: Study, adcode: str, first: int, last: int) -> str:
    say, told = subject.say, ""
    for key, year in (("carried", first), ("ended", last)):
        flags = subject.card.flags.loc[(adcode, year)]
        carried = subject.named(flags[flags == "carried"]).index
        if len(carried):
            told += say(f"movement.{key}", indicators=say.join(carried), year=year)
    still = sum(flags == "structural")
    names = {leaf.id: say.of(leaf.name) for leaf in subject.card.framework.indicators}
    told += "".join(
        say("movement.sole", goal=subject.goals[goal], indicator=names[leaf])
        for goal, leaf in sole_movers(subject.card).items()
    )
    if still:
        told += say("movement.still_one" if still == 1 else "movement.still", count=still)
    return told
