"""What enters the index room, checked once at its doors: cells, weights, years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal, closest


def cell(row: object) -> str:
    """A row's label in words, for messages.

    >>> cell(("a", 2020))
    "unit 'a', year 2020"
    """
    if isinstance(row, tuple) and len(row) == 2:
        return f"unit {row[0]!r}, year {row[1]}"
    return f"row {row!r}"


def refuse_where(
    bad: pd.DataFrame | np.ndarray, values: pd.DataFrame, told: str, code: str = ""
) -> None:
    """Raise Refusal for the first cell of `values` in which `bad` holds.

    `told` is the message; {column}, {value} and {cell} in it stand for that cell. `code` is that of
    the refusal.

    >>> table = pd.DataFrame({"x": [1.0, -1.0]})
    >>> refuse_where(table < 0, table, "{column} is {value} at {cell}.")
    Traceback (most recent call last):
    quyu.facts.faults.Refusal: 'x' is -1 at row 1.
    """
    found = np.argwhere(np.asarray(bad))
    if len(found):
        row, column = found[0]
        name, value = values.columns[column], values.iat[row, column]
        place = cell(values.index[row])
        raise Refusal(told.format(column=repr(name), value=f"{value:g}", cell=place), code)


def weight_shares(weights: pd.Series, names: Sequence[str], what: str = "weights") -> pd.Series:
    """The weights in the order of `names`, scaled to sum to 1.

    Raises ValueError for weights that are missing, infinite, negative or all 0, a name without
    weight, and a weight without name.

    >>> weight_shares(pd.Series({"b": 3, "a": 1}), ["a", "b"]).to_dict()
    {'a': 0.25, 'b': 0.75}
    """
    numbers = weights.to_numpy(dtype=float)
    if not np.isfinite(numbers).all() or (numbers < 0).any() or numbers.sum() == 0:
        raise ValueError(
            f"{what} must be numbers of at least 0 that do not all vanish; "
            f"they are {weights.to_dict()}."
        )
    if sorted(map(str, weights.index)) != sorted(map(str, names)):
        without = [name for name in names if name not in weights.index]
        beyond = [name for name in weights.index if name not in names]
        raise ValueError(
            f"{what} must name every indicator once: without one are {without}, "
            f"not an indicator are {beyond}, the indicators are {list(names)}."
        )
    given = weights.loc[list(names)].astype(float)
    return given / given.sum()


def refuse_year(year: int, years: Sequence[int]) -> None:
    """Raise ValueError for a year outside the panel.

    >>> refuse_year(1999, (2020, 2021))
    Traceback (most recent call last):
    ValueError: year 1999 is not in the panel [2020, 2021].
    """
    if year not in years:
        raise ValueError(f"year {year} is not in the panel {list(years)}.")


def refuse_unknown(what: str, name: object, known: Sequence[str]) -> None:
    """Raise ValueError for a name that is not among those known, with the closest of them.

    >>> refuse_unknown("noise", "uniforn", ("uniform", "none"))
    Traceback (most recent call last):
    ValueError: unknown noise 'uniforn'; known are uniform, none (closest: uniform).
    """
    if name not in known:
        near = closest(str(name), [str(one) for one in known])
        raise ValueError(f"unknown {what} {name!r}; known are {', '.join(map(str, known))}{near}.")
