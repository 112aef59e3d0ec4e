"""Derived indicators: the value of each formula for every unit in every calendar year.

A block has one row per unit, one column per year from the first to the last, without holes: the
column to the left is the year before, whatever rows the matrix happens to hold.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.formula import WINDOWS, parse, refuse_circles
from quyu.index.guards import cell, refuse_where
from quyu.words.nouns import Noun


@dataclass(frozen=True, repr=False)
class Panel(Noun):
    """Figures as unit × year blocks: `figures[name][i, j]` is unit `units[i]` in `years[j]`."""

    units: pd.Index
    years: range
    figures: dict[str, np.ndarray]
    index_names: tuple[str | None, str | None]

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
    _refuse_bad_matrix(matrix)
    row_years = matrix.index.get_level_values(1).to_numpy(dtype=int)
    spanned = (int(row_years.min()), int(row_years.max()), *also)
    years = range(min(spanned), max(spanned) + 1)
    codes, units = pd.factorize(matrix.index.get_level_values(0))
    blocks = np.full((matrix.shape[1], len(units), len(years)), np.nan)
    values = matrix.to_numpy(dtype=float, na_value=np.nan)
    refuse_where(np.isinf(values), matrix, "figure {column} is infinite at {cell}.")
    blocks[:, codes, row_years - years.start] = values.T
    figures = dict(zip(matrix.columns, blocks, strict=True))
    return Panel(pd.Index(units), years, figures, tuple(matrix.index.names))


def _refuse_bad_matrix(matrix: pd.DataFrame) -> None:
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
    repeated = matrix.columns[matrix.columns.duplicated()]
    if len(repeated):
        raise ValueError(f"the matrix holds the column {repeated[0]!r} more than once.")
    for name, kind in matrix.dtypes.items():
        if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
            raise ValueError(f"figure {name!r} holds {kind}; every figure must be a number.")


Value = float | np.ndarray


def derive(
    matrix: pd.DataFrame | Panel,
    formulas: Mapping[str, str],
    *,
    definitions: Mapping[str, str] | None = None,
    base_year: int | None = None,
) -> pd.DataFrame:
    """Evaluate each formula for every unit in every calendar year of `matrix`.

    `matrix` is indexed by (unit, year), one column per figure in canonical units; `formulas` maps
    an indicator's id to its text; `definitions` names sub-formulas. mean2 and mean3 average a year
    with the one or two calendar years before it, sum3 adds them; a year without all its parts is
    missing. chain(level, growth) is the level of `base_year` moved by `growth`, the ratio of each
    year to the year before, in both directions: a series at constant prices. Its level may be a
    number: chain(1, cpi) is a deflator that is 1 in the base year.

    Missing figures give missing results. Raises ValueError for anything that is no formula, an
    unknown name, a definition that needs itself, and a zero denominator (unless its numerator is
    missing): a division by zero means a wrong figure or a wrong formula, not a missing one.

    >>> rows = pd.MultiIndex.from_product([["a"], [2020, 2021]], names=["unit", "year"])
    >>> figures = pd.DataFrame({"gdp": [8.0, 9.0], "population": [3.0, 5.0]}, index=rows)
    >>> derive(figures, {"per_head": "gdp / mean2(population)"})["per_head"].tolist()
    [nan, 2.25]
    """
    panel = matrix if isinstance(matrix, Panel) else panel_of(matrix)
    evaluator = _Evaluator(panel, dict(definitions or {}), base_year)
    columns = [evaluator.block(name, text).ravel() for name, text in formulas.items()]
    rows = panel.rows(panel.years)
    table = np.column_stack(columns) if columns else np.empty((len(rows), 0))
    return pd.DataFrame(table, index=rows, columns=list(formulas))


class _Evaluator:
    """Walks formulas over one panel, working out each definition once."""

    def __init__(self, panel: Panel, definitions: dict[str, str], base_year: int | None) -> None:
        self.panel, self.definitions, self.base_year = panel, definitions, base_year
        self.shape = (len(panel.units), len(panel.years))
        self.known: dict[str, Value] = {}
        self.place = ""  # the formula at work, for messages
        refuse_circles(definitions)
        for name in definitions:
            if name in panel.figures:
                raise ValueError(f"definition {name!r} has the name of a figure; rename it.")

    def block(self, name: str, text: str) -> np.ndarray:
        block = np.broadcast_to(self.within(f"indicator {name!r}", text), self.shape)
        self.refuse(np.isinf(block), f"indicator {name!r}: {text!r} overflows at {{}}.")
        return block

    def within(self, owner: str, text: str) -> Value:
        before, self.place = self.place, f"{owner}: {text!r}"
        found = self.value(parse(text, owner=owner))
        self.place = before
        return found

    def refuse(self, bad: Value, told: str, code: str = "") -> None:
        bad = np.broadcast_to(bad, self.shape)
        if bad.any():
            row, column = np.argwhere(bad)[0]
            unit, year = self.panel.units[row], self.panel.years[column]
            raise Refusal(told.format(cell((unit, year))), code, unit=unit, year=year)

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=number):
                return float(number)
            case ast.Name(id=name):
                return self.named(name)
            case ast.UnaryOp(op=sign, operand=operand):
                inner = self.value(operand)
                return -inner if isinstance(sign, ast.USub) else inner
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.quotient(self.value(left), self.value(right))
            case ast.BinOp(left=left, op=operator, right=right):
                with np.errstate(over="ignore", invalid="ignore"):
                    return _OPERATORS[type(operator)](self.value(left), self.value(right))
            case ast.Call(func=ast.Name(id="chain"), args=[level, growth]):
                return self.chain(self.value(level), self.value(growth))
            case ast.Call(func=ast.Name(id=window), args=[inner]):
                reach, divisor = WINDOWS[window]
                return self.window(self.value(inner), reach) / divisor
        raise AssertionError(f"{ast.dump(node)} passed the parser")

    def named(self, name: str) -> Value:
        if name in self.panel.figures:
            return self.panel.figures[name]
        if name not in self.definitions:
            known = [*self.panel.figures, *self.definitions]
            near = difflib.get_close_matches(name, known, 3) or sorted(known)[:8]
            raise Refusal(
                f"{self.place}: no figure or definition is named {name!r}; "
                f"closest: {', '.join(near)}.",
                "no_figure",
                figure=name,
            )
        if name not in self.known:
            owner = f"{self.place.split(': ')[0]}, definition {name!r}"
            self.known[name] = self.within(owner, self.definitions[name])
        return self.known[name]

    def quotient(self, top: Value, bottom: Value) -> Value:
        self.refuse(
            (np.asarray(bottom) == 0) & ~np.isnan(top),
            f"{self.place} divides by zero at {{}}; correct the figure or remove it if it was not "
            f"published.",
            "zero",
        )
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return np.where(np.asarray(bottom) == 0, np.nan, np.divide(top, bottom))

    def window(self, value: Value, reach: int) -> Value:
        if np.ndim(value) == 0:
            return value * reach
        total = value.copy()
        for lag in range(1, reach):
            total[:, lag:] += value[:, :-lag]
            total[:, :lag] = np.nan
        return total

    def chain(self, level: Value, growth: Value) -> np.ndarray:
        years = self.panel.years
        if self.base_year is None or self.base_year not in years:
            raise ValueError(
                f"{self.place}: chain needs the base year {self.base_year}; the figures cover "
                f"{years.start}–{years.stop - 1}."
            )
        growth = np.broadcast_to(growth, self.shape)
        self.refuse(
            growth <= 0,
            f"{self.place}: growth must be a positive ratio to the year before (1.05 = up 5 %); it "
            f"is not at {{}}.",
        )
        base = self.base_year - years.start
        moved = np.ones(self.shape)
        moved[:, base + 1 :] = np.cumprod(growth[:, base + 1 :], axis=1)
        moved[:, :base] = 1 / np.cumprod(growth[:, base:0:-1], axis=1)[:, ::-1]
        return np.broadcast_to(level, self.shape)[:, [base]] * moved


_OPERATORS: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
}
