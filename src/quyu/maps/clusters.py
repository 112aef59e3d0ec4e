"""A still map of kinds instead of classes, such as the clusters of a local Moran statistic."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.national import national

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
