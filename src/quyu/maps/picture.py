"""A figure as a picture that any page can hold: small SVG with real text, the same every time."""

from __future__ import annotations

import hashlib
import io
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import matplotlib as mpl
from matplotlib import patheffects
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import AutoLocator

from quyu.words import isolated, unmarked
from quyu.words.scripts import LEFTWARD

# The reader's own fonts; a page that speaks another language overrides it by plain CSS.
STACK = (
    "'Noto Sans CJK TC','PingFang TC','Microsoft JhengHei','Source Han Sans TC',"
    "'Noto Sans TC',system-ui,sans-serif"
)


@dataclass(frozen=True)
class Picture:
    """An SVG element with the sentence that stands for it where it cannot be seen."""

    svg: str
    alt: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": self.alt}


def picture(figure: Figure, alt: str) -> Picture:
    """Turn a figure into a picture; `alt` says in a sentence what there is to see.

    Its texts stay text, in the reader's fonts, and the same figure gives the same bytes. Every id
    begins with a hash of the content, so several pictures can stand in one page. The figure is used
    up: closed, its memory given back. Refused: an empty `alt`.

    >>> shown = picture(Figure(figsize=(1, 1)), "An empty square.")
    >>> shown.svg[:4], shown.alt
    ('<svg', 'An empty square.')
    """
    if not alt.strip():
        raise ValueError("a picture needs an alt text: one sentence on what there is to see")
    return finished(svg_text(figure), alt)


def svg_text(figure: Figure) -> str:
    """What `picture` makes of a figure, but for the frame and the ids: the figure is used up."""
    _drop_marks(figure)
    halos = _lift_halos(figure)
    sheet = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "quyu"}):
        FigureCanvasSVG(figure).print_svg(sheet, metadata={"Date": None})
    text = sheet.getvalue()
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)  # it would keep the figure alive
    _give_back(figure)
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.S)
    # A bare `*` rule would reach every picture of the page; the root carries it instead.
    text = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.S)
    text = re.sub(r"font-family: [^;\"]*;? ?", "", text)
    text = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", text)
    text = re.sub(r' d="([^"]*)"', lambda found: f' d="{_shorter(found[1])}"', text)
    text = re.sub(r"\n\s*", "\n", text)
    for gid, style in halos.items():
        text = re.sub(rf'(<g id="{gid}">\s*<text style=")', rf"\1{style}; ", text)
    # A browser does know isolates, so words from right to left need not turn the figures beside them.
    return LEFTWARD.sub(lambda words: isolated(words[0]), text)


def exchanged(text: str, other: str, gids: Iterable[str]) -> str:
    """A drawn figure with the groups of `gids` as `other` has them; without those that it lacks."""
    for gid in gids:
        group = re.compile(rf'<g id="{gid}">.*?</g>\n', re.S)
        text = group.sub("".join(group.findall(other)), text)
    return text


def finished(text: str, alt: str) -> Picture:
    """A drawn figure in its frame, its ids its own."""
    return Picture(_own_ids(_framed(text, alt)), alt)


def png(figure: Figure, *, dpi: int = 300) -> bytes:
    """Turn a figure into a PNG for print, the same bytes every time; the figure is used up.

    >>> png(Figure(figsize=(1, 1)), dpi=30)[1:4]
    b'PNG'
    """
    _drop_marks(figure)
    sheet = io.BytesIO()
    figure.savefig(sheet, format="png", dpi=dpi, metadata={"Software": None})
    _give_back(figure)
    return sheet.getvalue()


def _give_back(figure: Figure) -> None:
    """Let go of what a figure holds; to clear it would set up every axis anew."""
    for axes in figure.axes:
        figure.delaxes(axes)


def _drop_marks(figure: Figure) -> None:
    """Marks of direction go: they would be measured and drawn as boxes."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if isinstance(axis.get_major_locator(), AutoLocator):
            continue  # it labels numbers
        names = [text.get_text() for text in axis.get_ticklabels()]
        if any(unmarked(name) != name for name in names):  # the axis writes its labels anew
            axis.set_ticklabels([unmarked(name) for name in names])
    for text in figure.findobj(Text):
        if (plain := unmarked(text.get_text())) != text.get_text():
            text.set_text(plain)


def _lift_halos(figure: Figure) -> dict[str, str]:
    """Take the halos off the texts, as CSS by group id: matplotlib would draw them as outlines."""
    halos = {}
    for number, text in enumerate(figure.findobj(Text)):
        strokes = [
            e for e in text.get_path_effects() or () if isinstance(e, patheffects.withStroke)
        ]
        if strokes:
            style = strokes[0]._gc
            text.set_path_effects([])
            text.set_gid(f"halo-{number}")
            halos[f"halo-{number}"] = (
                f"paint-order: stroke; stroke: {style['foreground']}; "
                f"stroke-width: {style['linewidth']}px; stroke-linejoin: round"
            )
    return halos


def _shorter(path: str) -> str:
    """The path in relative steps of a tenth of a point: borders still meet.

    >>> _shorter("M 10.04 20 L 11.11 19.5 L 11.12 30 z ")
    'M10 20l1.1-.5 0 10.5z'
    """
    out, here, last = "", (0, 0), ""
    for order, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        tenths = [round(float(number) * 10) for number in rest.split()]
        if order != "L":
            out += order + _joined(tenths)
        elif (step := (tenths[0] - here[0], tenths[1] - here[1])) != (0, 0):
            text = _joined(step)
            out += text if last == "l" and text[0] == "-" else (" " if last == "l" else "l") + text
            order = "l"
        else:
            continue
        here, last = tuple(tenths[-2:]) or here, order
    return out


def _joined(tenths: Iterable[int]) -> str:
    texts = []
    for number in tenths:
        whole, tenth = divmod(abs(number), 10)
        text = f"{whole or ''}.{tenth}" if tenth else str(whole)
        texts.append("-" + text if number < 0 else text)
    return " ".join(texts).replace(" -", "-")


def _framed(text: str, alt: str) -> str:
    """A responsive root element that names itself to a screen reader."""
    found = re.match(r'<svg[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>', text)
    width, height = float(found[1]), float(found[2])
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {found[1]} {found[2]}" width="{width * 4 / 3:.0f}" '
        f'height="{height * 4 / 3:.0f}" style="max-width: 100%; height: auto" '
        f'font-family="{STACK}" stroke-linejoin="round" role="img" aria-label="{escape(alt)}">\n'
        f"<desc>{escape(alt)}</desc>"
    )
    return root + text[found.end() :]


def _own_ids(text: str) -> str:
    prefix = "p" + hashlib.sha256(text.encode()).hexdigest()[:8] + "-"
    return re.sub(r'( id="|href="#|url\(#)', rf"\1{prefix}", text)
