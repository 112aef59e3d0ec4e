"""The indicators of one province: strengths and weaknesses, every figure, every source."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.maps import charts
from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.pages.pictures import figure
from quyu.pages.tables import Row, marked, page_table
from quyu.study.drawings import source
from quyu.study.evidence import latest
from quyu.study.study import Study
from quyu.words import Words, simplified


def strengths(subject: Study, adcode: str, year: int, *, count: int = 5) -> HTML:
    """The indicators on which the province stands best and worst in the nation."""
    frame = subject.indicators(adcode, year).dropna(subset=["rank"])
    # What half of the nation shares, such as a grade of B, is neither a strength nor a weakness.
    apart = frame[frame["value"] != frame["median"]]
    share = (apart["rank"] - 1) / (apart["of"] - 1).clip(lower=1)
    ordered = apart.assign(share=share).sort_values(["share", "id"])
    best = ordered[ordered["share"] < 0.5].head(count)
    worst = ordered[ordered["share"] > 0.5].tail(count)[::-1]
    say, told = subject.say, ""
    line = "indicator=name rank:rank> value:significant median:significant unit years"
    for kind, part in (("strengths", best), ("weaknesses", worst)):
        title, rank = say(f"indicators.{kind}"), {"rank>": _place(part, say)}
        if part.empty:
            told += f"<h3>{escape(title)}</h3><p>{say.html(f'indicators.no_{kind}')}</p>"
        else:
            told += page_table(say, part, "indicators", line, title=title, formats=rank).data
    return HTML(told)


def positions_chart(subject: Study, adcode: str, year: int) -> HTML:
    """Every scored indicator's place in the nation, goal by goal."""
    frame = subject.indicators(adcode, year).dropna(subset=["of"]).set_index("name")
    say, ranked = subject.say, frame.dropna(subset=["rank"])
    values = {
        "name": subject.short[adcode],
        "count": len(ranked),
        "first": int((ranked["rank"] <= ranked["of"] / 2).sum()),
        "told": say("figure.clauses").join(
            say("indicators.position_told", indicator=name, rank=row["place"])
            for name, row in ranked.iterrows()
        ),
    }
    colour = REGION[subject.provinces.loc[adcode, "zone"]]
    shown = picture(
        charts.positions(frame, colour=colour, say=say), say("indicators.positions_alt", **values)
    )
    key = "indicators.positions_one" if values["first"] == 1 else "indicators.positions"
    return figure(shown, finding=say(key, **values), source=source(subject), say=say)


def indicators_table(subject: Study, adcode: str, year: int) -> HTML:
    """Every indicator with value, unit, year, standing, kind of evidence and the numbers of its sources."""
    frame, say = subject.indicators(adcode, year), subject.say
    numbers = {key: number for number, key in enumerate(_source_keys(frame), start=1)}

    def name(row):
        lower = row["direction"] == "-"
        return say("indicators.lower_is_better", indicator=row["name"]) if lower else row["name"]

    def kinds(row):
        told = [say(f"evidence.{kind}") for kind in (row["evidence"], row["flag"]) if kind]
        return say("figure.and").join([*told, row["judged"]] if row["judged"] else told)

    def cited(row):
        return ", ".join(str(numbers[key]) for key in _listed(row["sources"]))

    return page_table(
        say,
        frame,
        "indicators",
        "indicator=name:name rank:rank> value:significant unit median:significant? years "
        "evidence:kinds grade source=sources:cited goal",
        title=say("indicators.title", year=year),
        formats={"name": name, "rank>": _place(frame, say), "kinds": kinds, "cited": cited},
        group="goal",
        kind="long",
        note=say("indicators.note"),
    )


