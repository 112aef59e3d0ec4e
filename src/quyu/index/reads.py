"""Which figures of which years a formula reads to give its value for one year."""

from __future__ import annotations

import ast

from quyu.index.formula import parse

WINDOW = {"mean2": 2, "mean3": 3, "sum3": 3}


def figures_read(formula: str, year: int, *, base_year: int) -> list[tuple[str, int]]:
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
                for back in range(WINDOW[window] - 1, -1, -1):
                    read(inner, at - back)

    read(parse(formula), year)
    return list(found)
