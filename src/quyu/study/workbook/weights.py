"""The sheet of weights: the framework as a table, with what may be changed in coloured cells."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from quyu.index import Indicator, Node
from quyu.index.normalise import INVERSE
from quyu.index.score import own_goalposts
from quyu.study.workbook.book import Page, digits
from quyu.study.workbook.plan import CHOICES, CHOSEN, Plan
from quyu.study.workbook.rules import NORMALISED


def weights_sheet(plan: Plan, pages: Mapping[str, Page]) -> None:
    """The framework as a table: weights in cells to change, and what becomes of them."""
    page, say, choices = pages["weights"], plan.study.say, plan.study.card.framework
    for key, value in (
        ("foot", choices.scale[0]),
        ("top", choices.scale[1]),
        ("enough", choices.missing.node_coverage),
    ):
        page.put(f"A{CHOICES[key]}", say(f"workbook.choice.{key}"), "text")
        shown = "0.0%" if key == "enough" else "General"
        page.put(f"C{CHOICES[key]}", float(value), "input", shown=shown)
    heads = [say(f"workbook.head.{key}") for key in (*CHOSEN, *plan.posts, "formula", "remark")]
    for n, head in enumerate(heads, start=1):
        page.put(f"{get_column_letter(n)}{CHOICES['head']}", head, "head")
    posts = own_goalposts(choices, plan.study.card.state.goalposts().loc[list(plan.leaves)])
    for part, depth, above in plan.tree:
        row = plan.choice[part.id]
        page.put(f"A{row}", say.of(part.name), "grey" if depth > 1 else "text")
        indented = Alignment("left", "top", indent=depth, wrap_text=True)
        page.sheet[f"A{row}"].alignment = indented
        page.put(f"B{row}", part.id, "note")
        if above in plan.below and part.id in plan.below[above]:
            _weighed(plan, page, part, above)
        elif depth == 0:
            page.put(f"E{row}", 1.0, shown="0.0%")
        if isinstance(part, Node) and part.id in plan.nodes:
            page.put(f"H{row}", say(f"workbook.joined.{choices.aggregation(part)}"), "text")
        elif part.id in plan.leaves:
            _rule(plan, page, part, posts.loc[part.id])
        else:
            gap = isinstance(part, Indicator) and not part.published
            last = get_column_letter(len(heads))
            page.put(f"{last}{row}", say(f"workbook.{'gap' if gap else 'thin'}"), "grey")
    allowed = DataValidation(
        "decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True
    )
    allowed.error, allowed.showErrorMessage = say("workbook.weight_error"), True
    allowed.add(f"C{CHOICES['first']}:C{CHOICES['first'] + len(plan.tree)}")
    page.sheet.add_data_validation(allowed)


def _weighed(plan: Plan, page: Page, part: Node | Indicator, above: str) -> None:
    """The weight of a part to be changed, its share among its siblings, its weight in the index."""
    card, row, siblings = plan.study.card, plan.choice[part.id], plan.below[above]
    share = float(card.child_weights[above][part.id])
    given = {"equal": 1.0, "stated": part.weight}.get(card.framework.weigh)
    page.put(f"C{row}", share if given is None else float(given), "input", shown="0.####")
    total = f"SUM({_runs(sorted(plan.choice[name] for name in siblings))})"
    formula = f"IF({total}=0,0,C{row}/{total})"
    page.put(f"D{row}", share, formula=formula, shown="0.0%")
    reach = float(_reach(plan, above) * share)
    page.put(f"E{row}", reach, formula=f"D{row}*E{plan.choice[above]}", shown="0.0%")


def _runs(rows: list[int]) -> str:
    """Cells of the column of weights, those one below the other as a range.

    >>> _runs([4, 5, 6, 9])
    '$C$4:$C$6,$C$9'
    """
    ends: list[list[int]] = []
    for row in rows:
        if ends and ends[-1][1] == row - 1:
            ends[-1][1] = row
        else:
            ends.append([row, row])
    return ",".join(f"$C${a}:$C${b}" if a < b else f"$C${a}" for a, b in ends)


def _reach(plan: Plan, node: str) -> float:
    """The weight of a node in the index."""
    weights, at = (
        plan.study.card.child_weights,
        {child: up for up, below in plan.below.items() for child in below},
    )
    found = 1.0
    while node in at:
        found, node = found * weights[at[node]][node], at[node]
    return found


def _rule(plan: Plan, page: Page, leaf: Indicator, posts: pd.Series) -> None:
    """How an indicator is treated and normalised, with the goalposts in its own unit, to be changed."""
    say, choices, row = plan.study.say, plan.study.card.framework, plan.choice[leaf.id]
    rule, back = choices.normalisation(leaf), INVERSE[leaf.transform]
    page.put(f"F{row}", say(f"holdings.direction.{leaf.direction}"), "text")
    page.put(f"G{row}", say(f"workbook.treatment.{leaf.transform}"), "text")
    page.put(f"H{row}", say(f"choices.level.normalisation.{rule}"), "text")
    for key in NORMALISED[rule][1]:
        if key in ("mean", "sd"):
            value = float(posts[key])
        elif key in ("low", "high"):
            value = float(back(pd.DataFrame({"x": [posts[key]]})).iat[0, 0]) * leaf.factor
        else:
            value = float(getattr(leaf, key)) * leaf.factor
        shown = digits(abs(value), say.of(leaf.unit) if key not in ("mean", "sd") else "")
        page.put(f"{plan.post(key)}{row}", value, "input", shown=shown)
    formula, remark = (get_column_letter(len(CHOSEN) + len(plan.posts) + n) for n in (1, 2))
    page.put(f"{formula}{row}", leaf.formula, "grey")
    unit = say.of(leaf.unit)
    page.put(f"{remark}{row}", unit, "grey")
