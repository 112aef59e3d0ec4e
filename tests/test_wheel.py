"""The wheel: what it holds, and that it is all that a notebook needs."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import nbformat
import pytest

from quyu.words import simplified

ROOT = Path(__file__).parents[1]
FOLDERS = ("src/quyu", "geodata", "params", "notebooks")
LEFT_BEHIND = (
    "notebooks/.ipynb_checkpoints/1-data-checkpoint.ipynb",
    "notebooks/out.html",
    "notebooks/.~1-data.ipynb",
    "params/.ipynb_checkpoints/mine.yaml",
    "params/framework.yaml~",
    "geodata/__pycache__/describe.cpython-311.pyc",
    "geodata/.DS_Store",
    "geodata/~$figures.xlsx",
    "geodata/published/.ipynb_checkpoints/topsis-checkpoint.csv",
    "src/quyu/__pycache__/files.cpython-311.pyc",
    "src/quyu/words/.ipynb_checkpoints/en-checkpoint.toml",
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The files that a wheel is built from, where neither git nor an editor has left anything."""
    made = tmp_path_factory.mktemp("tree")
    nothing = shutil.ignore_patterns("__pycache__", ".*", "*~")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, made / folder, ignore=nothing)
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA"):
        shutil.copy(ROOT / name, made / name)
    return made


def taken(tree):
    """Where in the wheel each file would go, by its path in the tree."""
    wheel = pytest.importorskip("hatchling.builders.wheel")
    return {
        Path(file.path).relative_to(tree).as_posix(): file.distribution_path
        for file in wheel.WheelBuilder(str(tree)).recurse_included_files()
    }


def test_it_holds_what_belongs_to_it_and_nothing_else(tree):
    files = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}
    makers = {name for name in files if name.startswith("geodata/") and name.endswith(".py")}
    mine = {name for name in files if name.startswith(FOLDERS)} - makers
    before = taken(tree)
    assert set(before) == mine
    assert before["params/framework.yaml"] == "quyu/embedded/params/framework.yaml"
    assert before["src/quyu/words/en.toml"] == "quyu/words/en.toml"
    for name in LEFT_BEHIND:
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).touch()
    assert taken(tree) == before


@pytest.fixture(scope="module")
def python(tree, tmp_path_factory):
    """A Python of its own that has the wheel, and of ours nothing but the libraries."""
    build = pytest.importorskip("hatchling.builders.wheel")
    home = tmp_path_factory.mktemp("empty")
    (wheel,) = build.WheelBuilder(str(tree)).build(directory=str(home))
    venv.create(home / "venv", with_pip=False, symlinks=os.name != "nt")
    programs = home / "venv" / ("Scripts" if os.name == "nt" else "bin")
    own = sysconfig.get_path("purelib", vars={"base": str(home / "venv")})
    # A line of a .pth file is a folder in which no other .pth is read: not ours of the checkout.
    Path(own, "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    lines = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*lines, "--target", own, wheel], check=True)
    return programs / Path(sys.executable).name


def run(python, folder, *words):
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    line = [python, *words]
    done = subprocess.run(line, capture_output=True, text=True, cwd=folder, env=alone)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shown(book):
    """All that a reader of a run notebook sees between its cells of code, but what is marked as Chinese."""
    for cell in book.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        for output in cell.get("outputs", ()):
            data = output.get("data", {"text/plain": output.get("text", "")})
            whole = data.get("text/html", data.get("image/svg+xml", data.get("text/plain")))
            yield re.sub(
                r'<(\w+) lang="zh-Han[st]">.*?</\1>|<style.*?</style>', "", whole, flags=re.S
            )


@pytest.mark.prove
@pytest.mark.parametrize("lang", ["zh-hant", "zh-hans", "en"])
def test_with_the_wheel_alone_a_notebook_is_written_and_run(python, tmp_path, lang):
    study = tmp_path / "study"
    run(python, tmp_path, "-m", "quyu", "notebooks", "study", "--lang", lang)
    home = run(python, study, "-c", "import quyu; print(quyu.__file__)")
    assert Path(home).is_relative_to(python.parents[1])
    line = "-m papermill 2-score.ipynb out.ipynb -p year 2023"
    run(python, study, *line.split())
    book = nbformat.read(study / "out.ipynb", as_version=4)
    asked = [cell for cell in book.cells if cell.cell_type == "code"][2:]
    assert [cell.id for cell in asked if not cell.outputs] == []
    text = "\n".join(shown(book))
    assert "2023" in text
    if lang == "en":
        assert re.findall(r".{20}[\u3400-\u9fff]+", text) == []
    elif lang == "zh-hans":
        assert [line for line in text.splitlines() if simplified(line) != line] == []
