"""Weights from how much the figures themselves differ."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from quyu.index.panel import cell


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
    negative = np.argwhere((y < 0).to_numpy())
    if len(negative):
        row, column = negative[0]
        raise ValueError(
            f"entropy weights need values of at least 0; {y.columns[column]!r} is "
            f"{y.iat[row, column]:g} at {cell(y.index[row])}. Normalise by minmax first."
        )
    varying = y.loc[:, ~constant]
    p = varying / varying.sum()
    spread = -(p * np.log(p.where(p > 0, 1.0))).sum() / np.log(varying.count())
    weights = (1 - spread).clip(lower=0).reindex(y.columns, fill_value=0.0)
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
        return (~constant).astype(float)
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


def _constant(y: pd.DataFrame, method: str) -> pd.Series:
    """Which columns are the same everywhere; refused if all are, or if one holds no value."""
    for name in y.columns[~y.notna().any()]:
        raise ValueError(f"{method} weights: indicator {name!r} has no value in any row.")
    row, column = np.nonzero(np.isinf(y.to_numpy(dtype=float)))
    if len(row):
        raise ValueError(
            f"{method} weights: {y.columns[column[0]]!r} is infinite at {cell(y.index[row[0]])}."
        )
    constant = (y.max() - y.min()) <= 1e-12 * y.abs().max()
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
