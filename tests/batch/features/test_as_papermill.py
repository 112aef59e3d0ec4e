"""What a notebook does, shows and comes to is the same here as by `papermill` alone.

But for a closed list, in which Papermill calls a run done that did not finish.
"""

import json
import re
import runpy
from collections.abc import Iterator
from contextlib import chdir
from itertools import groupby
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError

from quyu.batch.execute import Run, execute
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.sweep import IMPORTS

pytestmark = pytest.mark.prove

made = runpy.run_path(str(Path(__file__).with_name("notebooks_by_feature.py")))
SAME, DONE_TOO_SOON, PARAMETERS = made["SAME"], made["DONE_TOO_SOON"], made["PARAMETERS"]


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer(*IMPORTS) as made:  # as for a sweep
        assert made.refusal(60) == ""
        yield made


@pytest.fixture
def folders(tmp_path):
    """One to run in for each of the two."""
    made = tmp_path / "by papermill", tmp_path / "by us"
    for each in made:
        each.mkdir()
    return made


def book(cells):
    made = nbformat.v4.new_notebook()
    for cell in cells:
        source, tags = cell if isinstance(cell, tuple) else (cell, [])
        made.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags, "of": "mine"}))
    made.cells.append(nbformat.v4.new_markdown_cell("The *end*", metadata={"kept": True}))
    made.cells.append(nbformat.v4.new_raw_cell("raw"))
    made.metadata.update(
        kernelspec={"name": "python3", "language": "python", "display_name": "P"}, own={"a": [1]}
    )
    return made


def by_papermill(cells, parameters, folder) -> tuple[nbformat.NotebookNode, str]:
    """The notebook that papermill writes, and where and of what it failed."""
    asked, plain, told = folder.parent / "asked.ipynb", folder.parent / "plain.ipynb", ""
    nbformat.write(book(cells), asked)
    with chdir(folder):
        try:
            papermill.execute_notebook(
                asked, plain, parameters, progress_bar=False, log_output=False
            )
        except papermill.PapermillExecutionError as failure:
            before = nbformat.read(asked, as_version=4).cells[: failure.cell_index]
            number = sum(cell.cell_type == "code" and cell.source.strip() != "" for cell in before)
            told = f"cell {number + 1}: {failure.ename}: {failure.evalue}"
        except DeadKernelError:
            told = "dead"
    return nbformat.read(plain, as_version=4), told


def shown(notebook) -> list[tuple]:
    """Cell by cell its source, tags and outputs, without what no two runs share."""
    return [
        (cell.cell_type, cell.source, cell.metadata.get("tags"), cell.metadata.get("of"), _outputs(cell))
        for cell in notebook.cells
        if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]  # fmt: skip


def _outputs(cell) -> list:
    listed = []
    for output in cell.get("outputs", []):
        match output.output_type:
            case "stream":
                listed.append((output.name, output.text))
            case "error":
                listed.append(("error", f"{output.ename}: {output.evalue}"))
            case _:
                data = {kind: _plain(value) for kind, value in sorted(output.data.items())}
                listed.append((output.output_type, repr(data), repr(dict(output.metadata))))
    joined = []
    for name, group in groupby(listed, key=lambda each: each[0]):
        group = list(group)
        if name in ("stdout", "stderr"):
            joined.append((name, _plain("".join(text for _, text in group))))
        else:
            joined += group
    return joined


def _plain(value):
    if not isinstance(value, str):
        value = json.dumps(value, sort_keys=True)
    value = re.sub(r"0x[0-9a-f]+|[0-9a-f]{32}", "~", value)
    value = re.sub(
        r"(ipykernel_|ipython-input-)\d+[-\w]*|\b\d+(\.\d+)?(e[+-]?\d+)? ?(ns|[mµμ]?s)\b",
        "~",
        value,
    )
    value = re.sub(r"<dc:date>.*?</dc:date>|id=\"[^\"]*\"|#[mpC][0-9a-f_]+", "~", value)
    return re.sub(r"/\S*/(?=[^/\s]*\.py)", "", value)


def ours(cells, parameters, server, folder, **limits) -> Run:
    with chdir(folder):
        return execute(book(cells), parameters, server=server, limits=Limits(**limits))


def left(folder) -> dict[str, str]:
    """The files that a run has left where it ran."""
    return {
        re.sub(r"^tmp\w+", "tmp", path.relative_to(folder).as_posix()): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("name", SAME)
def test_the_same(name, server, folders):
    if name == "widgets":
        pytest.importorskip("ipywidgets", reason="it is in tests/requirements.lock")
    plain, fault = by_papermill(SAME[name], {}, folders[0])
    run = ours(SAME[name], {}, server, folders[1], cell=60)
    assert shown(run.notebook) == shown(plain)
    assert bool(run.error) == bool(fault), (run.error, fault)
    if "CellExecutionError" in fault:  # papermill does not say of what
        fault, run_error = fault.split(": ")[0], run.error.split(": ")[0]
        assert run_error == fault
    else:
        assert run.error == fault
    assert left(folders[1]) == left(folders[0])
    assert run.notebook.metadata.own == {"a": [1]}
    assert widgets(run.notebook) == widgets(plain)
    assert bool(widgets(plain)) == (name == "widgets")


def widgets(notebook) -> list[str]:
    """The state of the widgets of a notebook, without their names, which are drawn."""
    saved = notebook.metadata.get("widgets", {})
    states = [state for kind in saved.values() for state in kind["state"].values()]
    return sorted(_plain(state) for state in states)


@pytest.mark.parametrize("name", DONE_TOO_SOON)
def test_what_did_not_finish_is_not_called_done(name, server, tmp_path):
    cells, told = DONE_TOO_SOON[name]
    run = ours(cells, {}, server, tmp_path, cell=3)
    assert run.error.startswith(told)
    assert run.notebook.cells[2].outputs == []
    if name == "deadline":
        assert run.notebook.cells[1].outputs[0].text == "so far\n"


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_arrives_as_by_papermill(name, server, folders):
    cells = [("value = 0", ["parameters"]), "value, type(value).__name__"]
    plain, _ = by_papermill(cells, {"value": PARAMETERS[name]}, folders[0])
    run = ours(cells, {"value": PARAMETERS[name]}, server, folders[1])
    assert run.error == ""
    assert shown(run.notebook) == shown(plain)


def test_what_an_earlier_run_left_is_gone_before_anything_runs(server):
    stale = book([("x = 1", ["parameters"]), "1 / 0", "'after'"])
    for cell in stale.cells[:3]:
        cell.execution_count = 9
        cell.outputs = [nbformat.v4.new_output("error", ename="OldError", evalue="stale")]
    run = execute(stale, {}, server=server)
    assert run.error == "cell 2: ZeroDivisionError: division by zero"
    assert run.notebook.cells[2].outputs == []
    assert run.notebook.cells[2].execution_count is None
