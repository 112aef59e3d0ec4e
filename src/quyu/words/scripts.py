"""Scripts: simplified and traditional, and the unseen signs that turn a text's direction."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

TO_SIMPLIFIED = str.maketrans("佔「」『』", "占“”‘’")
# The particle; 显著, 著作 and the like keep their character.
PARTICLE = re.compile("(?<![显名原论专编译])著(?![作名称者述])")


def simplified(text: str) -> str:
    """Traditional Chinese in simplified characters (OpenCC's t2s) with the mainland's quotation marks.

    >>> simplified("黑龍江的「質量發展」，第 3 位")
    '黑龙江的“质量发展”，第 3 位'
    >>> simplified("跟著數走，顯著提高")
    '跟着数走，显著提高'
    """
    return PARTICLE.sub("着", _converter().convert(text).translate(TO_SIMPLIFIED))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
LEFTWARD = re.compile(f"[{_LETTERS}]+(?: +[{_LETTERS}]+)*")  # words written from right to left
MARKS = re.compile(f"[{_MARKS}]")
TURNING = re.compile(f"[{_LETTERS}{_MARKS}]")
# A line may end within a note; nothing else that a terminal would obey.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")

# What a spreadsheet may take for the beginning of a formula, also behind blanks and in full width.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")

OPEN, CLOSE = "\u2068", "\u2069"
_OPENING = "\u2066\u2067" + OPEN


def isolated(text: str) -> str:
    r"""The text, so that it turns no digit or word beside it; as it is where nothing could turn.

    Unicode's isolate goes round it (UAX #9), with as many beginnings and ends as the text's own
    lack: an end without a beginning would let the rest of the text out.

    >>> isolated("廣東 (GD)"), isolated("a\u202eb")
    ('廣東 (GD)', '\u2068a\u202eb\u2069')
    >>> isolated(isolated("a\u2069b")) == isolated("a\u2069b") == "\u2068\u2068a\u2069b\u2069"
    True
    """
    if not TURNING.search(text) or _closed(text):
        return text
    depth = lacking = 0
    for sign in text:
        if sign in _OPENING:
            depth += 1
        elif sign == CLOSE and depth:
            depth -= 1
        elif sign == CLOSE:
            lacking += 1
    return OPEN * (1 + lacking) + text + CLOSE * (1 + depth)


def no_formula(text: str) -> str:
    r"""A text that a spreadsheet would take for a formula, with the apostrophe that says it is text.

    Marks of direction go, for they would turn the line's other fields wherever the file is read as text.

    >>> no_formula("\u202e=1+1"), no_formula("廣東省")
    ("'=1+1", '廣東省')
    """
    text = unmarked(text)
    return f"'{text}" if _FORMULA.match(text) else text


def unmarked(text: str) -> str:
    r"""The text without marks of direction, for what draws them as boxes or knows no isolates.

    >>> unmarked("\u2068a\u202eb\u2069"), unmarked("廣東")
    ('ab', '廣東')
    """
    return MARKS.sub("", text)


def visible(text: str) -> str:
    r"""The text with the signs that show nothing written as escapes, for a message or a terminal.

    >>> print(visible("a\x1b[31m\u202eb　c"))
    a\x1b[31m\u202eb　c
    """
    return "".join(
        sign if sign.isprintable() or sign == "\u3000" else repr(sign)[1:-1] for sign in text
    )


def _closed(text: str) -> bool:
    """Whether one isolate spans the text from its first sign to its last."""
    depth = 0
    for place, sign in enumerate(text, start=1):
        depth += (sign in _OPENING) - (sign == CLOSE)
        if depth <= 0:
            return depth == 0 and place == len(text) and text.startswith(OPEN)
    return False
