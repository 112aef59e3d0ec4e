"""The language of formulas: a small, closed arithmetic that is parsed, never run as Python.

A formula can hold nothing that is not listed in ALLOWED. `derive` works out its value.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache

ALLOWED = (
    "numbers, names of figures and definitions, + - * /, parentheses, "
    "mean2(x), mean3(x), sum3(x), chain(level, growth)"
)
# name: (calendar years it reaches over, divisor of their sum)
WINDOWS = {"mean2": (2, 2), "mean3": (3, 3), "sum3": (3, 1)}
LONGEST = 500  # characters
DEEPEST = 40  # levels of the tree; deeper text is no formula and could exhaust Python's stack


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
    return _parsed(formula.strip(), owner)


@lru_cache(maxsize=1024)  # every variant of a framework reads its formulas anew
def _parsed(text: str, owner: str) -> ast.expr:
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
    return set(_names_in(formula))


@lru_cache(maxsize=1024)
def _names_in(formula: str) -> frozenset[str]:
    tree = parse(formula)
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    names = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called)
    return frozenset(n.id for n in names)


def expand(formula: str, definitions: Mapping[str, str]) -> str:
    """`formula` with every definition written out, in one canonical spelling.

    Two spellings of the same arithmetic (blanks, redundant parentheses) expand alike.

    >>> expand("real/(population)", {"real": "chain(gdp, growth)"})
    'chain(gdp, growth) / population'
    """

    return _expanded(formula, tuple(definitions.items()))


@lru_cache(maxsize=1024)
def _expanded(formula: str, defined: tuple[tuple[str, str], ...]) -> str:
    definitions = dict(defined)

    class Substitute(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.Call:
            return ast.Call(node.func, [self.visit(a) for a in node.args], [])

        def visit_Name(self, node: ast.Name) -> ast.expr:
            if node.id not in definitions:
                return node
            found = parse(definitions[node.id], owner=f"definition {node.id!r}")
            return self.visit(deepcopy(found))

    return ast.unparse(Substitute().visit(deepcopy(parse(formula))))


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
                if name in (*WINDOWS, "chain"):
                    refuse(node, f"{name} without its parentheses")
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                check(operand, depth + 1)
            case ast.BinOp(left=left, op=operator, right=right):
                if not isinstance(operator, ast.Div) and not isinstance(
                    operator, ast.Add | ast.Sub | ast.Mult
                ):
                    power = isinstance(operator, ast.Pow)
                    refuse(node, "a power" if power else f"the operator {type(operator).__name__}")
                check(left, depth + 1)
                check(right, depth + 1)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if (
                name in WINDOWS or name == "chain"
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


def figures_read(formula: str, year: int, *, base_year: int | None) -> list[tuple[str, int]]:
    """The (figure, year) pairs behind the value of `formula` for `year`, in the order read.

    `formula` has its definitions written out (`Framework.expanded`). A window reads the years
    before as well; a chain reads its level in the base year, its growth in every year from there.

    >>> figures_read("chain(gdp, growth) / mean2(population)", 2021, base_year=2019)
    [('gdp', 2019), ('growth', 2020), ('growth', 2021), ('population', 2020), ('population', 2021)]
    """
    found: dict[tuple[str, int], None] = {}

    def read(node: ast.expr, at: int) -> None:
        match node:
            case ast.Name(id=name):
                found[name, at] = None
            case ast.UnaryOp(operand=operand):
                read(operand, at)
            case ast.BinOp(left=left, right=right):
                read(left, at)
                read(right, at)
            case ast.Call(func=ast.Name(id="chain"), args=[level, growth]):
                read(level, base_year)
                for moved in range(min(at, base_year) + 1, max(at, base_year) + 1):
                    read(growth, moved)
            case ast.Call(func=ast.Name(id=window), args=[inner]):
                for back in range(WINDOWS[window][0] - 1, -1, -1):
                    read(inner, at - back)

    read(parse(formula), year)
    return list(found)
