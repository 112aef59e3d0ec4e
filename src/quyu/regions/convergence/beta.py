"""β-convergence: whether the units that started lower grew faster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from quyu.regions.convergence.form import FORM, Form
from quyu.regions.convergence.regression import POWER, Fit, ols, power
from quyu.regions.convergence.speed import CUSTOMARY, Speed, rate, slope, speed
from quyu.regions.disparity.ratio import numbers
from quyu.regions.disparity.yearly import complete_years

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
