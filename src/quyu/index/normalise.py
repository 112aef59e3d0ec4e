"""Transforms, outliers and the rules that bring indicators of different units onto one scale.

Every rule takes `x` (rows × treated indicators), `direction` (+1 more is better, −1 less is better)
and `state` (one row per indicator: the stored goalposts `low`, `high`, `mean`, `sd`, with `target`
and `best` where a rule asks for them), and returns scores of which more is always better.
Direction is turned before, never after, scaling. Missing values stay missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from quyu.index.guards import refuse_where

HAIR = 1e-9  # of the range: a logarithm on another processor may end in another last digit


def goalposts(
    treated: pd.DataFrame, *, quantiles: tuple[float, float] = (0.0, 1.0)
) -> pd.DataFrame:
    """Least and greatest value of each indicator over all rows, with its mean and deviation.

    `quantiles` other than (0, 1) take those percentiles as goalposts instead: (.025, .975) is the
    winsorised variant, in which the excess is capped and listed by `beyond`. The deviation has
    ddof = 1. Raises ValueError naming an indicator that has no value, or only one.

    >>> goalposts(pd.DataFrame({"x": [1.0, 2.0, 3.0, None]})).loc["x"].tolist()
    [1.0, 3.0, 2.0, 1.0]
    """
    (_, low), (_, high) = treated.quantile([*quantiles]).iterrows()
    refuse_zero_range(low, high)
    return pd.DataFrame({"low": low, "high": high, "mean": treated.mean(), "sd": treated.std()})


def beyond(treated: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """The cells outside the stored goalposts: one row each, with value, low and high.

    >>> rows = pd.MultiIndex.from_tuples([("a", 2024), ("b", 2024)], names=["unit", "year"])
    >>> state = pd.DataFrame({"low": [0.0], "high": [2.0]}, index=["x"])
    >>> beyond(pd.DataFrame({"x": [3.0, 1.0]}, index=rows), state).to_numpy().tolist()
    [['a', 2024, 'x', 3.0, 0.0, 2.0]]
    """
    low, high = state["low"].loc[treated.columns], state["high"].loc[treated.columns]
    hair = HAIR * (high - low)
    row, column = np.nonzero(((treated < low - hair) | (treated > high + hair)).to_numpy())
    names = treated.columns[column]
    cells = treated.index[row].to_frame(index=False)
    return cells.assign(
        indicator=names.astype(str),
        value=treated.to_numpy()[row, column],
        low=low.loc[names].to_numpy(),
        high=high.loc[names].to_numpy(),
    )


def refuse_zero_range(low: pd.Series, high: pd.Series) -> None:
    """Raise ValueError naming the first indicator whose goalposts coincide.

    >>> refuse_zero_range(pd.Series({"x": 3.0}), pd.Series({"x": 3.0}))
    Traceback (most recent call last):
    ValueError: indicator 'x' has no range: both its goalposts are 3. An indicator that is the \
