"""The sheet of goals: joined from indicators, joined to the index, ranked, set beside what was stated."""

from __future__ import annotations

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from quyu.study.workbook.plan import CHOICES, Plan
from quyu.study.workbook.rules import ARRAYS, joined, place
from quyu.study.workbook.steps import Pages, put_ends, put_weight, side_head, unit_names


def goals_sheet(plan: Plan, pages: Pages) -> dict[str, str]:
    """Goals from indicators, the index from goals, ranks; returns the columns of what stands at the end.

    These are, by name: each goal's score, "index", "rank", "order" (ties one after the other),
    "stated_index" and "stated_rank" (by the method as stated) and "apart".
    """
    page, card, say = pages["goals"], plan.study.card, plan.study.say
    unit_names(plan, page, "goals")
    rows = {key: side_head(plan, page, "goals", key) for key in list(plan.heads["goals"])[:-1]}
    scores, normalised = (each.xs(plan.year, level=1) for each in (card.scores, card.normalised))
    for (node, child), letter in plan.blocks.items():
        first = child == plan.below[node][0]
        page.put(f"{letter}{rows['goal']}", say.of(plan.nodes[node].name) if first else "", "part")
        part = plan.nodes.get(child) or plan.leaves[child]
        page.put(f"{letter}{rows['name']}", say.of(part.name), "head")
        put_weight(plan, pages, page, f"{letter}{rows['weight']}", node, child)
        found = scores[child] if child in plan.nodes else normalised[child]
        for unit in plan.units:
            cell = f"{letter}{plan.row('goals', unit)}"
            if child in plan.nodes:
                _join(plan, pages, cell, child, unit, found[unit])
            else:
                there = f"{plan.columns[child]}{plan.row('normalised', unit)}"
                formula = f"{pages['normalised'].name}!{there}"
                page.put(cell, found[unit], formula=formula, shown="0.0")
        put_ends(plan, page, "goals", letter, found)
    keys = ("index", "rank", "order", "stated_index", "stated_rank", "apart")
    after = len(plan.blocks) + 3
    ends = {key: get_column_letter(after + n) for n, key in enumerate(keys)}
    for key, letter in ends.items():
        page.put(f"{letter}{rows['name']}", say(f"workbook.head.{key}"), "head")
    ranks = card.ranks["index"].xs(plan.year, level=1)
    order = _order(ranks)
    for unit in plan.units:
        row, index, rank = plan.row("goals", unit), float(scores.at[unit, "index"]), ranks[unit]
        at = {key: f"{letter}{row}" for key, letter in ends.items()}
        _join(plan, pages, at["index"], "index", unit, index)
        column = plan.column("goals", f"${ends['index']}")
        page.put(at["rank"], rank, "strong", formula=place(at["index"], column), shown="0")
        every, above = plan.column("goals", f"${ends['rank']}"), f"{ends['rank']}{row - 1}"
        gone = f"${ends['rank']}${plan.heads['goals']['first'] - 1}:{above}"
        own, upto = at["rank"], gone.replace(above, f"{ends['rank']}{row}")
        formula = (
            f'IF({own}="",COUNT({every})+ROWS({upto})-1-COUNT({upto}),{own}+COUNTIF({gone},{own}))'
        )
        page.put(at["order"], int(order[unit]), "note", formula=formula, shown="0")
        page.put(at["stated_index"], index, "note", shown="0.0")
        page.put(at["stated_rank"], rank if rank == rank else None, "note", shown="0")
        both = f'OR({at["index"]}="",{at["stated_index"]}="")'
        formula = f'IF({both},"",{at["index"]}-{at["stated_index"]})'
        page.put(
            at["apart"],
            0.0 if rank == rank else np.nan,
            "note",
            formula=formula,
            shown="0.0;-0.0;0.0",
        )
    return ends


def _join(plan: Plan, pages: Pages, cell: str, node: str, unit: str, value: float) -> None:
    """The score of a node, from the block of its children."""
    page, rule = pages["goals"], plan.study.card.framework.aggregation(plan.nodes[node])
    if node in plan.upper:
        sheet, columns = "goals", [plan.blocks[node, child] for child in plan.below[node]]
        there = ""
    else:
        sheet, columns = "normalised", [plan.columns[child] for child in plan.below[node]]
        there = f"{pages['normalised'].name}!"
    first, last, row = columns[0], columns[-1], plan.row(sheet, unit)

    def across(key: str) -> str:
        at = plan.heads[sheet].get(key)
        return f"{there}{first}${at}:{last}${at}" if at else ""

    x = f"{there}{first}{row}:{last}{row}"
    enough = f"{pages['weights'].name}!$C${CHOICES['enough']}"
    formula = joined(rule, x, across("weight"), across("least"), across("greatest"), enough, node)
    look = "strong" if node == "index" else ""
    page.put(cell, float(value), look, formula=formula, array=rule in ARRAYS, shown="0.0")


def _order(ranks: pd.Series) -> pd.Series:
    """The places of a list by rank: ties one after the other, those without a rank at its end."""
    return ranks.rank(method="first", na_option="bottom").astype(int)
