"""Theil's T: how unequal a figure is, split exactly into between groups and within them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import rel_entr

from quyu.regions.ratio import labels, ratio_scale, shares


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
    s = y * p / (y @ p)
    inside = [""] * len(y) if groups is None else labels(groups, figures.index)
    code, names = pd.factorize(np.asarray(inside, dtype=object))
    weight, share = np.bincount(code, p), np.bincount(code, s)
    own = np.bincount(code, _divergence(s, p, share[code], weight[code]))
    between = rel_entr(share, weight)
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


def _divergence(s: np.ndarray, p: np.ndarray, of_s: np.ndarray, of_p: np.ndarray) -> np.ndarray:
    """Each unit's term of its group's own T; a group without figures or weight is equal, T = 0."""
    there = of_s > 0
    inner_s, inner_p = (
        np.divide(x, of, np.zeros_like(x), where=there) for x, of in ((s, of_s), (p, of_p))
    )
    return rel_entr(inner_s, inner_p)


def nested_theil(
    values: pd.Series, *, outer: pd.Series, inner: pd.Series, weights: pd.Series | None = None
) -> dict[str, float]:
    """T in three: between outer groups, between inner groups inside them, within inner groups.

    `inner` must lie inside `outer`, as the statistical zones inside the strategy's regions; the
    parts then sum to the total. Refuses, with both names, an inner group in two outer ones.

    >>> figure = pd.Series({"a": 1.0, "b": 3.0, "c": 2.0})
    >>> zone, region = pd.Series(list("xyz"), list("abc")), pd.Series(list("rrq"), list("abc"))
    >>> three = nested_theil(figure, outer=region, inner=zone)
    >>> {name: round(part, 4) for name, part in three.items()}
    {'total': 0.0872, 'between_outer': 0.0, 'between_inner': 0.0872, 'within': 0.0}
    """
    wide, narrow = labels(outer, values.index), labels(inner, values.index)
    homes = wide.groupby(narrow).agg(lambda found: tuple(dict.fromkeys(found)))
    for group, home in homes.items():
        if len(home) > 1:
            raise ValueError(f"inner group {group!r} lies in several outer groups: {home}.")
    coarse = theil(values, weights=weights, groups=outer)
    fine = theil(values, weights=weights, groups=inner)
    return {
        "total": fine.total,
        "between_outer": coarse.between,
        "between_inner": fine.between - coarse.between,
        "within": fine.within,
    }
