"""Whether the indicators have enough in common to be summed up by factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.index.multivariate import correlation_matrix


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

    r = _of_full_rank(correlation_matrix(y))
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
    r = _of_full_rank(correlation_matrix(y))
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
    r = _of_full_rank(correlation_matrix(y))
    inverse = np.linalg.inv(r)
    scale = np.sqrt(np.diag(inverse))
    off = 1 - np.eye(len(r))
    return r**2 * off, pd.DataFrame(
        (inverse / np.outer(scale, scale)) ** 2 * off, index=r.index, columns=r.columns
    )


def _of_full_rank(r: pd.DataFrame) -> pd.DataFrame:
    values, vectors = np.linalg.eigh(r)
    if values[0] < 1e-10:
        tied = list(r.columns[np.abs(vectors[:, 0]) > 1e-3])
        raise ValueError(
            f"{tied} are combinations of each other, so that one follows from the rest; keep fewer."
        )
    return r
