"""Lettering: the font that travels along, widths of text, line breaks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
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
    mpl.rcParams["axes.unicode_minus"] = True
    mpl.rcParams["text.parse_math"] = False  # a name with dollar signs is a name, no formula


def style() -> None:
    """Chinese labels in your own matplotlib plots, and any Figure that ends a cell shows itself.

    >>> style()
    >>> import matplotlib
    >>> "Noto Sans SC" in matplotlib.rcParams["font.family"]
    True
    """
    import matplotlib as mpl
    from IPython import get_ipython
    from IPython.core.pylabtools import select_figure_formats

    use_cjk()
    mpl.rcParams["text.parse_math"] = True  # who writes the labels knows which dollars are formulas
    if shell := get_ipython():
        select_figure_formats(shell, {"png"})


@cache
def _families() -> tuple[str, ...]:
    from matplotlib import font_manager

    own = carried()
    if own is not None:
        font_manager.fontManager.addfont(own)
        # One weight is carried. The same file also answers for bold, without a warning: pixels
        # come out regular, while SVG text asks the reader's own font for its bold.
        listed = font_manager.fontManager.ttflist
        listed.append(replace(listed[-1], weight=700))
    here = {font.name for font in font_manager.fontManager.ttflist}
    found = tuple(family for family in FAMILIES if family in here)
    han = [family for family in found if family.startswith("Noto Sans CJK")]
    found = tuple(family for family in found if family not in han[1:])  # they hold the same signs
    if found in ((), ("DejaVu Sans",)):
        raise ValueError(
            "no Chinese font found for matplotlib: zhplot's NotoSansSC-Regular.ttf is missing, "
            f"so is every other of {', '.join(FAMILIES[:-1])}; run: pip install zhplot"
        )
    return found


def carried() -> Path | None:
    """The font file inside the installed zhplot, found without importing it."""
    try:
        files = distribution("zhplot").files or ()
    except PackageNotFoundError:
        return None
    paths = (Path(file.locate()) for file in files if file.name == "NotoSansSC-Regular.ttf")
    return next((path for path in paths if path.is_file()), None)


@lru_cache(maxsize=10_000)
def measured(
    text: str, families: tuple[str, ...] = (), style: str = "normal", weight: str | int = 400
) -> tuple[float, float, float]:
    """Width, height and depth below its base of a line of text, in ems, as matplotlib finds them.

    They are kept, for most labels come again in the next chart: to measure them takes longer than to
    draw them. Without `families`, in those of `use_cjk`.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=list(families or _families()), style=style, weight=weight, size=1)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)


def widest(labels: Iterable[str], **style: str) -> float:
    """The width of the longest line of all labels, in ems as `measured`; 0 if there is none."""
    lines = (line for label in labels for line in label.split("\n") if line)
    return max((measured(line, **style)[0] for line in lines), default=0.0)


# Marks that may not begin a line, and marks that may not end one.
_NOT_FIRST = "，。、；：！？）」』》〉】％%…·—–,.;:!?)]"
_NOT_LAST = "（「『《〈【(["
_PIECE = re.compile(r"[!-~\u00a0-\u024f\u2013\u2212]+|\s+|.")
_LATIN = 0.55  # ems of any sign that is not full-width


def wide(text: str) -> int:
    """How many of its signs are full-width, as Chinese characters are.

    >>> wide("區域 5")
    2
    """
    return sum(east_asian_width(sign) in "WF" for sign in text)


def ems(text: str) -> float:
    """Width of a text in ems: a Chinese character counts 1, any other 0.55.

    >>> ems("區域 5"), ems("ab")
    (3.1, 1.1)
    """
    full = wide(text)
    return round(full + _LATIN * (len(text) - full), 2)


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


def two_lines(name: str) -> str:
    """A Chinese heading with a line break near its middle, between words.

    >>> two_lines("質量基礎設施"), two_lines("產品、工程、服務質量"), two_lines("α without it")
    ('質量基礎\\n設施', '產品、工程、\\n服務質量', 'α without it')
    >>> two_lines("方法區間（90% 的模擬）")
    '方法區間\\n（90% 的模擬）'
    """
    # Most words have two characters, so even places are the likelier seams; a comma is a sure one,
    # and so is a bracket, which may hold a figure.
    sure = [place for place, sign in enumerate(name, start=1) if sign == "、"]
    sure += [place for place, sign in enumerate(name) if sign == "（" and place]
    places = sure or range(2, len(name) - 1, 2)
    if len(name) < 4 or not name.isprintable() or not wide(name) or not places:
        return name
    middle = min(places, key=lambda place: (abs(place - len(name) / 2), -place))
    return f"{name[:middle]}\n{name[middle:]}"


LONGEST_LABEL = 80  # ems; nobody reads further, and a chart has no room


def fold_label(text: str, *, width: float) -> str:
    """A label on as many lines as keep it within `width` ems, broken between words.

    What is longer than any chart can hold is cut, with a mark.

    >>> fold_label("產品、工程、服務質量", width=5), fold_label("Brand building", width=6)
    ('產品、\\n工程、\\n服務質量', 'Brand\\nbuilding')
    """
    plain = text.replace("\n", "")
    if ems(plain) > LONGEST_LABEL:
        plain = plain[: LONGEST_LABEL // 2] + "…"
    if ems(plain) <= width:
        return plain
    if " " in plain:
        return textwrap.fill(plain, max(1, int(width / _LATIN)), break_long_words=False)
    parts = plain.replace("、", "、\n").split("\n")
    return "\n".join(part if ems(part) <= width else two_lines(part) for part in parts)


LONGEST_NAME = 12  # ems; the longest name of the register takes 8


def brief(name: str) -> str:
    """The name, cut with a mark where it is longer than a map or an axis has room for.

    >>> brief("Inner Mongolia"), brief("long name " * 3)
    ('Inner Mongolia', 'long name long name …')
    """
    name = unmarked(name)
    if ems(name) <= LONGEST_NAME:
        return name
    fits = max(n for n in range(round(LONGEST_NAME / _LATIN) + 1) if ems(name[:n]) <= LONGEST_NAME)
    return f"{name[: fits - 1]}…"
