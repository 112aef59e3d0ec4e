"""The front page: a search, the ranking, the national maps, what changed, the three regions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from typing import Any

import pandas as pd
from markupsafe import Markup

from quyu.maps.palette import YLGNBU, Classes
from quyu.maps.picture import picture
from quyu.maps.small import BLANK, ids, small_maps
from quyu.pages import nation
from quyu.pages.atlas_page import href
from quyu.pages.glossary import GLOSSARY, explained
from quyu.pages.links import COMPARE, NOWHERE, linked, over
from quyu.pages.method import colophon
from quyu.pages.page import languages, page
from quyu.pages.region import clause_words
from quyu.pages.render import render, text_of
from quyu.pages.since import since
from quyu.pages.tables import Cell, Row
from quyu.regions.strategy import Region, common
from quyu.study import charting
from quyu.study.certainty import alike, held, interval, others
from quyu.study.regional import members_of
from quyu.study.regional_answers import movement_inside
from quyu.study.shown import source
from quyu.study.study import Study
from quyu.words import unmarked

SCORES = "../scores.csv"  # of all languages, beside their folders


def index_page(
    subject: Study,
    year: int,
    there: Collection[str],
    elsewhere: Mapping[str, Collection[str]] = NOWHERE,
) -> str:
    """The front page; it links only to pages in `there`.

    `elsewhere` has the pages in the folders of the other languages, by language.
    """
    say = subject.say
    briefs = {
        f"regions/{region.id}.html": say("page.brief", region=subject.area(region.name))
        for region in subject.regions
    }
    charts = {
        "reliability": charting.intervals,
        "heat": charting.heat,
        "weights": charting.shares,
    }
    first = subject.card.framework.years[0]
    shapes, maps = goal_maps(subject, year)
    body = render(
        "front.j2",
        say=say,
        map=Markup(nation.index_map(subject, year, title=_title(subject, year)).data),
        clause="" if subject.facts.own_units else Markup(clause_words(subject, common())),
        shapes=Markup(shapes),
        maps=maps,
        blank=Markup(BLANK),
        scale=YLGNBU,
        since=Markup(since(subject, first, year).data) if first != year else "",
        first=first,
        last=subject.card.framework.years[-1],
        scores=SCORES,
        year=year,
        source=source(subject),
        regions=[_region(subject, region, year, there) for region in subject.regions],
        ranking=Markup(_ranking(subject, year, there)),
        charts={name: Markup(picture(*chart(subject, year)).svg) for name, chart in charts.items()},
        limit=charting.SHARE_LIMIT,
        limits=_limits(subject),
        share=held(),
        carried=nation.carried_told(subject, year, subject.provinces.index),
        gaps=say.join(say.of(leaf.name) for leaf in subject.card.framework.gaps),
    )
    return page(
        linked(explained(body, subject), there),
        say=say,
        title=say("front.title", year=year),
        description=say("front.description", year=year),
        year=year,
        links=[
            (say("page.atlas"), "atlas.html"),
            (say("compare.nav"), COMPARE),
            (say("glossary.nav"), GLOSSARY),
            *((text, href) for href, text in briefs.items() if href in there),
        ],
        languages=languages("index.html", elsewhere),
        colophon=colophon(subject, year, say("front.title", year=year)),
        script=text_of("find.js"),
    )


def _limits(subject: Study) -> list[str]:
    """What a reader must mind, by the sentences' keys; of one's own units nothing but the method."""
    if not subject.facts.own_units:
        return ["gaps", "proxies", "structural", "ranks", "grades"]
    choices = subject.card.framework
    structural = any(leaf.structural for leaf in choices.indicators)
    return [*["gaps"] * bool(choices.gaps), *["structural"] * structural, "ranks"]


def _title(subject: Study, year: int) -> str:
    ranks = subject.ranks(year).query("nominal == 1")
    name, *rivals = dict.fromkeys([*ranks["name"], *alike(subject, year, ranks.index[0])])
    if not rivals:
        return subject.say("front.map_title", name=name)
    return subject.say("front.map_title_shared", name=name, others=others(rivals, subject.say))


def _region(subject: Study, region: Region, year: int, there: Collection[str]) -> dict[str, object]:
    say, scores = subject.say, subject.at(year)["index"]
    own, area = scores[members_of(subject, region.name)], subject.area(region.name)
    name = escape(area)
    if f"regions/{region.id}.html" in there:
        name = f"<a href='regions/{region.id}.html'>{say('page.brief', region=name)}</a>"
    told = (
        _stands(subject, region.name, own, year)
        if own.notna().any()
        else say("region.nobody", region=area, year=year)
    )
    heading, words = Markup(name), ""
    if region.part and region.words:
        heading = Markup(say("front.region", name=name, part=escape(say.of(region.part))))
        words = say.of(region.words)
    mark = Markup(style(subject.hues[region.name])) if not words else ""
    return {
        "id": region.id,
        "name": area,
        "mark": mark,
        "heading": heading,
        "words": words,
        "told": told,
    }


def _stands(subject: Study, region: str, own: pd.Series, year: int) -> str:
    """A region in one line: its median, its ends, and whether it rises and draws together."""
    say, first, ranks = subject.say, subject.card.framework.years[0], subject.scores(year)["rank"]
    best, worst = own.idxmax(), own.idxmin()
    told = say(
        "front.region_told",
        count=own.count(),
        median=own.median(),
        nation=subject.at(year)["index"].median(),
        best=subject.short[best],
        best_rank=say.place(ranks[best]),
        worst=subject.short[worst],
        worst_rank=say.place(ranks[worst]),
    )
    middle, members = movement_inside(subject, region, year)
    if first == year or len(members) < 2:
        return told
    was, now = (subject.at(at)["index"][members.index].std(ddof=0) for at in (first, year))
    # As the brief has it: what is printed is the difference of what is printed.
    gain = say.number(round(middle["own"], 1) - round(middle["nation"], 1), sign=True)
    return told + say("front.region_since", first=first, gain=gain, was=was, now=now)


def goal_maps(subject: Study, year: int) -> tuple[str, list[dict[str, Any]]]:
    """The shapes of the small maps, and of each goal its map, its name, and what is said below it."""
    say, scores, tiers = subject.say, subject.at(year), subject.card.state.tiers
    ordered = {goal: scores[goal].dropna().sort_values(kind="stable") for goal in subject.goals}
    told = {goal: _ends(subject, each) for goal, each in ordered.items()}
    alts = {
        goal: say("front.goal_alt", goal=name, year=year, told=told[goal])
        for goal, name in subject.goals.items()
    }
    colours = {goal: Classes(tuple(tiers[goal])).colour(scores[goal]) for goal in subject.goals}
    shapes, drawn = small_maps(subject.land, subject.dashes, colours, alts)
    numbers = ids(nation.ground(subject).land.index)
    units = {code: [numbers[code]] for code in nation.largest_first(subject)}
    return shapes, [
        {
            "id": goal,
            "name": name,
            "told": told[goal],
            "svg": Markup(over(drawn[goal].svg, units, subject.short)),
        }
        for goal, name in subject.goals.items()
    ]


def _ends(subject: Study, ordered: pd.Series) -> str:
    """The best and the last unit of a goal, with the median."""
    if ordered.empty:
        return subject.say("missing")
    ends = {"best": ordered.index[-1], "worst": ordered.index[0]}
    values = {end: subject.short[code] for end, code in ends.items()}
    values |= {f"{end}_score": ordered[code] for end, code in ends.items()}
    return subject.say("front.goal_told", median=ordered.median(), **values)


def style(colour: str | None) -> str:
    """The colour of a mark that the style sheet has none for."""
    return f' style="background:{colour}"' if colour else ""


def _ranking(subject: Study, year: int, there: Collection[str]) -> str:
    """The ranking table with each province's mark, its link and what the search looks in."""
    say, marks = subject.say, {region.name: region.id for region in subject.regions}
    own = subject.hues if subject.facts.own_units else {}

    def province(row: Row) -> Cell:
        register, report = subject.facts.provinces.loc[row["id"]], href(row["id"], there)
        name = escape(row["name"])
        linked = f"<a href='{report}'>{name}</a>" if report else name
        names = (unmarked(register[c]) for c in register.index if "name" in c or "short" in c)
        asked = " ".join(" ".join([row["id"], *names]).lower().split())
        rank = nation.told_place(subject, row)
        hit = say("front.find.hit", name=row["name"], rank=rank, interval=interval(row, say))
        return Cell.of(
            row["name"],
            f'<td class="s" data-find="{escape(asked)}" data-hit="{escape(hit)}">'
            f"<span class='mark {marks.get(row['region'], '')}'"
            f"{style(own.get(row['region']))}></span>{linked}</td>",
        )

    return nation.ranking_table(subject, year, province=province).data
