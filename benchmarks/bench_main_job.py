"""What the main job costs, as ratios within one run: `python benchmarks/bench_main_job.py [N]`.

Prints, asserts nothing. The serial way is what users do without quyu: papermill, then nbconvert, one
province after another; it is timed on N reports (4 unless given), half of them before and half after
the rest, and scaled to 31, as are ordinary kernels on 2 N. CPU counts every process; peak is the
proportional set size of the whole family. `bench_main_job.py stages` prints a report's stages alone.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import psutil

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PROVINCES = [
    "110000",
    "440000",
    "540000",
    "610000",
    "220000",
    "330000",
    "500000",
    "650000",
    "310000",
    "370000",
    "420000",
    "210000",
]
ORDINARY = """
import sys
from pathlib import Path
from quyu.batch.kernels.client import ForkServer
from quyu.batch.plan import plan, write
from quyu.batch.request import Request
server = ForkServer("importlib:import_module", {"name": "nothing_to_fork"})
planned = plan(Request(provinces=sys.argv[2:], out=Path(sys.argv[1]), workers=2))
sys.exit(write(planned, server=server))
"""
HUNDRED = """
import dataclasses, sys
from itertools import cycle
from pathlib import Path
from quyu.batch.plan import plan, write
from quyu.batch.request import Request
planned = plan(Request(out=Path(sys.argv[1]), workers=2))
reports = cycle(job for job in planned.jobs if job.key.startswith("reports/"))
jobs = [dataclasses.replace(job, key=f"{job.key}-{n}") for n, job in zip(range(100), reports)]
sys.exit(write(dataclasses.replace(planned, jobs=tuple(jobs))))
"""

TRIVIAL = """
from concurrent.futures import ThreadPoolExecutor
import nbformat
from quyu.batch.kernels.client import ForkServer
from quyu.batch.execute import execute
cells = [nbformat.v4.new_code_cell(text) for text in ("x = 0", "x + 1")]
cells[0].metadata["tags"] = ["parameters"]
spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
with ForkServer() as server, ThreadPoolExecutor(3) as pool:
    runs = list(pool.map(lambda x: execute(book, {"x": x}, server=server), range(500)))
for x, run in enumerate(runs):
    assert run.notebook.cells[-1].outputs[0].data["text/plain"] == str(x + 1), run.error
