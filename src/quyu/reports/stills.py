"""Still maps as files of their own: SVG for pages, PNG at 300 dpi for print."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.picture import png, svg
from quyu.maps.still import choropleth
from quyu.maps.tiles import tiles
from quyu.reports.nation import classes, source, unsure
from quyu.reports.neighbours import lisa_drawing, unscored
from quyu.reports.pairs_map import partners_drawing
from quyu.reports.publish import publish
from quyu.reports.study import Study

OTHERS = {"lisa": lisa_drawing, "partners": partners_drawing}
DPI = 300


def still(subject: Study, what: str, year: int, *, grid: bool = False) -> tuple[Figure, str]:
    """The map of the index, of a goal, of local patterns ("lisa") or of partners, with its alt text.

    `grid` draws the index or a goal as tiles of equal size, so that small provinces can be read.
    Refused: a name that is none of these, with the known ones; tiles of patterns or partners.
    """
    names = _scores(subject)
    if what not in names and what not in OTHERS:
        raise ValueError(f"there is no map of {what!r}; there are {', '.join([*names, *OTHERS])}.")
    if what in names:
        return _scored(subject, what, names[what], year, grid=grid)
    if grid:
        raise ValueError(f"tiles show scores; {what!r} is drawn on the map only.")
    if what == "lisa" and unscored(subject, year) is not None:
        raise ValueError(f"some provinces have no index in {year}; patterns cannot be tested.")
    return OTHERS[what](subject, year)


def write_still(subject: Study, what: str, year: int, path: Path, *, grid: bool = False) -> str:
    """Draw `still` into `path`, whose ending says how (.svg or .png); return the file's SHA-256."""
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise ValueError(f"{path.name}: a map is written as .svg or .png; name the file so.")
    figure, alt = still(subject, what, year, grid=grid)
    content = svg(figure, alt).encode() if ending == ".svg" else png(figure, dpi=DPI)
    return publish(path, content)


def _scores(subject: Study) -> dict[str, str]:
    goals = {goal.id: subject.say.of(goal.name) for goal in subject.card.framework.goals}
    return {"index": subject.say("gaps.index")} | goals


def _scored(subject: Study, what: str, name: str, year: int, *, grid: bool) -> tuple[Figure, str]:
    say, values = subject.say, subject.at(year)[what]
    title = say("stills.title", name=name, year=year)
    shared = {
        "breaks": subject.card.state.tiers[what],
        "legend": classes(subject),
        "title": title,
        "subtitle": say("stills.subtitle"),
        "source": source(subject),
        # The draws are of the index; nothing is known of how sure the tier of a goal is.
        "uncertain": unsure(subject, year) if what == "index" else (),
        "lang": subject.lang,
    }
    if grid:
        drawn = tiles(values, subject.short, **shared)
    else:
        drawn = choropleth(values, subject.land, subject.dashes, outline="region", **shared)
    return drawn, say("stills.alt", title=title, told=_told(subject, values))


def _told(subject: Study, values: pd.Series) -> str:
    say, order = subject.say, values.dropna().sort_values(ascending=False)
    return say.join(
        say("stills.told", name=subject.short[code], value=say.number(value))
        for code, value in order.items()
    )
