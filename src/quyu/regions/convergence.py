"""Whether the provinces grow alike: σ- and β-convergence, and their speed.

A `form` is "log" for a positive figure at constant prices, where a gap is a ratio, and "levels" for
scores, whose zero is arbitrary: a gap is a number of points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from quyu.facts.faults import within
from quyu.regions.disparity import complete_years
from quyu.regions.inequality import numbers, ratio_scale
from quyu.regions.regression import POWER, Fit, ols, power
from quyu.words.nouns import Noun

Form = Literal["log", "levels"]

CUSTOMARY = 0.02  # a year; what Barro & Sala-i-Martin (1992) found for states, prefectures, regions
LEAST_YEARS = 3  # two determine a line and leave nothing to judge it by
LEAST_FREEDOM = 8  # degrees of freedom; fewer, and HC1 errors come out at half to 4/5 of the true


def _scaled(wide: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Units × years on the scale of `form`; a figure that has no logarithm is refused by name."""
    found = {}
    for year in wide:
        with within(str(year)):
            values = wide[year]
            levels = form == "levels"
            found[year] = (
                numbers(values) if levels else np.log(ratio_scale(values, above_zero=True))
            )
    return pd.DataFrame(found, index=wide.index)


@dataclass(frozen=True)
class Speed:
    """What `speed` returns.

    rate       λ, the share of a gap closed per year (continuously); negative = gaps widen; None if
               1 + bT ≤ 0: the rich of the first year end below the poor, no speed describes it
    low, high  λ at the ends of the interval of b; None where that end overshoots (no bound)
    """

    rate: float | None
    low: float | None
    high: float | None

    @property
    def course(self) -> Literal["converging", "diverging", "overshooting"]:
        """Gaps shrink, last or widen, or turn over."""
        if self.rate is None:
            return "overshooting"
        return "converging" if self.rate > 0 else "diverging"

    @property
    def half_life(self) -> float | None:
        """Years until half a gap is closed, ln 2 / λ; None unless converging."""
        return math.log(2) / self.rate if self.course == "converging" else None

    @property
    def half_lives(self) -> tuple[float, float | None]:
        """The least and the most years that the interval allows; None: perhaps half is never closed."""
        least = 0.0 if self.high is None else math.log(2) / self.high
        return least, math.log(2) / self.low if self.low is not None and self.low > 0 else None


def speed(b: float, span: float, *, interval: tuple[float, float]) -> Speed:
    """λ = −ln(1 + b T) / T of the slope `b` of yearly growth on the first level over `span` years.

    The same for logs and for levels, since both say that a gap shrinks to 1 + bT = e^(−λT) of
    itself. `interval` are the lower and upper end of the interval of b. (Barro & Sala-i-Martin 1992.)

    A gap halved in 4 years: b = (1/2 − 1) / 4.

    >>> found = speed(-0.125, 4, interval=(-0.2, 0.1))
    >>> round(found.rate, 4), round(found.half_life, 9), found.course
    (0.1733, 4.0, 'converging')
    >>> [years and round(years, 2) for years in found.half_lives]
    [1.72, None]
    >>> speed(-0.25, 4, interval=(-0.3, -0.2)).course
    'overshooting'
    """

    def rate(slope: float) -> float | None:
        left = 1 + round(slope * span, 12)  # a fit to equal growth gives b = 1e-17, no speed
        return -math.log(left) / span + 0.0 if left > 0 else None  # + 0.0: never −0

    return Speed(rate(b), rate(interval[1]), rate(interval[0]))


@dataclass(frozen=True, repr=False)
class Sigma(Noun):
    """What `sigma` returns.

    by_year   standard deviation (over n) of ln y, or of y in levels, per complete year
    trend     its linear trend; the term "year" is the change per year. None below 3 years
    """

    by_year: pd.Series
    trend: Fit | None


def sigma(panel: pd.Series, *, form: Form) -> Sigma:
    """The dispersion of `panel`, indexed by (unit, year), in each complete year, with its trend.

    The trend rests on as many observations as there are years, and its errors on one another: HC3
    with n − 2 degrees of freedom was the least wrong of four choices in a simulation. Raises
    ValueError naming unit and year of a figure that has no logarithm. (Barro & Sala-i-Martin 1992.)

    A ratio of e between two units is a standard deviation of 1/2, one of e² is 1.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]], names=["unit", "year"])
    >>> e = 2.718281828459045
    >>> found = sigma(pd.Series([1.0, 1.0, e, e**2], index=rows), form="log")
    >>> found.by_year.round(9).to_dict(), found.trend
    ({2020: 0.5, 2021: 1.0}, None)
    """
    yearly = _scaled(complete_years(panel), form).std(ddof=0).rename("sigma")
    if len(yearly) < LEAST_YEARS:
        return Sigma(yearly, None)
    time = pd.DataFrame({"year": yearly.index - yearly.index[0]}, index=yearly.index)
    return Sigma(yearly, ols(yearly, time, errors="HC3"))


@dataclass(frozen=True)
class Beta:
    """What `beta` returns.

    fit    terms "constant", "initial" (b) and the controls; residuals by unit
    speed  λ, half-life and their course
    power  chance that it finds a true speed of 2 % a year, the customary one
    """

    fit: Fit
    speed: Speed
    power: float

    @property
    def low_power(self) -> bool:
        """Whether the customary 2 % a year would be missed more often than one time in five."""
        return self.power < POWER


