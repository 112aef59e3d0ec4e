"""A still map of one figure by province, in classes."""

from collections.abc import Collection, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.classes import Classes
from quyu.maps.national import national
from quyu.maps.palette import YLGNBU
from quyu.words import words

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
