"""Loads the facts, or lists every fault that they have; lays figures out as a matrix."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quyu.facts.boundaries import boundaries, dashline
from quyu.facts.faults import Fault, closest, refuse
from quyu.facts.names import NATION
from quyu.facts.params import embedded
from quyu.facts.tables import Table, read_csv, read_workbook
from quyu.facts.validate import BLANKED, KEYS, OPTIONAL, validate
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
    provinces: the register of 34 units, by adcode
    targets: adcode, year, indicator, target, relation, unit, document
    pairs: giver, receiver, scheme, valid_from, superseded, as_read, document, note
    doubtful: cells judged by hand: adcode, year, indicator, judgement, why, note_zh_hant, note_en;
        empty where the folder has no such table
    sha256: of the folder's tables and boundaries, in hex
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


def load(data: str | Path | None = None) -> Facts:
    """The facts of a folder shaped like geodata/, checked cell by cell; the embedded by default.

    Refused, with every fault in one ValueError: files that are missing, empty or not UTF-8;
    columns missing or unknown; unknown provinces, indicators and sources; blanks, text in
    numbers, years and values out of range, units that differ from the codebook's, repeated keys.

    >>> facts = load()
    >>> len(facts.provinces), facts.codebook.at["gdp", "unit"]
    (34, '億元')
    """
    folder = embedded() / "geodata" if data is None else Path(data)
    typed, faults = validate(_tables(folder))
    refuse(faults)
    return _facts(folder, typed)


def _tables(folder: Path) -> dict[str, Table]:
    paths = {name: folder / f"{name}.csv" for name in KEYS}
    return {n: read_csv(path) for n, path in paths.items() if n not in OPTIONAL or path.exists()}


def _facts(folder: Path, typed: dict[str, pd.DataFrame]) -> Facts:
    rows = {name: table.reset_index(drop=True) for name, table in typed.items()}
    return Facts(
        path=folder,
        figures=_graded(rows).astype({"year": int}),
        codebook=rows["codebook"].set_index("indicator"),
        sources=rows["sources"].set_index("key"),
        provinces=rows["provinces"].set_index("adcode"),
        targets=rows["targets"].astype({"year": int}),
        pairs=rows["assistance_pairs"].astype({"valid_from": int}),
        doubtful=rows["doubtful"].astype({"year": int})
        if "doubtful" in rows
        else _nothing_judged(),
        sha256=fingerprint(folder),
    )


def _graded(rows: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The figures, each with the grade of its source where that has one, else of its series."""
    figures = rows["figures"][FIGURE_COLUMNS]
    own = figures["source"].map(rows["sources"].set_index("key")["grade"])
    series = figures["indicator"].map(rows["codebook"].set_index("indicator")["grade"])
    return figures.assign(grade=own.where(own.fillna("") != "", series))


def _nothing_judged() -> pd.DataFrame:
    return pd.DataFrame(columns=JUDGED, dtype="str").astype({"year": int})


def scored_figures(facts: Facts) -> pd.DataFrame:
    """The figures without the cells that were judged to be slips or doubtful."""
    keys = KEYS["doubtful"]
    judged = facts.doubtful[facts.doubtful["judgement"].isin(BLANKED)]
    wrong = pd.MultiIndex.from_frame(judged[keys])
    return facts.figures[~pd.MultiIndex.from_frame(facts.figures[keys]).isin(wrong)]


def check(path: str | Path | None = None) -> list[Fault]:
    """Every fault of some data; an empty list means that `load` or a merge would accept them.

    `path` is a folder shaped like geodata/, a .csv of figures, or an .xlsx workbook with a
    sheet `figures`; the embedded data by default. Figures on their own are checked against the
    embedded register, codebook and sources; a workbook may add to the last two with sheets
    `codebook` and `sources`, whose rows take the place of embedded rows of the same key.

    >>> check()
    []
    """
    home = embedded() / "geodata"
    path = home if path is None else Path(path)
    if path.is_dir():
        typed, faults = validate(_tables(path))
        return faults or _shapes_judged(_facts(path, typed))
    kind = path.suffix.lower() if path.exists() else ""
    if kind not in (".csv", ".xlsx"):
        found = f"a file of the kind {path.suffix or 'none'}" if path.exists() else "nothing there"
        return [Fault(path.name, 0, "", found, "a folder, a .csv or an .xlsx workbook")]
    tables = {name: table for name, table in _tables(home).items() if name not in OPTIONAL}
    own = {"figures": read_csv(path)} if kind == ".csv" else read_workbook(path)
    for name in {"codebook", "sources"} & set(own):
        own[name] = overlay(own[name], tables[name], *KEYS[name])
    return validate(tables | own)[1]


def _shapes_judged(facts: Facts) -> list[Fault]:
    """What is wrong with the boundaries of a folder whose tables are sound."""
    for name, read in (("provinces.geojson", boundaries), ("dashline.geojson", dashline)):
        try:
            read(facts)
        except ValueError as fault:
            return [Fault(name, 0, "", str(fault), "the file of quyu's geodata/, or one like it")]
    return []


def overlay(own: Table, under: Table, key: str) -> Table:
    """A user's rows with, under them, the embedded rows whose key they do not give."""
    if key not in own.cells or own.cells.columns.has_duplicates:
        return own
    rest = under.cells[~under.cells[key].isin(own.cells[key])]
    last = own.cells.index.max()
    below = rest.set_axis(range(last + 1, last + 1 + len(rest)))
    return Table(own.file, pd.concat([own.cells, below]).fillna(""), own.faults)


def fingerprint(folder: Path) -> str:
    """SHA-256 of the tables and boundaries of a folder, names included, in order of name."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.geojson")]):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def matrix(facts: Facts) -> pd.DataFrame:
    """The scored provinces by year, one column per indicator, in canonical units.

    Indexed (adcode, year): every province that has a zone, and every year from the first
    figure to the last. Columns are the codebook's indicators that have a figure, in its order.
    A figure that was not published is NaN, and so is one judged to be a slip or doubtful.

    >>> from quyu.facts import load
    >>> float(matrix(load()).at[("440000", 2023), "rd_intensity"])
    0.0354
    """
    scored = facts.provinces.index[facts.provinces["zone"] != ""]
    figures = scored_figures(facts)
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
    values = figures["value"] * figures["indicator"].map(facts.codebook["factor"])
    wide = figures.assign(value=values).pivot(
        index=["adcode", "year"], columns="indicator", values="value"
    )
    ordered = facts.codebook.index.intersection(wide.columns, sort=False)
    return wide[ordered].rename_axis(columns=None)
