"""GM(1,1): the grey model of a short, positive series, kept for the self-check."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Grey:
    """Development coefficient a, grey input b, the series as modelled with its forecast."""

    a: float
    b: float
    modelled: pd.Series


def gm11(series: pd.Series, *, ahead: int = 0) -> Grey:
    """Fit x(k) + a z(k) = b by least squares, z the mean of neighbouring cumulated values.

    `series` is indexed by consecutive whole numbers (steps or years); `ahead` steps are added to
    the modelled series. Raises ValueError for fewer than 4 values, a value missing or not above 0,
    steps that are not consecutive, and a series without growth or decline, whose a is 0.
    (Deng 1982; Deng 1989, Journal of Grey System 1: 1–24.)

    >>> found = gm11(pd.Series([1.0, 2.0, 4.0, 8.0], index=[1, 2, 3, 4]))
    >>> round(found.a, 6), round(found.b, 6)  # x = ⅔ z + ⅔ at z = 2, 5, 11
    (-0.666667, 0.666667)
    """
    values = series.to_numpy(dtype=float)
    steps = np.asarray(series.index)
    if len(values) < 4 or not (np.isfinite(values) & (values > 0)).all():
        raise ValueError(
            f"GM(1,1) needs at least 4 values, each above 0; the series is {series.to_dict()}."
        )
    if not np.array_equal(steps, np.arange(steps[0], steps[0] + len(steps))):
        raise ValueError(f"the steps of the series must be consecutive; they are {list(steps)}.")
    cumulated = values.cumsum()
    middle = (cumulated[1:] + cumulated[:-1]) / 2
    design = np.column_stack([-middle, np.ones_like(middle)])
    a, b = np.linalg.lstsq(design, values[1:], rcond=None)[0]
    if abs(a) < 1e-12:
        raise ValueError("the series neither grows nor declines: a is 0, the model is undefined.")
    k = np.arange(len(values) + ahead)
    whole = (values[0] - b / a) * np.exp(-a * k) + b / a
    modelled = np.diff(whole, prepend=0.0)
    index = np.arange(steps[0], steps[0] + len(k))
    return Grey(float(a), float(b), pd.Series(modelled, index=index, name="modelled"))
