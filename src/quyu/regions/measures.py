"""The measures that a part of a lens can name, from scores, figures, gains and advantages."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal, closest
from quyu.index.climb import competition_ranks
from quyu.index.practice import location_quotient
from quyu.index.score import TOLERANCE
from quyu.index.uncertainty import SURE, why_no_score
from quyu.regions.forecast import time_distance
from quyu.regions.lens_input import (
    LensInput,
    Measured,
    View,
    nothing,
    over_draws,
    percentile_ranks,
    refuse_unknown_goals,
    scored_indicator,
    series_of,
    then_and_now,
)
from quyu.regions.strategy import region_of


def top_goals(here: LensInput, *, top: float) -> Measured:
    """The share of a unit's goals, in %, that are in the best `top` of the nation.

    A goal is, if at least 1 − `top` of the other units are not ahead: rank ≤ 1 + `top` · (n − 1),
    7 of 31 for a fifth. Goals without a score are not counted; a unit without index has no value.
    """
    values, drawn = over_draws(here, lambda view: _mean_of(view, _inside(view, top)))
    inside = _inside(here.stated, top)[:, 0] > 0
    lists = [tuple(np.array(here.goals)[row].tolist()) for row in inside.T]
    detail = pd.DataFrame({"goals": lists}, index=here.units)
    return Measured(values, _no_index(here, values), detail, drawn=drawn)


def _inside(view: View, top: float) -> np.ndarray:
    """Goals × draws × units: 100 where the goal is in the best `top`, 0 where it is not."""
    found = []
    for scores in _goals(view):
        ranks = competition_ranks(np.round(scores, 9))
        others = (ranks > 0).sum(axis=1, keepdims=True) - 1
        best = ranks - 1 <= top * others + TOLERANCE
        found.append(np.where(ranks > 0, 100.0 * best, np.nan))
    return np.array(found)


def closeness(here: LensInput) -> Measured:
    """The mean over goals of score / best score of the nation, in %: 100 is the frontier.

    `furthest` is the goal with the least ratio. Negative scores are refused.
    """
    values, drawn = over_draws(here, lambda view: _mean_of(view, 100 * _ratios(view)))
    detail = pd.DataFrame({"furthest": _argmin(here, _ratios(here.stated)[:, 0])}, index=here.units)
    return Measured(values, _no_index(here, values), detail, drawn=drawn)


def _ratios(view: View) -> np.ndarray:
    goals = _goals(view)
    if (goals < 0).any():
        raise Refusal(
            "closeness to the frontier is a ratio of scores, which must not be negative; use the "
            "scale [1, 100].",
            "scale",
        )
    best = np.where(np.isnan(goals), 0.0, goals).max(axis=2, keepdims=True)
    return goals / np.where(best > 0, best, np.nan)


def weakest_goal(here: LensInput) -> Measured:
    """The least of a unit's goal scores; `goal` names it."""
    values, drawn = over_draws(here, _weakest)
    detail = pd.DataFrame({"goal": _argmin(here, _goals(here.stated)[:, 0])}, index=here.units)
    return Measured(values, _no_index(here, values), detail, drawn=drawn)


def _weakest(view: View) -> np.ndarray:
    least = np.fmin.reduce(_goals(view))
    return np.where(np.isnan(view.scores["index"]), np.nan, least)


def mean_of_indicators(here: LensInput, *, indicators: tuple[str, ...]) -> Measured:
    """The mean of the normalised scores of `indicators`, by their weights in the index.

    A draw that leaves one out rests on the others; one that leaves all out has no value. A unit of
    which one is missing has none either.
    """
    for name in indicators:
        scored_indicator(here, name)
    places = [here.draws.card.normalised.columns.get_loc(name) for name in indicators]

    def measure(view: View) -> np.ndarray:
        weights, scores = view.weights[:, places], view.at(view.draws.year)[:, places]
        used = np.where(weights[:, None, :] > 0, scores[None], 0.0)
        total = (weights[:, None, :] * used).sum(axis=2)
        return _over(total, weights.sum(axis=1)[:, None])

    values, drawn = over_draws(here, measure)
    scores = here.stated.at(here.year)[:, places]
    detail = pd.DataFrame(scores, index=here.units, columns=list(indicators))
    return Measured(values, _lacking(here, values, detail), detail, drawn=drawn)


def mean_of_goals(here: LensInput, *, goals: tuple[str, ...]) -> Measured:
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


