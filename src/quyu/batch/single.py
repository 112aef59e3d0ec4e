"""Files that are written one at a time: the scores, the atlas, a still map, a workbook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from quyu.batch.request import Request
from quyu.batch.store import alone
from quyu.files import publish
from quyu.maps.picture import Drawing
from quyu.pages.atlas_page import atlas_page
from quyu.pages.method import notes
from quyu.study import Study
from quyu.study.certainty import certainty, interval, tier
from quyu.study.drawings import still
from quyu.study.opening import rebased
from quyu.study.scores import scores_table
from quyu.words import LANGUAGES, unmarked
from quyu.words.scripts import no_formula

WIDEST = 24  # columns of a terminal for a name, so that it leaves the figures their room


def still_map(request: Request, what: str, file: Path, *, tiles: bool = False) -> int:
    """Draw the map of `what` into `file`, whose ending says how: .svg, .pdf, or .png at 300 dpi."""
    subject, year = request.study()
    drawn = Drawing(lambda: still(subject, what, year, grid=tiles))
    print(drawn.save(file))
    return 0


def atlas(request: Request) -> int:
    """Write OUT/RUN/LANG/atlas.html and say where it is; refused while a batch writes into OUT/RUN."""
    subject, year = request.study()
    if subject.facts.own_units:
        print(unmarked(subject.say("left_out.door")))
    folder = request.folder(year)
    file = folder / subject.lang / "atlas.html"
    with alone(folder, say=print):
        pages = {lang: _pages(folder / lang) for lang in LANGUAGES}
        publish(file, atlas_page(subject, year, pages.pop(subject.lang), pages).encode())
    print(file)
    return 0


def _pages(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}


def workbook(request: Request, file: Path) -> int:
    """Write one year as a workbook whose formulas live; refused where the file is there already."""
    if file.exists():
        raise ValueError(
            f"{file} is there already and may have been changed by hand; name another file."
        )
    subject, year = request.study()
    print(subject.to_excel(file, year))
    return 0


def score(request: Request, *, rebase: bool = False) -> int:
    """Score, show one year's order and the goals' shares of the variance, and write scores.csv.

    `rebase` stores the goalposts anew before. Refused before anything is shown while a batch writes
    into the same folder.
    """
    console = Console(highlight=False, markup=False)
    if rebase:
        state, text = rebased(request.data or "", request.framework or "")
        publish(state, text.encode())
        console.print(f"Goalposts stored anew in {state}.")
    subject, year = request.study()
    file = request.folder(year) / "scores.csv"
    with alone(file.parent, say=console.print):
        publish(file, scores_text(subject).encode())
    say, choices, table = subject.say, subject.card.framework, scores_table(subject)
    console.print(_ranking(subject, year, table))
    shares = subject.card.variance_shares(year)
    told = [
        say("scores.share", goal=say.of(goal.name), value=shares[goal.id]) for goal in choices.goals
    ]
    console.print(unmarked(say("scores.shares", told=say("figure.and").join(told))))
    for line in notes(subject, year):
        console.print(unmarked(line))
    console.print(f"{file}: {len(table)} rows.")
    return 0


def _ranking(subject: Study, year: int, table: pd.DataFrame) -> Table:
    """One year of the table for a terminal, best first."""
    say, sure = subject.say, certainty(subject, year)
    shown = Table(
        title=unmarked(say("scores.title", name=say.of(subject.card.framework.name), year=year)),
        box=None,
        header_style="bold",
    )
    for column in ("rank", "interval", "province", "tier", "index", "coverage", "direct"):
        left = column in ("province", "tier")
        shown.add_column(
            say(f"scores.head.{column}"),
            justify="left" if left else "right",
            no_wrap=column != "tier",  # what is long may fold; figures keep their room
            max_width=WIDEST if column == "province" else None,
        )
    for row in table.query("year == @year").sort_values(["rank", "adcode"]).to_dict("records"):
        shown.add_row(
            _told(row["rank"]),
            interval(sure.loc[row["adcode"]], say),
            unmarked(subject.short[row["adcode"]]),
            tier(sure.loc[row["adcode"]], say),
            _told(row["index"], ".1f"),
            f"{row['coverage']:.0%}",
            _told(row["direct_rank"]),
        )
    return shown


def _told(value: float, decimals: str = "") -> str:
    return "—" if pd.isna(value) else f"{value:{decimals}}"


def scores_text(subject: Study) -> str:
    """The table as a CSV file's text; the mark at its start is for Excel."""
    table = scores_table(subject)
    names = [column for column in table if column.startswith("name_")]
    guarded = table.assign(**{column: table[column].map(no_formula) for column in names})
    text = guarded.to_csv(index=False, lineterminator="\r\n", float_format="%.10g")
    return "\ufeff" + text
