"""Official targets: how far each has come, where a public series tells it."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Annotated, Self

import pandas as pd
from pydantic import Field, model_validator

from quyu.facts import embedded
from quyu.facts.faults import closest
from quyu.facts.names import NATION
from quyu.facts.params import read_params
from quyu.index.derive import derive
from quyu.index.tree import Entry, Formula, Id, Share, Text, refuse_repeated
from quyu.regions.forecast import Forecast, forecast
from quyu.words.nouns import Noun


class Reading(Entry):
    """One way to read an indicator in official figures (口徑).

    `formula` as in the framework. `breaks` are the years from which the series stands on another
    footing: no progress, no pace and no trend is worked out across them.
    """

    id: Id
    name: Text
    formula: Formula
    breaks: tuple[int, ...] = ()
    note: Text | None = None


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
    readings: dict[str, Annotated[tuple[Reading, ...], Field(min_length=1)]]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for readings in self.readings.values():
            refuse_repeated(reading.id for reading in readings)
        return self


def read_measures(path: str | Path | None = None) -> Measures:
    """The choices in the file `path`, by default the embedded params/targets.yaml.

    >>> [reading.id for reading in read_measures().readings["rd_intensity"]]
    ['published', 'one_denominator']
    """
    return read_params(path or embedded() / "params" / "targets.yaml", Measures)


WRITTEN = re.compile(r"((?:19|20)\d\d)-(?:0[1-9]|1[0-2])")

TOLD = (
    "baseline_year", "baseline", "latest_year", "latest", "attainment", "required_pace",
    "actual_pace", "later_year", "later",
)  # fmt: skip
# What `assess` tells, empty.
EMPTY: dict[str, object] = {"status": "not published", **dict.fromkeys(TOLD, math.nan)}


def assess(series: pd.Series, target: pd.Series, reading: Reading, choices: Measures) -> dict:
    """How far one series, by year, has come to one target.

    The baseline is the last year before the document's own (and the target's), at most
    `baseline_within` years before it; latest is the last year up to the target's, in the same
    unbroken stretch. `later` is what is published after a break: a level, not comparable with the
    baseline. Statuses:

    - "held", "lost": met at baseline, and met or not since: no division
    - "reached", "missed": the figure of the target's year meets it or not; before that year,
      "reached" if the latest does
    - "on the way", "no progress": between baseline and target, or not beyond the baseline
    - "no later figure", "no baseline": nothing to compare with
    - "not published for its year": later years are published, the target's own is not
    - "not published": no figure since `baseline_within` years before the document (before the
      target's year, where the document bears no date)

    attainment is clip((x − x₀)/(τ − x₀), 0, 1); paces are per year, the required one from the
    latest figure to the target's year. For ~ τ is lowered by `about`.
    """
    year, aim = target["year"], aim_of(target, choices)
    written = _written(target["document"])
    since = (year if written is None else written) - choices.baseline_within
    recent = series.dropna().sort_index()
    recent = recent[recent.index >= since]
    if recent.empty:
        return dict(EMPTY)
    until = recent[recent.index <= year]
    before = until[until.index < (-math.inf if written is None else min(written, year))]
    start = max(before.index, default=max(until.index, default=year))
    end = min((edge for edge in reading.breaks if edge > start), default=math.inf)
    stretch = until[(until.index >= start) & (until.index < end)]
    told = EMPTY | _last(stretch, "latest") | _last(until[until.index >= end], "later")
    if before.empty:
        return told | {"status": "no baseline"}

    told |= _last(before, "baseline")
    x0, x, years = told["baseline"], told["latest"], told["latest_year"] - start
    due, overdue = year in until.index, year not in until.index and recent.index[-1] > year
    sign = -1 if target["relation"] == "<=" else 1
    at_start, met = (sign * value >= sign * aim for value in (x0, until.iloc[-1] if due else x))
    if years:
        told["actual_pace"] = (x - x0) / years
    if years and not at_start:
        told["attainment"] = min(max((x - x0) / (aim - x0), 0.0), 1.0)
    if not (met or due or overdue):
        told["required_pace"] = (aim - x) / (year - told["latest_year"])
    if overdue:
        status = "not published for its year"
    elif not years and not due:
        status = "no later figure"
    elif at_start:
        status = "held" if met else "lost"
    elif met or due:
        status = "reached" if met else "missed"
    else:
        status = "on the way" if told["attainment"] > 0 else "no progress"
    return told | {"status": status}


def _last(values: pd.Series, name: str) -> dict[str, float]:
    """The last of the values with its year; nothing if there is none."""
    return {f"{name}_year": values.index[-1], name: values.iloc[-1]} if len(values) else {}


def aim_of(target: pd.Series, choices: Measures) -> float:
    """The value that a target asks for: the number as it stands, less `about` of it for ~."""
    return target["target"] * (1 - choices.about if target["relation"] == "~" else 1)


def _written(document: str) -> int | None:
    """The year in which a document was written, if its name says so, as in （2023-02）."""
    dates = WRITTEN.findall(document)
    return int(dates[-1]) if dates else None


NOTHING = pd.Series(dtype=float)


@dataclass(frozen=True, repr=False)
class Attainment(Noun):
    """What `attainment` returns. Values are in the unit of the target.

    table     one row per target, in the order given: its own columns, then those of `assess` by the
              first `reading` of its indicator that is published; "" if none is
    readings  the same by every reading, for the targets that meet a public series; indexed
              (target, reading), `target` being the row of `table`
    series    the values by (target, reading, year)
    choices   the readings and rules used
    """

    table: pd.DataFrame
    readings: pd.DataFrame
    series: pd.Series
    choices: Measures


def attainment(
    targets: pd.DataFrame,
    figures: pd.DataFrame,
    nation: pd.DataFrame,
    codebook: pd.DataFrame,
    choices: Measures,
) -> Attainment:
    """Judge every target by the readings of its indicator, "not published" where there is none.

    `targets` has adcode, year, indicator, target, relation (>=, =, ~ or <=), unit, document;
    `figures` is indexed by (adcode, year) in canonical units, `nation` by year; `codebook` says each
    indicator's unit and its factor to the canonical one.

    Raises ValueError naming a target's indicator or a reading's that the codebook does not know, and
    a unit other than the codebook's.
    """
    targets = targets.reset_index(drop=True)
    _refuse_bad_targets(targets, codebook, choices)
    derived = _derived(figures, nation, codebook, choices)
    owner, table, judged, series = derived.index.get_level_values(0), [], {}, {}
    for number, target in targets.iterrows():
        row = {"reading": ""} | EMPTY
        for reading in choices.readings.get(target["indicator"], ()):
            found = derived.loc[owner == target["adcode"], f"{target['indicator']} {reading.id}"]
            known = found.droplevel(0).dropna() / codebook.at[target["indicator"], "factor"]
            told = assess(known, target, reading, choices)
            if told["status"] != "not published":
                judged[number, reading.id] = target.to_dict() | told
                series[number, reading.id] = known
                row = row if row["reading"] else {"reading": reading.id} | told
        table.append(target.to_dict() | row)
    index = pd.MultiIndex.from_tuples(list(judged), names=["target", "reading"])
    return Attainment(
        table=pd.DataFrame(table, columns=[*targets, "reading", *EMPTY]).rename_axis("target"),
        readings=pd.DataFrame(list(judged.values()), index=index, columns=[*targets, *EMPTY]),
        series=pd.concat(series, names=[*index.names, "year"]).sort_index() if series else NOTHING,
        choices=choices,
    )


def _derived(
    figures: pd.DataFrame, nation: pd.DataFrame, codebook: pd.DataFrame, choices: Measures
) -> pd.DataFrame:
    """(adcode, year) × "indicator reading", in canonical units."""
    whole = pd.concat([figures, pd.concat({NATION: nation}, names=figures.index.names)])
    formulas = {
        f"{indicator} {reading.id}": reading.formula
        for indicator, readings in choices.readings.items()
        for reading in readings
    }
    known = whole.reindex(columns=codebook.index)  # what is not published at all is missing
    return derive(known, formulas, base_year=choices.base_year)


def _refuse_bad_targets(targets: pd.DataFrame, codebook: pd.DataFrame, choices: Measures) -> None:
    """What the door of the data folder cannot see: unknown readings, a target in another unit."""
    for name in [*targets["indicator"], *choices.readings]:
        if name not in codebook.index:
            near = closest(name, list(codebook.index))
            raise ValueError(f"the codebook does not know {name!r} of a target or reading{near}.")
    units = targets["indicator"].map(codebook["unit"])
    for place in targets.index[targets["unit"] != units][:1]:
        row = targets.loc[place]
        raise ValueError(
            f"the target of {row['adcode']} for {row['indicator']!r} in {row['year']} is in "
            f"{row['unit']!r}; the codebook's unit is {units[place]!r}."
        )


def outlook(found: Attainment) -> pd.DataFrame:
    """The forecast of every reading of every target that meets a public series.

    Indexed (target, reading) as `found.readings`; columns as in `Forecast`. A reading with too few
    values since its last break is there with the outcome "too few points". Values after the year of
    the target are left out.
    """
    choices = found.choices
    columns = [field.name for field in fields(Forecast)]
    rows = []
    for key, row in found.readings.iterrows():
        (reading,) = [r for r in choices.readings[row["indicator"]] if r.id == key[1]]
        series = found.series.loc[key]
        rows.append(
            forecast(
                series[series.index <= row["year"]],
                aim_of(row, choices),
                downwards=row["relation"] == "<=",
                breaks=reading.breaks,
                **choices.forecast.model_dump(),
            )
        )
    return pd.DataFrame(map(asdict, rows), index=found.readings.index, columns=columns)
