"""A grid of parameters becomes one folder for each combination."""

import hashlib
import json
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from quyu.batch import cluster, sweep
from quyu.batch.grid import grid_jobs
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.request import Request

IMPORTS = ("", {})  # the made-up notebooks need none


class Kept(ForkServer):
    """One server for all sweeps of this module: starting it is what costs."""

    def close(self):
        """Kept open for the next sweep."""


@pytest.fixture(autouse=True, scope="module")
def one_server():
    kept = Kept()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweep, "IMPORTS", IMPORTS)
        patched.setattr(cluster, "ForkServer", lambda *_: kept)
        yield
    ForkServer.close(kept)


def swept(notebook, grid, out, **options):
    return sweep.sweep(notebook, grid, Request(out=out, **{"workers": 2} | options))


@pytest.fixture
def world(tmp_path):
    """A notebook with two parameters, and a way to write a grid for it."""
    cells = [
        "%matplotlib inline\nyear: int = 2023  # a year\nname = 'a'\nshare = 0.5\nplace = str(1)\ntags = []",
        "assert name != 'bad', 'made to fail'",
        "print(name, year)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.cells[0].metadata["tags"] = ["parameters"]
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    nbformat.write(book, tmp_path / "mine.ipynb")

    def grid(text):
        (tmp_path / "grid.yaml").write_text(text)
        return tmp_path / "mine.ipynb", tmp_path / "grid.yaml"

    return grid


def test_the_product_in_the_order_of_the_file(world):
    jobs = grid_jobs(*world("year: [2022, 2023]\nname: [b, 'c/d']"))
    assert [job.parameters for job in jobs] == [
        {"year": year, "name": name} for year in (2022, 2023) for name in ("b", "c/d")
    ]
    assert jobs[0].key == "year=2022,name=b"
    assert "/" not in jobs[1].key
    assert len({job.key for job in jobs}) == 4


def test_a_folder_tells_all_that_was_given(world):
    # A second sweep with another single value must not land in the folders of the first.
    first, second = (
        [job.key for job in grid_jobs(*world(f"name: [a, b]\nyear: {year}"))]
        for year in (2021, 2022)
    )
    assert first == ["year=2021,name=a", "year=2021,name=b"]  # in the notebook's order
    assert second == ["year=2022,name=a", "year=2022,name=b"]


def test_long_and_odd_values_keep_names_short_and_apart(world):
    texts = ["量" * 200, "量" * 201, "a,year=1", "a/year=1", "a year=1", "../..", ""]
    keys = [job.key for job in grid_jobs(*world(json.dumps({"name": texts})))]
    assert len(set(keys)) == len(texts)
    assert all(len(key.encode()) <= 160 for key in keys)
    assert not any("/" in key or " " in key for key in keys)
    assert keys[-1] == "name="


def test_a_whole_number_does_for_a_float(world):
    values = [job.parameters["share"] for job in grid_jobs(*world("share: [0, 0.25, 1]"))]
    assert values == [0.0, 0.25, 1.0]
    assert {type(value) for value in values} == {float}


def test_a_grid_is_as_wide_as_papermills_yaml(world):
    text = "tags: [[a, 1], []]\nname: [null, 2020-01-31, 440000]\nplace: [{a: [1, {b: null}]}]"
    given = [job.parameters for job in grid_jobs(*world(text))]
    assert [each["name"] for each in given[:3]] == [None, "2020-01-31", "440000"]
    assert (given[0]["tags"], given[3]["tags"]) == (["a", 1], [])
    assert given[0]["place"] == {"a": [1, {"b": None}]}
    assert len({job.key for job in grid_jobs(*world(text))}) == 6


def written(notebook, cell, **metadata):
    """Give a notebook another parameters cell."""
    book = nbformat.read(notebook, as_version=4)
    book.cells[0].source = cell
    book.metadata |= metadata
    nbformat.write(book, notebook)


@pytest.mark.parametrize(
    "cell", ["year, name = 2022, 'a'", "name, *year = 'a', 1, 2", "year: int\nname: str = 'a'"]
)
def test_names_are_found_however_they_are_assigned(world, cell):
    notebook, grid = world("year: [2022]\nname: [b]")
    written(notebook, cell)
    assert [job.parameters for job in grid_jobs(notebook, grid)] == [{"year": 2022, "name": "b"}]
    grid.write_text("nmae: [b]")
    with pytest.raises(ValueError, match="Did you mean 'name'"):
        grid_jobs(notebook, grid)


def test_the_parameters_of_another_language_are_passed_on(world):
    notebook, grid = world("year: [2022]")
    written(
        notebook, "year <- 2021L", kernelspec={"name": "ir", "language": "R", "display_name": "R"}
    )
    assert [job.parameters for job in grid_jobs(notebook, grid)] == [{"year": 2022}]


def test_older_formats_a_byte_order_mark_and_no_kernel_are_read(world, tmp_path):
    notebook, grid = world("year: [2022]")
    book = nbformat.read(notebook, as_version=4)
    del book.metadata["kernelspec"]
    text = nbformat.writes(nbformat.convert(book, 3))
    notebook.write_text("\ufeff" + text, encoding="utf-8")
    book = json.loads(text)
    book["worksheets"][0]["cells"][0]["metadata"]["tags"] = ["parameters"]
    notebook.write_text("\ufeff" + json.dumps(book), encoding="utf-8")
    assert swept(notebook, grid, tmp_path / "out") == 0
    assert "a 2022" in (tmp_path / "out/mine/year=2022/page.html").read_text()


def test_kernel_and_folder_can_be_named(world, tmp_path):
    notebook, grid = world("name: a")
    written(
        notebook,
        "name = ''",
        kernelspec={"name": "gone", "language": "python", "display_name": "G"},
    )
    last(notebook, "open('beside.csv').read()")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/beside.csv").write_text("x")
    options = {"kernel": "python3", "cwd": tmp_path / "data"}
    with pytest.raises(ValueError, match=r"mine.ipynb: its kernel gone is not .* are .*python3\."):
        swept(notebook, grid, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert swept(notebook, grid, tmp_path / "out", **options) == 0
    with pytest.raises(ValueError, match=r"--kernel nothing is not installed; there are .*python3"):
        swept(notebook, grid, tmp_path / "out", kernel="nothing")
    with pytest.raises(ValueError, match=r"--cwd .*no is no folder"):
        swept(notebook, grid, tmp_path / "out", cwd=tmp_path / "no")


def test_what_a_default_cannot_tell_is_taken_as_it_is(world):
    # `place` is computed in the notebook: no type is known, and 1 is not "1".
    jobs = grid_jobs(*world("place: [1, '1']"))
    assert [job.parameters["place"] for job in jobs] == [1, "1"]
    assert len({job.key for job in jobs}) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "yaer: [2022]",
            r"'yaer' is no parameter of mine.ipynb \(known: year, .*Did you mean 'year'",
        ),
        (
            "name: [011000]",
            "name is 4608, of type int; mine.ipynb takes str, like 'a'. Quotes make it a text",
        ),
        ("year: ['2022']", "takes int"),
        ("year: [true]", "takes int"),
        ("year: [2022.0]", "takes int"),
        ("share: [true]", "takes float"),
        ("share: ['1']", "takes float"),
        ("tags: [a]", "takes list"),
        ("place: !!set {a}", "place must list .* is a set"),
        ("year: []", "year lists no value"),
        ("name: [[a]]", "name is .*of type list"),
        ("name: {a: b}", "name is .*of type dict"),
        ("place: {1: b}", "place must list .* is a dict"),
        ("name: 2020-13-01", "is not valid YAML in UTF-8: month must be"),
        ("year: [2022", "is not valid YAML in UTF-8: while parsing"),
        ("year: 2022\nyear: 2023", "'year' is written twice"),
        ("? [a]\n: 1", "is not valid YAML in UTF-8"),
        ("2023: [1]", "2023 is no parameter"),
        ("share: [1, 1.0]", "share has a value that is listed twice"),
        ("", "must map parameters"),
        ("- year", "must map parameters"),
        ("name: [a, a]", "listed twice"),
    ],
)
def test_a_grid_that_cannot_be_meant_is_refused(world, text, told):
    with pytest.raises(ValueError, match=told):
        grid_jobs(*world(text))


