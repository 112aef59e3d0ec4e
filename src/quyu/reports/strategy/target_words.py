"""How a target, what is published for it, whoever set it are written in a cell."""

from __future__ import annotations

import pandas as pd

from quyu.facts.names import NATION
from quyu.reports.study import Study

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
