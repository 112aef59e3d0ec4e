"""How unequal a figure is among units: Theil, Dagum's Gini, coefficients of variation, mobility.

All of them but mobility divide by the mean and so need a true zero: nobody's GDP is 0 yuan by
convention, whereas the zero of a min–max score is one. All units are there, none is a sample of
others: deviations are divided by n, not n − 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal, within


def numbers(values: pd.Series) -> pd.Series:
    """`values` as floats if there is one finite number for each unit.

    >>> numbers(pd.Series({"a": 1.0, "b": None}))
    Traceback (most recent call last):
    quyu.facts.faults.Refusal: 'b' has no value; leave out or fill the missing units first (1 missing).
    """
    if values.empty:
        raise ValueError("there are no values.")
    repeated = values.index[values.index.duplicated()]
    if len(repeated):
        raise ValueError(f"{repeated[0]!r} has more than one value ({len(repeated)} repeats).")
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise ValueError(f"the values are {values.dtype}; they must be numbers.")
    missing = values.index[values.isna()]
    if len(missing):
        raise Refusal(
            f"{missing[0]!r} has no value; leave out or fill the missing units first "
            f"({len(missing)} missing).",
            "no_value",
            unit=missing[0],
        )
    floats = values.astype(float)
    if np.isinf(floats).any():
        raise ValueError(f"the value of {np.isinf(floats).idxmax()!r} is infinite.")
    return floats


def ratio_scale(values: pd.Series, *, above_zero: bool = False) -> pd.Series:
    """`values` as floats if they are figures whose inequality can be measured.

    None missing, infinite or negative, not all 0; `above_zero` asks for more, as a logarithm does.
    A missing figure is refused because leaving its unit out changes what is measured. That the
    zero is a true one, as of an official figure but not of a min–max score, no program can see.

    >>> ratio_scale(pd.Series({"a": 1, "b": 3})).tolist()
    [1.0, 3.0]
    """
    figures = numbers(values)
    low = figures.index[figures <= 0 if above_zero else figures < 0]
    if len(low):
        least = "above" if above_zero else "at least"
        raise Refusal(
            f"{low[0]!r} is {figures[low[0]]:g}; every figure must be {least} 0.",
            "not_positive",
            unit=low[0],
        )
    if not figures.any():
        raise ValueError("all figures are 0: shares of nothing cannot be unequal.")
    return figures


def _weighted(values: pd.Series, weights: pd.Series | None) -> tuple[pd.Series, pd.Series, float]:
    """The figures, each unit's share of the weights (1/n without), and the mean under them."""
    y = ratio_scale(values)
    if weights is None:
        weights = pd.Series(1.0, index=y.index)
    with within("weights"):
        p = ratio_scale(weights.reindex(y.index))
    p = p / p.sum()
    if y @ p == 0:
        raise ValueError("every figure that has any weight is 0: there is nothing to share.")
    return y, p, y @ p


def _codes(groups: pd.Series, units: pd.Index) -> np.ndarray:
    """The number of the group of each unit; a unit without one is refused."""
    named = groups.reindex(units)
    without = units[(named.isna() | (named == "")).to_numpy()]
    if len(without):
        raise ValueError(f"no group is given for {list(without)}; every unit must be in one.")
    return pd.factorize(np.asarray(named, dtype=object))[0]


class Theil(NamedTuple):
    """T of all units; what would be left if every unit had the mean of its group; the rest."""

    total: float
    between: float
    within: float


def theil(
    values: pd.Series, *, weights: pd.Series | None = None, groups: pd.Series | None = None
) -> Theil:
    """T = Σ s ln(s / p) with its exact split into T = Σ S ln(S / P) + Σ S · T(group).

    `values` is a figure per head or per unit; p is each unit's share of the weights (1/n without),
    s its share of the whole, values × weights: with population as weights every person counts
    once, without, every unit does. `groups` maps unit to group; without it all is within.

    Raises ValueError naming a unit whose value or weight is missing, infinite or negative, or that
    has no group; and for figures that are all 0. (Theil 1967, ch. 4; Shorrocks 1980.)

    Shares 1/4 and 3/4 against 1/2 each: ¼ ln ½ + ¾ ln 1½ = .1308, all of it between one-unit groups.

    >>> two = theil(pd.Series({"a": 1.0, "b": 3.0}), groups=pd.Series({"a": "east", "b": "west"}))
    >>> round(two.total, 4), round(two.between, 4), two.within
    (0.1308, 0.1308, 0.0)
    """
    from scipy.special import rel_entr

    y, p, mean = _weighted(values, weights)
    s = y * p / mean
    code = np.zeros(len(y), dtype=int) if groups is None else _codes(groups, y.index)
    # none is negative (Gibbs), but sums of rounded terms may be, by 1e-17
    total = max(0.0, float(rel_entr(s, p).sum()))
    between = max(0.0, float(rel_entr(np.bincount(code, s), np.bincount(code, p)).sum()))
    return Theil(total, between, max(0.0, total - between))


