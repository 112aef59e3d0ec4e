"""The still maps: of a figure in classes, of kinds, of pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import cycle
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps import base, draw, labels
from quyu.maps.draw import POINT, Caption, Entry
from quyu.maps.lettering import measured, use_cjk
from quyu.maps.palette import COAST, FOCUS, INK, NATION, NO_DATA, QUIET, Classes, fade, ink
from quyu.maps.picture import redrawn
from quyu.words import Words, words


@mpl.rc_context({"hatch.linewidth": 0.45})
def national_map(
    colours: pd.Series,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    caption: Caption,
    *,
    entries: Sequence[Entry],
    hatches: Mapping[str, str] = MappingProxyType({}),
    highlight: Collection[str] = (),
    focus: Collection[str] = (),
    outline: str | None = None,
    uncertain: Collection[str] = (),
) -> Figure:
    """Draw units in `colours`, with names, sources, notice; China with the ten dashes and the inset.

    `colours` is indexed by id; a unit without one, or with a missing one, is grey under a
    diagonal. `entries` are those of the legend, the first at the left; `hatches` lie over colours.
    `outline` names a column of `land`: the groups to draw borders between. `highlight` are units
    outlined in black, `focus` those left in full colour while the others are faded, `uncertain`
    those with a ring beside their name. The map's axes come first in the figure, in Albers metres.
    Refused: a unit that `land` does not have or that comes twice, an unknown language, and
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
    seams = base.seams(ground, outline) if outline is not None else []
    legend = draw.laid_out(
        caption.legend,
        _entries(entries, caption, ground, say, seams, uncertain, focus),
        whole=ground.whole,
    )
    figure, axes = draw.sheet(caption, deep=legend.deep)
    chosen = [base.edge(area) for area in ground.land.geometry[list(highlight)]]
    lines = _layers(ground, seams, chosen)
    # The islands of the South China Sea are in the inset alone.
    main = (base.FRAME[0], base.KEY[2], *base.FRAME[2:]) if ground.whole else base.FRAME
    _draw(axes, main, "main", ground.land, colours, hatches, lines)
    column = "name_en" if say.lang == "en" else f"short_{say.suffix}"
    _write_names(axes, ground, column, colours, hatches, say.lang, set(uncertain))
    draw.write_legend(axes, legend)
    if not ground.whole:
        return figure
    _mark(axes, base.DIAOYU, say, point=POINT, size=7.5)
    corner = _corner(axes)
    sea, (west, _, east, _) = base.window(), base.INSET
    _draw(corner, sea, "inset", ground.land, colours, hatches, lines)
    point = POINT * (sea[2] - sea[0]) / (east - west)
    _mark(corner, base.ISLANDS, say, point=point, size=7.5)
    title, written = (
        say("map.south_china_sea"),
        {"color": QUIET, "transform": corner.transAxes, "gid": "isle"},
    )
    corner.text(0.96, 0.03, title, size=6.5 if title.isascii() else 8, ha="right", **written)
    draw.scale_bar(corner, sea[0] + 4 * point, sea[1] + 2.2 * point, 5e5, gid="inset-scale")
    corner.text(0.03, 0.032, "500 km", size=7.3, **written)
    return figure


def _entries(
    entries: Sequence[Entry],
    caption: Caption,
    ground: base.Basemap,
    say: Words,
    seams: Collection[object],
    uncertain: Collection[str],
    focus: Collection[str],
) -> list[Entry]:
    """What the legend holds: the classes, the marks that this map has, the scale."""
    more = [Entry("ring", caption.ring, wide=8)] if uncertain and caption.ring else []
    more += [pale(entries, caption.pale)] if focus and caption.pale else []
    more += [Entry("", say("map.no_data"))]
    more += [Entry("seam", caption.seam)] if seams and caption.seam else []
    more += [] if caption.diagram else [draw.scale(ground.metres, whole=ground.whole)]
    return [*entries, *more]


