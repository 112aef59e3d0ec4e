"""The nation at a glance: the map of the index, the order, the goals."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
from IPython.display import HTML

from quyu.facts import embedded
from quyu.maps import charts
from quyu.maps.palette import REGION, YLGNBU, Classes
from quyu.maps.picture import Picture, picture
from quyu.maps.still import Caption, choropleth
from quyu.pages.pictures import mapped
from quyu.pages.tables import table
from quyu.study.certainty import certainty, interval, tier
from quyu.study.study import Study
from quyu.words import Words

ENDS = 5  # provinces told from either end of the order


def standings(subject: Study, year: int, codes: Collection[str] | None = None) -> str:
    """Score, rank and interval of `codes`, or of all provinces with a score, best first."""
    say, scores = subject.say, subject.at(year)["index"]
    sure = certainty(subject, year).loc[_order(subject, year)]
    return say("figure.clauses").join(
        say(
            "nation.interval_told",
            name=subject.short[code],
            score=say.number(scores[code]),
            rank=say.place(row["nominal"]),
            interval=interval(row, say),
        )
        for code, row in sure.iterrows()
        if codes is None or code in codes
    )


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
        say("spoken.finding", title=title, year=year),
        say("spoken.own", told=own) if own else "",
        say("spoken.first", told=standings(subject, year, ends[:ENDS])) if order else "",
        say("spoken.last", told=standings(subject, year, ends[ENDS:])) if ends[ENDS:] else "",
        say("spoken.rest", count=len(order)) if len(order) > len(ends) else "",
        say("spoken.blank", names=say.join(blank)) if len(blank) else "",
    ]
    return "".join(parts).strip()


def _order(subject: Study, year: int) -> Sequence[str]:
    """The provinces with a score, best first."""
    return list(certainty(subject, year)["nominal"].dropna().sort_values(kind="stable").index)


SHARE_LIMIT = 0.30  # a goal above it would be the index by itself


def index_map(
    subject: Study,
    year: int,
    *,
    title: str,
    highlight: Collection[str] = (),
    focus: Collection[str] = (),
    outline: str | None = None,
) -> HTML:
    """The still map of one year's index; `highlight`, `focus` and `outline` are the map's own."""
    say, values = subject.say, subject.at(year)["index"]
    caption = Caption(
        title="",
        subtitle=say("nation.subtitle", year=year),
        source=source(subject),
        legend=classes(subject),
        lang=subject.lang,
    )
    drawn = choropleth(
        values,
        subject.land,
        subject.dashes,
        caption,
        Classes(subject.card.state.tiers["index"]),
        highlight=highlight,
        focus=focus,
        outline=outline,
        uncertain=unsure(subject, year),
    )
    subjects = [*highlight, *focus]
    return mapped(picture(drawn, map_alt(subject, year, title=title, subjects=subjects)), title)


def unsure(subject: Study, year: int) -> list[str]:
    """The provinces whose tier less than nine in ten draws give: dotted on the maps of the index."""
    found = certainty(subject, year)["uncertain"]
    return list(found.index[found])


def source(subject: Study) -> str:
    """Where the figures come from: the official ones, or whatever folder was given instead."""
    official = subject.facts.path == embedded() / "geodata"
    return subject.say("nation.official" if official else "nation.own")


def classes(subject: Study) -> str:
    """How the five classes of every map of scores were found."""
    years = subject.card.state.years
    return subject.say("nation.classes", first=years[0], last=years[-1])


def ranking_chart(subject: Study, year: int) -> Picture:
    """All provinces in order, coloured by the strategy's region."""
    say, index = subject.say, subject.at(year)["index"]
    colours = subject.provinces["region"].map(REGION)
    drawn = charts.ranking(index, colours=colours, names=subject.short, say=say)
    return picture(drawn, say("nation.ranking_alt", year=year, told=standings(subject, year)))