def test_each_combination_has_its_folder_and_is_run_once(world, tmp_path, capsys):
    notebook, grid = world("year: [2022, 2023]\nname: [good, bad]")
    assert swept(notebook, grid, tmp_path / "out") == 1
    folder = tmp_path / "out/mine"
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    assert there == [
        "manifest.json",
        *(f"year={year},name=bad/failed.ipynb" for year in (2022,)),
        "year=2022,name=good/notebook.ipynb",
        "year=2022,name=good/page.html",
        "year=2023,name=bad/failed.ipynb",
        "year=2023,name=good/notebook.ipynb",
        "year=2023,name=good/page.html",
    ]
    html = (folder / "year=2022,name=good/page.html").read_text()
    assert "good 2022" in html
    assert "<script" not in html  # Jupyter's own template asks three addresses of a network
    assert "<title>year=2022,name=good</title>" in html
    assert "made to fail" in capsys.readouterr().out
    world("year: [2022, 2023]\nname: [good, better]")
    assert swept(notebook, grid, tmp_path / "out") == 0
    assert "2 of 4 reports written, 2 left as they were" in capsys.readouterr().out
    runs = json.loads((folder / "manifest.json").read_text())["runs"]
    told = {(row["parameters"]["name"], row["status"]) for row in runs}
    # What failed under the earlier grid lies there still, and is told.
    assert told == {("good", "done"), ("better", "done"), ("bad", "failed")}


