"""The still maps of a study: the index, a goal, an indicator, local patterns, partners."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from quyu.facts import embedded
from quyu.index.tree import Indicator
from quyu.maps.palette import METHODS, REGION, YLGNBU, Classes, breaks
from quyu.maps.still import Caption, arcs, choropleth, clusters
from quyu.maps.tiles import tiles
from quyu.regions.moran import ALPHA
from quyu.regions.strategy import regions
from quyu.study.certainty import interval, read_robustness, tier_name
from quyu.study.evidence import years_of
from quyu.study.regional import pairs_of
from quyu.study.spatial import lisa_of

if TYPE_CHECKING:
    from quyu.study.study import Study
    from quyu.words import Words

KINDS = ("HH", "HL", "LH", "LL")
FIRM = 0.5  # share of draws from which a pair is counted as firm
METHOD = "quantiles"  # of an indicator's classes; those of scores are stored


def still(subject: Study, what: str, year: int, *, grid: bool = False) -> tuple[Figure, str]:
    """The map of the index, a goal, an indicator, local patterns ("lisa") or partners, with its alt text.

    `grid` draws a score or an indicator as tiles of equal size, so that small provinces can be read.
    Refused: a name that is none of these, with the known ones; tiles of patterns or partners.
    """
    names = _scores(subject)
    leaves = {leaf.id: leaf for leaf in subject.card.framework.indicators}
    known = [*names, *OTHERS, *leaves]
    if what not in known:
        near = difflib.get_close_matches(what, known, n=3) or [*names, *OTHERS]
        raise ValueError(
            f"there is no map of {what!r}; closest: {', '.join(near)}. There are index, every goal "
            f"and indicator of the framework by its id, {' and '.join(OTHERS)}."
        )
    if what in names:
        return _scored(subject, what, names[what], year, grid=grid)
    if what in leaves:
        return _measured(subject, leaves[what], year, grid=grid)
    if grid:
        raise ValueError(f"tiles show scores; {what!r} is drawn on the map only.")
    return OTHERS[what](subject, year)


def _scores(subject: Study) -> dict[str, str]:
    return {"index": subject.say("gaps.index")} | subject.goals


def _measured(subject: Study, leaf: Indicator, year: int, *, grid: bool) -> tuple[Figure, str]:
    """An indicator in its own unit, in quantile classes of the whole panel."""
    say, years = subject.say, subject.card.framework.years
    panel = subject.card.imputed[leaf.id] * leaf.factor
    found = sorted(panel.dropna().unique())
    graded = 1 < len(found) < len(YLGNBU)  # letters turned into numbers: one class for each
    edges = _between(found) if graded else breaks(panel, method=METHOD)
    # Three meaningful digits between neighbouring classes, whatever the unit.
    decimals = max(0, 2 - math.floor(math.log10(max(abs(edge) for edge in edges) or 1)))
    kind = "classes" if len(edges) == len(YLGNBU) - 1 else "classes_fewer"
    at, others = _of_figures(subject, leaf, year)
    unit = say.of(leaf.unit)
    told = say(f"stills.{kind}", first=years[0], last=years[-1], method=METHODS[METHOD])
    texts = caption(
        subject,
        say("stills.title", name=say.of(leaf.name), year=at),
        say("stills.other_years", unit=unit, told=others) if others else unit,
        say("stills.grades") if graded else told,
    )
    shades, values = Classes(edges, _spread(len(edges) + 1), decimals), panel.xs(year, level="year")
    return _drawn(subject, values, texts, shades, _told(subject, values), grid=grid)


def _of_figures(subject: Study, leaf: Indicator, year: int) -> tuple[str, str]:
    """The year or years that most of an indicator's figures refer to, and who has those of others."""
    years = years_of(subject, leaf, year)
    most = years.mode().get(0, str(year))
    others = years[years != most].groupby(years).groups
    told = (
        subject.say("stills.of_year", names=subject.say.join(subject.short[who]), years=when)
        for when, who in others.items()
    )
    return most, subject.say("figure.clauses").join(told)


def _between(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(low + high) / 2 for low, high in pairwise(values))


def _spread(classes: int) -> tuple[str, ...]:
    """So many colours of the scale, from its lightest to its darkest."""
    last = len(YLGNBU) - 1
    return tuple(YLGNBU[round(place * last / (classes - 1))] for place in range(classes))


def _scored(subject: Study, what: str, name: str, year: int, *, grid: bool) -> tuple[Figure, str]:
    say, values = subject.say, subject.at(year)[what]
    title, subtitle = say("stills.title", name=name, year=year), say("stills.subtitle")
    if what != "index":
        texts = caption(subject, title, subtitle, classes(subject))
        shades, told = Classes(subject.card.state.tiers[what]), _placed(subject, what, year)
        return _drawn(subject, values, texts, shades, told, grid=grid)
    # The draws are of the index: only its ranks have an interval, only its tiers a doubt.
    texts, told = caption(subject, title, subtitle, tiers_told(subject)), standings(subject, year)
    places, shades = tiers_shown(subject.ranks(year)["tier"]), tier_classes(subject)
    doubt = unsure(subject, year)
    return _drawn(subject, places, texts, shades, told, doubt, shown=values, grid=grid)


