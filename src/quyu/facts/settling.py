"""Gives the text cells of a table their types: adcodes for names, numbers for digits."""

from dataclasses import dataclass

import pandas as pd

from quyu.facts.names import NATION, NATION_NAMES, fold, index_names


@dataclass(frozen=True)
class Layout:
    """Which columns of a table are its key, which hold numbers, which name provinces."""

    key: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


LAYOUTS = {
    "provinces": Layout(("adcode",), numbers=("area_km2",)),
    "codebook": Layout(("indicator",), numbers=("factor", "min", "max")),
    "sources": Layout(("key",)),
    "figures": Layout(("adcode", "year", "indicator"), ("year", "value"), ("adcode", "province")),
    "targets": Layout(("adcode", "year", "indicator"), ("year", "target"), ("adcode",)),
    "assistance_pairs": Layout(
        ("giver", "receiver", "scheme"), ("valid_from",), ("giver", "receiver")
    ),
}


def settle(cells: pd.DataFrame, layout: Layout, register: pd.DataFrame) -> pd.DataFrame:
    """The table with its types; a cell that cannot have its type becomes missing."""
    settled = {}
    if layout.places:
        named = index_names(register) | {fold(name): NATION for name in NATION_NAMES}
    for column in cells.columns.intersection(layout.places):
        codes = {name: named.get(fold(name)) for name in cells[column].unique()}
        settled[column] = cells[column].map(codes)
    for column in cells.columns.intersection(layout.numbers):
        settled[column] = pd.to_numeric(cells[column], errors="coerce").astype("float64")
    return cells.assign(**settled).reset_index(drop=True)
