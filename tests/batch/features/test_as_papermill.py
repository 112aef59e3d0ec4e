"""What a notebook does, shows and comes to is the same here as by `papermill` alone.

But for a closed list, in which Papermill calls a run done that did not finish.
"""

import re
import runpy
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError

from quyu.batch.jobs import Run, execute
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits

pytestmark = pytest.mark.prove

made = runpy.run_path(str(Path(__file__).with_name("notebooks_by_feature.py")))
SAME, DONE_TOO_SOON, PARAMETERS = made["SAME"], made["DONE_TOO_SOON"], made["PARAMETERS"]


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer("importlib:import_module", {"name": "pandas.plotting._matplotlib"}) as made:
        assert made.refusal(60) == ""
        yield made


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


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


def by_papermill(cells, parameters) -> tuple[nbformat.NotebookNode, str]:
    """The notebook that papermill writes, and where and of what it failed."""
    nbformat.write(book(cells), "asked.ipynb")
    told = ""
    try:
        papermill.execute_notebook(
            "asked.ipynb", "plain.ipynb", parameters, progress_bar=False, log_output=False
        )
    except papermill.PapermillExecutionError as failure:
        told = f"{failure.ename}: {failure.evalue}"
    except DeadKernelError:
        told = "dead"
    return nbformat.read("plain.ipynb", as_version=4), told


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
        return value
    value = re.sub(r"0x[0-9a-f]+", "0x", value)
    value = re.sub(
        r"(ipykernel_|ipython-input-)\d+[-\w]*|\b\d+(\.\d+)?(e[+-]?\d+)? ?(ns|[mµμ]?s)\b",
        "~",
        value,
    )
    value = re.sub(r"<dc:date>.*?</dc:date>|id=\"[^\"]*\"|#[mpC][0-9a-f_]+", "~", value)
    return re.sub(r"/\S*/(?=[^/\s]*\.py)", "", value)


def ours(cells, parameters, server, **limits) -> Run:
    return execute(book(cells), parameters, server=server, limits=Limits(**limits))


@pytest.mark.parametrize("name", SAME)
def test_the_same(name, server):
    plain, fault = by_papermill(SAME[name], {})
    run = ours(SAME[name], {}, server, cell=60)
    assert shown(run.notebook) == shown(plain)
    assert bool(run.error) == bool(fault), (run.error, fault)
    if fault and not fault.startswith("CellExecutionError"):  # papermill does not say of what
        assert run.error.split(": ", 1)[1] == fault
    assert run.notebook.metadata.own == {"a": [1]}


@pytest.mark.parametrize("name", DONE_TOO_SOON)
def test_what_did_not_finish_is_not_called_done(name, server):
    cells, told = DONE_TOO_SOON[name]
    run = ours(cells, {}, server, cell=3)
    assert run.error.startswith(told)
    assert run.notebook.cells[2].outputs == []
    if name == "deadline":
        assert run.notebook.cells[1].outputs[0].text == "so far\n"


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_arrives_as_by_papermill(name, server):
    cells = [("value = 0", ["parameters"]), "value, type(value).__name__"]
    plain, _ = by_papermill(cells, {"value": PARAMETERS[name]})
    run = ours(cells, {"value": PARAMETERS[name]}, server)
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
