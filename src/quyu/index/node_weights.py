"""What each child weighs in its node, and each indicator in the whole."""

from __future__ import annotations

import pandas as pd

from quyu.index.framework import FROM_DATA, Framework
from quyu.index.judgements import STATED_IN, weights_judged
from quyu.index.state import State
from quyu.index.tree import Indicator, Node

SHARES = 1e-9  # weights whose sum is this close to one are shares already


def drawn_weights(
    framework: Framework, normalised: pd.DataFrame, state: State
) -> dict[str, dict[str, dict[str, float]]]:
    """rule → node → indicator → weight, for every rule in use that draws weights from the data.

    Those stored in `state`, or drawn anew, for nodes whose scored children are indicators.
    """
    drawn: dict[str, dict[str, dict[str, float]]] = {}
    for rule in framework.weightings:
        if rule not in FROM_DATA:
            continue
        drawn[rule] = {}
        for node in framework.index.nodes():
            names = [leaf.id for leaf in node.leaves() if leaf.id in normalised]
            if len(names) > 1 and set(names) <= {child.id for child in node.children}:
                stored = state.weights.get(rule, {}).get(node.id)
                found = _stored(stored, names) if stored else _from_data(rule, normalised[names])
                drawn[rule][node.id] = {name: float(found[name]) for name in names}
    return drawn


def _stored(weights: dict[str, float], names: list[str]) -> dict[str, float]:
    for name in names:
        if name not in weights:
            raise ValueError(
                f"no weight is stored for indicator {name!r} beside {list(weights)}; run "
                f"`quyu score --rebase` to store new weights."
            )
    return weights


def _from_data(rule: str, y: pd.DataFrame) -> pd.Series:
    from quyu.index.weigh import WEIGH  # SciPy and statsmodels, which equal weights never need

    complete = y.dropna()
    if complete.empty:
        raise ValueError(
            f"{rule} weights are drawn from rows in which every indicator is observed; there is "
            f"none for {list(y.columns)}. Use weigh: equal, or leave the thinnest out."
        )
    return WEIGH[rule](complete)


def child_weights(
    framework: Framework, scored: list[str], drawn: dict[str, dict[str, dict[str, float]]]
) -> dict[str, pd.Series]:
    """For each node, children before parents, the weights of its scored children, summing to 1.

    Where a child is not scored the weights of the others are scaled up. `scored` are the indicators
    that are; `drawn` as from `drawn_weights`: nodes that it does not hold weigh their children
    equally.
    """
    children = {}
    there = set(scored)
    for node in framework.index.nodes():
        members = [child for child in node.children if child.id in there]
        if not members:
            continue
        there.add(node.id)
        parts = [_shares(node, members, rule, drawn) for rule in framework.weightings]
        children[node.id] = parts[0]
        if framework.combination is not None:
            from quyu.index.weigh import combination  # SciPy and statsmodels

            row = pd.DataFrame(columns=parts[0].index)
            alpha = framework.combination.alpha
            children[node.id] = combination(row, first=parts[0], second=parts[1], alpha=alpha)
    return children


def _shares(
    node: Node, members: list[Node | Indicator], rule: str, drawn: dict[str, dict]
) -> pd.Series:
    """The weights of `members`, the scored children of `node`, by one rule."""
    names = [child.id for child in members]
    if rule in STATED_IN and len(names) > 1:
        given = weights_judged(node, rule)[names]
    elif node.id in drawn.get(rule, {}):
        given = pd.Series(drawn[rule][node.id])
    else:
        weight = {child.id: child.weight if rule == "stated" else None for child in members}
        given = pd.Series({name: 1.0 if w is None else w for name, w in weight.items()})
    if given.sum() == 0:
        raise ValueError(
            f"node {node.id!r}: the weights of the children that are left, {names}, sum to 0."
        )
    are_shares = abs(given.sum() - 1) < SHARES  # dividing again would stir the last digits
    return given if are_shares else given / given.sum()


def effective_weights(children: dict[str, pd.Series], names: list[str]) -> pd.Series:
    """The weight of each indicator in the index: the product of the weights on its way up."""
    reach = {"index": 1.0}
    for node in reversed(children):
        for child, weight in children[node].items():
            reach[child] = reach[node] * weight
    return pd.Series({name: reach[name] for name in names}, name="weight")
