"""The indicators of one province: strengths and weaknesses, every figure, every source."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.maps import panels
from quyu.maps.palette import FOCUS
from quyu.pages.figures_csv import figures_file
from quyu.pages.pictures import figure
from quyu.pages.sources import cited
from quyu.pages.tables import Row, page_table
from quyu.study.shown import source
from quyu.study.study import Study
from quyu.study.unscored import latest, profile
from quyu.words import Words


def strengths(subject: Study, adcode: str, year: int, *, count: int = 5) -> HTML:
    """The indicators on which the province stands best and worst in the nation."""
    frame = subject.indicators(adcode, year).dropna(subset=["rank"])
    # What half of the nation shares, such as a grade of B, is neither a strength nor a weakness.
    apart = frame[frame["value"] != frame["median"]]
    share = (apart["rank"] - 1) / (apart["of"] - 1).clip(lower=1)
    ordered = apart.assign(share=share).sort_values(["share", "id"])
    best = ordered[ordered["share"] < 0.5].head(count)
    worst = ordered[ordered["share"] > 0.5].tail(count)[::-1]
    say, told = subject.say, ""
    line = "indicator=name rank:rank> value:significant median:significant unit years"
    for kind, part in (("strengths", best), ("weaknesses", worst)):
        title, rank = say(f"indicators.{kind}"), {"rank>": _place(part, say)}
        if part.empty:
            told += f"<h3>{escape(title)}</h3><p>{say.html(f'indicators.no_{kind}')}</p>"
        else:
            told += page_table(say, part, "indicators", line, title=title, formats=rank).data
    return HTML(told)


def positions_chart(subject: Study, adcode: str, year: int) -> HTML:
    """Every scored indicator's place in the nation, a panel for each goal."""
    frame = subject.indicators(adcode, year).dropna(subset=["of"]).set_index("name")
    say, known = subject.say, frame.dropna(subset=["rank"])
    values = {"count": len(known), "first": int((known["rank"] <= known["of"] / 2).sum())}
    key = "indicators.positions_one" if values["first"] == 1 else "indicators.positions"
    share = 1 - (frame["rank"] - 1) / (frame["of"] - 1).clip(lower=1)
    told = frame["place"].where(frame["rank"].notna(), say("missing"))
    frame = frame.assign(share=share, told=told, hollow=frame["evidence"] != "direct")
    ends = (say("standing.last"), say("standing.first"))
    drawn = []
    for goal, rows in frame.groupby("goal", sort=False):
        told = (
            say("indicators.position_told", indicator=name, rank=place)
            for name, place in rows["told"].items()
        )
        alt = say(
            "indicators.positions_alt",
            goal=goal,
            name=subject.short[adcode],
            told=say("figure.clauses").join(told),
        )
        drawn.append(panels.ranked(rows, title=goal, alt=alt, ends=ends))
    marks = [("dot", FOCUS, say("standing.direct")), ("ring", FOCUS, say("standing.proxy"))]
    shown = panels.panels(drawn, marks, kind="three")
    return figure(shown, finding=say(key, **values), source=source(subject), say=say, kind="screen")


def indicators_table(subject: Study, adcode: str, year: int) -> HTML:
    """Every indicator with value, unit, year, standing, kind of evidence and the numbers of its sources."""
    frame, say = subject.indicators(adcode, year), subject.say

    def name(row):
        lower = row["direction"] == "-"
        return say("indicators.lower_is_better", indicator=row["name"]) if lower else row["name"]

    def kinds(row):
        told = [say(f"evidence.{kind}") for kind in (row["evidence"], row["flag"]) if kind]
        return say("figure.and").join([*told, row["judged"]] if row["judged"] else told)

    shown = page_table(
        say,
        frame,
        "indicators",
        "indicator=name:name rank:rank> value:significant unit median:significant? years "
        "evidence:kinds grade source=sources:cited goal",
        title=say("indicators.title", year=year),
        formats={
            "name": name,
            "rank>": _place(frame, say),
            "kinds": kinds,
            "cited": cited(subject, adcode, year),
        },
        group="goal",
        kind="long",
        note=say("indicators.note"),
    )
    return HTML(shown.data + figures_file(subject, adcode, year).data)


def profile_table(subject: Study, adcode: str, year: int) -> HTML:
    """The figures shown but not scored, each with the reason and the numbers of its sources."""
    return page_table(
        subject.say,
        profile(subject, adcode, year),
        "indicators",
        "indicator=name value:significant unit years median:significant? source=sources:cited reason",
        title=subject.say("indicators.profile_title"),
        formats={"cited": cited(subject, adcode, year)},
        kind="long",
    )


def latest_table(subject: Study, adcode: str, year: int) -> HTML:
    """What is published of years after the panel, with its nominal change; preliminary, not scored.

    `year` is the report's, whose list of sources the numbers refer to.
    """
    say, found = subject.say, latest(subject, adcode)
    if found.empty:
        return HTML(f"<p>{say.html('latest.none', last=subject.card.framework.years[-1])}</p>")
    return page_table(
        say,
        found,
        "latest",
        "indicator=name value:significant unit years=year:text before:significant change:moved>- "
        "source=sources:cited note",
        title=say("latest.title", name=subject.short[adcode]),
        formats={
            "moved>": lambda row: f"{say.number(100 * row['change'], sign=True)}%",
            "cited": cited(subject, adcode, year),
        },
        kind="long",
        note=say("latest.note"),
    )


def _place(frame: pd.DataFrame, say: Words) -> Callable[[Row], str]:
    """Ranks, blocks of ties as their ends, and out of how many where some have no figure."""
    most = frame["of"].max()

    def place(row):
        if pd.isna(row["of"]):
            return ""
        if pd.isna(row["rank"]):
            return say("missing")
        short = row["of"] < most
        return say("indicators.rank_of", rank=row["place"], of=row["of"]) if short else row["place"]

    return place
