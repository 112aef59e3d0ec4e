"""The published tables that the methods are proved against; none of them enters a score."""

import difflib

import pandas as pd

from quyu.facts.places import embedded


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
