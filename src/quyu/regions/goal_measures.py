"""What a part of a lens can measure on scores: of goals, of indicators, and their change."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.climb import competition_ranks
from quyu.index.score import TOLERANCE
from quyu.index.uncertainty import why_no_score
from quyu.regions.lens_input import (
    LensInput,
    Measured,
    View,
    over_draws,
    quotient,
    refuse_unknown_goals,
    scored_indicator,
    then_and_now,
    too_early,
)


def top_goals(here: LensInput, *, top: float) -> Measured:
    """The share of a unit's goals, in %, that are in the best `top` of the nation.

    A goal is, if at least 1 − `top` of the other units are not ahead: rank ≤ 1 + `top` · (n − 1),
    7 of 31 for a fifth. Goals without a score are not counted; a unit without index has no value.
    """
    values, drawn = over_draws(here, lambda view: _mean_of(view, _inside(view, top)))
    inside = _inside(here.nominal, top)[:, 0] > 0
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
    detail = pd.DataFrame(
        {"furthest": _argmin(here, _ratios(here.nominal)[:, 0])}, index=here.units
    )
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
    detail = pd.DataFrame({"goal": _argmin(here, _goals(here.nominal)[:, 0])}, index=here.units)
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
        return quotient(total, weights.sum(axis=1)[:, None])

    values, drawn = over_draws(here, measure)
    scores = here.nominal.at(here.year)[:, places]
    detail = pd.DataFrame(scores, index=here.units, columns=list(indicators))
    return Measured(values, _lacking(here, values, detail), detail, drawn=drawn)


def mean_of_goals(here: LensInput, *, goals: tuple[str, ...]) -> Measured:
    """The plain mean of the scores of `goals`, all of which a unit needs."""
    refuse_unknown_goals(here, goals)
    values, drawn = over_draws(
        here, lambda view: np.mean([view.scores[goal] for goal in goals], axis=0)
    )
    detail = pd.DataFrame({goal: here.nominal.scores[goal][0] for goal in goals}, index=here.units)
    return Measured(values, _lacking(here, values, detail), detail, drawn=drawn)


def _goals(view: View) -> np.ndarray:
    """Goals × draws × units."""
    return np.array([scores for name, scores in view.scores.items() if name != "index"])


def _mean_of(view: View, parts: np.ndarray) -> np.ndarray:
    """The mean over goals of what is there, for units that have an index."""
    seen = ~np.isnan(parts)
    mean = quotient(np.where(seen, parts, 0.0).sum(axis=0), seen.sum(axis=0))
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
        return too_early(here, since)

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
    then, now, nation = (term[0] for term in terms(here.nominal))
    detail = pd.DataFrame({"then": then, "now": now, "nation": nation[0]}, index=here.units)
    reason = f"no score of {node!r} in both {since} and {here.year}"
    return Measured(values, reason, detail, drawn=drawn)
