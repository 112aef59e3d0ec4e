"""A workbook's cells: how they look, and beside each formula the value that it has now."""

from __future__ import annotations

import io
import re
import zipfile
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from quyu.words.scripts import CONTROL, no_formula, unmarked

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

INK = "1F3864"
FILLS = {  # what a cell is, by its colour; a mark says the same in its number
    "head": "D9E1F2",
    "input": "FFF2CC",
    "carried": "BDD7EE",
    "interpolated": "C6E0B4",
    "structural": "E7E6E6",
    "estimated": "F8CBAD",
    "capped": "FFD966",
}
FONT = "Calibri"  # a Chinese sign is drawn in the machine's own
FOOT = 100  # signs of the title below a printed sheet
ACROSS, DOWN = 12, 50  # columns of a printed sheet, and units that one is long enough for


@dataclass
class Page:
    """A sheet that is filled cell by cell.

    `known` are the values of its formulas, by cell; `models` the style of each look and number format.
    """

    sheet: Worksheet
    known: dict[str, float | str] = field(default_factory=dict)
    models: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How formulas call the sheet."""
        return "'" + self.sheet.title.replace("'", "''") + "'"

    def put(
        self,
        cell: str,
        value: Any,
        look: str = "",
        *,
        formula: str = "",
        array: bool = False,
        shown: str = "",
    ) -> None:
        """Write a value, or the `formula` that has it now; a text never becomes a formula.

        `look` is one of `_looks`, `shown` a number format.
        """
        from openpyxl.worksheet.formula import ArrayFormula

        if formula:
            text = f"={formula}"
            self.sheet[cell] = ArrayFormula(cell, text) if array else text
            self.known[cell] = "" if value is None or value != value else value
        elif isinstance(value, str):
            self.sheet[cell] = no_formula(CONTROL.sub("", value)).removeprefix("\ufeff")
        elif value is not None and value == value:  # what is missing is an empty cell
            self.sheet[cell] = float(value) if isinstance(value, float) else int(value)
        place, model = self.sheet[cell], self.models.get((look, shown))
        if model is not None:  # a style that is copied costs a tenth of one that is looked up
            place._style = copy(model)
            return
        for part, told in _looks()[look].items():
            setattr(place, part, told)
        if shown:
            place.number_format = shown
        self.models[look, shown] = copy(place._style)

    def note(self, cell: str, text: str) -> None:
        """Pin a note to a cell, which a reader sees who points at it."""
        from openpyxl.comments import Comment

        self.sheet[cell].comment = Comment(CONTROL.sub("", unmarked(text)), "quyu")


@cache
def _looks() -> dict[str, dict[str, Any]]:
    """What a cell of each kind looks like."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    def font(**told: Any) -> Font:
        return Font(name=FONT, family=2, **{"size": 11, **told})

    wrapped = Alignment("left", "top", wrap_text=True, indent=1)
    plain = Alignment("left", "top", indent=1)  # a text beside a number does not touch it
    middle = Alignment(wrap_text=True, vertical="center", horizontal="center")
    thin = Border(*[Side("thin", "BFBFBF")] * 4)
    fills = {kind: PatternFill("solid", start_color=colour) for kind, colour in FILLS.items()}
    marks = {kind: {"font": font(), "fill": fills[kind]} for kind in FILLS if kind != "head"}
    looks = marks | {
        "": {"font": font()},
        "title": {"font": font(bold=True, size=15, color=INK)},
        "part": {"font": font(bold=True, size=11, color=INK)},
        "note": {"font": font(color="595959")},
        "text": {"font": font(), "alignment": wrapped},
        "head": {
            "font": font(bold=True),
            "fill": fills["head"],
            "alignment": middle,
            "border": thin,
        },
        "side": {
            "font": font(bold=True),
            "fill": fills["head"],
            "alignment": wrapped,
            "border": thin,
        },
        "small": {"font": font(size=9, color="595959"), "alignment": middle},
        "link": {"font": font(underline="single", color="0563C1")},
        "strong": {"font": font(bold=True)},
        "plain": {"font": font(), "alignment": plain},
        "input": {"font": font(color="0000FF", bold=True), "fill": fills["input"], "border": thin},
        "missing": {"border": Border(*[Side("dashed", "7F7F7F")] * 4)},
        "grey": {"font": font(color="808080"), "alignment": wrapped},
    }
    return {look: {"alignment": Alignment(vertical="top")} | told for look, told in looks.items()}


def digits(typical: float, unit: str = "", mark: str = "") -> str:
    """The number format of figures of about that size: three digits or more, unit and mark behind.

    A unit of more than three signs stands in the head alone.

    >>> digits(12345.0), digits(12.3, "%"), digits(0.0123, "件／萬人", "2023"), digits(4e-9)
    ('#,##0', '0.00"%"', '0.0000" (2023)"', '0.00E+00')
    """
    size = abs(typical)
    if 0 < size < 1e-4:
        return "0.00E+00"
    places = next((n for n, least in ((0, 1000), (1, 100), (2, 1), (3, 0.1)) if size >= least), 4)
    text = "#,##0" if places == 0 else ("#,##0." if size >= 100 else "0.") + "0" * places
    behind = unit if 0 < len(unit) <= 3 and unit.isprintable() and not set('"\\') & {*unit} else ""
    behind += f" ({mark})" if mark else ""
    return f'{text}"{behind}"' if behind else text


def wide(text: str) -> int:
    """How many columns of a terminal a text takes; a Chinese sign takes two.

    >>> wide("GDP"), wide("廣東")
    (3, 4)
    """
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def lines(text: str, width: float) -> int:
    """On how many lines a text stands in a column of that width."""
    return sum(max(1, -(-wide(line) // max(1, int(width) - 1))) for line in text.split("\n"))


def printed(sheet: Worksheet, head: int, *, side: int, tall: int, foot: str) -> None:
    """Heads that stay, on the screen and on every printed page; A4, as wide as its columns ask for.

    `tall` is on how many pages its rows go; 0 for as many as it takes.
    """
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = f"{get_column_letter(side + 1)}{head + 1}"
    sheet.print_title_rows = f"1:{head}"
    if side:
        sheet.print_title_cols = f"A:{get_column_letter(side)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = max(1, round(sheet.max_column / ACROSS))
    sheet.page_setup.fitToHeight = tall
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.left.text = foot[:FOOT].replace("&", "&&")  # a foot may have 255 signs in all
    sheet.oddFooter.right.text = "&A · &P / &N"


FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)>(<f.*?</f>)<v ?(?:/>|></v>)', re.S)


def written(book: Workbook, pages: list[Page]) -> bytes:
    """The file, every formula with the value that it has now, for whoever reads without calculating."""
    plain, content = io.BytesIO(), io.BytesIO()
    book.save(plain)
    known = {f"xl/worksheets/sheet{n}.xml": page.known for n, page in enumerate(pages, start=1)}
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename in known:
                values = known[entry.filename]
                text = FORMULA.sub(lambda found: _valued(found, values), text.decode()).encode()  # noqa: B023
            new.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _valued(found: re.Match[str], known: dict[str, float | str]) -> str:
    cell, style, formula = found.groups()
    value = known[cell]
    if isinstance(value, str):
        return f'<c r="{cell}"{style} t="str">{formula}<v>{escape(value)}</v>'
    return f'<c r="{cell}"{style}>{formula}<v>{float(value)!r}</v>'
