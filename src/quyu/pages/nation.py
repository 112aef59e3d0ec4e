"""The nation at a glance: the map of the index, the order, the goals."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from quyu.maps import charts
from quyu.maps.base import Basemap, basemap
from quyu.maps.palette import REGION, YLGNBU
from quyu.maps.picture import Picture, finished, picture, svg_text
from quyu.maps.still import TWICE, Caption, choropleth, highlighted
from quyu.pages.pictures import mapped
from quyu.pages.tables import Row, page_table
from quyu.study.certainty import held, interval
from quyu.study.drawings import (
    _order,
    caption,
    standings,
    tier_classes,
    tiers_shown,
    tiers_told,
    unsure,
)
from quyu.study.scores import mostly_carried
from quyu.study.study import Study

ENDS = 5  # provinces told from either end of the order


def map_alt(subject: Study, year: int, *, title: str, subjects: Collection[str] = ()) -> str:
    """The finding of a map of the index: its subjects, both ends of the order, where the rest is.

    Thirty-one entries read aloud take two minutes and hide the finding; the ranking table has them
    all, in cells that a screen reader can search. A map about some provinces tells those first.
    """
    say, order = subject.say, _order(subject, year)
    blank = subject.short.drop(order)
    own = standings(subject, year, subjects)
    ends = order if len(order) <= 2 * ENDS else [*order[:ENDS], *order[-ENDS:]]
    parts = [
        say("spoken.finding", title=title, year=year, share=held()),
        say("spoken.own", told=own) if own else "",
        say("spoken.first", told=standings(subject, year, ends[:ENDS])) if order else "",
        say("spoken.last", told=standings(subject, year, ends[ENDS:])) if ends[ENDS:] else "",
        say("spoken.rest", count=len(order)) if len(order) > len(ends) else "",
        say("spoken.blank", names=say.join(blank)) if len(blank) else "",
    ]
    return "".join(parts).strip()


def carried_told(subject: Study, year: int, members: Collection[str]) -> str:
    """What a page about `members` opens with where more than a third of an index is carried."""
    say, shares = subject.say, mostly_carried(subject.scores(year).loc[list(members), "filled"])
    if shares.empty:
        return ""
    told = {"year": year, "share": f"{shares.iloc[0]:.0%}", "of": len(members)}
    if len(members) == 1:
        return say("nation.carried", **told)
    return say("nation.carried_many", count=len(shares), **told)


SHARE_LIMIT = 0.30  # a goal above it would be the index by itself


def index_map(subject: Study, year: int, *, title: str, focus: Collection[str] = ()) -> HTML:
    """The still map of one year's tiers; all but the provinces in `focus` are faded."""
    alt = map_alt(subject, year, title=title, subjects=focus)
    return mapped(picture(_index_figure(subject, year, focus=focus), alt), title)


def locator_map(subject: Study, year: int, adcode: str, *, title: str) -> HTML:
    """The same with one province outlined."""
    alt, ground = map_alt(subject, year, title=title, subjects=[adcode]), _ground(subject)
    text = highlighted(_located(subject, year), adcode, ground, _index_caption(subject, year))
    return mapped(finished(text, alt), title)


@lru_cache(maxsize=2)
def _located(subject: Study, year: int) -> str:
    """The map that serves for every province: just the outline is another."""
    return svg_text(_index_figure(subject, year, highlight=[TWICE]))


@lru_cache(maxsize=2)
def _ground(subject: Study) -> Basemap:
    return basemap(subject.land, subject.dashes)


def _index_caption(subject: Study, year: int) -> Caption:
    return caption(subject, "", subject.say("nation.subtitle", year=year), tiers_told(subject))


def _index_figure(subject: Study, year: int, **marks: Any) -> Figure:
    return choropleth(
        tiers_shown(subject.ranks(year)["tier"]),
        subject.land,
        subject.dashes,
        _index_caption(subject, year),
        tier_classes(subject),
        uncertain=unsure(subject, year),
        **marks,
    )


def ranking_chart(subject: Study, year: int) -> Picture:
    """All provinces in order, coloured by the strategy's region."""
    say, index = subject.say, subject.at(year)["index"]
    colours = subject.provinces["region"].map(REGION)
    drawn = charts.ranking(index, colours=colours, names=subject.short, say=say)
    return picture(drawn, say("nation.ranking_alt", year=year, told=standings(subject, year)))


