"""What the main job costs, as ratios within one run: `python tests/benchmark/bench_main_job.py [N]`.

Prints, asserts nothing. The serial way is what users do without quyu: papermill, then nbconvert,
one province after another; it is timed on N reports (3 unless given) and scaled to 31.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def main(sample: int) -> None:
    from quyu.facts import load, matrix
    from quyu.index import read_framework, read_state, score

    print("| what | measured |")
    print("|---|---|")
    params = ROOT / "params"
    framework = read_framework(params / "framework.yaml")
    state = read_state(params / "framework.state.yaml")
    print(f"| figures read and checked | {_median(load):.3f} s |")
    figures = matrix(load())
    scoring = _median(lambda: score(figures, framework, state=state))
    print(f"| default panel scored | {scoring:.3f} s |")
    print(f"| quyu --help | {_median(lambda: _run([BIN / 'quyu', '--help'])):.2f} s |")
    with tempfile.TemporaryDirectory() as folder:
        serial = _timed(lambda: _serial(Path(folder), sample)) / sample * 31
        print(f"| papermill, then nbconvert: 31 reports (from {sample}) | {serial:.0f} s |")
        words = [BIN / "quyu", "report", "--out", folder]
        batch, peak = _peak(words)
        print(f"| quyu report: 31 reports, 3 briefs, atlas, index | {batch:.0f} s |")
        print(f"| ratio, all included | {serial / batch:.1f} |")
        print(f"| peak memory of the batch with its kernels | {peak:.0f} MB |")
        print(f"| cores | {os.cpu_count()} |")


def _serial(folder: Path, sample: int) -> None:
    for adcode in ("110000", "440000", "540000", "610000", "220000")[:sample]:
        made = folder / f"{adcode}.ipynb"
        notebook = ROOT / "notebooks/report-province.ipynb"
        _run([BIN / "papermill", notebook, made, "-r", "province", adcode, "--no-progress-bar"])
        _run([BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", made])


def _peak(words: list) -> tuple[float, float]:
    """Wall time, and the greatest sum of resident memory over the process tree, in MB."""
    start, peak = time.perf_counter(), 0.0
    process = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.2)
    return time.perf_counter() - start, peak


def _resident(pid: int) -> float:
    """Proportional set size of a process and its descendants: shared pages are counted once."""
    total, waiting = 0.0, [pid]
    while waiting:
        each = waiting.pop()
        try:
            text = Path(f"/proc/{each}/smaps_rollup").read_text()
            tasks = Path(f"/proc/{each}/task").iterdir()
            children = " ".join((task / "children").read_text() for task in tasks)
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        waiting += [int(child) for child in children.split()]
    return total / 1024


def _median(work, times: int = 5) -> float:
    return median(_timed(work) for _ in range(times))


def _timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _run(words: list) -> None:
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stderr[-2000:]}")


if __name__ == "__main__":
    if not shutil.which(str(BIN / "quyu")):
        raise SystemExit("install quyu into the environment that runs this script")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
