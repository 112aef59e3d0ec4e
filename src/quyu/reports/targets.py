"""Official targets on the page: how far each has come, when it may be met, which are not published."""

from __future__ import annotations

import math
from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.facts.names import NATION
from quyu.regions.attainment import Attainment, attainment
from quyu.regions.measures import read_measures
from quyu.regions.outlook import outlook
from quyu.regions.time_distance import time_distance
from quyu.reports.gaps import choices, ratios_of
from quyu.reports.stated import stated
from quyu.reports.study import Study
from quyu.reports.tables import table

RELATION = {">=": "≥ ", "<=": "≤ ", "=": "", "~": "≈ "}
BARE = ("指數", "指数", "index points", "number")  # units that a number reads better without
UNPUBLISHED = "not published"


@lru_cache(maxsize=2)
def targets_of(subject: Study) -> Attainment:
    """Every official target judged by the public series that meet it."""
    facts = subject.facts
    return attainment(
        facts.targets, subject.figures, subject.national, facts.codebook, read_measures()
    )


@lru_cache(maxsize=2)
def outlook_of(subject: Study) -> pd.DataFrame:
    """When each target with a public series would be met at the present pace."""
    return outlook(targets_of(subject))


def targets_table(subject: Study, adcode: str | None = None) -> HTML:
    """All targets, or those of one province: attainment and pace where a public series tells them."""
    say, found = subject.say, targets_of(subject).table
    if adcode is not None:
        found = found[found["adcode"] == adcode]
    if found.empty:
        return HTML(f"<p>{say.html('targets.none', name=subject.short[adcode])}</p>")
    book = subject.facts.codebook
    rows = []
    for row in found.sort_values("adcode", kind="stable").to_dict("records"):
        rows.append(
            {
                "who": _who(subject, row["adcode"]),
                "indicator": book.at[row["indicator"], f"name_{say.suffix}"],
                "target": _aim(subject, row, _unit(subject, row["indicator"])),
                "baseline": _dated(subject, row["baseline"], row["baseline_year"]),
                "latest": _dated(subject, row["latest"], row["latest_year"]),
                "attained": "—" if pd.isna(row["attainment"]) else f"{row['attainment']:.0%}",
                "pace": _pace(subject, row),
                "status": say(f"targets.status.{row['status']}"),
                "document": _document(subject, row["document"]),
            }
        )
    names = {name: say(f"targets.column.{name}") for name in rows[0]}
    shown = pd.DataFrame(rows).rename(columns=names)
    if adcode is not None:
        shown = shown.drop(columns=names["who"])
    told = (found["status"] != UNPUBLISHED).sum()
    return table(
        shown,
        title=say("targets.title", count=len(found), told=told),
        group=names["who"] if adcode is None else None,
        numbers=[names["attained"]],
        kind="long",
        note=say("targets.note"),
    )


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
                    who=_who(subject, row["adcode"]),
                    indicator=book.at[row["indicator"], f"name_{say.suffix}"],
                    aim=_aim(subject, row, _unit(subject, row["indicator"])),
                ),
                "reading": say.of(reading.name),
                "latest": _dated(subject, row["latest"], row["latest_year"]),
                "status": say(f"targets.status.{row['status']}"),
                "reached": _reached(subject, forecast),
                "errors": "—"
                if pd.isna(forecast["holdout_trend"])
                else say(
                    "targets.errors",
                    trend=say.significant(forecast["holdout_trend"]),
                    drift=say.significant(forecast["holdout_drift"]),
                ),
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


def readings_table(subject: Study) -> HTML:
    """How each indicator of a target is read in official figures, and what each reading means."""
    say, book = subject.say, subject.facts.codebook
    rows = [
        {
            say("targets.column.indicator"): book.at[indicator, f"name_{say.suffix}"],
            say("targets.column.reading"): say.of(reading.name),
            say("targets.column.meaning"): say.of(reading.note) if reading.note else "",
        }
        for indicator, readings in targets_of(subject).choices.readings.items()
        for reading in readings
    ]
    group = say("targets.column.indicator")
    return table(pd.DataFrame(rows), title=say("targets.readings_title"), group=group)


