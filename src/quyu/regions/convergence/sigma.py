"""σ-convergence: whether units lie less far apart from year to year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from quyu.regions.convergence.form import FORM, Form
from quyu.regions.convergence.regression import Fit, ols
from quyu.regions.disparity.yearly import by_year

LEAST_YEARS = 3  # two determine a line and leave nothing to judge it by


@dataclass(frozen=True)
class Sigma:
    """What `sigma` returns.

    by_year   standard deviation (over n) of ln y, or of y in levels, per complete year
    trend     its linear trend; the term "year" is the change per year. None below 3 years
    left_out  years not used, see `quyu.regions.disparity.yearly.Complete`
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
    arbitrary. `years` and `units` as in `quyu.regions.disparity.yearly.complete_years`.

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
