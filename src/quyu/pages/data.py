"""What is measured, how well, what is missing, and where each figure comes from."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.formula import names_in
from quyu.maps import charts
from quyu.maps.picture import picture
from quyu.pages.pictures import figure
from quyu.pages.tables import page_table, told_table
from quyu.study.drawings import source
from quyu.study.evidence import caveats, unit_column
from quyu.study.study import Study
from quyu.words import isolated, simplified


def availability_chart(subject: Study) -> HTML:
    """How many provinces published each figure that the index uses: a tile per figure and year."""
    say, full = subject.say, len(subject.provinces)
    counts = subject.figures[_used(subject)].groupby(level="year").count().T
    counts = counts.loc[:, counts.any()].rename(index=_series_names(subject))
    whole = counts == full
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
    shown = picture(
        charts.completeness(counts, full=full), say("holdings.availability_alt", **values)
    )
    finding = say("holdings.availability", **values)
    return figure(shown, finding=finding, source=source(subject), say=say)


def grades(subject: Study) -> HTML:
    """How the figures were checked: series and values by grade."""
    say, book = subject.say, subject.facts.codebook.query("by_province == 'yes'")
    held = subject.facts.figures.query("indicator in @book.index")
    counted = pd.DataFrame(
        {"series": book["grade"].value_counts(), "values": held["grade"].value_counts()},
        index=[*"ABC"],
    ).fillna(0)
    line = "grade=index meaning=index:holdings.grade series:whole values:whole"
    return page_table(say, counted, "holdings", line, title=say("holdings.grades_title"))


def warnings(subject: Study) -> HTML:
    """What to mind with each series that the index uses."""
    say, book = subject.say, subject.facts.codebook
    frame = book[["grade"]].assign(series=_series_names(subject), caveat=caveats(subject))
    told = frame.loc[_used(subject)].query("caveat != ''")
    title = say("holdings.caveats_title")
    return page_table(say, told, "holdings", "series grade caveat", title=title)


def indicators(subject: Study) -> HTML:
    """Every indicator of the framework: formula, direction, transform, kind of evidence."""
    say = subject.say
    states = [(True, True), (True, False), (False, True), (False, False)]
    told = [say("evidence.structural")] * 2 + ["", say("holdings.unpublished")]
    state, ways = dict(zip(states, told, strict=True)), {"+": "higher", "-": "lower"}
    formats = {
        "direction": lambda row: say(f"holdings.{ways[row['direction']]}"),
        "transform": lambda row: say("holdings.log") if row["transform"] == "log" else "",
        # A framework of one's own may measure other words than those that are translated.
        "phrase": lambda row: say.texts.get(f"phrase.{row['phrase']}", isolated(row["phrase"])),
        "state": lambda row: state[row["structural"], row["published"]],
    }
    line = (
        "goal indicator=name formula direction:direction transform:transform evidence:evidence "
        "phrase:phrase state=published:state"
    )
    title = say("holdings.indicators_title")
    return page_table(
        say,
        subject.catalogue(),
        "holdings",
        line,
        title=title,
        formats=formats,
        group="goal",
        kind="long",
    )


def gaps(subject: Study) -> HTML:
    """What the 綱要 asks for and no public table gives by province, with the nation's value where there is one."""
    say, national, book = subject.say, subject.national, subject.facts.codebook
    rows = []
    for leaf in subject.card.framework.gaps:
        told, name = say("missing"), leaf.national_indicator
        values = national[name].dropna() if name and name in national else ()
        if len(values):
            factor, unit = book.loc[name, ["factor", unit_column(say)]]
            value, year = values.iloc[-1] / factor, values.index[-1]
            told = say("holdings.national", value=value, unit=unit, year=year)
        note = say.of(leaf.note) if leaf.note else ""
        rows.append({"indicator": say.of(leaf.name), "nation": told, "note": note})
    frame, title = pd.DataFrame(rows), say("holdings.gaps_title")
    return page_table(say, frame, "holdings", "indicator nation note", title=title)


def doubtful(subject: Study) -> HTML:
    """The published figures that are not scored: the judgement, why, and what they would move."""
    say, frame = subject.say, subject.doubtful()
    aside = frame[~frame["scored"]]

    def moves(row):
        if abs(row["index_shift"]) < 0.05 and row["rank_shift"] == 0:
            return say("doubtful.nothing")
        key = "doubtful.moves" if row["rank_shift"] else "doubtful.moves_index"
        own, places = say.number(row["index_shift"], sign=True), say.place(row["rank_shift"])
        return say(key, own=own, places=places)

    return told_table(
        aside,
        title=say("doubtful.aside_title"),
        columns="province=name year:text figure value:significant unit judgement:doubtful.judgement "
        "note moves:moves",
        formats={"moves": moves},
        kind="long",
        note=say("doubtful.text", jumps=len(frame) - len(aside)),
    )


