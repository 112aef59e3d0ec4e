"""What experts judged of the children of a node, as a framework states it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field

from quyu.index.ahp import ahp
from quyu.index.entry import fraction

if TYPE_CHECKING:
    from quyu.index.tree import Node

Judgement = Annotated[float, BeforeValidator(fraction), Field(gt=0, allow_inf_nan=False)]
Points = Annotated[float, BeforeValidator(fraction), Field(ge=0, allow_inf_nan=False)]
BUDGET = 100
STATED_IN = {"ahp": "judgements", "budget_allocation": "points"}  # the key of a node by rule


def weights_judged(node: Node, rule: str) -> pd.Series:
    """The weights that the experts give the children of `node` by `rule`, summing to 1.

    Children they were not asked about have none. Raises ValueError naming the node for judgements
    or points that `ahp` or `budget_allocation` refuses.
    """
    try:
        if rule == "ahp":
            table = comparison(node.judgements)
            return ahp(table, judgements=table)
        from quyu.index.weigh import budget_allocation  # SciPy, which reading never needs

        points = pd.DataFrame.from_dict(node.points, orient="index")
        return budget_allocation(points, points=points)
    except ValueError as fault:
        raise ValueError(f"node {node.id!r}: {fault}") from None


def comparison(rows: dict[str, tuple[float, ...]]) -> pd.DataFrame:
    """The square table of judgements that `rows` state in full, or above the diagonal only.

    A row above the diagonal begins with the judgement of the next name; what is below is 1 divided
    by what is above. Raises ValueError for rows of any other length.

    >>> comparison({"a": (2.0, 4.0), "b": (2.0,), "c": ()}).to_numpy().tolist()
    [[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.25, 0.5, 1.0]]
    """
    names, lengths = list(rows), [len(row) for row in rows.values()]
    size = len(names)
    if lengths == [size] * size:
        return pd.DataFrame(list(rows.values()), names, names, dtype=float)
    if lengths != list(range(size - 1, -1, -1)):
        raise ValueError(
            f"the judgements of {names} have rows of {lengths} numbers; give each row all {size}, "
            f"or those above the diagonal only: {list(range(size - 1, -1, -1))}."
        )
    table = np.eye(size)
    for at, row in enumerate(rows.values()):
        table[at, at + 1 :] = row
        table[at + 1 :, at] = 1 / np.asarray(row)
    return pd.DataFrame(table, names, names)


def refuse_bad_judgements(node: Node, rules: Iterable[str]) -> None:
    """Raise ValueError unless `node` bears the judgements that `rules` ask for, and no others.

    A single child needs none. Judgements that contradict each other are refused by `ahp`, naming
    the worst.
    """
    children = [child.id for child in node.children if getattr(child, "published", True)]
    for rule, key in STATED_IN.items():
        given = getattr(node, key)
        if given is not None and rule not in rules:
            raise ValueError(
                f"node {node.id!r} states {key}, but weigh is {', '.join(rules)}; use weigh: {rule}"
            )
        if rule not in rules or (given is None and len(children) == 1):
            continue
        if given is None:
            raise ValueError(
                f"node {node.id!r} states no {key}, which weigh: {rule} needs for {children}; if "
                f"all count the same, say so with equal {key}"
            )
        for expert, points in node.points.items() if rule == "budget_allocation" else ():
            _refuse_bad_points(node.id, expert, points, list(next(iter(node.points.values()))))
        without = [child for child in children if child not in weights_judged(node, rule)]
        if without:
            raise ValueError(f"node {node.id!r}: the {key} leave out {without}; judge every child")


def _refuse_bad_points(node: str, expert: str, points: dict[str, float], asked: list[str]) -> None:
    if sorted(points) != sorted(asked):
        raise ValueError(
            f"node {node!r}: {expert!r} gives points to {list(points)}, the first expert to "
            f"{asked}; all must be asked about the same"
        )
    if abs(sum(points.values()) - BUDGET) > 1e-6:
        raise ValueError(
            f"node {node!r}: the points of {expert!r} sum to {sum(points.values()):g}; they must "
            f"sum to {BUDGET}"
        )
