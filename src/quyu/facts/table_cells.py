"""What each column of each table may hold; its cells, judged one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from quyu.facts.faults import Fault, closest
from quyu.facts.names import NATION, NATION_NAMES, advice, called, fold, name_columns
from quyu.facts.tables import Table
from quyu.words.nouns import Noun
from quyu.words.scripts import CONTROL

ZONES = ("東部", "中部", "西部", "東北")
REGIONS = ("東部", "中西部", "東北")
KEYS = {
    "provinces": ["adcode"],
    "codebook": ["indicator"],
    "sources": ["key"],
    "figures": ["adcode", "year", "indicator"],
    "targets": ["adcode", "year", "indicator"],
    "assistance_pairs": ["giver", "receiver", "scheme"],
    "doubtful": ["adcode", "year", "indicator"],
}
OPTIONAL = ("doubtful",)  # tables that a folder may do without
JUDGEMENTS = ("slip", "doubtful", "real jump")
BLANKED = ("slip", "doubtful")  # not scored; a real jump is only explained
BLANKS = {
    "value": "a figure; if there is none, leave the whole row out",
    "unit": "the codebook's unit; or leave the column out",
}


@dataclass(frozen=True, repr=False)
class Column(Noun):
    """What a column may hold: its cells are typed, then judged.

    `typed` turns cells of text into the column's type, missing where it cannot; `holds` says which
    of the typed may stay; `allowed` says so to the file's owner, `suggest` what a word may mean.
    """

    allowed: str
    holds: Callable[[pd.Series], pd.Series]
    typed: Callable[[pd.Series], pd.Series] = lambda cells: cells
    suggest: Callable[[str], str] = lambda word: ""
    blank: bool = False
    needed: bool = True


Columns = Mapping[str, Column]


def number(above: float = -np.inf) -> Column:
    """A finite number, greater than `above`."""
    bound = f" above {above:g}" if np.isfinite(above) else ""
    return Column(
        f"a number{bound} in plain digits, without separators or units",
        lambda values: np.isfinite(values) & (values > above),
        _numbers,
    )


def year(first: int, last: int) -> Column:
    """A whole year of a range; a spreadsheet's 2023.0 is the year 2023."""
    return Column(
        f"a whole year from {first} to {last}",
        lambda values: values.between(first, last) & (values % 1 == 0),
        _numbers,
    )


def one_of(known: Collection[str], what: str, *, blank: bool = False) -> Column:
    """A word of a list; a misspelt one gets the closest of the list, looked up once."""
    suggest = cache(lambda word: closest(word, list(known)))
    return Column(what, lambda cells: cells.isin(known), suggest=suggest, blank=blank)


def like(pattern: str, what: str) -> Column:
    """Words of one pattern."""
    return Column(what, lambda cells: cells.str.fullmatch(pattern))


def _numbers(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells, errors="coerce").astype("float64")


LINE = Column(
    "words in one line, without control characters",
    lambda cells: ~cells.str.contains(rf"[\t\n\r]|{CONTROL.pattern}"),
)
FREE = replace(LINE, blank=True)
PROSE = Column(
    "words without control characters", lambda cells: ~cells.str.contains(CONTROL), blank=True
)
FIGURE_YEARS, PLAN_YEARS = year(2000, 2030), year(1990, 2060)

# The three tables that stand by themselves; what leans on them is in `leaning`.
REGISTERS: dict[str, Columns] = {
    "provinces": {
        "adcode": like(r"\d{6}", "a code of six digits"),
        **dict.fromkeys(("name_zh_hans", "name_zh_hant", "name_en"), LINE),
        **dict.fromkeys(("short_zh_hans", "short_zh_hant"), LINE),
        "aliases": FREE,
        "zone": one_of(ZONES, f"one of {'、'.join(ZONES)}, or blank", blank=True),
        "region": one_of(REGIONS, f"one of {'、'.join(REGIONS)}, or blank", blank=True),
        "area_km2": number(above=0),
    },
    "codebook": {
        "indicator": like(r"[a-z][a-z0-9_]*", "a name like rd_intensity"),
        **dict.fromkeys(("name_zh_hans", "name_zh_hant", "name_en", "definition"), LINE),
        "aliases": replace(FREE, needed=False),
        **dict.fromkeys(("unit", "unit_zh_hans", "unit_en", "canonical_unit"), LINE),
        **dict.fromkeys(("years", "official_source", "caveat", "caveat_zh_hant"), PROSE),
        "verification": PROSE,
        "factor": number(above=0),
        "grade": one_of(tuple("ABC"), "A, B, C, or blank", blank=True),
        "by_province": one_of(("yes", "no"), "yes or no"),
        "min": number(),
        "max": number(),
    },
    "sources": {
        **dict.fromkeys(("key", "publication", "publisher"), LINE),
        **dict.fromkeys(("publication_zh_hans", "publication_en", "publisher_en"), PROSE),
        **dict.fromkeys(("table", "edition", "years", "terms", "note"), PROSE),
        "grade": one_of(tuple("ABC"), "A, B, C, or blank", blank=True),
    },
}


