"""Loads the facts, or refuses them with every fault listed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quyu.facts.door import judge_tables
from quyu.facts.faults import refuse
from quyu.facts.places import embedded
from quyu.facts.settling import LAYOUTS, settle
from quyu.facts.tables import read_csv

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
