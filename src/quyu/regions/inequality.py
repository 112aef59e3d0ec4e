"""How unequal a figure is among units: Theil, Dagum's Gini, coefficients of variation.

A coefficient of variation, like Theil's T or Gini's G, divides by the mean and so needs a true
zero: nobody's GDP is 0 yuan by convention. The zero of a min–max score is one: the goalposts put
it at the lowest province-year, other goalposts put it elsewhere, and every such ratio with it.
Differences of scores have no zero in them, so scores get a standard deviation and a range, in
points. All units are there, none is a sample of others: deviations are divided by n, not n − 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import rel_entr


def ratio_scale(values: pd.Series, *, above_zero: bool = False) -> pd.Series:
    """`values` as floats if they are figures whose inequality can be measured.

    One value per unit, in any unit of measurement: none missing, infinite or negative, not all 0;
    `above_zero` asks for more, as a logarithm does. A missing figure is refused because leaving
    its unit out changes what is measured: the caller decides. That the zero is a true one, as of an
    official figure but not of a min–max score, no program can see.

    >>> ratio_scale(pd.Series({"a": 1, "b": 3})).tolist()
    [1.0, 3.0]
    """
    figures = numbers(values)
    y = figures.to_numpy()
    low = np.flatnonzero(y <= 0 if above_zero else y < 0)
    if len(low):
        least = "above" if above_zero else "at least"
        raise ValueError(
            f"{figures.index[low[0]]!r} is {y[low[0]]:g}; every figure must be {least} 0."
        )
    if not y.any():
        raise ValueError("all figures are 0: shares of nothing cannot be unequal.")
    return figures


def numbers(values: pd.Series) -> pd.Series:
    """`values` as floats if there is one finite number for each unit.

    >>> numbers(pd.Series({"a": 1.0, "b": None}))
    Traceback (most recent call last):
    ValueError: 'b' has no value; leave out or fill the missing units first (1 missing).
    """
    if values.empty:
        raise ValueError("there are no values.")
    repeated = values.index[values.index.duplicated()]
    if len(repeated):
        raise ValueError(f"{repeated[0]!r} has more than one value ({len(repeated)} repeats).")
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise ValueError(f"the values are {values.dtype}; they must be numbers.")
    floats = values.to_numpy(dtype=float, na_value=np.nan)
    missing = values.index[np.isnan(floats)]
    if len(missing):
        raise ValueError(
            f"{missing[0]!r} has no value; leave out or fill the missing units first "
            f"({len(missing)} missing)."
        )
    infinite = values.index[np.isinf(floats)]
    if len(infinite):
        raise ValueError(f"the value of {infinite[0]!r} is infinite.")
    return pd.Series(floats, index=values.index, name=values.name)


def shares(weights: pd.Series, units: pd.Index) -> pd.Series:
    """Each of `units`' share of the weight of all of them, such as of the population.

    >>> shares(pd.Series({"a": 30, "b": 10, "elsewhere": 5}), pd.Index(["b", "a"])).tolist()
    [0.25, 0.75]
    """
    _refuse_without("weight", units, weights)
    whole = numbers(weights.loc[units])
    negative = whole.index[whole < 0]
    if len(negative):
        raise ValueError(f"the weight of {negative[0]!r} is {whole[negative[0]]:g}, below 0.")
    if not whole.any():
        raise ValueError("all weights are 0.")
    return whole / whole.sum()


def labels(groups: pd.Series, units: pd.Index) -> pd.Series:
    """The group of each of `units`; a unit without one is refused.

    >>> labels(pd.Series({"a": "east", "b": "west", "elsewhere": ""}), pd.Index(["b", "a"])).tolist()
    ['west', 'east']
    """
    _refuse_without("group", units, groups)
    named = groups.loc[units]
    without = units[(named.isna() | (named == "")).to_numpy()]
    if len(without):
        raise ValueError(f"no group is given for {list(without)}; every unit must be in one.")
    return named


def _refuse_without(what: str, units: pd.Index, given: pd.Series) -> None:
    repeated = given.index[given.index.duplicated()]
    if len(repeated):
        raise ValueError(f"{repeated[0]!r} has more than one {what}.")
    without = units[~units.isin(given.index)]
    if len(without):
        raise ValueError(f"no {what} is given for {list(without)}.")


@dataclass(frozen=True)
class Theil:
    """What `theil` returns.

    total    T of all units; 0 = equal, at most ln(1 / smallest share of weight), ln n without
    between  what would be left if every unit had the mean of its group
    within   the rest: T of each group times the group's share of the whole figure
    parts    groups × (units, weight, share, between, theil, within): shares of the weight and of
             the figure, the group's terms of the two sums, its own T. A group's term of `between`
             is negative where its share is below its weight.

    Without groups, all is within.
    """

    total: float
    between: float
    within: float
    parts: pd.DataFrame

    def row(self) -> dict[str, float]:
        """The split as one row of a table by year; equal units have no `between_share`."""
        row = {"total": self.total, "between": self.between, "within": self.within}
        return row | ({"between_share": self.between / self.total} if self.total > 1e-12 else {})


def theil(
    values: pd.Series, *, weights: pd.Series | None = None, groups: pd.Series | None = None
) -> Theil:
    """T = Σ s ln(s / p) with its exact split into T = Σ S ln(S / P) + Σ S · T(group).

    `values` is a ratio-scale figure per head or per unit; p is each unit's share of the weights (1/n
    without), s its share of the whole, values × weights: with population as weights and a figure
    per head, every person counts once, without, every unit does. `groups` maps unit to group; a
    group of one unit has no inequality within. 0 · ln 0 = 0. Not for scores: adding a constant to
    all of them, which an arbitrary zero allows, changes T.

    Raises ValueError naming a unit whose value is missing, infinite or negative, whose weight is
    missing or negative, or that has no group; and for figures that are all 0.
    (Theil 1967, Economics and Information Theory, ch. 4; Shorrocks 1980, Econometrica 48: 613–625.)

    Shares 1/4 and 3/4 against 1/2 each: ¼ ln ½ + ¾ ln 1½ = .1308, all of it between one-unit groups.

    >>> two = theil(pd.Series({"a": 1.0, "b": 3.0}), groups=pd.Series({"a": "east", "b": "west"}))
    >>> round(two.total, 4), round(two.between, 4), two.within
    (0.1308, 0.1308, 0.0)
    """
    figures = ratio_scale(values)
    y = figures.to_numpy()
    equal = pd.Series(1.0, index=figures.index)
    p = shares(equal if weights is None else weights, figures.index).to_numpy()
    if y @ p == 0:
        raise ValueError("every figure that has any weight is 0: there is nothing to share.")
    inside = [""] * len(y) if groups is None else labels(groups, figures.index)
    code, names = pd.factorize(np.asarray(inside, dtype=object))
    s, weight, share, between, own = theil_terms(y, p, code)
    parts = pd.DataFrame(
        {
            "units": np.bincount(code),
            "weight": weight,
            "share": share,
            "between": between,
            "theil": own,
            "within": share * own,
        },
        index=pd.Index(names, name="group"),
    )
    # none is negative (Gibbs), but sums of rounded terms may be, by 1e-17
    sums = (rel_entr(s, p).sum(), between.sum(), (share * own).sum())
    return Theil(*(max(0.0, float(part)) for part in sums), parts)


def theil_terms(y: np.ndarray, p: np.ndarray, code: np.ndarray) -> tuple[np.ndarray, ...]:
    """s by unit; then by group: share of weight, share of the whole, term of between, own T.

    The sums behind `theil` on bare numbers, each known to be fit for them; `code` numbers the group.

    >>> [part.round(4).tolist() for part in theil_terms(np.array([1.0, 3.0]), np.full(2, 0.5), np.arange(2))]
    [[0.25, 0.75], [0.5, 0.5], [0.25, 0.75], [-0.1733, 0.3041], [0.0, 0.0]]
    """
    s = y * p / (y @ p)
    weight, share = np.bincount(code, p), np.bincount(code, s)
    own = np.bincount(code, _divergence(s, p, share[code], weight[code]))
    return s, weight, share, rel_entr(share, weight), own


def _divergence(s: np.ndarray, p: np.ndarray, of_s: np.ndarray, of_p: np.ndarray) -> np.ndarray:
    """Each unit's term of its group's own T; a group without figures or weight is equal, T = 0."""
    there = of_s > 0
    inner_s, inner_p = (
        np.divide(x, of, np.zeros_like(x), where=there) for x, of in ((s, of_s), (p, of_p))
    )
    return rel_entr(inner_s, inner_p)


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

    `values` is a ratio-scale figure; refused as by `quyu.regions.inequality.ratio_scale`. Gini 1912.

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
    found = gini_terms(figures.to_numpy(), code)
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


def gini_terms(y: np.ndarray, code: np.ndarray) -> Terms:
    """The terms behind `dagum` on bare numbers, each known to be fit; `code` numbers the group.

    >>> gini_terms(np.array([4.0, 1.0, 3.0]), np.array([0, 1, 1])).surplus.tolist()
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


