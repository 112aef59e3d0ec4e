"""What each table may hold: pandera schemas over text cells, a blank being a missing value."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.facts.faults import closest
from quyu.facts.names import NATION_NAMES, advice, fold, index_names
from quyu.words.scripts import CONTROL

if TYPE_CHECKING:
    from pandera.pandas import Column, DataFrameSchema

ZONES = ("東部", "中部", "西部", "東北")
REGIONS = ("東部", "中西部", "東北")
FIGURE_YEARS = (2000, 2030)
PLAN_YEARS = (1990, 2060)


def text(*, blank: bool = False, required: bool = True) -> Column:
    """Any words in one line, as names and units are."""
    return rule(
        lambda cells: ~cells.str.contains(rf"[\t\n\r]|{CONTROL.pattern}"),
        "words in one line, without control characters",
        blank=blank,
        required=required,
    )


def prose() -> Column:
    """Any words in any number of lines, or none."""
    return rule(
        lambda cells: ~cells.str.contains(CONTROL),
        "words without control characters",
        blank=True,
    )


def number(*, above: float = -np.inf) -> Column:
    """A finite number, greater than `above`."""

    def holds(cells: pd.Series) -> pd.Series:
        values = pd.to_numeric(cells, errors="coerce")
        return np.isfinite(values) & (values > above)

    bound = f" above {above:g}" if np.isfinite(above) else ""
    return rule(holds, f"a number{bound} in plain digits, without separators or units")


def year(first: int, last: int) -> Column:
    """A whole year of a range; a spreadsheet's 2023.0 is the year 2023."""

    def holds(cells: pd.Series) -> pd.Series:
        values = pd.to_numeric(cells, errors="coerce")
        return values.between(first, last) & (values % 1 == 0)

    return rule(holds, f"a whole year from {first} to {last}")


def one_of(known: Collection[str], what: str, *, blank: bool = False) -> Column:
    """A word of a list; a misspelt one gets the closest of the list."""
    words = [str(word) for word in known]
    return rule(
        lambda cells: cells.isin(words), what, blank=blank, suggest=lambda w: closest(w, words)
    )


def province(register: pd.DataFrame, *, nation: bool = False, required: bool = True) -> Column:
    """A province under any of its names, or its adcode; the nation only where it is allowed."""
    named = index_names(register)

    def known(name: str) -> bool:
        return fold(name) in named or (nation and fold(name) in NATION_NAMES)

    def holds(cells: pd.Series) -> pd.Series:
        return cells.isin([name for name in cells.dropna().unique() if known(name)])

    what = "a province of provinces.csv by name or adcode" + (", or 100000" if nation else "")
    return rule(
        holds,
        what,
        required=required,
        suggest=lambda name: f". {advice(fold(name), named, register)}",
    )


def rule(
    holds: Callable[[pd.Series], pd.Series],
    allowed: str,
    *,
    blank: bool = False,
    required: bool = True,
    suggest: Callable[[str], str] | None = None,
) -> Column:
    """A column whose cells satisfy `holds`; `allowed` says it to the owner of the file."""
    from pandera.pandas import Check, Column

    return Column(
        checks=Check(holds, error=allowed),
        nullable=blank,
        required=required,
        # A word misspelt in every row is looked up once.
        metadata={"allowed": allowed, "suggest": cache(suggest) if suggest else None},
    )


def table(columns: dict[str, Column]) -> DataFrameSchema:
    """A table of these columns; `judge_header` names those that are missing or unknown."""
    from pandera.pandas import DataFrameSchema

    return DataFrameSchema(columns)


def provinces() -> DataFrameSchema:
    """The register of provinces."""
    names = ("name_zh_hans", "name_zh_hant", "name_en", "short_zh_hans", "short_zh_hant")
    code = rule(lambda cells: cells.str.fullmatch(r"\d{6}"), "a code of six digits")
    return table(
        {
            "adcode": code,
            **{name: text() for name in names},
            "aliases": text(blank=True),
            "zone": one_of(ZONES, f"one of {'、'.join(ZONES)}, or blank", blank=True),
            "region": one_of(REGIONS, f"one of {'、'.join(REGIONS)}, or blank", blank=True),
            "area_km2": number(above=0),
        }
    )


def codebook() -> DataFrameSchema:
    """The indicators, each with its unit, grade and bounds."""
    filled = (
        *("name_zh_hans", "name_zh_hant", "name_en", "definition"),
        *("unit", "unit_zh_hans", "unit_en", "canonical_unit"),
    )
    free = ("years", "official_source", "caveat", "caveat_zh_hant", "verification")
    name = rule(lambda cells: cells.str.fullmatch(r"[a-z][a-z0-9_]*"), "a name like rd_intensity")
    return table(
        {
            "indicator": name,
            **{column: text() for column in filled},
            **{column: prose() for column in free},
            "factor": number(above=0),
            "grade": one_of("ABC", "A, B, C, or blank", blank=True),
            "by_province": one_of(("yes", "no"), "yes or no"),
            "min": number(),
            "max": number(),
        }
    )


def sources() -> DataFrameSchema:
    """The publications that figures cite."""
    filled = ("key", "publication", "publisher")
    free = (
        *("publication_zh_hans", "publication_en", "publisher_en"),
        *("table", "edition", "years", "terms", "note"),
    )
    columns = {column: text() for column in filled}
    return table(columns | {column: prose() for column in free})


def figures(
    register: pd.DataFrame, indicators: Collection[str], keys: Collection[str]
) -> DataFrameSchema:
    """The figures; `province` and `unit` are welcome: they guard against a slip of the other."""
    return table(
        {
            "adcode": province(register, nation=True),
            "province": province(register, nation=True, required=False),
            "year": year(*FIGURE_YEARS),
            "indicator": one_of(indicators, "an indicator of the codebook"),
            "value": number(),
            "source": one_of(keys, "a key of sources.csv"),
            "unit": text(required=False),
        }
    )


def targets(register: pd.DataFrame, indicators: Collection[str]) -> DataFrameSchema:
    """What plans aim at."""
    return table(
        {
            "adcode": province(register, nation=True),
            "year": year(*PLAN_YEARS),
            "indicator": one_of(indicators, "an indicator of the codebook"),
            "target": number(),
            "relation": one_of(("=", ">=", "<=", "~"), "one of = >= <= ~"),
            "unit": text(),
            "document": text(),
        }
    )


def assistance_pairs(register: pd.DataFrame) -> DataFrameSchema:
    """Who assists whom."""
    return table(
        {
            "giver": province(register),
            "receiver": province(register),
            "scheme": text(),
            "valid_from": year(*PLAN_YEARS),
            "superseded": text(blank=True),
            "as_read": text(blank=True),
            "document": text(),
            "note": prose(),
        }
    )
