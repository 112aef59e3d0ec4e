"""The transforms that the framework declares, with a report of what is still skewed after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from quyu.index.panel import cell

Transform = Callable[[pd.Series], pd.Series]


def none(values: pd.Series) -> pd.Series:
    """The values as they are."""
    return values


def log(values: pd.Series) -> pd.Series:
    """Natural logarithm; equal ratios become equal distances.

    Raises ValueError naming the first value that is zero or negative.

    >>> log(pd.Series([1.0, 10.0], name="x")).round(4).tolist()
    [0.0, 2.3026]
    """
    bad = values[values <= 0]
    if len(bad):
        raise ValueError(
            f"indicator {values.name!r} is {bad.iloc[0]:g} at {cell(bad.index[0])}: a logarithm "
            f"needs values above 0. Declare `transform: none`, or check the figure."
        )
    return np.log(values)


def treat(filled: pd.DataFrame, transforms: Mapping[str, str]) -> pd.DataFrame:
    """Apply to each indicator the transform declared for it.

    `filled` has one row per (unit, year) and one column per indicator, in canonical units.

    >>> treat(pd.DataFrame({"x": [1.0, np.e]}), {"x": "log"})["x"].tolist()
    [0.0, 1.0]
    """
    return pd.DataFrame({name: TRANSFORM[transforms[name]](filled[name]) for name in filled})


def shape(treated: pd.DataFrame) -> pd.DataFrame:
    """Skewness and kurtosis of each treated indicator, and whether it is still out of range.

    Out of range is |skewness| > 2 *and* kurtosis > 3.5, both corrected for bias, the rule of the
    European Commission's COIN tool. It is reported, not acted on.

    >>> shape(pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 99]}))["out_of_range"].tolist()
    [True]
    """
    values = treated.to_numpy(dtype=float)
    skewness = stats.skew(values, bias=False, nan_policy="omit")
    kurtosis = stats.kurtosis(values, bias=False, nan_policy="omit")
    report = pd.DataFrame({"skewness": skewness, "kurtosis": kurtosis}, index=treated.columns)
    report["out_of_range"] = (report["skewness"].abs() > 2) & (report["kurtosis"] > 3.5)
    return report


TRANSFORM: dict[str, Transform] = {"none": none, "log": log}
