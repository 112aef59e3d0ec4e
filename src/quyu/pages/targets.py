"""Official targets on the page: how far each has come, when it would be met."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython.display import HTML

from quyu.pages.refusals import or_refusal
from quyu.pages.tables import page_table, told_table
from quyu.study.regional import behind_frame, outlook_of, targets_of
from quyu.study.spatial import disparity
from quyu.study.study import Study

Row = Mapping[str, Any]

RELATION = {">=": "≥ ", "<=": "≤ ", "=": "", "~": "≈ "}
BARE = ("指數", "指数", "index points", "number")  # units that a number reads better without


def aim(subject: Study, row: Row) -> str:
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


def told_difference(subject: Study, value: float, indicator: str, *, sign: bool = False) -> str:
    """A difference between two values of the indicator, with its unit; of shares, in points."""
    say, (times, after) = subject.say, unit(subject, indicator)
    number = f"{'+' if sign and value > 0 else ''}{say.significant(value * times)}"
    return say("targets.in_points", value=number) if after == "%" else f"{number}{after}"


def dated(subject: Study, row: Row, what: str) -> str:
    """A value of a target with its year; that none is published is said in words."""
    if pd.isna(row[what]):
        return subject.say("missing")
    shown = subject.say.significant(row[what] * unit(subject, row["indicator"])[0])
    return subject.say("targets.dated", value=shown, year=row[f"{what}_year"])


def told_latest(subject: Study, row: Row) -> str:
    """The latest value that can be compared with the baseline, then what came after a break."""
    known = dated(subject, row, "latest")
    if pd.isna(row["later"]):
        return known
    return subject.say("targets.later", latest=known, later=dated(subject, row, "later"))


@or_refusal
def targets_table(subject: Study, adcode: str | None = None) -> HTML:
    """All targets, or those of one province: attainment and pace where a public series tells them."""
    say, frame = subject.say, subject.targets()
    if adcode is not None:
        frame = frame[frame["adcode"] == adcode]
    if frame.empty:
        key = "targets.none_at_all" if adcode is None else "targets.none"
        return HTML(f"<p>{say.html(key, name=subject.short.get(adcode))}</p>")
    line = "indicator=indicator_name target:aim baseline:baseline latest:latest attained:attained> "
    return told_table(
        frame.sort_values("adcode", kind="stable"),
        columns=f"{'' if adcode else 'who=name '}{line}pace:pace status:targets.status document",
        title=say(
            "targets.title", count=len(frame), told=(frame["status"] != "not published").sum()
        ),
        formats={
            "aim": lambda row: aim(subject, row),
            "baseline": lambda row: dated(subject, row, "baseline"),
            "latest": lambda row: told_latest(subject, row),
            "attained>": lambda row: (
                say("targets.untold") if pd.isna(row["attainment"]) else f"{row['attainment']:.0%}"
            ),
            "pace": lambda row: _pace(subject, row),
        },
        group="document" if adcode else "who",
        kind="long",
        note=say("targets.note"),
    )


def _pace(subject: Study, row: Row) -> str:
    """The pace so far and the one needed, which a target whose year is over does not have."""
    paces = {"actual": row["actual_pace"], "needed": row["required_pace"]}
    told = {
        k: told_difference(subject, pace, row["indicator"], sign=True) for k, pace in paces.items()
    }
    if pd.isna(paces["actual"]):
        return subject.say("targets.untold")
    return subject.say(
        "targets.actual_pace" if pd.isna(paces["needed"]) else "targets.paces", **told
    )


@or_refusal
def readings_table(subject: Study) -> HTML:
    """How each indicator of a target is read in official figures, and what each reading means."""
    say, names = subject.say, subject.facts.codebook[f"name_{subject.say.suffix}"]
    rows = [
        {
            "indicator": names[indicator],
            "reading": say.of(reading.name),
            "meaning": say.of(reading.note) if reading.note else "",
        }
        for indicator, readings in targets_of(subject).choices.readings.items()
        for reading in readings
    ]
    title = say("targets.readings_title")
    line = "indicator reading meaning"
    return page_table(say, pd.DataFrame(rows), "targets", line, title=title, group="indicator")


@or_refusal
def outlook_table(subject: Study, adcode: str | None = None) -> HTML:
    """For every reading of a target with a public series: progress, year reached, error held out."""
    say, found = subject.say, targets_of(subject)
    of = found.readings.index.get_level_values
    named = subject.targets().loc[of("target"), ["name", "indicator_name"]].to_dict("list")
    frame = found.readings.join(outlook_of(subject)).assign(reading=of("reading"), **named)
    if adcode is not None:
        frame = frame[frame["adcode"] == adcode]
    if frame.empty:
        return HTML(f"<p>{say.html('targets.no_series')}</p>")
    rules = found.choices
    readings = {
        (indicator, each.id): say.of(each.name)
        for indicator, many in rules.readings.items()
        for each in many
    }
    rule = rules.forecast
    return page_table(
        say,
        frame,
        "targets",
        "target:target reading:reading latest:latest status:targets.status reached:reached "
        "errors:errors",
        title=say("targets.outlook_title"),
        formats={
            "target": lambda row: say(
                "targets.of",
                who=row["name"],
                indicator=row["indicator_name"],
                aim=aim(subject, row),
            ),
            "reading": lambda row: readings[row["indicator"], row["reading"]],
            "latest": lambda row: told_latest(subject, row),
            "reached": lambda row: reached(subject, row),
            "errors": lambda row: _errors(subject, row),
        },
        group="target",
        note=say(
            "targets.outlook_note", least=rule.least_points, held=rule.holdout, seed=rule.seed
        ),
    )


def reached(subject: Study, row: Row) -> str:
    """When a target was or would be met, with the doubt of it, or why that cannot be told."""
    say, outcome = subject.say, row["outcome"]
    if outcome not in ("reached", "expected"):
        return say(f"targets.outcome.{outcome}", points=row["points"])
    low, high = row["low"], row["high"]
    key = "expected_open" if math.isinf(high) else "expected"
    key = "reached" if outcome == "reached" else "expected_one" if low == high else key
    return say(f"targets.{key}", year=row["reached"], low=low, high=high)


def _errors(subject: Study, row: Row) -> str:
    if pd.isna(row["holdout_trend"]):
        return subject.say("targets.untold")
    errors = {"trend": row["holdout_trend"], "drift": row["holdout_drift"]}
    told = {
        kind: told_difference(subject, error, row["indicator"]) for kind, error in errors.items()
    }
    return subject.say("targets.errors", **told)


@or_refusal
def province_targets(subject: Study, adcode: str) -> HTML:
    """Both tables of the targets of one province; one sentence where no target of it was read."""
    whole = targets_table(subject, adcode).data
    if adcode in set(targets_of(subject).table["adcode"]):
        whole += outlook_table(subject, adcode).data
    return HTML(whole)


@or_refusal
def behind_table(subject: Study, year: int) -> HTML:
    """How many years each province is behind the East's median, by each followed official figure."""
    say, (years, more) = subject.say, behind_frame(subject, year)
    names = {each.id: say.of(each.name) for each in disparity().figures}

    def behind(row: Row, figure: str) -> str:
        if pd.isna(row[figure]):
            return say("missing")
        key = "ahead" if row[figure] < 0 else "behind"
        key += "_more" if more.at[row["index"], figure] else ""
        return say(f"targets.{key}", years=say.number(abs(row[figure])))

    left_out = [name for figure, name in names.items() if figure not in years]
    note = say("targets.behind_note", year=year)
    if left_out:
        note += say("targets.behind_left_out", names=say.join(left_out), year=year)
    return page_table(
        say,
        years.assign(name=subject.short),
        "targets",
        " ".join(["province=name", *(f"{figure}:{figure}>" for figure in years)]),
        title=say("targets.behind_title", year=year),
        heads=names,
        formats={f"{id}>": lambda row, id=id: behind(row, id) for id in years},
        kind="long",
        note=note,
    )
