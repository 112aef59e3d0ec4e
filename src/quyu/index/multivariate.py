"""What the indicators have in common, before they are weighted."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.guards import refuse_unknown

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
    refuse_unknown("correlation", method, ("pearson", "spearman"))
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


@dataclass(frozen=True)
class Bartlett:
    """Bartlett's χ² with its degrees of freedom; a small p says the indicators are correlated."""

    statistic: float
    degrees: int
    p: float


def kmo(y: pd.DataFrame) -> float:
    """The Kaiser–Meyer–Olkin measure: Σr² / (Σr² + Σ partial r²) over pairs; below 0.6 is poor.

    NaN if no two indicators are correlated at all. Refuses what `correlation_matrix` refuses, and
    indicators that are combinations of each other.
    (Kaiser 1970; OECD/JRC 2008, Handbook, 4.1.)

    >>> plus = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])
    >>> y = pd.DataFrame(plus @ [[1, 1, 0], [1, 0, 1], [0, 1, 1]], columns=["a", "b", "c"])
    >>> round(kmo(y) * 13, 9)  # every r is 1/2, every partial r 1/3: 9/13
    9.0
    """
    squared, partial = _squared(y)
    whole = (squared + partial).to_numpy().sum()
    return float(squared.to_numpy().sum() / whole) if whole > 0 else np.nan


def kmo_by_indicator(y: pd.DataFrame) -> pd.Series:
    """The Kaiser–Meyer–Olkin measure of each indicator with the others.

    >>> plus = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])
    >>> y = pd.DataFrame(plus @ [[1, 1, 0], [1, 0, 1], [0, 1, 1]], columns=["a", "b", "c"])
    >>> (kmo_by_indicator(y) * 13).round(9).tolist()
    [9.0, 9.0, 9.0]
    """
    squared, partial = _squared(y)
    return (squared.sum() / (squared + partial).sum()).rename("kmo")


def bartlett(y: pd.DataFrame) -> Bartlett:
    """Bartlett's test of sphericity: are the indicators correlated at all?

    χ² = −(n − 1 − (2Q + 5)/6) ln |R| with Q(Q − 1)/2 degrees of freedom, over n complete rows.
    Refuses what `kmo` refuses. (Bartlett 1950.)

    >>> plus = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    >>> bartlett(pd.DataFrame(plus, columns=["a", "b"])).p  # not correlated
    1.0
    """
    from scipy import stats  # slow to import, and no score needs it

    r = of_full_rank(correlation_matrix(y))
    rows, count = len(y.dropna()), len(r)
    statistic = -(rows - 1 - (2 * count + 5) / 6) * np.linalg.slogdet(r)[1]
    degrees = count * (count - 1) // 2
    return Bartlett(float(statistic), degrees, float(stats.chi2.sf(statistic, degrees)))


def vif(y: pd.DataFrame) -> pd.Series:
    """The variance inflation factor 1/(1 − R²) of each indicator on the others; above 10 is much.

    Refuses what `kmo` refuses.

    >>> y = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]})
    >>> vif(y).round(4).to_dict()  # R² = ¼
    {'a': 1.3333, 'b': 1.3333}
    """
    r = of_full_rank(correlation_matrix(y))
    return pd.Series(np.diag(np.linalg.inv(r)), index=r.index, name="vif")


def principal_components(y: pd.DataFrame) -> pd.DataFrame:
    """Eigenvalue, share and cumulative share of the variance of each principal component.

    Of the correlations over complete rows, the largest first.

    >>> y = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]})
    >>> principal_components(y).round(9).to_numpy().tolist()
    [[1.5, 0.75, 0.75], [0.5, 0.25, 1.0]]
    """
    values = np.linalg.eigvalsh(correlation_matrix(y))[::-1]
    share = values / values.sum()
    table = {"eigenvalue": values, "share": share, "cumulative": share.cumsum()}
    return pd.DataFrame(table, index=pd.RangeIndex(1, len(values) + 1, name="component"))


