"""Lettering: the font that travels along, widths of text, line breaks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from unicodedata import east_asian_width

from quyu.words import unmarked

# Han first; DejaVu last, for the few signs that a Chinese font lacks.
FAMILIES = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK JP",
    "DejaVu Sans",
)


def use_cjk() -> None:
    """Make matplotlib write Chinese, without a warning, in every figure drawn afterwards.

    Only families that this machine has are named to matplotlib: it prints a line for every text
    and every family that it cannot find. Refused: a machine with none of the Chinese families.
    """
    import matplotlib as mpl

    mpl.rcParams["font.family"] = list(_families())
    mpl.rcParams["axes.unicode_minus"] = False
    mpl.rcParams["text.parse_math"] = False  # a name with dollar signs is a name, no formula


@cache
def _families() -> tuple[str, ...]:
    from matplotlib import font_manager

    carried = _carried()
    if carried is not None:
        font_manager.fontManager.addfont(carried)
        # One weight is carried. The same file also answers for bold, without a warning: pixels
        # come out regular, while SVG text asks the reader's own font for its bold.
        listed = font_manager.fontManager.ttflist
        listed.append(replace(listed[-1], weight=700))
    here = {font.name for font in font_manager.fontManager.ttflist}
    found = tuple(family for family in FAMILIES if family in here)
    if found in ((), ("DejaVu Sans",)):
        raise ValueError(
            "no Chinese font found for matplotlib: zhplot's NotoSansSC-Regular.ttf is missing, "
            f"so is every other of {', '.join(FAMILIES[:-1])}; run: pip install zhplot"
        )
    return found


def _carried() -> Path | None:
    """The font file inside the installed zhplot, found without importing it."""
    try:
        files = distribution("zhplot").files or ()
    except PackageNotFoundError:
        return None
    paths = (Path(file.locate()) for file in files if file.name == "NotoSansSC-Regular.ttf")
    return next((path for path in paths if path.is_file()), None)


# Marks that may not begin a line, and marks that may not end one.
_NOT_FIRST = "，。、；：！？）」』》〉】％%…·—–,.;:!?)]"
_NOT_LAST = "（「『《〈【(["
_PIECE = re.compile(r"[!-~\u00a0-\u024f\u2013\u2212]+|\s+|.")


def ems(text: str) -> float:
    """Width of a text in ems: a Chinese character counts 1, any other 0.55.

    >>> ems("區域 5")
    3.1
    """
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return wide + 0.55 * (len(text) - wide)


def wrap(text: str, width: float) -> list[str]:
    """The text in lines of at most `width` ems, numbers and Latin words kept whole.

    A line feed is kept; a closing mark never begins a line and an opening mark never ends one; a
    single word wider than a line keeps a line of its own.

    >>> wrap("廣東（72.3）第三，居東部之首。", 6)
    ['廣東', '（72.3）第', '三，居東部之', '首。']
    """
    return [line for paragraph in text.split("\n") for line in _wrapped(paragraph, width)]


def _wrapped(text: str, width: float) -> list[str]:
    lines, line = [], ""
    for piece in _units(text):
        if line and ems((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _units(text: str) -> list[str]:
    """Pieces that may not be broken, marks joined to the neighbour they belong to."""
    units: list[str] = []
    for piece in _PIECE.findall(text):
        if units and (piece[0] in _NOT_FIRST or units[-1][-1] in _NOT_LAST):
            if units[-1].isspace() and len(units) > 1:
                piece = units.pop() + piece
            units[-1] += piece
        else:
            units.append(piece)
    return units


LONGEST = 12.0  # ems; the longest name of the register takes 8


def brief(name: str) -> str:
    """The name, cut with a mark where it is longer than a map or an axis has room for.

    >>> brief("Inner Mongolia"), brief("long name " * 3)
    ('Inner Mongolia', 'long name long name …')
    """
    name, taken = unmarked(name), 0.0
    for place, sign in enumerate(name):
        taken += 1.0 if east_asian_width(sign) in "WF" else 0.55
        if taken > LONGEST:
            return f"{name[: place - 1]}…"
    return name
