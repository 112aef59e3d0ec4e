"""What each colour means, everywhere: maps, charts, tables, print."""

from collections.abc import Iterable

# Five classes of ColorBrewer YlGnBu: a level, darker is better.
YLGNBU = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
# Five classes of ColorBrewer PuOr: a change, orange falls and purple rises around zero.
PUOR = ("#e66101", "#fdb863", "#f7f7f7", "#b2abd2", "#5e3c99")
# Five classes of ColorBrewer Purples: how much evidence there is, how wide an interval; no level.
PURPLES = ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f")

NO_DATA = "#ececec"  # flat light grey, always under a thin diagonal
DIAGONAL = "#a6a6a6"
BORDER = "#7d8790"
INK = "#222222"
QUIET = "#555555"
FOCUS = "#111111"  # the province or provinces a page is about
NATION = "#444444"

# The four statistical zones share two hues with the strategy's three regions.
REGION = {
    "東部": "#0072B2",
    "中西部": "#D55E00",
    "中部": "#E69F00",
    "西部": "#CC79A7",
    "東北": "#009E73",
}


def ink(fill: str) -> tuple[str, str]:
    """The colour of a text that stands on a fill, with the colour of its halo.

    >>> ink("#ffffcc"), ink("#253494")
    (('#222222', '#ffffff'), ('#ffffff', '#1a2468'))
    """
    red, green, blue = _parts(fill)
    if 0.299 * red + 0.587 * green + 0.114 * blue > 140:
        return INK, "#ffffff"
    return "#ffffff", _hex(part * 0.7 for part in (red, green, blue))


def fade(colour: str, *, share: float = 0.72) -> str:
    """The colour mixed with white, for what stands behind the subject.

    >>> fade("#000000", share=0.5)
    '#808080'
    """
    return _hex(part + (255 - part) * share for part in _parts(colour))


def _parts(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _hex(parts: Iterable[float]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in parts)