def profile_table(subject: Study, adcode: str, year: int) -> HTML:
    """The figures shown but not scored, each with the reason."""
    card, say = subject.card, subject.say
    # A list or a series that ends early is shown at its last published year, and says so.
    latest = card.profile.loc[card.profile.index.get_level_values("year") <= year]
    rows = []
    for entry in card.framework.profile:
        seen = latest[entry.id].dropna()
        own = seen[seen.index.get_level_values("adcode") == adcode]
        at = own.index.get_level_values("year").max() if len(own) else None
        peers = seen.xs(at, level="year") if at else seen
        rows.append(
            {
                "indicator": say.of(entry.name),
                "value": own.iloc[-1] * entry.factor if at else None,
                "unit": say.of(entry.unit),
                "years": str(at or ""),
                "median": peers.median() * entry.factor if at else None,
                "reason": say.of(entry.reason),
            }
        )
    return page_table(
        say,
        pd.DataFrame(rows),
        "indicators",
        "indicator value:significant unit years:text median:significant? reason",
        title=say("indicators.profile_title"),
        kind="long",
    )


def latest_table(subject: Study, adcode: str) -> HTML:
    """What is published of years after the panel, with its nominal change; preliminary, not scored."""
    say, found = subject.say, latest(subject, adcode)
    if found.empty:
        return HTML(f"<p>{say.html('latest.none', last=subject.card.framework.years[-1])}</p>")
    return page_table(
        say,
        found,
        "latest",
        "indicator=name value:significant unit years=year:text before:significant change:moved> note",
        title=say("latest.title", name=subject.short[adcode]),
        formats={"moved>": lambda row: f"{say.number(100 * row['change'], sign=True)}%"},
        kind="long",
        note=say("latest.note"),
    )


def sources_list(subject: Study, adcode: str, year: int) -> HTML:
    """The publications behind the report's figures, numbered as in the table of indicators."""
    frame, say = subject.indicators(adcode, year), subject.say
    sources = subject.facts.sources.loc[_source_keys(frame)]
    items = "".join(f"<li>{citation(row, say)}</li>" for _, row in sources.iterrows())
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


def citation(source: pd.Series, say: Words) -> str:
    """A publication as it is cited, as markup: where the page is not Chinese its own title follows.

    >>> from quyu.words import words
    >>> yearbook = {"publisher": "國家統計局", "publication": "中國統計年鑑", "table": "人口數"}
    >>> yearbook |= {"edition": "2024", "publisher_en": "NBS", "publication_en": "Yearbook"}
    >>> citation(pd.Series(yearbook), words("zh-hant"))
    '國家統計局《中國統計年鑑》2024 年版，人口數'
    >>> citation(pd.Series(yearbook), words("en"))
    'NBS, Yearbook, 2024 edition (<span lang="zh-Hant">《中國統計年鑑》人口數</span>)'
    """
    title, table = f"《{source['publication']}》", str(source["table"] or "").strip()
    values = {
        "publisher": source["publisher_en" if say.lang == "en" else "publisher"],
        "publication": source["publication_en" if say.lang == "en" else "publication"],
        "edition": str(source["edition"]),
        "table": f"{title}{table}" if say.lang == "en" else table,
    }
    if say.lang == "zh-hans":
        values = {name: simplified(value) for name, value in values.items()}
    edition = "citation_edition" if values["edition"].isdigit() else "citation"
    below = say.html("indicators.citation_table", **values) if values["table"] else ""
    return say.html(f"indicators.{edition}", **values) + below


def _place(frame: pd.DataFrame, say: Words) -> Callable[[Row], str]:
    """Ranks, blocks of ties as their ends, and out of how many where some have no figure."""
    most = frame["of"].max()

    def place(row):
        if pd.isna(row["of"]):
            return ""
        if pd.isna(row["rank"]):
            return say("missing")
        short = row["of"] < most
        return say("indicators.rank_of", rank=row["place"], of=row["of"]) if short else row["place"]

    return place


def _source_keys(frame: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(key for keys in frame["sources"] for key in _listed(keys)))


def _listed(keys: object) -> list[str]:
    return keys if isinstance(keys, list) else []  # what is not scored has none
