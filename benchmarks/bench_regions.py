"""How long the regional strategy takes: `python benchmarks/bench_regions.py`.

Everything is measured in this one run, after the study is open and its draws are made; each line is
the median of three fresh runs, so that nothing comes from a cache. Limits: all of notebook 4 below
5 s, LISA with 9,999 permutations below 1 s, pairing with 1,000 draws below 2 s.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from quyu.pages import convergence, gaps, neighbours
from quyu.pages import lens as page
from quyu.regions.graphs import contiguity
from quyu.regions.lens import lens, read_lenses
from quyu.regions.moran import lisa, moran
from quyu.regions.pairing import pairing
from quyu.regions.strategy import region_of
from quyu.regions.structure import read_assistance, structural_distance
from quyu.study import disparities, open_study, regional, report_year, spatial
from quyu.study.certainty import draws_of

YEAR = report_year()


def median(what: Callable[[], object], *, times: int = 3) -> float:
    """Seconds of the middle one of a few runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def notebook() -> None:
    """All that notebook 4 calculates and draws, on a study that nothing was worked out for yet."""
    for function in (
        regional.lens_of, disparities.ratios_of, disparities.inequality_of, disparities.sigma_of,
        disparities.convergence_frame, disparities.transitions_of,
        disparities.spatial_transitions_of, spatial.matrices_of, spatial.lisa_of, spatial.moran_frame,
    ):  # fmt: skip
        function.cache_clear()
    region = region_of("中西部")
    for part in (page.lens_question, gaps.region_gaps):
        part(STUDY, region)
    for part in (page.lens_table, page.lens_chart):
        part(STUDY, region, YEAR)
    page.province_lens(STUDY, page.first_of(STUDY, region, YEAR), YEAR)
    page.lenses_table(STUDY, YEAR)
    for part in (
        gaps.inequality_table, gaps.inequality_chart, gaps.dagum_table, gaps.region_chart,
        gaps.spread_table, gaps.density_chart, convergence.sigma_table, convergence.beta_table,
        convergence.transitions_table, neighbours.transitions_around, neighbours.pull_text,
    ):  # fmt: skip
        part(STUDY)
    for part in (
        neighbours.moran_table, neighbours.lisa_map, neighbours.lisa_table,
        neighbours.patterns_table,
    ):  # fmt: skip
        part(STUDY, YEAR)


if __name__ == "__main__":
    STUDY = open_study()
    draws, register = draws_of(STUDY, YEAR), STUDY.provinces
    units = list(register.index)
    weights, index = contiguity(STUDY.land.loc[units]), STUDY.at(YEAR)["index"]
    choices = read_assistance()
    apart = structural_distance(STUDY.figures.loc[units], choices, year=YEAR)
    start = time.perf_counter()
    notebook()
    print(f"notebook 4, first time, with its imports   {time.perf_counter() - start:6.2f} s  (< 5)")
    rows = {
        "notebook 4, again from the study           ": (notebook, 5),
        "three lenses over 10,000 draws             ": (
            lambda: [lens(each, draws, STUDY.figures, register) for each in read_lenses()],
            None,
        ),
        "LISA, 9,999 permutations                   ": (
            lambda: lisa(index, weights, permutations=9_999),
            1,
        ),
        "LISA, 99,999 permutations (the default)    ": (lambda: lisa(index, weights), None),
        "Moran's I, 99,999 permutations             ": (
            lambda: moran(index, weights),
            None,
        ),
        "pairing, 1,000 draws                       ": (
            lambda: pairing(draws, apart, choices, register),
            2,
        ),
    }
    for name, (what, limit) in rows.items():
        told = f"(< {limit})" if limit else ""
        print(f"{name}{median(what):6.2f} s  {told}")
