"""The charts of a study: of a year, of all years, and the course of a measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from quyu.index.uncertainty import SURE
from quyu.maps import charts
from quyu.maps.canvas import REST
from quyu.maps.palette import HUES, NATION, PUOR, Classes, graded, spread_colours
from quyu.study import evidence
from quyu.study.certainty import held, share
from quyu.study.drawings import ends, standings
from quyu.study.shortfall import degrees
from quyu.study.shown import headed

if TYPE_CHECKING:
    from quyu.study.study import Study

SHARE_LIMIT = 0.30  # a goal above it would be the index by itself


def marked(study: Study) -> dict[str, Any]:
    """What a chart of all units is marked with: colours and names of units, and what colours mean."""
    return {
        "colours": study.provinces["region"].map(study.hues),
        "names": study.short,
        "marks": {study.area(each.name): study.hues[each.name] for each in study.regions},
    }


def ranking(study: Study, year: int) -> tuple[Figure, str]:
    """All units in order with their scores, coloured by the strategy's region."""
    say, index = study.say, study.at(year)["index"]
    index = ends(index.sort_values(ascending=False, kind="stable"))
    drawn = charts.ranking(index, **marked(study))
    return drawn, say("nation.ranking_alt", year=year, told=standings(study, year))


def intervals(study: Study, year: int) -> tuple[Figure, str]:
    """The rank of every unit with its method interval."""
    say, sure = study.say, study.ranks(year)
    drawn = charts.intervals(ends(sure.sort_values("nominal", kind="stable")), **marked(study))
    return drawn, say("nation.interval_alt", year=year, share=held(), told=standings(study, year))


def heat(study: Study, year: int) -> tuple[Figure, str]:
    """All units by all goals, in the order of the index."""
    card, say, goals = study.card, study.say, study.goals
    scores = ends(study.at(year).sort_values("index", ascending=False, kind="stable"))
    frame = scores[[*goals]].rename(index=study.short, columns=goals)
    breaks = {label: tuple(card.state.tiers[goal]) for goal, label in goals.items()}
    told = say("figure.clauses").join(
        say(
            "nation.told",
            name=name,
            value=say("figure.and").join(say.number(score, decimals=0) for score in row),
        )
        for name, row in frame.iterrows()
    )
    drawn = charts.heat(frame, classes={name: Classes(cuts) for name, cuts in breaks.items()})
    return drawn, say("nation.heat_alt", year=year, told=told)


def shares(study: Study, year: int) -> tuple[Figure, str]:
    """The share of each goal in the variance of ln(index): what equal weights amount to."""
    say, found = study.say, study.card.variance_shares(year).rename(study.goals)
    told = [say("nation.told", name=name, value=f"{value:.0%}") for name, value in found.items()]
    drawn = charts.shares(found, limit=SHARE_LIMIT, say=say)
    return drawn, say("nation.shares_alt", year=year, told=say.join(told))


def tiers(study: Study, year: int) -> tuple[Figure, str]:
    """The shares of the draws that give each unit each tier."""
    frame = ends(study.robustness("tiers", year).set_index("name"))
    colours = dict(zip(frame, spread_colours(frame.shape[1])[::-1], strict=True))
    told = _told(study, frame.max(axis=1).map(share), frame.idxmax(axis=1))
    return charts.stacked(frame, colours=colours), study.say("charting.tiers", year=year, told=told)


def sobol(study: Study, year: int) -> tuple[Figure, str]:
    """What moves ranks: S1 of each choice of method inside its ST, with bootstrap intervals."""
    say, found = study.say, study.sensitivity(year).loc["mean_shift"].set_index("factor_name")
    names = {"S1": "part", "ST": "whole", "ST_conf": "whole_half"}
    frame = found[[*names]].rename(columns=names).sort_values("whole", ascending=False)
    drawn = charts.nested(frame, names=(say("charting.first"), say("charting.total")))
    told = _told(study, frame["whole"].map("{:.2f}".format))
    return drawn, say("charting.sobol", year=year, told=told)


def goal_out(study: Study, year: int) -> tuple[Figure, str]:
    """How many places each unit falls without each goal; purple is a rise."""
    say, goals = study.say, study.goals
    found = ends(study.robustness("goal_out", year).set_index("name"))
    shades = dict.fromkeys(goals.values(), Classes((-2.5, -0.5, 0.5, 2.5), PUOR[::-1]))
    frame = found.rename(columns=goals)
    drawn = charts.heat(frame, classes=shades, write=lambda value: _signed(study, value))
    told = _told(study, frame.abs().max(axis=1).map("{:.0f}".format))
    return drawn, say("charting.goal_out", year=year, told=told)


def one_out(study: Study, year: int) -> tuple[Figure, str]:
    """How far ranks move without each indicator: on average, and at most."""
    say, found = study.say, study.robustness("one_out", year).set_index("name")[["mean", "most"]]
    drawn = charts.pairs(found, names=(say("charting.mean"), say("charting.most")))
    told = _told(study, found["most"].map("{:.0f}".format))
    return drawn, say("charting.one_out", year=year, told=told)


