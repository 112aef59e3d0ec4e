"""The command line: report, batch, atlas, map, score, workbook, import, template, check, schema, notebooks."""

from __future__ import annotations

import errno
import gc
import io
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from quyu.batch.kernels.limits import Limits
from quyu.batch.request import CORES, Request

app = typer.Typer(
    help="quyu 區域: scores, maps and reports on the quality development of China's provinces.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its boxes cut long lines off, and it takes [cluster] for a colour
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    Path | None,
    typer.Option(
        help="Figures of your own, a folder or a file, over the embedded ones; or a folder shaped like geodata/."
    ),
]
Framework = Annotated[
    Path | None,
    typer.Option(
        help="A framework file; if left out, framework.yaml of the data folder, else params/framework.yaml."
    ),
]
Out = Annotated[Path, typer.Option(help="The folder that holds the runs.")]
Name = Annotated[
    str, typer.Option("--run", help="The run's folder under --out; the year if left out.")
]
Lang = Annotated[str, typer.Option(help="The pages' language: zh-hant, zh-hans or en.")]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs", min=1, help="Notebooks run at a time; one per processor core if left out."
    ),
]
CellSeconds = Annotated[
    float, typer.Option(help="How long one cell of a notebook may take, in seconds.")
]
RunSeconds = Annotated[float, typer.Option(help="How long a whole notebook may take, in seconds.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing unless a report fails.")]
Executor = Annotated[
    str, typer.Option(help="here, or dask for the workers of a Dask cluster (quyu[cluster]).")
]
Scheduler = Annotated[
    str, typer.Option(help="The Dask scheduler, tcp://host:8786; one is started here if left out.")
]
Year = Annotated[
    int | None, typer.Option(help="The year reported; the framework's report year if left out.")
]


def _version(asked: bool) -> None:
    if asked:
        from quyu import __version__

        typer.echo(f"quyu {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """quyu 區域: scores, maps and reports on the quality development of China's provinces."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # one that cannot write Chinese must not end a run
            stream.reconfigure(errors="backslashreplace")


LOST = (errno.ESTALE, errno.ENOSPC, errno.EDQUOT, errno.EIO)  # meets a run on its way, not the door


def _command(name: str | None = None) -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Make a function a command that leaves with the code it returns.

    A refusal becomes a message and exit code 2, an interrupt 130.
    """

    def register(work: Callable[..., int]) -> Callable[..., None]:
        @wraps(work)
        def leaving(**given: Any) -> None:
            code = 2
            try:
                code = work(**given)
            except ValueError as refusal:
                typer.echo(f"quyu: {refusal}", err=True)
            except OSError as refusal:
                typer.echo(f"quyu: {_lost(refusal)}", err=True)
                code = 1 if refusal.errno in LOST else 2
            except KeyboardInterrupt:
                typer.echo("quyu: interrupted; what was written so far is whole.", err=True)
                code = 130
            gc.freeze()  # of what is left nothing need be taken apart, which takes half a second
            raise typer.Exit(code)

        return app.command(name)(leaving)

    return register


def _lost(refusal: OSError) -> str:
    """What to say of a file, or of a scheduler, that failed."""
    told = f"{refusal.filename}: {refusal.strerror}" if refusal.filename else str(refusal)
    if refusal.errno is None:  # no file: a scheduler that does not answer
        return f"{told}."
    hint = "" if isinstance(refusal, FileNotFoundError) else " Another --out may help."
    if refusal.errno in (errno.ENOSPC, errno.EDQUOT):
        hint = " Make room, then give the same command again: what is written is whole and kept."
    return f"cannot read or write {told}.{hint}"


def _request(
    *,
    executor: str,
    scheduler: str,
    cell_seconds: float,
    run_seconds: float,
    province: list[str] | None = None,
    **asked: Any,
) -> Request:
    """The request of a command whose other options are named as the request's fields are."""
    if executor not in ("here", "dask"):
        raise ValueError(f"--executor is {executor!r}; there are here and dask.")
    if executor == "here" and scheduler:
        raise ValueError("--scheduler needs --executor dask.")
    return Request(
        provinces=tuple(province or ()),
        scheduler=scheduler if executor == "dask" else None,
        limits=Limits(cell_seconds, run_seconds),
        **asked,
    )


@_command()
def report(
    province: Annotated[
        list[str] | None,
        typer.Argument(help="Provinces by adcode or name in any script; all 31 if left out."),
    ] = None,
    region: Annotated[
        str, typer.Option(help="東部, 中西部 or 東北: its brief and its members' reports.")
    ] = "",
    year: Year = None,
    workers: Jobs = CORES,
    out: Out = Path("output"),
    run: Name = "",
    data: Data = None,
    framework: Framework = None,
    lang: Annotated[
        str, typer.Option(help="The pages' language: zh-hant, zh-hans, en, or all.")
    ] = "zh-hant",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print every page as PDF too, by this machine's Chromium.")
    ] = False,
    docx: Annotated[
        bool, typer.Option("--docx", help="Write reports and briefs for Word too, to be edited.")
    ] = False,
    packed: Annotated[
        bool, typer.Option("--zip", help="Pack the run into one zip, to be sent by mail.")
    ] = False,
    quiet: Quiet = False,
    executor: Executor = "here",
    scheduler: Scheduler = "",
    cell_seconds: CellSeconds = Limits.cell,
    run_seconds: RunSeconds = Limits.run,
) -> int:
    """Write reports, briefs, atlas and index page into OUT/RUN.

    What is there already, from the same inputs and unharmed, is left as it is: an interrupted run is taken up
    by the same command. Exit code: 0 all there, 1 some reports failed (the table says which and why), 2
    refused at the door, 130 interrupted.
    """
    asked = _request(**locals())
    from quyu.batch.report import report

    return report(asked)


