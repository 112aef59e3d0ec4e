"""One run of one notebook, believed only when every cell of it has been seen to run."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

Notebook = nbformat.NotebookNode


@dataclass(frozen=True)
class Run:
    """A run's notebook (as far as it came) and its error: empty only if every cell ran."""

    notebook: Notebook
    error: str


def execute(notebook: Path, parameters: dict[str, Any], *, cell_seconds: int = 300) -> Run:
    """Run `notebook` in a fresh kernel with `parameters` and say how it truly ended.

    Papermill reports success after a dead kernel, a timeout or `sys.exit(0)`; the count that the
    kernel itself gives each cell cannot be had without running it, so that is what is believed.
    Plain JSON values only: papermill passes anything else on as its text.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    for name, value in parameters.items():
        if type(value) not in (str, int, float, bool, type(None)):
            raise ValueError(
                f"{notebook.name}: parameter {name} is a {type(value).__name__}; "
                "pass a plain str, int, float or bool"
            )
    error = ""
    with tempfile.TemporaryDirectory(prefix="quyu-") as folder:
        written = Path(folder) / notebook.name
        try:
            papermill.execute_notebook(
                str(notebook.resolve()),
                str(written),
                parameters=parameters,
                progress_bar=False,
                log_output=False,
                shutdown_kernel="immediate",
                execution_timeout=cell_seconds,
                # Kernels talk over loopback only; their notice about it would fill the terminal.
                extra_arguments=["--IPKernelApp.log_level=40"],
            )
        except PapermillExecutionError as failure:
            error = f"cell {failure.exec_count or failure.cell_index}: {failure.ename}: {failure.evalue}"
        except Exception as failure:  # a kernel that will not start, a dead one, a timeout
            error = f"{type(failure).__name__}: {str(failure).strip().splitlines()[0]}"
        ran = nbformat.read(written if written.exists() else notebook, as_version=4)
    return Run(clean(ran), error or _unfinished(ran))


def _unfinished(notebook: Notebook) -> str:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for count, cell in enumerate(cells, start=1):
        if cell.get("execution_count") != count:
            first = cell.source.strip().splitlines()[0]
            return f"cell {count} never ran: {first!r}; the kernel ended before it"
    return ""


def clean(notebook: Notebook) -> Notebook:
    """The notebook without what changes from run to run: times, durations, paths of this machine.

    Papermill's own traces go as well: an injected error banner would shift the cells.
    """
    result = nbformat.from_dict(notebook)
    result.metadata.pop("papermill", None)
    result.metadata.get("language_info", {}).pop("version", None)
    for cell in result.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    for number, cell in enumerate(result.cells):
        cell["id"] = f"cell-{number}"
    return result
