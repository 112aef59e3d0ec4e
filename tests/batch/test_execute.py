"""A run counts only if every cell ran: what papermill calls a success is not believed."""

import ast
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest

from quyu.batch.execute import execute
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.run import Kernels


@pytest.fixture
def notebook(tmp_path):
    def write(*sources):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        cells[0].metadata["tags"] = ["parameters"]
        book = nbformat.v4.new_notebook(cells=cells)
        book.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(book, tmp_path / "made.ipynb")
        return tmp_path / "made.ipynb"

    return write


def test_a_good_run_has_its_parameters_and_outputs(notebook):
    run = execute(notebook("x = 1", "x + 1"), {"x": 41})
    assert run.error == ""
    assert run.notebook.cells[-1].outputs[0].data["text/plain"] == "42"


@pytest.mark.parametrize(
    ("fatal", "told"),
    [
        ("raise KeyError('440001')", "cell 2: KeyError: '440001'"),
        ("import sys; sys.exit(0)", "cell 2: SystemExit: 0"),
        ("import os; os._exit(0)", "cell 2: its kernel died"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "cell 2: its kernel died"),
    ],
)
def test_a_run_that_stops_early_is_a_failure(notebook, fatal, told):
    run = execute(notebook("x = 1", fatal, "'the end'"), {})
    assert run.error == told
    assert run.notebook.cells[2].execution_count is None


@pytest.mark.parametrize("fatal", ["import sys; sys.exit(0)", "1 / 0", "import os; os._exit(0)"])
def test_no_cell_is_run_twice(notebook, tmp_path, fatal):
    count = f"with open({str(tmp_path / 'ran')!r}, 'a') as file: file.write('x')"
    assert execute(notebook("x = 1", count, fatal, "x"), {}).error
    assert (tmp_path / "ran").read_text() == "x"


def test_a_run_meets_its_deadline(notebook):
    slow = notebook("x = 1", *["import time; time.sleep(1)"] * 30)
    run = execute(slow, {}, limits=Limits(run=8))
    assert run.error.endswith(": the run took longer than 8 s; raise with --run-seconds")


def test_a_cell_is_passed_over_only_if_a_tag_says_so(notebook):
    book = nbformat.read(notebook("x = 1", "1 / 0", "x"), as_version=4)
    book.cells[1].metadata["tags"] = ["skip-execution"]
    run = execute(book, {})
    assert run.error == ""
    assert [cell.execution_count for cell in run.notebook.cells] == [1, None, 2]


def test_what_an_earlier_run_left_masks_nothing(notebook):
    book = nbformat.read(notebook("x = 1", "quit()", "x"), as_version=4)
    book.cells[2].execution_count = 3
    book.cells[2].outputs = [nbformat.v4.new_output("error", ename="Old", evalue="saved")]
    run = execute(book, {})
    assert run.error == "cell 3 never ran: 'x'; the kernel ended before it"
    assert (run.notebook.cells[2].execution_count, run.notebook.cells[2].outputs) == (None, [])


def test_kernels_that_were_closed_run_nothing(notebook):
    kernels = Kernels()
    kernels.close()
    assert execute(notebook("x = 1"), {}, kernels=kernels).error == "the kernels were closed"


def test_the_next_kernel_starts_while_one_runs_and_waits_for_its_turn_out_of_its_own_time(notebook):
    cell = "import psutil, time\nbegun = time.time()\ntime.sleep(4)\n"
    cell += "psutil.Process().create_time(), begun, time.time()"
    book, kernels = notebook("x = 1", cell), Kernels(1)
    with ForkServer() as server, ThreadPoolExecutor(2) as pool:
        given = {"server": server, "kernels": kernels, "limits": Limits(run=7.5)}
        runs = list(pool.map(lambda _: execute(book, {}, **given), range(2)))
    told = [run.notebook.cells[-1].outputs[0].data["text/plain"] for run in runs]
    first, second = sorted(map(ast.literal_eval, told), key=lambda times: times[1])
    assert [run.error for run in runs] == ["", ""]
    assert second[0] < first[2] <= second[1]
    assert all(4 <= run.seconds < 7.9 for run in runs)


def test_a_kernel_that_is_not_installed_is_told(notebook):
    book = nbformat.read(notebook("x = 1"), as_version=4)
    book.metadata["kernelspec"]["name"] = "no-such-kernel"
    assert "no-such-kernel" in execute(book, {}).error


@pytest.mark.parametrize(
    ("kernel", "language", "injected"),
    [
        ("ir", "R", 'name = "\\u5ee3 \\"x\\""\non = TRUE\nno = NULL\nmany = list(1, 2.5, "a")\n'),
        ("julia-1.9", "julia", 'name = "\\u5ee3 \\"x\\""\non = true\nno = nothing\nmany = [1, 2.5, "a"]\n'),
    ],
)  # fmt: skip
def test_parameters_are_given_in_the_language_of_the_notebook(notebook, kernel, language, injected):
    book = nbformat.read(notebook("x = 1"), as_version=4)
    book.metadata["kernelspec"] = {"name": kernel, "language": language, "display_name": "X"}
    run = execute(book, {"name": '廣 "x"', "on": True, "no": None, "many": [1, 2.5, "a"]})
    assert run.error == f"cell 1: NoSuchKernel: No such kernel named {kernel}"
    assert run.notebook.cells[1].source == "# Parameters\n" + injected


def test_an_endless_cell_meets_its_deadline(notebook):
    run = execute(notebook("x = 1", "while True: pass", "x"), {}, limits=Limits(cell=1.5))
    assert run.error == "cell 2: the cell took longer than 1.5 s; raise with --cell-seconds"


def test_a_parameter_that_is_not_plain_is_refused(notebook):
    import numpy as np

    with pytest.raises(ValueError, match="parameter year is a int64"):
        execute(notebook("year = 1"), {"year": np.int64(3)})


def test_the_same_run_twice_gives_the_same_bytes(notebook):
    path = notebook("x = 1", "x")
    first, second = (nbformat.writes(execute(path, {"x": 2}).notebook) for _ in range(2))
    assert first == second