same everywhere cannot rank anything; remove it.
    """
    flat = low.index[~(high > low)]
    if len(flat):
        name = flat[0]
        raise ValueError(
            f"indicator {name!r} has no range: both its goalposts are {low[name]:g}. "
            f"An indicator that is the same everywhere cannot rank anything; remove it."
        )


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
    told = (
        "indicator {column} is {value} at {cell}: a logarithm needs values above 0. Declare "
        "`transform: none`, or check the figure."
    )
    refuse_where(values <= 0, values, told)
    return np.log(values)


def treat(filled: pd.DataFrame, transforms: Mapping[str, str]) -> pd.DataFrame:
    """Apply to each indicator the transform declared for it.

    `filled` has one row per (unit, year) and one column per indicator, in canonical units.

    >>> treat(pd.DataFrame({"x": [1.0, np.e]}), {"x": "log"})["x"].round(9).tolist()
    [0.0, 1.0]
    """
    return by_rule(TRANSFORM, transforms, filled)


def by_rule(
    table: Mapping[str, Transform], rules: Mapping[str, str], values: pd.DataFrame
) -> pd.DataFrame:
    """Each column of `values` by the rule of `table` that `rules` names for it."""
    parts = []
    for rule in dict.fromkeys(rules[name] for name in values):
        names = [name for name in values if rules[name] == rule]
        parts.append(table[rule](values[names]))
    return pd.concat(parts, axis="columns")[values.columns]


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


Scale = tuple[float, float]
Normalise = Callable[..., pd.DataFrame]


def minmax(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """Distance between the goalposts `low` and `high` of `state`, stretched to `scale`.

    Values beyond the goalposts get the end of the scale; `goalposts.beyond` lists them. Raises
    ValueError naming an indicator whose goalposts coincide.

    >>> x = pd.DataFrame({"more": [2.0, 3.0, 4.0], "less": [2.0, 3.0, 4.0]})
    >>> state = pd.DataFrame({"low": 2.0, "high": 4.0}, index=["more", "less"])
    >>> minmax(x, pd.Series({"more": 1, "less": -1}), state, scale=(0.0, 100.0)).to_numpy().tolist()
    [[0.0, 100.0], [50.0, 50.0], [100.0, 0.0]]
    """
    low, high = state["low"].loc[x.columns], state["high"].loc[x.columns]
    refuse_zero_range(low, high)
    sign = direction.loc[x.columns]
    worst, best = np.where(sign > 0, (low, high), (-high, -low))
    share = (_turned(x, sign) - worst) / (best - worst)
    return _stretched(pd.DataFrame(share, index=x.index, columns=x.columns), scale)


def zscore(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """100 + 10 z, z = (x − mean) / sd with the stored mean and deviation (ddof = 1).

    `scale` plays no part. Raises ValueError naming an indicator whose goalposts coincide.

    >>> x = pd.DataFrame({"a": [1.0, 3.0]})
    >>> state = pd.DataFrame({"low": 1.0, "high": 3.0, "mean": 2.0, "sd": 0.5}, index=["a"])
    >>> zscore(x, pd.Series({"a": -1}), state)["a"].tolist()
    [120.0, 80.0]
    """
    refuse_zero_range(state["low"].loc[x.columns], state["high"].loc[x.columns])
    sign, posts = direction.loc[x.columns], state.loc[x.columns]
    apart = _turned(x, sign) - (posts["mean"] * sign).to_numpy()
    z = 10 * apart / posts["sd"].to_numpy()
    return pd.DataFrame(100 + z, index=x.index, columns=x.columns)


def rank_in_year(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """Place among the units of the same year, counted from the worst; ties share the average.

    The second index level of `x` is the year; `state` and `scale` play no part. An indicator that
    is the same everywhere gives everyone the middle place.

    >>> rows = pd.MultiIndex.from_product([["a", "b", "c"], [2023]])
    >>> x = pd.DataFrame({"x": [5.0, 9.0, 5.0]}, index=rows)
    >>> rank_in_year(x, pd.Series({"x": 1}), pd.DataFrame())["x"].tolist()
    [1.5, 3.0, 1.5]
    """
    return _without_noise(x * direction.loc[x.columns]).groupby(level=1).rank()


def percentile(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """100 × place / number of values among all rows, the whole panel; ties share the average.

    Over the panel, as goalposts are, so that a unit that gains rises even if all others do too;
    `rank` is the place within a year. `state` and `scale` play no part. For a single year it is
    that of the OECD/JRC Handbook (2008), Table 15.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2022, 2023]])
    >>> x = pd.DataFrame({"x": [5.0, 6.0, 7.0, 9.0]}, index=rows)
    >>> percentile(x, pd.Series({"x": 1}), pd.DataFrame())["x"].tolist()
    [25.0, 50.0, 75.0, 100.0]
    """
    return 100 * _without_noise(x * direction.loc[x.columns]).rank(pct=True)


def zscaled(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """z-scores stretched to `scale`: its foot three deviations below the mean, its top three above.

    What lies further is capped. Unlike 100 + 10 z it may be joined by any mean. Mean and deviation
    are those stored. Raises ValueError naming an indicator whose goalposts coincide.

    >>> x = pd.DataFrame({"a": [1.0, 2.0, 3.5]})
    >>> state = pd.DataFrame({"low": 1.0, "high": 3.5, "mean": 2.0, "sd": 0.5}, index=["a"])
    >>> zscaled(x, pd.Series({"a": 1}), state, scale=(0.0, 60.0))["a"].tolist()
    [10.0, 30.0, 60.0]
    """
    z = (zscore(x, direction, state) - 100) / 10
    return _stretched((z + 3) / 6, scale)


def target(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """min(x / τ, 1) stretched to `scale`; where less is better, min(τ / x, 1).

    τ is the column `target` of `state`. Raises ValueError for a target not above 0 and for a
    negative value: a share of a target needs both on a ratio scale.

    >>> x = pd.DataFrame({"more": [47.0, 94.0, 99.0], "less": [4.0, 2.0, 0.0]})
    >>> state = pd.DataFrame({"target": [94.0, 2.0]}, index=["more", "less"])
    >>> target(x, pd.Series({"more": 1, "less": -1}), state, scale=(0.0, 100.0)).to_numpy().tolist()
    [[50.0, 50.0], [100.0, 100.0], [100.0, 100.0]]
    """
    aim, sign = state["target"].loc[x.columns], direction.loc[x.columns]
    for name in x.columns:
        if not aim[name] > 0:
            raise ValueError(
                f"indicator {name!r} has the target {aim[name]:g}; it must be above 0."
            )
    told = "indicator {column} is negative at {cell}: no share of a target."
    refuse_where(x < 0, x, told)
    more, less = x / aim, aim / x.clip(lower=aim, axis="columns")
    share = pd.DataFrame({name: (more if sign[name] > 0 else less)[name] for name in x.columns})
    return _stretched(share, scale)


def best(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """適度: 1 − |x − m| / max |x − m| stretched to `scale`, m the best value in the middle.

    m is the column `best` of `state`, the greatest distance that of the further stored goalpost;
    `direction` plays no part. Raises ValueError naming an indicator whose goalposts coincide.

    >>> x = pd.DataFrame({"a": [0.0, 4.0, 6.0]})
    >>> state = pd.DataFrame({"low": 0.0, "high": 6.0, "best": 4.0}, index=["a"])
    >>> best(x, pd.Series({"a": 1}), state, scale=(0.0, 100.0))["a"].tolist()
    [0.0, 100.0, 50.0]
    """
    low, high, middle = (state[key].loc[x.columns] for key in ("low", "high", "best"))
    refuse_zero_range(low, high)
    furthest = np.maximum((low - middle).abs(), (high - middle).abs())
    return _stretched(1 - (x - middle).abs() / furthest, scale)


def reference(
    x: pd.DataFrame, direction: pd.Series, state: pd.DataFrame, *, scale: Scale = (1.0, 100.0)
) -> pd.DataFrame:
    """100 at the stored mean, 60 points between the stored goalposts: the scale of the AMPI.

    100 + 60 (x − mean) / (high − low), so that most values lie in 70–130; `scale` plays no part.
    Mazziotta and Pareto, Social Indicators Research 127 (2016), with the pooled mean as reference.
    Raises ValueError naming an indicator whose goalposts coincide.

    >>> x = pd.DataFrame({"a": [1.0, 2.0, 4.0]})
    >>> state = pd.DataFrame({"low": 1.0, "high": 4.0, "mean": 2.0}, index=["a"])
    >>> reference(x, pd.Series({"a": 1}), state)["a"].tolist()
    [80.0, 100.0, 140.0]
    """
    low, high, mean = (state[key].loc[x.columns] for key in ("low", "high", "mean"))
    refuse_zero_range(low, high)
    return 100 + 60 * (x - mean) * direction.loc[x.columns] / (high - low)


def _turned(x: pd.DataFrame, sign: pd.Series) -> np.ndarray:
    """The values with those of "less is better" turned, as an array: a frame goes by columns."""
    return x.to_numpy(dtype=float) * sign.to_numpy()


def _without_noise(x: pd.DataFrame) -> pd.DataFrame:
    """Twelve digits of each number, so that what ties does so whatever processor took logarithms."""
    mantissa, exponent = np.frexp(x.to_numpy(dtype=float))
    return pd.DataFrame(np.ldexp(mantissa.round(12), exponent), index=x.index, columns=x.columns)


def _stretched(share: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    within = np.clip(share.to_numpy(dtype=float), 0.0, 1.0)
    made = scale[0] + (scale[1] - scale[0]) * within
    return pd.DataFrame(made, index=share.index, columns=share.columns)


NORMALISE: dict[str, Normalise] = {
    "minmax": minmax,
    "zscore": zscore,
    "zscaled": zscaled,
    "rank": rank_in_year,
    "percentile": percentile,
    "target": target,
    "best": best,
    "reference": reference,
}
ALL = frozenset({"monotone", "unit_invariant", "permutation_invariant", "year_stable"})
# What holds for the whole calculation with the rule in place. Where a target or a best value is
# stated, a change of unit restates it; towards a best value, more is not always better. A place
# among all rows moves as rows come.
LAWS: dict[str, frozenset[str]] = dict.fromkeys(NORMALISE, ALL) | {
    "best": ALL - {"monotone"},
    "percentile": ALL - {"year_stable"},
}
