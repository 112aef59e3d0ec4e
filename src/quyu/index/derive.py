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
from quyu.index.formula import parse, refuse_circles
from quyu.index.validate import cell


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
        self.known: dict[str, Value] = {}
        refuse_circles(definitions)
        for name in definitions:
            if name in panel.figures:
                raise ValueError(f"definition {name!r} has the name of a figure; rename it.")

    def block(self, name: str, text: str) -> np.ndarray:
        owner = f"indicator {name!r}"
        value = self.value(parse(text, owner=owner), owner, text)
        block = np.broadcast_to(value, (len(self.panel.units), len(self.panel.years)))
        if np.isinf(block).any():
            raise ValueError(f"{owner}: {text!r} overflows at {self.panel.where(np.isinf(block))}.")
        return block

    def value(self, node: ast.expr, owner: str, text: str) -> Value:
        match node:
            case ast.Constant(value=number):
                return float(number)
            case ast.Name(id=name):
                return self.named(name, owner, text)
            case ast.UnaryOp(op=sign, operand=operand):
                inner = self.value(operand, owner, text)
                return -inner if isinstance(sign, ast.USub) else inner
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.quotient(
                    self.value(left, owner, text), self.value(right, owner, text), owner, text
                )
            case ast.BinOp(left=left, op=operator, right=right):
                operate = _OPERATORS[type(operator)]
                with np.errstate(over="ignore", invalid="ignore"):
                    return operate(self.value(left, owner, text), self.value(right, owner, text))
            case ast.Call(func=ast.Name(id="chain"), args=[level, growth]):
                return self.chain(
                    self.value(level, owner, text), self.value(growth, owner, text), owner, text
                )
            case ast.Call(func=ast.Name(id=window), args=[inner]):
                reach, divisor = _WINDOWS[window]
                return self.window(self.value(inner, owner, text), reach) / divisor
        raise AssertionError(f"{ast.dump(node)} passed the parser")

    def named(self, name: str, owner: str, text: str) -> Value:
        if name in self.panel.figures:
            return self.panel.figures[name]
        if name not in self.definitions:
            known = [*self.panel.figures, *self.definitions]
            near = difflib.get_close_matches(name, known, 3) or sorted(known)[:8]
            raise Refusal(
                f"{owner}: {text!r}: no figure or definition is named {name!r}; "
                f"closest: {', '.join(near)}.",
                "no_figure",
                figure=name,
            )
        if name not in self.known:
            inner = self.definitions[name]
            where = f"{owner}, definition {name!r}"
            self.known[name] = self.value(parse(inner, owner=where), where, inner)
        return self.known[name]

    def quotient(self, top: Value, bottom: Value, owner: str, text: str) -> Value:
        shape = (len(self.panel.units), len(self.panel.years))
        bad = np.broadcast_to((np.asarray(bottom) == 0) & ~np.isnan(top), shape)
        if bad.any():
            row, column = np.argwhere(bad)[0]
            raise Refusal(
                f"{owner}: {text!r} divides by zero at {self.panel.where(bad)}; correct the figure "
                f"or remove it if it was not published.",
                "zero",
                unit=self.panel.units[row],
                year=self.panel.years[column],
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

    def chain(self, level: Value, growth: Value, owner: str, text: str) -> np.ndarray:
        years = self.panel.years
        if self.base_year is None or self.base_year not in years:
            raise ValueError(
                f"{owner}: {text!r}: chain needs the base year {self.base_year}; the figures cover "
                f"{years.start}–{years.stop - 1}."
            )
        shape = (len(self.panel.units), len(years))
        growth = np.broadcast_to(growth, shape)
        if (growth <= 0).any():
            raise ValueError(
                f"{owner}: {text!r}: growth must be a positive ratio to the year before "
                f"(1.05 = up 5 %); it is not at {self.panel.where(growth <= 0)}."
            )
        base = self.base_year - years.start
        moved = np.ones(shape)
        moved[:, base + 1 :] = np.cumprod(growth[:, base + 1 :], axis=1)
        moved[:, :base] = 1 / np.cumprod(growth[:, base:0:-1], axis=1)[:, ::-1]
        return np.broadcast_to(level, shape)[:, [base]] * moved


_OPERATORS: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
}
# name: (calendar years it reaches over, divisor of their sum)
_WINDOWS = {"mean2": (2, 2), "mean3": (3, 3), "sum3": (3, 1)}
