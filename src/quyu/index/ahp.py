"""The analytic hierarchy process: weights from judgements of indicators two by two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.words.nouns import Noun

RANDOM_INDEX = (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)  # Saaty 1980, from n = 3
LARGEST_CR = 0.1
ROUNDING = 0.005  # 0.333 stands for 1/3, 0.33 does not


@dataclass(frozen=True, repr=False)
class Priorities(Noun):
    """Weights by indicator, the principal eigenvalue, consistency index CI and ratio CR."""

    weights: pd.Series
    eigenvalue: float
    ci: float
    cr: float


def ahp(y: pd.DataFrame, *, judgements: pd.DataFrame) -> pd.Series:
    """The weights that `judgements` give to the columns of `y`.

    Raises ValueError where `priorities` does, if the judgements are not about the indicators of
    `y`, and if CR is 0.1 or more: then it names the judgement furthest from all the others.
    (Saaty 1980, The Analytic Hierarchy Process.)

    >>> y = pd.DataFrame({"a": [1.0], "b": [2.0]})
    >>> judgements = pd.DataFrame([[1, 3], [1 / 3, 1]], index=["a", "b"], columns=["a", "b"])
    >>> ahp(y, judgements=judgements).round(12).to_dict()  # a counts three times b
    {'a': 0.75, 'b': 0.25}
    """
    if sorted(map(str, judgements.index)) != sorted(map(str, y.columns)):
        raise ValueError(
            f"the judgements compare {list(judgements.index)}, but the indicators are "
            f"{list(y.columns)}; compare each indicator with each."
        )
    found = priorities(judgements)
    if found.cr >= LARGEST_CR:
        names, w = found.weights.index, found.weights.to_numpy()
        ordered = judgements.loc[names, names]
        implied = w[:, None] / w
        distance = np.abs(np.log(ordered.to_numpy(dtype=float) / implied))
        row, column = np.unravel_index(np.argmax(np.triu(distance)), distance.shape)
        raise ValueError(
            f"the judgements contradict each other: CR is {found.cr:.3f}, it must be below "
            f"{LARGEST_CR:g}. Furthest from the others is {names[row]!r} against "
            f"{names[column]!r}: {ordered.iat[row, column]:.3g}, where the rest implies "
            f"{implied[row, column]:.3g}. Revise it first."
        )
    return found.weights.loc[y.columns]


def priorities(judgements: pd.DataFrame) -> Priorities:
    """The principal eigenvector of `judgements`, scaled to sum to 1, with its consistency.

    `judgements` says how many times the row's indicator counts what the column's does. CI =
    (λmax − n) / (n − 1); CR = CI / RI with Saaty's random index, 0 for n ≤ 2. Raises ValueError
    naming the pair for judgements that are missing, not above 0, or not reciprocal (a_ij · a_ji = 1
    within 0.005), and for more than 10 indicators, for which no random index is given.

    >>> names = ["a", "b", "c"]
    >>> perfect = pd.DataFrame([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]], names, names)
    >>> found = priorities(perfect)  # 4 : 2 : 1
    >>> (found.weights * 7).round(9).to_dict(), round(found.eigenvalue, 9), round(found.cr, 9)
    ({'a': 4.0, 'b': 2.0, 'c': 1.0}, 3.0, 0.0)
    """
    names = list(judgements.index)
    _refuse_bad_labels(judgements)
    matrix = judgements.loc[names, names].to_numpy(dtype=float)
    n = len(names)
    for i, j in zip(*np.nonzero(~(np.isfinite(matrix) & (matrix > 0))), strict=True):
        raise ValueError(
            f"{names[i]!r} against {names[j]!r} is judged {matrix[i, j]:g}; a judgement is a "
            f"number above 0."
        )
    for i, j in zip(*np.nonzero(np.abs(matrix * matrix.T - 1) > ROUNDING), strict=True):
        if i == j:
            raise ValueError(f"{names[i]!r} against itself is judged {matrix[i, i]:g}; it is 1.")
        raise ValueError(
            f"{names[i]!r} against {names[j]!r} is judged {matrix[i, j]:.6g}, the reverse "
            f"{matrix[j, i]:.6g}; one must be 1 divided by the other."
        )
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    vector = np.abs(vectors[:, largest].real)
    eigenvalue = float(values[largest].real)
    ci = max(eigenvalue - n, 0.0) / (n - 1) if n > 1 else 0.0  # λmax < n is rounding
    cr = ci / RANDOM_INDEX[n - 3] if n > 2 else 0.0
    return Priorities(pd.Series(vector / vector.sum(), index=names), eigenvalue, ci, cr)


def _refuse_bad_labels(judgements: pd.DataFrame) -> None:
    rows, columns = list(judgements.index), list(judgements.columns)
    if len(set(rows)) < len(rows) or sorted(map(str, rows)) != sorted(map(str, columns)):
        raise ValueError(
            f"the judgements must be a square table with the same names as rows and columns, each "
            f"once; rows are {rows}, columns {columns}."
        )
    if not 1 <= len(rows) <= len(RANDOM_INDEX) + 2:
        raise ValueError(
            f"{len(rows)} indicators are compared; 1 to {len(RANDOM_INDEX) + 2} can be. Compare "
            f"groups first, then the indicators of each group."
        )
