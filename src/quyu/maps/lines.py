"""Breaks text that mixes Chinese with Latin into lines of a given width."""

import re
import unicodedata

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
