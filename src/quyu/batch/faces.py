"""Faces for paper: the machine's Noto Sans CJK, cut to the letters of one page.

A browser embeds a face of TrueType outlines once in a PDF. Noto's collections have others: it writes
them as hundreds of small fonts, and the letters once for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from threading import Lock
from typing import Any

WEIGHTS = {"Regular": "100 500", "Bold": "600 900"}
FACES = [f"{script}-{weight}" for script in ("TC", "SC") for weight in WEIGHTS]
NARROW = "‘’“”"  # in English; a Chinese face has them as wide as a character
FOOT = "0123456789 /"  # the number of a sheet
OFF = 13  # thousandths of an em by which an outline may differ
UNREAD = re.compile(r"<(style|script|desc)\b.*?</\1>|<[^>]+>", re.S)
SCRIPTS = ("DFLT", "hani", "kana", "latn")
one_at_a_time = Lock()  # a face reads its file as it is asked


def cut(text: str, folder: Path) -> str:
    """Style rules for the faces of the page `text`, written into `folder`; none if Noto is not here."""
    signs = "".join(sorted({*unescape(UNREAD.sub(" ", text)), *FOOT} - {"\n"}))
    script = "SC" if '<html lang="zh-Hans"' in text else "TC"
    rules = [f'@page {{ font-family: "Noto Sans CJK {script}", sans-serif }}']
    with one_at_a_time:
        for weight, numbers in WEIGHTS.items():
            if face := _face(weight, script):
                name = f"{script}-{weight}.ttf"
                _write(face, signs, folder / name, english='<html lang="en"' in text)
                rules.append(
                    f'@font-face {{ font-family: "Noto Sans CJK {script}"; font-weight: {numbers};'
                    f" src: url({name}) }}"
                )
    return " ".join(rules) if len(rules) > 1 else ""


@cache
def _face(weight: str, script: str) -> Any:
    from fontTools.ttLib import TTCollection
    from matplotlib.font_manager import findSystemFonts

    for path in sorted(findSystemFonts()):
        if Path(path).name == f"NotoSansCJK-{weight}.ttc":
            for face in TTCollection(path, lazy=True):
                if face["name"].getDebugName(1).startswith(f"Noto Sans CJK {script}"):
                    return face
    return None


def _write(face: Any, signs: str, path: Path, *, english: bool) -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    drawn, names = face.getGlyphSet(), face.getBestCmap()
    written = {ord(sign): names[ord(sign)] for sign in signs if ord(sign) in names}
    if english:
        narrow = {
            old: new for part in _rules(face["GSUB"], "pwid") for old, new in part.mapping.items()
        }
        written |= {ord(sign): narrow[names[ord(sign)]] for sign in NARROW}
    outlines = {}
    for name in dict.fromkeys([".notdef", *written.values()]):
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, OFF, reverse_direction=True))
        outlines[name] = pen.glyph()
    heights, numbers = face["hhea"], face["OS/2"]
    made = FontBuilder(face["head"].unitsPerEm)
    made.setupGlyphOrder([*outlines])
    made.setupCharacterMap(written)
    made.setupGlyf(outlines)
    made.setupHorizontalMetrics({name: face["hmtx"][name] for name in outlines})
    made.setupHorizontalHeader(ascent=heights.ascent, descent=heights.descent)
    made.setupOS2(
        usWeightClass=numbers.usWeightClass,
        **{
            name: getattr(numbers, name)
            for name in ("sTypoAscender", "sTypoDescender", "usWinAscent", "usWinDescent")
        },
    )
    told = {
        key: face["name"].getDebugName(number) for key, number in (("familyName", 1), ("psName", 6))
    }
    made.setupNameTable(told | {"styleName": path.stem.partition("-")[2]})
    made.setupPost(keepGlyphNames=False)
    made.addOpenTypeFeatures(_halves(face, outlines))
    made.updateHead(created=0, modified=0)  # the same bytes every time
    made.font.recalcTimestamp = False
    made.save(path)


def _halves(face: Any, glyphs: Any) -> str:
    """The rule by which marks that follow one another move together, in the language of features."""
    moves = [
        f"pos {name} <{getattr(part.Value, 'XPlacement', 0)} 0 {part.Value.XAdvance} 0>;"
        for part in _rules(face["GPOS"], "halt")
        for name in part.Coverage.glyphs
        if name in glyphs
    ]
    systems = " ".join(f"languagesystem {script} dflt;" for script in SCRIPTS)
    return f"{systems} feature halt {{ {' '.join(moves)} }} halt;" if moves else ""


def _rules(table: Any, feature: str) -> Iterator[Any]:
    """The parts of the first rule of a feature, which all scripts of these faces share."""
    rules = table.table
    for record in rules.FeatureList.FeatureRecord:
        if record.FeatureTag == feature:
            for number in record.Feature.LookupListIndex:
                for part in rules.LookupList.Lookup[number].SubTable:
                    yield getattr(part, "ExtSubTable", part)
            return