def failures(folder):
    runs = json.loads((folder / "manifest.json").read_text())["runs"]
    return {row["key"]: [*row["files"]] for row in runs if row["status"] == "failed"}


def test_what_failed_stays_told_until_it_has_run_again(world, tmp_path, monkeypatch):
    out = tmp_path / "out"
    notebook, grid = world("name: bad")
    assert swept(notebook, grid, out, quiet=True) == 1
    told = failures(out / "mine")
    assert told == {"name=bad": ["name=bad/failed.ipynb"]}
    world("name: other")
    assert swept(notebook, grid, out, quiet=True) == 0
    assert failures(out / "mine") == told

    def interrupted(store, job, result):
        if job.parameters["name"] == "bad":
            raise KeyboardInterrupt
        return settle(store, job, result)

    settle = sweep._settle
    monkeypatch.setattr(sweep, "_settle", interrupted)
    world("name: [new, bad]")
    with pytest.raises(KeyboardInterrupt):
        swept(notebook, grid, out, quiet=True, workers=1)
    runs = json.loads((out / "mine/manifest.json").read_text())["runs"]
    assert [row["key"] for row in runs] == ["name=bad", "name=new", "name=other"]
    assert failures(out / "mine") == told


def test_what_stands_is_told_without_a_kernel_or_a_data_library(world, tmp_path, capsys):
    notebook, grid = world("year: 2022")
    out = tmp_path / "out"
    assert swept(notebook, grid, out) == 0
    assert "1 of 1 reports written" in capsys.readouterr().out
    again = (
        "import sys, atexit\n"
        "heavy = {'pandas', 'numpy', 'nbformat', 'papermill'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules))))\n"
        "from quyu.cli import app\napp(sys.argv[1:], standalone_mode=False)\n"
    )
    words = ["batch", notebook, "--grid", grid, "--out", out]
    done = subprocess.run(
        [sys.executable, "-c", again, *words], capture_output=True, text=True, check=False
    )
    assert "Nothing has changed. Open" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    (out / "mine/year=2022/page.html").write_text("harmed")
    assert swept(notebook, grid, out) == 0
    assert "1 of 1 reports written" in capsys.readouterr().out
    assert swept(notebook, grid, out) == 0
    assert "Nothing has changed" in capsys.readouterr().out
    last(notebook, "print('new')")
    assert swept(notebook, grid, out) == 0
    assert "1 of 1 reports written" in capsys.readouterr().out


def last(notebook, source):
    """Change the last cell of a notebook."""
    book = json.loads(notebook.read_text())
    book["cells"][-1]["source"] = source
    notebook.write_text(json.dumps(book))


def test_another_notebook_of_the_same_name_is_refused(world, tmp_path):
    notebook, grid = world("year: 2022")
    assert swept(notebook, grid, tmp_path / "out") == 0
    before = (tmp_path / "out/mine/manifest.json").read_bytes()
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "mine.ipynb"
    other.write_bytes(notebook.read_bytes())
    with pytest.raises(ValueError, match=r"holds runs of ../../mine.ipynb, not of .*other/mine"):
        swept(other, grid, tmp_path / "out")
    assert (tmp_path / "out/mine/manifest.json").read_bytes() == before