def interval_chart(subject: Study, year: int) -> Picture:
    """The rank of every province with its method interval."""
    say, sure = subject.say, subject.ranks(year)
    colours = subject.provinces["region"].map(REGION)
    drawn = charts.intervals(sure, colours=colours, names=subject.short, say=say)
    return picture(
        drawn, say("nation.interval_alt", year=year, share=held(), told=standings(subject, year))
    )


def heat_chart(subject: Study, year: int) -> Picture:
    """All provinces by all goals, in the order of the index."""
    card, say = subject.card, subject.say
    scores = subject.at(year).sort_values("index", ascending=False, kind="stable")
    goals = subject.goals
    frame = scores[[*goals]].rename(index=subject.short, columns=goals)
    breaks = {label: list(card.state.tiers[goal]) for goal, label in goals.items()}
    told = say("figure.clauses").join(
        say(
            "nation.told",
            name=name,
            value=say("figure.and").join(say.number(score, decimals=0) for score in row),
        )
        for name, row in frame.iterrows()
    )
    drawn = charts.heat(frame, breaks=breaks, palette=list(YLGNBU))
    return picture(drawn, say("nation.heat_alt", year=year, told=told))


def shares_chart(subject: Study, year: int) -> Picture:
    """The share of each goal in the variance of ln(index): what equal weights amount to."""
    say, shares = subject.say, subject.card.variance_shares(year).rename(subject.goals)
    told = [say("nation.told", name=name, value=f"{share:.0%}") for name, share in shares.items()]
    drawn = charts.shares(shares, limit=SHARE_LIMIT, say=say)
    return picture(drawn, say("nation.shares_alt", year=year, told=say.join(told)))


def ranking_table(
    subject: Study, year: int, *, province: Callable[[Row], str] | None = None
) -> HTML:
    """Every province's rank, index, six goals, coverage and direct-evidence rank, best first.

    Ties carry "=" and share the better rank. `province` writes the province's cell another way.
    """
    say, goals, frame = subject.say, subject.goals, placed(subject, year)
    line = (
        "rank:tied> within=median:within> province=name:province region:area index:number "
        f"tier:tier {' '.join(f'{goal}:whole' for goal in goals)} coverage:percent "
        "direct=direct_rank:place"
    )

    def within(row):
        if pd.isna(row["median"]):
            return say("missing")
        return say("nation.within", median=say.place(row["median"]), interval=interval(row, say))

    return page_table(
        say,
        frame,
        "nation",
        line,
        title=say("nation.table_title", year=year),
        heads=goals,
        formats={
            "tied>": lambda row: place(subject, row),
            "within>": within,
            "province": province or (lambda row: row["name"]),
        },
        kind="long",
    )


def placed(subject: Study, year: int) -> pd.DataFrame:
    """Scores and ranks of the provinces with their region and whether they are tied, best first."""
    scores, sure = subject.scores(year), subject.ranks(year).drop(columns="name")
    frame = scores.join(sure).join(subject.provinces[["zone", "region"]])
    tied = frame["rank"].duplicated(keep=False) & frame["rank"].notna()
    return frame.assign(tied=tied).sort_values("rank", kind="stable")


def place(subject: Study, row: Row) -> str:
    """A rank, with "=" where it is shared."""
    return subject.say.place(row["rank"]) + ("=" if row["tied"] else "")


def agreement(
    subject: Study, *, year: int = 2019, against: str = "quality_work_assessment_grade"
) -> pd.DataFrame:
    """Spearman's ρ of goals 1–5 with the official grade of that year, beside plain baselines.

    The sixth goal holds the grade itself, so it is left out: no circle. With four A and five C the
    comparison can catch a gross error; it proves nothing more.
    """
    figures = subject.figures.xs(year, level="year")
    others = [goal.id for goal in subject.card.framework.goals][:5]
    grade = figures[against]
    measures = {
        "goals": subject.at(year)[others].prod(axis=1) ** (1 / len(others)),
        "gdp_per_head": figures["gdp"] / figures["population_resident"],
        "gdp": figures["gdp"],
        "revenue": figures["fiscal_revenue"],
    }
    say = subject.say
    found = {
        say(f"nation.measure.{name}"): values.corr(grade, method="spearman")
        for name, values in measures.items()
    }
    return pd.Series(found).to_frame(say("nation.measure.rho"))
