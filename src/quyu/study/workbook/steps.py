"""The sheets of the steps from figures to one scale: figures, indicators, treated, normalised."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from quyu.index import Indicator
from quyu.index.normalise import TRANSFORM
from quyu.index.score import own_goalposts
from quyu.index.trace import OWN
from quyu.study.evidence import judgements, span, unit_column
from quyu.study.workbook.book import Page, digits
from quyu.study.workbook.plan import CHOICES, Plan
from quyu.study.workbook.rules import (
    NORMALISED,
    TREATED,
    arithmetic,
    filled,
    held,
)

Pages = Mapping[str, Page]
FIGURE_COLUMNS = ("figure", "id", "year", "unit_id", "unit", "value", "measure", "factor")
CANONICAL, GRADE, SOURCE, CITED = "I", "J", "K", "L"


def figures_sheet(plan: Plan, pages: Pages, source_rows: Mapping[str, int]) -> None:
    """Every published figure that the year rests on, a row each, with its source."""
    page, say, facts = pages["figures"], plan.study.say, plan.study.facts
    heads = [*FIGURE_COLUMNS, "canonical", "grade", "source", "cited"]
    for letter, key in zip("ABCDEFGHIJKL", heads, strict=True):
        page.put(f"{letter}{plan.heads['figures']['head']}", say(f"workbook.head.{key}"), "head")
    book, named = facts.codebook, f"name_{say.suffix}"
    typical = plan.figures.groupby("indicator")["value"].median().to_dict()
    known = book[[named, unit_column(say), "factor"]].to_dict("index")
    cited, sources = {}, pages["sources"]
    for row in plan.figures.itertuples():
        told, at = known[row.indicator], row.row
        cells = (told[named], row.indicator, row.year, row.adcode, plan.study.short[row.adcode])
        for letter, value in zip("ABCDE", cells, strict=True):
            page.put(f"{letter}{at}", value, "" if letter == "C" else "plain")
        page.put(f"F{at}", float(row.value), shown=digits(typical[row.indicator]))
        page.put(f"G{at}", told[unit_column(say)], "plain")
        page.put(f"H{at}", float(told["factor"]), shown="General")
        worth = row.value * told["factor"]
        page.put(f"{CANONICAL}{at}", worth, formula=f"F{at}*H{at}", shown="General")
        page.put(f"{GRADE}{at}", row.grade, "plain")
        to = f"{sources.name}!A{source_rows[row.source]}"
        page.put(f"{SOURCE}{at}", row.source, "link", formula=f'HYPERLINK("#{to}",{to})')
        if row.source not in cited:
            cited[row.source] = sources.sheet[f"C{source_rows[row.source]}"].value
        page.put(f"{CITED}{at}", cited[row.source], "plain")
    first, last = plan.heads["figures"]["head"], plan.heads["figures"]["head"] + len(plan.figures)
    page.sheet.auto_filter.ref = f"A{first}:{CITED}{last}"


def side_head(plan: Plan, page: Page, sheet: str, key: str) -> int:
    """Name the row of a head beside it, and tell which row that is."""
    row = plan.heads[sheet][key]
    page.put(f"B{row}", plan.study.say(f"workbook.head.{key}"), "side")
    return row


def unit_names(plan: Plan, page: Page, sheet: str) -> None:
    """Ids and names of the units, at the side of a sheet."""
    for unit in plan.units:
        row = plan.row(sheet, unit)
        page.put(f"A{row}", unit, "note")
        page.put(f"B{row}", plan.study.short[unit], "strong")


def _goals_and_names(plan: Plan, page: Page, sheet: str) -> None:
    """Over each indicator its name, and over each node's first the node."""
    say = plan.study.say
    goal, name = (side_head(plan, page, sheet, key) for key in ("goal", "name"))
    over = {part: node for node, parts in plan.below.items() for part in parts}
    before = ""
    for part, leaf in plan.leaves.items():
        letter = plan.columns[part]
        node = over[part]
        page.put(f"{letter}{goal}", say.of(plan.nodes[node].name) if node != before else "", "part")
        page.put(f"{letter}{name}", say.of(leaf.name), "head")
        before = node


