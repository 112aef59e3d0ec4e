"""A still map of who is paired with whom: an arc from each giver to each receiver."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from quyu.maps.basemap import basemap
from quyu.maps.names import names as placed_names
from quyu.maps.national import national
from quyu.maps.palette import INK, fade

WIDTHS = (0.7, 2.4)  # points, for a stability of 0 and of 1
_BEND = 0.22  # height of an arc over its chord


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
        entries=[(tints[value], name) for value, (_, name) in reversed(groups.items())],
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
    for row in pairs.sort_values("stability").itertuples():
        start, end = np.array(places[row.giver]), np.array(places[row.receiver])
        arrow = FancyArrowPatch(
            start, end,
            # To the right of its way: an arc going west bends north, one going north out to sea.
            connectionstyle=f"arc3,rad={_BEND}",
            arrowstyle="-|>,head_length=4,head_width=2",
            shrinkA=0, shrinkB=5,
            linewidth=WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * row.stability,
            color=INK, alpha=0.35 + 0.55 * row.stability, zorder=4, gid="arc", clip_on=False,
        )  # fmt: skip
        axes.add_artist(arrow)
    return figure