def pale(entries: Sequence[Entry], text: str) -> Entry:
    """What stands in the legend for the faded: a class from the middle of the scale, faded."""
    return Entry(fade(str(entries[len(entries) // 2].sample)), text)


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


def shape(figure: Figure) -> float:
    """Width by height of a map without its legend and what is written below it."""
    wide, high = figure.get_size_inches()
    return float(wide / (high * (1 - figure.axes[0].get_position().y0)))


def scaled(figure: Figure, ground: base.Basemap) -> tuple[str, float]:
    """A round length on a map, and which share of the figure's width it is."""
    entry = draw.scale(ground.metres, whole=ground.whole)
    return entry.text, entry.wide / (72 * figure.get_figwidth())


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


def _layers(ground: base.Basemap, seams: _Lines, chosen: _Lines) -> list[_Layer]:
    return [
        ("coast", [ground.coast], COAST, (0.55, 0.4)),
        ("border", [ground.border], INK, (1.0, 0.6)),
        # White beneath ink: a border between groups is no border of the country.
        ("groups-halo", seams, "white", (draw.SEAM[0], draw.SEAM[0] / 2)),
        ("groups", seams, INK, (draw.SEAM[1], draw.SEAM[1] / 2)),
        ("dashes", (ground.near, ground.far), NATION, (1.3, 1.3)),
        *_highlight(chosen),
    ]


def _highlight(chosen: _Lines) -> list[_Layer]:
    return [
        ("highlight-halo", chosen, "white", (3.4, 1.7)),
        ("highlight", chosen, FOCUS, (1.8, 0.9)),
    ]


def _draw(
    axes: Axes,
    box: draw.Box,
    gid: str,
    land: gpd.GeoDataFrame,
    colours: pd.Series,
    hatches: Mapping[str, str],
    layers: list[_Layer],
) -> None:
    draw.areas(axes, land.geometry, colours, box=box, gid=gid, hatches=hatches)
    inset = gid == "inset"
    for part, shapes, colour, widths in layers:
        lines = shapes[inset] if part == "dashes" else shapes
        draw.lines(
            axes, lines, box=box, gid=f"{gid}-{part}", colour=colour, width=widths[inset]
        )  # fmt: skip


def _write_names(
    axes: Axes,
    ground: base.Basemap,
    column: str,
    colours: pd.Series,
    hatches: Collection[str],
    lang: str,
    uncertain: Collection[str],
) -> None:
    fills, land = colours.fillna(NO_DATA), ground.land
    places = labels.names(land, land[column], lang)
    roomy = labels.roomy(places, scale=labels.PHONE)
    for code, place in places.items():
        size = 9 if not place.text.isascii() else 7.5
        if place.leader:
            axes.plot(
                *zip(*place.leader, strict=True), color=QUIET, linewidth=0.6, clip_on=False, zorder=5, gid="leader"
            )  # fmt: skip
        fill = fills[code]
        free = code in roomy
        light = place.fits and ink(fill) != INK and fill not in hatches
        draw.name(
            axes, place.x, place.y, place.text, size=size, halo=not light, gid=f"name-{code}{free * '-free'}"
        )  # fmt: skip
        if code in uncertain:
            beside = place.x + (measured(place.text)[0] * size / 2 + 2.4) * POINT
            draw.ring(axes, beside, place.y + 0.22 * size * POINT, gid="uncertain")
    if labels.CAPITAL in land.index and ground.whole:
        star = {"marker": "*", "markersize": 7, "markeredgewidth": 0.6, "zorder": 6}
        axes.plot(*labels.star(), color=INK, markeredgecolor="white", gid="capital", **star)


def _mark(
    axes: Axes, places: tuple[base.Place, ...], say: Words, *, point: float, size: float
) -> None:
    """Dots with names; `point` is a point of paper in metres."""
    for key, x, y, (east, north), side in base.placed(places):
        axes.plot(x, y, marker="o", markersize=1.6, color=INK, zorder=5)
        text = say(f"map.{key}")
        # Latin names are twice as long as the Chinese ones.
        small = 0.68 * size if text.isascii() else size
        draw.name(
            axes, x + east * point, y + north * point, text, size=small, side=side, gid="isle"
        )


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
    entries = [Entry(*each) for each in zip(classes.colours, classes.labels, strict=True)][::-1]
    return national_map(classes.colour(values), land, dashes, caption, entries=entries, **marks)


# The quadrants of a Moran scatterplot: the hue says the unit's own side, the hatch that its
# neighbours are on the other; without colour the low are hatched twice, the high not at all.
LISA = {
    "HH": "#b2182b",
    "HL": "#f4a582",
    "LH": "#92c5de",
    "LL": "#2166ac",
    "ns": "#f7f7f7",
    "masked": "#bdbdbd",
}
LISA_HATCH = {"HL": "....", "LH": "||||", "LL": "xx"}


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
    in the order of the legend. All else is as in `national_map`.
    """
    entries = [Entry(LISA[kind], text, LISA_HATCH.get(kind, "")) for kind, text in names.items()]
    hatches = {LISA[kind]: hatch for kind, hatch in LISA_HATCH.items()}
    return national_map(kinds.map(LISA), land, dashes, caption, entries=entries, hatches=hatches)


def arcs(
    pairs: pd.DataFrame,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    caption: Caption,
    *,
    groups: Mapping[str, tuple[str, str]],
    told: tuple[str, str],
) -> Figure:
    """Draw an arrow from `giver` to `receiver` for each row of `pairs`: firm ones in full, others faint.

    `pairs` has the columns giver, receiver (adcodes) and firm (whether it is). The units are tinted by
    the region in `land`; `groups` gives each region's colour and its name in the legend, `told` what a
    firm arrow is and what a faint one. All else is as in `national_map`.
    """
    base.refuse_strangers("pairs: the map", [*pairs["giver"], *pairs["receiver"]], land.index)
    shares = zip(groups.items(), cycle(TINTS), strict=False)
    tints = {region: fade(colour, share=share) for (region, (colour, _)), share in shares}
    entries = [Entry(float(share), text) for share, text in zip((1, 0), told, strict=True)]
    entries += [Entry(tints[region], text) for region, (_, text) in groups.items()]
    shades = land["region"].map(tints)
    figure = national_map(shades, land, dashes, caption, entries=entries, outline="region")
    places = labels.names(base.basemap(land, dashes).land, land["short_zh_hant"], caption.lang)
    for row in pairs.sort_values("firm", kind="stable").itertuples():
        bow = _clear(places[row.giver], places[row.receiver])
        gid = "arc" if row.firm else "arc-faint"
        draw.arrow(figure.axes[0], bow, share=float(row.firm), gid=gid)
    return figure


TINTS = (0.5, 0.88, 0.72)  # how far a region's colour is faded: apart without colour too
BEND = 0.22  # height of a bow by its chord


def _clear(giver: labels.Name, receiver: labels.Name) -> np.ndarray:
    """The three points of a bow that leaves one unit's name and ends short of the other's.

    It bends to the right of its way: going west it bends north, going north out to sea. Where a name
    stands beside its unit, the bow is of the unit itself.
    """
    ends = np.array(
        [each.leader[0] if each.leader else (each.x, each.y) for each in (giver, receiver)]
    )
    (x, y), middle = ends[1] - ends[0], ends.mean(axis=0)
    bow = np.array([ends[0], middle + BEND * np.array([y, -x]), ends[1]])
    share = np.linspace(0, 1, 201)[:, None]
    line = (1 - share) ** 2 * bow[0] + 2 * share * (1 - share) * bow[1] + share**2 * bow[2]
    outside = np.ones(len(line), dtype=bool)
    for each, gap in ((giver, 1), (receiver, 4)):
        if not each.leader:
            west, south, east, north = each.box(gap * POINT)
            within = (line[:, 0] > west) & (line[:, 0] < east)
            outside &= ~(within & (line[:, 1] > south) & (line[:, 1] < north))
    kept = np.flatnonzero(outside)
    return _part(bow, share[kept[0], 0], share[kept[-1], 0])


def _part(bow: np.ndarray, first: float, last: float) -> np.ndarray:
    """The part of a quadratic Bézier curve between two of its parameters."""

    def blossom(one: float, other: float) -> np.ndarray:
        return (
            (1 - one) * (1 - other) * bow[0]
            + (one * (1 - other) + other * (1 - one)) * bow[1]
            + one * other * bow[2]
        )

    return np.array([blossom(first, first), blossom(first, last), blossom(last, last)])
