"""When an official target would be met if its public series went on as it has."""

from __future__ import annotations

import math
from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.regions.targets.outlook import outlook
from quyu.reports.strategy.target_words import aim, apart, latest, who
from quyu.reports.strategy.targets import targets_of
from quyu.reports.study import Study
from quyu.reports.tables import table


@lru_cache(maxsize=2)
def outlook_of(subject: Study) -> pd.DataFrame:
    """When each target with a public series would be met at the present pace."""
    return outlook(targets_of(subject))


def outlook_table(subject: Study, adcode: str | None = None) -> HTML:
    """For every reading of a target with a public series: progress, year reached, error held out."""
    say, found, ahead = subject.say, targets_of(subject), outlook_of(subject)
    keys = [
        key for key in found.readings.index if adcode in (None, found.readings.at[key, "adcode"])
    ]
    if not keys:
        return HTML(f"<p>{say.html('targets.no_series')}</p>")
    book, rules, rows = subject.facts.codebook, found.choices, []
    for key in keys:
        row, forecast = found.readings.loc[key], ahead.loc[key]
        reading = next(r for r in rules.readings[row["indicator"]] if r.id == key[1])
        rows.append(
            {
                "target": say(
                    "targets.of",
                    who=who(subject, row["adcode"]),
                    indicator=book.at[row["indicator"], f"name_{say.suffix}"],
                    aim=aim(subject, row),
                ),
                "reading": say.of(reading.name),
                "latest": latest(subject, row),
                "status": say(f"targets.status.{row['status']}"),
                "reached": _reached(subject, forecast),
                "errors": _errors(subject, forecast, row["indicator"]),
            }
        )
    names = {name: say(f"targets.column.{name}") for name in rows[0]}
    rule = rules.forecast
    return table(
        pd.DataFrame(rows).rename(columns=names),
        title=say("targets.outlook_title"),
        group=names["target"],
        note=say(
            "targets.outlook_note", least=rule.least_points, held=rule.holdout, seed=rule.seed
        ),
    )


def _reached(subject: Study, row: pd.Series) -> str:
    say, year = subject.say, f"{row['reached']:.0f}"
    if row["outcome"] == "reached":
        return say("targets.reached", year=year)
    if row["outcome"] != "expected":
        return say(f"targets.outcome.{row['outcome']}", points=row["points"])
    low, high = f"{row['low']:.0f}", f"{row['high']:.0f}"
    if math.isinf(row["high"]):
        told = say("targets.expected_open", year=year, low=low)
    elif low == high:
        told = say("targets.expected_one", year=year, low=low)
    else:
        told = say("targets.expected", year=year, low=low, high=high)
    worse = row["holdout_trend"] > row["holdout_drift"]
    return say("targets.hint", told=told) if worse else told


def _errors(subject: Study, row: pd.Series, indicator: str) -> str:
    if pd.isna(row["holdout_trend"]):
        return subject.say("targets.untold")
    return subject.say(
        "targets.errors",
        trend=apart(subject, row["holdout_trend"], indicator),
        drift=apart(subject, row["holdout_drift"], indicator),
    )
