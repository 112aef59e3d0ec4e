"""From a score or a figure down to the publications that it rests on, as tables."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.reports.headed import headed
from quyu.reports.study import Study
from quyu.words import simplified


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
