"""The matrix of figures laid out as blocks of units by calendar years, checked on entry.

A block has one row per unit, one column per year from the first to the last, without holes: the
column to the left is the year before, whatever rows the matrix happens to hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Panel:
    """Figures as unit × year blocks: `figures[name][i, j]` is unit `units[i]` in `years[j]`."""

    units: pd.Index
    years: range
    figures: dict[str, np.ndarray]
    index_names: tuple[str | None, str | None]

    def where(self, block: np.ndarray) -> str:
        """Name the first true cell of a boolean block, for messages."""
        row, column = np.argwhere(block)[0]
        return cell((self.units[row], self.years[column]))

    def rows(self, years: tuple[int, ...] | range) -> pd.MultiIndex:
        """The index of the tables made from this panel: every unit in every one of `years`."""
        names = (self.index_names[0] or "unit", self.index_names[1] or "year")
        return pd.MultiIndex.from_product([self.units, list(years)], names=names)


def panel_of(matrix: pd.DataFrame, *, also: tuple[int, ...] = ()) -> Panel:
    """Lay `matrix` out as a `Panel`.

    `matrix` is indexed by (unit, year), one numeric column per figure, NaN where nothing was
    published. `also` names years that the panel must span even if the matrix has no row for them.

    Raises ValueError for another index, a year that is no whole number, a repeated (unit, year),
    a repeated column, text in a column, or an infinite value.

    >>> rows = pd.MultiIndex.from_tuples([("a", 2020), ("a", 2022)], names=["unit", "year"])
    >>> panel_of(pd.DataFrame({"gdp": [1.0, 3.0]}, index=rows)).figures["gdp"]
    array([[ 1., nan,  3.]])
    """
    _refuse_bad_index(matrix)
    _refuse_bad_columns(matrix)
    row_years = matrix.index.get_level_values(1).to_numpy(dtype=int)
    spanned = (int(row_years.min()), int(row_years.max()), *also)
    years = range(min(spanned), max(spanned) + 1)
    codes, units = pd.factorize(matrix.index.get_level_values(0))
    blocks = np.full((matrix.shape[1], len(units), len(years)), np.nan)
    blocks[:, codes, row_years - years.start] = matrix.to_numpy(dtype=float, na_value=np.nan).T
    figures = dict(zip(matrix.columns, blocks, strict=True))
    panel = Panel(pd.Index(units), years, figures, tuple(matrix.index.names))
    for name, block in figures.items():
        if np.isinf(block).any():
            raise ValueError(f"figure {name!r} is infinite at {panel.where(np.isinf(block))}.")
    return panel


def cell(row: object) -> str:
    """A row's label in words, for messages.

    >>> cell(("a", 2020))
    "unit 'a', year 2020"
    """
    if isinstance(row, tuple) and len(row) == 2:
        return f"unit {row[0]!r}, year {row[1]}"
    return f"row {row!r}"


def _refuse_bad_index(matrix: pd.DataFrame) -> None:
    if matrix.index.nlevels != 2:
        raise ValueError(
            f"the matrix must be indexed by (unit, year); its index has "
            f"{matrix.index.nlevels} level(s): {list(matrix.index.names)}."
        )
    if matrix.empty:
        raise ValueError("the matrix holds no figures: it has no rows or no columns.")
    year = matrix.index.levels[1]
    if not pd.api.types.is_integer_dtype(year):
        raise ValueError(
            f"the second index level must hold years as whole numbers; it holds {year.dtype}."
        )
    repeated = matrix.index[matrix.index.duplicated()]
    if len(repeated):
        raise ValueError(
            f"the matrix holds {cell(repeated[0])} more than once ({len(repeated)} repeats)."
        )


def _refuse_bad_columns(matrix: pd.DataFrame) -> None:
    repeated = matrix.columns[matrix.columns.duplicated()]
    if len(repeated):
        raise ValueError(f"the matrix holds the column {repeated[0]!r} more than once.")
    for name, kind in matrix.dtypes.items():
        if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
            raise ValueError(f"figure {name!r} holds {kind}; every figure must be a number.")