def beta(
    panel: pd.Series, start: int, end: int, *, form: Form, controls: pd.DataFrame | None = None
) -> Beta:
    """Fit (1/T) ln(y_T / y_0) = a + b ln y_0 (+ X) over the units, HC1 errors; b < 0 = convergence.

    `panel` is indexed by (unit, year). In levels it is (y_T − y_0) / T = a + b y_0. `controls` has a
    numeric column per condition, units as rows, of the start (conditional β); without them β is
    absolute. An error in y_0 looks like convergence (Galton), a score that ends at 100 forces the
    best to stand still, and b < 0 does not imply σ-convergence.

    Raises ValueError for fewer than 10 units (one more for each control: HC1 is far too sure of
    itself with less), naming a unit without figure in one of the two years or without control, a
    figure that has no logarithm, and a control that is determined by the others.

    0, 1, … 9 become 3, 3.5, … 7.5 in two years: of every gap, half is left.

    >>> scores = pd.DataFrame({2020: range(10), 2022: [3 + y / 2 for y in range(10)]})
    >>> found = beta(scores.stack(), 2020, 2022, form="levels")
    >>> found.fit.coefficients["estimate"].round(9).to_dict(), round(found.speed.half_life, 9)
    ({'constant': 1.5, 'initial': -0.25}, 2.0)
    """
    if end <= start:
        raise ValueError(f"the end, {end}, must come after the start, {start}.")
    wide = _scaled(panel.unstack(sort=False).reindex(columns=[start, end]), form)
    span, design = end - start, pd.DataFrame({"initial": wide[start]})
    if controls is not None:
        with within("controls"):
            given = controls.reindex(wide.index).apply(numbers)
        design = design.join(given)
    least = LEAST_FREEDOM + design.shape[1] + 1
    if len(design) < least:
        raise ValueError(
            f"{len(design)} units are too few for β with {design.shape[1] - 1} controls, at least "
            f"{least} are needed; compare their levels instead."
        )
    fit = ols((wide[end] - wide[start]) / span, design, errors="HC1")
    row = fit.coefficients.loc["initial"]
    customary = math.expm1(-CUSTOMARY * span) / span  # the b of that λ, −(1 − e^(−λT)) / T
    return Beta(
        fit,
        speed(row["estimate"], span, interval=(row["low"], row["high"])),
        power(customary, row["se"], fit.df),
    )


@dataclass(frozen=True)
class PanelBeta:
    """What `panel_beta` returns.

    fit    the term "initial" (b), errors clustered by unit; residuals by (unit, year) of the end of
           each step
    speed  λ = −ln(1 + b), as of the biased b
    null   what b tends to if nobody converges at all (every 1 + b is 1): −3 / (T + 1)
    """

    fit: Fit
    speed: Speed
    null: float

    @property
    def beyond_null(self) -> bool:
        """Whether all of the interval of b lies below what the bias alone gives."""
        return bool(self.fit.coefficients.at["initial", "high"] < self.null)


def panel_beta(panel: pd.Series, *, form: Form) -> PanelBeta:
    """Fit ln(y_t / y_t−1) = α_unit + τ_year + b ln y_t−1, errors clustered by unit.

    `panel` is indexed by (unit, year); in levels differences stand for logs. Each unit converges to
    a path of its own: conditional β with all that is lasting held constant. With few years b is
    biased downward (Nickell 1981), whatever the number of units: compare it with `null`, never with
    0 (Harris & Tzavalis 1999).

    Raises ValueError for fewer than three complete years, years with a gap, and a figure that has
    no logarithm, with unit and year.

    Gaps to 4, 4 and 7 halve every year.

    >>> rows = pd.MultiIndex.from_product([["a", "b", "c"], [2020, 2021, 2022]])
    >>> found = panel_beta(pd.Series([0.0, 2, 3, 4, 4, 4, 9, 8, 7.5], index=rows), form="levels")
    >>> found.fit.coefficients["estimate"].round(9).to_dict(), found.null
    ({'initial': -0.5}, -1.0)
    """
    wide = complete_years(panel)
    years = list(wide)
    if len(years) < 3:
        raise ValueError(
            f"province and year effects need at least 3 years in which every unit is published; "
            f"there are {years}."
        )
    gaps = [year + 1 for year, later in pairwise(years) if later > year + 1]
    if gaps:
        raise ValueError(
            f"{gaps[0]} is not published for every unit; state years without a gap, or the units."
        )
    level = _scaled(wide, form)
    growth, before = level.diff(axis=1).iloc[:, 1:], level.shift(axis=1).iloc[:, 1:]
    y, initial = (_without_effects(block).stack() for block in (growth, before))
    y.index.names = initial.index.names = panel.index.names
    owner = pd.Series(y.index.get_level_values(0), index=y.index)
    fit = ols(y, initial.to_frame("initial"), errors="cluster", clusters=owner, constant=False)
    row = fit.coefficients.loc["initial"]
    found = speed(row["estimate"], 1, interval=(row["low"], row["high"]))
    return PanelBeta(fit, found, -3 / len(years))


def _without_effects(block: pd.DataFrame) -> pd.DataFrame:
    """Deviations from the unit's and the year's mean: exact, since no cell is missing."""
    rows = block.sub(block.mean(axis=1), axis=0)
    return rows - rows.mean()
