"""Attainment: how far each official target has come, where a public series tells it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import pandas as pd

from quyu.facts.names import NATION
from quyu.index.derive import derive
from quyu.regions.targets.measures import Measures
from quyu.regions.targets.progress import EMPTY, judge

NOTHING = pd.Series(dtype=float)


@dataclass(frozen=True)
class Attainment:
    """What `attainment` returns. Values are in the unit of the target.

    table     one row per target, in the order given: its own columns, then those of `judge` by the
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

    Raises ValueError naming a target's indicator or a reading's that the codebook does not know, a
    unit other than the codebook's, and an unknown relation.
    """
    _refuse_bad_targets(targets, codebook, choices)
    values = _values(figures, nation, codebook, choices)
    table, judged, series = [], {}, {}
    for number, target in targets.reset_index(drop=True).iterrows():
        row = {"reading": ""} | EMPTY
        for reading in choices.readings.get(target["indicator"], ()):
            found = values[target["indicator"], reading.id].get(target["adcode"], NOTHING).dropna()
            known = found / codebook.at[target["indicator"], "factor"]
            told = judge(known, target, reading, choices)
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


def _values(
    figures: pd.DataFrame, nation: pd.DataFrame, codebook: pd.DataFrame, choices: Measures
) -> dict[tuple[str, str], dict[str, pd.Series]]:
    """For each reading the values by adcode, each by year, in canonical units."""
    whole = pd.concat([figures, pd.concat({NATION: nation}, names=figures.index.names)])
    formulas = {
        (indicator, reading.id): reading.formula
        for indicator, readings in choices.readings.items()
        for reading in readings
    }
    named = {" ".join(key): formula for key, formula in formulas.items()}
    known = whole.reindex(columns=codebook.index)  # what is not published at all is missing
    derived = derive(known, named, base_year=choices.base_year)
    return {
        key: {unit: part.droplevel(0) for unit, part in derived[" ".join(key)].groupby(level=0)}
        for key in formulas
    }


def _refuse_bad_targets(targets: pd.DataFrame, codebook: pd.DataFrame, choices: Measures) -> None:
    for what, names in (("target", targets["indicator"]), ("reading", choices.readings)):
        for name in names:
            if name not in codebook.index:
                near = difflib.get_close_matches(name, codebook.index, 3) or ["none is close"]
                raise ValueError(
                    f"a {what} is for {name!r}, which the codebook does not know; "
                    f"closest: {', '.join(near)}."
                )
    for _, row in targets.iterrows():
        told = f"the target of {row['adcode']} for {row['indicator']!r} in {row['year']}"
        unit = codebook.at[row["indicator"], "unit"]
        if row["unit"] != unit:
            raise ValueError(f"{told} is in {row['unit']!r}; the codebook's unit is {unit!r}.")
        if row["relation"] not in (">=", "=", "~", "<="):
            raise ValueError(f"{told} has the relation {row['relation']!r}; use >=, =, ~ or <=.")
