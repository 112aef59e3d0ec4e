"""What the pages cost a reader: `python tests/benchmark/bench_pages.py`, a browser on this machine.

Prints, asserts nothing. Sizes of the atlas; how soon it can be used; a change of year, the median
of ten, from the input event until the next frame has been painted.
"""

import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

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
    from playwright.sync_api import sync_playwright

    from quyu.reports import open_study
    from quyu.reports.site.atlas_page import atlas_page

    subject = open_study()
    year = subject.card.framework.report_year
    start, used = time.perf_counter(), time.process_time()
    html = atlas_page(subject, year, set())
    print("| what | measured |")
    print("|---|---|")
    print(f"| atlas, three languages, five years | {len(html.encode()) / 1000:.0f} KB |")
    built, used = time.perf_counter() - start, time.process_time() - used
    print(
        f"| atlas built, draws of every year included | {built:.1f} s ({used:.1f} s of processor) |"
    )
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