def _drawn(
    subject: Study,
    values: pd.Series,
    texts: Caption,
    shades: Classes,
    told: str,
    uncertain: Collection[str] = (),
    *,
    shown: pd.Series | None = None,
    grid: bool,
) -> tuple[Figure, str]:
    """The figure and its alt text: a file stands alone, without a table, so it tells every value."""
    if grid:
        drawn = tiles(values, subject.short, texts, shades, shown=shown, uncertain=uncertain)
    else:
        marks = {"outline": "region", "uncertain": uncertain}
        drawn = choropleth(values, subject.land, subject.dashes, texts, shades, **marks)
    say, blank = subject.say, subject.short.drop(values.dropna().index)
    return drawn, say("stills.alt", title=texts.title, told=told, blank=say.join(blank))


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
        for code in scores.sort_values(ascending=False, kind="stable").index
    )


def _told(subject: Study, values: pd.Series) -> str:
    say, order = subject.say, values.dropna().sort_values(ascending=False, kind="stable")
    return say.join(
        say("stills.told", name=subject.short[code], value=say.significant(value))
        for code, value in order.items()
    )


def standings(subject: Study, year: int, codes: Collection[str] | None = None) -> str:
    """Score, rank and interval of `codes`, or of all provinces with a score, best first."""
    say, sure = subject.say, subject.ranks(year).assign(score=subject.at(year)["index"])
    return say("figure.clauses").join(
        say(
            "nation.interval_told",
            name=row["name"],
            score=say.number(row["score"]),
            rank=say.place(row["nominal"]),
            interval=interval(row, say),
        )
        for code, row in sure.loc[_order(subject, year)].iterrows()
        if codes is None or code in codes
    )


def _order(subject: Study, year: int) -> Sequence[str]:
    """The provinces with a score, best first."""
    return list(subject.ranks(year)["nominal"].dropna().sort_values(kind="stable").index)


def unsure(subject: Study, year: int) -> list[str]:
    """The provinces whose tier too few draws confirm: dotted on the maps of the index."""
    found = subject.ranks(year)["borderline"]
    return list(found.index[found])


def tiers_shown(tiers: pd.Series) -> pd.Series:
    """The class of each tier on a map, from 0, the last of them; a unit without one has none."""
    return tiers.map({name: n for n, name in enumerate(read_robustness().tiers.ids[::-1])})


def tier_classes(subject: Study) -> Classes:
    """The classes of `tiers_shown`, each called by its tier."""
    names = tuple(tier_name(name, subject.say) for name in read_robustness().tiers.ids[::-1])
    return Classes(_between(range(len(names))), _spread(len(names)), names=names)


def source(subject: Study) -> str:
    """Where the figures come from: the official ones, or whatever folder was given instead."""
    official = subject.facts.path == embedded() / "geodata"
    return subject.say("nation.official" if official else "nation.own")


def caption(subject: Study, title: str, subtitle: str, legend: str) -> Caption:
    """What is written round a map of the study, in its language."""
    dotted = dotted_told(subject.say)
    return Caption(title, subtitle, source(subject), legend, subject.lang, dotted)


def dotted_told(say: Words) -> str:
    """What a dotted line inside a border says."""
    return say("map.uncertain", least=f"{100 * read_robustness().tiers.borderline:g}%")


def classes(subject: Study) -> str:
    """How the five classes of every map of goals were found."""
    years = subject.card.state.years
    return subject.say("nation.classes", first=years[0], last=years[-1])


def tiers_told(subject: Study) -> str:
    """What the colours of every map of the index are."""
    years = subject.card.state.years
    return subject.say("nation.tiers", first=years[0], last=years[-1])


def lisa_drawing(subject: Study, year: int) -> tuple[Figure, str]:
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
    texts = caption(subject, title, subtitle, say("neighbours.legend", alpha=ALPHA))
    drawn = clusters(kinds, subject.land, subject.dashes, texts, names=names)
    return drawn, say("neighbours.lisa_alt", title=title) if told else title


def of_kind(subject: Study, kinds: pd.Series, kind: str) -> str:
    """The provinces of one kind of local pattern, as one list."""
    return subject.say.join(subject.short[kinds.index[kinds == kind]])


def partners_drawing(subject: Study, year: int) -> tuple[Figure, str]:
    """The figure of `partners_map` with what it says."""
    say, drawn = subject.say, subject.partners(year).reset_index(names="receiver")
    firm = int((drawn["stability"] >= FIRM).sum())
    title = say("partners.map_title", firm=firm, all=len(drawn))
    subtitle = say("partners.map_subtitle", year=year, n=pairs_of(subject, year).n)
    texts = caption(subject, title, subtitle, say("partners.map_legend"))
    groups = {each.name: (REGION[each.name], subject.area(each.name)) for each in regions()}
    figure = arcs(drawn, subject.land, subject.dashes, texts, groups=groups)
    told = say.join(
        say("partners.told", giver=row.giver_name, receiver=row.name, share=row.stability)
        for row in drawn.itertuples()
    )
    return figure, say("partners.map_alt", title=title, told=told)


OTHERS = {"lisa": lisa_drawing, "partners": partners_drawing}
