"""What a measure of inequality asks of its figures: a true zero, one value per unit, none missing."""

from __future__ import annotations

import numpy as np
import pandas as pd


def ratio_scale(values: pd.Series, *, above_zero: bool = False) -> pd.Series:
    """`values` as floats if they are figures whose inequality can be measured.

    One value per unit, in any unit of measurement: none missing, infinite or negative, not all 0;
    `above_zero` asks for more, as a logarithm does. A missing figure is refused because leaving
    its unit out changes what is measured: the caller decides. That the zero is a true one, as of an
    official figure but not of a min–max score, no program can see.

    >>> ratio_scale(pd.Series({"a": 1, "b": 3})).tolist()
    [1.0, 3.0]
    """
    figures = numbers(values)
    floor, least = (0, "above 0") if above_zero else (-np.finfo(float).tiny, "at least 0")
    low = figures.index[figures <= floor]
    if len(low):
        raise ValueError(f"{low[0]!r} is {figures[low[0]]:g}; every figure must be {least}.")
    if figures.sum() == 0:
        raise ValueError("all figures are 0: shares of nothing cannot be unequal.")
    return figures


def numbers(values: pd.Series) -> pd.Series:
    """`values` as floats if there is one finite number for each unit.

    >>> numbers(pd.Series({"a": 1.0, "b": None}))
    Traceback (most recent call last):
    ValueError: 'b' has no value; leave out or fill the missing units first (1 missing).
    """
    if values.empty:
        raise ValueError("there are no values.")
    repeated = values.index[values.index.duplicated()]
    if len(repeated):
        raise ValueError(f"{repeated[0]!r} has more than one value ({len(repeated)} repeats).")
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise ValueError(f"the values are {values.dtype}; they must be numbers.")
    floats = values.astype(float)
    missing = floats.index[floats.isna()]
    if len(missing):
        raise ValueError(
            f"{missing[0]!r} has no value; leave out or fill the missing units first "
            f"({len(missing)} missing)."
        )
    infinite = floats.index[np.isinf(floats)]
    if len(infinite):
        raise ValueError(f"the value of {infinite[0]!r} is infinite.")
    return floats


def shares(weights: pd.Series, units: pd.Index) -> pd.Series:
    """Each of `units`' share of the weight of all of them, such as of the population.

    >>> shares(pd.Series({"a": 30, "b": 10, "elsewhere": 5}), pd.Index(["b", "a"])).tolist()
    [0.25, 0.75]
    """
    without = [unit for unit in units if unit not in weights.index]
    if without:
        raise ValueError(f"no weight is given for {without}.")
    whole = numbers(weights.loc[units])
    negative = whole.index[whole < 0]
    if len(negative):
        raise ValueError(f"the weight of {negative[0]!r} is {whole[negative[0]]:g}, below 0.")
    if whole.sum() == 0:
        raise ValueError("all weights are 0.")
    return whole / whole.sum()


def labels(groups: pd.Series, units: pd.Index) -> pd.Series:
    """The group of each of `units`; a unit without one is refused.

    >>> labels(pd.Series({"a": "east", "b": "west", "elsewhere": ""}), pd.Index(["b", "a"])).tolist()
    ['west', 'east']
    """
    without = [unit for unit in units if unit not in groups.index]
    named = groups.reindex(units)
    without = without or list(units[(named.isna() | (named == "")).to_numpy()])
    if without:
        raise ValueError(f"no group is given for {without}; every unit must be in one.")
    return named
