"""Dagum's split of the Gini coefficient: within groups, between them, and their overlap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from quyu.regions.disparity.ratio import labels, ratio_scale


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

    `values` is a ratio-scale figure; refused as by `quyu.regions.disparity.ratio.ratio_scale`. Gini 1912.

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
    code, names = pd.factorize(np.asarray(labels(groups, figures.index), dtype=object))
    found = terms(figures.to_numpy(), code)
    split = found.row()
    total = gini(figures)
    assert abs(total - sum(split.values())) < 1e-12, "the parts must sum to G"
    own = pd.DataFrame(
        {
            "units": found.units,
            "mean": found.mean,
            "weight": found.weight,
            "share": found.share,
            "gini": found.gini.diagonal(),
            "within": found.within,
        },
        index=pd.Index(names, name="group"),
    )
    return Dagum(total, *split.values(), own, _pairs(found, names))


@dataclass(frozen=True)
class Terms:
    """What `terms` returns: vectors over the groups, matrices groups × groups.

    surplus[j, h] is the mean of max(y_j − y_h, 0); `between` and `transvariation` hold the terms of
    each pair twice.
    """

    units: np.ndarray
    mean: np.ndarray
    weight: np.ndarray
    share: np.ndarray
    surplus: np.ndarray
    gini: np.ndarray
    distance: np.ndarray
    within: np.ndarray
    between: np.ndarray
    transvariation: np.ndarray

    def row(self) -> dict[str, float]:
        """The three parts of G."""
        return {
            "within": float(self.within.sum()),
            "between": float(np.triu(self.between, 1).sum()),
            "transvariation": float(np.triu(self.transvariation, 1).sum()),
        }


def terms(y: np.ndarray, code: np.ndarray) -> Terms:
    """The terms behind `dagum` on bare numbers, each known to be fit; `code` numbers the group.

    >>> terms(np.array([4.0, 1.0, 3.0]), np.array([0, 1, 1])).surplus.tolist()
    [[0.0, 2.0], [0.0, 0.5]]
    """
    member = (code == np.arange(code.max() + 1)[:, None]).astype(float)
    units = member.sum(axis=1)
    mean, weight = member @ y / units, units / len(y)
    share = units * mean / (units @ mean)
    surplus = member @ np.clip(y[:, None] - y, 0, None) @ member.T / np.outer(units, units)
    apart, level = surplus + surplus.T, np.add.outer(mean, mean)
    own = np.divide(apart, level, np.zeros_like(apart), where=level > 0)
    # the richer group has the greater mean surplus, since their difference is that of the means
    clear = np.divide(abs(surplus - surplus.T), apart, np.zeros_like(apart), where=apart > 0)
    pair = own * (np.outer(weight, share) + np.outer(share, weight))
    within = own.diagonal() * weight * share
    size = units.astype(int)
    return Terms(
        size, mean, weight, share, surplus, own, clear, within, pair * clear, pair * (1 - clear)
    )


def _pairs(found: Terms, names: np.ndarray) -> pd.DataFrame:
    """Each pair of groups once, the richer first."""
    order = np.argsort(-found.mean, kind="stable")
    rows = {
        (names[rich], names[poor]): (
            found.gini[rich, poor],
            found.distance[rich, poor],
            found.surplus[rich, poor],
            found.surplus[poor, rich],
            found.between[rich, poor],
            found.transvariation[rich, poor],
        )
        for rich, poor in combinations(order, 2)
    }
    index = pd.MultiIndex.from_tuples(rows, names=["richer", "poorer"]) if rows else _no_pair()
    columns = ["gini", "distance", "above", "below", "between", "transvariation"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns, dtype=float)


def _no_pair() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[], []], names=["richer", "poorer"])


def _ratio(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference over the sum of the means; two groups of nothing are equal."""
    level = one.mean() + other.mean()
    return float(np.abs(one[:, None] - other).mean() / level) if level else 0.0
