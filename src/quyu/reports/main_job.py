"""The main job: from a request to a run folder of pages, with a manifest of what is true of each."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from quyu import __version__
from quyu.facts import embedded
from quyu.regions.strategy import region_of, regions
from quyu.reports.batch import Job, Outcome, run
from quyu.reports.certainty import robustness
from quyu.reports.parameters import ProvinceReport, RegionReport
from quyu.reports.publish import publish
from quyu.reports.scores import notes, run_name, write_scores
from quyu.reports.study import Study, open_study, province_of

REPORTED = ("pandas", "numpy", "geopandas", "matplotlib", "papermill", "nbconvert", "folium")


@dataclass(frozen=True)
class Plan:
    """A checked request: the study, the jobs and the folder they go to."""

    study: Study
    year: int
    lang: str
    jobs: tuple[Job, ...]
    folder: Path


def plan(
    *,
    provinces: list[str],
    region: str,
    year: int | None,
    data: Path | None,
    framework: Path | None,
    lang: str,
    out: Path,
    run: str,
) -> Plan:
    """Check everything that was asked for, before any kernel starts.

    No province and no region means all 31 reports and the three briefs; a region means its brief and its
    members; provinces mean just their reports. Unknown names are refused with the closest ones.
    """
    subject = open_study(data or "", framework or "", lang)
    year = year or subject.card.framework.report_year
    subject.at(year)
    _ = subject.land, subject.dashes  # a folder without shapes is refused here, not in a kernel
    shared = {
        "year": year,
        "data": str(Path(data).resolve()) if data else "",
        "framework": str(Path(framework).resolve()) if framework else "",
        "lang": lang,
    }
    briefs = [region_of(region)] if region else [] if provinces else list(regions())
    register = subject.provinces
    chosen = [province_of(name, subject.facts) for name in provinces]
    if not provinces:
        members = {brief.name for brief in briefs}
        chosen = list(register.index[register["region"].isin(members)])
    elif region:
        chosen += [
            code
            for code in register.index[register["region"] == briefs[0].name]
            if code not in chosen
        ]
    notebooks = embedded() / "notebooks"
    jobs = []
    for adcode in dict.fromkeys(chosen):
        names = register.loc[adcode]
        asked = ProvinceReport.read({"province": adcode, **shared})
        jobs.append(
            Job(
                f"reports/{adcode}-{slug(names['name_en'])}",
                names["name_zh_hant"],
                notebooks / "report-province.ipynb",
                asked.model_dump(),
            )
        )
    for brief in briefs:
        asked = RegionReport.read({"region": brief.name, **shared})
        jobs.append(
            Job(
                f"regions/{brief.id}",
                brief.name,
                notebooks / "report-region.ipynb",
                asked.model_dump(),
            )
        )
    return Plan(subject, year, lang, tuple(jobs), out / run_name(run, year))


def slug(name: str) -> str:
    """A file name of an English name.

    >>> slug("Inner Mongolia")
    'inner-mongolia'
    """
    return "-".join(
        "".join(c if c.isalnum() and c.isascii() else " " for c in name.lower()).split()
    )


def write(planned: Plan, *, workers: int) -> int:
    """Carry the plan out, show how it goes, and return the exit code: 1 if a report failed."""
    from rich.console import Console

    from quyu.reports.progress import following, summary
    from quyu.reports.site import atlas_page, index_page, job_page

    console = Console(highlight=False)
    folder, pages = planned.folder, planned.folder / planned.lang
    pages.mkdir(parents=True, exist_ok=True)
    files = {"scores.csv": write_scores(planned.study, folder)}
    coming = {f"{job.key}.html" for job in planned.jobs} | _pages(pages)

    def settle(job: Job, result: Any) -> dict[str, str]:
        text = json.dumps(result.notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        kept, failed = pages / f"{job.key}.ipynb", folder / "failed" / f"{Path(job.key).name}.ipynb"
        page = pages / f"{job.key}.html"
        if result.error:
            # A page of an earlier run must not stand for the one that failed now.
            page.unlink(missing_ok=True)
            kept.unlink(missing_ok=True)
            return {str(failed.relative_to(folder)): publish(failed, text.encode())}
        failed.unlink(missing_ok=True)
        written = {
            page: job_page(result.notebook, job, planned.study, planned.year, coming).encode()
        }
        if job.key.startswith("reports/"):
            written[kept] = text.encode()
        return {
            path.relative_to(folder).as_posix(): publish(path, content)
            for path, content in written.items()
        }

    outcomes: list[Outcome] = []
    with following(console, len(planned.jobs)) as show:
        for outcome in run(planned.jobs, publish=settle, workers=workers):
            outcomes.append(outcome)
            show(outcome)
    there = _pages(pages)
    files |= {
        f"{planned.lang}/atlas.html": publish(
            pages / "atlas.html", atlas_page(planned.study, planned.year, there).encode()
        ),
        f"{planned.lang}/index.html": publish(
            pages / "index.html", index_page(planned.study, planned.year, there).encode()
        ),
    }
    publish(folder / "manifest.json", _manifest(planned, outcomes, files))
    for line in notes(planned.study, planned.year):
        console.print(line)
    summary(console, outcomes, pages / "index.html")
    return int(any(outcome.error for outcome in outcomes))


def _pages(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}


def _earlier(planned: Plan) -> list[dict[str, Any]]:
    """The reports of an earlier run into this folder that still stand: same inputs, same bytes."""
    path = planned.folder / "manifest.json"
    if not path.is_file():
        return []
    then, now = json.loads(path.read_text(encoding="utf-8")), {job.key for job in planned.jobs}
    same = (
        then["quyu"] == __version__
        and then["year"] == planned.year
        and then["data_sha256"] == planned.study.facts.sha256
        and then["framework"]["sha256"] == planned.study.framework_sha256
    )
    return [
        report
        for report in then["reports"]
        if same and report["key"] not in now and _stands(planned.folder, report["files"])
    ]


def _stands(folder: Path, files: dict[str, str]) -> bool:
    return bool(files) and all(
        (folder / name).is_file()
        and hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        for name, digest in files.items()
    )


def _manifest(planned: Plan, outcomes: list[Outcome], files: dict[str, str]) -> bytes:
    choices = planned.study.card.framework
    record = {
        "quyu": __version__,
        "python": platform.python_version(),
        "packages": {name: installed(name) for name in REPORTED},
        "run": planned.folder.name,
        "year": planned.year,
        "lang": planned.lang,
        "data_sha256": planned.study.facts.sha256,
        "framework": {
            "name": choices.name.en,
            "version": choices.version,
            "sha256": planned.study.framework_sha256,
        },
        "seed": robustness().seed,
        "draws": robustness().draws,
        "notes": notes(planned.study, planned.year),
        "files": files,
        "reports": _earlier(planned)
        + [
            {
                "key": outcome.job.key,
                "label": outcome.job.label,
                "status": "failed" if outcome.error else "done",
                "seconds": round(outcome.seconds, 2),
                "error": outcome.error,
                "files": outcome.files,
            }
            for outcome in sorted(outcomes, key=lambda outcome: outcome.job.key)
        ],
    }
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