def _squared(y: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Squared correlations and squared partial correlations, with zeros on the diagonal."""
    r = of_full_rank(correlation_matrix(y))
    inverse = np.linalg.inv(r)
    scale = np.sqrt(np.diag(inverse))
    off = 1 - np.eye(len(r))
    return r**2 * off, pd.DataFrame(
        (inverse / np.outer(scale, scale)) ** 2 * off, index=r.index, columns=r.columns
    )


def of_full_rank(r: pd.DataFrame) -> pd.DataFrame:
    """The correlations `r`; indicators that are combinations of each other are refused by name."""
    values, vectors = np.linalg.eigh(r)
    if values[0] < 1e-10:
        tied = list(r.columns[np.abs(vectors[:, 0]) > 1e-3])
        raise ValueError(
            f"{tied} are combinations of each other, so that one follows from the rest; keep fewer."
        )
    return r


LEAST_KMO = 0.6
LEAST_SHARE = 0.1  # of the variance, for a component to be kept on its own account
LEAST_TOTAL = 0.6  # of the variance, for the kept components together


def factor(y: pd.DataFrame, *, factors: int | None = None) -> pd.Series:
    """Weights in proportion to each indicator's largest squared loading after varimax rotation.

    Principal components of the correlations of the complete rows; `factors` of them are kept, by
    default those that explain 10 % of the variance each, or more until 60 % are explained. A single
    indicator gets weight 1. Raises ValueError if the Kaiser–Meyer–Olkin measure is below 0.6 (the
    indicators have too little in common), and for indicators that are constant or combinations of
    each other. Warns if there are fewer than 5 rows per indicator. (Nicoletti, Scarpetta & Boylaud
    2000; OECD/JRC 2008, Handbook, 6.1.)

    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(60, 1))
    >>> y = pd.DataFrame(common + rng.normal(size=(60, 3)) / [4, 4, 1], columns=["a", "b", "c"])
    >>> factor(y, factors=1).round(2).to_dict()  # c, mostly noise, weighs least
    {'a': 0.37, 'b': 0.38, 'c': 0.25}
    """
    if y.shape[1] == 1:
        return pd.Series(1.0, index=y.columns)
    rows = complete(y)
    count, adequacy = rows.shape[1], kmo(rows)
    if not adequacy >= LEAST_KMO:
        raise Refusal(
            f"{list(y.columns)} have too little in common for factor weights: the "
            f"Kaiser–Meyer–Olkin measure is {adequacy:.2f}, below {LEAST_KMO:g}. "
            f"Weigh them equally, or drop those that stand apart (see kmo_by_indicator).",
            "little_in_common",
            kmo=adequacy,
            least=LEAST_KMO,
        )
    if len(rows) < 5 * count:
        warnings.warn(
            f"factor weights rest on {len(rows)} rows for {count} indicators; below "
            f"{5 * count} they are unstable.",
            stacklevel=2,
        )
    return loading_weights(rotated_loadings(correlation_matrix(rows), factors=factors))


def rotated_loadings(correlations: pd.DataFrame, *, factors: int | None = None) -> pd.DataFrame:
    """Loadings of indicators (rows) on principal components (columns 1…) after varimax rotation.

    Rows are scaled to length 1 while rotating (Kaiser 1958). A component is turned so that its
    loadings sum to at least 0. Raises ValueError for a number of factors that cannot be had.

    >>> apart = pd.DataFrame(np.eye(2), index=["a", "b"], columns=["a", "b"])
    >>> rotated_loadings(apart, factors=2).abs().sum().tolist()
    [1.0, 1.0]
    """
    values, vectors = np.linalg.eigh(correlations.to_numpy(dtype=float))
    values, vectors = values[::-1].clip(min=0), vectors[:, ::-1]
    kept = _kept(values) if factors is None else factors
    if not 1 <= kept <= len(values):
        raise ValueError(f"{kept} factors of {len(values)} indicators; 1 to {len(values)} exist.")
    loadings = vectors[:, :kept] * np.sqrt(values[:kept])
    if kept > 1:
        from statsmodels.multivariate.factor_rotation import rotate_factors  # slow to import

        length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
        length[length == 0] = 1  # an indicator that none of the kept factors touches stays at 0
        with np.errstate(divide="ignore"):  # statsmodels logs a gradient of exactly 0
            turned, _ = rotate_factors(loadings / length, "varimax", tol=1e-6)
        loadings = turned * length
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1, 1)
    return pd.DataFrame(loadings, index=correlations.index, columns=range(1, kept + 1))


def loading_weights(loadings: pd.DataFrame) -> pd.Series:
    """Weights in proportion to each indicator's largest squared loading, summing to 1.

    That is its share in the factor it belongs to, times the share of the variance that the factor
    explains.

    >>> loads = pd.DataFrame({1: [0.8, 0.6, 0.0], 2: [0.1, 0.0, 1.0]}, index=["a", "b", "c"])
    >>> loading_weights(loads).round(9).to_dict()
    {'a': 0.32, 'b': 0.18, 'c': 0.5}
    """
    largest = (loadings**2).max(axis=1)
    return largest / largest.sum()


def _kept(values: np.ndarray) -> int:
    shares = values / values.sum()
    alone = int((shares >= LEAST_SHARE).sum())
    together = int(np.searchsorted(shares.cumsum(), LEAST_TOTAL - 1e-12)) + 1
    return max(alone, together)
