"""From a request to the jobs that answer it, checked before any kernel starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from quyu.batch.jobs import Job
from quyu.batch.single import run_name
from quyu.facts import embedded
from quyu.pages.parameters import ProvinceReport, RegionReport
from quyu.regions.strategy import region_of, regions
from quyu.study.study import Study, open_study, province_of, report_year
from quyu.words import unmarked

LONGEST = (
    60  # characters of a name in a file's name, which file systems limit; the adcode tells apart
)


@dataclass(frozen=True)
class Plan:
    """A checked request: the study, the jobs, the folder they go to, and where the figures came from.

    `languages` are all that the request is for, `lang` the one of this plan. `pdf` asks for every page
    on paper as well, `packed` for the run as one zip.
    """

    study: Study
    year: int
    lang: str
    jobs: tuple[Job, ...]
    folder: Path
    data: str = ""
    framework: str = ""
    languages: tuple[str, ...] = ()
    pdf: bool = False
    packed: bool = False


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
    languages: tuple[str, ...] = (),
    pdf: bool = False,
    packed: bool = False,
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
                unmarked(subject.names[adcode]),
                notebooks / "report-province.ipynb",
                asked.model_dump(),
            )
        )
    for brief in briefs:
        asked = RegionReport.read({"region": brief.name, **shared})
        jobs.append(
            Job(
                f"regions/{brief.id}",
                subject.area(brief.name),
                notebooks / "report-region.ipynb",
                asked.model_dump(),
            )
        )
    return Plan(
        subject,
        year,
        lang,
        tuple(jobs),
        out / run_name(run, year),
        shared["data"],
        shared["framework"],
        languages or (lang,),
        pdf,
        packed,
    )


def folder_of(out: Path, run: str, year: int | None, framework: Path | None) -> Path:
    """The run folder of a request, known before anything is planned."""
    if not (run or year):
        year = report_year(framework or "")
    return out / run_name(run, year or 0)


def standing(planned: Plan) -> Plan:
    """The same plan, for those of its pages only that are there."""
    pages = planned.folder / planned.lang
    jobs = [job for job in planned.jobs if (pages / f"{job.key}.html").is_file()]
    return replace(planned, jobs=tuple(jobs))


def slug(name: str) -> str:
    """A file name of an English name.

    >>> slug("Inner Mongolia")
    'inner-mongolia'
    """
    words = "".join(c if c.isalnum() and c.isascii() else " " for c in name.lower()).split()
    return "-".join(words)[:LONGEST].rstrip("-")
