"""What the pages cost us, then a reader: `python benchmarks/bench_pages.py`, with a browser.

Prints, asserts nothing. To build every page of a run from scored data: seconds of this process's
processor, each with its share of the limit, draws included, the run of the notebooks not. The sizes
of pages against their limits. How soon the atlas can be used; a change of year, the median of ten,
from the input event until the next frame has been painted.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from statistics import median

LIMIT = 3.0  # seconds for all pages
KILOBYTES = {"index": 500, "report": 700, "atlas": 400, "units side by side": 600}

LOADED = """() => {
  const [timing] = performance.getEntriesByType('navigation');
  return [timing.domContentLoadedEventEnd, timing.loadEventEnd];
}"""
# Two frames: the first runs before painting, the second after it.
SWITCH = """async () => {
  const slider = document.getElementById('year');
  const times = [];
  for (let turn = 0; turn < 10; turn++) {
    const start = performance.now();
    slider.value = turn % (Number(slider.max) + 1);
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    const worked = performance.now() - start;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    times.push([worked, performance.now() - start]);
  }
  return times;
}"""


def main() -> None:
    print("| what | measured |")
    print("|---|---|")
    interactive(built())


def built() -> str:
    """Build every page as a run does, say what it took, and return the atlas."""
    from quyu.batch.plan import plan
    from quyu.batch.request import Request
    from quyu.batch.site import job_page
    from quyu.pages.atlas_page import atlas_page
    from quyu.pages.compare import compare_page
    from quyu.pages.front import index_page

    planned = plan(Request(out=Path(tempfile.gettempdir())))
    subject, year = planned.study, planned.year
    _ = subject.card, subject.direct, subject.land, subject.dashes  # scored and read beforehand
    ran = executed(planned)
    there = {f"{job.key}.html" for job in planned.jobs}
    wall = side_by_side(
        lambda: atlas_page(subject, year, there),
        lambda: [
            index_page(subject, year, there),
            *(job_page(notebook, job.key, subject, year, there) for job, notebook in ran),
        ],
    )
    index, of_index = timed(lambda: index_page(subject, year, there))
    reports, of_reports = timed(
        lambda: [job_page(notebook, job.key, subject, year, there) for job, notebook in ran]
    )
    atlas, of_atlas = timed(lambda: atlas_page(subject, year, there))
    beside, of_beside = timed(lambda: compare_page(subject, year, there))
    for what, used in {
        "index built, draws of its year included": of_index,
        f"{len(reports)} reports and briefs built from notebooks already run": of_reports,
        "atlas built, draws of every year included": of_atlas,
        "units side by side built, after these": of_beside,
        "all pages built": of_index + of_reports + of_atlas + of_beside,
    }.items():
        print(f"| {what} | {used:.2f} s of processor, {used / LIMIT:.2f} of the limit |")
    print(
        f"| all pages built, the atlas beside the others | {wall:.2f} s, {wall / LIMIT:.2f} of it |"
    )
    for what, html in {
        "index": index,
        "report": max(reports, key=lambda one: len(one.encode())),
        "atlas": atlas,
        "units side by side": beside,
    }.items():
        size, limit = len(html.encode()) / 1000, KILOBYTES[what]
        largest = "the largest report" if what == "report" else what
        print(f"| size of {largest} | {size:.0f} KB, {size / limit:.2f} of the limit |")
    return atlas


def executed(planned) -> list:
    """Every job with its notebook run, one after another."""
    from quyu.batch.execute import execute
    from quyu.batch.kernels.client import ForkServer
    from quyu.batch.report import preparation

    found = []
    with ForkServer(*preparation(planned.request, planned.study.lang)) as server:
        for job in planned.jobs:
            run = execute(job.notebook, job.parameters, server=server)
            if run.error:
                raise RuntimeError(f"{job.key}: {run.error}")
            found.append((job, run.notebook))
    return found


def side_by_side(*makes: Callable) -> float:
    """The seconds until all are made, each in a process of its own, as a run makes them."""
    start = time.perf_counter()
    workers = [get_context("fork").Process(target=make) for make in makes]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a page could not be built")
    return time.perf_counter() - start


def timed(make: Callable) -> tuple:
    """What `make` returns, with the seconds of processor that it took."""
    start = time.process_time()
    return make(), time.process_time() - start


def interactive(html: str) -> None:
    """Say how soon the atlas answers in a browser."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    browser_path = next(found for name in names if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "atlas.html"
        path.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        loads, works, paints = [], [], []
        for _ in range(5):
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(path.as_uri(), wait_until="load")
            loads.append(page.evaluate(LOADED)[1])
            found = page.evaluate(SWITCH)
            works.append(median(each[0] for each in found))
            paints.append(median(each[1] for each in found))
            page.close()
        browser.close()
    print(f"| atlas interactive after | {median(loads):.0f} ms |")
    print(f"| year switched, script alone (median of 10) | {median(works):.1f} ms |")
    print(f"| year switched and painted (median of 10, two frames) | {median(paints):.1f} ms |")


if __name__ == "__main__":
    main()
