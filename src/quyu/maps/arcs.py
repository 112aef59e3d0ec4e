"""A still map of who is paired with whom: an arc from each giver to each receiver."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.basemap import basemap
from quyu.maps.layers import arrow
from quyu.maps.names import names as placed_names
from quyu.maps.national import national
from quyu.maps.palette import fade

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
