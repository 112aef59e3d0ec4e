"""The still maps: of a figure in classes, of kinds, of pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps import base, draw
from quyu.maps.draw import POINT, Caption
from quyu.maps.lettering import use_cjk
from quyu.maps.palette import FOCUS, INK, NATION, NO_DATA, QUIET, Classes, fade, ink
from quyu.maps.picture import redrawn
from quyu.words import Words, words


@mpl.rc_context({"hatch.linewidth": 0.45})
def national_map(
    colours: pd.Series,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    caption: Caption,
    *,
    entries: Sequence[tuple[str | float, str]],
    highlight: Collection[str] = (),
    focus: Collection[str] = (),
    outline: str | None = None,
    uncertain: Collection[str] = (),
) -> Figure:
    """Draw units in `colours`, with names, sources, notice; China with the ten dashes and the inset.

    `colours` is indexed by id; a unit without one, or with a missing one, is grey under a
    diagonal. `entries` are the legend's rows (colour or share of an arrow, text) from below.
    `outline` names a column of `land`: the groups to draw a line around. `highlight` are units
    outlined in black, `focus` those left in full colour while the others are faded, `uncertain`
    those with a dotted line inside the border. The map's axes come first in the figure, in Albers
    metres. Refused: a unit that `land` does not have or that comes twice, an unknown language, and
    whatever `basemap` refuses.
    """
    say, ground = words(caption.lang), base.basemap(land, dashes)
    for what, codes in (
        ("values", colours.index),
        ("highlight", highlight),
        ("focus", focus),
        ("uncertain", uncertain),
    ):
        base.refuse_strangers(f"{what}: the map", codes, land.index)
    if colours.index.has_duplicates:
        twice = colours.index[colours.index.duplicated()].unique()
        raise ValueError(f"values holds {', '.join(twice)} more than once")
    colours = colours.reindex(land.index)
    if len(focus):
        away = colours.notna() & ~colours.index.isin(list(focus))
        colours = colours.mask(away, colours[away].map(fade))
    use_cjk()
    figure, axes = draw.sheet(caption)
    groups = _grouped(ground, outline) if outline is not None else ()
    shapes = ground.land.geometry
    rounds = [base.inside(area, 14e3, light=3e3) for area in shapes[list(uncertain)]]
    chosen = [base.edge(area) for area in shapes[list(highlight)]]
    layers = _layers(ground, [base.edge(area) for area in groups], rounds, chosen)
    _draw(axes, base.FRAME, "main", ground.land, colours, layers)
    column = "name_en" if say.lang == "en" else f"short_{say.suffix}"
    _write_names(axes, ground.land, column, colours)
    if ground.whole:
        _mark(axes, base.DIAOYU, say, point=POINT, size=7.5)
    draw.write_legend(axes, caption.legend, entries, say, dotted=caption.dotted if rounds else "")
    if not caption.diagram:
        draw.scale_bar(axes, metres=ground.metres, whole=ground.whole)
    if not ground.whole:
        return figure
    corner = _corner(axes)
    sea, (west, _, east, _) = base.window(), base.INSET
    _draw(corner, sea, "inset", ground.land, colours, layers)
    point = POINT * (sea[2] - sea[0]) / (east - west)
    _mark(corner, base.ISLANDS, say, point=point, size=7)
    title = say("map.south_china_sea")
    corner.text(
        0.96, 0.03, title, size=6.5 if title.isascii() else 8,
        transform=corner.transAxes, color=QUIET, ha="right",
    )  # fmt: skip
    return figure


def _grouped(ground: base.Basemap, column: str) -> gpd.GeoSeries:
    """The area of each group of units."""
    whole = shapely.coverage_is_valid(ground.land.geometry.to_numpy())
    return ground.land.dissolve(column, method="coverage" if whole else "unary").geometry


def _corner(axes: Axes) -> Axes:
    """The axes of the inset."""
    west, south, east, north = base.INSET
    x0, y0, x1, y1 = base.window()
    corner = axes.inset_axes(
        (west, south, east - west, north - south), transform=axes.transData, facecolor="white"
    )
    corner.set(xlim=(x0, x1), ylim=(y0, y1), xticks=[], yticks=[])
    corner.spines[:].set(linewidth=0.6, color=QUIET)
    return corner


TWICE = (
    "460000"  # Hainan, a unit that shows in the map and in its inset; elsewhere any unit will do
)


def scales(figure: Figure) -> tuple[np.ndarray, ...]:
    """How metres of the plane become points of an SVG on a map and in its inset, as 3 x 3 matrices."""
    main, height = figure.axes[0], figure.get_figheight()
    figure.dpi = 72
    down = np.array([[1, 0, 0], [0, -1, 72 * height], [0, 0, 1]])  # SVG counts from above
    return tuple(down @ axes.transData.get_matrix() for axes in (main, *main.child_axes))


def highlighted(
    text: str, unit: str, ground: base.Basemap, matrices: tuple[np.ndarray, ...]
) -> str:
    """The text of a map that was drawn with TWICE highlighted, with another unit in its place.

    `text` is what quyu.maps.picture.svg_text gave, `matrices` the `scales` of the figure.
    """
    outline = base.edge(ground.land.geometry[unit])
    for gid, box, matrix in zip(
        ("main", "inset"), (base.FRAME, base.window()), matrices, strict=False
    ):
        parts = shapely.get_parts(shapely.clip_by_rect(outline, *box))
        lines = [shapely.get_coordinates(part) @ matrix[:2, :2].T + matrix[:2, 2] for part in parts]
        for part, *_ in _highlight([]):
            text = redrawn(text, f"{gid}-{part}", lines)
    return text


_Lines = Iterable[shapely.Geometry]
_Layer = tuple[str, _Lines, str, tuple[float, float]]  # part, lines, colour, width on map and inset


def _layers(ground: base.Basemap, groups: _Lines, rounds: _Lines, chosen: _Lines) -> list[_Layer]:
    return [
        ("coast", [ground.coast], INK, (0.6, 0.6)),
        ("groups", groups, INK, (1.2, 0.6)),
        ("dashes", ground.dashes, NATION, (1.3, 1.3)),
        # White beneath black: the lines must show on the darkest class too.
        ("uncertain-halo", rounds, "white", (2.0, 1.0)),
        ("uncertain", rounds, INK, (1.1, 0.55)),
        *_highlight(chosen),
    ]


def _highlight(chosen: _Lines) -> list[_Layer]:
    return [
        ("highlight-halo", chosen, "white", (3.4, 1.7)),
        ("highlight", chosen, FOCUS, (1.8, 0.9)),
    ]


def _draw(axes: Axes, box: draw.Box, gid: str, land, colours: pd.Series, layers) -> None:
    draw.areas(axes, land.geometry, colours, box=box, gid=gid)
    _draw_lines(axes, box, gid, layers)


def _draw_lines(axes: Axes, box: draw.Box, gid: str, layers: list[_Layer]) -> None:
    for part, shapes, colour, widths in layers:
        pen = {"colour": colour, "width": widths[gid == "inset"]}
        style = draw.DOTS if part == "uncertain" else "solid"
        draw.lines(axes, shapes, box=box, gid=f"{gid}-{part}", style=style, **pen)


def _write_names(axes: Axes, land: gpd.GeoDataFrame, column: str, colours: pd.Series) -> None:
    for adcode, place in base.names(land, land[column]).items():
        style = {"size": 9 if not place.text.isascii() else 7.5}
        if place.unit is None:
            style["ink"] = ink(colours.fillna(NO_DATA)[adcode])
        else:
            axes.plot(
                [place.unit[0], place.x], [place.unit[1], place.y],
                color=QUIET, linewidth=0.6, clip_on=False, zorder=5,
            )  # fmt: skip
        draw.name(axes, place.x, place.y, place.text, **style)


def _mark(
    axes: Axes, places: tuple[base.Place, ...], say: Words, *, point: float, size: float
) -> None:
    """Dots with names; `point` is a point of paper in metres."""
    for key, x, y, (east, north), side in base.placed(places):
        axes.plot(x, y, marker="o", markersize=1.6, color=INK, zorder=5)
        text = say(f"map.{key}")
        # Latin names are twice as long as the Chinese ones.
        small = 0.73 * size if text.isascii() else size
        draw.name(axes, x + east * point, y + north * point, text, size=small, side=side)


def choropleth(
    values: pd.Series,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    caption: Caption,
    classes: Classes,
    **marks: Any,
) -> Figure:
    """Draw units in classes of `values`, with everything that a map of China must carry if it is one.

    `values` is indexed by id; a unit without one, or with a missing one, is grey under a
    diagonal. `marks` are those of `national`: highlight, focus, outline, and uncertain, here the
    units whose class is not sure. Refused besides: a value that is infinite.

    >>> from quyu.facts import boundaries, dashline, load
    >>> facts, values = load(), pd.Series({"440000": 72.3})
    >>> caption = Caption("廣東 72.3 分", "質量發展指數，2023 年", source="示例", legend="指數")
    >>> classes = Classes((20, 40, 60, 80))
    >>> figure = choropleth(values, boundaries(facts), dashline(facts), caption, classes)
    >>> [text.get_text() for text in figure.texts][:2]
    ['廣東 72.3 分', '質量發展指數，2023 年']
    """
    entries = list(zip(classes.colours, classes.labels, strict=True))
    return national_map(classes.colour(values), land, dashes, caption, entries=entries, **marks)


# The quadrants of a Moran scatterplot: the hue says the unit's own side, the light its neighbours'.
LISA = {
    "HH": "#b2182b",
    "HL": "#f4a582",
    "LH": "#92c5de",
    "LL": "#2166ac",
    "ns": "#f7f7f7",
    "masked": "#bdbdbd",
}


def clusters(
    kinds: pd.Series,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    caption: Caption,
    *,
    names: Mapping[str, str],
) -> Figure:
    """Draw each unit in the colour of its kind, one of LISA.

    `kinds` is indexed by adcode; a unit without one is "no data". `names` says each kind in words,
    in the order of the legend from above. All else is as in `national`.
    """
    entries = [(LISA[kind], text) for kind, text in reversed(names.items())]
    return national_map(kinds.map(LISA), land, dashes, caption, entries=entries)


SAMPLES = (0.1, 0.5, 1.0)  # shares of the draws that the legend shows an arrow of


def arcs(
    pairs: pd.DataFrame,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    caption: Caption,
    *,
    groups: Mapping[str, tuple[str, str]],
) -> Figure:
    """Draw an arrow from `giver` to `receiver` for each row of `pairs`, wider where more stable.

    `pairs` has the columns giver, receiver (adcodes) and stability (0–1). The units are tinted by
    the region in `land`; `groups` gives each region's colour and its name in the legend. All else is
    as in `national`.
    """
    base.refuse_strangers("pairs: the map", [*pairs["giver"], *pairs["receiver"]], land.index)
    tints = {region: fade(colour, share=0.6) for region, (colour, _) in groups.items()}
    entries = [(tints[region], text) for region, (_, text) in reversed(groups.items())]
    entries += [(share, f"{share:.0%}") for share in SAMPLES]
    figure = national_map(land["region"].map(tints), land, dashes, caption, entries=entries)
    drawn = base.basemap(land, dashes).land
    # An arc ends in the unit itself, also where the name stands outside.
    places = {
        code: each.unit or (each.x, each.y)
        for code, each in base.names(drawn, pd.Series("", drawn.index)).items()
    }
    for row in pairs.sort_values("stability", kind="stable").itertuples():
        start, end = places[row.giver], places[row.receiver]
        draw.arrow(figure.axes[0], start, end, share=row.stability, gid="arc")
    return figure
