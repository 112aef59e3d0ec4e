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
    y = figures.to_numpy()
    low = np.flatnonzero(y <= 0 if above_zero else y < 0)
    if len(low):
        least = "above" if above_zero else "at least"
        raise ValueError(
            f"{figures.index[low[0]]!r} is {y[low[0]]:g}; every figure must be {least} 0."
        )
    if not y.any():
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
    floats = values.to_numpy(dtype=float, na_value=np.nan)
    missing = values.index[np.isnan(floats)]
    if len(missing):
        raise ValueError(
            f"{missing[0]!r} has no value; leave out or fill the missing units first "
            f"({len(missing)} missing)."
        )
    infinite = values.index[np.isinf(floats)]
    if len(infinite):
        raise ValueError(f"the value of {infinite[0]!r} is infinite.")
    return pd.Series(floats, index=values.index, name=values.name)


def shares(weights: pd.Series, units: pd.Index) -> pd.Series:
    """Each of `units`' share of the weight of all of them, such as of the population.

    >>> shares(pd.Series({"a": 30, "b": 10, "elsewhere": 5}), pd.Index(["b", "a"])).tolist()
    [0.25, 0.75]
    """
    _refuse_without("weight", units, weights)
    whole = numbers(weights.loc[units])
    negative = whole.index[whole < 0]
    if len(negative):
        raise ValueError(f"the weight of {negative[0]!r} is {whole[negative[0]]:g}, below 0.")
    if not whole.any():
        raise ValueError("all weights are 0.")
    return whole / whole.sum()


def labels(groups: pd.Series, units: pd.Index) -> pd.Series:
    """The group of each of `units`; a unit without one is refused.

    >>> labels(pd.Series({"a": "east", "b": "west", "elsewhere": ""}), pd.Index(["b", "a"])).tolist()
    ['west', 'east']
    """
    _refuse_without("group", units, groups)
    named = groups.loc[units]
    without = units[(named.isna() | (named == "")).to_numpy()]
    if len(without):
        raise ValueError(f"no group is given for {list(without)}; every unit must be in one.")
    return named


def _refuse_without(what: str, units: pd.Index, given: pd.Series) -> None:
    repeated = given.index[given.index.duplicated()]
    if len(repeated):
        raise ValueError(f"{repeated[0]!r} has more than one {what}.")
    without = units[~units.isin(given.index)]
    if len(without):
        raise ValueError(f"no {what} is given for {list(without)}.")