"""


def main(sample: int) -> None:
    cores = len(os.sched_getaffinity(0))
    print(f"{cores} cores; serial from {sample} reports, ordinary kernels from {2 * sample}")
    codes, rows = PROVINCES[: 2 * sample], {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        serial = [_serial(out, code) for code in PROVINCES[: sample // 2]]
        report = [BIN / "quyu", "report", "--out"]
        for jobs in (1, 2):
            what = f"quyu report --jobs {jobs}, with 3 briefs, atlas, index"
            rows[what] = forked = _cost([*report, out / str(jobs), "--jobs", jobs])
        rows["the same again, nothing changed"] = _cost([*report, out / "2", "--jobs", 2])
        dask = [*report, out / "dask", "--executor", "dask"]
        rows["quyu report --executor dask, local; CPU without its workers"] = _cost(dask)
        ordinary = _cost([sys.executable, "-c", ORDINARY, out / "ordinary", *codes])
        rows["ordinary kernels, two at a time"] = _scaled(ordinary, 31 / len(codes))
        hundred = _cost([sys.executable, "-c", HUNDRED, out / "hundred"])
        serial += [_serial(out, code) for code in PROVINCES[sample // 2 : sample]]
    whole = _scaled(_sum(serial), 31 / sample)
    print("\n| 31 reports | wall s | CPU s | peak MB | wall ratio | CPU ratio |")
    print("|---|---|---|---|---|---|")
    for what, cost in {"papermill, then nbconvert, one by one": whole, **rows}.items():
        print(_cells(what, cost), f"{whole[0] / cost[0]:.1f} | {whole[1] / cost[1]:.1f} |")
    print(_cells("100 reports, with atlas and index", hundred))
    each = (hundred[0] - forked[0]) / (100 - 34)
    told = f"Each further report takes {each:.2f} s; 340 would take {forked[0] + 306 * each:.0f} s."
    print(f"\n{told}")
    print(_cells("\n500 notebooks of two cells, none lost", _cost([sys.executable, "-c", TRIVIAL])))
    stages(PROVINCES[:8])
    print(f"\nquyu --help: {_cost([BIN / 'quyu', '--help'])[0]:.2f} s")


def stages(codes: list[str]) -> None:
    """What a report costs once all is prepared: a kernel that runs nothing, cells, page, files."""
    from quyu.batch.execute import execute
    from quyu.batch.jobs import Outcome
    from quyu.batch.kernels.client import ForkServer
    from quyu.batch.plan import plan
    from quyu.batch.prose import translated
    from quyu.batch.report import preparation
    from quyu.batch.request import Request
    from quyu.batch.site import job_page
    from quyu.batch.store import Store

    cell = nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]})
    nothing = nbformat.v4.new_notebook(cells=[cell])
    spent = dict.fromkeys(("kernel start and end", "cells", "page", "publish"), 0.0)
    with tempfile.TemporaryDirectory() as folder:
        request = Request(provinces=codes, out=Path(folder))
        planned = plan(request)
        study = planned.study
        store = Store(planned.folder, "reports", about={}, lang=study.lang)
        store.todo(planned.jobs, dict.fromkeys((job.key for job in planned.jobs), ""))
        with ForkServer(*preparation(request, study.lang)) as server:
            if told := server.refusal(600):
                raise RuntimeError(told)
            for job in planned.jobs:
                clock = [_spent(server)]
                execute(nothing, job.parameters, server=server)
                clock.append(_spent(server))
                run = execute(job.notebook, job.parameters, server=server)
                clock.append(_spent(server))
                book = translated(run.notebook, job.notebook, study.say)
                page = job_page(book, job.key, study, planned.year, ())
                clock.append(_spent(server))
                written = {f"{job.key}.html": page, f"{job.key}.ipynb": nbformat.writes(book)}
                files = store.publish(written, gone=())
                store.note(Outcome(job, run.seconds, run.error, files))
                clock.append(_spent(server))
                each = [after - before for before, after in pairwise(clock)]
                each[1] -= each[0]  # a kernel starts for the cells too
                for stage, seconds in zip(spent, each, strict=True):
                    spent[stage] += seconds
    whole = sum(spent.values())
    print(f"\n| a report's stages, mean of {len(codes)} | CPU s | share |\n|---|---|---|")
    for stage, seconds in spent.items():
        print(f"| {stage} | {seconds / len(codes):.2f} | {100 * seconds / whole:.0f} % |")


def _spent(server: Any) -> float:
    """CPU seconds of this process, and of the fork server with all that it has started and ended."""
    forking = psutil.Process(server._process.pid)
    while forking.children():
        time.sleep(0.01)
    return time.process_time() + sum(forking.cpu_times()[:4])


def _serial(out: Path, adcode: str) -> tuple[float, float, float]:
    made, notebook = out / f"{adcode}.ipynb", ROOT / "notebooks/report-province.ipynb"
    words = [BIN / "papermill", notebook, made, "-r", "province", adcode, "--no-progress-bar"]
    page = [BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", made]
    return _sum([_cost(words), _cost(page)])


def _cost(words: list) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory in MB of a command with all that it starts."""
    before, start, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    process = subprocess.Popen(
        [str(word) for word in words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        peak = max(peak, _proportional(process.pid))
        time.sleep(0.25 if time.perf_counter() - start > 1 else 0.02)
    if process.returncode:
        raise RuntimeError(f"{words} ended with {process.returncode}")
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, peak


def _proportional(pid: int) -> float:
    """Proportional set size of a process and its descendants: shared pages are counted once."""
    total, waiting = 0.0, [pid]
    while waiting:
        each = waiting.pop()
        try:
            text = Path(f"/proc/{each}/smaps_rollup").read_text()
            tasks = [*Path(f"/proc/{each}/task").iterdir()]
            waiting += [
                int(pid) for task in tasks for pid in (task / "children").read_text().split()
            ]
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _sum(costs: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    return sum(c[0] for c in costs), sum(c[1] for c in costs), max(c[2] for c in costs)


def _scaled(cost: tuple[float, float, float], by: float) -> tuple[float, float, float]:
    return cost[0] * by, cost[1] * by, cost[2]


def _cells(what: str, cost: tuple[float, float, float]) -> str:
    return f"| {what} | {cost[0]:.1f} | {cost[1]:.1f} | {cost[2]:.0f} |"


if __name__ == "__main__":
    if sys.argv[1:] == ["stages"]:
        stages(PROVINCES[:8])
        sys.exit()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
