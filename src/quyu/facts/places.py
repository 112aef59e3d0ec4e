"""Finds the embedded data: beside the source in a checkout, inside the package in a wheel."""

from pathlib import Path


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
