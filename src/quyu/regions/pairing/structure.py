"""Structural distance: how far two provinces differ in income, industry mix or population."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from quyu.index.derive import derive
from quyu.index.treat import treat
from quyu.regions.pairing.assistance import Assistance


@dataclass(frozen=True)
class Structure:
    """What `structure` returns.

    standardised   units × variables, z-scores over all units
    distance       units × units, symmetric, 0 on the diagonal
    contributions  (unit, other) × blocks: the parts of the squared distance, which they sum to
    left_out       the units without a distance, each with the variables that it lacks
    """

    standardised: pd.DataFrame
    distance: pd.DataFrame
    contributions: pd.DataFrame
    left_out: dict[str, list[str]] = field(default_factory=dict)


def structure(figures: pd.DataFrame, choices: Assistance, *, year: int) -> Structure:
    """The structural distance of all units of `figures` in `year`.

    `figures` is indexed by (unit, year), one column per official figure in canonical units. Each
    variable of `choices` is transformed as stated, then standardised (ddof = 1) over the units; with
    B blocks the squared distance is Σ over blocks of the mean squared difference in the block, / B.

    A unit that lacks a variable is left out, and told: a distance from part of the variables would
    compare unlike things. Raises ValueError for a year without figures, for a variable that no unit
    has, for fewer than two units that have all, and for a variable without variation.
    """
    formulas = {variable.id: variable.formula for variable in choices.variables}
    derived = derive(figures, formulas)
    if year not in derived.index.get_level_values(1):
        raise ValueError(f"structure: there are no figures of {year}.")
    values = derived.xs(year, level=1)
    missing = values.isna()
    for name in values.columns[missing.all()]:
        raise ValueError(
            f"structure: {name!r} cannot be worked out for any unit in {year}; choose a year or a "
            f"formula for which figures are published."
        )
    holed = missing[missing.any(axis=1)]
    whole = values.drop(index=holed.index)
    if len(whole) < 2:
        raise ValueError(
            f"structure: {len(whole)} units have every variable in {year}; 2 are needed."
        )
    treated = treat(whole, {variable.id: variable.transform for variable in choices.variables})
    found = distances(treated, {b.id: [v.id for v in b.variables] for b in choices.structure})
    return replace(found, left_out={unit: list(row.index[row]) for unit, row in holed.iterrows()})


def distances(values: pd.DataFrame, blocks: dict[str, list[str]]) -> Structure:
    """The distance of the rows of `values`, whose columns are gathered in `blocks`.

    >>> two = pd.DataFrame({"income": [0.0, 1.0], "people": [3.0, 1.0]}, index=["a", "b"])
    >>> found = distances(two, {"income": ["income"], "size": ["people"]})
    >>> round(float(found.distance.at["a", "b"]), 9)  # z-scores of two differ by √2 in either block
    1.414213562
    >>> found.contributions.loc[("a", "b")].round(9).to_dict()
    {'income': 1.0, 'size': 1.0}
    """
    spread = values.std()
    for name in spread.index[~(spread > 1e-12 * values.abs().max())]:
        raise ValueError(f"structure: {name!r} is the same for every unit; it tells none apart.")
    standardised = (values - values.mean()) / spread
    units = standardised.index
    parts = {}
    for block, names in blocks.items():
        z = standardised[names].to_numpy()
        squares = (z[:, None, :] - z[None, :, :]) ** 2
        parts[block] = squares.mean(axis=2).ravel() / len(blocks)
    pairs = pd.MultiIndex.from_product([units, units], names=["unit", "other"])
    contributions = pd.DataFrame(parts, index=pairs)
    whole = np.sqrt(contributions.sum(axis=1).to_numpy().reshape(len(units), len(units)))
    return Structure(standardised, pd.DataFrame(whole, index=units, columns=units), contributions)
