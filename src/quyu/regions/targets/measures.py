"""How the indicators of targets are measured by public series, and how progress is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from quyu.facts import embedded
from quyu.index.entry import Entry, Id, Share, Text
from quyu.index.formula import parse
from quyu.regions.choices import read_choices


class Reading(Entry):
    """One way to read an indicator in official figures (口徑).

    `formula` as in the framework. `breaks` are the years from which the series stands on another
    footing: no progress, no pace and no trend is worked out across them.
    """

    id: Id
    name: Text
    formula: str
    breaks: tuple[int, ...] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _a_formula(self) -> Self:
        parse(self.formula, owner=f"reading {self.id!r}")
        return self


class ForecastRule(Entry):
    """When a trend may be drawn, and how its doubt is told: see `forecast`."""

    least_points: int = Field(ge=4)
    horizon: int = Field(ge=1)
    holdout: int = Field(ge=1)
    replications: int = Field(ge=100)
    seed: int = Field(ge=0)


class Measures(Entry):
    """What params/targets.yaml holds.

    `baseline_within`: how many years before its document a target's baseline may lie. `about`: by
    how much, as a share, a target said as 左右 may be missed. `base_year`: of constant prices.
    `readings`: for each indicator of a target that meets a public series its readings, the first of
    which is the one that progress is told by.
    """

    baseline_within: int = Field(ge=1)
    about: Annotated[Share, Field(lt=1)]
    base_year: int
    forecast: ForecastRule
    readings: dict[str, tuple[Reading, ...]]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for indicator, readings in self.readings.items():
            ids = [reading.id for reading in readings]
            if not ids:
                raise ValueError(f"{indicator!r} has no reading; leave it out if it is unpublished")
            if len(set(ids)) < len(ids):
                raise ValueError(f"{indicator!r} has two readings of the same id in {ids}")
        return self


def read_measures(path: str | Path | None = None) -> Measures:
    """The choices in the file `path`, by default the embedded params/targets.yaml.

    >>> [reading.id for reading in read_measures().readings["rd_intensity"]]
    ['published', 'one_denominator']
    """
    return read_choices(path or embedded() / "params" / "targets.yaml", Measures)
