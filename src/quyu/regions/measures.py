"""The measures that a part of a lens can name, from scores, figures, gains and advantages."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from difflib import get_close_matches

import numpy as np
import pandas as pd

from quyu.index.climb import competition_ranks
from quyu.index.practice import location_quotient
from quyu.index.score import TOLERANCE
from quyu.index.uncertainty import SURE, why_no_score
from quyu.regions.forecast import time_distance
from quyu.regions.lens_input import (
    Ground,
    Measured,
    View,
    gain,
    goal_names,
    in_year,
    over_draws,
    percentile_ranks,
    refuse_unknown_goals,
    scored_indicator,
    series_of,
    without,
)
from quyu.regions.strategy import region_of


def top_goals(here: Ground, *, top: float) -> Measured:
    """The share of a unit's goals, in %, that are in the best `top` of the nation.

    A goal is, if at least 1 − `top` of the other units are not ahead: rank ≤ 1 + `top` · (n − 1),
    7 of 31 for a fifth. Goals without a score are not counted; a unit without index has no value.
    """
    values, drawn = over_draws(here, lambda view: _share(view, top))
    inside = _inside(here.stated, top)[:, 0]
    detail = pd.DataFrame({"goals": _lists(inside, goal_names(here))}, index=here.units)
    return Measured(values, _no_index(here, values), detail, drawn=drawn)


def _share(view: View, top: float) -> np.ndarray:
    seen = ~np.isnan(_goals(view)).all(axis=0)
    scored = (~np.isnan(_goals(view))).sum(axis=0)
    share = 100 * _inside(view, top).sum(axis=0) / np.maximum(scored, 1)
    return np.where(seen & ~np.isnan(view.scores["index"]), share, np.nan)


def _inside(view: View, top: float) -> np.ndarray:
    """Goals × draws × units: whether the goal is in the best `top`."""
    found = []
    for scores in _goals(view):
        ranks = competition_ranks(np.round(scores, 9))
        others = (ranks > 0).sum(axis=1, keepdims=True) - 1
        found.append((ranks > 0) & (ranks - 1 <= top * others + TOLERANCE))
    return np.array(found)


def closeness(here: Ground) -> Measured:
    """The mean over goals of score / best score of the nation, in %: 100 is the frontier.

    `furthest` is the goal with the least ratio. Raises ValueError for negative scores.
    """
    values, drawn = over_draws(here, lambda view: _mean_of(view, 100 * _ratios(view)))
    least = _argmin(_ratios(here.stated)[:, 0], goal_names(here))
    detail = pd.DataFrame({"furthest": least}, index=here.units)
    return Measured(values, _no_index(here, values), detail, drawn=drawn)


def _ratios(view: View) -> np.ndarray:
    goals = _goals(view)
    if (goals < 0).any():
        raise ValueError(
            "closeness to the frontier is a ratio of scores, which must not be negative; use the "
            "scale [1, 100]."
        )
    best = np.where(np.isnan(goals), 0.0, goals).max(axis=2, keepdims=True)
    return goals / np.where(best > 0, best, np.nan)


def weakest_goal(here: Ground) -> Measured:
    """The least of a unit's goal scores; `goal` names it."""
    values, drawn = over_draws(here, _weakest)
    detail = pd.DataFrame(
        {"goal": _argmin(_goals(here.stated)[:, 0], goal_names(here))}, index=here.units
    )
    return Measured(values, _no_index(here, values), detail, drawn=drawn)


def _weakest(view: View) -> np.ndarray:
    goals = _goals(view)
    least = np.where(np.isnan(goals), np.inf, goals).min(axis=0)
    return np.where(np.isinf(least) | np.isnan(view.scores["index"]), np.nan, least)


