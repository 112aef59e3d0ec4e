"""Every command that the README types, run as it is typed, in a folder that has what it names."""

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from quyu.study.certainty import read_robustness

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
LINES = [
    words
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.S | re.M)
    for line in block.splitlines()
    if (words := line.partition(" #")[0].strip())
]
# One report in place of 31: what is typed stays as it is, a province is added.
FEWER = ("quyu report", "quyu report --lang all", "quyu report --pdf --zip", "quyu report --docx")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkout as the README assumes it, with the files that its reader has made."""
    made = tmp_path_factory.mktemp("readme")
    for name in ("notebooks", "params", "geodata"):
        (made / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "geodata", made / "mydata")
    shutil.copytree(ROOT / "tests/worlds/cities", made / "cities")
    shutil.copy(ROOT / "params/framework.yaml", made / "mine.yaml")
    figures = pd.read_csv(ROOT / "geodata/figures.csv", dtype=str, keep_default_na=False)
    figures.head(200).to_excel(made / "figures.xlsx", index=False)
    shutil.copy(next((ROOT / "tests/facts/cases").glob("08_*")), made / "pass-rates.xlsx")
    (made / "grid.yaml").write_text("year: [2022]\nregion: [東北]\n", encoding="utf-8")
    return made


def typed(line, folder, *more):
    program, *words = line.split()
    found = shutil.which(program, path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    return subprocess.run([found, *words, *more], capture_output=True, text=True, cwd=folder)


def runs(line):
    """Whether a line stands for a run of its own here; make is what runs these tests."""
    return line.split()[0] not in ("make", "dask") and "--scheduler" not in line


@pytest.mark.prove
@pytest.mark.parametrize("line", [line for line in LINES if runs(line)])
def test_a_line_works_as_typed(folder, line):
    if "--pdf" in line and not shutil.which("chromium"):
        pytest.skip("no Chromium on this machine to print with")
    done = typed(line, folder, *(["西藏"] if line in FEWER else []))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("line", sorted({line for line in LINES if line.startswith("make")}))
def test_make_knows_what_is_asked_of_it(line):
    if not shutil.which("make"):
        pytest.skip("no make on this machine")
    done = typed(line, ROOT, "-n")
    assert done.returncode == 0, done.stderr


@pytest.mark.prove
def test_two_commands_make_a_cluster(folder):
    pytest.importorskip("distributed", reason="the cluster needs quyu[cluster]")
    scheduler, worker, report = [line for line in LINES if "dask" in line]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = f"tcp://127.0.0.1:{port}"
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    lines = [
        [*scheduler.split(), "--port", str(port), "--host", "127.0.0.1", "--no-dashboard"],
        [*worker.replace("tcp://host:8786", here).split(), "--no-dashboard"],
    ]
    running = [subprocess.Popen([BIN / "dask", *line[1:]], **quiet) for line in lines]
    try:
        time.sleep(3)
        done = typed(report.replace("tcp://host:8786", here), folder, "西藏", "--run", "dask")
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "output/dask/zh-hant/reports/540000-xizang.html").is_file()


def test_its_python_runs_and_what_it_names_is_there(tmp_path, monkeypatch):
    ours, slurm = re.findall(r"^```python\n(.*?)^```", README, re.S | re.M)
    monkeypatch.chdir(tmp_path)  # it saves what it draws
    exec(ours, {})
    ast.parse(slurm)  # there is no SLURM here
    named = set(re.findall(r"`((?:params|geodata|notebooks|tests|src)/[\w./-]*)`", README))
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert {"make report", "make test", "quyu report"} <= set(LINES)


def test_its_figures_are_those_of_the_files(opened):
    study = opened()
    framework, grades = study.card.framework, study.facts.figures.set_index("indicator")["value"]
    a, b, c = grades["quality_work_assessment_grade"].value_counts()[[95.0, 84.5, 69.5]]
    for told in (
        f"{study.facts.figures['indicator'].nunique()} official series",
        f"{len(study.facts.provinces)} units",
        f"{len(framework.indicators)} indicators in six goals",
        f"panel {framework.years[0]}–{framework.years[-1]}",
        f"{read_robustness().draws:,} draws",
        f"scale {framework.scale[0]:.0f}–{framework.scale[1]:.0f}",
        f"({a} A, {b} B, {c} C)",
        f"{len(study.provinces)} mainland",
    ):
        assert told in " ".join(README.split()), told