@stated
def behind_table(subject: Study, year: int) -> HTML:
    """How many years each province is behind the East's median, by each followed official figure."""
    say, register, found = subject.say, subject.provinces, ratios_of(subject).figures
    east = register.index[register["region"] == "東部"]
    columns, left_out = {}, []
    for each in choices().figures:
        paths = found[each.id].unstack("year")
        known = paths.loc[east].dropna(axis=1)
        if year not in known.columns:
            left_out.append(say.of(each.name))
            continue
        apart = time_distance(paths, known.median(), year=year)
        columns[say.of(each.name)] = [_years(subject, row) for _, row in apart.iterrows()]
    shown = pd.DataFrame(columns, index=found.index.unique("adcode"))
    shown.insert(0, say("targets.column.province"), subject.short[shown.index])
    note = say("targets.behind_note", year=year)
    if left_out:
        note += say("targets.behind_left_out", names=say.join(left_out), year=year)
    return table(
        shown,
        title=say("targets.behind_title", year=year),
        numbers=list(shown.columns[1:]),
        kind="long",
        note=note,
    )


def _years(subject: Study, row: pd.Series) -> str:
    say = subject.say
    if pd.isna(row["years"]):
        return say("missing")
    years = say.number(abs(row["years"]))
    if row["years"] < 0:
        return say("targets.ahead_more" if row["censored"] else "targets.ahead", years=years)
    return say("targets.behind_more" if row["censored"] else "targets.behind", years=years)


def _reached(subject: Study, row: pd.Series) -> str:
    say = subject.say
    if row["outcome"] == "expected":
        return say(
            "targets.expected_open" if math.isinf(row["high"]) else "targets.expected",
            year=f"{row['reached']:.0f}",
            low=f"{row['low']:.0f}",
            high=f"{row['high']:.0f}",
        )
    if row["outcome"] == "reached":
        return say("targets.reached", year=f"{row['reached']:.0f}")
    return say(f"targets.outcome.{row['outcome']}", points=row["points"])


def _pace(subject: Study, row: dict) -> str:
    say = subject.say
    actual, needed = row["actual_pace"], row["required_pace"]
    if pd.isna(actual):
        return "—"
    told = f"{'+' if actual > 0 else ''}{say.significant(actual)}"
    if pd.isna(needed):
        return say("targets.actual_pace", actual=told)
    return say(
        "targets.paces", actual=told, needed=f"{'+' if needed > 0 else ''}{say.significant(needed)}"
    )


def _dated(subject: Study, value: float, year: float) -> str:
    if pd.isna(value):
        return "—"
    return subject.say("targets.dated", value=subject.say.significant(value), year=f"{year:.0f}")


def _aim(subject: Study, row: dict | pd.Series, unit: str) -> str:
    value = f"{RELATION[row['relation']]}{row['target']:,g}{unit}"
    return subject.say("targets.aim", value=value, year=row["year"])


def _unit(subject: Study, indicator: str) -> str:
    column = {"zh-hant": "unit", "zh-hans": "unit_zh_hans", "en": "unit_en"}[subject.lang]
    unit = subject.facts.codebook.at[indicator, column]
    if subject.facts.codebook.at[indicator, "unit"] == "%":
        return "%"
    if unit in BARE:
        return ""
    return f" × {unit}" if unit[0].isdigit() else f" {unit}"


def _who(subject: Study, adcode: str) -> str:
    return subject.area("全國") if adcode == NATION else subject.short[adcode]


def _document(subject: Study, document: str) -> str:
    key = f"targets.document.{document}"
    return subject.say(key) if key in subject.say.texts else document