def mean_of_indicators(here: Ground, *, indicators: tuple[str, ...]) -> Measured:
    """The mean of the normalised scores of `indicators`, by their weights in the index.

    A draw that leaves one out rests on the others; one that leaves all out has no value. A unit of
    which one is missing has none either.
    """
    for name in indicators:
        scored_indicator(here, name)
    places = [here.draws.card.normalised.columns.get_loc(name) for name in indicators]

    def measure(view: View) -> np.ndarray:
        weights, scores = view.weights[:, places], view.at(view.year)[:, places]
        used = np.where(weights[:, None, :] > 0, scores[None], 0.0)
        whole = weights.sum(axis=1)[:, None]
        total = (weights[:, None, :] * used).sum(axis=2)
        return np.divide(total, whole, out=np.full_like(total, np.nan), where=whole > 0)

    values, drawn = over_draws(here, measure)
    scores = here.stated.at(here.year)[:, places]
    detail = pd.DataFrame(scores, index=here.units, columns=list(indicators))
    return Measured(values, _lacking(here, values, detail), detail, drawn=drawn)


def mean_of_goals(here: Ground, *, goals: tuple[str, ...]) -> Measured:
    """The plain mean of the scores of `goals`, all of which a unit needs."""
    refuse_unknown_goals(here, goals)
    values, drawn = over_draws(
        here, lambda view: np.mean([view.scores[goal] for goal in goals], axis=0)
    )
    detail = pd.DataFrame({goal: here.stated.scores[goal][0] for goal in goals}, index=here.units)
    return Measured(values, _lacking(here, values, detail), detail, drawn=drawn)


def _goals(view: View) -> np.ndarray:
    """Goals × draws × units."""
    return np.array([scores for name, scores in view.scores.items() if name != "index"])


