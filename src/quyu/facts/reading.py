"""What is asked of a file's owner, and what was recognised in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from quyu.facts.faults import Fault
from quyu.words.nouns import Noun

COLUMNS = ("adcode", "year", "indicator", "value", "unit", "head", "place", "row")


@dataclass(frozen=True, repr=False)
class Answers(Noun):
    """What a file's owner says of it where it does not say so itself.

    `indicator` is an id of the codebook, `columns` maps heads (or titles of sheets) to ids; `unit` is
    what the figures are in, `year` of which year they are; `source` where they come from.
    """

    indicator: str = ""
    unit: str = ""
    year: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def given(self) -> list[str]:
        """The options that say something.

        >>> Answers(year=2023, source="a yearbook").given
        ['--year', '--source']
        """
        said = {
            "--indicator": self.indicator,
            "--unit": self.unit,
            "--year": self.year,
            "--column": self.columns,
            "--source": self.source,
        }
        return [option for option, value in said.items() if value]


@dataclass(frozen=True, repr=False)
class Reading(Noun):
    """What was recognised in a file, before units are converted.

    `rows` are figures: adcode, year, indicator, value, unit (as stated, "" if nowhere), head, place and
    row. `told` says what was taken for what, `left` what was left out and why, `asks` what only its
    owner can say, with the option that says it; `faults` are the cells that cannot be read.
    """

    rows: list[tuple] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def figures(self) -> pd.DataFrame:
        """The rows as a frame."""
        return pd.DataFrame(self.rows, columns=list(COLUMNS))
