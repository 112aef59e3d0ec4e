"""The page that sets any two to four units side by side; which ones they are stands in its address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from quyu.index.change import against_nation
from quyu.index.tree import Indicator
from quyu.maps import offline
from quyu.pages.glossary import GLOSSARY, explained
from quyu.pages.links import COMPARE, NOWHERE, linked, reports
from quyu.pages.method import colophon
from quyu.pages.page import languages, page
from quyu.pages.render import render, text_of
from quyu.pages.tables import page_table
from quyu.study.beside import figures_beside, near
from quyu.study.certainty import held, interval, tier
from quyu.study.comparing import PRINTED, changed_since
from quyu.study.study import Study
from quyu.words.numbers import isnan

MOST = 4  # units side by side: a sheet of A4 has room for no more
FIGURES = 16_000  # of indicators at most, as of 400 units with 40: the page is to be sent by mail
SAID = ("among", "chosen", "full", "none", "remove", "tied")  # by the script
HEADS = (
    *("year", "adcode", "name", "id", "indicator", "goal", "value", "unit", "years", "rank"),
    "evidence",
)
Row = dict[str, Any]


def compare_page(
    subject: Study,
    year: int,
    there: Collection[str],
    elsewhere: Mapping[str, Collection[str]] = NOWHERE,
) -> str:
    """Index, goals and indicators of every unit, of which a reader sets some side by side.

    An address names units, or one that opens with those near to it; without an address that is the
    first in rank. Where units and indicators make more than FIGURES it has no indicators, and says so.
    It links only to reports in `there`;
    `elsewhere` has the pages in the folders of the other languages, by language.
    """
    say, title = subject.say, subject.say("compare.title", year=year)
    count, indicators = len(subject.provinces), len(subject.card.normalised.columns)
    few = count * indicators <= FIGURES
    first = subject.card.framework.years[0]
    body = render(
        "compare.j2",
        say=say,
        first=first,
        moved=year != first,
        few=few,
        most=MOST,
        limit=FIGURES,
        count=count,
        indicators=indicators,
        share=held(),
        scale=subject.card.framework.scale,
        table=Markup(linked(_table(subject, year).data, there)) if few else "",
    )
    data = offline.json_text(_data(subject, year, there, few=few))
    carried = f'<script type="application/json" id="data">{data}</script>'
    shared = [offline.text_of(name) for name in ("elements.js", "csv.js")]
    return page(
        explained(body, subject) + carried,
        say=say,
        title=title,
        description=say("compare.description", year=year),
        year=year,
        links=[
            (say("page.home"), "index.html"),
            (say("page.atlas"), "atlas.html"),
            (say("glossary.nav"), GLOSSARY),
        ],
        languages=languages(COMPARE, elsewhere),
        colophon=colophon(subject, year, title, maps=False),
        script="\n".join(["'use strict';", *shared, text_of("compare.js")]),
        style=text_of("compare.css"),
    )


def _table(subject: Study, year: int) -> Any:
    """The index of every unit, for where no script may run."""
    frame = subject.ranks(year).join(subject.scores(year)[["index", "rank"]])
    return page_table(
        subject.say,
        frame.sort_values("rank", kind="stable"),
        "doubts",
        "province=name:unit index:number rank:place interval=low:interval tier:tier",
        heads={"index": subject.say("gaps.index"), "rank": subject.say("indicators.head.rank")},
        title=subject.say("nation.table_title", year=year),
    )


def _data(subject: Study, year: int, there: Collection[str], *, few: bool) -> Row:
    """What the script draws; texts are those of the reports, numbers are for the CSV."""
    say, first = subject.say, subject.card.framework.years[0]
    codes, led = [*subject.provinces.index], reports(there)
    best = subject.scores(year)["rank"].dropna().sort_values(kind="stable").index[:1]
    rows = [{"group": say("gaps.index")}, *_index_rows(subject, year)]
    rows += [{"group": say("compare.goals")}, *_goal_rows(subject, year)]
    said = {"join": say.texts["join"], "and": say("figure.and"), "rank": say.texts["rank"]}
    heads = [say(f"indicators.head.{head}") for head in HEADS]
    return {
        "words": said | {key: say.texts[f"compare.{key}"] for key in SAID},
        "heads": [*heads, *([say("compare.change", first=first)] if year != first else [])],
        "title": say("compare.title", year=year),
        "told": say("compare.cells_moved" if year != first else "compare.cells", first=first),
        "nation": say("indicators.head.median"),
        "english": say.lang == "en",
        "file": f"quyu-compare-{year}-{say.lang}",
        "year": year,
        "moved": year != first,
        "most": MOST,
        "scale": [*subject.card.framework.scale],
        "codes": codes,
        "names": [subject.short[code] for code in codes],
        "links": [led.get(code, "") for code in codes],
        "near": {code: near(subject, code, year) for code in codes},
        "opens": [*best],
        "rows": [*rows, *(_indicator_rows(subject, year) if few else [])],
    }


def _index_rows(subject: Study, year: int) -> Iterator[Row]:
    """The index, its rank and tier, and how it moved against the nation."""
    say, first, units = subject.say, subject.card.framework.years[0], subject.provinces.index
    ranks = subject.ranks(year).reindex(units)
    sure = [row for _, row in ranks.iterrows()]
    index = _scored(subject, year, "index", say("compare.index"))
    yield index | {"ranks": _numbers(ranks["nominal"])}
    there = [not isnan(row["nominal"]) for row in sure]
    yield {
        "name": say("indicators.head.rank"),
        "values": [_place(subject, each) for each in ranks["nominal"]],
        "below": [
            say("compare.interval", interval=interval(row, say)) if scored else ""
            for row, scored in zip(sure, there, strict=True)
        ],
    }
    yield {"name": say("compare.tier"), "values": [tier(row, say) for row in sure]}
    if year == first:
        return
    moved = changed_since(subject, first, year, digits=PRINTED).reindex(units)
    against = [say.number(each, sign=True) for each in moved["beyond"]]
    yield {"name": say("compare.beyond", first=first), "values": against}
    ends = zip(moved["first_rank"], moved["rank"], strict=True)
    told = [
        say("missing") if isnan(was) or isnan(now) else f"{say.place(was)} → {say.place(now)}"
        for was, now in ends
    ]
    yield {"name": say("compare.moved", first=first, year=year), "values": told}


def _place(subject: Study, rank: float) -> str:
    say = subject.say
    return say("missing") if isnan(rank) else say("rank", rank=say.place(rank))


def _goal_rows(subject: Study, year: int) -> Iterator[Row]:
    ranks = subject.card.ranks.xs(year, level="year").reindex(subject.provinces.index)
    for goal, name in subject.goals.items():
        places = ["" if isnan(each) else subject.say.place(each) for each in ranks[goal]]
        yield _scored(subject, year, goal, name) | {"places": places}


def _scored(subject: Study, year: int, key: str, name: str) -> Row:
    """The row of the index or a goal, but for its ranks."""
    say, first = subject.say, subject.card.framework.years[0]
    scores = subject.at(year)[key].reindex(subject.provinces.index)
    row = {
        "id": key,
        "name": name,
        "unit": say("study.points"),
        "values": [say.number(each) for each in scores],
        "numbers": _numbers(scores),
        "median": say.number(scores.median()),
        "strip": _numbers(pd.Series([scores.min(), scores.median(), scores.max()])),
    }
    if year != first:
        before = subject.at(first)[key].reindex(scores.index)
        before, after = before.round(PRINTED), scores.round(PRINTED)
        change = after - before
        nation = (change - against_nation(before, after)).dropna()
        row |= _moved([say.number(each, sign=True) for each in change], change)
        row["nation"] = say.number(nation.iloc[0], sign=True) if len(nation) else ""
    return row


def _moved(told: list[str], change: pd.Series) -> Row:
    """The change of each unit as text, "" where there is none, and as a number."""
    texts = ["" if isnan(x) else text for text, x in zip(told, change, strict=True)]
    return {"changes": texts, "moves": _numbers(change)} if any(texts) else {}


def _indicator_rows(subject: Study, year: int) -> Iterator[Row]:
    """Every indicator under its goal; those that nobody publishes by unit in one line."""
    say, figures = subject.say, figures_beside(subject, year)
    scored = {*figures.index.unique("id")}
    most = int(figures.groupby("id")["value"].count().max())
    for goal in subject.card.framework.goals:
        yield {"group": say.of(goal.name)}
        for leaf in goal.leaves():
            if leaf.id in scored:
                own = figures.loc[leaf.id].reindex(subject.provinces.index)
                yield _indicator(subject, leaf, own, most)
        if lacking := [say.of(leaf.name) for leaf in goal.leaves() if leaf.id not in scored]:
            yield {"lacking": say("compare.lacking", names=say.join(lacking))}


def _indicator(subject: Study, leaf: Indicator, own: pd.DataFrame, most: int) -> Row:
    say, name, there = subject.say, subject.say.of(leaf.name), own["value"].notna()
    lower = leaf.direction == "-"
    notes = [_note(subject, row) if row["years"] else "" for row in own.to_dict("records")]
    usual = next(iter(Counter(filter(None, notes)).most_common(1)), ("", 0))[0]
    row = {
        "id": leaf.id,
        "name": say("indicators.lower_is_better", indicator=name) if lower else name,
        "unit": say.of(leaf.unit),
        "evidence": say(f"evidence.{leaf.evidence}"),
        "proxy": "" if leaf.evidence == "direct" else say("standing.proxy"),
        "usual": usual,
        "values": [say.significant(each) for each in own["value"]],
        "numbers": _numbers(own["value"]),
        "places": [*own["place"]],
        "median": say.significant(own["value"].median()),
    }
    signed = [("+" if each > 0 else "") + say.significant(each) for each in own["change"]]
    row |= _moved(signed, own["change"])
    if there.sum() < most:
        row["of"] = int(there.sum())
    if odd := {at: note for at, note in enumerate(notes) if note not in ("", usual)}:
        row["notes"] = odd
    return row


def _note(subject: Study, row: Row) -> str:
    """Of which years a figure is and how it was filled; from when on it moved; what was set aside."""
    say = subject.say
    flag = say(f"evidence.{row['flag']}") if row["flag"] else ""
    years = say("compare.flagged" if flag else "compare.years", years=row["years"], flag=flag)
    since = say("compare.since", years=row["since"]) if row["since"] else ""
    return say("figure.clauses").join(filter(None, [years, since, row["judged"]]))


def _numbers(values: pd.Series) -> list[float | None]:
    return [None if isnan(each) else float(f"{each:.10g}") for each in values]
