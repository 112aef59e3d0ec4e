"""The rules that give indicators their weights: stated, from the data, from judgements.

Every rule takes `y` (rows × indicators, normalised, more always better; a panel is pooled) and
returns one weight per indicator, summing to 1. In additive and geometric indices weights are rates
of exchange between indicators, not their importance: for the latter see `effective`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import entr

from quyu.index.ahp import ahp
from quyu.index.guards import refuse_where, weight_shares
from quyu.index.multivariate import factor
from quyu.words.nouns import Noun


def entropy(y: pd.DataFrame) -> pd.Series:
    """熵權: an indicator weighs by how unevenly its total is spread over the rows.

    With p the row's share of the column, e = −Σ p ln p / ln N with 0·ln 0 = 0, and weights in
    proportion to 1 − e. N counts the rows observed in the column. A column that is the same
    everywhere gets weight 0, with a warning. Raises ValueError naming unit and indicator of a
    negative value, and if every column is constant. (Shannon 1948; the practice of 熵值法.)

    >>> y = pd.DataFrame({"spread": [0.0, 1.0], "even": [1.0, 1.0], "half": [1.0, 3.0]})
    >>> with warnings.catch_warnings(action="ignore"):
    ...     entropy(y).round(4).to_dict()  # 1 − e = 1, 0 and 1 − (¼ ln 4 + ¾ ln 4/3) / ln 2 = .1887
    {'spread': 0.8412, 'even': 0.0, 'half': 0.1588}
    """
    constant = _constant(y, "entropy")
    told = (
        "entropy weights need values of at least 0; {column} is {value} at {cell}. "
        "Normalise by minmax first."
    )
    refuse_where(y < 0, y, told)
    varying = y.columns[~constant]
    values = y[varying].to_numpy(dtype=float)
    spread = np.nansum(entr(values / np.nansum(values, axis=0)), axis=0)
    uneven = 1 - spread / np.log((~np.isnan(values)).sum(axis=0))
    weights = pd.Series(uneven.clip(min=0), varying).reindex(y.columns, fill_value=0.0)
    return weights / weights.sum()


def critic(y: pd.DataFrame) -> pd.Series:
    """CRITIC: an indicator weighs by its deviation times its conflict with the others.

    Weights in proportion to σ_j Σ_k (1 − r_jk), with Pearson's r over the rows both have. A column
    that is the same everywhere gets weight 0, with a warning, and takes no part in the sums. Raises
    ValueError if every column is constant, or if all move in step so that nothing is in conflict.
    (Diakoulaki, Mavrotas & Papayannakis 1995, Computers & Operations Research 22: 763–770.)

    >>> critic(pd.DataFrame({"a": [0.0, 1.0, 0.0, 1.0], "b": [0.0, 0.0, 3.0, 3.0]})).to_dict()
    {'a': 0.25, 'b': 0.75}
    """
    constant = _constant(y, "critic")
    varying = y.loc[:, ~constant]
    if varying.shape[1] == 1:
        return pd.Series((~constant).astype(float), y.columns)
    r = varying.corr()
    unknown = np.argwhere(r.isna().to_numpy())
    if len(unknown):
        first, second = varying.columns[unknown[0]]
        raise ValueError(
            f"critic weights need the correlation of every pair; {first!r} and {second!r} have "
            f"too few rows in common, or are constant on them."
        )
    conflict = (1 - r).sum()
    if conflict.max() < 1e-9:
        raise ValueError(
            f"critic weights are undefined: {list(varying.columns)} are perfectly correlated, so "
            f"that none is in conflict with another. Weigh them equally, or keep one."
        )
    weights = (varying.std() * conflict).reindex(y.columns, fill_value=0.0)
    return weights / weights.sum()


def _constant(y: pd.DataFrame, method: str) -> np.ndarray:
    """Which columns are the same everywhere; refused if all are, or if one holds no value."""
    values = y.to_numpy(dtype=float)
    for name in y.columns[np.isnan(values).all(axis=0)]:
        raise ValueError(f"{method} weights: indicator {name!r} has no value in any row.")
    refuse_where(np.isinf(values), y, f"{method} weights: {{column}} is infinite at {{cell}}.")
    least, most = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    constant = most - least <= 1e-12 * np.maximum(np.abs(least), np.abs(most))
    if constant.all():
        raise ValueError(
            f"{method} weights are undefined: {list(y.columns)} are the same in every row."
        )
    if constant.any():
        warnings.warn(
            f"{list(y.columns[constant])} are the same in every row; {method} gives them weight 0.",
            stacklevel=3,
        )
    return constant


@dataclass(frozen=True, repr=False)
class MostFavourable(Noun):
    """Score of each unit (1 = none does better), its most favourable weights (rows sum to 1)."""

    scores: pd.Series
    weights: pd.DataFrame


def most_favourable(
    y: pd.DataFrame, *, least: float | None = None, most: float | None = None
) -> MostFavourable:
    """Judge each row of `y` by the weights under which it comes closest to the best row.

    The score is the largest ratio w·y_i / max_k w·y_k over weights of which each makes up from
    `least` to `most` of their sum; without bounds given, from 0.8/Q to 1.2/Q of Q indicators, the
    Handbook's 10–15 % of eight. A leader's weights are those under which its lead over the best
    *other* row is greatest, as its score is 1 under many (Andersen & Petersen 1993).

    Raises ValueError for bounds that no weights can meet, a missing or negative value, and data
    that are all 0. (Melyn & Moesen 1991; OECD/JRC 2008, Handbook, 6.4.)

    >>> y = pd.DataFrame({"a": [4.0, 1.0], "b": [1.0, 2.0]}, index=["one", "two"])
    >>> most_favourable(y, least=0.25, most=0.75).weights.round(9).to_numpy().tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    >>> most_favourable(y, least=0.5, most=0.5).scores.round(9).to_dict()  # 3 against 5
    {'one': 1.0, 'two': 0.6}
    """
    count = y.shape[1]
    least = 0.8 / count if least is None else least
    most = min(1.2 / count, 1.0) if most is None else most
    if not 0 <= least <= 1 / count + 1e-12 or not 1 / count - 1e-12 <= most <= 1:
        raise ValueError(
            f"no {count} weights from {least:g} to {most:g} sum to 1: `least` must lie from 0 to "
            f"{1 / count:.3g}, `most` from {1 / count:.3g} to 1."
        )
    told = (
        "the benefit of the doubt needs values of at least 0 in every cell; {column} is {value} at "
        "{cell}. Impute it, normalise by minmax, or leave the row out."
    )
    values = y.to_numpy(dtype=float)
    refuse_where(~(np.isfinite(values) & (values >= 0)), y, told)
    if not (values > 0).any():
        raise ValueError(f"{list(y.columns)} are 0 in every row; nothing can be weighed.")
    values = values / values.max()
    unit = np.eye(count)
    bounds = np.vstack([least - unit, unit - most])  # in shares of the sum: homogeneous in w
    ratios, shares = [], []
    for row in range(len(values)):
        ratio, weights = _best_ratio(values, row, bounds)
        ratios.append(min(ratio, 1.0))
        shares.append(weights / weights.sum())
    return MostFavourable(
        pd.Series(ratios, index=y.index, name="score"),
        pd.DataFrame(shares, index=y.index, columns=y.columns),
    )


def benefit_of_the_doubt(
    y: pd.DataFrame, *, least: float | None = None, most: float | None = None
) -> pd.Series:
    """The mean over units of the weights that suit each best: one set of weights for all.

    Bounds and refusals as in `most_favourable`, which gives each unit's own weights with the score
    that the benefit of the doubt proper awards it.

    >>> y = pd.DataFrame({"a": [4.0, 1.0], "b": [1.0, 2.0]})
    >>> benefit_of_the_doubt(y, least=0.25, most=0.75).round(9).to_dict()
    {'a': 0.5, 'b': 0.5}
    """
    return most_favourable(y, least=least, most=most).weights.mean()


def _best_ratio(values: np.ndarray, row: int, bounds: np.ndarray) -> tuple[float, np.ndarray]:
    from scipy.optimize import linprog  # slow to import, and the default needs none of it

    if not values[row].any():
        return 0.0, np.ones(values.shape[1])  # nothing suits it, so nothing is preferred
    others = np.delete(values, row, axis=0)
    for rivals in (others, values):  # without rivals above 0 the lead is unbounded: rival itself
        found = linprog(
            -values[row],
            A_ub=np.vstack([rivals, bounds]),
            b_ub=np.r_[np.ones(len(rivals)), np.zeros(len(bounds))],
            bounds=(0, None),
            method="highs",
        )
        if found.status == 0 and found.x.sum() > 0:
            return -found.fun, found.x
    raise ValueError(f"no most favourable weights were found for row {row}: {found.message}")


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
    return weight_shares(weights, y.columns)


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
        weight_shares(given, y.columns, f"the points of {expert!r}")
    totals = points.sum(axis=1)
    distance = (totals - totals.median()).abs()
    if distance.max() > 1e-9 * totals.median():
        raise ValueError(
            f"every expert must allocate the same budget: {distance.idxmax()!r} spends "
            f"{totals[distance.idxmax()]:g}, the median of all is {totals.median():g}."
        )
    return weight_shares(points.mean(), y.columns, "points")


WEIGH: dict[str, Weigh] = {
    "equal": equal,
    "stated": stated,
    "budget_allocation": budget_allocation,
    "ahp": ahp,
    "entropy": entropy,
    "critic": critic,
    "factor": factor,
    "benefit_of_the_doubt": benefit_of_the_doubt,
}
ALL = frozenset({"monotone", "unit_invariant", "permutation_invariant", "year_stable"})
PANEL_LAWS = ALL - {"monotone", "year_stable"}  # of weights that the data give
# What holds for the weighted mean of min-max scores with the rule in place, all else recomputed.
# Weights from the data move with each figure and with each year, so they are stored in the state.
# Where several weights suit a unit equally well, the order of the rows decides between them.
LAWS: dict[str, frozenset[str]] = dict.fromkeys(WEIGH, ALL) | {
    "entropy": PANEL_LAWS,
    "critic": PANEL_LAWS,
    "factor": PANEL_LAWS,
    "benefit_of_the_doubt": PANEL_LAWS - {"permutation_invariant"},
}
