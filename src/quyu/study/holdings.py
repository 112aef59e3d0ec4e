"""What is held, as frames: how good the figures are, where they lack, where one comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from quyu.facts.names import find
from quyu.facts.names import name_columns as called
from quyu.index.formula import names_in
from quyu.index.guards import refuse_unknown
from quyu.study.evidence import caveats, unit_column
from quyu.words import isolated, simplified

if TYPE_CHECKING:
    from quyu.study.study import Study


def _grades(study: Study) -> pd.DataFrame:
    """How many series and values there are of each grade, with what the grade means."""
    book = study.facts.codebook.query("by_province == 'yes'")
    held = study.facts.figures.query("indicator in @book.index")
    counted = {"series": book["grade"].value_counts(), "values": held["grade"].value_counts()}
    frame = pd.DataFrame(counted, index=[*"ABC"]).fillna(0).astype(int)
    frame.insert(0, "meaning", [study.say(f"holdings.grade.{grade}") for grade in frame.index])
    return frame.rename_axis("grade")


def _caveats(study: Study) -> pd.DataFrame:
    """What to mind with each series that the index uses, and that has something to mind."""
    frame = pd.DataFrame({"name": series_names(study), "grade": study.facts.codebook["grade"]})
    told = frame.assign(caveat=caveats(study)).loc[used(study)]
    return told[told["caveat"] != ""].rename_axis("id")


def _published(study: Study) -> pd.DataFrame:
    """How many units published each figure that the index uses, a column for each year."""
    counts = study.figures[used(study)].groupby(level="year").count().T
    counts = counts.loc[:, counts.any()].rename_axis("id", axis=0).rename_axis(None, axis=1)
    counts.insert(0, "name", series_names(study)[counts.index])
    return counts


def _missing(study: Study) -> pd.DataFrame:
    """The cells of the panel that no publication fills, by indicator, with how each was met."""
    say, flags, empty = study.say, study.card.flags, study.card.imputed.isna()
    found = {kind: (flags == kind).sum() for kind in ("carried", "interpolated")}
    frame = pd.DataFrame({"name": study.catalogue()["name"], **found, "empty": empty.sum()})
    frame = frame.loc[[leaf.id for leaf in study.card.framework.indicators]]
    frame = frame[frame[["carried", "interpolated", "empty"]].any(axis=1)]
    units = {name: empty.index[empty[name]].unique("adcode") for name in frame.index}
    return frame.assign(where=[say.join(study.short[units[name]]) for name in frame.index])


def _gaps(study: Study) -> pd.DataFrame:
    """What the framework asks for and nobody publishes by unit, with the nation's value if there is one."""
    say, national, book, rows = study.say, study.national, study.facts.codebook, {}
    for leaf in study.card.framework.gaps:
        told, name = say("missing"), leaf.national_indicator
        values = national[name].dropna() if name and name in national else ()
        if len(values):
            factor, unit = book.loc[name, ["factor", unit_column(say)]]
            value, year = values.iloc[-1] / factor, values.index[-1]
            told = say("holdings.national", value=value, unit=unit, year=year)
        note = say.of(leaf.note) if leaf.note else ""
        rows[leaf.id] = {"name": say.of(leaf.name), "nation": told, "note": note}
    columns = ["name", "nation", "note"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("id")


PARTS = {
    "grades": (_grades, "grade=index meaning series:whole values:whole"),
    "caveats": (_caveats, "series=name grade caveat"),
    "published": (_published, "series=name"),
    "missing": (_missing, "indicator=name carried:whole interpolated:whole empty:whole where"),
    "gaps": (_gaps, "indicator=name nation note"),
}


def holdings(study: Study, part: str) -> tuple[pd.DataFrame, str]:
    """The frame of one part and its line of columns; what each holds is said in `Study.holdings`."""
    refuse_unknown("part of the holdings", part, tuple(PARTS))
    made, line = PARTS[part]
    frame = made(study)
    years = " ".join(f"{year}:place" for year in frame if isinstance(year, int))
    return frame, f"{line} {years}".strip()


def origin(study: Study, adcode: str, figure: str) -> pd.DataFrame:
    """Every published value of one figure of a unit, by year, each with its publication."""
    say, book, sources = study.say, study.facts.codebook, study.facts.sources
    key = find(figure, called(book), "figure")
    found = study.facts.figures.query("adcode == @adcode and indicator == @key")
    frame = found.set_index("year")[["value", "grade", "source"]].sort_index()
    for what in ("publisher", "publication"):
        told = sources[what if study.lang != "en" else f"{what}_en"]
        told = told.map(simplified) if study.lang == "zh-hans" else told
        frame[what] = frame["source"].map(told)
    frame = frame.rename(columns={"source": "sources"})  # keys, as in all answers
    frame.insert(0, "figure", book.loc[key, f"name_{say.suffix}"])
    frame.insert(2, "unit", book.loc[key, unit_column(say)])
    return frame


def used(study: Study) -> list[str]:
    """The series that the index is made of."""
    framework = study.card.framework
    names = {name for leaf in framework.indicators for name in names_in(framework.expanded(leaf))}
    return sorted(names)


def series_names(study: Study) -> pd.Series:
    """What series are called on a chart."""
    # What a name says in brackets is told by the codebook; what shut the name in may go with it.
    whole = study.facts.codebook[f"name_{study.say.suffix}"]
    return whole.str.split("（").str[0].map(isolated)
