"""Where one score comes from: every number between the index and the publications, in one table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from quyu.index.derive import derive
from quyu.index.formula import figures_read, names_in
from quyu.index.normalise import HAIR
from quyu.index.score import Scorecard
from quyu.index.tree import Indicator, Node

# (unit, year, figure) → value in canonical units, source, grade; None where nothing was published
Lookup = Callable[[object, int, str], tuple[float, str, str] | None]
COLUMNS = ["level", "node", "name", "year", "value", "unit", "method", "flag", "source", "hash"]
REACH = 10  # years either side of the panel in which the years of a cross-section are looked for


def trace(card: Scorecard, unit: object, year: int, *, lookup: Lookup) -> pd.DataFrame:
    """Follow the index of `unit` in `year` down to the figures it rests on, one row per number.

    From the top: index, nodes, then for each indicator normalised, treated, imputed (if it was),
    derived, and each figure with its source. `method` holds aggregations, weights, goalposts,
    transforms and formulas; `flag` says how a cell was filled, that it was capped, or that an
    indicator was not scored and why; a figure's flag is its grade. Derived values are in the
    indicator's unit, figures in canonical units. `lookup` gives the publications, since the index
    knows no sources: `lookup(unit, year, figure)` returns value, source and grade, or None. `hash`
    begins the SHA-256 of the framework, the goalposts and all figures listed.

    The value is worked out again from what `lookup` gives; where that is not what was scored, the
    flag says "not reproduced". Raises ValueError for a unit or year that was not scored.
    """
    rows = card.scores.index
    if (unit, year) not in rows:
        raise ValueError(
            f"({unit!r}, {year}) was not scored; years are {list(card.framework.years)}, units "
            f"{', '.join(map(str, rows.get_level_values(0).unique()[:40]))}."
        )
    asked: dict[tuple[int, str], tuple[float, str, str] | None] = {}

    def known(at: int, figure: str) -> tuple[float, str, str] | None:
        if (at, figure) not in asked:
            asked[at, figure] = lookup(unit, at, figure)
        return asked[at, figure]

    lines = [*_down(card, (unit, year), card.framework.index, "", known)]
    table = pd.DataFrame(lines, columns=COLUMNS[:-1])
    return table.assign(hash=_hash(card, unit, asked))


def _down(card: Scorecard, row: tuple, node: Node, parent: str, known: Callable) -> Iterator[tuple]:
    rule = card.framework.aggregation(node)
    weights = card.child_weights.get(node.id, pd.Series(dtype=float))
    joined = ", ".join(f"{child} × {weight:.4g}" for child, weight in weights.items())
    score = card.scores.at[row, node.id]
    flag = "" if pd.notna(score) else "no score: too little of its weight is observed"
    level = "node" if parent else "index"
    method = f"{rule}: {joined}" + _weight(card, node.id, parent)
    yield (level, node.id, node.name.zh_hant, row[1], score, "", method, flag, "")
    for child in node.children:
        if isinstance(child, Node):
            yield from _down(card, row, child, node.id, known)
        elif child.id in card.normalised.columns:
            yield from _indicator(card, row, child, node.id, known)
        else:
            why = card.dropped.get(child.id, "declared as not published")
            yield ("indicator", child.id, child.name.zh_hant, row[1], np.nan, "", "", why, "")


def _weight(card: Scorecard, name: str, parent: str) -> str:
    if parent not in card.child_weights or name not in card.child_weights[parent].index:
        return ""
    return f"; weight {card.child_weights[parent][name]:.4g} in {parent}"


def _indicator(
    card: Scorecard, row: tuple, leaf: Indicator, parent: str, known: Callable
) -> Iterator[tuple]:
    name, year = leaf.name.zh_hant, row[1]
    filled, treated = card.imputed.at[row, leaf.id], card.treated.at[row, leaf.id]
    posts, rule = card.state.indicators[leaf.id], card.framework.normalisation(leaf)
    scale = card.framework.scale
    hair = HAIR * (posts.high - posts.low)
    within = posts.low - hair <= treated <= posts.high + hair
    capped = not within and pd.notna(treated)
    method = (
        f"{rule}, direction {leaf.direction}, goalposts {posts.low:.6g} to {posts.high:.6g}, mean "
        f"{posts.mean:.6g}, deviation {posts.sd:.6g}, scale {scale[0]:g} to {scale[1]:g}"
        + _weight(card, leaf.id, parent)
    )
    flag = "capped" if capped else "" if pd.notna(filled) else "missing"
    yield (
        "normalised", leaf.id, name, year, card.normalised.at[row, leaf.id], "", method, flag, ""
    )  # fmt: skip
    yield ("treated", leaf.id, name, year, treated, "", f"transform {leaf.transform}", "", "")

    filling = card.flags.at[row, leaf.id]
    tried = _years_tried(card, leaf, year, filling)
    derived = _derived(card, row, leaf, tried, known)
    used = _used(derived, year, filling)
    if filling:
        told = {"structural": "mean of the years below", "carried": "the year below, carried"}
        how = told.get(filling, "straight line between the years below")
        yield (
            "imputed", leaf.id, name, year, filled * leaf.factor, leaf.unit.zh_hant, how, filling, ""
        )  # fmt: skip
    formula = card.framework.expanded(leaf)
    again = _again(derived, used, year, filling)
    differs = not np.isclose(again, filled, rtol=1e-9, atol=0, equal_nan=True)
    flag = "not reproduced" if differs else ""
    for at in used or (tried if len(tried) < REACH else [year]):
        value = derived.get(at, np.nan) * leaf.factor
        yield ("derived", leaf.id, name, at, value, leaf.unit.zh_hant, formula, flag, "")
        for figure, when in figures_read(formula, at, base_year=card.framework.base_year):
            found = known(when, figure)
            if found is None:
                yield ("figure", leaf.id, figure, when, np.nan, "", "", "not published", "")
            else:
                value, source, grade = found
                yield ("figure", leaf.id, figure, when, value, "", "", grade, source)


def _years_tried(card: Scorecard, leaf: Indicator, year: int, filling: str) -> list[int]:
    """The years whose published values may stand behind the cell."""
    missing, panel = card.framework.missing, card.framework.years
    if leaf.structural:
        if leaf.structural is not True:
            return list(leaf.structural)
        return list(range(panel[0] - REACH, panel[-1] + REACH + 1))
    reach = {"": 0, "carried": missing.edge, "interpolated": missing.interior}[filling]
    return list(range(year - reach, year + reach + 1))


def _derived(
    card: Scorecard, row: tuple, leaf: Indicator, years: list[int], known: Callable
) -> pd.Series:
    """The value of the indicator in those of `years` for which everything was published."""
    formula, base = card.framework.expanded(leaf), card.framework.base_year
    needed = {at: figures_read(formula, at, base_year=base) for at in years}
    values: dict[str, dict[int, float]] = {figure: {} for figure in sorted(names_in(formula))}
    for figure, when in dict.fromkeys(pair for pairs in needed.values() for pair in pairs):
        found = known(when, figure)
        values[figure][when] = np.nan if found is None else found[0]
    spanned = {base or years[0], *years, *(when for pairs in needed.values() for _, when in pairs)}
    calendar = range(min(spanned), max(spanned) + 1)
    rows = pd.MultiIndex.from_product([[row[0]], calendar])
    columns = {name: [inner.get(at, np.nan) for at in calendar] for name, inner in values.items()}
    made = derive(
        pd.DataFrame(columns, index=rows, dtype=float), {leaf.id: formula}, base_year=base
    )
    return made[leaf.id].droplevel(0).loc[years].dropna()


def _used(derived: pd.Series, year: int, filling: str) -> list[int]:
    """Of the years with a value, those that the cell rests on."""
    years = derived.index.tolist()
    if filling in ("", "structural"):
        return years
    before = [at for at in years if at < year][-1:]
    after = [at for at in years if at > year][:1]
    return before + after if filling == "interpolated" else (before or after)


def _again(derived: pd.Series, used: list[int], year: int, filling: str) -> float:
    if not used:
        return np.nan
    if filling == "interpolated":
        return float(np.interp(year, used, derived.loc[used]))
    return float(derived.loc[used].mean())


def _hash(card: Scorecard, unit: object, asked: dict) -> str:
    content = {
        "framework": card.framework.model_dump_json(),
        # Worked out where none are stored, so to nine digits: the last ones are the processor's.
        "goalposts": json.loads(card.state.model_dump_json(), parse_float=_nine_digits),
        "figures": sorted((str(unit), at, name, repr(got)) for (at, name), got in asked.items()),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _nine_digits(number: str) -> str:
    return f"{float(number):.9g}"
