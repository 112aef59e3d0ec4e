"""The publications behind a report: how they are numbered, cited, and led to."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.pages.tables import Cell, Row, marked
from quyu.study.evidence import cells_of
from quyu.study.study import Study
from quyu.study.unscored import latest, profile
from quyu.words import Words, simplified

BETWEEN = re.compile("、(?![^（]*）)")  # titles; not the parts of one in brackets


def sources_list(subject: Study, adcode: str, year: int) -> HTML:
    """The publications behind the report's figures, numbered as its tables cite them."""
    frame, say = subject.indicators(adcode, year), subject.say
    used, items, before = _used(subject, adcode), "", None
    sources = subject.facts.sources.loc[_source_keys(subject, adcode, year)]
    for number, (key, row) in enumerate(sources.iterrows(), start=1):
        told = citation(row, say, before) + used[key]
        items, before = f'{items}<li id="source-{number}">{told}</li>', row
    shared: dict[str, list[str]] = {}
    for name, told in zip(frame["name"], frame["caveats"], strict=True):
        for caveat in dict.fromkeys(told):
            shared.setdefault(caveat, []).append(name)
    warned = "".join(
        f"<li>{say.html('indicators.caveat', indicators=say.join(names), told=told)}</li>"
        for told, names in shared.items()
    )
    heads = {part: f"<h3>{say.html(f'indicators.{part}')}</h3>" for part in ("caveats", "sources")}
    warned = marked(warned) if subject.lang == "en" else warned
    caveats = f"{heads['caveats']}<ul class='plain note'>{warned}</ul>" if warned else ""
    return HTML(f"{caveats}{heads['sources']}<ol class='plain note'>{items}</ol>")


def _used(subject: Study, adcode: str) -> dict[str, str]:
    """By publication, of which years a unit's figures from it are, and how well they are checked."""
    say, seen = subject.say, dict[str, list[tuple[int, str]]]()
    for _, year, key, grade in cells_of(subject, adcode):
        seen.setdefault(key, []).append((year, grade))
    told = {}
    for key, cells in seen.items():
        years, grades = ({*each} for each in zip(*cells, strict=True))
        first, last = min(years), max(years)
        span = str(first) if first == last else f"{first}–{last}"
        judged = say.texts["join"].join(sorted(grades))
        told[key] = say.html("indicators.used", years=span, grades=judged)
    return told


@lru_cache(maxsize=4)  # the same in every report
def citations(subject: Study) -> dict[str, str]:
    """Every publication as it is cited, as markup, by key."""
    return {key: citation(row, subject.say) for key, row in subject.facts.sources.iterrows()}


def citation(source: pd.Series, say: Words, before: pd.Series | None = None) -> str:
    """A publication as it is cited, as markup: where the page is not Chinese its own title follows.

    Of the publication cited `before` it, where there is one, only another table is named.

    >>> from quyu.words import words
    >>> yearbook = {"publisher": "國家統計局", "publication": "中國統計年鑑", "table": "人口數"}
    >>> yearbook |= {"edition": "2024", "publisher_en": "NBS", "publication_en": "Yearbook"}
    >>> citation(pd.Series(yearbook), words("zh-hant"))
    '國家統計局《中國統計年鑑》2024 年版，人口數'
    >>> citation(pd.Series(yearbook), words("en"))
    'NBS, Yearbook, 2024 edition (<span lang="zh-Hans">《中国统计年鉴》人口数</span>)'
    """
    # Several titles each have their own marks: 《甲》《乙》, not 《甲、乙》.
    publication = BETWEEN.sub("》《", source["publication"])
    title, table = f"《{publication}》", str(source["table"] or "").strip()
    same = before is not None and bool(table) and _work(source) == _work(before)
    values = {
        "publisher": source["publisher_en" if say.lang == "en" else "publisher"],
        "publication": source["publication_en"] if say.lang == "en" else publication,
        "edition": str(source["edition"]),
        "table": simplified(f"{'' if same else title}{table}") if say.lang == "en" else table,
    }
    if say.lang == "zh-hans":
        values = {name: simplified(value) for name, value in values.items()}
    if same:
        other = "_edition" if _edition(source) not in ("", _edition(before)) else ""
        return say.html(f"indicators.citation_same{other}", **values)
    edition = "citation_edition" if _edition(source) else "citation"
    below = say.html("indicators.citation_table", **values) if values["table"] else ""
    return say.html(f"indicators.{edition}", **values) + below


def _work(source: pd.Series) -> tuple[str, ...]:
    return source["publisher"], source["publication"]


def _edition(source: pd.Series) -> str:
    """The year of an edition, as it is cited; what else stands there is no edition."""
    return str(source["edition"]) if str(source["edition"]).isdigit() else ""


@lru_cache(maxsize=4)  # asked for by every table of a report that cites
def _source_keys(subject: Study, adcode: str, year: int) -> list[str]:
    """Every source that a report cites, in the order of its list: that of its tables, by publication."""
    scored = subject.indicators(adcode, year)
    frames = (scored, profile(subject, adcode, year), latest(subject, adcode))
    cells = (cell for frame in frames for cell in frame["sources"])
    keys = list(dict.fromkeys(key for cell in cells for key in listed(cell)))
    rows = {key: subject.facts.sources.loc[key] for key in keys}
    works, editions = (list(map(of, rows.values())) for of in (_work, _edition))
    first = {work: place for place, work in reversed([*enumerate(works)])}
    order = dict(zip(keys, zip(map(first.get, works), editions, strict=True), strict=True))
    return sorted(keys, key=order.get)


def cited(subject: Study, adcode: str, year: int) -> Callable[[Row], Cell]:
    """How a row's sources are written: by their numbers, which lead to the list of the report."""
    numbers = {key: n for n, key in enumerate(_source_keys(subject, adcode, year), start=1)}

    def written(row: Row) -> Cell:
        own = [numbers[key] for key in listed(row["sources"])]
        linked = ", ".join(f'<a href="#source-{number}">{number}</a>' for number in own)
        return Cell.of(", ".join(map(str, own)), linked)

    return written


def listed(keys: object) -> list[str]:
    return keys if isinstance(keys, list) else []  # what is not scored has none
