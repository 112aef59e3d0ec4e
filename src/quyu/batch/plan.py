"""The main job: a request becomes jobs, checked before any kernel starts, and they become pages."""

from __future__ import annotations

import json
import platform
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from rich.console import Console

from quyu import __version__
from quyu.batch.cluster import Way, opened
from quyu.batch.execute import Run
from quyu.batch.jobs import Job, Outcome
from quyu.batch.kernels.client import ForkServer
from quyu.batch.progress import summary
from quyu.batch.prose import translated
from quyu.batch.report import preparation
from quyu.batch.request import Request
from quyu.batch.site import (
    drop_outdated,
    job_page,
    pack,
    print_pages,
    relinked,
    summary_name,
    summary_page,
    word_pages,
)
from quyu.batch.store import REPORTED, Store, digest, grounds, sources
from quyu.facts import embedded
from quyu.pages.method import notes
from quyu.pages.parameters import ProvinceReport, RegionReport
from quyu.study import Study
from quyu.study.certainty import read_robustness
from quyu.study.reading import province_of
from quyu.study.shown import source
from quyu.words import LANGUAGES, unmarked

LONGEST = 60  # characters of a name in a file's name, which systems limit; the adcode tells apart
MAKER = "quyu.batch.beside"  # of what stands beside the reports, in a process of its own
# Pages which lead to the reports and to each other.
BESIDE = ("atlas", "compare", "glossary", "index")
Part = tuple[str, dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """A checked request in one language, that of the study: the jobs that answer it."""

    request: Request
    study: Study
    year: int
    jobs: tuple[Job, ...]

    @property
    def folder(self) -> Path:
        """Where the run goes."""
        return self.request.folder(self.year)


def plan(request: Request, lang: str = "") -> Plan:
    """Check everything that was asked for; unknown names are refused with the closest ones."""
    subject, year = request.study(lang)
    _ = subject.land, subject.dashes  # a folder without shapes is refused here, not in a kernel
    shared = {"year": year, **request.grounds, "lang": subject.lang}
    briefs = list(subject.regions)
    if request.region:
        briefs = [subject.region(request.region)]
    elif request.provinces:
        briefs = []
    register = subject.provinces
    chosen = [province_of(name, subject.facts) for name in request.provinces]
    members = register["region"].isin([brief.name for brief in briefs])
    if subject.facts.own_units and not request.region and not request.provinces:
        members[:] = True  # those of no group too
    notebooks = embedded() / "notebooks"
    jobs = [
        Job(
            f"reports/{adcode}-{slug(register.loc[adcode, 'name_en'])}",
            unmarked(subject.names[adcode]),
            notebooks / "report-province.ipynb",
            ProvinceReport.read({"province": adcode, **shared}).model_dump(),
        )
        for adcode in dict.fromkeys([*chosen, *register.index[members]])
    ]
    jobs += [
        Job(
            f"regions/{brief.id}",
            subject.area(brief.name),
            notebooks / "report-region.ipynb",
            RegionReport.read({"region": brief.name, **shared}).model_dump(),
        )
        for brief in briefs
    ]
    return Plan(request, subject, year, tuple(jobs))


def standing(planned: Plan) -> Plan:
    """The same plan, for those of its pages only that are there."""
    pages = planned.folder / planned.study.lang
    jobs = [job for job in planned.jobs if (pages / f"{job.key}.html").is_file()]
    return replace(planned, jobs=tuple(jobs))


def slug(name: str) -> str:
    """A file name of an English name.

    >>> slug("Inner Mongolia")
    'inner-mongolia'
    """
    words = "".join(c if c.isalnum() and c.isascii() else " " for c in name.lower()).split()
    return "-".join(words)[:LONGEST].rstrip("-")


def write(planned: Plan, *, asked: str = "", server: ForkServer | None = None) -> int:
    """Carry the plan out, show how it goes, and return the exit code: 1 if a report failed.

    The caller holds the folder (quyu.batch.store). What an earlier run made from the same inputs, and
    nobody has touched since, is left as it is. `asked` is written down if all that the request is for
    is there in the end. `server` forks the processes; one is started if none is given.
    """
    request, lang = planned.request, planned.study.lang
    console = Console(highlight=False, quiet=request.quiet)
    if planned.study.facts.own_units:
        console.print(unmarked(planned.study.say("left_out.door")), markup=False)
    writing = _Writing(planned)
    outcomes = []
    if writing.todo or writing.lacking():
        outcomes = writing.fill(console, server)
    failed = any(outcome.error for outcome in outcomes)
    drop_outdated(writing.store)
    if not failed:
        if request.pdf:
            print_pages(writing.store, workers=request.workers, say=console.print)
        if request.docx:
            study = planned.study
            foot = unmarked(f"{source(study)}{study.say('map.notice')}")
            word_pages(writing.store, foot, workers=request.workers, say=console.print)
        last = lang == request.languages[-1]
        if last and request.packed:
            pack(writing.store)
        names = [f"{each}/{job.key}" for each in request.languages for job in planned.jobs]
        writing.store.close(asked if last else "", names)
    for line in notes(planned.study, planned.year):
        console.print(unmarked(line), markup=False)
    left = len(planned.jobs) - len(writing.todo)
    summary(console, outcomes, left=left, index=planned.folder / lang / "index.html")
    return int(failed)


class _Writing:
    """A plan on its way into its folder: `store` tells what is true there, `todo` what is to be run.

    `pages` are those that may be linked to: in this language those that stand or are planned, and in
    each of the `others` those that stand or that the request is for.
    """

    def __init__(self, planned: Plan) -> None:
        self.plan, self.lang = planned, planned.study.lang
        about = _about(planned)
        self.store = Store(planned.folder, "reports", about=about, lang=self.lang)
        planned_now = {f"{job.key}.html" for job in planned.jobs}
        self.pages = self._there() | planned_now
        self.others: dict[str, set[str]] = {}
        for lang in LANGUAGES:
            pages = self._there(lang) | (
                planned_now if lang in planned.request.languages else set()
            )
            if pages and lang != self.lang:
                self.others[lang] = pages | {f"{name}.html" for name in BESIDE}
        inputs = {
            job.key: digest(
                about["grounds"],
                sources(job.notebook),
                job.parameters,
            )
            for job in planned.jobs
        }
        self.todo = self.store.todo(planned.jobs, inputs)

    def _there(self, lang: str = "") -> set[str]:
        return {f"{key}.html" for key in self.store.done(lang)}

    def lacking(self) -> dict[str, Part]:
        """The files beside the reports that are still to be made, with what makes each."""
        wanted = parts(self.plan, self.pages, self.others)
        return {file: part for file, part in wanted.items() if self.store.lacks(file, *part[:2])}

    def fill(self, console: Console, server: ForkServer | None) -> list[Outcome]:
        """Do what is to be done, and write each thing down when it is there."""
        prepared = preparation(self.plan.request, self.lang)
        with opened(self.todo, self.plan.request, prepared, console, server) as way:
            begun = self.lacking()
            making = _begin(way, begun)  # first: the server is ready for it sooner than for reports
            outcomes = way.run(self.todo, self.store, self._settle)
            self.pages = self._there()  # some may have failed
            self._relink()
            wanted = self.lacking()
            again = {file: part for file, part in wanted.items() if begun.get(file) != part}
            making |= _begin(way, again)
            for file, part in wanted.items():
                try:
                    made = _made(file, making[file])
                except ValueError as lost:
                    outcomes.append(Outcome(Job(file, file, Path(file), {}), 0.0, str(lost)))
                else:
                    self.store.put(file, made, *part[:2])
        return outcomes

    def _settle(self, job: Job, result: Run) -> dict[str, str]:
        """Publish what a run has come to: a page, or the notebook that failed."""
        told = translated(result.notebook, job.notebook, self.plan.study.say)
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        page, kept = f"{self.lang}/{job.key}.html", f"{self.lang}/{job.key}.ipynb"
        first = f"{self.lang}/{summary_name(job.key)}"
        failed = f"failed/{self.lang}/{Path(job.key).name}.ipynb"
        if result.error:
            # A page of an earlier run must not stand for the one that failed now.
            return self.store.publish({failed: text}, gone=(page, kept, first))
        study, year = self.plan.study, self.plan.year
        asked = (told, job.key, study, year, self.pages, self.others)
        written = {page: job_page(*asked)}
        if answers := summary_page(*asked):
            written[first] = answers
        if job.key.startswith("reports/"):
            written[kept] = text
        return self.store.publish(written, gone={failed, first} - written.keys())

    def _relink(self) -> None:
        """Give every page links to what is there now, and to nothing else: no kernel is needed."""
        home = f"{self.lang}/"
        files = [PurePosixPath(name) for name in self.store.files(home)]
        there = {str(name.relative_to(self.lang)) for name in files if name.suffix == ".html"}

        def revised(name: str, text: str) -> str:
            key = name.removeprefix(home).removesuffix(".html")
            return relinked(text, key, self.plan.study, there, self.others)

        self.store.revise(revised)


def _about(planned: Plan) -> dict[str, Any]:
    """The head of the manifest: what was run, on what."""
    study, choices = planned.study, planned.study.card.framework
    return {
        "quyu": __version__,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in REPORTED},
        "run": planned.folder.name,
        "year": planned.year,
        "lang": study.lang,
        "data_sha256": study.facts.sha256,
        "framework": {
            "name": choices.name.en,
            "version": choices.version,
            "sha256": study.framework_sha256,
        },
        "seed": read_robustness().seed,
        "draws": read_robustness().draws,
        "notes": notes(study, planned.year),
        "grounds": grounds(**planned.request.grounds),
    }


