"""β-convergence in a panel: whether a unit grows faster in years in which it starts lower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from quyu.regions.convergence.form import FORM, Form
from quyu.regions.convergence.regression import Fit, ols
from quyu.regions.convergence.speed import Speed, speed
from quyu.regions.disparity.yearly import complete_years


@dataclass(frozen=True)
class PanelBeta:
    """What `panel_beta` returns.

    fit          the term "initial" (b), errors clustered by unit; residuals by (unit, year) of the
                 end of each step
    speed        λ = −ln(1 + b), as of the biased b
    units        number of units, which are the clusters
    steps        years per unit, T
    null         what b tends to if nobody converges at all (every 1 + b is 1): −3 / (T + 1)
    left_out     years not used, see `quyu.regions.disparity.yearly.Complete`
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
    `quyu.regions.disparity.yearly.complete_years`. Each unit converges to a path of its own, so that this is
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