def indicators_sheet(plan: Plan, pages: Pages) -> None:
    """Every indicator in its own unit, from figures by its formula; what is not of the year is marked."""
    page, card, say = pages["indicators"], plan.study.card, plan.study.say
    unit_names(plan, page, "indicators")
    _goals_and_names(plan, page, "indicators")
    rows = {
        key: side_head(plan, page, "indicators", key)
        for key in ("id", "measure", "factor", "years")
    }
    flags, values = (each.xs(plan.year, level=1) for each in (card.flags, card.imputed))
    for part, leaf in plan.leaves.items():
        letter, shown = plan.columns[part], values[part] * leaf.factor
        unit, usual = say.of(leaf.unit), _usual(plan, part)
        typical = shown.abs().quantile(0.1)
        page.put(f"{letter}{rows['id']}", part, "small")
        page.put(f"{letter}{rows['measure']}", unit, "small")
        page.put(f"{letter}{rows['factor']}", leaf.factor, "small", shown="General")
        page.put(f"{letter}{rows['years']}", usual, "small")
        for row in plan.units:
            cell, flag = f"{letter}{plan.row('indicators', row)}", flags.at[row, part]
            years = plan.behind[part, row]
            mark = span(years) if years and span(years) != usual else ""
            if pd.isna(shown[row]):
                page.put(cell, None, "missing")
                continue
            if flag in ("", *OWN):
                look, made = flag, _made(plan, pages, leaf, row, flag)
                made = f"{made}*{letter}${rows['factor']}" if leaf.factor != 1 else made
            else:
                look, mark = "estimated", say("workbook.estimated")
                made = _from_peers(plan, leaf, row, flags[part], values[part])
            form = digits(typical, unit, mark)
            page.put(cell, shown[row], look, formula=held(made, part), shown=form)
    _set_aside(plan, page)


def _set_aside(plan: Plan, page: Page) -> None:
    """A note on each cell of which a published figure is not scored, as on pages."""
    judged = judgements(plan.study)
    for unit in judged.loc[~judged["scored"], "adcode"].unique():
        told = plan.study.indicators(unit, plan.year)["judged"]
        for part in [name for name in plan.leaves if told[name]]:
            page.note(f"{plan.columns[part]}{plan.row('indicators', unit)}", told[part])


def _usual(plan: Plan, part: str) -> str:
    """The years that most cells of an indicator rest on, as text."""
    told = pd.Series([span(plan.behind[part, unit]) for unit in plan.units])
    told = told[told != ""]
    return str(told.mode().iloc[0]) if len(told) else ""


def _made(plan: Plan, pages: Pages, leaf: Indicator, unit: str, flag: str) -> str:
    """The formula of a cell over the figures of its unit: of the year, or of those near it."""
    choices, years = plan.study.card.framework, plan.behind[leaf.id, unit]
    sheet, rows, text = pages["figures"].name, plan.figure_rows, choices.expanded(leaf)

    def cell(figure: str, year: int) -> str:
        return f"{sheet}!${CANONICAL}${rows[figure, year, unit]}"

    told = [f"({arithmetic(text, at, choices.base_year, cell)})" for at in years]
    if len(told) == 1:
        return told[0]
    if flag == "interpolated":
        step, gap = plan.year - years[0], years[1] - years[0]
        return f"({told[0]}+({told[1]}-{told[0]})*{step}/{gap})"
    return f"AVERAGE({','.join(told)})"


def _from_peers(plan: Plan, leaf: Indicator, unit: str, flags: pd.Series, values: pd.Series) -> str:
    """The formula of a cell that the other units of its group stand in for."""
    choices, groups = plan.study.card.framework, plan.study.provinces["zone"]
    seen = values.notna() & (flags != choices.missing.method)
    peers = [each for each in plan.units if groups[each] == groups[unit] and seen[each]]
    letter = plan.columns[leaf.id]
    cells = [f"{letter}{plan.row('indicators', each)}" for each in peers]
    return filled(choices.missing.method, leaf.transform, cells, leaf.id)


def treated_sheet(plan: Plan, pages: Pages) -> None:
    """Logarithms where the framework takes them, outermost points drawn in where it does."""
    page, card, say = pages["treated"], plan.study.card, plan.study.say
    before, choices = pages["indicators"], card.framework
    unit_names(plan, page, "treated")
    _goals_and_names(plan, page, "treated")
    rows = {key: side_head(plan, page, "treated", key) for key in list(plan.heads["treated"])[2:-1]}
    values = card.treated.xs(plan.year, level=1)
    factor = plan.heads["indicators"]["factor"]
    for part, leaf in plan.leaves.items():
        letter, drawn = plan.columns[part], choices.outlier_rule(leaf) == "winsorise"
        told = [say(f"workbook.treatment.{leaf.transform}")]
        told += [say("workbook.treatment.winsorise")] if drawn else []
        page.put(f"{letter}{rows['treatment']}", say.join(told), "small")
        by = f"/{before.name}!{letter}${factor}" if leaf.factor != 1 else ""
        if drawn:
            column = f"{before.name}!{plan.column('indicators', letter)}"
            _drawn_in(plan, page, leaf, rows, f"{{function}}({column},1+{{count}}){by}")
        form = digits(values[part].abs().median())
        for unit in plan.units:
            x = f"{before.name}!{letter}{plan.row('indicators', unit)}"
            made = TREATED[leaf.transform].format(x=f"{x}{by}")
            if drawn:
                low, high = (f"{letter}${rows[end]}" for end in ("low", "high"))
                made = f"MAX({low},MIN({high},{made}))"
            cell = f"{letter}{plan.row('treated', unit)}"
            page.put(cell, values.at[unit, part], formula=f'IF({x}="","",{made})', shown=form)