def _begin(way: Way, files: dict[str, Part]) -> dict[str, Future]:
    """Have the files beside the reports made, all by one process."""
    asked = {
        file: (function, made_from | more) for file, (function, made_from, more) in files.items()
    }
    future = way.call("quyu.batch.kernels:several", {"calls": asked}) if files else None
    return dict.fromkeys(files, future)


def _made(file: str, future: Future) -> bytes:
    try:
        made = future.result()[file]
    except (OSError, CancelledError) as lost:  # not of our disk: a scheduler, a worker, a process
        told = str(lost) or "its worker is lost"
        raise ValueError(f"{file} was not made: {told}. Give the same command again.") from lost
    if "failed" in made:
        raise ValueError(f"{file} was not made: {made['failed']}")
    return made["text"].encode()


def parts(planned: Plan, there: set[str], others: dict[str, set[str]]) -> dict[str, Part]:
    """By file beside the reports: the function that makes it, from what, and what else it is given.

    `there` are the pages to link to, `others` those of the other languages, by language.
    """
    read, lang = planned.request.grounds, planned.study.lang
    linked = {
        **read,
        "lang": lang,
        "year": planned.year,
        "there": sorted(there),
        "elsewhere": {each: sorted(pages) for each, pages in sorted(others.items())},
    }
    return {
        # The same in every language, but the study that is at hand is in one.
        "scores.csv": (f"{MAKER}:scores", read, {"lang": lang}),
        **{
            f"{lang}/{name}.html": (f"{MAKER}:linking", {"name": name, **linked}, {})
            for name in BESIDE
        },
    }
