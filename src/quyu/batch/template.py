"""A workbook to be filled with figures of one's own, which `quyu import` then reads without options."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from quyu.facts import load, matrix
from quyu.files import publish
from quyu.index import read_framework
from quyu.index.formula import names_in
from quyu.study.opening import framework_file
from quyu.words import LANGUAGES, Words, words
from quyu.words.scripts import no_formula

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

    from quyu.index.framework import Framework

ROOM = 400  # rows that lists and bounds reach
FIRST = 4  # the first row of figures: title, heads and definitions stand above


def template(file: Path, framework: Path | None = None, data: Path | None = None) -> int:
    """Write a workbook with a sheet a goal: its figures as columns, declared gaps among them.

    Heads have the unit, definitions stand under them; provinces and years come from lists, numbers are
    held to the codebook's bounds; instructions are in three languages. Refused: a file that is there
    already, since somebody may have filled it, and any ending but .xlsx.
    """
    from openpyxl import Workbook

    if file.suffix.lower() != ".xlsx":
        raise ValueError(f"{file.name}: a template is an .xlsx workbook.")
    if file.exists():
        raise ValueError(f"{file} is there already and may have been filled; name another file.")
    choices, facts = read_framework(framework_file(framework or "", data or "")), load(data)
    if facts.own_units:
        raise ValueError(
            f"{data} has units of its own: their figures stand in its figures.csv, by hand."
        )
    book = Workbook()
    book.remove(book.active)
    _instructions(book.create_sheet("說明 Instructions"), choices)
    held, taken = {*matrix(facts)}, set()
    for goal in choices.goals:
        leaves = goal.leaves() if hasattr(goal, "leaves") else [goal]
        names = [name for leaf in leaves for name in sorted(names_in(choices.expanded(leaf)))]
        own = [n for n in dict.fromkeys(names) if n in facts.codebook.index and n not in taken]
        taken.update(own)
        if own:
            title = re.sub(r"[\[\]:*?/\\]", " ", goal.name.zh_hant)[:31]
            sheet = book.create_sheet(title)
            sheet["A1"] = no_formula(f"{goal.name.zh_hant} {goal.name.en}")
            _goal(sheet, facts.codebook.loc[own], held, choices, _places(facts.provinces))
    content = io.BytesIO()
    book.save(content)
    publish(file, content.getvalue())
    print(f"{file}: {len(taken)} figures, {len(taken - held)} of them not published by province.")
    return 0


def _places(provinces: pd.DataFrame) -> list[str]:
    return list(provinces.loc[provinces["zone"] != "", "short_zh_hant"])


def _all() -> list[Words]:
    return [words(lang) for lang in LANGUAGES]


def _said(key: str, **values: object) -> str:
    """A sentence in three languages, a line each, those that are alike once."""
    return "\n".join(dict.fromkeys(say(f"template.{key}", **values) for say in _all()))


def _instructions(sheet: Worksheet, choices: Framework) -> None:
    from openpyxl.styles import Alignment, Font

    lines = []
    for say in _all():
        lines.append(say("template.title", name=say.of(choices.name)))
        lines += [
            say(f"template.{key}", year=choices.report_year)
            for key in ("how", "units", "rows", "gaps", "next")
        ]
        lines.append("")
    for row, line in enumerate(lines, start=1):
        sheet.cell(row, 1, no_formula(line)).alignment = Alignment(wrap_text=True, vertical="top")
        if row % 7 == 1:
            sheet.cell(row, 1).font = Font(bold=True)
    sheet.column_dimensions["A"].width = 110


def _goal(
    sheet: Worksheet, book: pd.DataFrame, held: set[str], choices: Framework, places: list[str]
) -> None:
    """One goal: heads with units, definitions, provinces of the year reported, lists and bounds."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    traditional = words("zh-hant")
    for column, key in enumerate(("province", "of_year"), start=1):
        sheet.cell(2, column, traditional(f"template.{key}"))
    sheet.cell(3, 1, traditional("template.definition"))
    wrapped = Alignment(wrap_text=True, vertical="top")
    for column, (name, row) in enumerate(book.iterrows(), start=3):
        gap = "" if name in held else f" [{traditional('template.gap')}]"
        head = sheet.cell(2, column, no_formula(f"{row['name_zh_hant']}（{row['unit']}）"))
        told = f"{name}{gap}: {row['name_en']} ({row['unit_en']}). {row['definition']}"
        sheet.cell(3, column, no_formula(told)).alignment = wrapped
        if gap:
            head.fill = PatternFill("solid", start_color="FFF2CC")
        bounds = DataValidation("decimal", operator="between", allow_blank=True)
        bounds.formula1, bounds.formula2 = f"{row['min']:.15g}", f"{row['max']:.15g}"
        low, high = f"{row['min']:g}", f"{row['max']:g}"
        bounds.error = _said("number", low=low, high=high, unit=row["unit"])[:225]
        letter = get_column_letter(column)
        _held(sheet, bounds, letter)
        sheet.column_dimensions[letter].width = 24
    for cell in (*sheet[1], *sheet[2]):
        cell.font, cell.alignment = Font(bold=True), wrapped
    for letter, key, choice in (("A", "place", places), ("B", "year", map(str, choices.years))):
        chosen = DataValidation("list", formula1=f'"{",".join(choice)}"', allow_blank=True)
        chosen.error = _said(key)[:225]
        _held(sheet, chosen, letter)
    for row, place in enumerate(places, start=FIRST):
        sheet.cell(row, 1, place)
        sheet.cell(row, 2, choices.report_year)
    sheet.freeze_panes = f"C{FIRST}"
    sheet.row_dimensions[3].height = 90


def _held(sheet: Worksheet, rule, letter: str) -> None:
    rule.showErrorMessage = True
    sheet.add_data_validation(rule)
    rule.add(f"{letter}{FIRST}:{letter}{ROOM}")
