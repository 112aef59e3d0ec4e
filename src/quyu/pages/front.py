"""The front page: the national picture, the three regions, the ranking, a search for a province."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape

from markupsafe import Markup

from quyu.pages import nation
from quyu.pages.atlas_page import NOWHERE, href
from quyu.pages.method import colophon
from quyu.pages.page import languages, page
from quyu.pages.region import clause_words, members_of
from quyu.pages.render import render, text_of
from quyu.pages.tables import Cell, Row
from quyu.regions.strategy import Region, common, regions
from quyu.study.certainty import alike, held, interval, others
from quyu.study.study import Study
from quyu.words import unmarked


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
        for region in regions()
    }
    charts = {
        "reliability": nation.interval_chart,
        "goals": nation.heat_chart,
        "weights": nation.shares_chart,
    }
    body = render(
        "front.j2",
        say=say,
        map=Markup(nation.index_map(subject, year, title=_title(subject, year)).data),
        clause=Markup(clause_words(subject, common())),
        regions=[_region(subject, region, year, there) for region in regions()],
        ranking=Markup(_ranking(subject, year, there)),
        charts={name: Markup(chart(subject, year).svg) for name, chart in charts.items()},
        limit=nation.SHARE_LIMIT,
        share=held(),
        carried=nation.carried_told(subject, year, subject.provinces.index),
        gaps=say.join(say.of(leaf.name) for leaf in subject.card.framework.gaps),
    )
    return page(
        body,
        say=say,
        title=say("front.title", year=year),
        description=say("front.description", year=year),
        year=year,
        links=[
            (say("page.atlas"), "atlas.html"),
            *((text, href) for href, text in briefs.items() if href in there),
        ],
        languages=languages("index.html", elsewhere),
        colophon=colophon(subject, year),
        script=text_of("find.js"),
    )


def _title(subject: Study, year: int) -> str:
    ranks = subject.ranks(year).query("nominal == 1")
    name, *rivals = dict.fromkeys([*ranks["name"], *alike(subject, year, ranks.index[0])])
    if not rivals:
        return subject.say("front.map_title", name=name)
    return subject.say("front.map_title_shared", name=name, others=others(rivals, subject.say))


def _region(subject: Study, region: Region, year: int, there: Collection[str]) -> dict[str, object]:
    say, scores = subject.say, subject.at(year)["index"]
    own, name = scores[members_of(subject, region)], subject.area(region.name)
    if f"regions/{region.id}.html" in there:
        name = f"<a href='regions/{region.id}.html'>{say('page.brief', region=name)}</a>"
    told = say(
        "front.region_told",
        count=len(own),
        median=own.median(),
        nation=scores.median(),
        low=own.min(),
        high=own.max(),
    )
    heading = Markup(say("front.region", name=name, part=escape(say.of(region.part))))
    return {"id": region.id, "heading": heading, "words": say.of(region.words), "told": told}


def _ranking(subject: Study, year: int, there: Collection[str]) -> str:
    """The ranking table with each province's mark, its link and what the search looks in."""
    say, marks = subject.say, {region.name: region.id for region in regions()}

    def province(row: Row) -> Cell:
        register, report = subject.facts.provinces.loc[row["id"]], href(row["id"], there)
        name = escape(row["name"])
        linked = f"<a href='{report}'>{name}</a>" if report else name
        names = (unmarked(register[c]) for c in register.index if "name" in c or "short" in c)
        asked = " ".join(" ".join([row["id"], *names]).lower().split())
        rank = nation.place(subject, row)
        hit = say("front.find.hit", name=row["name"], rank=rank, interval=interval(row, say))
        return Cell.of(
            row["name"],
            f'<td class="s" data-find="{escape(asked)}" data-hit="{escape(hit)}">'
            f"<span class='mark {marks[row['region']]}'></span>{linked}</td>",
        )

    return nation.ranking_table(subject, year, province=province).data
