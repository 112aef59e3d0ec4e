"""Derived indicators: the value of each formula for every unit in every calendar year."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from quyu.index.formula import parse, refuse_circles
from quyu.index.panel import Panel, panel_of

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
            raise ValueError(
                f"{owner}: {text!r}: no figure or definition is named {name!r}; "
                f"closest: {', '.join(near)}."
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
            raise ValueError(
                f"{owner}: {text!r} divides by zero at {self.panel.where(bad)}; correct the figure "
                f"or remove it if it was not published."
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
