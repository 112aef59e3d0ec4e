"""What the parts of a lens are measured on: scores, draws, figures and regions of one year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.alternatives import nominal
from quyu.index.climb import climb
from quyu.index.derive import derive
from quyu.index.draws import JOINING, Draws
from quyu.index.tree import Indicator
from quyu.words.nouns import Noun


def percentile_ranks(values: np.ndarray) -> np.ndarray:
    """100 · (rank − 1) / (n − 1) within each row, 1 = least, ties at the mean of their ranks.

    n counts the values of the row that are not missing; a missing one stays missing. Where all are
    equal each has 50, as has one that stands alone. Infinite values rank as the ends. Values are
    equal up to the noise of floating point, 1e-10 of the greatest of the row.

    >>> percentile_ranks(np.array([[7.0, 1.0, 7.0, np.nan, 9.0], [3.0, 3.0, 3.0, 3.0, np.nan]]))
    array([[ 50.,   0.,  50.,  nan, 100.],
           [ 50.,  50.,  50.,  50.,  nan]])
    >>> percentile_ranks(np.array([[0.1 + 0.2, 0.3, 0.0], [np.inf, -5.0, np.nan]])).tolist()
    [[75.0, 75.0, 0.0], [100.0, 0.0, nan]]
    """
    greatest = np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=1, keepdims=True)
    rounded = pd.DataFrame(np.round(values / np.where(greatest > 0, greatest, 1.0), 10))
    n = rounded.notna().sum(axis=1).to_numpy()[:, None]
    share = (rounded.rank(axis=1).to_numpy() - 1) / np.maximum(n - 1, 1)
    return np.where((n == 1) & ~np.isnan(values), 50.0, 100 * share)


@dataclass(frozen=True, eq=False, repr=False)
class LensInput(Noun):
    """What every measure takes: made by `lens_input`.

    figures  official figures (unit, year) × figure, canonical units
    region   the region of each unit
    nominal  the scores by the stated method;  drawn  those of all draws
    """

    draws: Draws
    figures: pd.DataFrame
    region: pd.Series
    nominal: View
    drawn: list[View]

    @property
    def year(self) -> int:
        """The year of the draws."""
        return self.draws.year

    @property
    def units(self) -> pd.Index:
        """The units that are scored, in the order of the draws."""
        return self.draws.units

    @property
    def goals(self) -> list[str]:
        """The goals that are scored."""
        return list(self.draws.card.child_weights["index"].index)


@dataclass(frozen=True, eq=False, repr=False)
class Measured(Noun):
    """What a measure returns, one entry per unit; more is better where not said otherwise.

    values   in the unit that the part states, by the stated method
    missing  why there is no value: for each unit without one, or the same for all
    detail   what explains the value, one column each
    order    what units are ranked by, where it is not `values`
    drawn    draws × units, what they are ranked by in each draw; None: the same in every draw
    """

    values: pd.Series
    missing: str | Mapping[str, str]
    detail: pd.DataFrame
    order: pd.Series | None = None
    drawn: np.ndarray | None = field(default=None, repr=False)

    def why(self, unit: str) -> str:
        """Why a unit has no value."""
        return self.missing if isinstance(self.missing, str) else self.missing[unit]


def lens_input(draws: Draws, figures: pd.DataFrame, register: pd.DataFrame) -> LensInput:
    """Lay out what lenses are measured on.

    Raises ValueError for a unit of the draws that `register` does not know, or knows without a
    region.
    """
    region = register["region"].reindex(draws.units)
    homeless = list(region.index[region.isna() | (region == "")])
    if homeless:
        raise ValueError(f"the register gives no region for {homeless}; every scored unit has one.")
    return LensInput(draws, figures, region, nominal_view(draws), drawn_views(draws))


def nothing(here: LensInput, reason: str) -> Measured:
    """No value for anyone."""
    values = pd.Series(np.nan, index=here.units)
    return Measured(values, reason, pd.DataFrame(index=here.units))


def too_early(here: LensInput, since: int) -> Measured:
    """No value for anyone: the change would begin in the year of the draws, or after it."""
    return nothing(here, f"a change since {since} cannot be measured in {here.year}")


def quotient(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """A quotient, missing where nothing is below."""
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def over_draws(
    here: LensInput, measure: Callable[[View], np.ndarray]
) -> tuple[pd.Series, np.ndarray]:
    """What `measure` (draws × units of a view) gives by the stated method, and in every draw."""
    drawn = np.full((len(here.draws.weights), len(here.units)), np.nan)
    for view in here.drawn:
        drawn[view.positions] = measure(view)
    return pd.Series(measure(here.nominal)[0], index=here.units), drawn


def refuse_unknown_goals(here: LensInput, wanted: Iterable[str]) -> None:
    """Refuse a goal that the framework does not score."""
    for goal in wanted:
        if goal not in here.goals:
            known = ", ".join(here.goals)
            raise Refusal(
                f"the framework scores no goal {goal!r}; its goals are {known}.",
                "no_goal",
                goal=goal,
            )


def scored_indicator(here: LensInput, name: str) -> Indicator:
    """The scored indicator of that id; another is refused with those known."""
    card = here.draws.card
    if name in card.dropped.index:
        told = f"indicator {name!r} is not scored: {card.dropped[name]}."
        raise Refusal(told, "not_scored", leaf=name)
    if name not in card.normalised:
        told = f"the framework has no indicator {name!r}; it has {', '.join(card.normalised)}."
        raise Refusal(told, "no_indicator", goal=name)
    return next(leaf for leaf in card.framework.indicators if leaf.id == name)


def series_of(here: LensInput, name: str, formula: str) -> pd.DataFrame:
    """A formula worked out from the figures as published, units × every year that they reach."""
    framework = here.draws.card.framework
    arithmetic = {"definitions": framework.definitions, "base_year": framework.base_year}
    return derive(here.figures, {name: formula}, **arithmetic)[name].unstack().reindex(here.units)


def last_year(here: LensInput, published: pd.Series) -> int:
    """The last year up to that of the draws for which `published` (by year) is true.

    No further back than the framework carries a figure; the year of the draws where there is none.
    """
    reach, years = here.draws.card.framework.missing.edge, published.index[published]
    return max((at for at in years if here.year - reach <= at <= here.year), default=here.year)


@dataclass(frozen=True, eq=False, repr=False)
class View(Noun):
    """One way to normalise the panel, with the draws that rest on it; or the stated method.

    normalised  the panel on the scale, rows (unit, year)
    weights     draws × indicators, in the index;  rules  how each draw joins its goals, and what is inside them
    positions   where these draws are in those drawn
    """

    draws: Draws
    normalised: pd.DataFrame
    weights: np.ndarray
    rules: np.ndarray
    positions: np.ndarray

    def at(self, year: int) -> np.ndarray:
        """The normalised scores of one year, units × indicators."""
        return self.normalised.xs(year, level=1).loc[self.draws.units].to_numpy(dtype=float)

    @cached_property
    def scores(self) -> dict[str, np.ndarray]:
        """What `goal_scores` makes of the year."""
        return goal_scores(self, self.at(self.draws.year))


def nominal_view(draws: Draws) -> View:
    """The framework's own method as one draw."""
    card, own = draws.card, nominal(draws.card.framework)
    weights = card.weights[card.normalised.columns].to_numpy(dtype=float)[None]
    rules = np.array([[own[factor] for factor in JOINING]])
    return View(draws, card.normalised, weights, rules, np.array([0]))


