"""One province's figures behind the index, each with unit, year, standing and publication."""

from __future__ import annotations

import re
from functools import lru_cache

import pandas as pd

from quyu.index.formula import names_in
from quyu.reports.study import Study
from quyu.words import simplified

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
