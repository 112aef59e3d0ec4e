"""Why a province has the value it has in one part of a lens, in words that can be recomputed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from quyu.regions.lens import LensScores, Part
from quyu.regions.strategy import region_of
from quyu.study.study import Study

# What of a year's score is no observation of that year.
NOT_OF_THE_YEAR = ("structural", "carried", "interpolated")


def reason(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    """What the value of one part rests on, for one province that has it."""
    return EXPLAIN[part.measure](subject, found, part, adcode)


def value(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    """The value of one part with its unit; a time distance in words, with what is only a bound."""
    say = subject.say
    if part.measure == "catch_up":
        row = _row(found, part, adcode)
        return say(f"lens.years.{_side(row)}", years=_years(subject, row))
    worth, unit = found.values.at[adcode, part.id], say.of(part.unit)
    key = "lens.value_percent" if unit.startswith("%") else "lens.value"
    return say(key, value=say.number(worth, decimals=DECIMALS.get(part.measure, 1)), unit=unit)


def _row(found: LensScores, part: Part, adcode: str) -> pd.Series:
    return found.detail.loc[adcode, part.id]


def _named(subject: Study, names: Iterable[str]) -> str:
    tree = subject.card.framework.index
    known = {each.id: subject.say.of(each.name) for each in [*tree.nodes(), *tree.leaves()]}
    return subject.say.join(known.get(name, name) for name in names)


def _scored(subject: Study, found: LensScores, name: str, adcode: str) -> str:
    """The name of an indicator, marked where its score is no observation of the year."""
    say, shown = subject.say, _named(subject, [name])
    flag = subject.card.flags.at[(adcode, found.year), name]
    if flag not in NOT_OF_THE_YEAR:
        return shown
    return say("lens.why.flagged", name=shown, flag=say(f"evidence.{flag}"))


def _top_goals(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    goals = _row(found, part, adcode)["goals"]
    if not goals:
        return subject.say("lens.why.no_top_goal")
    return subject.say("lens.why.top_goals", goals=_named(subject, goals))


def _closeness(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    furthest = _row(found, part, adcode)["furthest"]
    return subject.say("lens.why.closeness", goal=_named(subject, [furthest]))


def _weakest(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    goal = _row(found, part, adcode)["goal"]
    return subject.say("lens.why.weakest", goal=_named(subject, [goal]))


def _goals(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    say = subject.say
    return say.join(
        say("lens.why.each", name=_named(subject, [name]), value=say.number(score))
        for name, score in _row(found, part, adcode).items()
    )


def _indicators(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    say = subject.say
    return say.join(
        say("lens.why.each", name=_scored(subject, found, name, adcode), value=say.number(score))
        for name, score in _row(found, part, adcode).items()
    )


def _advantage(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    say, row = subject.say, _row(found, part, adcode)
    best = say.join(
        say(
            "lens.why.each",
            name=_scored(subject, found, name, adcode),
            value=say.number(gap, decimals=2, sign=True),
        )
        for name, gap in zip(row["best"], row["gaps"], strict=True)
    )
    return say("lens.why.advantage", best=best, clear=row["clear"])


def _gain(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    say, row = subject.say, _row(found, part, adcode)
    return say(
        "lens.why.gain",
        then=say.number(row["then"]),
        now=say.number(row["now"]),
        since=part.since,
        year=found.year,
        nation=say.number(row["nation"], sign=True),
    )


def _distinctive(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    say, row = subject.say, _row(found, part, adcode)
    book = subject.facts.codebook[f"name_{say.suffix}"]
    each = say.join(
        say("lens.why.each", name=book[name], value=say.number(row[name], decimals=2))
        for name in part.figures
    )
    return say("lens.why.distinctive", industry=book[row["industry"]], each=each)


def _catch_up(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    say, row = subject.say, _row(found, part, adcode)
    leaf = next(each for each in subject.card.framework.indicators if each.id == part.indicator)
    return say(
        f"lens.distance.{_side(row)}",
        name=say.of(leaf.name),
        unit=say.of(leaf.unit),
        region=subject.area(region_of(part.against).name),
        year=found.year,
        level=say.significant(row["level"]),
        benchmark=say.significant(row["benchmark"]),
        years=_years(subject, row),
    )


def _side(row: pd.Series) -> str:
    """Which of five sentences tells a time distance: level, or ahead or behind, by some or more."""
    if row["years"] == 0:
        return "level"
    side = "ahead" if row["years"] < 0 else "behind"
    return f"{side}_more" if row["censored"] else side


def _years(subject: Study, row: pd.Series) -> str:
    # A bound is the whole years that the figures reach back.
    return subject.say.number(abs(row["years"]), decimals=0 if row["censored"] else 1)


def _level(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    say, row = subject.say, _row(found, part, adcode)
    return say(
        "lens.why.level",
        level=f"{row['level']:.1%}",
        level_percentile=say.number(row["level_percentile"], decimals=0),
        change=say.number(100 * row["change"], sign=True),
        change_percentile=say.number(row["change_percentile"], decimals=0),
        since=part.since,
    )


def _changes(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    say, row = subject.say, _row(found, part, adcode)
    leaves = {leaf.id: leaf for leaf in subject.card.framework.indicators}
    each = say.join(
        say(
            "lens.why.change",
            name=say.of(leaves[name].name),
            change=say.number(row[name], sign=True),
            unit=_of_change(subject, say.of(leaves[name].unit)),
            percentile=say.number(row[f"{name}_percentile"], decimals=0),
        )
        for name in part.indicators
    )
    return say("lens.why.changes", since=part.since, each=each)


def _of_change(subject: Study, unit: str) -> str:
    """What a difference is counted in: of percentages, in percentage points."""
    return subject.say("lens.why.points") if unit.startswith("%") else unit


DECIMALS = {"top_goals": 0, "comparative_advantage": 2, "distinctive_industry": 2}

EXPLAIN: dict[str, Callable[[Study, LensScores, Part, str], str]] = {
    "top_goals": _top_goals,
    "closeness": _closeness,
    "weakest_goal": _weakest,
    "mean_of_indicators": _indicators,
    "mean_of_goals": _goals,
    "comparative_advantage": _advantage,
    "gain_on_nation": _gain,
    "distinctive_industry": _distinctive,
    "catch_up": _catch_up,
    "level_with_change": _level,
    "changes": _changes,
}
