"""What a Word document is made of, as far as pages need it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from docx.shared import Mm, Pt, RGBColor
from lxml import etree
from lxml.builder import ElementMaker

from quyu.words import unmarked

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = "{http://www.w3.org/XML/1998/namespace}space"
NEVER = datetime(1980, 1, 1)  # a document is the same whenever it is written
# The face of Chinese, what stands for it where it is missing, and how Word names the language.
CHINESE = {
    "zh-Hant": ("Noto Sans CJK TC", "新細明體", "zh-TW"),
    "zh-Hans": ("Noto Sans CJK SC", "宋体", "zh-CN"),
}
SIZES = {"Normal": 10, "Heading 1": 18, "Heading 2": 14, "Heading 3": 11.5}  # points
LATIN, TABLE, LINK = "Arial", 8, "0B5394"
BETWEEN = {"\t": "tab", "\xad": "softHyphen"}
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
ADORNS = "http://schemas.microsoft.com/office/drawing/2017/decorative"
MARGIN, WIDE = Mm(16), Mm(178)


def w(tag: str, *inside: Any, **told: Any) -> Any:
    """An element of Word's with what is inside; its attributes are Word's too."""
    make = ElementMaker(namespace=SPACE, nsmap={"w": SPACE})
    return make(tag, *inside, {f"{{{SPACE}}}{name}": str(value) for name, value in told.items()})


def run(text: str, style: dict[str, Any]) -> Any:
    """A text in one style: bold, slanted, link, size in points, raised, lang."""
    size = style.get("size")
    about = {
        "b": style.get("bold") and {"val": 1},
        "i": style.get("slanted") and {"val": 1},
        "color": (style.get("link") or style.get("colour"))
        and {"val": style.get("colour") or LINK},
        "sz": size and {"val": round(2 * size)},
        "vertAlign": style.get("raised") and {"val": style["raised"]},
        "lang": style.get("lang") in CHINESE and {"eastAsia": CHINESE.get(style["lang"], [""])[-1]},
    }
    told = re.sub(r"[ \n\r]+", " ", unmarked(text))
    texts = []
    for part in filter(None, re.split("([\t\xad])", told)):
        texts.append(w(BETWEEN[part]) if part in BETWEEN else w("t", part))
        texts[-1].set(SPACES, "preserve")
    return w("r", w("rPr", *(w(tag, **values) for tag, values in about.items() if values)), *texts)


def bookmark(name: str) -> str:
    """A bookmark's name, which Word wants of letters, figures and dashes below."""
    return "q_" + re.sub(r"\W", "_", name)[:38]


def decorative() -> Any:
    """What says of a picture that voices pass it over, since figures beside it say the same."""
    ext = etree.Element(f"{{{MAIN}}}ext", uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    ext.append(etree.Element(f"{{{ADORNS}}}decorative", val="1", nsmap={"adec": ADORNS}))
    made = etree.Element(f"{{{MAIN}}}extLst", nsmap={"a": MAIN})
    made.append(ext)
    return made


def _stops(footer: Any) -> Any:
    return footer.paragraphs[0].style.paragraph_format.tab_stops


def dress(file: Any, lang: str, title: str, foot: str) -> None:
    """The paper, the styles, what the document says of itself, and the foot of its sheets."""
    face, other, spoken = CHINESE.get(lang, CHINESE["zh-Hant"])
    about = file.core_properties
    about.title, about.language, about.author, about.comments = title, lang, "quyu", foot
    about.created = about.modified = NEVER
    about.last_modified_by, about.revision = "quyu", 1
    sheet = file.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = MARGIN
    for name, size in SIZES.items():
        style = file.styles[name]
        style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), name != "Normal"
        style.font.color.rgb = RGBColor(0x1B, 0x1B, 0x1B)
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(f"{{{SPACE}}}{theme}", None)
        fonts.set(f"{{{SPACE}}}eastAsia", face)
        style.paragraph_format.space_after = Pt(5)
    (language,) = file.styles.element.xpath("w:docDefaults//w:lang")
    language.set(f"{{{SPACE}}}val", "en-GB" if lang == "en" else spoken)
    language.set(f"{{{SPACE}}}eastAsia", spoken)
    (faces,) = (p for p in file.part.package.iter_parts() if p.partname == "/word/fontTable.xml")
    known = etree.fromstring(faces.blob)
    known.append(w("font", w("altName", val=other), w("charset", val="86"), name=face))
    faces._blob = etree.tostring(known, xml_declaration=True, encoding="UTF-8", standalone=True)
    line = sheet.footer.paragraphs[0]._p
    for part in (f"{title}\t", "PAGE", " / ", "NUMPAGES"):
        told = run(part, {"size": TABLE})
        line.append(w("fldSimple", told, instr=part) if part in ("PAGE", "NUMPAGES") else told)
    others = (w("tab", val="clear", pos=each.position.twips) for each in _stops(sheet.footer))
    stops = w("tabs", *others, w("tab", val="right", pos=WIDE.twips))
    line.get_or_add_pPr().append(stops)
    sheet.footer.add_paragraph()._p.append(run(foot, {"size": TABLE - 1}))
