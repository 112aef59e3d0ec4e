"""Goals and index of every draw: the tree climbed again, since draws keep only the index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from quyu.index.draws import Draws
from quyu.index.join import MEAN
from quyu.index.scorecard import Scorecard

SLACK = 1e-6  # draws keep their weights in single precision


@dataclass(frozen=True, eq=False)
class View:
    """One way to normalise the panel, with the draws that rest on it; or the stated method.

    normalised  the panel on the scale, rows (unit, year)
    weights     draws × indicators, in the index;  rules  how each draw joins its goals
    positions   where these draws are in those drawn
    """

    card: Scorecard
    units: pd.Index
    year: int
    normalised: pd.DataFrame
    weights: np.ndarray
    rules: np.ndarray
    positions: np.ndarray

    def at(self, year: int) -> np.ndarray:
        """The normalised scores of one year, units × indicators."""
        return self.normalised.xs(year, level=1).loc[self.units].to_numpy(dtype=float)

    @cached_property
    def scores(self) -> dict[str, np.ndarray]:
        """What `climb` makes of the year."""
        return climb(self, self.at(self.year))


def stated_view(draws: Draws) -> View:
    """The framework's own method as one draw."""
    card, rule = draws.card, draws.card.framework.aggregation(draws.card.framework.index)
    weights = card.weights[card.normalised.columns].to_numpy(dtype=float)[None]
    start = (card, draws.units, draws.year, card.normalised, weights)
    return View(*start, np.array([rule]), np.array([0]))


def drawn_views(draws: Draws) -> list[View]:
    """All draws, by the panel that they rest on."""
    rules = draws.options.methods["aggregation"].to_numpy()[draws.method]
    return [
        View(
            draws.card,
            draws.units,
            draws.year,
            normalised,
            draws.weights[where].astype(float),
            rules[where],
            where,
        )
        for normalised, where in draws.worlds()
        if len(where)
    ]


def climb(view: View, values: np.ndarray) -> dict[str, np.ndarray]:
    """The scores of every goal, then of "index", each draws × units, from units × indicators.

    Every node by its own rule, the index by the draw's; a draw's weight of a node is the sum over
    its indicators. A goal of which a draw holds no indicator is missing throughout, and a node of
    which less is observed than the framework asks for is missing for the unit, as in `score`.
    """
    found, shares = _goals(view, values)
    return found | {"index": _index(view, found, shares)}


def _goals(view: View, values: np.ndarray) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
    """The scores of every goal, and what each weighs in each draw."""
    card = view.card
    nodes = {node.id: node for node in card.framework.index.nodes()}
    leaves = card.normalised.columns
    weights = {leaf: view.weights[:, [place]] for place, leaf in enumerate(leaves)}
    scores = {leaf: values[None, :, place] for place, leaf in enumerate(leaves)}
    for name, children in card.child_weights.items():
        if name != "index":
            shares = [weights[child] for child in children.index]
            weights[name] = np.sum(shares, axis=0)
            rule = card.framework.aggregation(nodes[name])
            scores[name] = _mean(view, rule, [scores[c] for c in children.index], shares)
    goals = list(card.child_weights["index"].index)
    shares = [weights[goal] for goal in goals]
    return {goal: np.where(weights[goal] > 0, scores[goal], np.nan) for goal in goals}, shares


def _index(view: View, found: dict[str, np.ndarray], shares: list[np.ndarray]) -> np.ndarray:
    index = np.full((len(view.weights), len(view.units)), np.nan)
    for rule in np.unique(view.rules):
        by = view.rules == rule
        parts = [goal[by] for goal in found.values()]
        index[by] = _mean(view, rule, parts, [share[by] for share in shares])
    return index


def gain(view: View, node: str, since: int) -> tuple[np.ndarray, np.ndarray]:
    """The score of a goal or of "index" in `since` and in the view's year, each draws × units.

    Both years by the same indicators: one that a unit lacks in either is left out in both, so that
    nothing rises because something is newly published.
    """
    before, after = view.at(since), view.at(view.year)
    lacking = np.isnan(before) | np.isnan(after)
    ends = [_goals(view, np.where(lacking, np.nan, year)) for year in (before, after)]
    then, now = (
        _index(view, goals, shares) if node == "index" else goals[node] for goals, shares in ends
    )
    return then, now


def _mean(view: View, rule: str, parts: list[np.ndarray], shares: list[np.ndarray]) -> np.ndarray:
    """The mean of the children observed; missing where too little of the weight is."""
    forward, back = MEAN[rule]
    whole = np.sum(shares, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        turned = [np.where(np.isnan(part), 0.0, forward(part)) for part in parts]
        # Indicators are the same in every draw. A zero has no logarithm, and may weigh nothing.
        if all(len(part) == 1 and np.isfinite(part).all() for part in turned):
            weights = np.hstack(shares)
            total, observed = (weights @ np.vstack(rows) for rows in (turned, ~np.isnan(parts)))
        else:
            total, observed = np.zeros((2, len(whole), parts[0].shape[1]))
            for part, share, score in zip(parts, shares, turned, strict=True):
                counts = (share > 0) & ~np.isnan(part)
                total += np.where(counts, share * score, 0.0)
                observed += np.where(counts, share, 0.0)
        joined = back(total / observed)
    least = view.card.framework.missing.node_coverage - SLACK
    return np.where((observed > 0) & (observed >= least * whole), joined, np.nan)
