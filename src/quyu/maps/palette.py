"""Classes and colours: what each colour means, everywhere."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from quyu.words.numbers import three_digits

# Five classes of ColorBrewer YlGnBu: a level, darker is better.
YLGNBU = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
# Five classes of ColorBrewer PuOr: a change, orange falls and purple rises around zero.
PUOR = ("#e66101", "#fdb863", "#f7f7f7", "#b2abd2", "#5e3c99")
# Five classes of ColorBrewer Purples: how much evidence there is, how wide an interval; no level.
PURPLES = ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f")

NO_DATA = "#ececec"  # flat light grey, always under a thin diagonal
DIAGONAL = "#a6a6a6"
BORDER = "#7d8790"
COAST = "#5484a6"  # where the sea begins; the border of the country is in ink
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


# Of groups of one's own, in turn; hues that stand apart for the colour-blind as well.
HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def hues(groups: Iterable[str]) -> dict[str, str]:
    """The colour of each group: a zone or region of China has its own, others have one in turn.

    >>> hues(["東部", "coast"])["coast"] == HUES[0]
    True
    """
    own = [name for name in dict.fromkeys(groups) if name not in REGION]
    return REGION | {name: HUES[number % len(HUES)] for number, name in enumerate(own)}


def ink(fill: str) -> str:
    """The colour of a text that stands on a fill.

    >>> ink("#ffffcc"), ink("#253494")
    ('#222222', '#ffffff')
    """
    red, green, blue = _parts(fill)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"


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


def breaks(values: pd.Series, *, method: str = "quantiles", classes: int = 5) -> tuple[float, ...]:
    """The inner breaks of `values`, missing ones left out: one fewer than `classes`.

    `values` may be a whole panel, so that every year is classed alike. `method` names a classifier
    of mapclassify, see METHODS. Refused: an unknown method, fewer distinct values than classes.

    >>> breaks(pd.Series([1.0, 2.0, 3.0, 4.0, None]), method="equal_interval", classes=3)
    (2.0, 3.0)
    """
    import mapclassify

    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; known are {', '.join(METHODS)}")
    known = values.dropna().to_numpy(float)
    distinct = len(np.unique(known))
    if distinct < classes:
        raise ValueError(f"{distinct} distinct values cannot be put into {classes} classes")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # where ties leave fewer classes, there are fewer
        found = getattr(mapclassify, METHODS[method])(known, k=classes)
    return tuple(float(edge) for edge in found.bins[:-1])


METHODS = {
    "quantiles": "Quantiles",
    "equal_interval": "EqualInterval",
    "fisher_jenks": "FisherJenks",
    "maximum_breaks": "MaximumBreaks",
}


def between(values: Sequence[float]) -> tuple[float, ...]:
    """The middle of each value and the next: breaks that part them all.

    >>> between([0.0, 1.0, 4.0])
    (0.5, 2.5)
    """
    return tuple(float(low + high) / 2 for low, high in pairwise(values))


def spread_colours(classes: int, colours: Sequence[str] = YLGNBU) -> tuple[str, ...]:
    """So many colours of a scale, from its first to its last.

    >>> spread_colours(3) == (YLGNBU[0], YLGNBU[2], YLGNBU[4])
    True
    """
    last = len(colours) - 1
    return tuple(colours[round(place * last / max(1, classes - 1))] for place in range(classes))


def graded(values: pd.Series, *, method: str = "quantiles", around: bool = False) -> Classes:
    """Up to five classes of any `values`: one for each where there are fewer than five.

    `around` zero they are classes of the distance from it, alike on both sides, in the colours of a
    change. Refused: an unknown method, values all of which are missing, an infinite one.

    >>> graded(pd.Series([-4.0, 1.0]), around=True).breaks
    (-2.5, 2.5)
    >>> graded(pd.Series([3.0, 3.0, None])).labels
    ('3',)
    """
    known = np.sort(values.dropna().to_numpy(float).round(9))
    if not known.size or np.isinf(known).any():
        raise ValueError(
            f"values is {'infinite' if known.size else 'missing'} where classes are made"
        )
    held, most = (np.abs(known), 3) if around else (known, len(YLGNBU))
    found = np.unique(held)
    if len(found) < most:
        edges = between(found[found > 0]) if around else between(found)
    else:
        edges = breaks(pd.Series(held), method=method, classes=most)
    if around:
        sides = [edge for edge in edges if edge > 0] or [found[-1] / 2]
        edges = (*(-edge for edge in reversed(sides)), *sides)
    # Three meaningful digits between neighbouring classes, whatever the unit.
    size = max(map(abs, edges or found)) or 1
    decimals = max(0, 2 - math.floor(math.log10(size)))
    while decimals < 9 and len({f"{edge:.{decimals}f}" for edge in edges}) < len(edges):
        decimals += 1
    colours = spread_colours(len(edges) + 1, PUOR if around else YLGNBU)
    names = () if edges else (three_digits(found[0]),)
    return Classes(tuple(map(float, edges)), colours, decimals, names)


@dataclass(frozen=True)
class Classes:
    """Inner breaks in rising order with one colour more than breaks.

    A value on a break belongs to the class above it, so no value is ever outside the legend: both
    are taken as they are printed.
    `decimals` are those of the breaks in the legend, which calls classes by their `names` if they
    have any.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...] = YLGNBU
    decimals: int = 1
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rising = all(low < high for low, high in pairwise(self.breaks))
        if not rising or not all(math.isfinite(value) for value in self.breaks):
            raise ValueError(f"breaks must be finite and rise: {list(self.breaks)}")
        if len(self.colours) != len(self.breaks) + 1:
            raise ValueError(
                f"{len(self.breaks)} inner breaks make {len(self.breaks) + 1} classes, "
                f"but there are {len(self.colours)} colours"
            )

    def place(self, values: pd.Series) -> pd.Series:
        """The number of each value's class, from 0; a missing value has none (NA).

        Refused: a value that is infinite.

        >>> Classes((0.0,), ("orange", "purple")).place(pd.Series([-1.0, 0.0, None])).tolist()
        [0.0, 1.0, nan]
        """
        known = values.astype(float)
        if (endless := values.index[np.isinf(known)]).size:
            raise ValueError(f"values is infinite for {', '.join(map(str, endless))}")
        # As they are printed: a reader compares the figure with the limits that the legend says.
        found = np.searchsorted(self._printed(self.breaks), self._printed(known), side="right")
        return pd.Series(found, index=values.index).where(known.notna())

    def _printed(self, values: Iterable[float]) -> list[float]:
        return [float(f"{value:.{self.decimals}f}") for value in values]

    def colour(self, values: pd.Series) -> pd.Series:
        """The colour of each value; a missing value has none (NA).

        >>> Classes((0.0,), ("orange", "purple")).colour(pd.Series([-1.0, 0.0, None])).tolist()
        ['orange', 'purple', nan]
        """
        return self.place(values).map(dict(enumerate(self.colours))).astype(object)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the legend says of each class.

        >>> Classes((20.0, 40.0), ("a", "b", "c")).labels
        ('< 20.0', '20.0–40.0', '≥ 40.0')
        """
        if self.names:
            return self.names
        text = [f"{value:.{self.decimals}f}".replace("-", "−") for value in self.breaks]
        dash = " – " if "−" in "".join(text) else "–"
        inner = [f"{low}{dash}{high}" for low, high in pairwise(text)]
        return (f"< {text[0]}", *inner, f"≥ {text[-1]}")
