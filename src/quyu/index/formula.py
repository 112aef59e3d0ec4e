"""The formulas that derive an indicator from figures: a small, closed arithmetic.

Formulas are text in the framework, so they are parsed by Python's `ast` but never executed by
Python: this file walks the tree itself, so a formula can do nothing that is not listed in ALLOWED.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from quyu.index.panel import Panel, panel_of

ALLOWED = (
    "numbers, names of figures and definitions, + - * /, parentheses, "
    "mean2(x), mean3(x), sum3(x), chain(level, growth)"
)
LONGEST = 500  # characters
DEEPEST = 40  # levels of the tree; deeper text is no formula and could exhaust Python's stack

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

    Missing figures give missing results. Raises ValueError for anything outside ALLOWED, an
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


def parse(formula: str, *, owner: str = "formula") -> ast.expr:
    """The syntax tree of `formula`, refused if it holds anything outside ALLOWED.

    >>> parse("gdp ** 2")
    Traceback (most recent call last):
    ValueError: formula: 'gdp ** 2', character 1: a power is not allowed; allowed are numbers, \
names of figures and definitions, + - * /, parentheses, mean2(x), mean3(x), sum3(x), \
chain(level, growth).
    """
    if not isinstance(formula, str) or not formula.strip():
        raise ValueError(f"{owner}: the formula is empty.")
    text = formula.strip()
    if len(text) > LONGEST:
        raise ValueError(f"{owner}: the formula has {len(text)} characters; at most {LONGEST}.")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        place = getattr(fault, "offset", None) or 1
        raise ValueError(
            f"{owner}: {text!r}, character {place}: not a formula; allowed are {ALLOWED}."
        ) from None
    _refuse_other_syntax(tree, text, owner)
    return tree


def names_in(formula: str) -> set[str]:
    """The figures and definitions that `formula` refers to.

    >>> sorted(names_in("mean2(gdp) / population"))
    ['gdp', 'population']
    """
    tree = parse(formula)
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called}


def expand(formula: str, definitions: Mapping[str, str]) -> str:
    """`formula` with every definition written out, in one canonical spelling.

    Two spellings of the same arithmetic (blanks, redundant parentheses) expand alike.

    >>> expand("real/(population)", {"real": "chain(gdp, growth)"})
    'chain(gdp, growth) / population'
    """

    class Substitute(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.Call:
            return ast.Call(node.func, [self.visit(a) for a in node.args], [])

        def visit_Name(self, node: ast.Name) -> ast.expr:
            if node.id not in definitions:
                return node
            return self.visit(parse(definitions[node.id], owner=f"definition {node.id!r}"))

    return ast.unparse(Substitute().visit(parse(formula)))


def refuse_circles(definitions: Mapping[str, str]) -> None:
    """Raise ValueError if a definition is no formula or needs itself, directly or through others.

    >>> refuse_circles({"a": "b + 1", "b": "a"})
    Traceback (most recent call last):
    ValueError: definition 'a' needs itself: a → b → a.
    """

    def follow(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"definition {name!r} needs itself: {' → '.join((*path, name))}.")
        for other in sorted(names_in(definitions[name]) & set(definitions)):
            follow(other, (*path, name))

    for name, text in definitions.items():
        parse(text, owner=f"definition {name!r}")
    for name in definitions:
        follow(name, ())


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


def _refuse_other_syntax(tree: ast.expr, text: str, owner: str) -> None:
    def refuse(node: ast.AST, what: str) -> None:
        place = len(text.encode()[: getattr(node, "col_offset", 0)].decode()) + 1
        raise ValueError(
            f"{owner}: {text!r}, character {place}: {what} is not allowed; allowed are {ALLOWED}."
        )

    def check(node: ast.expr, depth: int = 1) -> None:
        if depth > DEEPEST:
            refuse(node, f"nesting deeper than {DEEPEST} levels")
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                if abs(number) > 1e300:
                    refuse(node, "a number beyond 1e300")
            case ast.Constant(value=other):
                refuse(node, f"{type(other).__name__} {other!r}")
            case ast.Name(id=name):
                if name in (*_WINDOWS, "chain"):
                    refuse(node, f"{name} without its parentheses")
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                check(operand, depth + 1)
            case ast.BinOp(left=left, op=operator, right=right):
                if not isinstance(operator, ast.Div) and type(operator) not in _OPERATORS:
                    power = isinstance(operator, ast.Pow)
                    refuse(node, "a power" if power else f"the operator {type(operator).__name__}")
                check(left, depth + 1)
                check(right, depth + 1)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if (
                name in _WINDOWS or name == "chain"
            ):
                wanted = 2 if name == "chain" else 1
                if len(args) != wanted:
                    refuse(node, f"{name} with {len(args)} inputs (it takes {wanted})")
                for argument in args:
                    check(argument, depth + 1)
            case ast.Call(func=function):
                name = getattr(function, "id", type(function).__name__)
                refuse(node, f"the call of {name}")
            case _:
                refuse(node, f"the expression {type(node).__name__}")

    check(tree)


_OPERATORS: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
}
# name: (calendar years it reaches over, divisor of their sum)
_WINDOWS = {"mean2": (2, 2), "mean3": (3, 3), "sum3": (3, 1)}
