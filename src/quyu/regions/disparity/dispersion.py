"""How far units lie apart: coefficients of variation of official figures, spread of scores.

A coefficient of variation, like Theil's T or Gini's G, divides by the mean and so needs a true
zero: nobody's GDP is 0 yuan by convention. The zero of a min–max score is one: the goalposts put
it at the lowest province-year, other goalposts put it elsewhere, and every such ratio with it.
Differences of scores have no zero in them, so scores get a standard deviation and a range, in
points. All units are there, none is a sample of others: deviations are divided by n, not n − 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.regions.disparity.ratio import numbers, ratio_scale, shares


def cv(values: pd.Series) -> float:
    """Standard deviation (over n) divided by the mean, every unit counting once.

    `values` is a ratio-scale figure; refused as by `quyu.regions.disparity.ratio.ratio_scale`.

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
