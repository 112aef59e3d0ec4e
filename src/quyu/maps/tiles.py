"""One tile for each unit: a diagram in which small ones are as large as large ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps.base import refuse_strangers
from quyu.maps.draw import MARGIN, WIDTH, Caption, inscribe, ring, swatch
from quyu.maps.lettering import brief, use_cjk, wrap
from quyu.maps.palette import INK, NO_DATA, QUIET, Classes, ink
from quyu.words import Words, words

# Row and column of each unit: neighbours kept beside one another as far as a grid allows.
PLACES = {
    "230000": (0, 7),
    "150000": (1, 4), "110000": (1, 5), "220000": (1, 7),
    "620000": (2, 2), "640000": (2, 3), "140000": (2, 4), "130000": (2, 5),
    "120000": (2, 6), "210000": (2, 7),
    "650000": (3, 1), "630000": (3, 2), "610000": (3, 3), "410000": (3, 4), "370000": (3, 5), "320000": (3, 6),
    "540000": (4, 1), "510000": (4, 2), "500000": (4, 3), "420000": (4, 4), "340000": (4, 5),
    "310000": (4, 6),
    "530000": (5, 2), "520000": (5, 3), "430000": (5, 4), "360000": (5, 5), "330000": (5, 6),
    "450000": (6, 3), "440000": (6, 4), "350000": (6, 5), "710000": (6, 7),
    "460000": (7, 3), "820000": (7, 4), "810000": (7, 5),
}  # fmt: skip
COLUMNS = 8
_SIDE = 60.0  # points
_KEY = 3.5  # sides of a tile: room for the legend west of other units' tiles
_NAMED = 0.6  # of a full side; smaller tiles hold neither name nor value


def places_of(land: gpd.GeoDataFrame) -> dict[str, tuple[int, int]]:
    """Row and column of units that are not provinces, each near where it lies among the others.

    >>> land = gpd.GeoDataFrame(geometry=gpd.points_from_xy([9, 1, 5], [0, 0, 0]), index=list("cab"))
    >>> places_of(land)
    {'a': (0, 0), 'b': (0, 1), 'c': (0, 2)}
    """
    middles = pd.DataFrame(
        shapely.get_coordinates(shapely.point_on_surface(land.geometry.to_numpy())), land.index
    )
    wide, high = np.maximum(np.ptp(middles, axis=0), 1e-9)
    rows = int(np.clip(round(np.sqrt(len(land) * high / wide)), 1, len(land)))
    order = middles.sort_values([1, 0], ascending=[False, True]).index
    bands = [middles.loc[band].sort_values(0).index for band in np.array_split(order, rows)]
    return {code: (row, at) for row, band in enumerate(bands) for at, code in enumerate(band)}


def tiles(
    values: pd.Series,
    names: pd.Series,
    caption: Caption,
    classes: Classes,
    *,
    shown: pd.Series | None = None,
    uncertain: Collection[str] = (),
    places: Mapping[str, tuple[int, int]] | None = None,
) -> Figure:
    """Draw units as tiles of equal size in classes of `values`, each with name and value.

    `values` and `names` are indexed by id; a unit without a value is grey under a diagonal.
    `shown` is written in the tiles where it is not the values; `places` is `places_of` other units
    than the 34 of China. The rest is as in `choropleth`. Refused: a unit without a name or a place, an
    infinite value.
    """
    left, note = (0.0, "map.tiles") if places is None else (_KEY, "map.tiles_own")
    places = PLACES if places is None else places
    refuse_strangers("the grid", [*values.index, *uncertain], places)
    refuse_strangers("names", places, names.index)
    use_cjk()
    say, head = words(caption.lang), wrap(caption.title, 33)
    foot = caption.foot(say(note))
    top, bottom = 34 + 20 * len(head), 12 + 11.5 * len(foot)
    rows, columns = (1 + max(each) for each in zip(*places.values(), strict=True))
    side = min(1.0, (COLUMNS - left) / columns)
    high = max(rows * side, 3.0)
    height = top + high * _SIDE + bottom
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=100, facecolor="white")
    axes = figure.add_axes(
        (MARGIN / WIDTH, bottom / height, COLUMNS * _SIDE / WIDTH, high * _SIDE / height),
        xlim=(0, COLUMNS), ylim=(high, 0),
    )  # fmt: skip
    axes.set_axis_off()
    inscribe(figure, head, [caption.subtitle], foot, down=height - bottom + 14)
    colours = classes.colour(values).reindex(list(places)).fillna("")
    shown, unsure = values if shown is None else shown, set(uncertain)
    for code, (row, column) in places.items():
        colour, x, y = colours[code], left + column * side, row * side
        text = say.number(shown[code], decimals=classes.decimals) if colour else ""
        _tile(axes, y, x, side, colour, brief(str(names[code])), text)
        if code in unsure:
            ring(axes, x + 0.88 * side, y + 0.12 * side, gid="uncertain")
    _key(axes, caption, classes, say, unsure=bool(len(uncertain)))
    return figure


def _tile(
    axes: Axes, row: float, column: float, side: float, colour: str, name: str, value: str
) -> None:
    gid, inset = "tile" if colour else "tile-no-data", 0.03 * side
    swatch(axes, (column + inset, row + inset), 0.94 * side, 0.94 * side, colour, gid=gid)
    if side < _NAMED:
        return
    written = ink(colour or NO_DATA)
    lines = wrap(name, 4.6)
    size = side * (11 if not name.isascii() else 8.5 if max(map(len, lines)) < 11 else 7.5)
    first = row + side * (0.5 - 0.09 * (len(lines) - 1) - (0.13 if value else 0))
    middle = {"color": written, "ha": "center", "va": "center"}
    for number, line in enumerate(lines):
        axes.text(column + side / 2, first + side * 0.19 * number, line, size=size, **middle)
    below = first + side * (0.19 * (len(lines) - 1) + 0.27)
    axes.text(column + side / 2, below, value, size=9.5 * side, **middle)


def _key(axes: Axes, caption: Caption, classes: Classes, say: Words, *, unsure: bool) -> None:
    """The legend in the empty north-west, highest first."""
    heading = wrap(caption.legend, 16)
    for number, line in enumerate(heading):
        axes.text(0.03, 0.02 + 0.22 * number, line, size=9.5, color=QUIET, va="top")
    rows = [*zip(classes.colours, classes.labels, strict=True)][::-1]
    for number, (colour, text) in enumerate([*rows, ("", say("map.no_data"))], start=len(heading)):
        at = 0.1 + 0.22 * number
        swatch(axes, (0.03, at), 0.33, 0.16, colour)
        axes.text(0.45, at + 0.08, text, size=9.5, color=INK, va="center")
    if unsure:
        at = 0.18 + 0.22 * (len(heading) + len(rows) + 1)
        ring(axes, 0.195, at, gid="legend-ring")
        for line, text in enumerate(wrap(caption.ring, 9)):
            axes.text(0.45, at + 0.2 * line, text, size=9.5, color=INK, va="center")