def leaning(
    register: pd.DataFrame, codebook: pd.DataFrame, sources: pd.Index
) -> dict[str, Columns]:
    """The columns of figures, targets and pairs, whose words the three registers know."""
    names = name_columns(register)
    means = called(names)
    codes = {word: ids[0] for word, ids in means.items() if len({*ids}) == 1}
    suggest = cache(lambda word: f". {advice(fold(word), names, means)}")

    def place(nation: bool, needed: bool = True) -> Column:
        known = codes | (dict.fromkeys(NATION_NAMES, NATION) if nation else {})
        return Column(
            "a province of provinces.csv by name or adcode" + (", or 100000" if nation else ""),
            lambda cells: cells.notna(),
            lambda cells: cells.map({word: known.get(fold(word)) for word in cells.unique()}),
            suggest,
            needed=needed,
        )

    words = codebook[[c for c in codebook if c.startswith("name_") or c == "aliases"]].fillna("")
    ids = {word: own[0] for word, own in called(words).items() if len({*own}) == 1}
    named = one_of(codebook.index, "an indicator of the codebook")
    indicator = replace(
        named,
        typed=lambda cells: cells.map({word: ids.get(fold(word), word) for word in cells.unique()}),
    )
    return {
        # `province` and `unit` are welcome: they guard against a slip of the other.
        "figures": {
            "adcode": place(nation=True),
            "province": place(nation=True, needed=False),
            "year": FIGURE_YEARS,
            "indicator": indicator,
            "value": number(),
            "source": one_of(sources, "a key of sources.csv"),
            "unit": replace(LINE, needed=False),
        },
        "targets": {
            "adcode": place(nation=True),
            "year": PLAN_YEARS,
            "indicator": indicator,
            "target": number(),
            "relation": one_of(("=", ">=", "<=", "~"), "one of = >= <= ~"),
            "unit": LINE,
            "document": LINE,
        },
        "assistance_pairs": {
            "giver": place(nation=False),
            "receiver": place(nation=False),
            "scheme": LINE,
            "valid_from": PLAN_YEARS,
            "superseded": FREE,
            "as_read": FREE,
            "document": LINE,
            "note": PROSE,
        },
        "doubtful": {
            "adcode": place(nation=False),
            "year": FIGURE_YEARS,
            "indicator": indicator,
            "judgement": one_of(JUDGEMENTS, f"one of {', '.join(JUDGEMENTS)}"),
            "why": LINE,
            "note_zh_hant": FREE,
            "note_en": FREE,
        },
    }


def judge(table: Table, columns: Columns) -> tuple[pd.DataFrame | None, list[Fault]]:
    """The cells of a table with their types, and every fault of its header, then of its columns.

    None in place of a table that could not be read, which keeps only the faults of reading it, or
    that lacks a column or has one twice. Blank cells, unknown words, text in numbers and numbers
    out of range are told apart.
    """
    cells = table.cells
    if cells.empty:
        return None, [*table.faults]
    faults, present = [*table.faults], list(cells.columns)
    needed = [name for name, column in columns.items() if column.needed]
    listed = f"the columns {', '.join(needed)}"
    lacking = [name for name in needed if name not in present]
    faults += [Fault(table.file, 1, name, "no such column", listed) for name in lacking]
    for name in dict.fromkeys(present):
        if name not in columns:
            faults.append(Fault(table.file, 1, name, f"an unknown column {name!r}", listed))
        elif (times := present.count(name)) > 1:
            found = f"this column {times} times"
            faults.append(Fault(table.file, 1, name, found, "each column once"))
    if cells.columns.has_duplicates:
        return None, faults
    typed = {}
    for name, column in columns.items():
        if name not in cells:
            continue
        typed[name], blank = column.typed(cells[name]), cells[name] == ""
        right = column.holds(typed[name])
        right = right | blank if column.blank else right & ~blank
        for row, found in cells[name][~right].items():
            if found:
                told = (repr(found), column.allowed + column.suggest(found))
            else:
                told = ("a blank cell", BLANKS.get(name, column.allowed))
            faults.append(Fault(table.file, row, name, *told))
    return None if lacking else cells.assign(**typed), faults
