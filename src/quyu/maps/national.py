"""A still map of China: each unit in a given colour, with everything such a map must carry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import geopandas as gpd
import matplotlib as mpl
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps.basemap import FRAME, INSET, Basemap, basemap, edge
from quyu.maps.fonts import use_cjk
from quyu.maps.layers import DOTS, Box, areas, lines, name
from quyu.maps.legend import scale_bar, write_legend
from quyu.maps.names import names
from quyu.maps.palette import FOCUS, INK, NATION, NO_DATA, QUIET, fade, ink
from quyu.maps.sheet import POINT, sheet
from quyu.maps.southsea import DIAOYU, ISLANDS, Place, placed, window
from quyu.words import Words, words

INWARDS = 14e3  # metres from a border to the dotted line that runs inside it


@mpl.rc_context({"hatch.linewidth": 0.45})
def national(
    colours: pd.Series,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    *,
    legend: str,
    entries: Sequence[tuple[str | float, str]],
    title: str,
    subtitle: str,
    source: str,
    labels: str = "",
    highlight: Collection[str] = (),
    focus: Collection[str] | None = None,
    outline: str | None = None,
    uncertain: Collection[str] = (),
    lang: str = "zh-hant",
) -> Figure:
    """Draw the 34 units in `colours`, with the ten dashes, the inset, names, sources, notice.

    `colours` is indexed by adcode; a unit without one, or with a missing one, is grey under a
    diagonal. `entries` are the legend's rows (colour or share of an arrow, text) from below, `legend` its heading.
    `title` says the finding, `subtitle` what is measured with unit and year, `source` where the
    figures come from; the boundary's own source and the notice are added here in `lang`. `labels`
    and `outline` name columns of `land`: the names to write (those of `lang` unless given), the
    groups to draw a line around. `highlight` are units outlined in black, `focus` those left in
    full colour while the others are faded, `uncertain` those with a dotted line inside the border.
    The map's axes come first in the figure, in Albers metres. Refused: a unit that `land` does not
    have or that comes twice, an unknown column or language, and whatever `basemap` refuses.
    """
    say, base = words(lang), basemap(land, dashes)
    labels = labels or ("name_en" if lang == "en" else f"short_{say.suffix}")
    _refuse(colours, land, highlight, focus or (), uncertain, labels, outline)
    colours = colours.reindex(land.index)
    if focus is not None:
        away = colours.notna() & ~colours.index.isin(list(focus))
        colours = colours.mask(away, colours[away].map(fade))
    use_cjk()
    notes = [say("map.source", source=source), say("map.boundary") + say("map.notice")]
    figure, axes = sheet(title, subtitle, notes)
    groups = base.land.dissolve(outline, method="coverage").geometry if outline is not None else ()
    shapes = base.land.geometry
    drawn = _Drawn(
        base,
        colours,
        groups=[edge(area) for area in groups],
        chosen=[edge(area) for area in shapes[list(highlight)]],
        dotted=[_inside(area) for area in shapes[list(uncertain)]],
    )
    _draw(axes, drawn, box=FRAME, pen=1.0, gid="main")
    _write_names(axes, base.land, labels, colours.fillna(NO_DATA))
    _mark(axes, DIAOYU, say, point=POINT, size=7.5)
    write_legend(axes, legend, entries, say, dotted=bool(len(drawn.dotted)))
    scale_bar(axes)
    _draw_inset(axes, drawn, say)
    return figure


def _refuse(
    colours: pd.Series,
    land: gpd.GeoDataFrame,
    highlight: Collection[str],
    focus: Collection[str],
    uncertain: Collection[str],
    labels: str,
    outline: str | None,
) -> None:
    asked = {
        "values": colours.index,
        "highlight": highlight,
        "focus": focus,
        "uncertain": uncertain,
    }
    for what, codes in asked.items():
        unknown = [str(code) for code in codes if code not in land.index]
        if unknown:
            raise ValueError(f"{what}: the map has no unit {', '.join(unknown)}")
    twice = colours.index[colours.index.duplicated()].unique()
    if len(twice):
        raise ValueError(f"values holds {', '.join(map(str, twice))} more than once")
    for column in (labels, outline):
        if column is not None and column not in land.columns:
            raise ValueError(f"the map has no column {column!r}; it has {', '.join(land.columns)}")


@dataclass(frozen=True)
class _Drawn:
    base: Basemap
    colours: pd.Series
    groups: list[shapely.Geometry]
    chosen: list[shapely.Geometry]
    dotted: list[shapely.Geometry]


def _inside(area: shapely.Geometry) -> shapely.Geometry:
    """A line within the border, so that two neighbours' lines do not fall on one another."""
    shrunk = shapely.buffer(area, -INWARDS)
    return edge(area if shapely.is_empty(shrunk) else shapely.simplify(shrunk, 3e3))


