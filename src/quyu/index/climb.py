"""The one walk up the tree: every node's score, for one set of weights or for thousands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from quyu.index.aggregate import AGGREGATE, MEAN, POSITIVE, weighted_mean
from quyu.index.framework import Framework
from quyu.index.guards import cell

SLACK = 1e-6  # of a share such as 2/3: draws keep their weights in single precision

Children = Mapping[str, pd.Series]  # node → weights of its children, children before parents


def weights_of(children: Children) -> pd.DataFrame:
    """The weight of each part in its node, as the one set of weights that `climb` takes."""
    return pd.concat(list(children.values())).to_frame().T.reset_index(drop=True)


def in_index(children: Children, weights: pd.DataFrame) -> pd.DataFrame:
    """The weight of each part in the index: the product of the weights on its way up.

    >>> children = {"g": pd.Series({"x": 0.5, "y": 0.5}), "index": pd.Series({"g": 0.8, "z": 0.2})}
    >>> in_index(children, weights_of(children)).iloc[0].to_dict()
    {'x': 0.4, 'y': 0.4, 'g': 0.8, 'z': 0.2}
    """
    reach = {part: weights[part].to_numpy() for part in weights}
    for node, below in reversed(children.items()):
        if node != "index":
            reach |= {child: reach[child] * reach[node] for child in below.index}
    return pd.DataFrame(reach, index=weights.index)


def climb(
    framework: Framework,
    children: Children,
    values: pd.DataFrame,
    weights: pd.DataFrame,
    *,
    rules: Mapping[str, str] | None = None,
) -> tuple[dict[str, np.ndarray], dict[int, str]]:
    """The score of every node, each draws × rows, and why a draw cannot be joined.

    `values` is rows × indicators on the framework's scale; `weights` draws × parts, what each
    indicator and each node counts among its siblings, whatever they sum to. `rules` are those of
    nodes that are not to be joined by the framework's. A node of which less is observed than the
    framework asks for is missing; a child without weight plays no part, whatever its score. A draw
    in which a child that counts is at 0 or below, under a mean that cannot take it, is told by its
    number, and its scores mean nothing.
    """
    stated = {node.id: framework.aggregation(node) for node in framework.index.nodes()}
    least = framework.missing.node_coverage - SLACK
    place = {part: at for at, part in enumerate(weights.columns)}
    counts = weights.to_numpy(dtype=float)
    known = dict(zip(values, values.to_numpy(dtype=float).T[:, None], strict=True))
    scores: dict[str, np.ndarray] = {}
    bad: dict[int, str] = {}
    for node, below in children.items():
        rule, names = (rules or {}).get(node, stated[node]), list(below.index)
        share, parts = counts[:, [place[name] for name in names]], [known[name] for name in names]
        if rule in POSITIVE:
            for draw, child, row in _low(parts, share):
                score = np.broadcast_to(parts[child], (len(share), len(values)))[draw, row]
                where = f"{names[child]!r} is {score:g} at {cell(values.index[row])}"
                told = f"node {node!r}: {rule} aggregation needs scores above 0; {where}"
                bad.setdefault(draw, told)
        if rule in MEAN:
            joined, observed = weighted_mean(rule, parts, share)
        else:
            joined, observed = _one_by_one(rule, parts, share, names, values.index)
        joined[observed < least * share.sum(axis=1, keepdims=True)] = np.nan
        known[node] = scores[node] = joined
    return scores, bad


def _low(parts: Sequence[np.ndarray], share: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Draw, child and first row where a child that counts is not above 0."""
    for child, score in enumerate(parts):
        if (score <= 0).any():
            low = (score <= 0) & (share[:, [child]] > 0)
            for draw in np.flatnonzero(low.any(axis=1)):
                yield int(draw), child, int(low[draw].argmax())


def _one_by_one(
    rule: str, parts: Sequence[np.ndarray], share: np.ndarray, names: list[str], rows: pd.Index
) -> tuple[np.ndarray, np.ndarray]:
    """The same by a rule that is no mean, one draw after the other."""
    joined, observed = np.empty((2, len(share), len(rows)))
    for draw, weights in enumerate(share):
        own = [score[draw if len(score) > 1 else 0] for score in parts]
        table = pd.DataFrame(np.transpose(own), index=rows, columns=names)
        joined[draw] = AGGREGATE[rule](table, pd.Series(weights, names))
        observed[draw] = table.notna().to_numpy() @ weights
    return joined, observed


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