def direct(study: Study, year: int) -> tuple[Figure, str]:
    """The rank of each unit, and its rank on direct evidence only."""
    say, found = study.say, study.ranks(year).set_index("name")[["nominal", "direct"]].dropna()
    found = ends(found.sort_values("nominal", kind="stable"))
    drawn = charts.pairs(found, names=(say("charting.all"), say("charting.direct_only")))
    told = _told(study, found["direct"].map(say.place))
    return drawn, say("charting.direct", year=year, told=told)


def effective(study: Study, year: int) -> tuple[Figure, str]:
    """What each indicator weighs in its goal, as stated and by its share of the variance."""
    say, found = study.say, study.robustness("weights", year)
    found = found[~found.index.isin(study.card.child_weights)].set_index("name")[
        ["weight", "effective"]
    ]
    names = (say("charting.stated"), say("charting.really"))
    told = _told(study, found["effective"].map("{:.0%}".format))
    return charts.pairs(found, names=names, share=True), say(
        "charting.effective", year=year, told=told
    )


def outranked(study: Study, year: int) -> tuple[Figure, str]:
    """How often each unit outranks each after it: purple is sure, grey a toss-up, orange the other way."""
    say, found = study.say, study.robustness("dominance", year).set_index("name")
    shades = Classes((0.35, 0.65, SURE), (PUOR[1], REST, PUOR[3], PUOR[4]), decimals=2)
    names = [f"≥ {SURE:.0%}", f"65–{SURE:.0%}", "35–65%", "< 35%"]
    drawn = charts.matrix(found, classes=shades, told=names, label=say("charting.rank"))
    ahead = pd.Series(found.to_numpy().diagonal(1), found.index[:-1])
    told = _told(study, ahead.map(share))
    return drawn, say("charting.dominance", year=year, count=len(found), told=told)


def gap(study: Study, year: int) -> tuple[Figure, str]:
    """Which goals the gap to full marks is made of, by unit in the order of the index."""
    say, order = study.say, study.at(year)["index"].sort_values(ascending=False, kind="stable")
    frame = by_goal(study, degrees(study, year)).loc[order.dropna().index]
    frame = frame.rename(index=study.short, columns=study.goals)
    shades = dict.fromkeys(frame, graded(frame.stack()))
    drawn = charts.heat(frame, classes=shades, write="{:.0%}".format)
    told = _told(study, frame.max(axis=1).map("{:.0%}".format), frame.idxmax(axis=1))
    return drawn, say("charting.gap", year=year, told=told)


def coupling(study: Study, year: int) -> tuple[Figure, str]:
    """How far the goals go together in each unit: the degree of coordination."""
    say, found = study.say, study.robustness("coupling", year)
    drawn = charts.ranking(ends(found["coordination"]), decimals=2, **marked(study))
    told = _told(study, found.set_index("name")["coordination"].map("{:.2f}".format))
    return drawn, say("charting.coupling", year=year, told=told)


def changes(study: Study) -> tuple[Figure, str]:
    """Which goals the change of each unit's index over the panel is made of, in points."""
    say, found, years = study.say, evidence.changed(study), study.card.framework.years
    parts = by_goal(study, found.contributions)
    parts = parts.assign(index=parts.sum(axis=1, min_count=1)).dropna()
    frame = parts[["index", *study.goals]].sort_values("index", ascending=False, kind="stable")
    heads = {"index": say("gaps.index"), **study.goals}
    frame = frame.rename(index=study.short, columns=heads)
    goals = graded(frame.iloc[:, 1:].stack(), around=True)
    shades = dict.fromkeys(frame, goals) | {heads["index"]: graded(frame.iloc[:, 0], around=True)}
    drawn = charts.heat(frame, classes=shades, write=lambda value: _signed(study, value, 1))
    told = _told(study, frame.iloc[:, 0].map(lambda value: _signed(study, value, 1)))
    return drawn, say("charting.change", first=years[0], last=years[-1], told=told)


def published(study: Study) -> tuple[Figure, str]:
    """How many units published each figure that the index uses: a tile per figure and year."""
    say, full = study.say, len(study.provinces)
    counts = study.holdings("published").set_index("name")
    whole = counts == full
    panel = [year for year in study.card.framework.years if year in counts]
    always = int(whole[panel].all(axis=1).sum())
    values = {
        "count": len(counts),
        "from": counts.columns[0],
        "to": counts.columns[-1],
        "cells": counts.size,
        "whole": int(whole.sum().sum()),
        "empty": int((counts == 0).sum().sum()),
        "first": panel[0],
        "last": panel[-1],
        "always": always,
        "rest": len(counts) - always,
    }
    told = say("holdings.availability", **values), say("holdings.availability_alt", **values)
    return charts.completeness(counts, full=full), say("figure.clauses").join(told)


