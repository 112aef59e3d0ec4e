"""One study beside another, one year or unit beside another, and what a lift of one figure would do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.index.change import against_nation, with_indicator
from quyu.index.draws import Draws
from quyu.index.normalise import INVERSE
from quyu.index.score import own_goalposts, rank
from quyu.index.tree import Indicator
from quyu.index.uncertainty import SURE, tier_of, uncertainty
from quyu.study import evidence
from quyu.study.certainty import draws_of_years, read_robustness

if TYPE_CHECKING:
    from quyu.study.study import Study

STEPS = 60  # halvings: a range is known to its last digit
AIMS = ("median", "zone", "tier", "rank")


def compared(study: Study, other: Study, year: int) -> pd.DataFrame:
    """Index and rank of every unit in both studies, by unit, in the order of the first.

    Columns: index, other_index, change (the other's less this one's, points), rank, other_rank,
    places (how many the unit gains in the other). A unit that only one of them scores is missing in
    the other.
    """
    both = [_standing(each, year) for each in (study, other)]
    return _moved(*both, ["other_index", "other_rank"]).sort_values("rank", kind="stable")


PRINTED = 1  # decimals that a page prints of a score


def changed_since(study: Study, first: int, last: int, *, digits: int = 12) -> pd.DataFrame:
    """Index and rank of every unit in two years, by unit, the greatest change first.

    Columns: index, rank (of the last year), first_index, first_rank, change (points), places (gained)
    and beyond: the change less that of the nation's median. Changes are of the scores to so many
    `digits`: a page takes PRINTED, so that a reader's own subtraction comes out alike.
    """
    before, after = (_standing(study, year) for year in (first, last))
    frame = _moved(before, after, ["index", "rank"], of_first=["first_index", "first_rank"])
    then, now = (frame[name].round(digits) for name in ("first_index", "index"))
    frame["change"] = (now - then).round(digits)
    frame["beyond"] = against_nation(then, now).round(digits)
    return frame.sort_values("change", ascending=False, kind="stable")


def moved_since(study: Study, first: int, last: int) -> pd.DataFrame:
    """`changed_since` with the method intervals of both years, by unit; the most places gained first.

    Columns besides: name, first_low, first_high, low, high; same, the share of the draws in which the
    rank moves the way that it does, each draw compared with itself in both years (intervals of two years
    may overlap though nearly every method agrees that one fell); clear, whether that is at least SURE.
    Changes are as a page prints them.
    """
    ends, draws = ["low", "high"], draws_of_years(study)
    # Of all years at once, as the map of all years has them: of one year alone they take a second.
    then = uncertainty(draws[first])[ends].add_prefix("first_")
    frame = changed_since(study, first, last, digits=PRINTED).join(
        [then, study.ranks(last)[["name", *ends]]]
    )
    same = _same_way(draws[first], draws[last], frame["places"])
    frame = frame.assign(same=same, clear=same >= SURE)
    return frame.sort_values(["places", "beyond"], ascending=False)


def _same_way(before: Draws, after: Draws, places: pd.Series) -> pd.Series:
    """In what share of the draws that rank a unit in both years its rank moves as `places` do."""
    _, then, now = np.intersect1d(before.number, after.number, return_indices=True)
    was, ranks = (each.astype(float) for each in (before.ranks[then], after.ranks[now]))
    moved = np.where((was > 0) & (ranks > 0), np.sign(was - ranks), np.nan)
    moved = pd.DataFrame(moved, columns=after.units).reindex(columns=places.index)
    way = np.sign(places)
    return moved.eq(way).where(moved.notna()).astype(float).mean().where(way.notna() & (way != 0))


def _standing(study: Study, year: int) -> pd.DataFrame:
    ranks = study.card.ranks["index"].xs(year, level="year")
    return pd.DataFrame({"index": study.at(year)["index"], "rank": ranks})


def _moved(
    before: pd.DataFrame,
    after: pd.DataFrame,
    of_last: list[str],
    of_first: Sequence[str] = ("index", "rank"),
) -> pd.DataFrame:
    units = before.index.union(after.index)
    before, after = before.reindex(units), after.reindex(units)
    change, places = after["index"] - before["index"], before["rank"] - after["rank"]
    two = [before.set_axis([*of_first], axis=1), after.set_axis(of_last, axis=1)]
    return pd.concat(two, axis=1).assign(change=change, places=places)


def side_by_side(study: Study, units: Sequence[str], year: int) -> pd.DataFrame:
    """Index, goals and indicators of several units, a column each with the rank beside it, by id.

    Columns: name, measure (its unit), then for each unit its adcode (value in the row's own unit) and adcode_rank.
    """
    say, card = study.say, study.card
    scores, ranks = (table.xs(year, level="year") for table in (card.scores, card.ranks))
    goals = {"index": say("gaps.index"), **study.goals}
    points = pd.DataFrame({"name": goals, "measure": say("study.points")}).rename_axis("id")
    tables = []
    for unit in units:
        told = evidence.evidence(study, unit, year).rename(columns={"unit": "measure"})
        told = told[["name", "measure", "value", "rank"]]
        own = points.assign(value=scores.loc[unit], rank=ranks.loc[unit])
        tables.append(
            pd.concat([own, told]).rename(columns={"value": unit, "rank": f"{unit}_rank"})
        )
    return pd.concat([tables[0], *(each.iloc[:, 2:] for each in tables[1:])], axis=1)


def lifted(study: Study, unit: str, name: str, to: str | float, year: int) -> pd.DataFrame:
    """One row, by unit: what one indicator of it would have to become, and what that would bring.

    Columns: indicator, measure (its unit), value, to, gap (to less value), index, lifted_index, adds,
    rank, lifted_rank, nominal_tier, lifted_tier (both by the stated method), reached: False where even
    the better goalpost does not bring what was asked for; then `to` is that goalpost.
    """
    leaf = next((each for each in study.card.framework.indicators if each.id == name), None)
    if leaf is None or name not in study.card.normalised:
        told = study.named(pd.Series(0, index=[name])).index[0]
        why = study.card.dropped.get(name, "it is no indicator that is scored")
        raise ValueError(f"{told} ({name}) cannot be lifted: {why}.")
    values = study.card.imputed[name].xs(year, level="year")
    if pd.isna(values[unit]):
        raise ValueError(f"{name!r} is not published for {study.short[unit]}: it cannot be lifted.")
    aim, reached = _aim(study, unit, leaf, to, year)
    now, then = (
        _placed(study, with_indicator(study.card, unit, year, name, value)).loc[unit]
        for value in (values[unit], aim)
    )
    row = {
        "indicator": study.say.of(leaf.name),
        "measure": study.say.of(leaf.unit),
        "value": values[unit] * leaf.factor,
        "to": aim * leaf.factor,
        "gap": (aim - values[unit]) * leaf.factor,
        "index": now["index"],
        "lifted_index": then["index"],
        "adds": then["index"] - now["index"],
        "rank": now["rank"],
        "lifted_rank": then["rank"],
        "nominal_tier": now["tier"],
        "lifted_tier": then["tier"],
        "reached": reached,
    }
    return pd.DataFrame([row], index=[unit])


def _aim(
    study: Study, unit: str, leaf: Indicator, to: str | float, year: int
) -> tuple[float, bool]:
    """The value to reach, in canonical units, and whether what was asked for is met by it."""
    values = study.card.imputed[leaf.id].xs(year, level="year")
    now, sign = values[unit], 1 if leaf.direction == "+" else -1
    if isinstance(to, Real) and not isinstance(to, bool) and math.isfinite(to):
        return float(to) / leaf.factor, True
    if to in ("median", "zone"):
        zones = study.provinces["zone"]
        among = values[zones == zones[unit]] if to == "zone" else values
        return (among.median() if sign * (among.median() - now) > 0 else now), True
    if to not in AIMS:
        raise ValueError(
            f"to is {to!r}; there are 'median' (the nation's), 'zone' (its median), 'tier' and 'rank' "
            "(the next one up), and a number in the indicator's unit."
        )

    def met(value: float) -> bool:
        then = _placed(study, with_indicator(study.card, unit, year, leaf.id, value))
        return better(then.loc[unit])

    own = _placed(study, study.at(year)["index"]).loc[unit]
    ids = read_robustness().tiers.ids
    if to == "tier":
        better = lambda then: ids.index(then["tier"]) < ids.index(own["tier"])  # noqa: E731
    else:
        better = lambda then: then["rank"] < own["rank"]  # noqa: E731
    if own[to] == {"tier": ids[0], "rank": 1}[to]:
        raise ValueError(f"{study.short[unit]} has no {to} above its own in {year}.")
    best = _better_end(study, leaf)
    if sign * (best - now) <= 0:
        return now, False
    if not met(best):
        return best, False
    low, high = now, best
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if met(middle) else (middle, high)
    return high, True


def _better_end(study: Study, leaf: Indicator) -> float:
    """The better goalpost of an indicator, or the value that it states as its best."""
    if leaf.best is not None:
        return leaf.best
    posts = own_goalposts(study.card.framework, study.card.state.goalposts().loc[[leaf.id]])
    end = posts.loc[leaf.id, "high" if leaf.direction == "+" else "low"]
    return float(INVERSE[leaf.transform](pd.Series([end])).iloc[0])


def _placed(study: Study, index: pd.Series) -> pd.DataFrame:
    """Index, rank and tier by the stated method."""
    bands = read_robustness().tiers
    breaks = study.card.state.tiers["index"] if bands.breaks == "stored" else bands.breaks
    rows = pd.DataFrame({"index": index}).set_axis(
        pd.MultiIndex.from_product([index.index, [0]], names=["adcode", "year"])
    )
    ranks = rank(rows)["index"].droplevel("year")
    return pd.DataFrame(
        {"index": index, "rank": ranks, "tier": tier_of(index, breaks=breaks, names=bands.ids)}
    )
