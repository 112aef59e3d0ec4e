"""The notebooks as committed: no outputs, commented parameters, short cells, no functions."""

import ast
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def test_there_are_notebooks():
    assert {"1-data", "2-score", "report-province", "report-region"} <= {p.stem for p in NOTEBOOKS}


def test_nothing_of_a_run_is_kept(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert "papermill" not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3"


def test_parameters_are_typed_and_commented(notebook):
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    assert len(cells) == 1
    body = ast.parse(cells[0].source).body
    assert all(isinstance(line, ast.AnnAssign) for line in body)
    assert all("#" in line for line in cells[0].source.splitlines())


def test_a_cell_is_short_and_defines_nothing(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 10
            assert not any(
                isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
                for node in ast.walk(ast.parse(cell.source))
            )


def test_it_opens_with_a_title(notebook):
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
