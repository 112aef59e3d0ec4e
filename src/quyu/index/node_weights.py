"""What each child weighs in its node, and each indicator in the whole."""

from __future__ import annotations

import pandas as pd

from quyu.index.framework import FROM_DATA, Framework
from quyu.index.state import State

SHARES = 1e-9  # weights whose sum is this close to one are shares already


def child_weights(
    framework: Framework, normalised: pd.DataFrame, state: State
) -> dict[str, pd.Series]:
    """For each node, children before parents, the weights of its scored children, summing to 1.

    Stated weights or equal ones, scaled up where a child is not scored; where the framework draws
    weights from the data, nodes over indicators have those stored in `state`, or drawn anew.
    """
    children = {}
    scored = set(normalised.columns)
    for node in framework.index.nodes():
        members = [child for child in node.children if child.id in scored]
        if not members:
            continue
        names = [child.id for child in members]
        if framework.weigh in FROM_DATA and _only_indicators(names, normalised):
            given = _from_data(framework.weigh, normalised[names], state.weights.get(node.id))
        else:
            given = pd.Series({c.id: 1.0 if c.weight is None else c.weight for c in members})
        if given.sum() == 0:
            raise ValueError(
                f"node {node.id!r}: the weights of the children that are left, {names}, sum to 0."
            )
        are_shares = abs(given.sum() - 1) < SHARES  # dividing again would stir the last digits
        children[node.id] = given if are_shares else given / given.sum()
        scored.add(node.id)
    return children


def _only_indicators(names: list[str], normalised: pd.DataFrame) -> bool:
    return len(names) > 1 and set(names) <= set(normalised.columns)


def _from_data(rule: str, y: pd.DataFrame, stored: dict[str, float] | None) -> pd.Series:
    if stored is not None:
        return pd.Series(stored).reindex(y.columns).astype(float)
    from quyu.index.weigh import WEIGH  # SciPy and statsmodels, which equal weights never need

    complete = y.dropna()
    if complete.empty:
        raise ValueError(
            f"{rule} weights are drawn from rows in which every indicator is observed; there is "
            f"none for {list(y.columns)}. Use weigh: equal, or leave the thinnest out."
        )
    return WEIGH[rule](complete)


def drawn_from_data(
    framework: Framework, children: dict[str, pd.Series]
) -> dict[str, dict[str, float]]:
    """The weights to store: those of nodes over indicators, if they were drawn from the data."""
    if framework.weigh not in FROM_DATA:
        return {}
    leaves = {leaf.id for leaf in framework.indicators}
    return {
        node: {child: float(weight) for child, weight in weights.items()}
        for node, weights in children.items()
        if set(weights.index) <= leaves
    }


def effective_weights(children: dict[str, pd.Series], names: list[str]) -> pd.Series:
    """The weight of each indicator in the index: the product of the weights on its way up."""
    reach = {"index": 1.0}
    for node in reversed(children):
        for child, weight in children[node].items():
            reach[child] = reach[node] * weight
    return pd.Series({name: reach[name] for name in names}, name="weight")
