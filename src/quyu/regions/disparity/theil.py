"""Theil's T: how unequal a figure is, split exactly into between groups and within them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import rel_entr

from quyu.regions.disparity.ratio import labels, ratio_scale, shares


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
    s, weight, share, between, own = terms(y, p, code)
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


def terms(y: np.ndarray, p: np.ndarray, code: np.ndarray) -> tuple[np.ndarray, ...]:
    """s by unit; then by group: share of weight, share of the whole, term of between, own T.

    The sums behind `theil` on bare numbers, each known to be fit for them; `code` numbers the group.

    >>> [part.round(4).tolist() for part in terms(np.array([1.0, 3.0]), np.full(2, 0.5), np.arange(2))]
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
