"""Attainment: how far each official target has come, where a public series tells it."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass

import pandas as pd

from quyu.facts.names import NATION
from quyu.index.derive import derive
from quyu.regions.measures import Measures, Reading

WRITTEN = re.compile(r"(?<!\d)((?:19|20)\d\d)-(?:0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True)
class Attainment:
    """What `attainment` returns. Values are in the unit of the target.

    table     one row per target, in the order given: its own columns, then those of `judge`, by
              the first reading of its indicator
    readings  the same by every reading, for the targets that meet a public series; indexed
              (target, reading), `target` being the row of `table`
    series    the values by (target, reading, year)
    """

    table: pd.DataFrame
    readings: pd.DataFrame
    series: pd.Series


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
    table, rows, series = [], {}, {}
    for number, target in targets.reset_index(drop=True).iterrows():
        indicator = target["indicator"]
        judged = []
        for reading in choices.readings.get(indicator, ()):
            found = values[indicator, reading.id].get(target["adcode"], pd.Series(dtype=float))
            known = found / codebook.at[indicator, "factor"]
            judged.append(judge(known.dropna(), target, reading, choices))
            if judged[-1]["status"] != "not published":
                rows[number, reading.id] = target.to_dict() | judged[-1]
                series[number, reading.id] = known.dropna()
        table.append(target.to_dict() | (judged[0] if judged else dict(EMPTY)))
    index = pd.MultiIndex.from_tuples(list(rows), names=["target", "reading"])
    columns = [*targets.columns, *EMPTY]
    return Attainment(
        table=pd.DataFrame(table, columns=columns).rename_axis("target"),
        readings=pd.DataFrame(list(rows.values()), index=index, columns=columns),
        series=pd.concat(series, names=["target", "reading", "year"]).sort_index()
        if series
        else pd.Series(dtype=float),
    )


# What `judge` tells, empty.
EMPTY: dict[str, object] = {
    "status": "not published",
    "baseline_year": math.nan,
    "baseline": math.nan,
    "latest_year": math.nan,
    "latest": math.nan,
    "attainment": math.nan,
    "required_pace": math.nan,
    "actual_pace": math.nan,
    "later_year": math.nan,
    "later": math.nan,
}


def judge(series: pd.Series, target: pd.Series, reading: Reading, choices: Measures) -> dict:
    """How far one series, by year, has come to one target.

    The baseline is the last year before the document's own, at most `baseline_within` years before
    it; latest is the last year up to the target's, in the same unbroken stretch. `later` is what is
    published after a break: a level, not comparable with the baseline. Statuses:

    - "held", "lost": met at baseline, and met or not since: no division
    - "reached", "missed": the figure of the target's year meets it or not; before that year,
      "reached" if the latest does
    - "on the way", "no progress": between baseline and target, or not beyond the baseline
    - "no later figure", "no baseline": nothing to compare with
    - "not published for its year": later years are published, the target's own is not
    - "not published": no figure, or none in the `baseline_within` years before the document

    attainment is clip((x − x₀)/(τ − x₀), 0, 1); paces are per year, the required one from the
    latest figure to the target's year. For ~ τ is lowered by `about`.
    """
    year, aim = target["year"], _aim(target, choices)
    downwards = target["relation"] == "<="
    written = _written(target["document"])
    since = (year if written is None else written) - choices.baseline_within
    recent = series.dropna().sort_index()
    recent = recent[recent.index >= since]
    if recent.empty:
        return dict(EMPTY)
    before = recent[recent.index < (-math.inf if written is None else written)]
    told = dict(EMPTY) | {"status": "no baseline"}
    start = before.index[-1] if len(before) else recent.index[-1]
    ends = [edge for edge in reading.breaks if edge > start]
    until = recent[recent.index <= year]
    stretch = until[(until.index >= start) & (until.index < min(ends, default=math.inf))]
    after = until[until.index >= min(ends, default=math.inf)]
    if len(after):
        told |= {"later_year": after.index[-1], "later": after.iloc[-1]}
    if len(stretch):
        told |= {"latest_year": stretch.index[-1], "latest": stretch.iloc[-1]}
    if before.empty:
        return told

    x0, x = before.iloc[-1], stretch.iloc[-1]
    told |= {"baseline_year": start, "baseline": x0}
    at_start, due = _meets(x0, aim, downwards), year in until.index
    now = until.iloc[-1] if due else x
    met = _meets(now, aim, downwards)
    moved = stretch.index[-1] > start
    if moved:
        told["actual_pace"] = (x - x0) / (stretch.index[-1] - start)
        if not at_start:
            told["attainment"] = min(max((x - x0) / (aim - x0), 0.0), 1.0)
    if not met and stretch.index[-1] < year:
        told["required_pace"] = (aim - x) / (year - stretch.index[-1])
    told["status"] = _status(
        at_start=at_start,
        met=met,
        due=due,
        moved=moved,
        overdue=recent.index[-1] > year and not due,
        ahead=told["attainment"] > 0,
    )
    return told


def _status(
    *, at_start: bool, met: bool, due: bool, moved: bool, overdue: bool, ahead: bool
) -> str:
    if overdue:
        return "not published for its year"
    if not moved and not due:
        return "no later figure"
    if at_start:
        return "held" if met else "lost"
    if met:
        return "reached"
    if due:
        return "missed"
    return "on the way" if ahead else "no progress"


def aims(targets: pd.DataFrame, choices: Measures) -> pd.Series:
    """The value that each target asks for: the number as it stands, less `about` of it for ~."""
    return targets.apply(_aim, axis=1, args=(choices,))


def _aim(target: pd.Series, choices: Measures) -> float:
    return target["target"] * (1 - choices.about if target["relation"] == "~" else 1)


def _meets(value: float, aim: float, downwards: bool) -> bool:
    return bool(value <= aim if downwards else value >= aim)


def _written(document: str) -> int | None:
    """The year in which a document was written, if its name says so, as in （2023-02）."""
    dates = WRITTEN.findall(document)
    return int(dates[-1]) if dates else None


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
