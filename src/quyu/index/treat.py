"""The transforms that the framework declares, with a report of what is still skewed after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from quyu.index.panel import cell

Transform = Callable[[pd.DataFrame], pd.DataFrame]


def none(values: pd.DataFrame) -> pd.DataFrame:
    """The values as they are."""
    return values


def log(values: pd.DataFrame) -> pd.DataFrame:
    """Natural logarithm; equal ratios become equal distances.

    Raises ValueError naming the first value that is zero or negative.

    >>> log(pd.DataFrame({"x": [1.0, 10.0]}))["x"].round(4).tolist()
    [0.0, 2.3026]
    """
    bad = np.argwhere((values <= 0).to_numpy())
    if len(bad):
        row, column = bad[0]
        raise ValueError(
            f"indicator {values.columns[column]!r} is {values.iat[row, column]:g} at "
            f"{cell(values.index[row])}: a logarithm needs values above 0. Declare "
            f"`transform: none`, or check the figure."
        )
    return np.log(values)


def treat(filled: pd.DataFrame, transforms: Mapping[str, str]) -> pd.DataFrame:
    """Apply to each indicator the transform declared for it.

    `filled` has one row per (unit, year) and one column per indicator, in canonical units.

    >>> treat(pd.DataFrame({"x": [1.0, np.e]}), {"x": "log"})["x"].round(9).tolist()
    [0.0, 1.0]
    """
    parts = []
    for rule in dict.fromkeys(transforms[name] for name in filled):
        names = [name for name in filled if transforms[name] == rule]
        parts.append(TRANSFORM[rule](filled[names]))
    return pd.concat(parts, axis="columns")[filled.columns]


def winsorise(treated: pd.DataFrame, *, most: int = 5) -> pd.DataFrame:
    """Draw in the outermost points of each indicator until its shape is in range, at most `most`.

    While an indicator is out of range (see `shape`), the furthest point on the side to which it is
    skewed takes the value of the next; never so far that all become equal. For cross-sections: on a
    pooled panel it would set the years of one leading unit to one value, so there winsorised
    goalposts are the way. (COINr and the COIN tool of the European Commission do the same.)

    >>> winsorise(pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 99]}))["x"].tolist()[-2:]
    [9.0, 9.0]
    """
    return treated.apply(_drawn_in, most=most)


def _drawn_in(column: pd.Series, most: int) -> pd.Series:
    ordered, low, high, found = column.dropna().sort_values(), 0, 0, column
    while low + high < most and shape(found.to_frame())["out_of_range"].iloc[0]:
        high, low = (high + 1, low) if found.skew() > 0 else (high, low + 1)
        drawn = column.clip(ordered.iloc[low], ordered.iloc[-1 - high])
        if drawn.nunique() < 2:
            break
        found = drawn
    return found


def shape(treated: pd.DataFrame) -> pd.DataFrame:
    """Skewness and kurtosis of each treated indicator, and whether it is still out of range.

    Out of range is |skewness| > 2 *and* kurtosis > 3.5, both corrected for bias, the rule of the
    European Commission's COIN tool. It is reported, not acted on.

    >>> shape(pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 99]}))["out_of_range"].tolist()
    [True]
    """
    report = pd.DataFrame({"skewness": treated.skew(), "kurtosis": treated.kurt()})
    report["out_of_range"] = (report["skewness"].abs() > 2) & (report["kurtosis"] > 3.5)
    return report


TRANSFORM: dict[str, Transform] = {"none": none, "log": log}
INVERSE: dict[str, Transform] = {"none": none, "log": np.exp}
OUTLIERS: dict[str, Transform] = {"none": none, "winsorise": winsorise}
# A point that moves out may put its indicator out of range, and then be drawn in below where it was.
OUTLIER_LAWS: dict[str, frozenset[str]] = {
    "none": frozenset({"monotone", "unit_invariant", "permutation_invariant", "year_stable"}),
    "winsorise": frozenset({"unit_invariant", "permutation_invariant"}),
}
