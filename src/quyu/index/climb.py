"""Scores for many sets of weights at once: what `score` does for one, as products of matrices.

Agrees with `score` cell by cell; the tests hold the two against each other. Longer than most, since
what is said of failures belongs where they come up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from quyu.index.alternatives import Alternatives
from quyu.index.score import TOLERANCE

CELLS = 2**17  # draw × row worked on at a time: fits the cache however many draws there are


@dataclass(frozen=True)
class Joined:
    """What comes of a run of draws; one row per draw, one column per unit.

    scores are those of the index in the year asked for, rounded to 9 digits as for ranking; ranks
    have 0 where there is no score; standing is the share of the other unit-years of the panel that
    a unit does not fall behind; weights are those of the indicators in the index; reasons name the
    draws that failed.
    """

    scores: np.ndarray
    ranks: np.ndarray
    standing: np.ndarray
    weights: np.ndarray
    reasons: dict[int, str]


def join(
    options: Alternatives, method: np.ndarray, case: np.ndarray, noise: np.ndarray, *, year: int
) -> Joined:
    """Score and rank every unit in `year` for each draw.

    A draw is a row of `options.methods`, a row of `options.cases`, and one positive multiplier per
    part (`options.parts`) for its weight.
    """
    return join_years(options, method, case, noise, years=(year,))[year]


def join_years(
    options: Alternatives,
    method: np.ndarray,
    case: np.ndarray,
    noise: np.ndarray,
    *,
    years: Sequence[int],
) -> dict[int, Joined]:
    """What `join` gives for each of `years`, the panel being scored only once."""
    card = options.card
    of_row = card.normalised.index.get_level_values(1)
    rows = [np.flatnonzero(of_row == year) for year in years]
    asked, cuts = np.concatenate(rows), np.cumsum([len(each) for each in rows])[:-1]
    weighting = list(options.weights)
    base = np.array([options.weights[rule] for rule in weighting])
    rule = options.methods["weighting"].map(weighting.index).to_numpy()
    weights = base[rule[method]] * options.kept[case] * noise
    reasons = _to_shares(options, weights, options.kept[case])

    shape, leaves = (len(method), len(asked)), card.normalised.shape[1]
    scores, standing = np.full(shape, np.nan), np.full(shape, np.nan)
    keys = ["imputation", "goalposts", "normalisation", "aggregation"]
    group_of = options.methods.groupby(keys, sort=False).ngroup().to_numpy()
    levels = options.methods[keys].drop_duplicates().itertuples(index=False, name=None)
    step = max(1, CELLS // len(card.normalised))
    for group, (*matrix, aggregation) in enumerate(levels):
        branches = _branches(options, options.normalised[tuple(matrix)], aggregation)
        draws = np.flatnonzero(group_of[method] == group)
        for block in (draws[i : i + step] for i in range(0, len(draws), step)):
            index, bad = _climb(options, branches, weights[block])
            reasons |= {int(block[i]): told for i, told in bad.items() if block[i] not in reasons}
            pooled = np.round(index, 9)
            scores[block] = pooled[:, asked]
            standing[block] = _standing(pooled, scores[block])
    weights = _in_index(options, weights)[:, :leaves]
    tables = (np.split(table, cuts, axis=1) for table in (scores, standing))
    return {
        year: Joined(
            found, competition_ranks(found), reached, weights, _with_nobody(reasons, found, year)
        )
        for year, found, reached in zip(years, *tables, strict=True)
    }


def _with_nobody(reasons: dict[int, str], scores: np.ndarray, year: int) -> dict[int, str]:
    nobody = np.flatnonzero(np.isnan(scores).all(axis=1))
    return {int(draw): f"no unit has a score in {year}" for draw in nobody} | reasons


def competition_ranks(scores: np.ndarray) -> np.ndarray:
    """Rank within each row, 1 = best, ties share the better rank, 0 where there is no score.

    >>> competition_ranks(np.array([[50.0, 70.0, 50.0, np.nan]])).tolist()
    [[2, 1, 2, 0]]
    """
    order = np.argsort(-scores, axis=1)
    ranked = np.take_along_axis(scores, order, axis=1)
    first = np.ones(scores.shape, dtype=bool)
    first[:, 1:] = ranked[:, 1:] != ranked[:, :-1]
    place = np.maximum.accumulate(np.where(first, np.arange(1, scores.shape[1] + 1), 0), axis=1)
    ranks = np.empty_like(place)
    np.put_along_axis(ranks, order, place, axis=1)
    kind = np.int16 if scores.shape[1] < 2**15 else np.int32
    return np.where(np.isnan(scores), 0, ranks).astype(kind)


def _standing(pooled: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """For each of `scores`, a part of `pooled`, the share of the others that are no greater.

    A score is at or above the p-quantile (linear between order statistics) if and only if this is
    at least p, so that one table serves every choice of tiers.
    """
    ordered = np.sort(pooled, axis=1)  # missing ones last
    reached = [np.searchsorted(*row, side="right") for row in zip(ordered, scores, strict=True)]
    others = (~np.isnan(pooled)).sum(axis=1, keepdims=True) - 1
    share = np.where(others > 0, (np.array(reached) - 1) / np.maximum(others, 1), 1.0)
    return np.where(np.isnan(scores), np.nan, share)


def _to_shares(options: Alternatives, weights: np.ndarray, kept: np.ndarray) -> dict[int, str]:
    """Scale the weights in each node to sum to 1, in place; the draws in which they are all 0."""
    reasons = {}
    for node, children in options.card.child_weights.items():
        columns = [options.parts.index(child) for child in children.index]
        total = weights[:, columns].sum(axis=1, keepdims=True)
        nothing = (total[:, 0] == 0) & (kept[:, columns].max(axis=1) > 0)
        for draw in np.flatnonzero(nothing):
            reasons[int(draw)] = (
                f"node {node!r}: the weights of the children that are left sum to 0"
            )
        weights[:, columns] /= np.where(total == 0, 1, total)
    return reasons


def _in_index(options: Alternatives, weights: np.ndarray) -> np.ndarray:
    """The weight of each part in the index: the product of the weights on its way up."""
    reach = weights.copy()
    for node, children in reversed(options.card.child_weights.items()):
        if node != "index":
            columns = [options.parts.index(child) for child in children.index]
            reach[:, columns] *= reach[:, [options.parts.index(node)]]
    return reach


@dataclass(frozen=True)
class _Branch:
    """A node with what its own indicators bring to it, the same for every draw."""

    node: str
    rule: str
    leaves: list[int]
    inner: list[str]
    turned: np.ndarray  # indicators × rows, as the mean adds them up, 0 where missing
    seen: np.ndarray
    too_low: np.ndarray  # indicators that this mean cannot take


def _branches(options: Alternatives, values: np.ndarray, aggregation: str) -> list[_Branch]:
    framework, parts = options.card.framework, options.parts
    rules = {node.id: framework.aggregation(node) for node in framework.index.nodes()}
    rules["index"] = aggregation
    found = []
    for node, children in options.card.child_weights.items():
        inner = [child for child in children.index if child in options.card.child_weights]
        leaves = [parts.index(child) for child in children.index if child not in inner]
        own = values[:, leaves].T
        with np.errstate(invalid="ignore", divide="ignore"):
            turned = np.where(np.isnan(own), 0.0, MEAN[rules[node]][0](own))
            too_low = (own <= 0).any(axis=1) & (rules[node] != "arithmetic")
        seen = ~np.isnan(own)
        found.append(_Branch(node, rules[node], leaves, inner, turned, seen.astype(float), too_low))
    return found


def _climb(
    options: Alternatives, branches: list[_Branch], weights: np.ndarray
) -> tuple[np.ndarray, dict[int, str]]:
    """The index for each draw and row, from the leaves up, and the draws that cannot be joined."""
    least = options.card.framework.missing.node_coverage - TOLERANCE
    scores: dict[str, np.ndarray] = {}
    bad: dict[int, str] = {}
    for branch in branches:
        forward, back = MEAN[branch.rule]
        share = weights[:, branch.leaves]
        _note(bad, (share[:, branch.too_low] > 0).any(axis=1), branch)
        total, observed = share @ branch.turned, share @ branch.seen
        with np.errstate(invalid="ignore", divide="ignore"):
            for child in branch.inner:
                weight, score = weights[:, [options.parts.index(child)]], scores.pop(child)
                if branch.rule != "arithmetic":
                    _note(bad, ((score <= 0) & (weight > 0)).any(axis=1), branch)
                has = ~np.isnan(score)
                total += weight * np.where(has, forward(score), 0.0)
                observed += weight * has
            joined = back(total / observed)
        joined[observed < least] = np.nan
        scores[branch.node] = joined
    return scores["index"], bad


def _note(bad: dict[int, str], where: np.ndarray, branch: _Branch) -> None:
    told = f"node {branch.node!r}: {branch.rule} aggregation needs scores above 0"
    for draw in np.flatnonzero(where):
        bad.setdefault(int(draw), told)


Turn = Callable[[np.ndarray], np.ndarray]
# A mean is Σ w f(I) turned back by f⁻¹.
MEAN: dict[str, tuple[Turn, Turn]] = {
    "arithmetic": (lambda x: x, lambda y: y),
    "geometric": (np.log, np.exp),
    "harmonic": (np.reciprocal, np.reciprocal),
    "generalised": (np.sqrt, np.square),
}
