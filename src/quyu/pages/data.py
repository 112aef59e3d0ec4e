"""What is measured, how well, what is missing, and where each figure comes from."""

from __future__ import annotations

import re
from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.index.formula import names_in
from quyu.maps import charts
from quyu.maps.picture import picture
from quyu.pages.nation import source
from quyu.pages.pictures import figure
from quyu.pages.tables import headed
from quyu.study.study import Study
from quyu.words import isolated, simplified

WINDOW_SUM = re.compile(r"(mean3|sum3)\(")


@lru_cache(maxsize=4)  # a report asks for the same province five times
def evidence(subject: Study, adcode: str, year: int) -> pd.DataFrame:
    """A row per indicator of the framework, gaps included, for one province and year.

    Columns: goal, id, name, value and median (displayed unit), unit, years (what the figure refers to),
    rank and of (among provinces, 1 = best), tied, evidence (direct or proxy), flag (of the card, or capped),
    direction, grade (the weakest of the figures it is made of), caveats, sources (keys).
    """
    card, say = subject.card, subject.say
    columns = list(card.normalised.columns)
    normalised = card.normalised.xs(year, level="year")
    ranks = normalised.round(9).rank(ascending=False, method="min")
    values = card.imputed.xs(year, level="year")
    book, figures = subject.facts.codebook, subject.facts.figures
    own = figures[figures["adcode"] == adcode]
    beyond = card.capped[(card.capped["adcode"] == adcode) & (card.capped["year"] == year)]
    capped = set(beyond["indicator"])
    rows = []
    for goal in card.framework.goals:
        for leaf in goal.leaves():
            row = {
                "goal": say.of(goal.name),
                "id": leaf.id,
                "name": say.of(leaf.name),
                "unit": say.of(leaf.unit),
                "direction": leaf.direction,
                "evidence": leaf.evidence,
                "caveats": [say.of(leaf.note)] if leaf.note else [],
            }
            if leaf.id in columns:
                flag = card.flags.loc[(adcode, year), leaf.id]
                known = pd.notna(values.loc[adcode, leaf.id])
                names = sorted(names_in(card.framework.expanded(leaf)))
                used = _years(subject, leaf, adcode, year, flag) if known else []
                row["caveats"] += [text for text in caveats(subject)[names] if text]
                row |= {
                    "value": values.loc[adcode, leaf.id] * leaf.factor,
                    "median": values[leaf.id].median() * leaf.factor,
                    "years": _span(used),
                    "rank": ranks.loc[adcode, leaf.id],
                    "of": ranks[leaf.id].count(),
                    "tied": bool((ranks[leaf.id] == ranks.loc[adcode, leaf.id]).sum() > 1),
                    "flag": "capped" if leaf.id in capped else flag,
                    "grade": book.loc[names, "grade"].max(),
                    "sources": _sources(own, names, used),
                }
            rows.append(row)
    frame = pd.DataFrame(rows)
    texts = ["flag", "years", "grade"]
    return frame.assign(**frame[texts].fillna(""))


def caveats(subject: Study) -> pd.Series:
    """What to mind with each series of the codebook, in the study's language; "" for nothing."""
    book, lang = subject.facts.codebook, subject.lang
    told = book["caveat" if lang == "en" else "caveat_zh_hant"].fillna("")
    return told.map(simplified) if lang == "zh-hans" else told


def _years(subject: Study, leaf, adcode: str, year: int, flag: str) -> list[int]:
    """The years a displayed value refers to: its own, its neighbours' or the cross-section's."""
    published = _published(subject, subject.card.framework.expanded(leaf), adcode)
    if flag == "structural":
        wanted = leaf.structural if isinstance(leaf.structural, tuple) else published
        return [y for y in published if y in wanted]
    if flag in ("carried", "interpolated"):
        near = [y for y in published if abs(y - year) <= 2 and y != year]
        before, after = [y for y in near if y < year], [y for y in near if y > year]
        return ([max(before)] if before else []) + ([min(after)] if after else [])
    window = WINDOW_SUM.search(subject.card.framework.expanded(leaf))
    return [year - 2, year - 1, year] if window else [year]


def _published(subject: Study, formula: str, adcode: str) -> list[int]:
    names = [name for name in names_in(formula) if name in subject.figures]
    rows = subject.figures.loc[adcode, names].dropna()
    return list(rows.index)


def _sources(own: pd.DataFrame, names: list[str], years: list[int]) -> list[str]:
    rows = own[own["indicator"].isin(names) & own["year"].isin(years)]
    return list(dict.fromkeys(rows.sort_values(["indicator", "year"])["source"]))


def _span(years: list[int]) -> str:
    """Years as a reader writes them.

    >>> _span([2018, 2019]), _span([2020]), _span([2010, 2020])
    ('2018–2019', '2020', '2010, 2020')
    """
    if len(years) > 1 and years == list(range(years[0], years[-1] + 1)):
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))


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
    drawn = charts.completeness(counts, full=len(subject.provinces))
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


def trail_table(subject: Study, adcode: str, year: int, *, count: int) -> HTML:
    """The first `count` of the numbers between a province's index and its publications."""
    say, book = subject.say, subject.facts.codebook
    series = book[f"name_{say.suffix}"]
    tree = subject.card.framework.index
    names = {part.id: say.of(part.name) for part in [*tree.nodes(), *tree.leaves()]}
    units = {leaf.id: say.of(leaf.unit) for leaf in tree.leaves()}
    rows = [
        {
            "level": say(f"trail.level.{row['level']}"),
            "name": series[row["name"]] if row["level"] == "figure" else names[row["node"]],
            "year": row["year"],
            "value": say.significant(row["value"]),
            "unit": units[row["node"]] if row["unit"] else "",
            "flag": _flag(subject, row["flag"]),
            "source": row["source"],
        }
        for _, row in subject.trace(adcode, year).head(count).iterrows()
    ]
    title = say("trail.title", name=subject.short[adcode], year=year)
    return headed(say, pd.DataFrame(rows), "trail", title=title, numbers=["value"], kind="long")


def origin(subject: Study, adcode: str, year: int, series: str) -> HTML:
    """One published figure with its publication, as the data folder holds them."""
    say, suffix, figures = subject.say, subject.say.suffix, subject.facts.figures
    found = figures.query("adcode == @adcode and year == @year and indicator == @series")
    if found.empty:
        return HTML(f"<p>{say.html('missing')}</p>")
    figure = found.iloc[0]
    book, published = (
        subject.facts.codebook.loc[series],
        subject.facts.sources.loc[figure["source"]],
    )
    told = {
        "series": book[f"name_{suffix}"],
        "province": subject.short[adcode],
        "year": year,
        "value": say.significant(figure["value"]),
        "unit": book["unit" if suffix == "zh_hant" else f"unit_{suffix}"],
        "grade": book["grade"],
        "publisher": _told(subject, published, "publisher"),
        "publication": _told(subject, published, "publication"),
    }
    rows = [{"field": say(f"trail.head.{key}"), "told": text} for key, text in told.items()]
    return headed(say, pd.DataFrame(rows), "trail", title=say("trail.origin_title"))


def _flag(subject: Study, flag: str) -> str:
    # A published figure's flag is its grade, a letter that needs no words.
    texts = subject.say.texts
    return texts.get(f"evidence.{flag}", texts.get(f"trail.flag.{flag}", flag))


def _told(subject: Study, published: pd.Series, what: str) -> str:
    if subject.lang == "en":
        return published[f"{what}_en"]
    return simplified(published[what]) if subject.lang == "zh-hans" else published[what]
