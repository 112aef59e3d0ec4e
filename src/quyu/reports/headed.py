"""A table whose headings are sentences of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd
from IPython.display import HTML

from quyu.reports.marked import marked
from quyu.reports.tables import table
from quyu.words import Words


def headed(
    say: Words,
    frame: pd.DataFrame,
    section: str,
    *,
    title: str,
    note: str = "",
    numbers: Collection[str] = (),
    group: str | None = None,
    focus: Collection[str] = (),
    kind: str = "",
    values: Mapping[str, object] | None = None,
) -> HTML:
    """`quyu.reports.tables.table` of a frame whose columns are named for code, not for eyes.

    Column `score` is headed by the sentence `<section>.head.score`; `values` fill its places.
    `numbers` and `group` name columns as the frame does. A frame without rows becomes a sentence.

    >>> from quyu.words import words
    >>> frame = pd.DataFrame({"province": ["Hebei"], "rank": ["18"]})
    >>> made = headed(words("en"), frame, "doubts", title="Ranks", numbers=["rank"])
    >>> "Province</th>" in made.data, ">Rank</th>" in made.data
    (True, True)
    """
    if frame.empty:
        return HTML(f"<p>{say.html('headed.nothing', title=title)}</p>")
    heads = {column: say(f"{section}.head.{column}", **(values or {})) for column in frame.columns}
    made = table(
        frame.rename(columns=heads),
        title=title,
        note=note,
        numbers=[heads[column] for column in numbers],
        group=heads[group] if group else None,
        focus=focus,
        kind=kind,
    )
    return made if say.lang != "en" else HTML(marked(made.data))