def interval_chart(subject: Study, year: int) -> Picture:
    """The rank of every province with the interval that holds 90 % of the draws."""
    say, sure = subject.say, certainty(subject, year)
    colours = subject.provinces["region"].map(REGION)
    drawn = charts.intervals(sure, colours=colours, names=subject.short, say=say)
    return picture(drawn, say("nation.interval_alt", year=year, told=standings(subject, year)))


def heat_chart(subject: Study, year: int) -> Picture:
    """All provinces by all goals, in the order of the index."""
    card, say = subject.card, subject.say
    scores = subject.at(year).sort_values("index", ascending=False, kind="stable")
    goals = _goals(subject)
    frame = scores[[*goals]].rename(index=subject.short, columns=goals)
    breaks = {label: list(card.state.tiers[goal]) for goal, label in goals.items()}
    told = [
        say("nation.told", name=name, value=_listed(subject, row)) for name, row in frame.iterrows()
    ]
    told = say("figure.clauses").join(told)
    drawn = charts.heat(frame, breaks=breaks, palette=list(YLGNBU))
    return picture(drawn, say("nation.heat_alt", year=year, told=told))


def shares_chart(subject: Study, year: int) -> Picture:
    """The share of each goal in the variance of ln(index): what equal weights amount to."""
    say, shares = subject.say, subject.card.variance_shares(year).rename(_goals(subject))
    told = [say("nation.told", name=name, value=f"{share:.0%}") for name, share in shares.items()]
    drawn = charts.shares(shares, limit=SHARE_LIMIT, say=say)
    return picture(drawn, say("nation.shares_alt", year=year, told=say.join(told)))


def ranking_table(subject: Study, year: int) -> HTML:
    """Every province's rank, index, six goals, coverage and direct-evidence rank."""
    say, goals = subject.say, _goals(subject)
    frame = ranking(subject, year)
    heads = {c: goals[c] if c in goals else say(f"nation.head.{c}") for c in frame}
    return table(
        frame.rename(columns=heads),
        title=say("nation.table_title", year=year),
        numbers=[heads[c] for c in frame if c not in ("province", "region", "tier")],
        kind="long",
    )


def ranking(subject: Study, year: int) -> pd.DataFrame:
    """The text of the ranking table, best first; ties carry "=" and share the better rank.

    Columns: rank, interval, province, region, index, tier, a goal's id each, coverage, direct.
    """
    card, say = subject.card, subject.say
    scores, ranks = subject.at(year), card.ranks.xs(year, level="year")["index"]
    direct = subject.direct.ranks.xs(year, level="year")["index"]
    order = ranks.sort_values(kind="stable").index
    sure = certainty(subject, year)
    tied = ranks.duplicated(keep=False)
    return pd.DataFrame(
        {
            "rank": [_rank(say, ranks[code], tied[code]) for code in order],
            "interval": [interval(sure.loc[code], say) for code in order],
            "province": [subject.short[code] for code in order],
            "region": [subject.area(subject.provinces.loc[code, "region"]) for code in order],
            "index": [say.number(scores.loc[code, "index"]) for code in order],
            "tier": [tier(sure.loc[code], say) for code in order],
            **{
                goal: [say.number(scores.loc[code, goal], decimals=0) for code in order]
                for goal in _goals(subject)
            },
            "coverage": [f"{card.coverage.loc[(code, year), 'index']:.0%}" for code in order],
            "direct": [_rank(say, direct[code], False) for code in order],
        },
        index=order,
    )


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
    return pd.DataFrame(
        {
            say("nation.measure.rho"): [
                values.corr(grade, method="spearman") for values in measures.values()
            ]
        },
        index=[say(f"nation.measure.{name}") for name in measures],
    )


def _listed(subject: Study, scores: pd.Series) -> str:
    say = subject.say
    return say("figure.and").join(say.number(score, decimals=0) for score in scores)


def _goals(subject: Study) -> dict[str, str]:
    return {goal.id: subject.say.of(goal.name) for goal in subject.card.framework.goals}


def _rank(say: Words, rank: float, tied: bool) -> str:
    return say.place(rank) + ("=" if tied and pd.notna(rank) else "")
