"""The front page: the national picture, the three regions, the ranking, a search for a province."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import escape
from importlib.resources import files

from quyu.pages import nation
from quyu.pages.atlas_page import NOWHERE, href
from quyu.pages.method import colophon
from quyu.pages.page import languages, page
from quyu.pages.region import clause_words, members_of
from quyu.regions.strategy import Region, common, regions
from quyu.study.certainty import alike, certainty, interval, others
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
    parts = {
        "nation": nation.index_map(subject, year, title=_title(subject, year)).data,
        "regions": clause_words(subject, common())
        + "".join(_region(subject, region, year, there) for region in regions()),
        "ranking": _ranking(subject, year, there),
        "reliability": f"<p>{say('front.reliability_told')}</p>"
        f"<figure>{nation.interval_chart(subject, year).svg}</figure>",
        "goals": f"<p>{say('front.goals_told')}</p>"
        f"<figure>{nation.heat_chart(subject, year).svg}</figure>",
        "weights": f"<p>{say('front.weights_told', limit=nation.SHARE_LIMIT)}</p>"
        f"<figure>{nation.shares_chart(subject, year).svg}</figure>",
        "limits": _limits(subject),
    }
    body = f"<p class='lead'>{say('front.lead')}</p>{_find(subject)}" + "".join(
        f"<h2>{say(f'front.{name}')}</h2>{part}" for name, part in parts.items()
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
        script=(files("quyu.pages") / "templates" / "find.js").read_text(encoding="utf-8"),
    )


def _title(subject: Study, year: int) -> str:
    sure = certainty(subject, year)
    first = sure.index[sure["nominal"] == 1]
    name, *rivals = dict.fromkeys([*subject.short[first], *alike(subject, year, first[0])])
    if not rivals:
        return subject.say("front.map_title", name=name)
    return subject.say("front.map_title_shared", name=name, others=others(rivals, subject.say))


def _region(subject: Study, region: Region, year: int, there: Collection[str]) -> str:
    say, scores = subject.say, subject.at(year)["index"]
    members = members_of(subject, region)
    name, brief = subject.area(region.name), f"regions/{region.id}.html"
    if brief in there:
        name = f"<a href='{brief}'>{say('page.brief', region=name)}</a>"
    told = say(
        "front.region_told",
        count=len(members),
        median=scores[members].median(),
        nation=scores.median(),
        low=scores[members].min(),
        high=scores[members].max(),
    )
    heading = say("front.region", name=name, part=escape(say.of(region.part)))
    return (
        f"<h3><span class='mark {region.id}'></span>{heading}</h3>"
        f"<blockquote><p>{escape(say.of(region.words))}</p></blockquote><p>{told}</p>"
    )


def _find(subject: Study) -> str:
    """The search, hidden until its script shows it; without it the ranking's links do the same."""
    say = subject.say
    return (
        f"<form id='find' role='search' hidden data-none='{escape(say('front.find.none'))}'>"
        f"<label for='find-text'>{say('front.find.label')}</label> "
        "<input id='find-text' type='search' autocomplete='off' aria-describedby='find-hint'> "
        f"<small id='find-hint'>{say('front.find.hint')}</small>"
        "<ul id='find-hits' role='status'></ul></form>"
    )


def _ranking(subject: Study, year: int, there: Collection[str]) -> str:
    """The ranking table with each province's mark, its link and what the search looks in."""
    say, sure = subject.say, certainty(subject, year)
    frame = nation.ranking(subject, year)
    head, *rows = re.split(r"(?=<tr)", nation.ranking_table(subject, year).data)
    marks = {region.name: region.id for region in regions()}
    for row, code in enumerate(frame.index, start=1):  # row 0 is the heads
        register, shown = subject.facts.provinces.loc[code], frame.loc[code]
        name, report = escape(shown["province"]), href(code, there)
        linked = f"<a href='{report}'>{name}</a>" if report else name
        asked = " ".join(
            [code, *(unmarked(register[c]) for c in register.index if "name" in c or "short" in c)]
        )
        hit = say(
            "front.find.hit",
            name=shown["province"],
            rank=shown["rank"],
            interval=interval(sure.loc[code], say),
        )
        cell = (
            f'<td class="s" data-find="{escape(" ".join(asked.lower().split()))}" data-hit="{escape(hit)}">'
            f"<span class='mark {marks[register['region']]}'></span>{linked}</td>"
        )
        cells = re.split(r"(?=<t[dh])", rows[row])
        place = frame.columns.get_loc("province") + 1  # before the first cell stands the row's tag
        cells[place] = cell
        rows[row] = "".join(cells)
    return head + "".join(rows)


def _limits(subject: Study) -> str:
    say = subject.say
    gaps = say.join(say.of(leaf.name) for leaf in subject.card.framework.gaps)
    told = [
        say.html("front.limit.gaps", gaps=gaps),
        *(say.html(f"front.limit.{one}") for one in ("proxies", "structural", "ranks", "grades")),
    ]
    return "<ul class='plain'>" + "".join(f"<li>{line}</li>" for line in told) + "</ul>"
