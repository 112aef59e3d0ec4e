"""The command line: report, batch, atlas, map, score, check."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Annotated

import typer

from quyu.batch.kernels.limits import Limits

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
    typer.Option(help="A folder shaped like geodata/; the embedded figures if left out."),
]
Framework = Annotated[
    Path | None, typer.Option(help="A framework file; params/framework.yaml if left out.")
]
Out = Annotated[Path, typer.Option(help="The folder that holds the runs.")]
Name = Annotated[
    str, typer.Option("--run", help="The run's folder under --out; the year if left out.")
]
Lang = Annotated[str, typer.Option(help="The pages' language: zh-hant, zh-hans or en.")]
Jobs = Annotated[
    int,
    typer.Option(min=1, help="Notebooks run at a time; one per processor core if left out."),
]
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
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


@app.command()
def report(
    province: Annotated[
        list[str] | None,
        typer.Argument(help="Provinces by adcode or name in any script; all 31 if left out."),
    ] = None,
    region: Annotated[
        str, typer.Option(help="東部, 中西部 or 東北: its brief and its members' reports.")
    ] = "",
    year: Year = None,
    jobs: Jobs = CORES,
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
    packed: Annotated[
        bool, typer.Option("--zip", help="Pack the run into one zip, to be sent by mail.")
    ] = False,
    quiet: Quiet = False,
    executor: Executor = "here",
    scheduler: Scheduler = "",
    cell_seconds: CellSeconds = Limits.cell,
    run_seconds: RunSeconds = Limits.run,
) -> None:
    """Write reports, briefs, atlas and index page into OUT/RUN.

    What is there already, from the same inputs and unharmed, is left as it is: an interrupted run is taken up
    by the same command. Exit code: 0 all there, 1 some reports failed (the table says which and why), 2
    refused at the door, 130 interrupted.
    """

    def work() -> int:
        from quyu.batch.report import report

        return report(
            provinces=province or [],
            region=region,
            year=year,
            data=data,
            framework=framework,
            lang=lang,
            out=out,
            run=run,
            workers=jobs,
            quiet=quiet,
            scheduler=_scheduler(executor, scheduler),
            pdf=pdf,
            packed=packed,
            limits=Limits(cell_seconds, run_seconds),
        )

    _leave(work)


@app.command()
def atlas(
    year: Year = None,
    out: Out = Path("output"),
    run: Name = "",
    data: Data = None,
    framework: Framework = None,
    lang: Lang = "zh-hant",
) -> None:
    """Write the interactive map alone: OUT/RUN/LANG/atlas.html, one file that opens offline.

    LANG is the language in which it opens; the page itself switches between all three.
    """
    from quyu.batch.single import atlas_command

    _leave(
        lambda: atlas_command(
            year=year, out=out, run=run, data=data, framework=framework, lang=lang
        )
    )


@app.command("map")
def still_map(
    what: Annotated[
        str,
        typer.Argument(
            help="index, the id of a goal or indicator (economy, rd_intensity …), lisa or partners."
        ),
    ],
    file: Annotated[Path, typer.Argument(help="The file to write: .svg, or .png at 300 dpi.")],
    tiles: Annotated[
        bool, typer.Option("--tiles", help="One tile of equal size per province instead of a map.")
    ] = False,
    year: Year = None,
    data: Data = None,
    framework: Framework = None,
    lang: Lang = "zh-hant",
) -> None:
    """Write one still map as a file of its own, for print or a slide."""

    def work() -> int:
        from quyu.batch.single import write_still
        from quyu.study import open_study

        subject = open_study(data or "", framework or "", lang)
        write_still(subject, what, year or subject.card.framework.report_year, file, grid=tiles)
        typer.echo(file)
        return 0

    _leave(work)


@app.command()
def batch(
    notebook: Annotated[Path, typer.Argument(help="Any notebook with a parameters cell.")],
    grid: Annotated[
        Path, typer.Option(help="A YAML file: parameters, each with the values to combine.")
    ],
    jobs: Jobs = CORES,
    out: Out = Path("output"),
    quiet: Quiet = False,
    executor: Executor = "here",
    scheduler: Scheduler = "",
    cell_seconds: CellSeconds = Limits.cell,
    run_seconds: RunSeconds = Limits.run,
) -> None:
    """Run a notebook for every combination of a grid, each into OUT/NOTEBOOK/COMBINATION.

    What is there already, from the same inputs and unharmed, is left as it is. A notebook runs in the
    folder that this command is given in. Exit codes are those of report.
    """

    def work() -> int:
        from quyu.batch.sweep import batch_command

        return batch_command(
            notebook,
            grid=grid,
            out=out,
            workers=jobs,
            quiet=quiet,
            scheduler=_scheduler(executor, scheduler),
            limits=Limits(cell_seconds, run_seconds),
        )

    _leave(work)


@app.command()
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
) -> None:
    """Score the provinces: a table here, every year in OUT/RUN/scores.csv."""
    from quyu.batch.single import score_command

    _leave(
        lambda: score_command(
            year=year, out=out, run=run, data=data, framework=framework, rebase=rebase
        )
    )


@app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A data folder, a figures CSV or a workbook; the embedded data if left out."
        ),
    ] = None,
) -> None:
    """Check data and name every fault by file and row; exit code 1 if there is one."""

    def work() -> int:
        from rich.console import Console

        from quyu.facts import check as faults_of

        faults = faults_of(path)
        for fault in faults:
            typer.echo(str(fault))
        where = path or "the embedded data"
        colour = "red" if faults else "green"
        verdict = (
            f"{len(faults)} fault{'s' if len(faults) != 1 else ''} in {where}"
            if faults
            else f"No fault in {where}."
        )
        Console().print(verdict, style=colour, highlight=False, markup=False)
        return 1 if faults else 0

    _leave(work)


def _scheduler(executor: str, address: str) -> str | None:
    """The scheduler's address, empty for one of our own, None where there is to be no cluster."""
    if executor not in ("here", "dask"):
        raise ValueError(f"--executor is {executor!r}; there are here and dask.")
    if executor == "here" and address:
        raise ValueError("--scheduler needs --executor dask.")
    return address if executor == "dask" else None


def _leave(work) -> None:
    """Turn a refusal into a message with exit code 2, an interrupt into 130."""
    try:
        code = work()
    except ValueError as refusal:
        typer.echo(f"quyu: {refusal}", err=True)
        raise typer.Exit(2) from None
    except OSError as refusal:
        told = f"{refusal.filename}: {refusal.strerror}" if refusal.filename else str(refusal)
        hint = "" if isinstance(refusal, FileNotFoundError) else " Another --out may help."
        if refusal.errno == errno.ENOSPC:
            hint = (
                " Make room, then give the same command again: what is written is whole and kept."
            )
        if refusal.errno is None:  # no file: a scheduler that does not answer
            typer.echo(f"quyu: {told}.", err=True)
        else:
            typer.echo(f"quyu: cannot read or write {told}.{hint}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        typer.echo("quyu: interrupted; what was written so far is whole.", err=True)
        raise typer.Exit(130) from None
    raise typer.Exit(code)
