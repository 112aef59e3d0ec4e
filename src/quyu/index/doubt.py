"""The benefit of the doubt: every unit is judged by the weights that suit it best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.index.panel import cell


@dataclass(frozen=True)
class Doubt:
    """Score of each unit (1 = none does better), its most favourable weights (rows sum to 1)."""

    scores: pd.Series
    weights: pd.DataFrame


def most_favourable(
    y: pd.DataFrame, *, least: float | None = None, most: float | None = None
) -> Doubt:
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
    _refuse_bad_bounds(least, most, count)
    _refuse_bad_values(y)
    values = y.to_numpy(dtype=float) / y.to_numpy(dtype=float).max()
    unit = np.eye(count)
    bounds = np.vstack([least - unit, unit - most])  # in shares of the sum: homogeneous in w
    ratios, shares = [], []
    for row in range(len(values)):
        ratio, weights = _best_ratio(values, row, bounds)
        ratios.append(min(ratio, 1.0))
        shares.append(weights / weights.sum())
    return Doubt(
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


def _refuse_bad_bounds(least: float, most: float, count: int) -> None:
    if not 0 <= least <= 1 / count + 1e-12 or not 1 / count - 1e-12 <= most <= 1:
        raise ValueError(
            f"no {count} weights from {least:g} to {most:g} sum to 1: `least` must lie from 0 to "
            f"{1 / count:.3g}, `most` from {1 / count:.3g} to 1."
        )


def _refuse_bad_values(y: pd.DataFrame) -> None:
    values = y.to_numpy(dtype=float)
    bad = np.argwhere(~(np.isfinite(values) & (values >= 0)))
    if len(bad):
        row, column = bad[0]
        raise ValueError(
            f"the benefit of the doubt needs values of at least 0 in every cell; "
            f"{y.columns[column]!r} is {values[row, column]:g} at {cell(y.index[row])}. "
            f"Impute it, normalise by minmax, or leave the row out."
        )
    if not (values > 0).any():
        raise ValueError(f"{list(y.columns)} are 0 in every row; nothing can be weighed.")
