"""A page as a Word document: real headings, lists, tables and pictures, to be edited and sent on."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import resvg_py
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Inches, Mm, Pt
from lxml import etree, html

from quyu.batch.faces import cut
from quyu.batch.ooxml import CHINESE, NEVER, TABLE, WIDE, bookmark, decorative, dress, run, w
from quyu.maps.lettering import carried, ems
from quyu.pages.links import OVER
from quyu.words import unmarked

LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SMALL, GAP = 9, 4  # points
HIGH, ROW, DPI = Mm(96), Pt(10), 200  # a picture leaves room for its heading; one in a table's row
# Ems: of a column before it is folded, round what a column holds, of a head's bold letters beside plain ones.
WORDY, ROOM, BOLDER = 20, 0.9, 1.15
FIGURE, SHORT = 10, 4  # ems up to which a figure, and any other text of a cell, is not folded
LEAST, LARGE = 6, 12  # points: a crowded table, a figure that stands by itself
CLOSE = {"before": 20, "after": 20, "line": 240, "lineRule": "auto"}  # twips; one line
BOLD = {"b", "strong", "dt", "summary"}
INSIDE = {
    "a",
    "abbr",
    "b",
    "br",
    "code",
    "em",
    "i",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "time",
    "wbr",
}
APART = {"iframe", "nav", "script", "style", "template"}  # of a screen alone
LEADING = re.compile(r"#|https?:")  # a page beside this one does not go along with the document
HEAD = re.compile(r"<html[^>]*>")
WORD = re.compile(r"[!-~\u2010-\u2212]+\xad?")  # what no line may break but where it is hyphened
SVG = re.compile(r"<svg\b.*?</svg>", re.S)
COLOUR = re.compile(r"color:\s*#(\w{6})")


def word(page: str, *, foot: str) -> bytes:
    """The HTML of one of our pages as .docx on A4; `foot` stands by the number of every sheet.

    All that the page says is there: headings, lists, tables, pictures at 200 dpi with the sentences
    that stand for them, links, and the notes at its end. The same page gives the same bytes.
    """
    page = OVER.sub("", page)
    drawn = SVG.findall(page)
    numbers = iter(range(len(drawn)))
    tree = html.document_fromstring(SVG.sub(lambda _: f"<img alt='{next(numbers)}'>", page))
    with tempfile.TemporaryDirectory() as folder:
        cut(" ".join([HEAD.search(page)[0], *drawn]), Path(folder))
        faces = [*sorted(Path(folder).glob("*.ttf")), *filter(None, [carried()])]
        paper = _Paper(tree.get("lang"), drawn, [*map(str, faces)])
        blocks = [*paper.blocks(tree.find(".//article"))]
    blocks += [paper.paragraph(line, size=SMALL) for line in tree.findall(".//footer[@class]/p")]
    body = paper.file.element.body
    for block in blocks:
        body.insert(len(body) - 1, block)
    dress(paper.file, tree.get("lang"), unmarked(tree.findtext(".//title")), unmarked(foot))
    made, fixed = io.BytesIO(), io.BytesIO()
    paper.file.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, NEVER.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return fixed.getvalue()


class _Paper:
    """A document, and how what a page holds is written into it."""

    def __init__(self, lang: str, drawn: list[str], faces: list[str]) -> None:
        self.file, self.lang, self.drawn, self.faces, self.marks = Document(), lang, drawn, faces, 0

    def blocks(self, node: Any) -> Iterator[Any]:
        """The paragraphs and tables of an element; what stands between blocks is a paragraph too."""
        loose: list[Any] = []
        for part in _parts(node):
            if isinstance(part, str) or part.tag in INSIDE:
                loose.append(part)
            else:
                yield from self.loose(loose)
                loose = []
                yield from self.block(part)
        yield from self.loose(loose)

    def loose(self, parts: list[Any]) -> Iterator[Any]:
        if any(not isinstance(part, str) or part.strip() for part in parts):
            yield self.paragraph(parts)

    def block(self, node: Any) -> Iterator[Any]:
        kind = node.tag
        if node.get("class") == "narrow":  # for a phone, what the picture itself says
            return
        if kind in ("h1", "h2", "h3"):
            yield self.paragraph(node, named=f"Heading{kind[1]}")
        elif kind == "table":
            heads = len(node.findall("thead/tr"))
            yield self.table([row.xpath("th|td") for row in node.iter("tr")], heads)
            yield self.paragraph([], size=GAP, tight=True)
        elif kind == "dl" and node.get("class") == "facts":  # a few words each, side by side
            for small in node.iter("small"):
                small.addprevious(html.Element("br"))
            yield self.table([node.findall(".//dt"), node.findall(".//dd")], 1, LARGE)
            yield self.paragraph([], size=GAP, tight=True)
        elif "panels" in node.get("class", "").split():
            yield self.beside(node.findall("img"), 3 if "three" in node.get("class") else 4)
            yield self.paragraph([], size=GAP, tight=True)
        elif kind == "dt":
            yield self.paragraph(node, bold=True, keep=True)
        elif kind in ("ul", "ol"):
            size = SMALL if "note" in node.get("class", "") else None
            for number, each in enumerate(node.findall("li"), start=1):
                mark = f"{number}.\t" if kind == "ol" else "•\t"
                yield self.paragraph(each, mark=mark, size=size)
        elif kind == "figcaption":
            first = node.getparent()[0] is node
            yield self.paragraph(node, size=None if first else SMALL, bold=first, keep=first)
        elif kind == "img":
            yield self.paragraph([node], keep=node.getnext() is not None)
        elif kind == "p" or kind == "summary":
            kinds = node.get("class", "").split()
            size = SMALL if "note" in kinds else None
            before = node.getprevious()
            # What the marks of panels below mean, and what stands under a heading, goes along.
            keep = "scale" in kinds or (before is not None and before.tag in ("h2", "h3"))
            yield self.paragraph(node, bold=kind == "summary", size=size, keep=keep)
        else:
            yield from self.blocks(node)

    def paragraph(
        self, told: Any, *, named: str = "", mark: str = "", size: float | None = None,
        bold: bool = False, keep: bool = False, right: bool = False, tight: bool = False,
    ) -> Any:  # fmt: skip
        """A paragraph of what is inside an element, or of the parts of a line."""
        about = {
            "pStyle": named and {"val": named},
            "keepNext": keep and {"val": 1},
            "spacing": ((tight or mark) and CLOSE) or (bold and keep and {"before": 120}),
            "ind": mark and {"left": 400, "hanging": 400},
            "jc": right and {"val": "right"},
        }
        made = w("p", w("pPr", *(w(tag, **values) for tag, values in about.items() if values)))
        if not isinstance(told, list):
            for name in told.xpath(".//@id | @id"):
                self.marks += 1
                made.append(w("bookmarkStart", id=self.marks, name=bookmark(name)))
                made.append(w("bookmarkEnd", id=self.marks))
        style = {"size": size, "bold": bold}
        for part in [mark, *(told if isinstance(told, list) else _parts(told))]:
            made.extend(self.runs(part, style))
        return made

    def runs(self, part: Any, style: dict[str, Any]) -> Iterator[Any]:
        """The runs of a text, or of an element within a line."""
        if isinstance(part, str):
            yield from [run(part, style)] * bool(part)
        elif part.tag == "br":
            yield w("r", w("br"))
        elif part.tag == "img":
            yield w("r", w("drawing", self.picture(part)))
        elif not part.get("href", "").startswith("data:"):  # a file that only a page can hand out
            to = part.get("href", "")
            to = to if LEADING.match(to) else ""
            told = style | {
                "bold": style.get("bold") or part.tag in BOLD,
                "slanted": style.get("slanted") or part.tag in ("em", "i"),
                "raised": {"sup": "superscript", "sub": "subscript"}.get(part.tag, ""),
                "lang": part.get("lang") or style.get("lang"),
                "link": style.get("link") or to,
            }
            if colour := COLOUR.search(part.get("style", "")):
                told["colour"] = colour[1]
            if part.tag == "small" and (style.get("size") or 0) > TABLE:
                told |= {"size": TABLE, "bold": False}
            inside = [made for each in _parts(part) for made in self.runs(each, told)]
            yield from [self.link(to, inside)] if to else inside

    def link(self, to: str, inside: list[Any]) -> Any:
        if to.startswith("#"):
            return w("hyperlink", *inside, anchor=bookmark(to[1:]))
        made = w("hyperlink", *inside)
        made.set(LINK, self.file.part.relate_to(to, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return made

    def picture(self, node: Any) -> Any:
        """The drawing of a picture, as wide as on the page, but never wider than the paper or its panel.

        In a table it is as high as a line.
        """
        svg = self.drawn[int(node.get("alt"))]
        root = etree.fromstring(svg.encode())
        across, down = _size(root)
        shown = float(root.get("width") or across * 4 / 3)
        width = int(
            min(Inches(shown / 96), WIDE / float(node.get("beside", 1)), HIGH * across / down)
        )
        if node.getparent().tag in ("td", "th"):
            width = int(ROW * across / down)
        made = resvg_py.svg_to_bytes(
            svg_string=svg.replace("CJK TC", CHINESE.get(self.lang, CHINESE["zh-Hant"])[0][-6:]),
            width=round(width / Inches(1) * DPI), background="white",
            skip_system_fonts=True, font_files=self.faces, sans_serif_family="Noto Sans SC",
        )  # fmt: skip
        inline = self.file.part.new_pic_inline(io.BytesIO(bytes(made)), width=width)
        inline.docPr.set("descr", unmarked(root.get("aria-label") or ""))
        if root.get("aria-hidden"):
            inline.docPr.append(decorative())
        return inline

    def beside(self, pictures: list[Any], count: int) -> Any:
        """Panels side by side, so many to a row, as a table without rules."""
        each = WIDE.twips // count
        made = w("tbl", w("tblPr",
            w("tblW", w=each * count, type="dxa"), w("tblInd", w=0, type="dxa"),
            w("tblLayout", type="fixed"),
            w("tblCellMar", *(w(side, w=0, type="dxa") for side in ("left", "right"))),
        ), w("tblGrid", *(w("gridCol", w=each) for _ in range(count))))  # fmt: skip
        for start in range(0, len(pictures), count):
            row = [*pictures[start : start + count], *[None] * count][:count]
            for picture in filter(lambda one: one is not None, row):
                picture.set("beside", str(count * 1.08))  # with the room between them
            told = (self.paragraph([] if one is None else [one], tight=True) for one in row)
            cells = (w("tc", w("tcPr", w("tcW", w=each, type="dxa")), one) for one in told)
            made.append(w("tr", w("trPr", w("cantSplit")), *cells))
        return made

    def table(self, rows: list[list[Any]], heads: int, size: float = TABLE) -> Any:
        """A table whose heads come again on every sheet, its columns as wide as what they hold."""
        count = max(sum(_span(cell) for cell in row) for row in rows)
        least, wished = [0.0] * count, [0.0] * count
        for number, row in enumerate(rows):
            bold = BOLDER if number < heads else 1
            for place, cell in enumerate(row if len(row) == count else []):
                told = " ".join(cell.text_content().split())
                drawn = sum(self.ems(image) for image in cell.iter("img"))
                # Figures and short names stay on one line.
                kept = FIGURE if "n" in cell.get("class", "") and number >= heads else SHORT
                word = max(map(ems, re.findall(WORD, told)), default=1)
                word = max(word, ems(told) if ems(told) <= kept else 0) * bold
                least[place] = max(least[place], word + ROOM, drawn + ROOM)
                whole = min(ems(told) * bold + ROOM, WORDY)
                wished[place] = max(wished[place], least[place], whole)
        room = WIDE.pt / size
        size = max(LEAST, size * min(1, room / sum(least)))
        more = (WIDE.pt / size - sum(least)) / max(sum(wished) - sum(least), 1)
        widths = [
            low + max(more, 0) * (high - low) for low, high in zip(least, wished, strict=True)
        ]
        twips = [round(WIDE.twips * width / sum(widths)) for width in widths]
        rule = {"val": "single", "sz": 4, "space": 0, "color": "BBBBBB"}
        made = w("tbl", w("tblPr",
            w("tblW", w=5000, type="pct"),
            w("tblBorders", *(w(side, **rule) for side in ("top", "bottom", "insideH"))),
            w("tblCellMar", *(w(side, w=50, type="dxa") for side in ("left", "right"))),
        ), w("tblGrid", *(w("gridCol", w=each) for each in twips)))  # fmt: skip
        for number, row in enumerate(rows):
            head = number < heads
            about = w("trPr", w("cantSplit"), *[w("tblHeader")] * head)
            made.append(
                w("tr", about, *self.cells(row, twips, head, min(size, TABLE) if head else size))
            )
        return made

    def ems(self, image: Any) -> float:
        """How wide a picture in a table's row is, in ems of the table's type."""
        across, down = _size(etree.fromstring(self.drawn[int(image.get("alt"))].encode()))
        return ROW / Pt(TABLE) * across / down

    def cells(self, row: list[Any], twips: list[int], head: bool, size: float) -> Iterator[Any]:
        at = 0
        keep = head or len(row) == 1  # what stands over rows stays with them
        bold = head or "focus" in (row[0].getparent().get("class") or "") or len(row) == 1
        for cell in row:
            span = _span(cell)
            about = w("tcPr", w("tcW", w=sum(twips[at : at + span]), type="dxa"))
            if span > 1:
                about.append(w("gridSpan", val=span))
            right = "n" in (cell.get("class") or "").split()
            yield w(
                "tc",
                about,
                self.paragraph(cell, size=size, bold=bold, right=right, tight=True, keep=keep),
            )
            at += span


def _size(svg: Any) -> tuple[float, float]:
    across, down = map(float, svg.get("viewBox").split()[2:])
    return across, down


def _span(cell: Any) -> int:
    return int(cell.get("colspan") or 1)


def _parts(node: Any) -> Iterator[Any]:
    """The texts and elements inside an element, without what is of a screen alone."""
    if node.text:
        yield node.text
    for child in node:
        folded = child.tag == "summary" and node.get("class") == "fold"  # on paper it is open
        if isinstance(child.tag, str) and child.tag not in APART and not folded:
            yield child
        if child.tail:
            yield child.tail
