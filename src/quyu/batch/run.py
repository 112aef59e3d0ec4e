"""The main job: a plan becomes a run folder of pages, with a manifest of what is true of each."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from quyu.batch.cluster import cluster
from quyu.batch.files import publish
from quyu.batch.jobs import Job, Outcome, Run, Way, here, run, translated
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.plan import Plan
from quyu.batch.progress import Showing, following, summary
from quyu.batch.report import preparation
from quyu.batch.single import scores_text
from quyu.batch.site import job_page, pack, print_pages
from quyu.batch.store import Ledger
from quyu.pages.atlas_page import atlas_page
from quyu.pages.front import index_page
from quyu.pages.method import notes
from quyu.study import open_study
from quyu.words import unmarked


def write(
    planned: Plan,
    *,
    workers: int,
    quiet: bool = False,
    asked: str = "",
    server: ForkServer | None = None,
    scheduler: str | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
) -> int:
    """Carry the plan out, show how it goes, and return the exit code: 1 if a report failed.

    The caller holds the folder (quyu.batch.files). What an earlier run made from the same
    inputs, and nobody has touched since, is left as it is. The manifest is written anew after every
    report, so that an interrupted run is taken up where it was; `asked` goes into it at the end.
    `server` forks the processes, one is started if none is given; with a `scheduler` the workers of
    that Dask cluster do, or of one started here if empty.
    """
    console = Console(highlight=False, quiet=quiet)
    ledger = Ledger(planned)
    todo, outcomes = ledger.todo(), []
    if todo or _lacking(planned, ledger):
        with (
            following(console, todo) as showing,
            _way(
                planned,
                workers=workers,
                limits=limits,
                server=server,
                scheduler=scheduler,
                showing=showing,
            ) as way,
        ):
            outcomes = _fill(planned, ledger, todo, way, showing)
    failed = [outcome for outcome in outcomes if outcome.error]
    if not failed:
        if planned.pdf:
            print_pages(planned, ledger, workers=workers, say=console.print)
        if planned.packed:
            pack(planned, ledger)
        ledger.close(asked)
    for line in notes(planned.study, planned.year):
        console.print(unmarked(line), markup=False)
    index = planned.folder / planned.lang / "index.html"
    summary(console, outcomes, left=len(planned.jobs) - len(todo), index=index)
    return int(bool(failed))


def _way(
    planned: Plan,
    *,
    workers: int,
    limits: Limits,
    server: ForkServer | None,
    scheduler: str | None,
    showing: Showing,
) -> AbstractContextManager[Way]:
    times = Counter(job.notebook.name for job in planned.jobs)
    several = [name for name, count in times.items() if count > 1]
    first = preparation(planned.data, planned.framework, planned.lang, planned.year, several)
    if scheduler is not None:
        return cluster(scheduler, workers=workers, limits=limits, prepared=first)
    forking = server or ForkServer(*first)
    return here(forking, workers=workers, limits=limits, seen=showing.cell, say=showing.say)


def _fill(
    planned: Plan, ledger: Ledger, todo: list[Job], way: Way, showing: Showing
) -> list[Outcome]:
    """Do what is to be done, and write each thing down when it is there."""
    begun = {file: (part, way.call(*part)) for file, part in _lacking(planned, ledger).items()}
    outcomes = []
    for outcome in run(todo, begin=way.begin, publish=partial(_settle, planned, ledger)):
        ledger.note(outcome)
        outcomes.append(outcome)
        showing.done(outcome)
    ledger.coming = ledger.pages()  # some may have failed
    for file, part in _lacking(planned, ledger).items():
        if file not in begun or begun[file][0] != part:
            begun[file] = part, way.call(*part)
        ledger.put(file, _made(file, begun[file][1]), *part)
    return outcomes


def _made(file: str, future: Future) -> bytes:
    try:
        return future.result().encode()
    except (OSError, CancelledError) as lost:  # not of our disk: a scheduler, a worker, a process
        told = str(lost) or "its worker is lost"
        raise ValueError(f"{file} was not made: {told}. Give the same command again.") from lost


def _lacking(planned: Plan, ledger: Ledger) -> dict[str, tuple[str, dict[str, Any]]]:
    """The other files that are still to be made, with the function that makes each."""
    wanted = parts(planned, ledger.coming, ledger.elsewhere)
    return {file: part for file, part in wanted.items() if ledger.lacks(file, *part)}


def _settle(planned: Plan, ledger: Ledger, job: Job, result: Run) -> dict[str, str]:
    """Publish what a run has come to: a page, or the notebook that failed."""
    folder, pages = planned.folder, planned.folder / planned.lang
    told = translated(result.notebook, job.notebook, planned.study.say)
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    page, kept = pages / f"{job.key}.html", pages / f"{job.key}.ipynb"
    failed = folder / "failed" / planned.lang / f"{Path(job.key).name}.ipynb"
    if result.error:
        # A page of an earlier run must not stand for the one that failed now.
        page.unlink(missing_ok=True)
        kept.unlink(missing_ok=True)
        written = {failed: text}
    else:
        failed.unlink(missing_ok=True)
        written = {
            page: job_page(told, job, planned.study, planned.year, ledger.briefs, ledger.elsewhere)
        }
        if job.key.startswith("reports/"):
            written[kept] = text
    return {
        path.relative_to(folder).as_posix(): publish(path, content.encode())
        for path, content in written.items()
    }


Pages = dict[str, list[str]]


def parts(
    planned: Plan, there: set[str], elsewhere: dict[str, set[str]]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """By file: the function that makes it, and its arguments.

    `there` are the pages to link to, `elsewhere` those of the other languages, by language.
    """
    read = {"data": planned.data, "framework": planned.framework, "lang": planned.lang}
    others = {lang: sorted(pages) for lang, pages in sorted(elsewhere.items())}
    linked = {**read, "year": planned.year, "there": sorted(there), "elsewhere": others}
    return {
        "scores.csv": (
            f"{__name__}:scores",
            {"data": planned.data, "framework": planned.framework},
        ),
        f"{planned.lang}/atlas.html": (f"{__name__}:atlas", linked),
        f"{planned.lang}/index.html": (f"{__name__}:index", linked),
    }


def scores(data: str, framework: str) -> str:
    """Every province and year, as the text of scores.csv: the same in every language."""
    return scores_text(open_study(data, framework))


def index(
    data: str, framework: str, lang: str, year: int, there: list[str], elsewhere: Pages
) -> str:
    """The front page."""
    return index_page(open_study(data, framework, lang), year, set(there), _sets(elsewhere))


def atlas(
    data: str, framework: str, lang: str, year: int, there: list[str], elsewhere: Pages
) -> str:
    """The map to click."""
    return atlas_page(open_study(data, framework, lang), year, set(there), _sets(elsewhere))


def _sets(elsewhere: Pages) -> dict[str, set[str]]:
    return {lang: set(pages) for lang, pages in elsewhere.items()}
