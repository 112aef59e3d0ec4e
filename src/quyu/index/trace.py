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
from quyu.words import Words, words

# (unit, year, figure) → value in canonical units, source, grade; None where nothing was published
Lookup = Callable[[object, int, str], tuple[float, str, str] | None]
COLUMNS = [
    "level", "node", "figure", "name", "year", "value", "unit", "method", "flag", "source", "hash"
]  # fmt: skip
TEXTS = ["figure", "unit", "method", "flag", "source"]
OWN = ("structural", "carried", "interpolated")  # filled from the unit's own years
REACH = 10  # years either side of the panel in which the years of a cross-section are looked for


def trace(
    card: Scorecard,
    unit: object,
    year: int,
    *,
    lookup: Lookup,
    say: Words = words("en"),
    series: Callable[[str], str] = str,
) -> pd.DataFrame:
    """Follow the index of `unit` in `year` down to the figures it rests on, one row per number.

    From the top: index, nodes, then for each indicator normalised, treated, imputed (if it was),
    derived, and each figure with its source. `node` is the id of the index, goal or indicator,
    `figure` that of a published figure, `name` what either is called: `say` is the language, `series`
    names the figures. `method` holds aggregations, weights, goalposts, transforms in words, and
    formulas; `flag`, a code, says how a cell was filled, that it was capped, or why there is no score;
    a figure's flag is its grade. Derived values are in the indicator's unit, figures in canonical
    units. `lookup` gives the publications, since the index knows no sources: `lookup(unit, year,
    figure)` returns value, source and grade, or None. `hash` begins the SHA-256 of the framework, the
    goalposts and all figures listed.

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

    lines = _down(card, (unit, year), card.framework.index, "", known, say)
    table = pd.DataFrame([{"year": year, **line} for line in lines])
    table = table.reindex(columns=COLUMNS[:-1]).fillna(dict.fromkeys(TEXTS, ""))
    named = table["figure"].map(series).where(table["figure"] != "", table["name"])
    return table.assign(name=named, hash=_hash(card, unit, asked))


Line = dict[str, object]


def _down(
    card: Scorecard, row: tuple, node: Node, parent: str, known: Callable, say: Words
) -> Iterator[Line]:
    names = {child.id: say.of(child.name) for child in node.children}
    weights = card.child_weights.get(node.id, pd.Series(dtype=float))
    joined = say.join(f"{names[child]} × {weight:.4g}" for child, weight in weights.items())
    rule = say(f"method.aggregate.{card.framework.aggregation(node)}")
    score = card.scores.at[row, node.id]
    yield {
        "level": "node" if parent else "index",
        "node": node.id,
        "name": say.of(node.name),
        "value": score,
        "method": say("trace.joined", rule=rule, parts=joined)
        + _weight(card, node.id, parent, say),
        "flag": "" if pd.notna(score) else "no score",
    }
    for child in node.children:
        if isinstance(child, Node):
            yield from _down(card, row, child, node.id, known, say)
        elif child.id in card.normalised.columns:
            for line in _indicator(card, row, child, node.id, known, say):
                yield {"node": child.id, "name": names[child.id], **line}
        else:
            why = (
                "too little published" if child.id in card.dropped else "declared as not published"
            )
            yield {"level": "indicator", "node": child.id, "name": names[child.id], "flag": why}


def _weight(card: Scorecard, name: str, parent: str, say: Words) -> str:
    if parent not in card.child_weights or name not in card.child_weights[parent].index:
        return ""
    above = next(node for node in card.framework.index.nodes() if node.id == parent)
    weight = f"{card.child_weights[parent][name]:.4g}"
    return say("trace.weight", weight=weight, parent=say.of(above.name))


def _indicator(
    card: Scorecard, row: tuple, leaf: Indicator, parent: str, known: Callable, say: Words
) -> Iterator[Line]:
    year, unit = row[1], say.of(leaf.unit)
    filled, treated = card.imputed.at[row, leaf.id], card.treated.at[row, leaf.id]
    posts, scale = card.state.indicators[leaf.id], card.framework.scale
    hair = HAIR * (posts.high - posts.low)
    within = posts.low - hair <= treated <= posts.high + hair
    method = say(
        "trace.normalised",
        rule=say(f"method.normalise.{card.framework.normalisation(leaf)}"),
        better=say("trace.higher" if leaf.direction == "+" else "trace.lower"),
        scale=f"{scale[0]:g}–{scale[1]:g}",
        **{name: f"{getattr(posts, name):.6g}" for name in ("low", "high", "mean", "sd")},
    )
    yield {
        "level": "normalised",
        "value": card.normalised.at[row, leaf.id],
        "method": method + _weight(card, leaf.id, parent, say),
        "flag": "missing" if pd.isna(filled) else "" if within or pd.isna(treated) else "capped",
    }
    yield {"level": "treated", "value": treated, "method": say(f"trace.transform.{leaf.transform}")}

    filling = card.flags.at[row, leaf.id]
    tried = _years_tried(card, leaf, year, filling)
    derived = _derived(card, row, leaf, tried, known)
    used = years_used(derived, year, filling)
    if filling:
        own = (
            filling in OWN
        )  # else from other units, and not to be worked out again from this one's
        how = say(f"trace.filled.{filling}" if own else f"evidence.{filling}")
        value = filled * leaf.factor
        yield {"level": "imputed", "value": value, "unit": unit, "method": how, "flag": filling}
    formula = card.framework.expanded(leaf)
    again = _again(derived, used, year, filling)
    same = np.isclose(again, filled, rtol=1e-9, atol=0, equal_nan=True)
    flag = "" if same or filling not in ("", *OWN) else "not reproduced"
    for at in used or (tried if len(tried) < REACH else [year]):
        value = derived.get(at, np.nan) * leaf.factor
        made = {"value": value, "unit": unit, "method": formula, "flag": flag}
        yield {"level": "derived", "year": at, **made}
        for figure, when in figures_read(formula, at, base_year=card.framework.base_year):
            value, source, grade = known(when, figure) or (np.nan, "", "not published")
            told = {"figure": figure, "value": value, "flag": grade, "source": source}
            yield {"level": "figure", "year": when, **told}


def _years_tried(card: Scorecard, leaf: Indicator, year: int, filling: str) -> list[int]:
    """The years whose published values may stand behind the cell."""
    missing, panel = card.framework.missing, card.framework.years
    if leaf.structural:
        if leaf.structural is not True:
            return list(leaf.structural)
        return list(range(panel[0] - REACH, panel[-1] + REACH + 1))
    reach = {"carried": missing.edge, "interpolated": missing.interior}.get(filling, 0)
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


def years_used(derived: pd.Series, year: int, filling: str) -> list[int]:
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
