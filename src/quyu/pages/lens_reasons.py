"""Why a province has the value it has in one part of a lens, in words that can be recomputed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from quyu.regions.lens import LensScores, Part
from quyu.regions.strategy import region_of
from quyu.study.study import Study

# What of a year's score is no observation of that year.
NOT_OF_THE_YEAR = ("structural", "carried", "interpolated")
DECIMALS = {"top_goals": 0, "comparative_advantage": 2, "distinctive_industry": 2}


def value(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    """The value of one part with its unit; a time distance in words, with what is only a bound."""
    say = subject.say
    if part.measure == "catch_up":
        row = found.detail.loc[adcode, part.id]
        return say(f"lens.years.{_side(row)}", years=_years(subject, row))
    worth, unit = found.values.at[adcode, part.id], say.of(part.unit)
    key = "lens.value_percent" if unit.startswith("%") else "lens.value"
    return say(key, value=say.number(worth, decimals=DECIMALS.get(part.measure, 1)), unit=unit)


def reason(subject: Study, found: LensScores, part: Part, adcode: str) -> str:
    """What the value of one part rests on, for one province that has it."""
    say, row, since = subject.say, found.detail.loc[adcode, part.id], part.since
    tree, book = subject.card.framework.index, subject.facts.codebook[f"name_{subject.say.suffix}"]
    known = {each.id: each for each in [*tree.nodes(), *tree.leaves()]}
    flags = subject.card.flags.loc[(adcode, found.year)]

    def named(name: str) -> str:
        return say.of(known[name].name)

    def scored(name: str) -> str:
        """The name of an indicator, marked where its score is no observation of the year."""
        if flags[name] not in NOT_OF_THE_YEAR:
            return named(name)
        return say("lens.why.flagged", name=named(name), flag=say(f"evidence.{flags[name]}"))

    def each(
        name: Callable[[str], str],
        pairs: Iterable[tuple[str, float]],
        decimals: int = 1,
        **form: bool,
    ) -> str:
        return say.join(
            say(
                "lens.why.each", name=name(key), value=say.number(number, decimals=decimals, **form)
            )
            for key, number in pairs
        )

    match part.measure:
        case "top_goals":
            key = "lens.why.top_goals" if row["goals"] else "lens.why.no_top_goal"
            return say(key, goals=say.join(map(named, row["goals"])))
        case "closeness":
            return say("lens.why.closeness", goal=named(row["furthest"]))
        case "weakest_goal":
            return say("lens.why.weakest", goal=named(row["goal"]))
        case "mean_of_goals":
            return each(named, row.items())
        case "mean_of_indicators":
            return each(scored, row.items())
        case "comparative_advantage":
            best = each(scored, zip(row["best"], row["gaps"], strict=True), 2, sign=True)
            return say("lens.why.advantage", best=best, clear=row["clear"])
        case "distinctive_industry":
            quotients = each(book.get, ((name, row[name]) for name in part.figures), 2)
            at, industry = row["year"], book[row["industry"]]
            return say("lens.why.distinctive", industry=industry, each=quotients, year=at)
        case "gain_on_nation":
            against = say.number(row["now"] - row["then"] - row["nation"], sign=True)
            then, now = say.number(row["then"]), say.number(row["now"])
            terms = {"then": then, "now": now, "against": against}
            return say("lens.why.gain", since=since, year=found.year, **terms)
        case "level_with_change":
            return say(
                "lens.why.level",
                level=f"{row['level']:.1%}",
                level_percentile=say.number(row["level_percentile"], decimals=0),
                change=say.number(100 * row["change"], sign=True),
                against=say.number(100 * row["change_against"], sign=True),
                change_percentile=say.number(row["change_percentile"], decimals=0),
                since=since,
                year=row["year"],
            )
        case "changes":
            changes = say.join(
                say(
                    "lens.why.change",
                    name=named(name),
                    change=say.number(row[name], sign=True),
                    against=say.number(row[f"{name}_against"], sign=True),
                    # A difference of percentages is counted in percentage points.
                    unit=say("lens.why.points") if unit.startswith("%") else unit,
                    percentile=say.number(row[f"{name}_percentile"], decimals=0),
                )
                for name in part.indicators
                if (unit := say.of(known[name].unit))
            )
            return say("lens.why.changes", since=since, year=row["year"], each=changes)
        case "catch_up":
            return say(
                f"lens.distance.{_side(row)}",
                name=named(part.indicator),
                unit=say.of(known[part.indicator].unit),
                region=subject.area(region_of(part.against).name),
                year=found.year,
                level=say.significant(row["level"]),
                benchmark=say.significant(row["benchmark"]),
                years=_years(subject, row),
            )
    raise AssertionError(f"no words for the measure {part.measure!r}")


def _side(row: pd.Series) -> str:
    """Which of five sentences tells a time distance: level, or ahead or behind, by some or more."""
    if row["years"] == 0:
        return "level"
    side = "ahead" if row["years"] < 0 else "behind"
    return f"{side}_more" if row["censored"] else side


def _years(subject: Study, row: pd.Series) -> str:
    # A bound is the whole years that the figures reach back.
    return subject.say.number(abs(row["years"]), decimals=0 if row["censored"] else 1)