def _over(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """A quotient, missing where nothing is below."""
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def _mean_of(view: View, parts: np.ndarray) -> np.ndarray:
    """The mean over goals of what is there, for units that have an index."""
    seen = ~np.isnan(parts)
    mean = _over(np.where(seen, parts, 0.0).sum(axis=0), seen.sum(axis=0))
    return np.where(np.isnan(view.scores["index"]), np.nan, mean)


def _no_index(here: LensInput, values: pd.Series) -> dict[str, str]:
    lost = values.index[values.isna()]
    return {unit: why_no_score(here.draws.card, unit, here.year) for unit in lost}


def _lacking(here: LensInput, values: pd.Series, parts: pd.DataFrame) -> dict[str, str]:
    """Which of the parts a unit lacks; without any it is their weight."""
    reasons = {}
    for unit in values.index[values.isna()]:
        lost = ", ".join(parts.columns[parts.loc[unit].isna()])
        weightless = f"the framework gives no weight to {', '.join(parts.columns)}"
        reasons[unit] = f"no score in {here.year} of {lost}" if lost else weightless
    return reasons


def _argmin(here: LensInput, parts: np.ndarray) -> list[str]:
    """For each unit the goal with the least part, "" without any."""
    least = np.where(np.isnan(parts), np.inf, parts)
    return [
        here.goals[place] if np.isfinite(least[place, unit]) else ""
        for unit, place in enumerate(least.argmin(axis=0))
    ]


def distinctive_industry(here: LensInput, *, figures: tuple[str, ...], size: str) -> Measured:
    """The greatest of a unit's location quotients in `figures`, against `size`.

    The greatest, not a mean: what is distinctive is the one industry in which a unit specialises.
    It does not say how many industries are, nor how large. `industry` names it; the other columns
    are the quotients. A unit for which one of the figures is not published has no value, since the
    greatest might be that one.
    """
    names = [*figures, size]
    for name in names:
        if name not in here.figures:
            near = closest(name, list(here.figures))
            raise Refusal(f"no figure is named {name!r}{near}.", "no_figure", figure=name)
    rows = pd.MultiIndex.from_product([here.units, [here.year]])
    published = here.figures.reindex(rows).droplevel(1)
    nowhere = [name for name in names if published[name].isna().all()]
    if nowhere:
        return nothing(here, f"{', '.join(nowhere)}: not published for {here.year}")
    quotients = location_quotient(published[list(figures)], published[size])
    complete = quotients.notna().all(axis=1)
    values = quotients.max(axis=1).where(complete)
    industry = quotients.fillna(-1.0).idxmax(axis=1).where(complete, "")
    reason = f"not all of {', '.join(names)} are published for {here.year}"
    return Measured(values, reason, quotients.assign(industry=industry))


def catch_up(here: LensInput, *, indicator: str, against: str) -> Measured:
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
    benchmark = paths.loc[members, paths[members].notna().all()].median()
    if here.year not in benchmark.index:
        return nothing(here, f"{leaf.id} is not published for all of {region.name} in {here.year}")
    found = time_distance(paths, benchmark, year=here.year, direction=leaf.direction)
    ends = np.copysign(np.inf, found["years"])  # a path of one year is more than ±0 years apart
    order = -found["years"].mask(found["censored"], ends)
    detail = found[["years", "censored"]].assign(level=paths[here.year] * leaf.factor)
    detail["benchmark"] = benchmark[here.year] * leaf.factor
    return Measured(found["years"], found["reason"], detail, order=order)


def level_with_change(here: LensInput, *, formula: str, since: int) -> Measured:
    """A ratio of figures, now and its change since `since`: the mean of the two percentile ranks.

    Both as published. `level` and `change` are in units of the ratio; `level_percentile` and
    `change_percentile` are the ranks whose mean this is.
    """
    if since >= here.year:
        return _too_early(here, since)
    table = series_of(here, "level", formula)
    now = table.get(here.year, np.nan)
    return _together(here, {"level": now, "change": now - table.get(since, np.nan)}, since)


def changes(here: LensInput, *, indicators: tuple[str, ...], since: int) -> Measured:
    """The changes of `indicators` since `since`: the mean of their percentile ranks.

    As published, nothing carried; in the unit that each indicator is shown in, so in points where
    it is a share; the sign turned where less is better. For each indicator `…_percentile` is its
    rank: the part is their mean.
    """
    leaves, found = [scored_indicator(here, name) for name in indicators], {}
    if since >= here.year:
        return _too_early(here, since)
    for leaf in leaves:
        table = series_of(here, leaf.id, leaf.formula or "") * leaf.factor
        moved = table.get(here.year, np.nan) - table.get(since, np.nan)
        found[leaf.id] = moved if leaf.direction == "+" else -moved
    return _together(here, found, since)


def _together(here: LensInput, parts: dict[str, pd.Series | float], since: int) -> Measured:
    """The mean of the percentile ranks of `parts`, for units that have them all."""
    table = pd.DataFrame(parts, index=here.units, dtype=float)
    table = table.where(table.notna().all(axis=1))
    ranks = percentile_ranks(table.to_numpy().T)
    values = pd.Series(ranks.mean(axis=0), index=here.units)
    each = pd.DataFrame(ranks.T, index=here.units, columns=table.columns).add_suffix("_percentile")
    return Measured(values, f"not published for both {since} and {here.year}", table.join(each))


def _too_early(here: LensInput, since: int) -> Measured:
    return nothing(here, f"a change since {since} cannot be measured in {here.year}")


def gain_on_nation(here: LensInput, *, node: str, since: int) -> Measured:
    """The change of the score of `node` since `since`, less the change of the nation's median.

    `node` is a goal, or "index". Both years rest on the same indicators: what a unit lacks in one
    is left out in both. The nation is the units that have both scores. `then`, `now` and `nation`
    (the change of the median) are the terms.
    """
    refuse_unknown_goals(here, {node} - {"index"})
    years = here.draws.card.framework.years
    if since not in years:
        raise ValueError(f"since {since}: the panel of the framework has {years[0]}–{years[-1]}.")
    if since >= here.year:
        return _too_early(here, since)

    def terms(view: View) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        then, now = then_and_now(view, node, since)
        lost = np.isnan(then) | np.isnan(now)
        then, now = (np.where(lost, np.nan, year) for year in (then, now))
        middle = [pd.DataFrame(year).median(axis=1).to_numpy()[:, None] for year in (then, now)]
        return then, now, middle[1] - middle[0]

    def measure(view: View) -> np.ndarray:
        then, now, nation = terms(view)
        return now - then - nation

    values, drawn = over_draws(here, measure)
    then, now, nation = (term[0] for term in terms(here.stated))
    detail = pd.DataFrame({"then": then, "now": now, "nation": nation[0]}, index=here.units)
    reason = f"no score of {node!r} in both {since} and {here.year}"
    return Measured(values, reason, detail, drawn=drawn)


def comparative_advantage(here: LensInput, *, best: int) -> Measured:
    """The mean of a unit's `best` greatest advantages, in standard deviations of the nation.

    The advantage of unit i in indicator j is the double-centred difference

        a_ij = z_ij − z̄_i· − z̄_·j + z̄

    of z, the normalised scores of the year standardised over the units: then z̄_·j and z̄ are 0.
    z̄_i· is the mean by the weights of the index, over the indicators that the unit has: its own
    level. Indicators that a draw leaves out play no part in it.

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
    return Measured(values, reason, detail, drawn=drawn)


def standardised(scores: np.ndarray) -> np.ndarray:
    """Each column less its mean, over its standard deviation (n − 1); 0 where nothing differs.

    >>> standardised(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, np.nan]]))
    array([[-1.,  0.],
           [ 0.,  0.],
           [ 1., nan]])
    """
    table = pd.DataFrame(scores)
    apart = table - table.mean()
    spread = table.std().where(apart.abs().max() > TOLERANCE, np.inf)
    return (apart / spread).to_numpy()


def _own_level(view: View, z: np.ndarray) -> np.ndarray:
    """z̄_i·, draws × units."""
    return _over(view.weights @ np.nan_to_num(z).T, view.weights @ (~np.isnan(z)).T)


def _top(view: View, best: int) -> np.ndarray:
    """Draws × units. Within a draw a differs from z by one number per unit, so z orders it."""
    z = standardised(view.at(view.draws.year))
    greatest = np.empty((len(view.weights), len(z)))
    for held, where in _patterns(view):
        known = np.where(held & ~np.isnan(z), z, -np.inf)
        top = np.sort(known, axis=1)[:, -best:].mean(axis=1)
        greatest[where] = np.where(np.isfinite(top), top, np.nan)
    return greatest - _own_level(view, z)


def _share_above(here: LensInput) -> np.ndarray:
    """For each unit and indicator the share of the draws that hold it in which a > 0."""
    above, all_draws = np.zeros((2, len(here.units), here.draws.card.normalised.shape[1]))
    for view in here.drawn:
        z = standardised(view.at(view.draws.year))
        own = _own_level(view, z)
        for held, where in _patterns(view):
            level = np.sort(own[where], axis=0) + TOLERANCE
            below = [np.searchsorted(*pair) for pair in zip(level.T, np.nan_to_num(z), strict=True)]
            above += np.array(below) * (held & ~np.isnan(z))
            all_draws += len(where) * (held & ~np.isnan(z))
    return np.nan_to_num(_over(above, all_draws))


def _patterns(view: View) -> list[tuple[np.ndarray, np.ndarray]]:
    """The sets of indicators that draws hold, each with the draws that hold just these."""
    held, which = np.unique(view.weights > 0, axis=0, return_inverse=True)
    return [(row, np.flatnonzero(which.ravel() == number)) for number, row in enumerate(held)]


def _named(here: LensInput, best: int) -> pd.DataFrame:
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


# A measure takes the lens input and its own options, and gives one value per unit; those on scores
# are taken anew in every draw, those on official figures are the same in all.
MEASURES: dict[str, Callable[..., Measured]] = {
    each.__name__: each
    for each in (
        top_goals, closeness, weakest_goal, mean_of_indicators, mean_of_goals, gain_on_nation,
        comparative_advantage, distinctive_industry, catch_up, level_with_change, changes,
    )
}  # fmt: skip
