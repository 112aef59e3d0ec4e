"""What the indicators have in common, before they are weighted."""

from __future__ import annotations

import warnings
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

OPPOSED, REDUNDANT = -0.2, 0.92


def correlations(
    y: pd.DataFrame, *, method: Literal["pearson", "spearman"] = "pearson"
) -> pd.DataFrame:
    """The correlation of each pair of indicators: first, second, r, n, p, p_holm, one row a pair.

    Over the n rows that both have; p is two-sided, p_holm corrected for the number of pairs (Holm
    1979). Raises ValueError for an unknown method, and naming a pair with fewer than 3 rows in
    common or constant on them.

    >>> y = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]})
    >>> correlations(y).round(9)[["first", "second", "r", "n"]].to_numpy().tolist()
    [['a', 'b', 0.5, 3]]
    """
    if method not in ("pearson", "spearman"):
        raise ValueError(f"unknown correlation {method!r}; known are pearson, spearman.")
    from scipy import stats  # both slow to import, and no score needs them
    from statsmodels.stats.multitest import multipletests

    test = stats.pearsonr if method == "pearson" else stats.spearmanr
    table = []
    for first, second in combinations(y.columns, 2):
        both = y[[first, second]].dropna()
        if len(both) < 3 or (both.nunique() == 1).any():
            raise ValueError(
                f"{first!r} and {second!r} have no correlation: {len(both)} rows in common, at "
                f"least 3 are needed and both must vary on them."
            )
        found = test(both[first], both[second])
        table.append((first, second, float(found.statistic), len(both), float(found.pvalue)))
    pairs = pd.DataFrame(table, columns=["first", "second", "r", "n", "p"])
    corrected = multipletests(pairs["p"], method="holm")[1] if len(pairs) else []
    return pairs.assign(p_holm=corrected)


def within_goal_flags(pairs: pd.DataFrame, goals: pd.Series) -> pd.DataFrame:
    """The pairs of one goal that pull against each other (r < −0.2) or repeat (r > 0.92).

    `pairs` as from `correlations`; `goals` gives each indicator's goal. The columns goal and flag
    ("opposed" or "redundant") are added. Raises ValueError for an indicator without goal.

    >>> pairs = pd.DataFrame({"first": ["a", "a"], "second": ["b", "c"], "r": [-0.3, -0.3]})
    >>> goals = pd.Series({"a": "one", "b": "one", "c": "two"})
    >>> within_goal_flags(pairs, goals).to_numpy().tolist()
    [['a', 'b', -0.3, 'one', 'opposed']]
    """
    named = pd.unique(pairs[["first", "second"]].to_numpy().ravel())
    without = [name for name in named if name not in goals.index]
    if without:
        raise ValueError(f"no goal is given for {without}; goals are given for {list(goals.index)}")
    goal = pairs["first"].map(goals)
    flag = np.select([pairs["r"] < OPPOSED, pairs["r"] > REDUNDANT], ["opposed", "redundant"], "")
    told = pairs.assign(goal=goal, flag=flag)
    return told[(goal == pairs["second"].map(goals)) & (flag != "")].reset_index(drop=True)


def cronbach_alpha(y: pd.DataFrame) -> float:
    """Cronbach's α of the standardised indicators: how far they measure one thing.

    Q/(Q − 1) · (1 − Q/ΣΣr) over complete rows. Refuses what `correlation_matrix` refuses, and a
    single indicator. (Cronbach 1951; OECD/JRC 2008, Handbook, 4.2.)

    >>> cronbach_alpha(pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]}))  # 2 (1 − 2/3)
    0.6666666666666667
    """
    return _alpha(correlation_matrix(y))


def alpha_if_deleted(y: pd.DataFrame) -> pd.Series:
    """Cronbach's α of the other indicators, for each indicator in turn, over the same rows.

    >>> y = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0], "c": [2.0, 6.0, 4.0]})
    >>> alpha_if_deleted(y).round(9).to_dict()
    {'a': 1.0, 'b': 0.666666667, 'c': 0.666666667}
    """
    r = correlation_matrix(y)
    left = {name: _alpha(r.drop(index=name, columns=name)) for name in r}
    return pd.Series(left, name="alpha")


def complete(y: pd.DataFrame) -> pd.DataFrame:
    """The rows in which every indicator is observed; a warning counts the others.

    >>> complete(pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})).shape
    (2, 2)
    """
    rows = y.dropna()
    if len(rows) < len(y):
        warnings.warn(
            f"{len(y) - len(rows)} of {len(y)} rows are left out of the multivariate checks, as "
            f"they miss an indicator.",
            stacklevel=3,
        )
    return rows


def correlation_matrix(y: pd.DataFrame) -> pd.DataFrame:
    """Pearson correlations over the complete rows.

    Raises ValueError for fewer than 3 complete rows, naming the indicators that are most often
    missing, and for an indicator that is the same in all of them.

    >>> y = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]})
    >>> correlation_matrix(y).loc["a"].tolist()
    [1.0, 0.5]
    """
    rows = complete(y)
    if len(rows) < 3:
        most = y.isna().sum().nlargest(3)
        raise ValueError(
            f"only {len(rows)} rows have every indicator, at least 3 are needed; most often "
            f"missing are {most[most > 0].to_dict()}."
        )
    flat = (rows.max() - rows.min()) <= 1e-12 * rows.abs().max()
    for name in rows.columns[flat]:
        raise ValueError(f"indicator {name!r} is the same in all {len(rows)} rows; remove it.")
    return rows.corr()


def _alpha(r: pd.DataFrame) -> float:
    count = len(r)
    if count < 2:
        raise ValueError(f"Cronbach's alpha needs 2 indicators; only {list(r)} is left.")
    return float(count / (count - 1) * (1 - count / r.to_numpy().sum()))