def _mean_of(view: View, parts: np.ndarray) -> np.ndarray:
    """The mean over goals of what is there, for units that have an index."""
    seen = ~np.isnan(parts)
    total = np.where(seen, parts, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return np.where(seen.any(axis=0) & ~np.isnan(view.scores["index"]), total, np.nan)


def _no_index(here: Ground, values: pd.Series) -> pd.Series:
    lost = values.index[values.isna()]
    reasons = [why_no_score(here.draws.card, unit, here.year) for unit in lost]
    return pd.Series(reasons, index=lost, dtype=object, name="reason")


def _lacking(here: Ground, values: pd.Series, parts: pd.DataFrame) -> pd.Series:
    """Which of the parts a unit lacks; without any it is their weight."""
    reasons = {}
    for unit in values.index[values.isna()]:
        lost = ", ".join(parts.columns[parts.loc[unit].isna()])
        reasons[unit] = (
            f"no score in {here.year} of {lost}"
            if lost
            else (f"the framework gives no weight to {', '.join(parts.columns)}")
        )
    return pd.Series(reasons, dtype=object, name="reason")


def _lists(inside: np.ndarray, names: list[str]) -> list[tuple[str, ...]]:
    """For each column of `inside` the names of the rows that are true."""
    return [tuple(np.array(names)[row].tolist()) for row in inside.T]


def _argmin(parts: np.ndarray, names: list[str]) -> list[str]:
    """For each unit the name of the least part, "" without any."""
    least = np.where(np.isnan(parts), np.inf, parts)
    return [
        names[place] if np.isfinite(least[place, unit]) else ""
        for unit, place in enumerate(least.argmin(axis=0))
    ]


def distinctive_industry(here: Ground, *, figures: tuple[str, ...], size: str) -> Measured:
    """The greatest of a unit's location quotients in `figures`, against `size`.

    The greatest, not a mean: what is distinctive is the one industry in which a unit specialises,
    and a mean would put a unit that is ordinary in all three ahead of one that leads in one. It
    does not say how many industries are, nor how large. `industry` names it; the other columns are
    the quotients. A unit for which one of the figures is not published has no value, since the
    greatest might be that one.
    """
    for name in (*figures, size):
        if name not in here.figures:
            near = get_close_matches(name, list(here.figures), 3) or sorted(here.figures)[:8]
            raise ValueError(f"no figure is named {name!r}; closest: {', '.join(near)}.")
    rows = pd.MultiIndex.from_product([here.units, [here.year]])
    published = here.figures.reindex(rows).droplevel(1)
    activity, whole = published[list(figures)], published[size]
    nowhere = [name for name in (*figures, size) if published[name].isna().all()]
    if nowhere:
        nothing = pd.Series(np.nan, index=here.units)
        reason = f"{', '.join(nowhere)}: not published for {here.year}"
        return Measured(nothing, without(nothing, reason), pd.DataFrame(index=here.units))
    quotients = location_quotient(activity, whole)
    complete = quotients.notna().all(axis=1)
    values = quotients.max(axis=1).where(complete)
    industry = quotients.fillna(-1.0).idxmax(axis=1).where(complete, "")
    reason = f"not all of {', '.join((*figures, size))} are published for {here.year}"
    detail = quotients.assign(industry=industry)
    return Measured(values, without(values, reason), detail)


def catch_up(here: Ground, *, indicator: str, against: str) -> Measured:
    """The years by which a unit trails the median of the region `against` in one indicator.

    Less is better. The indicator is worked out from the figures over all the years that they
    reach, and the median only for years in which it is published for all of the region's units.
    See `time_distance`: below 0 a unit is ahead; `censored` says that it is more than that many
    years, since the level was last seen before the figures begin. Such units rank behind, or
    ahead of, all others and share their place, as nothing tells them apart.
    """
    leaf, region = scored_indicator(here, indicator), region_of(against)
    members = here.region == region.name
    if not members.any():
        raise ValueError(f"no unit of the register lies in {region.name}; there is no median.")
    paths = series_of(here, leaf.id, leaf.formula or "").loc[:, lambda table: table.notna().any()]
    complete = paths[members].notna().all()
    benchmark = paths.loc[members, complete].median()
    if here.year not in benchmark.index:
        nothing = pd.Series(np.nan, index=here.units)
        reason = f"{leaf.id} is not published for all of {region.name} in {here.year}"
        return Measured(nothing, without(nothing, reason), pd.DataFrame(index=here.units))
    found = time_distance(paths, benchmark, year=here.year, direction=leaf.direction)
    ends = np.copysign(np.inf, found["years"])  # a path of one year is more than ±0 years apart
    order = -found["years"].mask(found["censored"], ends)
    missing = found.loc[found["years"].isna(), "reason"].astype(object)
    detail = found[["years", "censored"]].assign(level=paths[here.year] * leaf.factor)
    detail["benchmark"] = benchmark[here.year] * leaf.factor
    return Measured(found["years"], missing, detail, order=order)


def level_with_change(here: Ground, *, formula: str, since: int) -> Measured:
    """A ratio of figures, now and its change since `since`: the mean of the two percentile ranks.

    Both as published. `level` and `change` are in units of the ratio; `level_percentile` and
    `change_percentile` are the ranks whose mean this is.
    """
    if since >= here.year:
        return too_early(here, since)
    table = series_of(here, "level", formula)
    now, then = in_year(table, here.year), in_year(table, since)
    return _together(here, pd.DataFrame({"level": now, "change": now - then}), since)


def changes(here: Ground, *, indicators: tuple[str, ...], since: int) -> Measured:
    """The changes of `indicators` since `since`: the mean of their percentile ranks.

    As published, nothing carried; in the unit that each indicator is shown in, so in points where
    it is a share; the sign turned where less is better. For each indicator `…_percentile` is its
    rank: the part is their mean.
    """
    leaves = [scored_indicator(here, name) for name in indicators]
    if since >= here.year:
        return too_early(here, since)
    found = {}
    for leaf in leaves:
        table = series_of(here, leaf.id, leaf.formula or "") * leaf.factor
        moved = in_year(table, here.year) - in_year(table, since)
        found[leaf.id] = moved if leaf.direction == "+" else -moved
    return _together(here, pd.DataFrame(found), since)


def _together(here: Ground, parts: pd.DataFrame, since: int) -> Measured:
    """The mean of the percentile ranks of `parts`, for units that have them all."""
    parts = parts.where(parts.notna().all(axis=1))
    ranks = percentile_ranks(parts.to_numpy(dtype=float).T)
    values = pd.Series(ranks.mean(axis=0), index=here.units)
    reason = f"not published for both {since} and {here.year}"
    each = pd.DataFrame(ranks.T, index=here.units, columns=parts.columns).add_suffix("_percentile")
    return Measured(values, without(values, reason), parts.join(each))


def gain_on_nation(here: Ground, *, node: str, since: int) -> Measured:
    """The change of the score of `node` since `since`, less the change of the nation's median.

    `node` is a goal, or "index". Both years rest on the same indicators: what a unit lacks in one
    is left out in both. The nation is the units that have both scores. `then`, `now` and `nation`
    (the change of the median) are the terms.
    """
    if node != "index":
        refuse_unknown_goals(here, (node,))
    refuse_other_year(here, since)
    if since >= here.year:
        return too_early(here, since)

    def ends(view: View) -> tuple[np.ndarray, np.ndarray]:
        then, now = gain(view, node, since)
        lost = np.isnan(then) | np.isnan(now)
        return np.where(lost, np.nan, then), np.where(lost, np.nan, now)

    def measure(view: View) -> np.ndarray:
        then, now = ends(view)
        return now - then - (medians(now) - medians(then))

    values, drawn = over_draws(here, measure)
    then, now = (year[0] for year in ends(here.stated))
    nation = medians(now[None]) - medians(then[None])
    detail = pd.DataFrame({"then": then, "now": now, "nation": nation[0, 0]}, index=here.units)
    reason = f"no score of {node!r} in both {since} and {here.year}"
    return Measured(values, without(values, reason), detail, drawn=drawn)


def medians(rows: np.ndarray) -> np.ndarray:
    """The median of what is there in each row, as a column.

    >>> medians(np.array([[3.0, np.nan, 1.0, 2.0], [4.0, 1.0, 2.0, 3.0]])).tolist()
    [[2.0], [2.5]]
    """
    ordered = np.sort(rows, axis=1)  # missing ones last
    count = (~np.isnan(rows)).sum(axis=1, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, rows.shape[1] - 1)
    pair = [np.take_along_axis(ordered, place, axis=1) for place in (low, high)]
    return (pair[0] + pair[1]) / 2


def refuse_other_year(here: Ground, since: int) -> None:
    """Raise ValueError for a year whose scores are not worked out."""
    years = here.draws.card.framework.years
    if since not in years:
        raise ValueError(f"since {since}: the panel of the framework has {years[0]}–{years[-1]}.")


def too_early(here: Ground, since: int) -> Measured:
    """No value for anyone: a change needs a year before the one measured."""
    nothing = pd.Series(np.nan, index=here.units)
    reason = f"a change since {since} cannot be measured in {here.year}"
    return Measured(nothing, without(nothing, reason), pd.DataFrame(index=here.units))


def comparative_advantage(here: Ground, *, best: int) -> Measured:
    """The mean of a unit's `best` greatest advantages, in standard deviations of the nation.

    The advantage of unit i in indicator j is the double-centred difference

        a_ij = z_ij − z̄_i· − z̄_·j + z̄

    of z, the normalised scores of the year standardised over the units, so that indicators of
    unlike spread can be compared: then z̄_·j and z̄ are 0. z̄_i· is the mean by the weights of the
    index, over the indicators that the unit has: its own level. Indicators that are the same
    everywhere have z = 0. Those that a draw leaves out play no part in it.

    `best` names the greatest, `gaps` tells their a; `clear` counts the indicators, and `clearly`
    names them, in which a > 0 in at least 95 % of the draws that hold them. A unit with fewer than
    `best` indicators has no value.
    """
    names = here.draws.card.normalised.columns
    if best > len(names):
        raise ValueError(f"best is {best}; the framework scores {len(names)} indicators.")
    values, drawn = over_draws(here, lambda view: _top(view, best))
    detail = _named(here, best)
    sure = _share_above(here) >= SURE
    detail["clear"] = sure.sum(axis=1)
    detail["clearly"] = [tuple(names[row]) for row in sure]
    reason = f"fewer than {best} indicators have a score in {here.year}"
    return Measured(values, without(values, reason), detail, drawn=drawn)


def standardised(scores: np.ndarray) -> np.ndarray:
    """Each column less its mean, over its standard deviation (n − 1); 0 where nothing differs.

    >>> standardised(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, np.nan]]))
    array([[-1.,  0.],
           [ 0.,  0.],
           [ 1., nan]])
    """
    seen = ~np.isnan(scores)
    count = np.maximum(seen.sum(axis=0), 1)
    apart = scores - np.where(seen, scores, 0.0).sum(axis=0) / count
    squares = np.where(seen, apart, 0.0) ** 2
    spread = np.sqrt(squares.sum(axis=0) / np.maximum(count - 1, 1))
    differs = np.nanmax(np.abs(np.where(seen, apart, 0.0)), axis=0) > TOLERANCE
    return np.where(seen, np.where(differs, apart / np.where(differs, spread, 1.0), 0.0), np.nan)


def _own_level(view: View, z: np.ndarray) -> np.ndarray:
    """z̄_i·, draws × units."""
    seen = ~np.isnan(z)
    whole = view.weights @ seen.T
    total = view.weights @ np.where(seen, z, 0.0).T
    return np.divide(total, whole, out=np.full_like(total, np.nan), where=whole > 0)


def _top(view: View, best: int) -> np.ndarray:
    """Draws × units. Within a draw a differs from z by one number per unit, so z orders it."""
    z = standardised(view.at(view.year))
    greatest = np.empty((len(view.weights), len(z)))
    for held, where in _patterns(view):
        known = np.where(held & ~np.isnan(z), z, -np.inf)
        top = np.sort(known, axis=1)[:, -best:].mean(axis=1)
        greatest[where] = np.where(np.isfinite(top), top, np.nan)
    return greatest - _own_level(view, z)


def _share_above(here: Ground) -> np.ndarray:
    """For each unit and indicator the share of the draws that hold it in which a > 0."""
    above, all_draws = 0.0, 0.0
    for view in here.drawn:
        z = standardised(view.at(view.year))
        own = _own_level(view, z)
        for held, where in _patterns(view):
            level = np.sort(own[where], axis=0) + TOLERANCE
            below = [np.searchsorted(*pair) for pair in zip(level.T, np.nan_to_num(z), strict=True)]
            above = above + np.array(below) * (held & ~np.isnan(z))
            all_draws = all_draws + len(where) * (held & ~np.isnan(z))
    return np.divide(above, all_draws, out=np.zeros_like(above), where=all_draws > 0)


def _patterns(view: View) -> list[tuple[np.ndarray, np.ndarray]]:
    """The sets of indicators that draws hold, each with the draws that hold just these."""
    held, which = np.unique(view.weights > 0, axis=0, return_inverse=True)
    return [(row, np.flatnonzero(which.ravel() == number)) for number, row in enumerate(held)]


def _named(here: Ground, best: int) -> pd.DataFrame:
    """The greatest advantages by the stated method, by name and by number."""
    names = here.draws.card.normalised.columns
    z = standardised(here.stated.at(here.year))
    z = np.where(here.stated.weights[0] > 0, z, np.nan)
    apart = z - _own_level(here.stated, z)[0][:, None]
    # Ties keep the framework's order; what is missing comes last.
    tops = [
        [place for place in places[:best] if not np.isnan(row[place])]
        for row, places in zip(apart, np.argsort(-apart, axis=1, kind="stable"), strict=True)
    ]
    columns = {
        "best": [tuple(names[top]) for top in tops],
        "gaps": [tuple(row[top]) for row, top in zip(apart, tops, strict=True)],
    }
    return pd.DataFrame(columns, index=here.units)


def needs(measure: str) -> list[str]:
    """The options that a measure is given, all of them.

    >>> needs("comparative_advantage")
    ['best']
    """
    parameters = inspect.signature(MEASURES[measure]).parameters.values()
    return [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]


# A measure takes the ground and its own options, and gives one value per unit.
MEASURES: dict[str, Callable[..., Measured]] = {
    # on scores, anew in every draw
    "top_goals": top_goals,
    "closeness": closeness,
    "weakest_goal": weakest_goal,
    "mean_of_indicators": mean_of_indicators,
    "mean_of_goals": mean_of_goals,
    "gain_on_nation": gain_on_nation,
    "comparative_advantage": comparative_advantage,
    # on official figures, the same in every draw
    "distinctive_industry": distinctive_industry,
    "catch_up": catch_up,
    "level_with_change": level_with_change,
    "changes": changes,
}
