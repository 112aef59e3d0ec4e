"""Progress: how far one public series has come to one target."""

from __future__ import annotations

import math
import re

import pandas as pd

from quyu.regions.targets.measures import Measures, Reading

WRITTEN = re.compile(r"((?:19|20)\d\d)-(?:0[1-9]|1[0-2])")

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

    The baseline is the last year before the document's own (and the target's), at most `baseline_within` years before
    it; latest is the last year up to the target's, in the same unbroken stretch. `later` is what is
    published after a break: a level, not comparable with the baseline. Statuses:

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
    downwards = target["relation"] == "<="
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
    at_start, met = (_meets(value, aim, downwards) for value in (x0, until.iloc[-1] if due else x))
    if years:
        told["actual_pace"] = (x - x0) / years
    if years and not at_start:
        told["attainment"] = min(max((x - x0) / (aim - x0), 0.0), 1.0)
    if not (met or due or overdue):
        told["required_pace"] = (aim - x) / (year - told["latest_year"])
    told["status"] = _status(
        at_start=at_start,
        met=met,
        due=due,
        overdue=overdue,
        moved=years > 0,
        ahead=told["attainment"] > 0,
    )
    return told


def _last(values: pd.Series, name: str) -> dict[str, float]:
    """The last of the values with its year; nothing if there is none."""
    return {f"{name}_year": values.index[-1], name: values.iloc[-1]} if len(values) else {}


def _status(
    *, at_start: bool, met: bool, due: bool, overdue: bool, moved: bool, ahead: bool
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


def aim_of(target: pd.Series, choices: Measures) -> float:
    """The value that a target asks for: the number as it stands, less `about` of it for ~."""
    return target["target"] * (1 - choices.about if target["relation"] == "~" else 1)


def _meets(value: float, aim: float, downwards: bool) -> bool:
    return bool(value <= aim if downwards else value >= aim)


def _written(document: str) -> int | None:
    """The year in which a document was written, if its name says so, as in （2023-02）."""
    dates = WRITTEN.findall(document)
    return int(dates[-1]) if dates else None