def test_a_folder_of_reports_is_refused(world, tmp_path):
    notebook, grid = world("year: 2022")
    (tmp_path / "out/mine").mkdir(parents=True)
    (tmp_path / "out/mine/manifest.json").write_text('{"reports": []}')
    with pytest.raises(ValueError, match="already holds reports"):
        swept(notebook, grid, tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("no.ipynb", None, "cannot be read: No such file"),
        ("text.ipynb", "print(1)", "is no notebook"),
        ("list.ipynb", "[]", "is no notebook"),
        ("old.ipynb", '{"worksheets": []}', "is no notebook"),
        ("empty.ipynb", '{"cells": []}', "is no notebook"),
        (
            "bare.ipynb",
            '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "a"}], "metadata": {}, '
            '"nbformat": 4, "nbformat_minor": 4}',
            "has no cell tagged 'parameters'",
        ),
    ],
)
def test_what_is_no_notebook_with_parameters_is_refused(tmp_path, name, content, told):
    if content is not None:
        (tmp_path / name).write_text(content)
    (tmp_path / "grid.yaml").write_text("year: 2022")
    with pytest.raises(ValueError, match=told):
        swept(tmp_path / name, tmp_path / "grid.yaml", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_grid_that_cannot_be_read_is_refused(world, tmp_path):
    notebook, grid = world("year: 2022")
    grid.write_bytes(b"name: \xff")
    with pytest.raises(ValueError, match="no text in UTF-8"):
        swept(notebook, grid, tmp_path / "out")
    with pytest.raises(ValueError, match=r"no\.yaml cannot be read"):
        swept(notebook, tmp_path / "no.yaml", tmp_path / "out")


def test_a_deadline_names_the_option_that_raises_it(world, tmp_path, capsys):
    notebook, grid = world("name: a")
    last(notebook, "import time; time.sleep(30)")
    assert swept(notebook, grid, tmp_path / "out", limits=Limits(cell=0.5)) == 1
    assert "raise with --cell-seconds" in " ".join(capsys.readouterr().out.split())


def test_a_file_not_found_is_told_where_notebooks_run(world, tmp_path, capsys):
    notebook, grid = world("name: a")
    last(notebook, "open('beside.csv')")
    (tmp_path / "beside.csv").write_text("x")
    assert swept(notebook, grid, tmp_path / "out") == 1
    assert "runs in the folder that the command is given in" in " ".join(
        capsys.readouterr().out.split()
    )


FOUR = "name: [a, b, c, d]"
GATED = """
import os, time
while name in "cd" and not os.path.exists("gate"):
    time.sleep(0.05)
"""


def hashes(folder):
    """The SHA-256 of every file of a sweep, but for the manifest: it tells seconds."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """A notebook of which two runs wait for a file, its grid, what comes of it if nothing happens."""
    folder = tmp_path_factory.mktemp("calm")
    cells = [nbformat.v4.new_code_cell(cell) for cell in ("name = ''", GATED, "print(name)")]
    cells[0].metadata["tags"] = ["parameters"]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    nbformat.write(book, folder / "mine.ipynb")
    (folder / "grid.yaml").write_text(FOUR)
    (folder / "gate").touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        assert swept(folder / "mine.ipynb", folder / "grid.yaml", folder / "out") == 0
    return folder / "mine.ipynb", folder / "grid.yaml", hashes(folder / "out/mine")


@pytest.mark.prove
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_sweep_that_is_ended_can_be_taken_up(calm, tmp_path, monkeypatch, capsys, number):
    notebook, grid, undisturbed = calm
    monkeypatch.chdir(tmp_path)
    program = (
        "import sys\nfrom quyu.batch import sweep\nfrom quyu.cli import app\n"
        f"sweep.IMPORTS = {IMPORTS}\napp(sys.argv[1:], prog_name='quyu')\n"
    )
    # Three at once: c and d hold a turn each for good, and whichever is ready first takes its own.
    words = ["batch", notebook, "--grid", grid, "--out", "out", "--jobs", "3"]
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    manifest, until = tmp_path / "out/mine/manifest.json", time.monotonic() + 60
    while not manifest.exists() or len(json.loads(manifest.read_text())["runs"]) < 2:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < until
        time.sleep(0.02)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    process.wait(20)
    if number == signal.SIGINT:
        assert process.returncode == 130
    psutil.wait_procs(family, timeout=5)
    assert [each for each in family if each.is_running()] == []
    assert sorted(path.name for path in manifest.parent.glob("name=*")) == ["name=a", "name=b"]
    (tmp_path / "gate").touch()
    assert swept(notebook, grid, tmp_path / "out") == 0
    assert "2 of 4 reports written, 2 left as they were" in capsys.readouterr().out
    assert hashes(manifest.parent) == undisturbed
    assert [*tmp_path.rglob(".*.part")] == []


@pytest.mark.prove
def test_a_cluster_writes_the_same_sweep(calm, tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="the cluster needs quyu[cluster]")
    notebook, grid, undisturbed = calm
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gate").touch()
    assert swept(notebook, grid, tmp_path / "out", workers=1, scheduler="") == 0
    assert hashes(tmp_path / "out/mine") == undisturbed