@_command()
def atlas(
    year: Year = None,
    out: Out = Path("output"),
    run: Name = "",
    data: Data = None,
    framework: Framework = None,
    lang: Lang = "zh-hant",
) -> int:
    """Write the interactive map alone: OUT/RUN/LANG/atlas.html, one file that opens offline.

    LANG is the language in which it opens; the page itself switches between all three.
    """
    from quyu.batch.single import atlas

    return atlas(Request(year=year, out=out, run=run, data=data, framework=framework, lang=lang))


@_command("map")
def still_map(
    what: Annotated[
        str,
        typer.Argument(
            help="index, the id of a goal or indicator (economy, rd_intensity …), lisa or partners."
        ),
    ],
    file: Annotated[
        Path, typer.Argument(help="The file to write: .svg, .pdf, or .png at 300 dpi.")
    ],
    tiles: Annotated[
        bool, typer.Option("--tiles", help="One tile of equal size per province instead of a map.")
    ] = False,
    year: Year = None,
    data: Data = None,
    framework: Framework = None,
    lang: Lang = "zh-hant",
) -> int:
    """Write one still map as a file of its own, for print or a slide."""
    from quyu.batch.single import still_map

    asked = Request(year=year, data=data, framework=framework, lang=lang)
    return still_map(asked, what, file, tiles=tiles)


@_command()
def batch(
    notebook: Annotated[Path, typer.Argument(help="Any notebook with a parameters cell.")],
    grid: Annotated[
        Path, typer.Option(help="A YAML file: parameters, each with the values to combine.")
    ],
    workers: Jobs = CORES,
    out: Out = Path("output"),
    kernel: Annotated[
        str, typer.Option(help="A kernel to run in; the notebook's own if left out.")
    ] = "",
    cwd: Annotated[
        Path | None, typer.Option(help="The folder the notebook runs in; this one if left out.")
    ] = None,
    quiet: Quiet = False,
    executor: Executor = "here",
    scheduler: Scheduler = "",
    cell_seconds: CellSeconds = Limits.cell,
    run_seconds: RunSeconds = Limits.run,
) -> int:
    """Run a notebook for every combination of a grid, each into OUT/NOTEBOOK/COMBINATION.

    What is there already, from the same inputs and unharmed, is left as it is. Exit codes are those of
    report.
    """
    options = {k: v for k, v in locals().items() if k not in ("notebook", "grid")}
    from quyu.batch.sweep import sweep

    return sweep(notebook, grid, _request(**options))


@_command()
def score(
    year: Year = None,
    out: Out = Path("output"),
    run: Name = "",
    data: Data = None,
    framework: Framework = None,
    rebase: Annotated[
        bool,
        typer.Option(
            "--rebase", help="Store the goalposts anew, from these figures, beside the framework."
        ),
    ] = False,
) -> int:
    """Score the provinces: a table here, every year in OUT/RUN/scores.csv."""
    from quyu.batch.single import score

    return score(
        Request(year=year, out=out, run=run, data=data, framework=framework), rebase=rebase
    )


@_command()
def workbook(
    file: Annotated[Path, typer.Argument(help="The workbook to write: .xlsx, not there yet.")],
    year: Year = None,
    data: Data = None,
    framework: Framework = None,
    lang: Lang = "zh-hant",
) -> int:
    """Write one year as a workbook whose formulas live: figures, indicators, goals, index, ranks.

    Weights, scale and goalposts stand in cells to be changed; all that follows is worked out anew.
    """
    from quyu.batch.single import workbook

    return workbook(Request(year=year, data=data, framework=framework, lang=lang), file)