def gini(values: pd.Series) -> float:
    """G = Σ Σ |y_i − y_r| / (2 n² μ), every unit counting once; 0 if all are equal.

    Pairs (1, 3) and (3, 1) differ by 2: 4 / (2 · 4 · 2) = 1/4.

    >>> gini(pd.Series({"a": 1.0, "b": 3.0}))
    0.25
    """
    y = ratio_scale(values).to_numpy()
    return float(np.abs(y[:, None] - y).mean() / (2 * y.mean()))


class Dagum(NamedTuple):
    """Gini's G and its parts, to 1e-12.

    `within` from differences inside groups; `between` net between groups, what the richer has over
    the poorer; `transvariation`: units of the poorer group that stand above units of the richer.
    """

    total: float
    within: float
    between: float
    transvariation: float


def dagum(values: pd.Series, groups: pd.Series) -> Dagum:
    """G = Gw + Gnb + Gt over `groups`, a map from unit to group.

    With shares p of the units and s of the figure, over ordered pairs j richer than h:

        G_jh = Σ Σ |y_ji − y_hr| / (n_j n_h (μ_j + μ_h))        G_jj is the group's own Gini
        Gw = Σ G_jj p_j s_j
        Gnb = Σ G_jh (p_j s_h + p_h s_j) D_jh                   Gt the same with 1 − D_jh
        D_jh = (d − p) / (d + p), d and p the mean surplus of j over h and of h over j; 0 if neither

    Refused is what `theil` refuses. (Dagum 1997, Empirical Economics 22: 515–531.)

    The pair (a; b, c) = (4; 1, 3): G = 1/4, G_within b, c = 1/4 · 2/3 · 1/2 = 1/12, no overlap.

    >>> split = dagum(pd.Series({"a": 4.0, "b": 1, "c": 3}), pd.Series({"a": 1, "b": 2, "c": 2}))
    >>> [round(part, 4) for part in split]
    [0.25, 0.0833, 0.1667, 0.0]
    """
    figures = ratio_scale(values)
    y, code = figures.to_numpy(), _codes(groups, figures.index)
    member = (code == np.arange(code.max() + 1)[:, None]).astype(float)
    units = member.sum(axis=1)
    mean, weight = member @ y / units, units / len(y)
    share = units * mean / y.sum()
    surplus = member @ np.clip(y[:, None] - y, 0, None) @ member.T / np.outer(units, units)
    apart, level = surplus + surplus.T, np.add.outer(mean, mean)
    own = np.divide(apart, level, np.zeros_like(apart), where=level > 0)
    # the richer group has the greater mean surplus, since their difference is that of the means
    clear = np.divide(abs(surplus - surplus.T), apart, np.zeros_like(apart), where=apart > 0)
    pair = np.triu(own * (np.outer(weight, share) + np.outer(share, weight)), 1)
    within = float((own.diagonal() * weight * share).sum())
    between, overlap = float((pair * clear).sum()), float((pair * (1 - clear)).sum())
    total = gini(values)
    assert abs(total - within - between - overlap) < 1e-12, "the parts must sum to G"
    return Dagum(total, within, between, overlap)


def cv(values: pd.Series, weights: pd.Series | None = None) -> float:
    """√(Σ p (y − μ)²) / μ with p the shares of the weights (1/n without) and μ = Σ p y.

    With a figure per head as `values` and population as `weights` every person counts once:
    Williamson's V_w (1965). Refused is what `theil` refuses.

    Three quarters of the people at 1, one at 3: μ = 1.5, √(.75 · .25 + .25 · 2.25) / 1.5 = 1/√3.

    >>> figure = pd.Series({"a": 1.0, "b": 3.0})
    >>> cv(figure), round(cv(figure, pd.Series({"a": 3, "b": 1})), 4)
    (0.5, 0.5774)
    """
    y, p, mean = _weighted(values, weights)
    return float(np.sqrt((y - mean) ** 2 @ p) / mean)


class Mobility(NamedTuple):
    """Correlation of the ranks of two years (1 = same order, −1 = reversed); mean places moved."""

    spearman: float
    mean_shift: float


def rank_mobility(start: pd.Series, end: pd.Series) -> Mobility:
    """Compare the order of the same units in two years, of a figure or of a score.

    Ranks need no true zero. They are taken before any rounding, ties share the better place, and
    values that differ by less than 1e-9 are ties, as in the index. Raises ValueError naming a unit
    that is missing or without value in one of the years, and for a year in which all are equal.

    1 − 6 · (1 + 1 + 0) / (3 · 8) = 1/2.

    >>> found = rank_mobility(pd.Series([3.0, 2, 1], list("abc")), pd.Series([5.0, 6, 4], list("abc")))
    >>> round(found.spearman, 9), round(found.mean_shift, 9)
    (0.5, 0.666666667)
    """
    odd = start.index.symmetric_difference(end.index)
    if len(odd):
        raise ValueError(f"{odd[0]!r} is in one of the two years only; compare the same units.")
    ends = {"start": start, "end": end.reindex(start.index)}
    for when, values in ends.items():
        with within(when):
            ends[when] = numbers(values).round(9)
        if ends[when].nunique() < 2:
            raise ValueError(f"{when}: all units are equal, there is no order to compare.")
    both = pd.DataFrame(ends)
    places = both.rank(ascending=False, method="min")
    shift = (places["start"] - places["end"]).abs().mean()
    return Mobility(float(both["start"].rank().corr(both["end"].rank())), float(shift))