def _draw(axes: Axes, drawn: _Drawn, *, box: Box, pen: float, gid: str) -> None:
    areas(axes, drawn.base.land.geometry, drawn.colours, box=box, gid=gid)
    for shapes, colour, width, part in (
        ([drawn.base.coast], INK, 0.6, "coast"),
        (drawn.groups, INK, 1.2 * pen, "groups"),
        (drawn.base.dashes, NATION, 1.3, "dashes"),
        # White beneath black: the lines must show on the darkest class too.
        (drawn.dotted, "white", 2.0 * pen, "uncertain-halo"),
        (drawn.dotted, INK, 1.1 * pen, "uncertain"),
        (drawn.chosen, "white", 3.4 * pen, "highlight-halo"),
        (drawn.chosen, FOCUS, 1.8 * pen, "highlight"),
    ):
        style = DOTS if part == "uncertain" else "solid"
        lines(axes, shapes, colour=colour, width=width, box=box, gid=f"{gid}-{part}", style=style)


def _draw_inset(axes: Axes, drawn: _Drawn, say: Words) -> None:
    west, south, east, north = INSET
    x0, y0, x1, y1 = box = window()
    corner = axes.inset_axes(
        (west, south, east - west, north - south), transform=axes.transData, facecolor="white"
    )
    corner.set(xlim=(x0, x1), ylim=(y0, y1), xticks=[], yticks=[])
    corner.spines[:].set(linewidth=0.6, color=QUIET)
    _draw(corner, drawn, box=box, pen=0.5, gid="inset")
    _mark(corner, ISLANDS, say, point=POINT * (x1 - x0) / (east - west), size=7)
    title = say("map.south_china_sea")
    corner.text(
        0.96, 0.03, title, size=6.5 if title.isascii() else 8,
        transform=corner.transAxes, color=QUIET, ha="right",
    )  # fmt: skip


def _write_names(axes: Axes, land: gpd.GeoDataFrame, column: str, colours: pd.Series) -> None:
    for adcode, place in names(land, column).items():
        if place.unit is None:
            size = 9 if not place.text.isascii() else 7.5
            name(axes, place.x, place.y, place.text, size=size, ink=ink(colours[adcode]))
            continue
        axes.plot(
            [place.unit[0], place.x], [place.unit[1], place.y],
            color=QUIET, linewidth=0.6, clip_on=False, zorder=5,
        )  # fmt: skip
        name(axes, place.x, place.y, place.text, size=9 if not place.text.isascii() else 7.5)


def _mark(axes: Axes, places: tuple[Place, ...], say: Words, *, point: float, size: float) -> None:
    """Dots with names; `point` is a point of paper in metres."""
    for key, x, y, (east, north), side in placed(places):
        axes.plot(x, y, marker="o", markersize=1.6, color=INK, zorder=5)
        text = say(f"map.{key}")
        # Latin names are twice as long as the Chinese ones.
        small = 0.73 * size if text.isascii() else size
        name(axes, x + east * point, y + north * point, text, size=small, side=side)
