"""Whether the provinces grow alike: σ- and β-convergence, and their speed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from quyu.regions.disparity import by_year, complete_years
from quyu.regions.inequality import numbers, ratio_scale
from quyu.regions.regression import POWER, Fit, ols, power

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


CUSTOMARY = 0.02  # a year; what Barro & Sala-i-Martin (1992) found for states, prefectures, regions

Course = Literal["converging", "diverging", "overshooting"]


@dataclass(frozen=True)
class Speed:
    """What `speed` returns.

    rate       λ, the share of a gap closed per year (continuously); negative = gaps widen; None if
               overshooting
    half_life  years until half a gap is closed, ln 2 / λ; None unless converging
    course     "converging" λ > 0 · "diverging" λ ≤ 0, gaps last or widen · "overshooting" 1 + bT ≤ 0,
               the rich of the first year end below the poor, so that no speed describes it
    low, high  λ at the ends of the interval of b; None where that end overshoots (no bound)
    """

    rate: float | None
    half_life: float | None
    course: Course
    low: float | None
    high: float | None

    @property
    def half_lives(self) -> tuple[float, float | None]:
        """The least and the most years that the interval allows; None: perhaps half is never closed."""
        least = 0.0 if self.high is None else math.log(2) / self.high
        return least, math.log(2) / self.low if self.low is not None and self.low > 0 else None


def speed(b: float, span: float, *, interval: tuple[float, float]) -> Speed:
    """λ = −ln(1 + b T) / T of the slope `b` of yearly growth on the first level over `span` years.

    The same for logs and for levels, since both say that a gap shrinks to 1 + bT = e^(−λT) of
    itself. `interval` are the lower and upper end of the interval of b.
    (Barro & Sala-i-Martin 1992, Journal of Political Economy 100: 223–251.)

    A gap halved in 4 years: b = (1/2 − 1) / 4.

    >>> found = speed(-0.125, 4, interval=(-0.2, 0.1))
    >>> round(found.rate, 4), round(found.half_life, 9), found.course
    (0.1733, 4.0, 'converging')
    >>> [years and round(years, 2) for years in found.half_lives]
    [1.72, None]
    >>> speed(-0.25, 4, interval=(-0.3, -0.2)).course
    'overshooting'
    """
    found = rate(b, span)
    low, high = (rate(end, span) for end in reversed(interval))
    if found is None:
        return Speed(None, None, "overshooting", low, high)
    if found <= 0:
        return Speed(found, None, "diverging", low, high)
    return Speed(found, math.log(2) / found, "converging", low, high)


def slope(speed: float, span: float) -> float:
    """The b that a `speed` of λ gives over `span` years, −(1 − e^(−λT)) / T.

    >>> round(slope(0.02, 1), 4), round(slope(0.02, 8), 4)
    (-0.0198, -0.0185)
    """
    return math.expm1(-speed * span) / span


def rate(b: float, span: float) -> float | None:
    """λ = −ln(1 + b T) / T, the inverse of `slope`; None if 1 + bT ≤ 0.

    >>> round(rate(-0.125, 4), 4), rate(0.0, 4), rate(-0.25, 4)
    (0.1733, 0.0, None)
    """
    left = 1 + round(b * span, 12)  # a fit to equal growth gives b = 1e-17, which is no speed
    return -math.log(left) / span + 0.0 if left > 0 else None  # + 0.0: never −0


LEAST_YEARS = 3  # two determine a line and leave nothing to judge it by


@dataclass(frozen=True)
class Sigma:
    """What `sigma` returns.

    by_year   standard deviation (over n) of ln y, or of y in levels, per complete year
    trend     its linear trend; the term "year" is the change per year. None below 3 years
    left_out  years not used, see `quyu.regions.disparity.Complete`
    """

    by_year: pd.Series
    trend: Fit | None
    left_out: pd.DataFrame


def sigma(
    panel: pd.Series,
    *,
    form: Form,
    years: Sequence[int] | None = None,
    units: Sequence[object] | None = None,
) -> Sigma:
    """The dispersion of `panel`, indexed by (unit, year), in each complete year, with its trend.

    `form` is "log" for a positive figure at constant prices and "levels" for scores, whose zero is
    arbitrary. `years` and `units` as in `quyu.regions.disparity.complete_years`.

    The trend rests on as many observations as there are years, and its errors on one another: HC3
    with n − 2 degrees of freedom was the least wrong of four choices in a simulation (5 and 9
    years, no trend: 95 % intervals held 97 and 96 % of the time; at an autocorrelation of .5, 93
    and 85 %; Newey–West 77 and 72 %). `detectable` is the change per year it could have found.

    Raises ValueError naming unit and year of a figure that has no logarithm.
    (Barro & Sala-i-Martin 1992, Journal of Political Economy 100: 223–251.)

    A ratio of e between two units is a standard deviation of 1/2, one of e² is 1.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]], names=["unit", "year"])
    >>> e = 2.718281828459045
    >>> found = sigma(pd.Series([1.0, 1.0, e, e**2], index=rows), form="log")
    >>> found.by_year.round(9).to_dict(), found.trend
    ({2020: 0.5, 2021: 1.0}, None)
    """

    def deviation(values: pd.Series) -> dict[str, float]:
        return {"sigma": float(FORM[form](values).std(ddof=0))}

    found = by_year(panel, deviation, years=years, units=units)
    if found.table.empty:
        return Sigma(pd.Series(dtype=float, name="sigma"), None, found.left_out)
    yearly = found.table["sigma"]
    if len(yearly) < LEAST_YEARS:
        return Sigma(yearly, None, found.left_out)
    time = pd.DataFrame({"year": yearly.index - yearly.index[0]}, index=yearly.index)
    return Sigma(yearly, ols(yearly, time, errors="HC3"), found.left_out)


LEAST_FREEDOM = 8  # degrees of freedom; fewer, and HC1 errors come out at half to 4/5 of the true


@dataclass(frozen=True)
class Beta:
    """What `beta` returns.

    start, end  the two years
    fit         terms "constant", "initial" (b) and the controls; residuals by unit
    speed       λ, half-life and their course
    detectable  the slowest true convergence, as λ, that such a standard error finds with a power of
                80 %; None if even the complete closing of all gaps would be missed more often
    power       chance that it finds a true speed of 2 % a year, the customary one
    """

    start: int
    end: int
    fit: Fit
    speed: Speed
    detectable: float | None
    power: float

    @property
    def low_power(self) -> bool:
        """Whether the customary 2 % a year would be missed more often than one time in five."""
        return self.power < POWER


def beta(
    panel: pd.Series,
    start: int,
    end: int,
    *,
    form: Form,
    controls: pd.DataFrame | None = None,
    units: Sequence[object] | None = None,
) -> Beta:
    """Fit (1/T) ln(y_T / y_0) = a + b ln y_0 (+ X) over the units, HC1 errors; b < 0 = convergence.

    `panel` is indexed by (unit, year). `form` is "log" for a positive figure at constant prices
    and "levels" for scores, (y_T − y_0) / T = a + b y_0: a score has no true zero and so no growth
    rate. `controls` has a numeric column per condition, units as rows, of the start (conditional
    β); without them β is absolute. `units` are those compared, all of the panel unless given.

    What it cannot tell: an error in y_0 looks like convergence (Galton); a score that ends at 100
    forces the best to stand still; b < 0 does not imply σ-convergence. With few units slow
    convergence is missed: see `detectable`, `power`. HC1 is a little too sure of itself: with 31
    provinces' real GDP per head as y_0 and no convergence, its 95 % intervals held 92 % of the time.
    With less than 10 units it is far too sure (median error at n = 10, 5, 3: 82, 67, 47 % of the
    true one), which is why so few, as the three provinces of the Northeast, are refused.

    Raises ValueError for fewer than 10 units (one more for each control), for an `end` not after
    `start`, naming a unit without figure in one of the two years, a figure that has no logarithm,
    and a control that is missing, not numeric or determined by the others.
    (Barro & Sala-i-Martin 1992, Journal of Political Economy 100: 223–251.)

    0, 1, … 9 become 3, 3.5, … 7.5 in two years: of every gap, half is left.

    >>> scores = pd.DataFrame({2020: range(10), 2022: [3 + y / 2 for y in range(10)]})
    >>> found = beta(scores.stack(), 2020, 2022, form="levels")
    >>> found.fit.coefficients["estimate"].round(9).to_dict(), round(found.speed.half_life, 9)
    ({'constant': 1.5, 'initial': -0.25}, 2.0)
    """
    if end <= start:
        raise ValueError(f"the end, {end}, must come after the start, {start}.")
    complete = complete_years(panel, years=(start, end), units=units)
    if len(complete.left_out):
        hole = complete.left_out.iloc[0]
        raise ValueError(
            f"{hole['unit']!r} has no figure in {hole['year']} ({len(complete.left_out)} missing in "
            f"{start} or {end}); choose other years, or state the units to compare."
        )
    scale = FORM[form]
    first, last = (scale(complete.figures.iloc[:, 0].xs(year, level=1)) for year in (start, end))
    span = end - start
    design = pd.DataFrame({"initial": first})
    if controls is not None:
        design = design.join(_controls(controls, first.index))
    freedom = len(design) - design.shape[1] - 1
    if freedom < LEAST_FREEDOM:
        raise ValueError(
            f"{len(design)} units are too few for β with {design.shape[1] - 1} controls, at least "
            f"{LEAST_FREEDOM + design.shape[1] + 1} are needed; compare their levels instead."
        )
    fit = ols((last - first) / span, design, errors="HC1")
    row = fit.coefficients.loc["initial"]
    return Beta(
        start,
        end,
        fit,
        speed(row["estimate"], span, interval=(row["low"], row["high"])),
        rate(-row["detectable"], span),
        power(slope(CUSTOMARY, span), row["se"], fit.df),
    )


def _controls(controls: pd.DataFrame, units: pd.Index) -> pd.DataFrame:
    reserved = [name for name in ("initial", "constant") if name in controls.columns]
    if reserved:
        raise ValueError(f"a control may not be called {reserved[0]!r}; rename it.")
    without = [unit for unit in units if unit not in controls.index]
    if without:
        raise ValueError(f"no controls are given for {without}.")
    checked = {}
    for name in controls.columns:
        try:
            checked[name] = numbers(controls.loc[units, name])
        except ValueError as refusal:
            raise ValueError(f"control {name!r}: {refusal}") from refusal
    return pd.DataFrame(checked)


@dataclass(frozen=True)
class PanelBeta:
    """What `panel_beta` returns.

    fit          the term "initial" (b), errors clustered by unit; residuals by (unit, year) of the
                 end of each step
    speed        λ = −ln(1 + b), as of the biased b
    units        number of units, which are the clusters
    steps        years per unit, T
    null         what b tends to if nobody converges at all (every 1 + b is 1): −3 / (T + 1)
    left_out     years not used, see `quyu.regions.disparity.Complete`
    """

    fit: Fit
    speed: Speed
    units: int
    steps: int
    null: float
    left_out: pd.DataFrame

    @property
    def beyond_null(self) -> bool:
        """Whether all of the interval of b lies below what the bias alone gives."""
        return bool(self.fit.coefficients.at["initial", "high"] < self.null)


def panel_beta(
    panel: pd.Series,
    *,
    form: Form,
    years: Sequence[int] | None = None,
    units: Sequence[object] | None = None,
) -> PanelBeta:
    """Fit ln(y_t / y_t−1) = α_unit + τ_year + b ln y_t−1, errors clustered by unit.

    `panel` is indexed by (unit, year); `form` is "log" for a positive figure at constant prices and
    "levels" for scores (differences for logs); `years` and `units` as in
    `quyu.regions.disparity.complete_years`. Each unit converges to a path of its own, so that this is
    conditional β with all that is lasting held constant, and says nothing of the gaps between them.

    With few units, as with few years, errors by cluster come out too small.

    With few years b is biased downward, by about −(2 + b) / (T − 1) (Nickell 1981, Econometrica 49:
    1417–1426), whatever the number of units. Compare it with `null`, never with 0: units that never
    converge give −3 / (T + 1) on average (Harris & Tzavalis 1999, Journal of Econometrics 91:
    201–226), which is −.6 with five years of figures.

    Raises ValueError for fewer than three complete years, years with a gap, and a figure that has
    no logarithm, with unit and year.

    Gaps to 4, 4 and 7 halve every year.

    >>> rows = pd.MultiIndex.from_product([["a", "b", "c"], [2020, 2021, 2022]])
    >>> found = panel_beta(pd.Series([0.0, 2, 3, 4, 4, 4, 9, 8, 7.5], index=rows), form="levels")
    >>> found.fit.coefficients["estimate"].round(9).to_dict(), found.steps, found.null
    ({'initial': -0.5}, 2, -1.0)
    """
    complete = complete_years(panel, years=years, units=units)
    wide = complete.figures.iloc[:, 0].unstack(sort=False).sort_index(axis=1)
    _refuse_broken(list(wide.columns))
    level = pd.DataFrame({year: _scaled(wide[year], year, form) for year in wide})
    growth = level.diff(axis=1).iloc[:, 1:]
    before = level.shift(axis=1).iloc[:, 1:]
    y, initial = (_without_effects(block).stack() for block in (growth, before))
    for block in (y, initial):
        block.index.names = complete.figures.index.names
    owner = pd.Series(y.index.get_level_values(0), index=y.index)
    fit = ols(y, initial.to_frame("initial"), errors="cluster", clusters=owner, constant=False)
    row, steps = fit.coefficients.loc["initial"], growth.shape[1]
    return PanelBeta(
        fit,
        speed(row["estimate"], 1, interval=(row["low"], row["high"])),
        len(wide),
        steps,
        -3 / (steps + 1),
        complete.left_out,
    )


def _without_effects(block: pd.DataFrame) -> pd.DataFrame:
    """Deviations from the unit's and the year's mean: exact, since no cell is missing."""
    rows = block.sub(block.mean(axis=1), axis=0)
    return rows - rows.mean()


def _scaled(values: pd.Series, year: int, form: Form) -> pd.Series:
    try:
        return FORM[form](values)
    except ValueError as refusal:
        raise ValueError(f"{year}: {refusal}") from refusal


def _refuse_broken(years: list[int]) -> None:
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
