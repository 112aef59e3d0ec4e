"""What the atlas carries as JSON: figures with their ranks, and every text in every language."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from quyu.maps.dimension import Dimension, Said
from quyu.maps.palette import INK, QUIET, REGION, ink
from quyu.words import LANGUAGES, words
from quyu.words.catalogue import HTML_LANG

GROUPINGS = ("zone", "region")  # columns of the land that a reader may draw borders of
_SECTIONS = ("atlas.", "map.")


def payload(
    values: pd.DataFrame,
    dimensions: Mapping[str, Dimension],
    land: pd.DataFrame,
    names: pd.DataFrame,
    *,
    certainty: pd.DataFrame | None,
    arcs: pd.DataFrame | None,
    links: Mapping[str, pd.Series],
    texts: Mapping[str, Said],
) -> dict[str, object]:
    """Everything the script says; tables of figures are units × years in the order of `codes`."""
    codes, years = list(land.index), sorted(int(year) for year in values.index.unique(level=1))
    cells = pd.MultiIndex.from_product([codes, years])

    def rows(column: pd.Series, decimals: int) -> list[list[float | int | None]]:
        table = column.reindex(cells).to_numpy(dtype=float, na_value=np.nan)
        return [[_number(x, decimals) for x in row] for row in table.reshape(len(codes), -1)]

    return {
        "languages": HTML_LANG,
        "words": {lang: _sentences(lang) for lang in LANGUAGES},
        "texts": {what: dict(text) for what, text in texts.items()},
        "codes": codes,
        "names": {lang: [str(names.loc[code, lang]) for code in codes] for lang in LANGUAGES},
        "links": {lang: links[lang].dropna().astype(str).to_dict() for lang in links},
        "years": years,
        "groups": {column: _groups(land[column]) for column in GROUPINGS},
        "dimensions": [_dimension(values[key], each, rows) for key, each in dimensions.items()],
        "certainty": None
        if certainty is None
        else {
            "low": rows(certainty["low"], 0),
            "high": rows(certainty["high"], 0),
            "sure": rows(certainty["probability"], 3),
        },
        "arcs": [] if arcs is None else _arcs(arcs),
    }


def _dimension(values: pd.Series, dimension: Dimension, rows) -> dict[str, object]:
    ranks = values.round(9).groupby(level=1).rank(method="min", ascending=False)
    return {
        "key": str(values.name),
        "label": dict(dimension.title),
        "method": dict(dimension.method),
        "unit": dict(dimension.unit or dict.fromkeys(LANGUAGES, "")),
        "decimals": dimension.decimals,
        "ranked": dimension.ranked,
        "breaks": list(map(float, dimension.breaks)),
        "colours": list(dimension.colours),
        "classes": list(dimension.classes.labels(decimals=dimension.decimals)),
        "dark": [ink(colour)[0] != INK for colour in dimension.colours],
        "values": rows(values, 3),
        "ranks": rows(ranks, 0),
    }


def _number(value: float, decimals: int) -> float | int | None:
    if np.isnan(value):
        return None
    shown = round(float(value), decimals)
    return int(shown) if shown == int(shown) else shown


def _groups(column: pd.Series) -> dict[str, object]:
    """The group of each unit by position; a unit without one has none (null)."""
    known = [group for group in column.dropna().unique() if group]
    place = {group: number for number, group in enumerate(known)}
    names = {}
    for lang in LANGUAGES:
        say = words(lang)
        names[lang] = [say.texts.get(f"area.{group}", str(group)) for group in known]
    return {
        "names": names,
        "colours": [REGION.get(group, QUIET) for group in known],
        "of": [place.get(group) for group in column],
    }


def _arcs(arcs: pd.DataFrame) -> list[list[object]]:
    """Giver, receiver, stability (null if none was measured), whether it is an official tie."""
    return [
        [str(row.giver), str(row.receiver), _number(float(row.stability), 3), bool(row.official)]
        for row in arcs.itertuples()
    ]


def _sentences(lang: str) -> dict[str, str]:
    texts = words(lang).texts
    return {"join": texts["join"]} | {
        key: text for key, text in texts.items() if key.startswith(_SECTIONS)
    }