def drawn_views(draws: Draws) -> list[View]:
    """All draws, by the panel that they rest on."""
    rules = draws.options.methods[JOINING].to_numpy().astype(str)[draws.method]
    return [
        View(draws, normalised, draws.weights[where].astype(float), rules[where], where)
        for normalised, where in draws.worlds()
        if len(where)
    ]


def goal_scores(view: View, values: np.ndarray) -> dict[str, np.ndarray]:
    """The scores of every goal, then of "index", each draws × units, from units × indicators.

    Every node by the draw's rules; a draw's weight of a node is the sum over
    its indicators. A goal of which a draw holds no indicator is missing throughout, and a node of
    which less is observed than the framework asks for is missing for the unit, as in `score`.
    """
    card, leaves = view.draws.card, list(view.draws.card.normalised)
    held = dict(zip(leaves, view.weights.T, strict=True))
    for node, below in card.child_weights.items():
        held[node] = np.sum([held[child] for child in below.index], axis=0)
    weights = pd.DataFrame(held)
    table = pd.DataFrame(values, index=view.draws.units, columns=leaves)
    goals = list(card.child_weights["index"].index)
    found = {name: np.full((len(weights), len(table)), np.nan) for name in [*goals, "index"]}
    for pair in np.unique(view.rules, axis=0):
        by = np.flatnonzero((view.rules == pair).all(axis=1))
        up = view.draws.options.rules(*pair.tolist())
        scores, _ = climb(card.framework, card.child_weights, table, weights.iloc[by], rules=up)
        for name, made in found.items():
            score = scores[name] if name in scores else table[name].to_numpy()
            made[by] = np.where(held[name][by, None] > 0, score, np.nan)
    return found


def then_and_now(view: View, node: str, since: int) -> tuple[np.ndarray, np.ndarray]:
    """The score of a goal or of "index" in `since` and in the view's year, each draws × units.

    Both years by the same indicators: one that a unit lacks in either is left out in both, so that
    nothing rises because something is newly published.
    """
    before, after = view.at(since), view.at(view.draws.year)
    lacking = np.isnan(before) | np.isnan(after)
    then, now = (
        goal_scores(view, np.where(lacking, np.nan, year))[node] for year in (before, after)
    )
    return then, now