def by_goal(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Parts by indicator (columns) summed to goals; missing where every part is."""
    goals = {leaf.id: goal.id for goal in study.card.framework.goals for leaf in goal.leaves()}
    found = frame.T.groupby(goals, sort=False).sum(min_count=1).T
    return found[[goal for goal in study.goals if goal in found]]


def _told(study: Study, values: pd.Series, kinds: pd.Series | None = None) -> str:
    """Each row's name with its value, and with what the value is of."""
    say = study.say
    kinds = pd.Series("", values.index) if kinds is None else kinds + " "
    return say("figure.clauses").join(
        say("nation.told", name=name, value=f"{kind}{value}")
        for name, kind, value in zip(values.index, kinds, values, strict=True)
    )


def _signed(study: Study, value: float, decimals: int = 0) -> str:
    return study.say.number(value, decimals=decimals, sign=True)


OF_A_YEAR = {
    "ranking": ranking,
    "ranks": intervals,
    "goals": heat,
    "variance_shares": shares,
    "tiers": tiers,
    "dominance": outranked,
    "sobol": sobol,
    "goal_out": goal_out,
    "one_out": one_out,
    "direct": direct,
    "effective": effective,
    "gap": gap,
    "coupling": coupling,
}
OF_ALL_YEARS = {"change": changes, "published": published}


MOST = 60  # rows of a chart


def own_rows(study: Study, what: pd.Series | pd.DataFrame, label: str) -> tuple[Figure, str]:
    """Values of the user's own, or columns of a frame of ours: a row for each label, a dot a column.

    Indexed by year they are curves.
    """
    say, frame = study.say, what.to_frame() if isinstance(what, pd.Series) else what
    if "name" in frame:  # what a frame of ours calls its rows
        frame = frame.set_index("name")
    numbers, title = frame.select_dtypes("number").dropna(how="all"), what.attrs.get("title")
    if not len(numbers) and title:  # a frame of ours that has nothing to tell
        told = say("headed.nothing", title=title)
        return charts.blank(told), told
    if not 1 <= numbers.shape[1] <= len(HUES) or not 1 <= len(numbers) <= MOST:
        raise ValueError(
            f"a chart holds 1–{len(HUES)} columns of numbers in 1–{MOST} rows; these are "
            f"{numbers.shape[1]} in {len(numbers)}."
        )
    heads = [headed(what, column, say) for column in numbers]
    heads = [label] if label and len(heads) == 1 else heads
    numbers = numbers.set_axis(heads, axis=1).rename(index=study.short)
    colours = dict(zip(heads, HUES, strict=False))
    label = label or (heads[0] if len(heads) == 1 else "")
    if numbers.index.name == "year":
        drawn = charts.curves(numbers, colours=colours, label=label, room=3.4)
    else:
        drawn = charts.rows(numbers, colours=colours, say=say, label=label)
    told = say("figure.clauses").join(
        say("nation.told", name=str(name), value=say("figure.and").join(map(say.significant, row)))
        for name, row in zip(numbers.index, numbers.to_numpy(), strict=True)
    )
    return drawn, say("charting.own", name=label or say.join(heads), told=told)


def course(study: Study, measure: str, units: Sequence[str]) -> tuple[Figure, str]:
    """A measure over the years: of `units`, or else the medians of the zones, and the nation's."""
    say, zones = study.say, study.provinces["zone"]
    frame, name, unit = evidence.series(study, measure)
    if len(units) > len(HUES):
        raise ValueError(
            f"a chart holds up to {len(HUES)} units; these are {len(units)}. Name some of them, or leave "
            "units out for the medians of the zones."
        )
    if units:
        lines, hues = frame[[*units]].rename(columns=study.short), [*HUES[: len(units)]]
    else:
        by_zone = frame.T.groupby(zones, sort=False).median().T
        hues = [study.hues[zone] for zone in by_zone]
        lines = by_zone.rename(columns=study.area)
    nation = say("charting.median")
    lines = (
        lines.assign(**{nation: frame.median(axis=1)}).dropna(how="all").dropna(axis=1, how="all")
    )
    if lines.empty:
        raise ValueError(f"no figure of {measure!r} is published: it has no course.")
    colours = dict(zip([*lines][:-1], hues, strict=False)) | {nation: NATION}
    drawn = charts.curves(lines, colours=colours, label=f"{name} ({unit})", room=3.4)
    told = say("figure.clauses").join(
        say(
            "charting.told",
            name=line,
            first=say.significant(path.iloc[0]),
            last=say.significant(path.iloc[-1]),
            start=path.index[0],
            end=path.index[-1],
        )
        for line, path in ((line, lines[line].dropna()) for line in lines)
    )
    return drawn, say("charting.alt", name=name, unit=unit, told=told)
