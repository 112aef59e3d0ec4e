"""Loads the facts, or refuses them with every fault listed; lays figures out as a matrix."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quyu.facts.faults import refuse
from quyu.facts.names import NATION
from quyu.facts.tables import LAYOUTS, read_csv, settle
from quyu.facts.validate import judge_tables


def embedded() -> Path:
    """The folder that holds `geodata/`, `params/` and `notebooks/`.

    >>> (embedded() / "geodata" / "figures.csv").is_file()
    True
    """
    package = Path(__file__).resolve().parents[1]
    homes = (package / "embedded", package.parents[1])
    for home in homes:
        if (home / "geodata" / "figures.csv").is_file():
            return home
    raise ValueError(
        f"No embedded data: looked for geodata/figures.csv in {homes[0]} and {homes[1]}. "
        "Install quyu from its checkout or its wheel, or pass a folder of your own."
    )


def published(name: str) -> pd.DataFrame:
    """A table of geodata/published by its name, the first column as its index.

    What each holds, and where it was printed, says geodata/published/README.md. Raises ValueError
    for an unknown name.

    >>> published("tai_figures").loc["Japan", "PATENTS"].item()  # per million people
    994.0
    """
    paths = {path.stem: path for path in (embedded() / "geodata" / "published").glob("*.csv")}
    if name not in paths:
        near = difflib.get_close_matches(name, paths, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ValueError(
            f"no published table is {name!r}; {hint}known are {', '.join(sorted(paths))}."
        )
    return pd.read_csv(paths[name], index_col=0)


FIGURE_COLUMNS = ["adcode", "year", "indicator", "value", "source"]


@dataclass(frozen=True)
class Facts:
    """What is known, as published, with where it comes from.

    path: the folder it was read from
    figures: adcode, year, indicator, value (in the codebook's `unit`), source; no missing value
    codebook: by indicator; `value` times `factor` is in `canonical_unit`
    sources: by key
    provinces: the register of 34 units, by adcode
    targets: adcode, year, indicator, target, relation, unit, document
    pairs: giver, receiver, scheme, valid_from, superseded, as_read, document, note
    sha256: of the folder's tables and boundaries, in hex
    """

    path: Path
    figures: pd.DataFrame
    codebook: pd.DataFrame
    sources: pd.DataFrame
    provinces: pd.DataFrame
    targets: pd.DataFrame
    pairs: pd.DataFrame
    sha256: str


def load(data: Path | None = None) -> Facts:
    """The facts of a folder shaped like geodata/, checked cell by cell; the embedded by default.

    Refused, with every fault in one ValueError: files that are missing, empty or not UTF-8;
    columns missing or unknown; unknown provinces, indicators and sources; blanks, text in
    numbers, years and values out of range, units that differ from the codebook's, repeated keys.

    >>> facts = load()
    >>> len(facts.provinces), facts.codebook.at["gdp", "unit"]
    (34, '億元')
    """
    folder = embedded() / "geodata" if data is None else Path(data)
    tables = {name: read_csv(folder / f"{name}.csv") for name in LAYOUTS}
    refuse(judge_tables(tables))
    register = tables["provinces"].cells.set_index("adcode")
    typed = {name: settle(table.cells, LAYOUTS[name], register) for name, table in tables.items()}
    return Facts(
        path=folder,
        figures=typed["figures"][FIGURE_COLUMNS].astype({"year": int}),
        codebook=typed["codebook"].set_index("indicator"),
        sources=typed["sources"].set_index("key"),
        provinces=typed["provinces"].set_index("adcode"),
        targets=typed["targets"].astype({"year": int}),
        pairs=typed["assistance_pairs"].astype({"valid_from": int}),
        sha256=fingerprint(folder),
    )


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
    A figure that was not published is NaN.

    >>> from quyu.facts import load
    >>> float(matrix(load()).at[("440000", 2023), "rd_intensity"])
    0.0354
    """
    scored = facts.provinces.index[facts.provinces["zone"] != ""]
    wide = canonical(facts, facts.figures[facts.figures["adcode"].isin(scored)])
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
