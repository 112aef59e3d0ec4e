"""What the draws cost in time and memory: `python benchmarks/bench_uncertainty.py`.

Prints, asserts nothing. Every row runs in a process of its own, so that the peak is its own; CPU
seconds, the median of five runs, hardly hang on what else the machine does. A row without units is
the default panel with the stated factors. For comparison: the leading R package takes 212.6 s for
1,000 draws of 51 × 49, and its goal here is a thousandth.
"""

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROWS = {  # what → work, units, indicators, years, n; the goal in CPU seconds
    "default panel, 10,000 draws of all years": (("draw", 0, 0, 0, 10_000), None),
    "default panel, Sobol, 4,096 × (k + 2) runs": (("sobol", 0, 0, 0, 4_096), None),
    "default panel, the tables of the audit notebook": (("audit", 0, 0, 0, 0), None),
    "51 × 49 × 1 year, 1,000 draws": (("draw", 51, 49, 1, 1_000), 0.2),
    "31 × 30 × 5 years, 10,000 draws": (("draw", 31, 30, 5, 10_000), None),
    "31 × 30 × 5 years, 10,000 draws and their summary": (("summary", 31, 30, 5, 10_000), None),
    "31 × 30 × 5 years, 100,000 draws": (("draw", 31, 30, 5, 100_000), None),
    "310 × 40 × 10 years, 1,000 draws": (("draw", 310, 40, 10, 1_000), None),
    "2,900 × 40 × 10 years, scored": (("score", 2_900, 40, 10, 0), None),
    "2,900 × 40 × 10 years, 1,000 draws": (("draw", 2_900, 40, 10, 1_000), None),
}
RUNS = 5


def main() -> None:
    print(f"| what | CPU seconds, median of {RUNS} | goal | peak MB |")
    print("|---|---|---|---|")
    for name, (case, goal) in ROWS.items():
        words = [sys.executable, __file__, *map(str, case)]
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        spent, peak = map(float, told.split())
        print(f"| {name} | {spent:.2f} | {goal or '—'} | {peak:.0f} |", flush=True)


def measure(what: str, units: int, indicators: int, years: int, n: int) -> None:
    from quyu.index import score
    from quyu.index.alternatives import Factors
    from quyu.index.draws import draw, draw_years
    from quyu.index.sensitivity import sensitivity
    from quyu.index.uncertainty import tiers, uncertainty
    from quyu.study import open_study
    from quyu.study.audit import PARTS, audited
    from quyu.study.certainty import read_robustness

    def audit() -> None:
        study = open_study()
        for part in PARTS:
            audited(study, part, study.card.framework.report_year)

    work = {
        "score": lambda: score(matrix, framework),
        "draw": lambda: draw_years(card, card.framework.years, n=n, factors=factors),
        "summary": lambda: [done(draw(card, n=n)) for done in (uncertainty, tiers)],
        "sobol": lambda: sensitivity(card, n=n, factors=factors),
        "audit": audit,
    }
    small, frame = synthetic(31, 30, 5)  # imports and first calls are not what is measured
    card, factors = score(small, frame), None
    draw(card, n=10)
    sensitivity(card, n=2)
    if units:
        matrix, framework = synthetic(units, indicators, years)
        card = score(matrix, framework) if what != "score" else None
    else:
        card, factors = open_study().card, Factors(**read_robustness().factors)
    spent = []
    for _ in range(RUNS):
        start = time.process_time()
        work[what]()
        spent.append(time.process_time() - start)
    print(statistics.median(spent), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def synthetic(units: int, indicators: int, years: int) -> tuple:
    """Six goals of invented figures with something in common, one cell in fifty missing."""
    from quyu.index import Framework

    rng = np.random.default_rng(1)
    panel = list(range(2023 - years + 1, 2024))
    rows = pd.MultiIndex.from_product([[f"u{i:04}" for i in range(units)], panel])
    common = rng.normal(size=(len(rows), 1))
    figures = np.exp(0.7 * common + rng.normal(size=(len(rows), indicators)))
    figures[rng.random(figures.shape) < 0.02] = np.nan
    names = [f"x{i}" for i in range(indicators)]
    text = {"zh-hant": "", "en": ""}
    leaves = [
        {"id": name, "name": text, "unit": text, "formula": name, "direction": "+", "phrase": "",
         "evidence": "proxy" if place % 3 == 0 else "direct"}
        for place, name in enumerate(names)
    ]  # fmt: skip
    goals = [{"id": f"g{g}", "name": text, "children": leaves[g::6]} for g in range(6)]
    framework = Framework.model_validate(
        {"name": text, "version": "1", "years": panel, "report_year": 2023, "base_year": 2023,
         "index": {"id": "index", "name": text, "aggregate": "geometric", "children": goals}}
    )  # fmt: skip
    return pd.DataFrame(figures, index=rows, columns=names), framework


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
        measure(sys.argv[1], *map(int, sys.argv[2:]))
    else:
        main()
