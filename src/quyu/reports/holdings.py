"""What is measured, how well, and what is missing: the data before any score."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.formula import names_in
from quyu.maps.picture import picture
from quyu.reports.charts import mosaic
from quyu.reports.charts.figure import figure
from quyu.reports.evidence import caveats
from quyu.reports.headed import headed
from quyu.reports.nation import source
from quyu.reports.study import Study
from quyu.words import isolated


def availability(subject: Study) -> pd.DataFrame:
    """How many provinces published each figure that the index uses, by year (rows: figures)."""
    counts = subject.figures[_used(subject)].groupby(level="year").count().T
    seen = counts.loc[:, counts.any()]
    return seen.rename(index=_series_names(subject))


def availability_chart(subject: Study) -> HTML:
    """The same as a picture: a tile per figure and year, darker where more provinces are published."""
    say, counts = subject.say, availability(subject)
    whole = counts == len(subject.provinces)
    panel = [year for year in subject.card.framework.years if year in counts]
    always = int(whole[panel].all(axis=1).sum())
    values = {
        "count": len(counts),
        "from": counts.columns[0],
        "to": counts.columns[-1],
        "cells": counts.size,
        "whole": int(whole.sum().sum()),
        "empty": int((counts == 0).sum().sum()),
        "first": panel[0],
        "last": panel[-1],
        "always": always,
        "rest": len(counts) - always,
    }
    drawn = mosaic.tiles(counts, full=len(subject.provinces))
    return figure(
        picture(drawn, say("holdings.availability_alt", **values)),
        finding=say("holdings.availability", **values),
        source=source(subject),
        say=say,
    )


def grades(subject: Study) -> HTML:
    """How the figures were checked: series and values by grade."""
    say, book = subject.say, subject.facts.codebook.query("by_province == 'yes'")
    values = subject.facts.figures.groupby("indicator").size().reindex(book.index).fillna(0)
    rows = [
        {
            "grade": grade,
            "meaning": say(f"holdings.grade.{grade}"),
            "series": say.number((book["grade"] == grade).sum(), decimals=0),
            "values": say.number(values[book["grade"] == grade].sum(), decimals=0),
        }
        for grade in "ABC"
    ]
    return headed(
        say,
        pd.DataFrame(rows),
        "holdings",
        title=say("holdings.grades_title"),
        numbers=["series", "values"],
    )


def warnings(subject: Study) -> HTML:
    """What to mind with each series that the index uses."""
    say, used = subject.say, _used(subject)
    told = caveats(subject)[used]
    names = _series_names(subject)
    rows = [
        {
            "series": names[key],
            "grade": subject.facts.codebook.loc[key, "grade"],
            "caveat": text,
        }
        for key, text in told[told != ""].items()
    ]
    return headed(say, pd.DataFrame(rows), "holdings", title=say("holdings.caveats_title"))


def indicators(subject: Study) -> HTML:
    """Every indicator of the framework: formula, direction, transform, kind of evidence."""
    say, ways = subject.say, {"+": "higher", "-": "lower"}
    rows = [
        {
            "goal": say.of(goal.name),
            "indicator": say.of(leaf.name),
            "formula": leaf.formula or "",
            "direction": say(f"holdings.{ways[leaf.direction]}"),
            "transform": say("holdings.log") if leaf.transform == "log" else "",
            "evidence": say(f"evidence.{leaf.evidence}"),
            # A framework of one's own may measure other words than those that are translated.
            "phrase": say.texts.get(f"phrase.{leaf.phrase}", isolated(leaf.phrase)),
            "state": say("evidence.structural")
            if leaf.structural
            else ""
            if leaf.published
            else say("holdings.unpublished"),
        }
        for goal in subject.card.framework.goals
        for leaf in goal.leaves()
    ]
    return headed(
        say,
        pd.DataFrame(rows),
        "holdings",
        title=say("holdings.indicators_title"),
        group="goal",
        kind="long",
    )


def gaps(subject: Study) -> HTML:
    """What the 綱要 asks for and no public table gives by province, with the nation's value where there is one."""
    say, national, book = subject.say, subject.national, subject.facts.codebook
    rows = []
    for leaf in subject.card.framework.gaps:
        told = say("missing")
        if leaf.national_indicator and leaf.national_indicator in national:
            values = national[leaf.national_indicator].dropna()
            if len(values):
                series = book.loc[leaf.national_indicator]
                told = say(
                    "holdings.national",
                    value=values.iloc[-1] / series["factor"],
                    unit=series[_column(subject, "unit")],
                    year=values.index[-1],
                )
        rows.append(
            {
                "indicator": say.of(leaf.name),
                "nation": told,
                "note": say.of(leaf.note) if leaf.note else "",
            }
        )
    return headed(say, pd.DataFrame(rows), "holdings", title=say("holdings.gaps_title"))


def missing(subject: Study) -> HTML:
    """The cells of the panel that no publication fills, by indicator, with how each was met."""
    say, flags, imputed = subject.say, subject.card.flags, subject.card.imputed
    rows = []
    for leaf in subject.card.framework.indicators:
        carried, inside = ((flags[leaf.id] == kind).sum() for kind in ("carried", "interpolated"))
        empty = imputed[leaf.id].isna()
        if not (carried or inside or empty.any()):
            continue
        units = dict.fromkeys(imputed.index[empty].get_level_values(0))
        rows.append(
            {
                "indicator": say.of(leaf.name),
                "carried": str(carried),
                "interpolated": str(inside),
                "empty": str(int(empty.sum())),
                "where": say.join(subject.short[code] for code in units),
            }
        )
    return headed(
        say,
        pd.DataFrame(rows),
        "holdings",
        title=say("holdings.missing_title"),
        numbers=["carried", "interpolated", "empty"],
    )


def _used(subject: Study) -> list[str]:
    framework = subject.card.framework
    names = {name for leaf in framework.indicators for name in names_in(framework.expanded(leaf))}
    return sorted(names)


def _column(subject: Study, what: str) -> str:
    return "unit" if (what, subject.lang) == ("unit", "zh-hant") else f"{what}_{subject.say.suffix}"


def _series_names(subject: Study) -> pd.Series:
    # What a name says in brackets is told by the codebook; what shut the name in may go with it.
    whole = subject.facts.codebook[_column(subject, "name")]
    return whole.str.split("（").str[0].map(isolated)