def _drawn_in(plan: Plan, page: Page, leaf: Indicator, rows: Mapping[str, int], nth: str) -> None:
    """How many outermost points are drawn in on either side, and to which value."""
    letter, card = plan.columns[leaf.id], plan.study.card
    whole = TRANSFORM[leaf.transform](card.imputed[[leaf.id]])[leaf.id].dropna()
    treated = card.treated[leaf.id].dropna()
    ends = {"low": treated.min(), "high": treated.max()}
    counts = {"low": (whole < ends["low"]).sum(), "high": (whole > ends["high"]).sum()}
    for end, function in (("low", "SMALL"), ("high", "LARGE")):
        count = f"{letter}{rows[f'drawn_{end}']}"
        page.put(count, int(counts[end]), "input")
        made = nth.format(function=function, count=f"{letter}${rows[f'drawn_{end}']}")
        made = TREATED[leaf.transform].format(x=made)
        page.put(f"{letter}{rows[end]}", ends[end], "small", formula=made, shown="0.0000")


def normalised_sheet(plan: Plan, pages: Pages) -> None:
    """Every indicator on the framework's scale, more being better, by goalposts that may be changed."""
    page, card, say = pages["normalised"], plan.study.card, plan.study.say
    before, chosen, choices = pages["treated"], pages["weights"], card.framework
    unit_names(plan, page, "normalised")
    _goals_and_names(plan, page, "normalised")
    rows = {
        key: side_head(plan, page, "normalised", key)
        for key in list(plan.heads["normalised"])[2:-1]
    }
    values = card.normalised.xs(plan.year, level=1)
    posts = own_goalposts(choices, card.state.goalposts().loc[list(plan.leaves)])
    capped = card.capped[card.capped["year"] == plan.year]
    capped = set(zip(capped["indicator"], capped["adcode"], strict=True))
    scale = {end: f"{chosen.name}!$C${CHOICES[end]}" for end in ("foot", "top")}
    over = {part: node for node, parts in plan.below.items() for part in parts}
    for part, leaf in plan.leaves.items():
        letter, rule = plan.columns[part], choices.normalisation(leaf)
        made, read = NORMALISED[rule]
        page.put(f"{letter}{rows['rule']}", say(f"choices.level.normalisation.{rule}"), "small")
        for key in read:
            value, formula = _post(plan, pages, leaf, key, posts.loc[part])
            shown = digits(abs(value))
            page.put(f"{letter}{rows[key]}", value, "small", formula=formula, shown=shown)
        put_weight(plan, pages, page, f"{letter}{rows['weight']}", over[part], part)
        at = scale | {key: f"{letter}${rows[key]}" for key in read}
        column = f"{before.name}!{plan.column('treated', letter)}"
        sign = 1 if leaf.direction == "+" else -1
        for unit in plan.units:
            x = f"{before.name}!{letter}{plan.row('treated', unit)}"
            formula = held(f'IF({x}="","",{made(x, sign, at, column)})', part)
            cell = f"{letter}{plan.row('normalised', unit)}"
            look = "capped" if (part, unit) in capped else ""
            page.put(cell, values.at[unit, part], look, formula=formula, shown="0.0")
        put_ends(plan, page, "normalised", letter, values[part])


def _post(
    plan: Plan, pages: Pages, leaf: Indicator, key: str, posts: pd.Series
) -> tuple[float, str]:
    """What a rule reads beside the values, as treated, and the formula that takes it from the choices."""
    chosen = f"{pages['weights'].name}!${plan.post(key)}${plan.choice[leaf.id]}"
    if key in ("mean", "sd"):
        return float(posts[key]), chosen
    factor = (
        f"{pages['indicators'].name}!{plan.columns[leaf.id]}${plan.heads['indicators']['factor']}"
    )
    own = f"{chosen}/{factor}" if leaf.factor != 1 else chosen
    value = float(posts[key]) if key in posts else getattr(leaf, key)
    if key == "best":
        value = float(TRANSFORM[leaf.transform](pd.DataFrame({"x": [value]})).iat[0, 0])
    return value, TREATED[leaf.transform].format(x=own) if key != "target" else own


def put_weight(plan: Plan, pages: Pages, page: Page, cell: str, node: str, part: str) -> None:
    """Over a column, what it weighs among its siblings, from the sheet of weights."""
    share = plan.study.card.child_weights[node][part]
    formula = f"{pages['weights'].name}!$D${plan.choice[part]}"
    page.put(cell, float(share), "head", formula=formula, shown="0.0%")


def put_ends(plan: Plan, page: Page, sheet: str, letter: str, values: pd.Series) -> None:
    """Least and greatest of a child over the units, where an aggregation measures distance from them."""
    for key, function in zip(plan.spread, ("MIN", "MAX"), strict=False):
        value = getattr(np, f"nan{function.lower()}")(values.to_numpy(dtype=float))
        cell = f"{letter}{plan.heads[sheet][key]}"
        formula = f"{function}({plan.column(sheet, letter)})"
        page.put(cell, float(value), "small", formula=formula, shown="0.0")
