"""The workbook as a whole: what it is, the order that lives, weights to change, sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from quyu import __version__
from quyu.index.trace import OWN
from quyu.study.shown import source
from quyu.study.workbook.book import DOWN, Page, lines, printed, wide, written
from quyu.study.workbook.goals import goals_sheet
from quyu.study.workbook.plan import CHOICES, CHOSEN, SIDE, Plan
from quyu.study.workbook.rules import refuse_unwritten
from quyu.study.workbook.steps import (
    figures_sheet,
    indicators_sheet,
    normalised_sheet,
    treated_sheet,
)
from quyu.study.workbook.weights import weights_sheet
from quyu.words import simplified

if TYPE_CHECKING:
    from quyu.study.study import Study

SHEETS = (
    "about", "ranking", "weights", "figures", "indicators", "treated", "normalised", "goals", "sources"
)  # fmt: skip
SIDEWAYS = ("indicators", "treated", "normalised", "goals")  # a column for each part
SOURCES = ("key", "publisher", "publication", "table", "edition", "terms", "grade", "note")
COLUMN = 13  # how wide one of them is


def workbook(study: Study, year: int) -> bytes:
    """The file that `Study.to_excel` promises."""
    refuse_unwritten(study.card.framework)
    plan, book = Plan(study, year), Workbook()
    book.remove(book.active)
    pages = {key: Page(book.create_sheet(study.say(f"workbook.sheet.{key}"))) for key in SHEETS}
    for key in SHEETS[1:]:
        pages[key].put("A1", study.say(f"workbook.sheet.{key}"), "title")
        pages[key].put("A2", study.say(f"workbook.told.{key}", year=year), "note")
    rows = _sources(plan, pages["sources"])
    figures_sheet(plan, pages, rows)
    indicators_sheet(plan, pages)
    treated_sheet(plan, pages)
    normalised_sheet(plan, pages)
    ends = goals_sheet(plan, pages)
    weights_sheet(plan, pages)
    _ranking(plan, pages, ends)
    _about(plan, pages, ends)
    _laid_out(plan, pages)
    book.properties.creator = f"quyu {__version__}"
    book.properties.title = _title(plan)
    return written(book, list(pages.values()))


def _title(plan: Plan) -> str:
    choices, say = plan.study.card.framework, plan.study.say
    name = say.of(choices.name)
    return say("workbook.title", name=name, version=choices.version, year=plan.year)


def _about(plan: Plan, pages: Mapping[str, Page], ends: Mapping[str, str]) -> None:
    """What this is and how to use it, what colours mean, from whom and on what terms."""
    page, say, row = pages["about"], plan.study.say, 1
    page.sheet.row_dimensions[1].height = 24
    page.put("A1", _title(plan), "title")
    for key in ("what", "change", "trace", "missing"):
        row += 1
        page.put(f"A{row}", say(f"workbook.about.{key}"), "text")
        page.sheet.merge_cells(f"A{row}:B{row}")
        page.sheet.row_dimensions[row].height = 15 * lines(say(f"workbook.about.{key}"), 110)
    row += 2
    page.put(f"A{row}", say("workbook.about.sheets"), "part")
    for key in SHEETS[1:]:
        row += 1
        name = pages[key].sheet.title
        page.put(f"A{row}", name, "link", formula=f'HYPERLINK("#{pages[key].name}!A1","{name}")')
        told = say(f"workbook.told.{key}", year=plan.year)
        page.put(f"B{row}", told, "text")
        page.sheet.row_dimensions[row].height = 15.5 * lines(told, 92)
    row += 2
    page.put(f"A{row}", say("workbook.about.marks"), "part")
    for look, told in _marks(plan):
        row += 1
        page.put(f"A{row}", None if look == "missing" else say("workbook.about.example"), look)
        page.put(f"B{row}", told, "text")
    row += 2
    page.put(f"A{row}", say("workbook.about.apart"), "side")
    page.sheet.row_dimensions[row].height = 15.5 * lines(say("workbook.about.apart"), 24)
    column = f"{pages['goals'].name}!{plan.column('goals', ends['apart'])}"
    page.put(
        f"B{row}", 0.0, "strong", formula=f"MAX(0,MAX({column}),-MIN({column}))", shown="0.000"
    )
    page.sheet[f"B{row}"].alignment = Alignment(horizontal="left")
    study = plan.study
    stored = "" if study.stored else f" {say('scores.unstored')}"
    told = {
        "source": source(study) + stored,
        "licence": say("workbook.about.licence"),
        "made": say(
            "workbook.about.version",
            version=__version__,
            data=study.facts.sha256[:12],
            framework=study.framework_sha256[:12],
        ),
    }
    row += 1
    for key, text in told.items():
        row += 1
        page.put(f"A{row}", say(f"workbook.about.{key}_head"), "strong")
        page.put(f"B{row}", text, "text")
        page.sheet.row_dimensions[row].height = 15 * lines(text, 92)
    page.sheet.column_dimensions["A"].width = 24
    page.sheet.column_dimensions["B"].width = 92


def _marks(plan: Plan) -> list[tuple[str, str]]:
    """The looks of cells that this workbook has, each with its words."""
    card, say = plan.study.card, plan.study.say
    flags = card.flags.xs(plan.year, level=1)[list(plan.leaves)]
    there = card.imputed.xs(plan.year, level=1)[list(plan.leaves)].notna()
    seen = set(flags.where(there).stack().unique())
    marks = [("input", say("workbook.mark.input"))]
    marks += [(flag, say(f"workbook.mark.{flag}")) for flag in OWN if flag in seen]
    method = card.framework.missing.method
    marks += [("estimated", say(f"evidence.{method}"))] if method in seen else []
    if (card.capped["year"] == plan.year).any():
        marks.append(("capped", say("workbook.mark.capped")))
    return [*marks, *([] if there.all(axis=None) else [("missing", say("workbook.mark.missing"))])]


def _ranking(plan: Plan, pages: Mapping[str, Page], ends: Mapping[str, str]) -> None:
    """The units in the order that the weights give now, beside the rank by the method as stated."""
    page, goals, say, card = pages["ranking"], pages["goals"], plan.study.say, plan.study.card
    parts = plan.below["index"]
    heads = [say(f"workbook.head.{key}") for key in ("order", "unit", "rank", "index")]
    heads += [say.of(plan.study.card.framework.part(part).name) for part in parts]
    heads += [say(f"workbook.head.{key}") for key in ("stated_rank", "moved")]
    for n, head in enumerate(heads, start=1):
        page.put(f"{get_column_letter(n)}{plan.heads['ranking']['head']}", head, "head")
    order = f"{goals.name}!{plan.column('goals', '$' + ends['order'])}"
    here = card.scores.xs(plan.year, level=1)
    own = here.join(card.normalised.xs(plan.year, level=1)[[p for p in parts if p not in here]])
    ranks = card.ranks["index"].xs(plan.year, level=1)
    listed = ranks.sort_values(kind="stable", na_position="last").index
    for place, unit in enumerate(listed, start=1):
        row = plan.row("ranking", plan.units[place - 1])
        page.put(f"A{row}", place, "note")

        def found(page_key: str, letter: str, row: int = row) -> str:
            column = f"{pages[page_key].name}!{plan.column(page_key, '$' + letter)}"
            return f"INDEX({column},MATCH($A{row},{order},0))"

        name = plan.study.short[unit]
        page.put(f"B{row}", name, "strong", formula=found("goals", "B"))
        page.put(f"C{row}", ranks[unit], formula=found("goals", ends["rank"]), shown="0")
        index = found("goals", ends["index"])
        page.put(f"D{row}", own.at[unit, "index"], "strong", formula=index, shown="0.0")
        letter = "D"
        for n, part in enumerate(parts, start=5):
            letter = get_column_letter(n)
            over = "index" in plan.upper
            sheet = (
                ("goals", plan.blocks["index", part])
                if over
                else ("normalised", plan.columns[part])
            )
            page.put(f"{letter}{row}", own.at[unit, part], formula=found(*sheet), shown="0.0")
        stated, moved = (get_column_letter(len(parts) + n) for n in (5, 6))
        # An empty cell that INDEX finds would be a 0.
        text = found("goals", ends["stated_rank"])
        page.put(
            f"{stated}{row}", ranks[unit], "note", formula=f'IF({text}="","",{text})', shown="0"
        )
        both = f'OR(C{row}="",{stated}{row}="")'
        gone = 0 if ranks[unit] == ranks[unit] else ""
        formula = f'IF({both},"",{stated}{row}-C{row})'
        page.put(f"{moved}{row}", gone, formula=formula, shown='+0;-0;"·"')


def _sources(plan: Plan, page: Page) -> dict[str, int]:
    """The publications behind the figures, a row each; returns which row is whose."""
    say, lang, rows = plan.study.say, plan.study.lang, {}
    for n, key in enumerate(SOURCES, start=1):
        page.put(f"{get_column_letter(n)}3", say(f"workbook.source.{key}"), "head")
    table = plan.study.facts.sources.loc[sorted(plan.figures["source"].unique())]
    for row, (key, told) in enumerate(table.iterrows(), start=4):
        rows[key] = row
        page.put(f"A{row}", key, "text")
        for n, name in enumerate(SOURCES[1:], start=2):
            column = f"{name}_en" if lang == "en" and f"{name}_en" in table else name
            text = "" if pd.isna(told[column]) else str(told[column])
            text = simplified(text) if lang == "zh-hans" else text
            page.put(f"{get_column_letter(n)}{row}", text, "text")
    return rows


def _laid_out(plan: Plan, pages: Mapping[str, Page]) -> None:
    """Widths that fit, heads that stay, sheets that print."""
    side = max([10, *(wide(name) + 3 for name in plan.study.short[plan.units])])
    own = {
        "ranking": {"A": 6, "B": side, "C": 8, "D": 9},
        "weights": {"A": 40, "B": 24, "C": 9, "D": 10, "E": 10, "F": 17, "G": 12, "H": 24},
        "figures": dict(
            zip("ABCDEFGHIJKL", (34, 28, 7, 9, side, 13, 12, 11, 17, 7, 24, 50), strict=True)
        ),
        "sources": dict(zip("ABCDEFGH", (26, 24, 34, 34, 14, 34, 7, 60), strict=True)),
    }
    for key in SIDEWAYS:
        own[key] = {"A": 9, "B": side}
    behind = len(CHOSEN) + len(plan.posts)
    own["weights"] |= {get_column_letter(behind + n): 44 / n for n in (1, 2)}
    foot = _title(plan)
    heads = {key: plan.heads[key]["first"] - 1 for key in plan.heads} | {
        "weights": CHOICES["head"],
        "sources": 3,
    }
    one = int(len(plan.units) <= DOWN)
    words = " ".join(plan.study.say.of(part.name) for part, _, _ in plan.tree).split()
    usual = max([COLUMN, *(min(wide(word), 2 * COLUMN) + 3 for word in words if word.isascii())])
    for key, page in pages.items():
        sheet, widths = page.sheet, own.get(key, {})
        if key == "about":
            printed(sheet, 1, side=0, tall=1, foot=foot)
            continue
        for n in range(1, sheet.max_column + 1):
            letter = get_column_letter(n)
            sheet.column_dimensions[letter].width = widths.get(letter, usual)
        last = sheet.max_row if key in ("weights", "sources") else heads[key]
        sheet.row_dimensions[1].height = 24
        for row in sheet.iter_rows(min_row=3, max_row=last):
            told = [c for c in row if isinstance(c.value, str) and c.coordinate not in page.known]
            tall = [
                lines(c.value, sheet.column_dimensions[c.column_letter].width)
                for c in told
                if c.alignment.wrap_text
            ]
            sheet.row_dimensions[row[0].row].height = 15.5 * max([1, *tall])
        side = {"sources": 0, "figures": 1}.get(key, SIDE)
        tall = 0 if key in ("weights", "sources", "figures") else one
        printed(sheet, heads[key], side=side, tall=tall, foot=foot)
    pages["weights"].sheet.sheet_properties.tabColor = "FFC000"
    pages["about"].sheet.sheet_properties.tabColor = "1F3864"
    pages["about"].sheet.sheet_view.showGridLines = False
