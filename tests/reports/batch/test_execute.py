"""A run counts only if every cell ran: what papermill calls a success is not believed."""

import nbformat
import pytest

from quyu.kernels.watch import Limits
from quyu.reports.batch.execute import execute


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
        ("raise KeyError('440001')", "KeyError"),
        ("import sys; sys.exit(0)", "never ran"),
        ("import os; os._exit(0)", ""),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ""),
    ],
)
def test_a_run_that_stops_early_is_a_failure(notebook, fatal, told):
    run = execute(notebook("x = 1", fatal, "'the end'"), {})
    assert run.error
    assert told in run.error


def test_an_endless_cell_meets_its_deadline(notebook):
    run = execute(notebook("x = 1", "while True: pass", "x"), {}, limits=Limits(cell=2))
    assert "longer than 2 s" in run.error


def test_a_parameter_that_is_not_plain_is_refused(notebook):
    import numpy as np

    with pytest.raises(ValueError, match="parameter year is a int64"):
        execute(notebook("year = 1"), {"year": np.int64(3)})


def test_the_same_run_twice_gives_the_same_bytes(notebook):
    path = notebook("x = 1", "x")
    first, second = (nbformat.writes(execute(path, {"x": 2}).notebook) for _ in range(2))
    assert first == second
