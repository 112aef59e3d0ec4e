"""Official targets on the page: how far each has come, when it would be met."""

from __future__ import annotations

import math
from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.facts.names import NATION
from quyu.pages.gaps import choices, ratios_of
from quyu.pages.refusals import stated
from quyu.pages.tables import table
from quyu.regions.forecast import time_distance
from quyu.regions.targets import Attainment, attainment, outlook, read_measures
from quyu.study.study import Study

RELATION = {">=": "≥ ", "<=": "≤ ", "=": "", "~": "≈ "}
BARE = ("指數", "指数", "index points", "number")  # units that a number reads better without


def aim(subject: Study, row: dict | pd.Series) -> str:
    """The number that a target asks for with its unit, by which year."""
    times, after = unit(subject, row["indicator"])
    value = f"{RELATION[row['relation']]}{row['target'] * times:,.12g}{after}"
    return subject.say("targets.aim", value=value, year=row["year"])


def unit(subject: Study, indicator: str) -> tuple[int, str]:
    """By what a number of the indicator is multiplied, then its unit with the space before it.

    A unit that is itself a number of something, such as 10,000 yuan, goes into the number.
    """
    column = {"zh-hant": "unit", "zh-hans": "unit_zh_hans", "en": "unit_en"}[subject.lang]
    name = subject.facts.codebook.at[indicator, column]
    if subject.facts.codebook.at[indicator, "unit"] == "%":
        return 1, "%"
    if name in BARE:
        return 1, ""
    first, _, rest = name.partition(" ")
    return (int(first.replace(",", "")), f" {rest}") if first[0].isdigit() else (1, f" {name}")


def apart(subject: Study, value: float, indicator: str, *, sign: bool = False) -> str:
    """A difference between two values of the indicator, with its unit; of shares, in points."""
    say, (times, after) = subject.say, unit(subject, indicator)
    number = f"{'+' if sign and value > 0 else ''}{say.significant(value * times)}"
    return say("targets.in_points", value=number) if after == "%" else f"{number}{after}"


def dated(subject: Study, value: float, year: float, indicator: str) -> str:
    """A value with its year; that none is published is said in words."""
    if pd.isna(value):
        return subject.say("missing")
    times, _ = unit(subject, indicator)
    shown = subject.say.significant(value * times)
    return subject.say("targets.dated", value=shown, year=f"{year:.0f}")


def latest(subject: Study, row: dict | pd.Series) -> str:
    """The latest value that can be compared with the baseline, then what came after a break."""
    known = dated(subject, row["latest"], row["latest_year"], row["indicator"])
    if pd.isna(row["later"]):
        return known
    later = dated(subject, row["later"], row["later_year"], row["indicator"])
    return subject.say("targets.later", latest=known, later=later)


def who(subject: Study, adcode: str) -> str:
    """The province, or the nation, that set a target."""
    return subject.area("全國") if adcode == NATION else subject.short[adcode]


def document(subject: Study, name: str) -> str:
    """The document that a target stands in; one that the catalogue does not know keeps its name."""
    key = f"targets.document.{name}"
    return subject.say(key) if key in subject.say.texts else name


UNPUBLISHED = "not published"


@lru_cache(maxsize=2)
def targets_of(subject: Study) -> Attainment:
    """Every official target judged by the public series that meet it."""
    facts = subject.facts
    return attainment(
        facts.targets, subject.figures, subject.national, facts.codebook, read_measures()
    )


def targets_table(subject: Study, adcode: str | None = None) -> HTML:
    """All targets, or those of one province: attainment and pace where a public series tells them."""
    say, found = subject.say, targets_of(subject).table
    if adcode is not None:
        found = found[found["adcode"] == adcode]
    if found.empty and adcode is None:
        return HTML(f"<p>{say.html('targets.none_at_all')}</p>")
    if found.empty:
        return HTML(f"<p>{say.html('targets.none', name=subject.short[adcode])}</p>")
    book = subject.facts.codebook
    rows = []
    for row in found.sort_values("adcode", kind="stable").to_dict("records"):
        rows.append(
            {
                "who": who(subject, row["adcode"]),
                "indicator": book.at[row["indicator"], f"name_{say.suffix}"],
                "target": aim(subject, row),
                "baseline": dated(subject, row["baseline"], row["baseline_year"], row["indicator"]),
                "latest": latest(subject, row),
                "attained": _attained(subject, row["attainment"]),
                "pace": _pace(subject, row),
                "status": say(f"targets.status.{row['status']}"),
                "document": document(subject, row["document"]),
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


def _attained(subject: Study, share: float) -> str:
    return subject.say("targets.untold") if pd.isna(share) else f"{share:.0%}"


def _pace(subject: Study, row: dict) -> str:
    say, (actual, needed) = subject.say, (row["actual_pace"], row["required_pace"])
    if pd.isna(actual):
        return say("targets.untold")
    told = apart(subject, actual, row["indicator"], sign=True)
    if pd.isna(needed):
        return say("targets.actual_pace", actual=told)
    return say(
        "targets.paces", actual=told, needed=apart(subject, needed, row["indicator"], sign=True)
    )


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


def province_targets(subject: Study, adcode: str) -> HTML:
    """Both tables of the targets of one province; one sentence where no target of it was read."""
    whole = targets_table(subject, adcode).data
    if adcode in set(targets_of(subject).table["adcode"]):
        whole += outlook_table(subject, adcode).data
    return HTML(whole)


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
