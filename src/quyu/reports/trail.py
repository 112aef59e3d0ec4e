"""One score followed down to the publications it rests on, as a table."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.reports.headed import headed
from quyu.reports.study import Study


def trail_table(subject: Study, adcode: str, year: int, *, count: int) -> HTML:
    """The first `count` of the numbers between a province's index and its publications."""
    say, book = subject.say, subject.facts.codebook
    series = book["name_zh_hant" if subject.lang == "zh-hant" else f"name_{say.suffix}"]
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


def _flag(subject: Study, flag: str) -> str:
    # A published figure's flag is its grade, a letter that needs no words.
    texts = subject.say.texts
    return texts.get(f"evidence.{flag}", texts.get(f"trail.flag.{flag}", flag))
