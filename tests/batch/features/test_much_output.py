"""However much a notebook shows: nothing small is lost, nothing large is kept, and the batch stays small."""

import json
import subprocess
import sys

import nbformat
import pytest

from quyu.batch.execute import Run, execute
from quyu.batch.kernels.client import ForkServer

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(sys.platform != "linux", reason="a process's peak is told by /proc"),
]

NOTE = "[Of a cell's output, 20 MB are kept; the rest is left out.]\n"
LARGE = """
from IPython.display import HTML, JSON, display
text = "x" * 50_000_000
match what:
    case "printed":
        print(text)
    case "in pieces":
        for _ in range(50):
            print(text[:1_000_000], flush=True)
    case "displayed":
        display(HTML(text))
    case "a map":
        display(JSON({"a": text}))
    case "failed":
        raise ValueError(text)
"""


def book(*cells: str) -> nbformat.NotebookNode:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.cells[0].metadata["tags"] = ["parameters"]
    made.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    return made


def counted(times: int, server: ForkServer) -> tuple[Run, int]:
    """A run that prints so often, each print a message; and how many calls it took here."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run = execute(
            book(f"for n in range({times}):\n    print(n, flush=True)"), {}, server=server
        )
    finally:
        sys.setprofile(before)
    return run, calls


def test_every_one_of_40_000_prints_is_kept_and_costs_the_same():
    with ForkServer() as server:
        (few, cost), (many, costs) = counted(10_000, server), counted(40_000, server)
    for run, times in ((few, 10_000), (many, 40_000)):
        assert run.error == ""
        (output,) = run.notebook.cells[0].outputs
        assert output.text == "".join(f"{n}\n" for n in range(times))
    assert costs < 5 * cost  # four times as many; 16 times if each looked at those before it


def batch(folder, *, whats):
    """`quyu batch` over what is shown, one after another: exit code, what was said, MB at its peak.

    The peak is the kernel's VmHWM: getrusage's ru_maxrss outlives exec, so that of a child begins at
    the size of the process that started it, here a test worker after hundreds of tests.
    """
    folder.mkdir()
    nbformat.write(book("what = ''", LARGE, "'the end'"), folder / "mine.ipynb")
    (folder / "grid.yaml").write_text(json.dumps({"what": whats}))
    program = (
        "import re, sys\nfrom pathlib import Path\nfrom quyu.batch import sweep\nfrom quyu.cli import app\n"
        "sweep.IMPORTS = ('', {})\ntry:\n    app(sys.argv[1:], prog_name='quyu')\n"
        "finally:\n    told = Path('/proc/self/status').read_text()\n"
        "    print(int(re.search(r'VmHWM:\\s+(\\d+) kB', told)[1]) // 1024)\n"
    )
    words = ["batch", "mine.ipynb", "--grid", "grid.yaml", "--out", "out", "--jobs", "1"]
    told = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=folder, capture_output=True, text=True
    )
    *said, peak = told.stdout.splitlines()
    return told.returncode, "\n".join(said), int(peak)


@pytest.mark.parametrize("what", ["printed", "in pieces", "displayed", "a map"])
def test_of_50_megabytes_20_are_kept_and_the_page_says_so(tmp_path, what):
    code, said, peak = batch(tmp_path / "all", whats=[what])
    assert code == 0, said
    (run,) = (tmp_path / "all/out/mine").glob(f"what={what.replace(' ', '*')}*")
    notebook = nbformat.read(run / "notebook.ipynb", as_version=4)
    *kept, note = notebook.cells[2].outputs
    assert (note.name, note.text) == ("stderr", f"\n{NOTE}")
    assert notebook.cells[3].outputs[0].data["text/plain"] == "'the end'"
    page = (run / "page.html").read_text()
    assert "20 MB are kept; the rest is left out" in page
    assert "the end" in page
    shown = 20_000_000 if what in ("printed", "in pieces") else 0
    assert sum(len(output.text) for output in kept) == shown
    assert shown <= len(page) < shown + 1_000_000
    assert peak < 800  # 50 MB of output have gone by; the process alone takes about 200


def test_an_error_of_50_megabytes_is_told_in_short(tmp_path):
    code, said, _ = batch(tmp_path / "run", whats=["failed"])
    assert code == 1
    assert "ValueError: xxx" in said
    assert len(said) < 10_000
    (run,) = (tmp_path / "run/out/mine").glob("what=failed*")
    notebook = nbformat.read(run / "failed.ipynb", as_version=4)
    assert notebook.cells[2].outputs[0].traceback == [NOTE]
    assert (run.parent / "manifest.json").stat().st_size < 10_000
