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
from docx.shared import Inches, Mm
from lxml import etree, html

from quyu.batch.faces import cut
from quyu.batch.ooxml import CHINESE, NEVER, TABLE, WIDE, bookmark, dress, run, w
from quyu.maps.lettering import carried, wide
from quyu.words import unmarked

LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SMALL, GAP = 9, 4  # points
HIGH, DPI = Mm(200), 200
LETTERS, WORDY, ROOM = 125, 40, 2  # in a line, in a column before it is folded, round a word
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
SVG = re.compile(r"<svg\b.*?</svg>", re.S)


def word(page: str, *, foot: str) -> bytes:
    """The HTML of one of our pages as .docx on A4; `foot` stands by the number of every sheet.

    All that the page says is there: headings, lists, tables, pictures at 200 dpi with the sentences
    that stand for them, links, and the notes at its end. The same page gives the same bytes.
    """
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
            yield self.table([node.findall(".//dt"), node.findall(".//dd")], 1)
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
            size = SMALL if "note" in node.get("class", "") else None
            yield self.paragraph(node, bold=kind == "summary", size=size)
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
            "spacing": (tight or mark)
            and {"before": 20, "after": 20, "line": 240, "lineRule": "auto"},
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
            yield w("r", w("drawing", self.picture(self.drawn[int(part.get("alt"))])))
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
            inside = [made for each in _parts(part) for made in self.runs(each, told)]
            yield from [self.link(to, inside)] if to else inside

    def link(self, to: str, inside: list[Any]) -> Any:
        if to.startswith("#"):
            return w("hyperlink", *inside, anchor=bookmark(to[1:]))
        made = w("hyperlink", *inside)
        made.set(LINK, self.file.part.relate_to(to, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return made

    def picture(self, svg: str) -> Any:
        """The drawing of a picture, as wide as on the page, but never wider than the paper."""
        root = etree.fromstring(svg.encode())
        across, down = map(float, root.get("viewBox").split()[2:])
        shown = float(root.get("width") or across * 4 / 3)
        width = int(min(Inches(shown / 96), WIDE, HIGH * across / down))
        made = resvg_py.svg_to_bytes(
            svg_string=svg.replace("CJK TC", CHINESE.get(self.lang, CHINESE["zh-Hant"])[0][-6:]),
            width=round(width / Inches(1) * DPI), background="white",
            skip_system_fonts=True, font_files=self.faces, sans_serif_family="Noto Sans SC",
        )  # fmt: skip
        inline = self.file.part.new_pic_inline(io.BytesIO(bytes(made)), width=width)
        inline.docPr.set("descr", unmarked(root.get("aria-label") or ""))
        return inline

    def table(self, rows: list[list[Any]], heads: int) -> Any:
        """A table whose heads come again on every sheet, its columns as wide as what they hold."""
        count = max(sum(_span(cell) for cell in row) for row in rows)
        least, wished = [ROOM] * count, [ROOM] * count
        for row in rows:
            for number, cell in enumerate(row if len(row) == count else []):
                told = cell.text_content().split()
                longest = max(
                    map(len, re.findall(r"[!-~\u2010-\u2212]+", " ".join(told))), default=2
                )
                length = sum(map(len, told)) + wide(" ".join(told)) + len(told)
                least[number] = max(least[number], longest + ROOM)
                wished[number] = max(wished[number], least[number], min(length + ROOM, WORDY))
        more = (LETTERS - sum(least)) / max(sum(wished) - sum(least), 1)
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
            made.append(w("tr", about, *self.cells(row, twips, head)))
        return made

    def cells(self, row: list[Any], twips: list[int], head: bool) -> Iterator[Any]:
        at = 0
        bold = head or "focus" in (row[0].getparent().get("class") or "") or len(row) == 1
        for cell in row:
            span = _span(cell)
            about = w("tcPr", w("tcW", w=sum(twips[at : at + span]), type="dxa"))
            if span > 1:
                about.append(w("gridSpan", val=span))
            right = "n" in (cell.get("class") or "").split()
            yield w(
                "tc", about, self.paragraph(cell, size=TABLE, bold=bold, right=right, tight=True)
            )
            at += span


def _span(cell: Any) -> int:
    return int(cell.get("colspan") or 1)


def _parts(node: Any) -> Iterator[Any]:
    """The texts and elements inside an element, without what is of a screen alone."""
    if node.text:
        yield node.text
    for child in node:
        if isinstance(child.tag, str) and child.tag not in APART:
            yield child
        if child.tail:
            yield child.tail
