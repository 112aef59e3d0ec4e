"""The parts of a lens that rest on the scores of one year, which move with every draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.join import competition_ranks
from quyu.index.score import TOLERANCE
from quyu.index.uncertainty import why_no_score
from quyu.regions.lenses.drawn import View
from quyu.regions.lenses.ground import (
    Ground,
    Measured,
    goal_names,
    over_draws,
    refuse_unknown_goals,
    scored_indicator,
)


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
