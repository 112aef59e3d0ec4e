"""Loads the facts, or lists every fault that they have; lays figures out as a matrix."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from quyu.facts.boundaries import DRAWN_ONLY, all_of_china
from quyu.facts.faults import closest, refuse
from quyu.facts.given import Given, known_facts, read_given
from quyu.facts.names import NATION
from quyu.facts.params import embedded
from quyu.facts.register import groups_of, own_units, standing_alone
from quyu.facts.table_cells import BLANKED, KEYS
from quyu.files import read_from
from quyu.words.nouns import Noun


def published(name: str) -> pd.DataFrame:
    """A table of geodata/published by its name, the first column as its index.

    What each holds, and where it was printed, says geodata/published/README.md. Raises ValueError
    for an unknown name.

    >>> published("tai_figures").loc["Japan", "PATENTS"].item()  # per million people
    994.0
    """
    paths = {path.stem: path for path in (embedded() / "geodata" / "published").glob("*.csv")}
    if name not in paths:
        known = sorted(paths)
        raise ValueError(
            f"no published table is {name!r}; known are {', '.join(known)}{closest(name, known)}."
        )
    return pd.read_csv(paths[name], index_col=0)


JUDGED = ["adcode", "year", "indicator", "judgement", "why", "note_zh_hant", "note_en"]
FIGURE_COLUMNS = ["adcode", "year", "indicator", "value", "source"]


@dataclass(frozen=True, repr=False)
class Facts(Noun):
    """What is known, as published, with where it comes from.

    path: the folder it was read from
    figures: adcode, year, indicator, value (in the codebook's `unit`), source; no missing value
    codebook: by indicator; `value` times `factor` is in `canonical_unit`
    sources: by key
    provinces: the register of units, by id: the 34 of China, by adcode, or a folder's own
    targets: adcode, year, indicator, target, relation, unit, document
    pairs: giver, receiver, scheme, valid_from, superseded, as_read, document, note
    doubtful: cells judged by hand: adcode, year, indicator, judgement, why, note_zh_hant, note_en;
        empty where the folder has no such table
    sha256: of the folder's tables and boundaries, in hex
    groups: the kinds of groups of units: the register's column, by what it is called
    own_units: whether the units are the folder's own (units.csv) and not the provinces
    """

    path: Path
    figures: pd.DataFrame
    codebook: pd.DataFrame
    sources: pd.DataFrame
    provinces: pd.DataFrame
    targets: pd.DataFrame
    pairs: pd.DataFrame
    doubtful: pd.DataFrame
    sha256: str
    groups: Mapping[str, str] = field(default_factory=lambda: {"zone": "zone", "region": "region"})
    own_units: bool = False

    @property
    def scored(self) -> pd.Index:
        """The units that are scored; the others are drawn on every map of the whole of China."""
        return self.provinces.index[self.provinces["zone"] != ""]


def load(data: str | Path | None = None) -> Facts:
    """The facts of a folder or a file, checked cell by cell; the embedded ones by default.

    A folder with a register stands by itself: provinces.csv, shaped like geodata/, or units.csv, with
    units of its own (id, name, groups), which may do without targets, pairs and shapes. Any other
    folder, and a file of figures in any shape that `quyu.facts.recognise` knows, lies over the embedded
    facts: its rows take the place of embedded rows of the same key, all else is as embedded.

    Refused, with every fault in one ValueError: files that are missing, empty or not UTF-8;
    columns missing or unknown; unknown provinces, indicators and sources; blanks, text in
    numbers, years and values out of range, units that differ from the codebook's, repeated keys; of a
    file whatever only its owner can say.

    >>> facts = load()
    >>> len(facts.provinces), facts.codebook.at["gdp", "unit"]
    (34, '億元')
    """
    given = read_given(embedded() / "geodata" if data is None else Path(data))
    refuse(given.faults)
    return facts_of(given)


def facts_of(given: Given) -> Facts:
    """The facts of data that were judged and have no fault."""
    rows = {name: table.reset_index(drop=True) for name, table in given.typed.items()}
    own = own_units(given.read)
    register = rows["provinces"].set_index("adcode")
    if own:
        register = _with_drawn_only(register)
        whole = {"targets": "year", "assistance_pairs": "valid_from"}
        rows = {name: _empty(name).astype({year: int}) for name, year in whole.items()} | rows
    return Facts(
        path=given.path,
        figures=_graded(rows).astype({"year": int}),
        codebook=rows["codebook"].set_index("indicator"),
        sources=rows["sources"].set_index("key"),
        provinces=register,
        targets=rows["targets"].astype({"year": int}),
        pairs=rows["assistance_pairs"].astype({"valid_from": int}),
        doubtful=rows["doubtful"].astype({"year": int})
        if "doubtful" in rows
        else _nothing_judged(),
        sha256=fingerprint(given.path),
        **({"groups": groups_of(rows["provinces"]), "own_units": True} if own else {}),
    )


def _graded(rows: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The figures, each with the grade of its source where that has one, else of its series."""
    figures = rows["figures"][FIGURE_COLUMNS]
    own = figures["source"].map(rows["sources"].set_index("key")["grade"])
    series = figures["indicator"].map(rows["codebook"].set_index("indicator")["grade"])
    return figures.assign(grade=own.where(own.fillna("") != "", series))


def _with_drawn_only(register: pd.DataFrame) -> pd.DataFrame:
    """Parts of all provinces of China, with the units that every map of it draws unscored."""
    if not all_of_china(register.index):
        return register
    china = known_facts()["provinces"].set_index("adcode")
    three = china.loc[[code for code in DRAWN_ONLY if code not in register.index]]
    return pd.concat([register, three.reindex(columns=register.columns, fill_value="")])


def _empty(name: str) -> pd.DataFrame:
    """A table of the provinces without a row."""
    return known_facts()[name][:0]


def _nothing_judged() -> pd.DataFrame:
    return pd.DataFrame(columns=JUDGED, dtype="str").astype({"year": int})


def scored_figures(facts: Facts) -> pd.DataFrame:
    """The figures without the cells that were judged to be slips or doubtful."""
    keys = KEYS["doubtful"]
    judged = facts.doubtful[facts.doubtful["judgement"].isin(BLANKED)]
    wrong = pd.MultiIndex.from_frame(judged[keys])
    return facts.figures[~pd.MultiIndex.from_frame(facts.figures[keys]).isin(wrong)]


def fingerprint(data: Path) -> str:
    """SHA-256 of a file, or of a folder's tables and boundaries, names included, in order of name.

    With those of the embedded facts, where these lie under it.
    """
    digest, home = hashlib.sha256(), embedded() / "geodata"
    alone = data == home or standing_alone(data)
    for path in [path for each in ((data,) if alone else (home, data)) for path in read_from(each)]:
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def matrix(facts: Facts) -> pd.DataFrame:
    """The scored provinces by year, one column per indicator, in canonical units.

    Indexed (adcode, year): every unit that is scored, and every year from the first
    figure to the last. Columns are the codebook's indicators that have a figure, in its order.
    A figure that was not published is NaN, and so is one judged to be a slip or doubtful.

    >>> from quyu.facts import load
    >>> float(matrix(load()).at[("440000", 2023), "rd_intensity"])
    0.0354
    """
    scored, figures = facts.scored, scored_figures(facts)
    wide = canonical(facts, figures[figures["adcode"].isin(scored)])
    years = wide.index.get_level_values("year")
    span = range(years.min(), years.max() + 1) if len(years) else []
    cells = pd.MultiIndex.from_product([scored, span], names=["adcode", "year"])
    return wide.reindex(cells)


def national(facts: Facts) -> pd.DataFrame:
    """The nation's own figures by year, one column per indicator, in canonical units.

    Only what is published for the nation as such; nothing is summed over provinces.
    """
    nation = facts.figures[facts.figures["adcode"] == NATION]
    return canonical(facts, nation).droplevel("adcode")


def canonical(facts: Facts, figures: pd.DataFrame) -> pd.DataFrame:
    """Figures in canonical units, (adcode, year) by indicator."""
    values = figures["value"] * figures["indicator"].map(facts.codebook["factor"]).astype(float)
    wide = figures.assign(value=values).pivot(
        index=["adcode", "year"], columns="indicator", values="value"
    )
    ordered = facts.codebook.index.intersection(wide.columns, sort=False)
    return wide[ordered].rename_axis(columns=None)
