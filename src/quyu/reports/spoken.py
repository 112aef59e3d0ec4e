"""A map or chart of the index in words, for who cannot see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from quyu.reports.certainty import certainty, interval
from quyu.reports.study import Study

ENDS = 5  # provinces told from either end of the order


def standings(subject: Study, year: int, codes: Collection[str] | None = None) -> str:
    """Score, rank and interval of `codes`, or of all provinces with a score, best first."""
    say, scores = subject.say, subject.at(year)["index"]
    sure = certainty(subject, year).loc[_order(subject, year)]
    return say("figure.clauses").join(
        say(
            "nation.interval_told",
            name=subject.short[code],
            score=say.number(scores[code]),
            rank=say.place(row["nominal"]),
            interval=interval(row, say),
        )
        for code, row in sure.iterrows()
        if codes is None or code in codes
    )


def map_alt(subject: Study, year: int, *, title: str, subjects: Collection[str] = ()) -> str:
    """The finding of a map of the index: its subjects, both ends of the order, where the rest is.

    Thirty-one entries read aloud take two minutes and hide the finding; the ranking table has them
    all, in cells that a screen reader can search. A map about some provinces tells those first.
    """
    say, order = subject.say, _order(subject, year)
    blank = subject.short.drop(order)
    own = standings(subject, year, subjects)
    ends = order if len(order) <= 2 * ENDS else [*order[:ENDS], *order[-ENDS:]]
    parts = [
        say("spoken.finding", title=title, year=year),
        say("spoken.own", told=own) if own else "",
        say("spoken.first", told=standings(subject, year, ends[:ENDS])) if order else "",
        say("spoken.last", told=standings(subject, year, ends[ENDS:])) if ends[ENDS:] else "",
        say("spoken.rest", count=len(order)) if len(order) > len(ends) else "",
        say("spoken.blank", names=say.join(blank)) if len(blank) else "",
    ]
    return "".join(parts).strip()


def _order(subject: Study, year: int) -> Sequence[str]:
    """The provinces with a score, best first."""
    return list(certainty(subject, year)["nominal"].dropna().sort_values(kind="stable").index)
