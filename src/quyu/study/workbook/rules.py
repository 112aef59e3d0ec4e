"""The rules of the index as formulas of a spreadsheet, each a sibling of the one that it repeats.

What a spreadsheet cannot repeat has no place in the tables below, and is refused by their names.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from quyu.facts.faults import Refusal
from quyu.index import Framework
from quyu.index.climb import SLACK
from quyu.index.formula import WINDOWS, parse

LONGEST = 8192  # signs that a formula may have
MOST = 255  # inputs that a function may have
TIES = "0.0000000005"  # scores nearer than that share a rank
NOISE = "0.000000000001"  # and treated values, in parts of themselves, a place

Place = Mapping[str, str]  # low, high, mean, sd, target, best → the cell that holds it


def refuse_unwritten(framework: Framework) -> None:
    """Raise Refusal for a framework with a rule that no formula of one year's sheet repeats."""
    _refuse("imputation", framework.missing.method, FILLED)
    alone = len(framework.years) == 1
    known = [rule for rule in NORMALISED if alone or rule not in OF_ONE_YEAR]
    for leaf in framework.indicators:
        _refuse("normalisation", framework.normalisation(leaf), known)
    for node in framework.index.nodes():
        _refuse("aggregation", framework.aggregation(node), [*JOINED])


def _refuse(kind: str, rule: str, known: list[str] | Mapping[str, object]) -> None:
    if rule not in known:
        raise Refusal(
            f"no formula of one year's workbook repeats the {kind} {rule!r}: it needs the whole panel, or "
            f"many rounds; possible are {', '.join(known)}.",
            "no_formula",
            kind=kind,
            rule=rule,
            known=", ".join(known),
        )


def held(formula: str, owner: str) -> str:
    """The formula, refused where a spreadsheet would not take it for its length."""
    if len(formula) > LONGEST:
        raise Refusal(
            f"{owner!r} would need a formula of {len(formula)} signs; a spreadsheet takes {LONGEST}. Shorten "
            f"its formula or its list of years.",
            "long_formula",
            leaf=owner,
        )
    return formula


# figures → indicator


def arithmetic(
    formula: str, year: int, base_year: int | None, cell: Callable[[str, int], str]
) -> str:
    """The arithmetic of `formula` for `year` over cells: `cell(figure, year)` names one.

    `formula` has its definitions written out.

    >>> arithmetic("chain(gdp, up) / mean2(people)", 2021, 2020, lambda name, year: f"{name}{year}")
    'gdp2020*up2021/AVERAGE(people2020,people2021)'
    >>> arithmetic("(a - (b - c)) * -2", 2021, None, lambda name, year: name)
    '(a-(b-c))*(-2)'
    """

    def told(node: ast.expr, at: int) -> tuple[str, int]:
        """The text, and how strongly it holds together: 1 a sum, 2 a product, 3 one thing."""
        match node:
            case ast.Constant(value=number):
                return f"{number!r}", 3
            case ast.Name(id=name):
                return cell(name, at), 3
            case ast.UnaryOp(op=sign, operand=operand):
                return (
                    (f"(-{within(operand, at, 3)})", 3)
                    if isinstance(sign, ast.USub)
                    else told(operand, at)
                )
            case ast.BinOp(left=left, op=operator, right=right):
                sign, strength = SIGNS[type(operator)]
                after = strength + (sign in "-/")
                return f"{within(left, at, strength)}{sign}{within(right, at, after)}", strength
            case ast.Call(func=ast.Name(id="chain"), args=[level, growth]):
                years = range(min(at, base_year) + 1, max(at, base_year) + 1)
                sign = "*" if at > base_year else "/"
                return sign.join(
                    [within(level, base_year, 2), *(within(growth, each, 3) for each in years)]
                ), 2
            case ast.Call(func=ast.Name(id=window), args=[inner]):
                reach, divisor = WINDOWS[window]
                parts = [told(inner, at - lag)[0] for lag in range(reach - 1, -1, -1)]
                return f"{'SUM' if divisor == 1 else 'AVERAGE'}({','.join(parts)})", 3
        raise AssertionError(f"{ast.dump(node)} passed the parser")

    def within(node: ast.expr, at: int, least: int) -> str:
        text, strength = told(node, at)
        return text if strength >= least else f"({text})"

    return told(parse(formula), year)[0]


SIGNS = {ast.Add: ("+", 1), ast.Sub: ("-", 1), ast.Mult: ("*", 2), ast.Div: ("/", 2)}

# what stands in for a cell that no near year fills: the rule over the group's other cells, by transform
FILLED: dict[str, dict[str, str]] = {
    "none": {},
    "group_median": {"none": "MEDIAN({cells})", "log": "EXP(MEDIAN({logs}))"},
    "group_mean": {"none": "AVERAGE({cells})", "log": "EXP(AVERAGE({logs}))"},
}


def filled(method: str, transform: str, cells: list[str], owner: str) -> str:
    """The formula by which a group's observed `cells` stand in for one that is missing.

    >>> filled("group_mean", "log", ["C4", "C7"], "x")
    'EXP(AVERAGE(LN(C4),LN(C7)))'
    """
    if len(cells) > MOST:
        raise Refusal(
            f"{owner!r} is filled from {len(cells)} units, more than the {MOST} that a function takes.",
            "long_formula",
            leaf=owner,
        )
    logs = ",".join(f"LN({cell})" for cell in cells)
    return held(FILLED[method][transform].format(cells=",".join(cells), logs=logs), owner)


