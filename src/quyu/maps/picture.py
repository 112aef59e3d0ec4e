"""A figure as a picture that any page can hold: small SVG with real text, the same every time."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import patheffects
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path as MplPath
from matplotlib.text import Text
from matplotlib.ticker import ScalarFormatter

from quyu.files import publish
from quyu.maps.lettering import measured
from quyu.words import isolated, unmarked
from quyu.words.scripts import LEFTWARD

# The reader's own fonts; a page that speaks another language overrides it by plain CSS.
STACK = (
    "'Noto Sans CJK TC','PingFang TC','Microsoft JhengHei','Source Han Sans TC',"
    "'Noto Sans TC',system-ui,sans-serif"
)
DPI_CELL, DPI_PRINT = 110, 300
NAMED = re.compile(r'<a xlink:href="([^"]+)"[^>]*>\n<path (d="[^"]*") style="([^"]*)"/>\n</a>')


class Shapes(PathCollection):
    """Shapes of which each has an id of its own in an SVG, its colours in a group round it.

    So a page can draw the bare shape again, in colours of its own.
    """

    def __init__(self, paths: Iterable[MplPath], ids: Iterable[str] = (), **style: Any) -> None:
        super().__init__(paths, **style)
        self.ids = [*ids] or None


@dataclass(frozen=True)
class Picture:
    """An SVG element with the sentence that stands for it where it cannot be seen."""

    svg: str
    alt: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": self.alt}


class Drawing:
    """A map or a chart that shows itself in a notebook, trusted or not, and goes into a file.

    `draw` gives a new matplotlib figure, and the sentence that stands for it, each time it is called.

    >>> shown = Drawing(lambda: (Figure(figsize=(1, 1)), "An empty square."))
    >>> shown, sorted(shown._repr_mimebundle_())
    (Drawing('An empty square.'), ['image/png', 'image/svg+xml', 'text/plain'])
    """

    def __init__(self, draw: Callable[[], tuple[Figure, str]]) -> None:
        self._draw = draw
        self._first, self.alt = draw()  # what cannot be drawn is refused now, not when it is shown

    def __repr__(self) -> str:
        return f"Drawing({self.alt if len(self.alt) <= 60 else self.alt[:57] + '…'!r})"

    @property
    def figure(self) -> Figure:
        """A new matplotlib figure, to be changed at will."""
        made, self._first = self._first, None
        return made or self._draw()[0]

    @property
    def svg(self) -> str:
        """The text of an SVG element, as pages have it."""
        return picture(self.figure, self.alt).svg

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        made = {
            "text/plain": lambda: self.alt,
            "image/svg+xml": lambda: self.svg,
            # What a notebook that is not trusted shows, which is no SVG.
            "image/png": lambda: base64.b64encode(png(self.figure, dpi=DPI_CELL)).decode(),
        }
        wanted = {*(include or made)} - {*(exclude or ())}
        return {kind: make() for kind, make in made.items() if kind in wanted}

    def save(self, path: str | Path, *, dpi: int = DPI_PRINT) -> Path:
        """Write the picture to `path`, which ends in .png (at `dpi`), .svg or .pdf, whole or not at all.

        >>> Drawing(lambda: (Figure(figsize=(1, 1)), "An empty square.")).save("square.jpg")
        Traceback (most recent call last):
        ValueError: square.jpg: a picture is written as .png, .svg or .pdf; name the file so.
        """
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in (".png", ".svg", ".pdf"):
            raise ValueError(
                f"{path.name}: a picture is written as .png, .svg or .pdf; name the file so."
            )
        if ending == ".svg":
            content = self.svg.encode()
        else:
            content = png(self.figure, dpi=dpi) if ending == ".png" else pdf(self.figure)
        publish(path, content)
        return path


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
    halos = _lift_halos(_drop_marks(figure))
    for shapes in figure.findobj(Shapes):
        shapes.set_urls(shapes.ids)  # the one name of a part that matplotlib writes into an SVG
    figure.dpi, sheet = 72, io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "quyu"}):
        renderer = _Sheet(*figure.get_size_inches() * 72, sheet, metadata={"Date": None})
        figure.draw(renderer)
        renderer.finalize()
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
    text = NAMED.sub(r'<g style="\3"><path id="\1" \2/></g>', text)
    for gid, style in halos.items():
        text = re.sub(rf'(<g id="{gid}">\s*<text style=")', rf"\1{style}; ", text)
    text = _each_once(text)
    # A browser does know isolates, so words from right to left need not turn the figures beside them.
    return LEFTWARD.sub(lambda words: isolated(words[0]), text)


def _each_once(text: str) -> str:
    """The same with a number behind an id that stood before."""
    seen = Counter()

    def numbered(found: re.Match[str]) -> str:
        seen[found[1]] += 1
        again = seen[found[1]]
        return f'<g id="{found[1]}-{again}"' if again > 1 else found[0]

    return re.sub(r'<g id="([^"]+)"', numbered, text)


class _Sheet(RendererSVG):
    """What draws SVG, but for the measures of texts, which are kept."""

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, ...]:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        size, font = prop.get_size_in_points(), (prop.get_style(), prop.get_weight())
        return tuple(size * each for each in measured(s, tuple(prop.get_family()), *font))

    def _get_font_height_metrics(self, prop: Any) -> tuple[float, ...]:
        # The reader's font, a Chinese one. Ours would be looked up in its file for every text.
        size = prop.get_size_in_points()
        return 0.88 * size, 0.12 * size, 0


def redrawn(text: str, gid: str, lines: Iterable[np.ndarray]) -> str:
    """A drawn figure whose path in the group `gid` follows other lines; without it if there are none.

    Each is an array of points, east and south of the corner.
    """
    group = re.compile(rf'(<g id="{gid}">.*? d=")[^"]*(".*?</g>\n)', re.S)
    path = "".join("M" + "L".join(f"{x} {y} " for x, y in line.tolist()) for line in lines)
    return group.sub(rf"\g<1>{_shorter(path)}\2" if path else "", text)


def finished(text: str, alt: str) -> Picture:
    """A drawn figure in its frame, its ids its own."""
    return Picture(_own_ids(_framed(text, alt)), alt)


def png(figure: Figure, *, dpi: int = DPI_PRINT) -> bytes:
    """Turn a figure into a PNG for print, the same bytes every time; the figure is used up.

    >>> png(Figure(figsize=(1, 1)), dpi=30)[1:4]
    b'PNG'
    """
    return _printed(figure, "png", metadata={"Software": None}, dpi=dpi)


def pdf(figure: Figure) -> bytes:
    """Turn a figure into a PDF whose text can be searched, the same bytes every time; it is used up.

    >>> pdf(Figure(figsize=(1, 1)))[:4]
    b'%PDF'
    """
    with mpl.rc_context({"pdf.fonttype": 42}):
        return _printed(
            figure, "pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None}
        )


def _printed(figure: Figure, kind: str, **options: Any) -> bytes:
    _drop_marks(figure)
    sheet = io.BytesIO()
    figure.savefig(sheet, format=kind, **options)
    _give_back(figure)
    return sheet.getvalue()


def _give_back(figure: Figure) -> None:
    """Let go of what a figure holds; to clear it would set up every axis anew."""
    for axes in figure.axes:
        figure.delaxes(axes)


def _drop_marks(figure: Figure) -> list[Text]:
    """The figure's texts; marks of direction go, which would be measured and drawn as boxes."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            continue  # it labels numbers
        names = [text.get_text() for text in axis.get_ticklabels()]
        if any(unmarked(name) != name for name in names):  # the axis writes its labels anew
            axis.set_ticklabels([unmarked(name) for name in names])
    texts = figure.findobj(Text)
    for text in texts:
        if (plain := unmarked(text.get_text())) != text.get_text():
            text.set_text(plain)
    return texts


def _lift_halos(texts: list[Text]) -> dict[str, str]:
    """Take the halos off the texts, as CSS by group id: matplotlib would draw them as outlines."""
    halos = {}
    for number, text in enumerate(texts):
        strokes = [
            e for e in text.get_path_effects() or () if isinstance(e, patheffects.withStroke)
        ]
        if strokes:
            style = strokes[0]._gc
            text.set_path_effects([])
            gid = text.get_gid() or f"halo-{number}"
            text.set_gid(gid)
            halos[gid] = (
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
