"""Files that are written one at a time: the scores, the atlas, a still map."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quyu.batch.files import alone, publish
from quyu.maps.picture import png, svg
from quyu.pages.atlas_page import atlas_page
from quyu.pages.method import notes
from quyu.pages.stills import still
from quyu.study import Study, open_study
from quyu.study.certainty import certainty, interval, tier
from quyu.study.scores import scores_table
from quyu.study.study import rebase as store_goalposts
from quyu.words import LANGUAGES, unmarked

DPI = 300  # of a still map as PNG
WIDEST = 24  # columns of a terminal for a name, so that it leaves the figures their room


def write_scores(subject: Study, folder: Path) -> str:
    """Write scores.csv into `folder` and return its SHA-256."""
    return publish(folder / "scores.csv", scores_text(subject).encode())


def scores_text(subject: Study) -> str:
    """The table as a CSV file's text; the mark at its start is for Excel."""
    table = scores_table(subject)
    names = [column for column in table if column.startswith("name_")]
    guarded = table.assign(**{column: table[column].map(_guarded) for column in names})
    text = guarded.to_csv(index=False, lineterminator="\r\n", float_format="%.10g")
    return "\ufeff" + text


def _guarded(name: str) -> str:
    r"""A name that a spreadsheet would take for a formula, with the apostrophe that says it is text.

    Marks of direction go, for they would turn the line's other fields wherever the file is read as text.

    >>> _guarded("\u202e=1+1"), _guarded("廣東省")
    ("'=1+1", '廣東省')
    """
    name = unmarked(name)
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name


def run_name(run: str, year: int) -> str:
    """The folder of a run under the output folder: its name, or the year.

    >>> run_name("", 2023), run_name("trial", 2023)
    ('2023', 'trial')
    """
    if run in (".", "..") or any(sign in run for sign in "/\\:"):
        raise ValueError(f"--run {run!r} is no folder's name; use --out for the folder above it.")
    return run or str(year)


def score_command(
    *,
    year: int | None,
    out: Path,
    run: str,
    data: Path | None,
    framework: Path | None,
    rebase: bool,
) -> int:
    """Score, show one year's order and the goals' shares of the variance, and write scores.csv.

    Refused before anything is shown while a batch writes into the same folder.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    if rebase:
        console.print(f"Goalposts stored anew in {store_goalposts(data or '', framework or '')}.")
    subject = open_study(data or "", framework or "")
    choices = subject.card.framework
    year = year or choices.report_year
    subject.at(year)
    folder = out / run_name(run, year)
    with alone(folder, say=console.print):
        write_scores(subject, folder)
    frame = scores_table(subject).query("year == @year").sort_values(["rank", "adcode"])
    say = subject.say
    shown = Table(
        title=unmarked(say("scores.title", name=say.of(choices.name), year=year)),
        box=None,
        header_style="bold",
    )
    for column in ("rank", "interval", "province", "tier", "index", "coverage", "direct"):
        left = column in ("province", "tier")
        head = say(f"scores.head.{column}")
        wide = WIDEST if column == "province" else None
        shown.add_column(head, justify="left" if left else "right", no_wrap=left, max_width=wide)
    sure = certainty(subject, year)
    for row in frame.to_dict("records"):
        shown.add_row(
            _rank(row["rank"]),
            interval(sure.loc[row["adcode"]], say),
            unmarked(subject.short[row["adcode"]]),
            tier(sure.loc[row["adcode"]], say),
            _points(row["index"]),
            f"{row['coverage']:.0%}",
            _rank(row["direct_rank"]),
        )
    console.print(shown)
    shares = subject.card.variance_shares(year)
    told = [
        say("scores.share", goal=say.of(goal.name), value=shares[goal.id]) for goal in choices.goals
    ]
    console.print(unmarked(say("scores.shares", told=say("figure.and").join(told))))
    for line in notes(subject, year):
        console.print(unmarked(line))
    console.print(f"{folder / 'scores.csv'}: {len(scores_table(subject))} rows.")
    return 0


def _points(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.1f}"


def _rank(value: object) -> str:
    return "—" if pd.isna(value) else str(value)


def atlas_command(
    *, year: int | None, out: Path, run: str, data: Path | None, framework: Path | None, lang: str
) -> int:
    """Write OUT/RUN/LANG/atlas.html and say where it is; refused while a batch writes into OUT/RUN."""
    subject = open_study(data or "", framework or "", lang)
    year = year or subject.card.framework.report_year
    subject.at(year)
    folder = out / run_name(run, year)
    with alone(folder, say=print):
        html = atlas_page(subject, year, pages(folder / lang), others(folder, lang))
        publish(folder / lang / "atlas.html", html.encode())
    print(folder / lang / "atlas.html")
    return 0


def others(folder: Path, lang: str) -> dict[str, set[str]]:
    """The pages of a run in every other language, by language."""
    return {each: pages(folder / each) for each in LANGUAGES if each != lang}


def pages(folder: Path) -> set[str]:
    """The pages of one language, relative to its folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}


def write_still(subject: Study, what: str, year: int, path: Path, *, grid: bool = False) -> str:
    """Draw `still` into `path`, whose ending says how (.svg or .png); return the file's SHA-256."""
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise ValueError(f"{path.name}: a map is written as .svg or .png; name the file so.")
    figure, alt = still(subject, what, year, grid=grid)
    content = svg(figure, alt).encode() if ending == ".svg" else png(figure, dpi=DPI)
    return publish(path, content)
