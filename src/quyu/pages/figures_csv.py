"""The figures of a report as a CSV file that the page itself hands out, offline and without a script."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64encode
from functools import lru_cache
from html import escape, unescape

import pandas as pd
from IPython.display import HTML

from quyu.pages.sources import citations, listed
from quyu.study.study import Study
from quyu.study.unscored import profile
from quyu.words import unmarked
from quyu.words.scripts import no_formula

HEADS = (
    "year", "adcode", "name", "id", "indicator", "goal", "value", "unit", "years", "median", "score",
    "rank", "of", "evidence", "flag", "grade", "reason", "source",
)  # fmt: skip
TEXTS = ("adcode", "name", "id", "indicator", "goal", "unit", *HEADS[-5:])


def indicators_csv(subject: Study, adcode: str, year: int) -> str:
    """Every indicator, scored or only shown, as the text of a CSV file; the mark at its start is for Excel.

    Each row says the report year and the unit, so that the files of many units go into one sheet.
    Value and median in the unit beside them; the score from 1 to 100; sources as they are cited, one
    after another. A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    say, scored = subject.say, subject.indicators(adcode, year)
    scores = subject.card.normalised.loc[(adcode, year)]
    scored = scored.assign(score=scores.reindex(scored.index))
    frame = pd.concat([scored.reset_index(), profile(subject, adcode, year).reset_index()])
    frame = frame.rename(columns={"name": "indicator", "sources": "source"})
    for kind in ("evidence", "flag"):
        frame[kind] = [say(f"evidence.{each}") if _there(each) else "" for each in frame[kind]]
    told = _plain(subject)
    frame["source"] = ["; ".join(told[key] for key in listed(keys)) for keys in frame["source"]]
    frame = frame.assign(year=year, adcode=adcode, name=unmarked(subject.names[adcode]))
    frame = frame.reindex(columns=HEADS)
    for column in TEXTS:
        frame[column] = [no_formula(str(each)) if _there(each) else "" for each in frame[column]]
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(no_formula(say(f"indicators.head.{name}")) for name in HEADS)
    for row in frame.itertuples(index=False):
        sheet.writerow(_written(each) for each in row)
    return "\ufeff" + text.getvalue()


@lru_cache(maxsize=4)
def _plain(subject: Study) -> dict[str, str]:
    """Every publication as it is cited, without its markup, by key."""
    cited = citations(subject).items()
    return {key: unescape(re.sub(r"<[^>]+>", "", text)) for key, text in cited}


def _written(value: object) -> object:
    if isinstance(value, float):
        return "" if value != value else f"{value:.10g}"
    return "" if value is None else value


def _there(value: object) -> bool:
    return isinstance(value, str) and value != ""


def figures_file(subject: Study, adcode: str, year: int) -> HTML:
    """A link by which the page saves its figures."""
    name = re.sub(r"[^a-z0-9]+", "-", subject.provinces.loc[adcode, "name_en"].lower()).strip("-")
    content = b64encode(indicators_csv(subject, adcode, year).encode()).decode()
    told = subject.say("indicators.csv")
    return HTML(
        f'<p class="note data"><a download="{escape(name or adcode)}-{year}.csv" '
        f'href="data:text/csv;charset=utf-8;base64,{content}">{escape(told)}</a></p>'
    )
