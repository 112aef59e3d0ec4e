"""The choices of mutual assistance: who may give to whom, what counts as weak, what as alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from quyu.facts import embedded
from quyu.index.entry import Entry, Id, Share, Text
from quyu.index.formula import parse
from quyu.regions.choices import read_choices

Varied = Literal["capacity", "weak_below", "damping"]


class Variable(Entry):
    """One official figure in which provinces are compared; `formula` as in the framework."""

    id: Id
    name: Text
    formula: str
    transform: Literal["none", "log"] = "none"

    @model_validator(mode="after")
    def _a_formula(self) -> Self:
        parse(self.formula, owner=f"variable {self.id!r}")
        return self


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
        ids = [*(block.id for block in self.structure), *(v.id for v in self.variables)]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"the id {repeated[0]!r} is used more than once; ids must be unique")
        return self


def read_assistance(path: str | Path | None = None) -> Assistance:
    """The choices in the file `path`, by default the embedded params/assistance.yaml.

    >>> [block.id for block in read_assistance().structure]
    ['income', 'industry_mix', 'size']
    """
    return read_choices(path or embedded() / "params" / "assistance.yaml", Assistance)
