"""Structural distance: how far two provinces differ, and who is nearest to whom."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from quyu.facts import embedded
from quyu.facts.faults import Refusal
from quyu.facts.params import read_params
from quyu.index.derive import derive
from quyu.index.normalise import treat
from quyu.index.tree import Entry, Formula, Id, Share, Text, refuse_repeated
from quyu.words.nouns import Noun

Varied = Literal["capacity", "weak_below", "damping"]


class Variable(Entry):
    """One official figure in which provinces are compared; `formula` as in the framework."""

    id: Id
    name: Text
    formula: Formula
    transform: Literal["none", "log"] = "none"


class Block(Entry):
    """Variables that together say one thing; blocks weigh the same in the distance."""

    id: Id
    name: Text
    variables: tuple[Variable, ...] = Field(min_length=1)


class Assistance(Entry):
    """What params/assistance.yaml holds.

    `givers`, `receivers`: statistical zones. `capacity`: receivers that one giver can take on.
    `weak_below`: an indicator is weak where it is below this quantile of the nation's provinces.
    `damping`: how fast structural distance lowers what can be passed on. `replications`: draws
    that stability is told from. `peers`: how many provinces are named as alike. `varied`: other
    values of the three choices above, to see how far the pairs depend on them.
    """

    givers: tuple[str, ...] = Field(min_length=1)
    receivers: tuple[str, ...] = Field(min_length=1)
    capacity: int = Field(ge=1)
    weak_below: Annotated[Share, Field(gt=0)]
    damping: float = Field(ge=0, allow_inf_nan=False)
    replications: int = Field(ge=1)
    peers: int = Field(ge=1)
    varied: dict[Varied, tuple[int | float | str, ...]] = Field(default_factory=dict)
    structure: tuple[Block, ...] = Field(min_length=1)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of all blocks, in the order written."""
        return tuple(variable for block in self.structure for variable in block.variables)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        both = sorted({*self.givers} & {*self.receivers})
        if both:
            raise ValueError(f"zone {both[0]!r} is among givers and receivers; it can be only one")
        refuse_repeated(each.id for each in (*self.structure, *self.variables))
        return self


def read_assistance(path: str | Path | None = None) -> Assistance:
    """The choices in the file `path`, by default the embedded params/assistance.yaml.

    >>> [block.id for block in read_assistance().structure]
    ['income', 'industry_mix', 'size']
    """
    return read_params(path or embedded() / "params" / "assistance.yaml", Assistance)


@dataclass(frozen=True, repr=False)
class Structure(Noun):
    """What `structural_distance` returns.

    distance       units × units, symmetric, 0 on the diagonal
    contributions  (unit, other) × blocks: the parts of the squared distance, which they sum to
    left_out       the units without a distance, each with the variables that it lacks
    """

    distance: pd.DataFrame
    contributions: pd.DataFrame
    left_out: dict[str, list[str]] = field(default_factory=dict)


def structural_distance(figures: pd.DataFrame, choices: Assistance, *, year: int) -> Structure:
    """The structural distance of all units of `figures` in `year`.

    `figures` is indexed by (unit, year), one column per official figure in canonical units. Each
    variable of `choices` is transformed as stated, then standardised (sd over n) over the units; with
    B blocks the squared distance is Σ over blocks of the mean squared difference in the block, / B.

    A unit that lacks a variable is left out, and told: a distance from part of the variables would
    compare unlike things. Refused: a year without figures, a variable that no unit has, fewer than
    two units that have all, and a variable without variation.
    """
    derived = derive(figures, {variable.id: variable.formula for variable in choices.variables})
    if year not in derived.index.get_level_values(1):
        raise Refusal(f"structure: there are no figures of {year}.", "no_year", year=year)
    values = derived.xs(year, level=1)
    missing = values.isna()
    if missing.all().any():
        raise ValueError(
            f"structure: {missing.all().idxmax()!r} cannot be worked out for any unit in {year}; "
            f"choose a year or a formula for which figures are published."
        )
    holed = missing[missing.any(axis=1)]
    whole = values.drop(index=holed.index)
    if len(whole) < 2:
        told = f"structure: {len(whole)} units have every variable in {year}; 2 are needed."
        raise Refusal(told, "few", count=len(whole))
    treated = treat(whole, {variable.id: variable.transform for variable in choices.variables})
    found = block_distances(treated, {b.id: [v.id for v in b.variables] for b in choices.structure})
    return replace(found, left_out={unit: list(row.index[row]) for unit, row in holed.iterrows()})


def block_distances(values: pd.DataFrame, blocks: dict[str, list[str]]) -> Structure:
    """The distance of the rows of `values`, whose columns are gathered in `blocks`.

    >>> two = pd.DataFrame({"income": [0.0, 1.0], "people": [3.0, 1.0]}, index=["a", "b"])
    >>> found = block_distances(two, {"income": ["income"], "size": ["people"]})
    >>> round(float(found.distance.at["a", "b"]), 9)  # z-scores of two are ±1
    2.0
    >>> found.contributions.loc[("a", "b")].round(9).to_dict()
    {'income': 2.0, 'size': 2.0}
    """
    spread, units = values.std(ddof=0), values.index
    alike = ~(spread > 1e-12 * values.abs().max())
    if alike.any():
        raise ValueError(f"structure: {alike.idxmax()!r} is the same for every unit.")
    standardised = (values - values.mean()) / spread
    parts = {}
    for block, names in blocks.items():
        z = standardised[names].to_numpy()
        parts[block] = ((z[:, None] - z) ** 2).mean(axis=2).ravel() / len(blocks)
    pairs = pd.MultiIndex.from_product([units, units], names=["unit", "other"])
    contributions = pd.DataFrame(parts, index=pairs)
    whole = np.sqrt(contributions.sum(axis=1).to_numpy().reshape(len(units), len(units)))
    return Structure(pd.DataFrame(whole, index=units, columns=units), contributions)


def peers(structure: Structure, unit: str, *, count: int = 5) -> pd.DataFrame:
    """The `count` units nearest to `unit`, nearest first; equal distances go by code.

    Indexed by unit: `distance`, then for each block its part of the squared distance, the smallest
    saying in what the two are most alike. Raises ValueError for an unknown unit and for more peers
    than there are other units.

    >>> from quyu.regions.structure import block_distances
    >>> line = pd.DataFrame({"income": [0.0, 2.0, 3.0]}, index=["a", "b", "c"])
    >>> list(peers(block_distances(line, {"income": ["income"]}), "c", count=2).index)
    ['b', 'a']
    """
    units = structure.distance.index
    if unit not in units:
        raise ValueError(f"{unit!r} has no structure; there are {', '.join(map(str, units))}.")
    if not 1 <= count < len(units):
        raise ValueError(f"{count} peers of {unit!r} were asked for; 1 to {len(units) - 1} exist.")
    others = structure.distance[unit].drop(unit).sort_index()
    nearest = others.round(12).sort_values(kind="stable").index[:count]
    parts = structure.contributions.xs(unit, level="unit").loc[nearest]
    parts.insert(0, "distance", others[nearest])
    return parts.rename_axis("peer")
