"""The still maps of a study: the index, a goal, an indicator, local patterns, partners."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.palette import REGION
from quyu.maps.still import arcs, choropleth, clusters
from quyu.maps.tiles import places_of, tiles
from quyu.regions.moran import ALPHA
from quyu.regions.strategy import regions
from quyu.study.certainty import interval
from quyu.study.regional import FIRM, pairs_of
from quyu.study.shown import Shown, caption, shown
from quyu.study.spatial import lisa_of

if TYPE_CHECKING:
    from quyu.study.study import Study

DRAWN = 60  # units at most in a chart of all, or told one by one
KINDS = ("HH", "HL", "LH", "LL")


def ends(ordered: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
    """Of more units than a page can show, the first and the last."""
    if len(ordered) <= DRAWN:
        return ordered
    return pd.concat([ordered[: DRAWN // 2], ordered[-DRAWN // 2 :]])


def still(
    subject: Study,
    what: str | pd.Series | pd.DataFrame,
    year: int | None = None,
    *,
    grid: bool = False,
    **asked: str,
) -> tuple[Figure, str]:
    """The map of what `shown` knows, or of local patterns ("lisa") or partners, with its alt text.

    `grid` draws tiles of equal size, so that small provinces can be read; `asked` are scheme, title
    and legend. Refused: tiles of patterns or partners, and whatever `shown` refuses.
    """
    if isinstance(what, str) and what in OTHERS:
        if grid:
            raise ValueError(f"tiles show scores; {what!r} is drawn on the map only.")
        if fixed := [name for name in ("scheme", "legend") if asked.get(name)]:
            raise ValueError(f"{what!r} has kinds of its own: leave {' and '.join(fixed)} out.")
        return OTHERS[what](subject, year, own=asked.get("title", ""))
    found = shown(subject, what, year, **asked)
    texts = found.caption(subject)
    if grid:
        marks = {"shown": found.values, "uncertain": found.uncertain}
        if subject.facts.own_units:
            marks["places"] = places_of(subject.land.loc[subject.provinces.index])
        drawn = tiles(found.classed, subject.short, texts, found.classes, **marks)
    else:
        outline = "region" if subject.groups else None
        marks = {"outline": outline, "uncertain": found.uncertain}
        drawn = choropleth(
            found.classed, subject.land, subject.dashes, texts, found.classes, **marks
        )
    return drawn, alt(subject, found)


def alt(subject: Study, found: Shown) -> str:
    """The alt text of a map: a file stands alone, without a table, so it tells every value."""
    if found.kind == "index":
        told = standings(subject, found.year)
    elif found.kind == "goal":
        told = _placed(subject, found.key, found.year)
    else:
        told = _told(subject, found.values)
    blank = subject.short.drop(found.values.dropna().index)
    say = subject.say
    title = (
        say("stills.alt_unit", title=found.title, unit=found.unit) if found.unit else found.title
    )
    return say("stills.alt", title=title, told=told, blank=say.join(blank))


def _placed(subject: Study, what: str, year: int) -> str:
    """Score and rank of every province by a goal, best first."""
    say, scores = subject.say, subject.at(year)[what].dropna()
    ranks = subject.card.ranks.xs(year, level="year")[what]
    return say("figure.clauses").join(
        say(
            "stills.placed",
            name=subject.short[code],
            value=say.number(scores[code]),
            rank=say.place(ranks[code]),
        )
        for code in ends(scores.sort_values(ascending=False, kind="stable")).index
    )


def _told(subject: Study, values: pd.Series) -> str:
    say, order = subject.say, ends(values.dropna().sort_values(ascending=False, kind="stable"))
    return say.join(
        say("stills.told", name=subject.short[code], value=say.significant(value))
        for code, value in order.items()
    )


def standings(subject: Study, year: int, codes: Collection[str] | None = None) -> str:
    """Score, rank and interval of `codes`, or of all provinces with a score, best first.

    Of more than can be told one by one, the first and the last.
    """
    say, sure = subject.say, subject.ranks(year).assign(score=subject.at(year)["index"])
    chosen = None if codes is None else set(codes)
    told = [code for code in _ordered(sure) if chosen is None or code in chosen]
    told = list(ends(pd.Series(told, told, dtype=object)))
    return say("figure.clauses").join(
        say(
            "nation.interval_told",
            name=row["name"],
            score=say.number(row["score"]),
            rank=say.place(row["nominal"]),
            interval=interval(row, say),
        )
        for row in sure.loc[told].to_dict("records")
    )


def _order(subject: Study, year: int) -> Sequence[str]:
    """The provinces with a score, best first."""
    return _ordered(subject.ranks(year))


def _ordered(sure: pd.DataFrame) -> list[str]:
    return list(sure["nominal"].dropna().sort_values(kind="stable").index)


def lisa_drawing(subject: Study, year: int, *, own: str = "") -> tuple[Figure, str]:
    """The figure of `lisa_map` with what it says; a province without a score is refused."""
    say, kinds = subject.say, lisa_of(subject, year)["cluster"]
    seen = (*KINDS, "ns", "masked") if (kinds == "masked").any() else (*KINDS, "ns")
    names = {kind: say(f"neighbours.kind.{kind}") for kind in seen}
    told = say.join(
        say("neighbours.told", kind=names[kind], names=of_kind(subject, kinds, kind))
        for kind in KINDS
        if (kinds == kind).any()
    )
    title = say("neighbours.lisa_finding", told=told) if told else say("neighbours.lisa_none")
    subtitle = say("neighbours.lisa_subtitle", year=year)
    texts = caption(subject, own or title, subtitle, say("neighbours.legend", alpha=ALPHA))
    drawn = clusters(kinds, subject.land, subject.dashes, texts, names=names)
    return drawn, say("neighbours.lisa_alt", title=title) if told else title


def of_kind(subject: Study, kinds: pd.Series, kind: str) -> str:
    """The provinces of one kind of local pattern, as one list."""
    return subject.say.join(subject.short[kinds.index[kinds == kind]])


def partners_drawing(subject: Study, year: int, *, own: str = "") -> tuple[Figure, str]:
    """The figure of `partners_map` with what it says."""
    say, drawn = subject.say, subject.partners(year).reset_index(names="receiver")
    firm = int(drawn["firm"].sum())
    title = say("partners.map_title", firm=firm, all=len(drawn), least=FIRM)
    subtitle = say("partners.map_subtitle", year=year, n=pairs_of(subject, year).n)
    texts = caption(subject, own or title, subtitle, say("partners.map_legend"))
    groups = {each.name: (REGION[each.name], subject.area(each.name)) for each in regions()}
    arrows = (say("partners.firm_arrow", least=FIRM), say("partners.faint_arrow"))
    figure = arcs(drawn, subject.land, subject.dashes, texts, groups=groups, told=arrows)
    told = say.join(
        say("partners.told", giver=row.giver_name, receiver=row.name, share=row.stability)
        for row in drawn.itertuples()
    )
    return figure, say("partners.map_alt", title=title, told=told)


OTHERS = {"lisa": lisa_drawing, "partners": partners_drawing}
