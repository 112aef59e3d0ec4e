"""The page of each report and brief; with the front page and the atlas, all that a run shows."""

from __future__ import annotations

from collections.abc import Mapping, Set

import nbformat

from quyu.regions.strategy import region_of
from quyu.reports.batch.jobs import Job
from quyu.reports.batch.translate import translated
from quyu.reports.site.atlas_page import NOWHERE, atlas_page
from quyu.reports.site.colophon import colophon
from quyu.reports.site.export import cells, page
from quyu.reports.site.front import index_page
from quyu.reports.site.languages import languages
from quyu.reports.study import Study

__all__ = ["atlas_page", "colophon", "index_page", "job_page"]


def job_page(
    notebook: nbformat.NotebookNode,
    job: Job,
    subject: Study,
    year: int,
    there: Set[str],
    elsewhere: Mapping[str, Set[str]] = NOWHERE,
) -> str:
    """The page of a report or brief, from its run notebook; it links only to pages in `there`.

    `elsewhere` has the pages in the folders of the other languages, by language.
    """
    say, (kind, name) = subject.say, job.key.split("/")
    links = [(say("page.home"), "../index.html"), (say("page.atlas"), "../atlas.html")]
    if kind == "reports":
        adcode = name.split("-")[0]
        title = say("page.report_title", name=subject.names[adcode], year=year)
        region = region_of(subject.provinces.loc[adcode, "region"])
        brief = f"regions/{region.id}.html"
        if brief in there:
            links.append((say("page.brief", region=subject.area(region.name)), f"../{brief}"))
    else:
        region = region_of(name)
        title = say("page.brief_title", name=subject.area(region.name), year=year)
    return page(
        cells(translated(notebook, job.notebook, say)),
        say=say,
        title=title,
        description=say("page.description", title=title),
        year=year,
        links=links,
        languages=languages(f"{job.key}.html", elsewhere),
        colophon=colophon(subject, year),
    )
