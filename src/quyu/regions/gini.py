"""Dagum's split of the Gini coefficient: within groups, between them, and their overlap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from quyu.regions.ratio import labels, ratio_scale


@dataclass(frozen=True)
class Dagum:
    """What `dagum` returns; total = within + between + transvariation, to 1e-12.

    total           G of all units, from 0 (equal) to 1 − 1/n (one has all)
    within          Gw, from differences inside groups
    between         Gnb, net between groups: what the richer group has over the poorer
    transvariation  Gt, overlap: units of the poorer group that stand above units of the richer
    groups          groups × (units, mean, weight, share, gini, within): shares of the units and of
                    the figure, the group's own G, its term of Gw
    pairs           (richer, poorer) × (gini, distance, above, below, between, transvariation):
                    G_jh; D_jh = (above − below) / (above + below), 1 = no overlap, 0 = the same;
                    mean surplus of richer over poorer, and of poorer over richer; terms of the sums
    """

    total: float
    within: float
    between: float
    transvariation: float
    groups: pd.DataFrame
    pairs: pd.DataFrame

    def row(self) -> dict[str, float]:
        """The split as one row of a table by year."""
        return {
            name: getattr(self, name) for name in ("total", "within", "between", "transvariation")
        }


def gini(values: pd.Series) -> float:
    """G = Σ Σ |y_i − y_r| / (2 n² μ), every unit counting once; 0 if all are equal.

    `values` is a ratio-scale figure; refused as by `quyu.regions.ratio.ratio_scale`. Gini 1912.

    Pairs (1, 3) and (3, 1) differ by 2: 4 / (2 · 4 · 2) = 1/4.

    >>> gini(pd.Series({"a": 1.0, "b": 3.0}))
    0.25
    """
    y = ratio_scale(values).to_numpy()
    return _ratio(y, y)


def dagum(values: pd.Series, groups: pd.Series) -> Dagum:
    """G = Gw + Gnb + Gt over `groups`, a map from unit to group.

    With shares p of the units and s of the figure, over ordered pairs j richer than h:

        G_jh = Σ Σ |y_ji − y_hr| / (n_j n_h (μ_j + μ_h))        G_jj is the group's own Gini
        Gw = Σ G_jj p_j s_j
        Gnb = Σ G_jh (p_j s_h + p_h s_j) D_jh                   Gt the same with 1 − D_jh
        D_jh = (d − p) / (d + p), d and p the mean surplus of j over h and of h over j; 0 if neither

    `values` is a ratio-scale figure, each unit counting once. Raises ValueError naming a unit whose
    value is missing, infinite or negative or that has no group, and for figures that are all 0.
    (Dagum 1997, Empirical Economics 22: 515–531.)

    The pair (a; b, c) = (4; 1, 3): G = 1/4, G_within b, c = 1/4 · 2/3 · 1/2 = 1/12, no overlap.

    >>> split = dagum(pd.Series({"a": 4.0, "b": 1, "c": 3}), pd.Series({"a": 1, "b": 2, "c": 2}))
    >>> [round(part, 4) for part in split.row().values()]
    [0.25, 0.0833, 0.1667, 0.0]
    """
    figures = ratio_scale(values)
    inside = labels(groups, figures.index)
    members = {name: figures.to_numpy()[inside == name] for name in inside.unique()}
    table = _groups(members)
    pairs = _pairs(members, table)
    total, within = gini(figures), float(table["within"].sum())
    between, overlap = (float(pairs[name].sum()) for name in ("between", "transvariation"))
    assert abs(total - within - between - overlap) < 1e-12, "the parts must sum to G"
    return Dagum(total, within, between, overlap, table, pairs)


def _groups(members: dict[object, np.ndarray]) -> pd.DataFrame:
    units = np.array([len(y) for y in members.values()])
    mean = np.array([y.mean() for y in members.values()])
    weight = units / units.sum()
    share = units * mean / (units @ mean)
    own = np.array([_ratio(y, y) for y in members.values()])
    columns = {"units": units, "mean": mean, "weight": weight, "share": share, "gini": own}
    index = pd.Index(list(members), name="group")
    return pd.DataFrame({**columns, "within": own * weight * share}, index=index)


def _pairs(members: dict[object, np.ndarray], table: pd.DataFrame) -> pd.DataFrame:
    p, s = table["weight"].to_dict(), table["share"].to_dict()
    rows = {}
    for rich, poor in combinations(
        table["mean"].sort_values(ascending=False, kind="stable").index, 2
    ):
        gap = members[rich][:, None] - members[poor]
        above, below = float(gap.clip(min=0).mean()), float((-gap).clip(min=0).mean())
        distance = (above - below) / (above + below) if above + below else 0.0
        pair = _ratio(members[rich], members[poor])
        term = pair * (p[rich] * s[poor] + p[poor] * s[rich])
        rows[rich, poor] = (pair, distance, above, below, term * distance, term * (1 - distance))
    index = pd.MultiIndex.from_tuples(rows, names=["richer", "poorer"]) if rows else _no_pair()
    names = ["gini", "distance", "above", "below", "between", "transvariation"]
    return pd.DataFrame(list(rows.values()), index=index, columns=names, dtype=float)


def _no_pair() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[], []], names=["richer", "poorer"])


def _ratio(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference over the sum of the means; two groups of nothing are equal."""
    level = one.mean() + other.mean()
    return float(np.abs(one[:, None] - other).mean() / level) if level else 0.0
