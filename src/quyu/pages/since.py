"""What changed over the years: who gained or lost places in the nation, and whether that is more than method."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML

from quyu.index.uncertainty import SURE
from quyu.pages.links import unit
from quyu.pages.tables import Cell, Row, page_table
from quyu.study.certainty import interval
from quyu.study.comparing import moved_since
from quyu.study.study import Study

MOST = 5  # units told at either end


def since(subject: Study, first: int, year: int) -> HTML:
    """The nation's change in a sentence, then those that gained and lost the most places, with both intervals."""
    say, frame = subject.say, moved_since(subject, first, year).dropna(subset=["places"])
    told = say("since.told", first=first, year=year, **_counted(subject, frame))
    clear = list(frame.index[frame["clear"]])
    key = "since.clear" if clear else "since.none_clear"
    caution = say(
        key, count=len(clear), names=say.join(subject.short[clear]), first=first, year=year,
        share=f"{SURE:.0%}",
    )  # fmt: skip
    return HTML(
        f"<p>{escape(told)}</p><p>{escape(caution)}</p>{_table(subject, frame, first, year)}"
    )


def _counted(subject: Study, frame: pd.DataFrame) -> dict[str, Any]:
    was, now = frame["first_index"].median(), frame["index"].median()
    places = frame["places"]
    return {
        "was": subject.say.number(was),
        "now": subject.say.number(now),
        "change": subject.say.number(round(now, 1) - round(was, 1), sign=True),
        "up": (places > 0).sum(),
        "down": (places < 0).sum(),
        "same": (places == 0).sum(),
    }


def _most(frame: pd.DataFrame) -> pd.DataFrame:
    """Those that gain the most places, equals together: up to MOST, or as many as are first alike."""
    ordered = frame[frame["gain"] > 0].sort_values("gain", ascending=False, kind="stable")
    ranked = ordered["gain"].rank(ascending=False, method="max")
    return ordered[(ranked <= MOST) | (ranked == ranked.min())]


def _table(subject: Study, frame: pd.DataFrame, first: int, year: int) -> str:
    say = subject.say
    up, down = (_most(frame.assign(gain=sign * frame["places"])) for sign in (1, -1))
    shown = pd.concat([up.assign(way="up"), down.assign(way="down")])

    def name(row: Row) -> Cell:
        return Cell.of(row["name"], f'<th scope="row">{unit(row["name"], row["id"])}</th>')

    def then(row: Row) -> str:
        return interval({"low": row["first_low"], "high": row["first_high"]}, say)

    return page_table(
        say,
        shown.assign(way=shown["way"].map(lambda way: say(f"since.way.{way}"))),
        "since",
        "way province=name:name ranks=rank:ranks> places:moved then=low:then> now=low:interval "
        "beyond:change same:share",
        title=say("since.title", first=first, year=year),
        formats={
            "name": name,
            "ranks>": lambda row: f"{say.place(row['first_rank'])} → {say.place(row['rank'])}",
            "then>": then,
        },
        heads={"way": ""},
        group="way",
        values={"first": first, "year": year},
        note=say("since.note"),
    ).data
