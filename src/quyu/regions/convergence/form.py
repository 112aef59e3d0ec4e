"""On what scale gaps are compared over time: logs for figures, levels for scores."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from quyu.regions.disparity.ratio import numbers, ratio_scale

Form = Literal["log", "levels"]


def logarithm(values: pd.Series) -> pd.Series:
    """ln y of a figure above 0, so that a gap is a ratio; any other is refused by name.

    >>> logarithm(pd.Series({"a": 1.0, "b": 0.0}))
    Traceback (most recent call last):
    ValueError: 'b' is 0; every figure must be above 0.
    """
    return np.log(ratio_scale(values, above_zero=True))


# numbers: a score as it is, since ratios of scores mean nothing; a gap is a number of points
FORM = {"log": logarithm, "levels": numbers}
