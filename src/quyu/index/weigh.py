"""The rules that give indicators their weights.

Every rule takes `y` (rows × indicators, normalised, more always better; a panel is pooled) and
returns one weight per indicator, summing to 1. In additive and geometric indices weights are rates
of exchange between indicators, not their importance: for the latter see `effective`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from quyu.index.ahp import ahp
from quyu.index.contrast import critic, entropy
from quyu.index.doubt import benefit_of_the_doubt
from quyu.index.factor import factor

Weigh = Callable[..., pd.Series]


def equal(y: pd.DataFrame) -> pd.Series:
    """The same weight for every indicator.

    >>> equal(pd.DataFrame({"a": [1.0], "b": [2.0]})).to_dict()
    {'a': 0.5, 'b': 0.5}
    """
    return pd.Series(1 / y.shape[1], index=y.columns)


def stated(y: pd.DataFrame, *, weights: pd.Series) -> pd.Series:
    """The weights given, scaled to sum to 1, in the order of the indicators.

    Raises ValueError for an indicator without weight, a weight without indicator, and weights that
    are missing, infinite, negative or all 0.

    >>> y = pd.DataFrame({"a": [1.0], "b": [2.0]})
    >>> stated(y, weights=pd.Series({"b": 3, "a": 1})).to_dict()
    {'a': 0.25, 'b': 0.75}
    """
    given = _for_each_indicator(weights, y, "weights")
    return given / given.sum()


def budget_allocation(y: pd.DataFrame, *, points: pd.DataFrame) -> pd.Series:
    """The mean of what experts would spend on each indicator out of the same budget.

    `points` has one row per expert, one column per indicator. Raises ValueError for points that
    are missing or negative, budgets that differ or are 0, and indicators that do not match.
    (OECD/JRC 2008, Handbook on Constructing Composite Indicators, 6.8.)

    >>> y = pd.DataFrame({"a": [1.0], "b": [2.0]})
    >>> points = pd.DataFrame({"a": [30, 10], "b": [70, 90]}, index=["first", "second"])
    >>> budget_allocation(y, points=points).to_dict()
    {'a': 0.2, 'b': 0.8}
    """
    if points.empty:
        raise ValueError("no expert has allocated points; give one row of points per expert.")
    for expert, given in points.iterrows():
        _refuse_bad_weights(given, f"the points of {expert!r}")
    totals = points.sum(axis=1)
    distance = (totals - totals.median()).abs()
    if distance.max() > 1e-9 * totals.median():
        raise ValueError(
            f"every expert must allocate the same budget: {distance.idxmax()!r} spends "
            f"{totals[distance.idxmax()]:g}, the median of all is {totals.median():g}."
        )
    mean = _for_each_indicator(points.mean(), y, "points")
    return mean / mean.sum()


def combination(
    y: pd.DataFrame, *, first: pd.Series, second: pd.Series, alpha: float = 0.5
) -> pd.Series:
    """組合賦權: alpha of the first weights with 1 − alpha of the second, each scaled to sum to 1.

    Raises ValueError for alpha outside [0, 1] and for weights that `stated` would refuse.

    >>> y = pd.DataFrame({"a": [1.0], "b": [2.0]})
    >>> first, second = pd.Series({"a": 1, "b": 1}), pd.Series({"a": 0, "b": 1})
    >>> combination(y, first=first, second=second, alpha=0.5).to_dict()
    {'a': 0.25, 'b': 0.75}
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha is {alpha:g}; a share of the first weights lies from 0 to 1.")
    return alpha * stated(y, weights=first) + (1 - alpha) * stated(y, weights=second)


def _for_each_indicator(given: pd.Series, y: pd.DataFrame, what: str) -> pd.Series:
    _refuse_bad_weights(given, what)
    if sorted(map(str, given.index)) != sorted(map(str, y.columns)):
        without = [name for name in y.columns if name not in given.index]
        beyond = [name for name in given.index if name not in y.columns]
        raise ValueError(
            f"{what} must name every indicator once: without one are {without}, "
            f"not an indicator are {beyond}, the indicators are {list(y.columns)}."
        )
    return given.loc[y.columns].astype(float)


def _refuse_bad_weights(given: pd.Series, what: str) -> None:
    numbers = given.to_numpy(dtype=float)
    if not np.isfinite(numbers).all() or (numbers < 0).any() or numbers.sum() == 0:
        raise ValueError(
            f"{what} must be numbers of at least 0 that do not all vanish; "
            f"they are {given.to_dict()}."
        )


WEIGH: dict[str, Weigh] = {
    "equal": equal,
    "stated": stated,
    "budget_allocation": budget_allocation,
    "ahp": ahp,
    "entropy": entropy,
    "critic": critic,
    "factor": factor,
    "benefit_of_the_doubt": benefit_of_the_doubt,
    "combination": combination,
}
ALL = frozenset({"monotone", "unit_invariant", "permutation_invariant", "year_stable"})
FROM_DATA = ALL - {"monotone", "year_stable"}
# What holds for the weighted mean of min-max scores with the rule in place, all else recomputed.
# Weights from the data move with each figure and with each year, so they are stored in the state.
# Where several weights suit a unit equally well, the order of the rows decides between them.
LAWS: dict[str, frozenset[str]] = dict.fromkeys(WEIGH, ALL) | {
    "entropy": FROM_DATA,
    "critic": FROM_DATA,
    "factor": FROM_DATA,
    "benefit_of_the_doubt": FROM_DATA - {"permutation_invariant"},
    "combination": FROM_DATA,  # unless both parts hold more
}
