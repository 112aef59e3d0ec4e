"""The sheet every chart starts from, and a picture as a reader meets it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from html import escape
from unicodedata import east_asian_width

import pandas as pd
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from quyu.maps.lettering import use_cjk
from quyu.maps.picture import Picture
from quyu.pages.tables import two_lines
from quyu.words import Words

# A phone 390 px wide leaves 354 px to a chart of 360 points: no text may be smaller than SMALL, so
# that it still measures 10 px there.
WIDTH, SMALL, LABEL = 5.0, 10.3, 11.0
LINE = 0.18  # inches that a line of SMALL text takes
REST, RULE = "#c9c9c6", "#d5d5d2"


def canvas(height: float) -> tuple[Figure, Axes]:
    use_cjk()
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(RULE)
    axes.tick_params(length=0, labelsize=LABEL)
    axes.set_axisbelow(True)
    return figure, axes


def key(axes: Axes, entries: list[tuple[str, str, str]]) -> None:
    shapes = {
        "●": {"marker": "o", "linestyle": ""},
        "○": {"marker": "o", "linestyle": "", "markerfacecolor": "white", "markeredgewidth": 1.8},
        "❘": {"marker": "|", "linestyle": "", "markersize": 11, "markeredgewidth": 1.6},
        "━": {"linewidth": 4},
    }
    handles = [
        Line2D([], [], color=colour, label=label, **shapes[shape])
        for shape, colour, label in entries
    ]
    sheet = axes.get_figure()
    assert isinstance(sheet, Figure)
    shape_room = 2.6  # ems of the mark with the gaps beside it
    whole = sum(ems(label) + shape_room for _, _, label in entries) * SMALL
    sheet.legend(
        handles=handles,
        loc="outside upper left",
        ncols=len(handles) if whole < WIDTH * 72 else 2,
        frameon=False,
        fontsize=SMALL,
        handlelength=1,
        handletextpad=0.5,
        columnspacing=1.1,
        borderaxespad=0,
    )


def tile(column: float, row: float, colour: str, *, hatch: bool):
    return Rectangle(
        (column + 0.02, row + 0.04),
        0.96,
        0.92,
        facecolor=colour,
        edgecolor="#9a9a9a" if hatch else "none",
        linewidth=0,
        hatch="////" if hatch else None,
    )


def ems(text: str) -> float:
    """About how wide a text is, in heights of its type.

    >>> ems("質量"), ems("ab")
    (2.0, 1.1)
    """
    return round(sum(1.0 if east_asian_width(sign) in "WF" else 0.55 for sign in text), 2)


LONGEST = 80  # ems of a label; nobody reads further, and a chart has no room


def fold(text: str, *, width: float) -> str:
    """A label on as many lines as keep it within `width` ems, broken between words.

    What is longer than any chart can hold is cut, with a mark.

    >>> fold("產品、工程、服務質量", width=5), fold("Brand building", width=6)
    ('產品、\\n工程、\\n服務質量', 'Brand\\nbuilding')
    """
    plain = text.replace("\n", "")
    if ems(plain) > LONGEST:
        plain = plain[: LONGEST // 2] + "…"
    if ems(plain) <= width:
        return plain
    if " " in plain:
        return textwrap.fill(plain, max(1, int(width / 0.55)), break_long_words=False)
    parts = plain.replace("、", "、\n").split("\n")
    return "\n".join(part if ems(part) <= width else two_lines(part) for part in parts)


def step(labels: Iterable[str], *, least: float) -> float:
    """Inches from one row to the next, so that folded labels do not touch.

    >>> step(["one line"], least=0.25), step(["two\\nlines"], least=0.25)
    (0.25, 0.42)
    """
    lines = max(label.count("\n") + 1 for label in labels)
    return max(least, round(lines * LINE + 0.06, 2))


def apart(heights: pd.Series, *, gap: float) -> pd.Series:
    """Label heights `gap` apart or more, each as near its own as that allows.

    Labels that would overlap are pooled and spread round their mean, as in isotonic regression.

    >>> apart(pd.Series({"a": 1.0, "b": 1.2, "c": 9.0}), gap=1.0).round(1).to_dict()
    {'a': 0.6, 'b': 1.6, 'c': 9.0}
    """
    ordered = heights.sort_values(kind="stable")
    steps = pd.Series(range(len(ordered)), index=ordered.index) * gap
    pools: list[list[float]] = []
    for value in ordered - steps:
        pools.append([value])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    level = [_mean(pool) for pool in pools for _ in pool]
    return pd.Series(level, index=ordered.index) + steps


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def figure(picture: Picture, *, finding: str, source: str, say: Words) -> HTML:
    """`picture` with a sentence on what it shows, from the data, and where the data come from.

    >>> from quyu.words import words
    >>> shown = Picture("<svg/>", "a square")
    >>> figure(shown, finding="A square.", source="invented", say=words("en")).data[36:]
    'A square.</figcaption><svg/><figcaption>Source: invented</figcaption></figure>'
    """
    below = say.html("map.source", source=source)
    return HTML(
        f'<figure><figcaption class="finding">{escape(finding)}</figcaption>{picture.svg}'
        f"<figcaption>{below}</figcaption></figure>"
    )


def mapped(picture: Picture, finding: str) -> HTML:
    """A map, which names its sources itself, under a sentence on what it shows.

    On a phone the map slides sideways, so that its names stay legible; the sentence stays.

    >>> mapped(Picture("<svg/>", "a square"), "A square.").data[33:]
    '<figcaption class="finding">A square.</figcaption><svg/></figure>'
    """
    return HTML(
        '<figure class="map" tabindex="0">'
        f'<figcaption class="finding">{escape(finding)}</figcaption>{picture.svg}</figure>'
    )