# indicator → treated

TREATED = {"none": "{x}", "log": "LN({x})"}

# treated → normalised


def _stretched(share: str, at: Place) -> str:
    return f"{at['foot']}+({at['top']}-{at['foot']})*MAX(0,MIN(1,{share}))"


def minmax(x: str, sign: int, at: Place, column: str) -> str:
    """The distance between the goalposts, on the scale."""
    gone = f"{x}-{at['low']}" if sign > 0 else f"{at['high']}-{x}"
    return _stretched(f"({gone})/({at['high']}-{at['low']})", at)


def _z(x: str, sign: int, at: Place) -> str:
    return f"({x}-{at['mean']})/{at['sd']}" if sign > 0 else f"({at['mean']}-{x})/{at['sd']}"


def zscore(x: str, sign: int, at: Place, column: str) -> str:
    """100 + 10 z."""
    return f"100+10*{_z(x, sign, at)}"


def zscaled(x: str, sign: int, at: Place, column: str) -> str:
    """z on the scale, whose ends are three deviations away."""
    return _stretched(f"({_z(x, sign, at)}+3)/6", at)


def rank(x: str, sign: int, at: Place, column: str) -> str:
    """The place in the year, counted from the worst; ties share the average."""
    counted = f"SUMPRODUCT(--({column}<{x}-ABS({x})*{NOISE}))+SUMPRODUCT(--({column}<={x}+ABS({x})*{NOISE}))"
    return f"({counted}+1)/2" if sign > 0 else f"COUNT({column})-({counted}-1)/2"


def percentile(x: str, sign: int, at: Place, column: str) -> str:
    """The place as a share of all, in percent: of one year's sheet only where the panel is one year."""
    return f"100*({rank(x, sign, at, column)})/COUNT({column})"


def target(x: str, sign: int, at: Place, column: str) -> str:
    """The share of the target that is reached, on the scale."""
    aim = at["target"]
    return _stretched(f"{x}/{aim}" if sign > 0 else f"{aim}/MAX({x},{aim})", at)


def best(x: str, sign: int, at: Place, column: str) -> str:
    """The distance from the best value, on the scale."""
    middle = at["best"]
    furthest = f"MAX(ABS({at['low']}-{middle}),ABS({at['high']}-{middle}))"
    return _stretched(f"1-ABS({x}-{middle})/{furthest}", at)


def reference(x: str, sign: int, at: Place, column: str) -> str:
    """100 at the mean, 60 points between the goalposts."""
    gone = f"{x}-{at['mean']}" if sign > 0 else f"{at['mean']}-{x}"
    return f"100+60*({gone})/({at['high']}-{at['low']})"


# by rule: the formula and what it reads beside the value
NORMALISED: dict[str, tuple[Callable[[str, int, Place, str], str], tuple[str, ...]]] = {
    "minmax": (minmax, ("low", "high")),
    "zscore": (zscore, ("mean", "sd")),
    "zscaled": (zscaled, ("mean", "sd")),
    "rank": (rank, ()),
    "percentile": (percentile, ()),
    "target": (target, ("target",)),
    "best": (best, ("low", "high", "best")),
    "reference": (reference, ("low", "high", "mean")),
}
OF_ONE_YEAR = ("percentile",)  # ranks over the whole panel, of which a sheet has one year

# children → node; of {x}, {w} cells and weights, {least}, {greatest} of each child over the units
SEEN = "SUMPRODUCT({w},--ISNUMBER({x}))"
_POSITIVE = "SUM(IF(ISNUMBER({x})*({w}>0),{w}*%s,0))"
_APART = "SQRT(SUM(IF(ISNUMBER({x}),({w}*({x}-{%s}))^2,0)))"
_WORST, _BEST = _APART % "least", _APART % "greatest"
_MPI = f"2*SUMPRODUCT({{w}},{{x}})/{SEEN}-SUMPRODUCT({{w}},{{x}},{{x}})/SUMPRODUCT({{w}},{{x}})"
JOINED: dict[str, str] = {
    "arithmetic": f"SUMPRODUCT({{w}},{{x}})/{SEEN}",
    "geometric": f"EXP({_POSITIVE % 'LN({x})'}/{SEEN})",
    "harmonic": f"{SEEN}/{_POSITIVE % '1/{x}'}",
    "mpi": _MPI,  # M − S²/M, with S² the mean square less M²
    "ampi": _MPI,
    "topsis": f'IF({_WORST}+{_BEST}=0,"",100*{_WORST}/({_WORST}+{_BEST}))',
}
ARRAYS = ("geometric", "harmonic", "topsis")  # worked out cell by cell: entered as an array


def joined(rule: str, x: str, w: str, least: str, greatest: str, enough: str, owner: str) -> str:
    """The formula of a node over the scores `x` of its children and their weights `w`.

    Empty where less of the weight is observed than the cell `enough` asks for.
    """
    formula = f'IF({SEEN}<MAX(({enough}-{SLACK:f})*SUM({{w}}),0.000000000001),"",{JOINED[rule]})'
    return held(formula.format(x=x, w=w, least=least, greatest=greatest), owner)


def place(x: str, column: str) -> str:
    """The rank of a score in its column, 1 = best; ties share the better."""
    return f'IF({x}="","",COUNT({column})-SUMPRODUCT(--({column}<={x}+{TIES}))+1)'