@_command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="A table of figures: .csv, .tsv, .txt, .xlsx, .xls or .ods.")
    ],
    into: Annotated[
        Path, typer.Option(help="The folder for your figures; they lie over the embedded ones.")
    ],
    indicator: Annotated[
        str,
        typer.Option(
            help="Which indicator the figures are, by id or name, where the file does not say."
        ),
    ] = "",
    unit: Annotated[
        str,
        typer.Option(
            help="The unit that they are in, like 萬元 or %, where the file does not say."
        ),
    ] = "",
    year: Annotated[
        int | None, typer.Option(help="The year that they are of, where the file does not say.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="HEAD=ID: the column of that head is that indicator; may be given often."
        ),
    ] = None,
    source: Annotated[
        str,
        typer.Option(help="Where the figures come from, in a line; the file's name if left out."),
    ] = "",
    keep: Annotated[
        bool, typer.Option("--keep", help="Where the folder has another value, keep that.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Where the folder has another value, replace it.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="What looks like a slip is real: note it in doubtful.csv."),
    ] = False,
) -> int:
    """Read your own figures from any table into a folder for --data.

    Says what was taken for what and what was left out; where two readings are possible it asks for the
    option that tells them apart, and writes nothing. Exit code: 0 written and without fault, 1 something
    is to be answered or mended, 2 refused at the door.
    """
    from quyu.batch.own_figures import answers_of, import_figures

    answers = answers_of(indicator, unit, year, column or [], source)
    return import_figures(file, into, answers, keep=keep, replaced=replace, accept=accept)


@_command()
def template(
    file: Annotated[Path, typer.Argument(help="The workbook to write: .xlsx, not there yet.")],
    data: Data = None,
    framework: Framework = None,
) -> int:
    """Write a workbook to be filled with your own figures; quyu import reads it without options.

    A sheet for each goal, with units, definitions and the declared gaps.
    """
    from quyu.batch.template import template

    return template(file, framework, data)


@_command()
def compare(
    first: Annotated[
        Path, typer.Argument(help="A framework file, or figures as --data takes them.")
    ],
    second: Annotated[Path, typer.Argument(help="The other.")],
    year: Year = None,
    lang: Lang = "zh-hant",
) -> int:
    """Put two frameworks, or two sets of figures, side by side: whose rank moves, and what differs."""
    from quyu.batch.compared import compare

    return compare(first, second, year, lang)


@_command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(help="A data folder or a file of figures; the embedded data if left out."),
    ] = None,
) -> int:
    """Check data and name every fault by file and row; exit code 1 if there is one."""
    from rich.console import Console

    from quyu.batch.checked import check as faults_of
    from quyu.batch.checked import framework_of

    faults = faults_of(path)
    for fault in faults[:50]:
        typer.echo(str(fault))
    if len(faults) > 50:
        typer.echo(f"… and {len(faults) - 50} more.")
    where = path or "the embedded data"
    many = f"{len(faults)} fault{'s' if len(faults) != 1 else ''} in {where}"
    if brought := framework_of(path or ""):
        typer.echo(f"The framework is {brought}.")
    verdict, colour = (many, "red") if faults else (f"No fault in {where}.", "green")
    Console().print(verdict, style=colour, highlight=False, markup=False)
    return int(bool(faults))


@_command()
def schema(
    folder: Annotated[
        Path, typer.Argument(help="The folder to write into; this one if left out.")
    ] = Path(),
) -> int:
    """Write JSON Schemas of the files in params/, by which an editor completes and checks them."""
    from quyu.batch.schema import write

    return write(folder)


@_command()
def notebooks(
    folder: Annotated[
        Path, typer.Argument(help="The folder to write into; files in it are never overwritten.")
    ],
    lang: Annotated[
        str, typer.Option(help="The language of their prose and output: zh-hant, zh-hans or en.")
    ] = "zh-hant",
) -> int:
    """Write the notebooks into a folder of your own, with params/ to edit and data/ for figures of your own.

    Needs no checkout. Then, in that folder: jupyter lab, or papermill 2-score.ipynb out.ipynb.
    """
    from quyu.batch.working_copy import write

    done = list(write(folder, lang).values())
    kept = f", {done.count('kept')} kept as they stood" if "kept" in done else ""
    typer.echo(
        f"{folder}: {done.count('written')} files written{kept}. Read {folder / 'README.md'}."
    )
    return 0


if __name__ == "__main__":  # as `python -m quyu` does
    app()