def goalposts(subject: Study, year: int) -> HTML:
    """Who holds each goalpost, and how far ranks move without it, the furthest first."""
    say, frame = subject.say, subject.goalposts(year)
    held = frame["unit_name"].value_counts()
    first = held[held == held.max()]
    key = "goalposts.text" if len(first) > 1 else "goalposts.text_one"
    told = say(key, count=len(frame), names=say.join(sorted(first.index)), most=held.max())
    order, catalogue = ["mean_shift", "most_shift"], subject.catalogue()

    def holder(row):
        if pd.isna(row["unit"]):
            return say("goalposts.nobody")
        name, others = row["unit_name"], row["shared"]
        if not catalogue.at[row["indicator"], "structural"]:
            name = say("goalposts.holder", name=name, year=row["year"])
        return say("goalposts.shared", holder=name, others=others) if others else name

    return told_table(
        frame.assign(unit_shown=frame["indicator"].map(catalogue["unit"])).sort_values(
            order, ascending=False, kind="stable"
        ),
        columns="indicator=name end:goalposts.end holder:holder value:significant- "
        "next:significant- unit=unit_shown mean_shift:two- most_shift:place- furthest=moved_name",
        formats={"holder": holder},
        kind="long",
        note=told,
    )


def missing(subject: Study) -> HTML:
    """The cells of the panel that no publication fills, by indicator, with how each was met."""
    say, flags, empty = subject.say, subject.card.flags, subject.card.imputed.isna()
    frame = pd.DataFrame(
        {
            "name": subject.catalogue()["name"],
            "carried": (flags == "carried").sum(),
            "interpolated": (flags == "interpolated").sum(),
            "empty": empty.sum(),
        }
    ).loc[[leaf.id for leaf in subject.card.framework.indicators]]

    def where(row):
        units = empty.index[empty[row["id"]]].unique("adcode")
        return say.join(subject.short[code] for code in units)

    return page_table(
        say,
        frame.query("carried > 0 or interpolated > 0 or empty > 0"),
        "holdings",
        "indicator=name carried:whole interpolated:whole empty:whole where=name:where",
        title=say("holdings.missing_title"),
        formats={"where": where},
    )


def _used(subject: Study) -> list[str]:
    framework = subject.card.framework
    names = {name for leaf in framework.indicators for name in names_in(framework.expanded(leaf))}
    return sorted(names)


def _series_names(subject: Study) -> pd.Series:
    # What a name says in brackets is told by the codebook; what shut the name in may go with it.
    whole = subject.facts.codebook[f"name_{subject.say.suffix}"]
    return whole.str.split("（").str[0].map(isolated)


def trail_table(subject: Study, adcode: str, year: int, *, count: int) -> HTML:
    """The first `count` of the numbers between a province's index and its publications."""
    say, tree = subject.say, subject.card.framework.index
    series = subject.facts.codebook[f"name_{say.suffix}"]
    names = {part.id: say.of(part.name) for part in [*tree.nodes(), *tree.leaves()]}
    units = {leaf.id: say.of(leaf.unit) for leaf in tree.leaves()}

    def name(row):
        return series[row["name"]] if row["level"] == "figure" else names[row["node"]]

    def flag(row):
        # A published figure's flag is its grade, a letter that needs no words.
        told = say.texts.get(f"trail.flag.{row['flag']}", row["flag"])
        return say.texts.get(f"evidence.{row['flag']}", told)

    return page_table(
        say,
        subject.trace(adcode, year).head(count),
        "trail",
        "level:trail.level name:name year value:significant unit:unit flag:flag source",
        title=say("trail.title", name=subject.short[adcode], year=year),
        formats={
            "name": name,
            "unit": lambda row: units[row["node"]] if row["unit"] else "",
            "flag": flag,
        },
        kind="long",
    )


def origin(subject: Study, adcode: str, year: int, series: str) -> HTML:
    """One published figure with its publication, as the data folder holds them."""
    say, facts = subject.say, subject.facts
    found = facts.figures.query("adcode == @adcode and year == @year and indicator == @series")
    if found.empty:
        return HTML(f"<p>{say.html('missing')}</p>")
    figure = found.iloc[0]
    book, publication = facts.codebook.loc[series], facts.sources.loc[figure["source"]]
    told = {
        "series": book[f"name_{say.suffix}"],
        "province": subject.short[adcode],
        "year": str(year),
        "value": say.significant(figure["value"]),
        "unit": book[unit_column(say)],
        "grade": figure["grade"],
        **{what: _told(subject, publication, what) for what in ("publisher", "publication")},
    }
    frame, title = pd.DataFrame({"told": told}), say("trail.origin_title")
    return page_table(say, frame, "trail", "field=index:trail.head told", title=title)


def _told(subject: Study, published: pd.Series, what: str) -> str:
    if subject.lang == "en":
        return published[f"{what}_en"]
    return simplified(published[what]) if subject.lang == "zh-hans" else published[what]