def cv(values: pd.Series) -> float:
    """Standard deviation (over n) divided by the mean, every unit counting once.

    `values` is a ratio-scale figure; refused as by `quyu.regions.inequality.ratio_scale`.

    >>> cv(pd.Series({"a": 1.0, "b": 3.0}))
    0.5
    """
    return weighted_cv(values, pd.Series(1.0, index=values.index))


def weighted_cv(values: pd.Series, weights: pd.Series) -> float:
    """√(Σ p (y − μ)²) / μ with p the shares of the weights and μ = Σ p y: Williamson's V_w.

    `values` is a figure per head, `weights` the population, so that every person counts once and
    μ is the nation's figure. Raises ValueError naming a unit whose value or weight is missing or
    negative, and for figures that are all 0 where people live. (Williamson 1965, Economic
    Development and Cultural Change 13(4, II): 1–84.)

    Three quarters of the people at 1, one at 3: μ = 1.5, √(.75 · .25 + .25 · 2.25) / 1.5 = 1/√3.

    >>> round(weighted_cv(pd.Series({"a": 1.0, "b": 3.0}), pd.Series({"a": 3, "b": 1})), 4)
    0.5774
    """
    y = ratio_scale(values)
    p = shares(weights, y.index)
    mean = y @ p
    if mean == 0:
        raise ValueError("every figure that has any weight is 0; there is no mean to divide by.")
    return float(np.sqrt((y - mean) ** 2 @ p) / mean)


def spread(scores: pd.Series) -> dict[str, float]:
    """The sd (over n), the range, the lowest and highest of the scores of one year, in points.

    `scores` has one finite number per unit; a missing one is refused by name.

    >>> spread(pd.Series({"a": 40.0, "b": 60.0}))
    {'sd': 10.0, 'range': 20.0, 'lowest': 40.0, 'highest': 60.0}
    """
    points = numbers(scores)
    low, high = float(points.min()), float(points.max())
    return {"sd": float(points.std(ddof=0)), "range": high - low, "lowest": low, "highest": high}
