"""The still maps: of a figure in classes, of kinds, of pairs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps.base import (
    DIAOYU,
    FRAME,
    INSET,
    ISLANDS,
    Basemap,
    Place,
    basemap,
    edge,
    names,
    placed,
    window,
)
from quyu.maps.base import names as placed_names
from quyu.maps.draw import (
    DOTS,
    POINT,
    Box,
    areas,
    arrow,
    lines,
    name,
    scale_bar,
    sheet,
    write_legend,
)
from quyu.maps.lettering import use_cjk
from quyu.maps.palette import FOCUS, INK, NATION, NO_DATA, QUIET, YLGNBU, Classes, fade, ink
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


BOUNDARY, NOTICE = words("zh-hant")("map.boundary"), words("zh-hant")("map.notice")


def choropleth(
    values: pd.Series,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    *,
    breaks: Sequence[float],
    legend: str,
    title: str,
    subtitle: str,
    source: str,
    palette: Sequence[str] = YLGNBU,
    decimals: int = 1,
    labels: str = "",
    highlight: Collection[str] = (),
    focus: Collection[str] | None = None,
    outline: str | None = None,
    uncertain: Collection[str] = (),
    lang: str = "zh-hant",
) -> Figure:
    """Draw the 34 units in classes of `values`, with everything a map of China must carry.

    `values` is indexed by adcode; a unit without one, or with a missing one, is grey under a
    diagonal. `breaks` are the inner breaks, one fewer than the colours of `palette`; `legend` is
    the scale and the method of its breaks; `uncertain` are the units whose class is not sure. All
    else is as in `national`. Refused besides: a value that is infinite.

    >>> from quyu.facts import boundaries, dashline, load
    >>> facts = load()
    >>> figure = choropleth(
    ...     pd.Series({"440000": 72.3}), boundaries(facts), dashline(facts),
    ...     breaks=(20, 40, 60, 80), legend="指數", title="廣東 72.3 分",
    ...     subtitle="質量發展指數，2023 年", source="示例",
    ... )
    >>> [text.get_text() for text in figure.texts][:2]
    ['廣東 72.3 分', '質量發展指數，2023 年']
    """
    infinite = values.index[np.isinf(values.astype(float))]
    if len(infinite):
        raise ValueError(f"values is infinite for {', '.join(map(str, infinite))}")
    classes = Classes(tuple(breaks), tuple(palette))
    return national(
        classes.colour(values.astype(float)),
        land,
        dashes,
        legend=legend,
        entries=list(zip(palette, classes.labels(decimals=decimals), strict=True)),
        title=title,
        subtitle=subtitle,
        source=source,
        labels=labels,
        highlight=highlight,
        focus=focus,
        outline=outline,
        uncertain=uncertain,
        lang=lang,
    )


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
    *,
    names: Mapping[str, str],
    legend: str,
    title: str,
    subtitle: str,
    source: str,
    colours: Mapping[str, str] = LISA,
    lang: str = "zh-hant",
) -> Figure:
    """Draw each unit in the colour of its kind.

    `kinds` is indexed by adcode; a unit without one is "no data". `names` says each kind in words,
    in the order of the legend from above. All else is as in `national`. Refused: a kind without
    name or colour.
    """
    for kind in kinds.dropna().unique():
        if kind not in names or kind not in colours:
            raise ValueError(f"kind {kind!r} has no name or no colour; known: {', '.join(names)}")
    return national(
        kinds.map(dict(colours)),
        land,
        dashes,
        legend=legend,
        entries=[(colours[kind], text) for kind, text in reversed(names.items())],
        title=title,
        subtitle=subtitle,
        source=source,
        lang=lang,
    )


SAMPLES = (0.1, 0.5, 1.0)  # shares of the draws that the legend shows an arrow of


def arcs(
    pairs: pd.DataFrame,
    land: gpd.GeoDataFrame,
    dashes: gpd.GeoDataFrame,
    *,
    groups: Mapping[str, tuple[str, str]],
    group: str,
    legend: str,
    title: str,
    subtitle: str,
    source: str,
    lang: str = "zh-hant",
) -> Figure:
    """Draw an arrow from `giver` to `receiver` for each row of `pairs`, wider where more stable.

    `pairs` has the columns giver, receiver (adcodes) and stability (0–1). The units are tinted by
    column `group` of `land`; `groups` gives each value's colour and its name in the legend. All
    else is as in `national`. Refused: an unknown unit, a stability outside 0–1.
    """
    unknown = sorted((set(pairs["giver"]) | set(pairs["receiver"])) - set(land.index))
    if unknown:
        raise ValueError(f"pairs: the map has no unit {', '.join(unknown)}")
    if not pairs["stability"].between(0, 1).all():
        raise ValueError("stability is a share of draws: each must lie between 0 and 1")
    tints = {value: fade(colour, share=0.6) for value, (colour, _) in groups.items()}
    figure = national(
        land[group].map(tints),
        land,
        dashes,
        legend=legend,
        entries=[(tints[value], name) for value, (_, name) in reversed(groups.items())]
        + [(share, f"{share:.0%}") for share in SAMPLES],
        title=title,
        subtitle=subtitle,
        source=source,
        lang=lang,
    )
    axes = figure.axes[0]
    base = basemap(land, dashes).land.assign(label="")
    # An arc ends in the unit itself, also where the name stands outside.
    places = {
        code: each.unit or (each.x, each.y) for code, each in placed_names(base, "label").items()
    }
    for row in pairs.sort_values("stability", kind="stable").itertuples():
        arrow(axes, places[row.giver], places[row.receiver], share=row.stability, gid="arc")
    return figure
