"""A measure in each year for which every unit is published, the other years named with the holes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.index.panel import panel_of


@dataclass(frozen=True)
class Complete:
    """What `complete_years` returns.

    figures   (unit, year) × figures, nothing missing; only the complete years
    left_out  the other years: a row for each (year, figure, unit) without which they are incomplete
    """

    figures: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def years(self) -> list[int]:
        """The complete years, in order."""
        return sorted(self.figures.index.unique(level=1))


@dataclass(frozen=True)
class Yearly:
    """What `by_year` returns: one row per complete year, and why other years have none."""

    table: pd.DataFrame
    left_out: pd.DataFrame


def complete_years(
    panel: pd.DataFrame | pd.Series,
    *,
    years: Sequence[int] | None = None,
    units: Sequence[object] | None = None,
) -> Complete:
    """Keep the years in which each of `units` has each figure; tell what the others lack.

    `panel` is indexed by (unit, year), NaN or no row where nothing is published. Comparing years
    is only fair over the same units, so one that is missing costs its year, never itself: state
    `units` to do without some. `years` are those asked for, published or not; else all calendar
    years from the first to the last with any figure.

    Raises ValueError for another index, a repeated row, an infinite or non-numeric figure, and a
    unit that is not in the panel.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]], names=["unit", "year"])
    >>> found = complete_years(pd.Series([1.0, 2.0, 3.0, None], index=rows, name="gdp"))
    >>> found.years, found.left_out.to_dict("records")
    ([2020], [{'year': 2021, 'figure': 'gdp', 'unit': 'b'}])
    """
    frame = panel.to_frame("value" if panel.name is None else panel.name) if _flat(panel) else panel
    laid = panel_of(frame, also=tuple(years or ()))
    names = laid.rows(laid.years).names
    wanted = list(laid.units if units is None else units)
    unknown = [unit for unit in wanted if unit not in laid.units]
    if unknown:
        raise ValueError(f"the panel has no unit {unknown[0]!r}; it has {list(laid.units)}.")
    blocks = np.stack(list(laid.figures.values()))[:, laid.units.get_indexer(wanted)]
    columns = _asked(blocks, laid.years) if years is None else [y - laid.years[0] for y in years]

    figure, unit, place = np.nonzero(np.isnan(blocks[:, :, columns]))
    asked = np.array(laid.years, dtype=int)[columns]
    holes = {
        "year": asked[place],
        "figure": np.array(list(laid.figures), dtype=object)[figure],
        "unit": np.array(wanted, dtype=object)[unit],
    }
    left_out = pd.DataFrame(holes).sort_values("year", kind="stable", ignore_index=True)
    kept = [year for year in asked.tolist() if year not in set(holes["year"].tolist())]
    index = pd.MultiIndex.from_product([wanted, kept], names=names)
    found = blocks[:, :, [year - laid.years[0] for year in kept]]
    table = pd.DataFrame(found.reshape(len(blocks), -1).T, index=index, columns=list(laid.figures))
    return Complete(table, left_out)


def by_year(
    panel: pd.DataFrame | pd.Series,
    measure: Callable[..., Mapping[str, float]],
    *,
    years: Sequence[int] | None = None,
    units: Sequence[object] | None = None,
) -> Yearly:
    """Take `measure` of the units in each complete year of `panel`, a row each.

    `measure` is given one year, a Series by unit or, if `panel` is a table, units × figures, so
    that figure and population can be of the same year; it returns named numbers. For `years`,
    `units` and what is refused see `complete_years`. A refusal by `measure` names the year.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]], names=["unit", "year"])
    >>> gdp = pd.Series([1.0, 2.0, 3.0, None], index=rows, name="gdp")
    >>> found = by_year(gdp, lambda y: {"ratio": y.max() / y.min()})
    >>> found.table["ratio"].to_dict(), found.left_out["year"].tolist()
    ({2020: 3.0}, [2021])
    """
    complete = complete_years(panel, years=years, units=units)
    figures = complete.figures.iloc[:, 0] if _flat(panel) else complete.figures
    rows = {}
    for year in complete.years:
        try:
            rows[year] = dict(measure(figures.xs(year, level=1)))
        except ValueError as refusal:
            raise ValueError(f"{year}: {refusal}") from refusal
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(figures.index.names[1])
    return Yearly(table, complete.left_out)


def _flat(panel: pd.DataFrame | pd.Series) -> bool:
    return isinstance(panel, pd.Series)


def _asked(blocks: np.ndarray, years: range) -> list[int]:
    """The columns from the first to the last year in which anything is published."""
    found = np.flatnonzero(~np.isnan(blocks).all(axis=(0, 1)))
    return list(range(found[0], found[-1] + 1)) if len(found) else list(range(len(years)))
