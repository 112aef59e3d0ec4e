"""The nation at a glance: the map of the index, the order, the goals."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from quyu.maps.base import Basemap, basemap
from quyu.maps.palette import fade
from quyu.maps.payload import legend
from quyu.maps.picture import finished, picture, svg_text
from quyu.maps.still import TWICE, Caption, choropleth, highlighted, scaled, scales, shape
from quyu.pages.links import over
from quyu.pages.pictures import mapped
from quyu.pages.tables import Row, page_table
from quyu.study.certainty import certainty, held, interval
from quyu.study.drawings import _order, standings
from quyu.study.scores import mostly_carried
from quyu.study.shown import best_tier, caption, tier_classes, tiers_shown, tiers_told, unsure
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
    first, last, left = _ends(subject, year)
    parts = [
        say("spoken.finding", title=title, year=year, share=held()),
        say("spoken.own", told=own) if own else "",
        say("spoken.first", told=first) if order else "",
        say("spoken.last", told=last) if last else "",
        say("spoken.rest", count=len(order)) if left else "",
        say("spoken.blank", names=say.join(blank)) if len(blank) else "",
    ]
    return "".join(parts).strip()


@lru_cache(maxsize=4)  # the same on the maps of all reports
def _ends(subject: Study, year: int) -> tuple[str, str, bool]:
    """How the first and the last of the order stand, in words, and whether any are left between."""
    order = _order(subject, year)
    first, last = order[:ENDS], order[ENDS:][-ENDS:]
    told = (standings(subject, year, codes) for codes in (first, last))
    return *told, len(order) > 2 * ENDS


def carried_told(subject: Study, year: int, members: Collection[str]) -> str:
    """What a page about `members` opens with where more than a third of an index is carried."""
    say, shares = subject.say, mostly_carried(subject.scores(year).loc[list(members), "filled"])
    if shares.empty:
        return ""
    told = {"year": year, "share": f"{shares.iloc[0]:.0%}", "of": len(members)}
    if len(members) == 1:
        return say("nation.carried", **told)
    return say("nation.carried_many", count=len(shares), **told)


def index_map(subject: Study, year: int, *, title: str, focus: Collection[str] = ()) -> HTML:
    """The still map of one year's tiers; all but the provinces in `focus` are faded."""
    alt = map_alt(subject, year, title=title, subjects=focus)
    figure = _index_figure(subject, year, focus=focus)
    form = {"shape": shape(figure), "scale": scaled(figure, ground(subject))}
    drawn = _clickable(subject, picture(figure, alt).svg)
    return mapped(drawn, title, **form, key=_key(subject, year, faded=bool(len(focus))))


def locator_map(subject: Study, year: int, adcode: str, *, title: str) -> HTML:
    """The same with one province outlined."""
    text, matrices, form = _located(subject, year)
    drawn = highlighted(text, adcode, ground(subject), matrices)
    alt = map_alt(subject, year, title=title, subjects=[adcode])
    drawn = _clickable(subject, finished(drawn, alt).svg)
    return mapped(drawn, title, **form, key=_key(subject, year))


def _clickable(subject: Study, svg: str) -> str:
    """The map with marks on the shapes of its provinces, in it and in its inset, and on their names."""
    shapes = {code: [] for code in largest_first(subject)}
    for found, code in re.findall(
        r' id="(\w+-(?:main-unit|inset-unit|name)-([\w.]+)(?:-free)?)"', svg
    ):
        if code in shapes:
            shapes[code].append(found)
    return over(svg, shapes, subject.short)


@lru_cache(maxsize=2)
def largest_first(subject: Study) -> tuple[str, ...]:
    """The provinces in the order in which one can lie above another and still leave it room."""
    large = ground(subject).land.geometry.area[subject.provinces.index]
    return tuple(large.sort_values(ascending=False, kind="stable").index)


@lru_cache(maxsize=2)
def _key(subject: Study, year: int, *, faded: bool = False) -> str:
    """The legend and the sources of the map as markup, for where its own letters are too small."""
    say, told, classes = subject.say, _index_caption(subject, year), tier_classes(subject)
    ring = told.ring if unsure(subject, year) else ""
    heading = say("shown.clauses").join((told.subtitle, told.legend))
    middle = classes.colours[len(classes.colours) // 2]
    pale = (fade(middle), told.pale) if faded else None
    foot = (
        escape(say("map.source", source=told.source))
        + "<br>"
        + escape(told.ground + say("map.notice"))
    )
    return (
        f'<p class="key">{legend(heading, classes.colours, classes.labels, say, ring, pale)}</p>'
        f"<figcaption>{foot}</figcaption>"
    )


@lru_cache(maxsize=2)
def _located(subject: Study, year: int) -> tuple[str, tuple[np.ndarray, ...], dict[str, Any]]:
    """The map that serves for every province, with scales and form: just the outline is another."""
    some = TWICE if TWICE in subject.land.index else subject.land.index[0]
    figure = _index_figure(subject, year, highlight=[some])
    form = {"shape": shape(figure), "scale": scaled(figure, ground(subject))}
    matrices = scales(figure)
    return svg_text(figure), matrices, form  # which is used up


@lru_cache(maxsize=2)
def ground(subject: Study) -> Basemap:
    """The units and lines that every map of the study has."""
    return basemap(subject.land, subject.dashes)


def _index_caption(subject: Study, year: int) -> Caption:
    subtitle = subject.say("nation.subtitle", year=year, best=best_tier(subject.say))
    return caption(subject, "", subtitle, tiers_told(subject))


def _index_figure(subject: Study, year: int, **marks: Any) -> Figure:
    return choropleth(
        tiers_shown(certainty(subject, year)["tier"]),
        subject.land,
        subject.dashes,
        _index_caption(subject, year),
        tier_classes(subject),
        uncertain=unsure(subject, year),
        **marks,
    )


def ranking_table(
    subject: Study, year: int, *, province: Callable[[Row], str] | None = None
) -> HTML:
    """Every province's rank, index, six goals, coverage and direct-evidence rank, best first.

    Ties are marked and share the better rank. `province` writes the province's cell another way.
    """
    say, goals, frame = subject.say, subject.goals, standing(subject, year)
    line = (
        "rank:tied> within=median:within> province=name:province index:number "
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
            "tied>": lambda row: told_place(subject, row),
            "within>": within,
            "province": province or (lambda row: row["name"]),
        },
        kind="long",
        aside=[*goals, "coverage", "direct"],
    )


def standing(subject: Study, year: int) -> pd.DataFrame:
    """Scores and ranks of the provinces with their region and whether they are tied, best first."""
    scores, sure = subject.scores(year), subject.ranks(year).drop(columns="name")
    frame = scores.join(sure).join(subject.provinces[["zone", "region"]])
    tied = frame["rank"].duplicated(keep=False) & frame["rank"].notna()
    return frame.assign(tied=tied).sort_values("rank", kind="stable")


def told_place(subject: Study, row: Row) -> str:
    """A rank, marked where it is shared."""
    told = subject.say.place(row["rank"])
    return subject.say("standing.tied", rank=told) if row["tied"] else told
