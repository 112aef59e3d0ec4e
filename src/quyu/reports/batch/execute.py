"""One run of one notebook, believed only when every cell of it has been seen to run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from quyu.kernels.client import ForkServer
from quyu.kernels.limits import Limits
from quyu.kernels.ordinary import Kernels
from quyu.kernels.watch import Notebook, Seen, code_cells


@dataclass(frozen=True)
class Run:
    """A run's notebook (as far as it came) and its error: empty only if every cell ran."""

    notebook: Notebook
    error: str
    seconds: float = 0.0


def execute(
    notebook: Path | Notebook,
    parameters: dict[str, Any],
    *,
    server: ForkServer | None = None,
    kernels: Kernels | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    seen: Seen | None = None,
) -> Run:
    """Run `notebook` in a fresh process with `parameters` and say how it truly ended.

    The process is forked by `server`; without one it is one of `kernels`, slower to start. What the
    notebook does (an error, an exit, a cell past its deadline) is the result; a process that died
    is tried once more. Plain JSON values only: papermill passes anything else on as its text.
    """
    for name, value in parameters.items():
        if type(value) not in (str, int, float, bool, type(None)):
            raise ValueError(
                f"parameter {name} is a {type(value).__name__}; pass a plain str, int, float or bool"
            )
    start = time.perf_counter()
    book = nbformat.read(notebook, as_version=4) if isinstance(notebook, Path) else notebook
    kernels = kernels or Kernels()
    for _ in range(2):
        way = server if server and _is_python(book) else kernels
        ended = way.run(book, parameters, limits=limits, seen=seen)
        if not ended.died:
            break
    error = ended.error or _unfinished(ended.notebook)
    if ended.late:
        error = f"{error}; raise with --{ended.late}-seconds"
    return Run(clean(ended.notebook), error, time.perf_counter() - start)


def _unfinished(notebook: Notebook) -> str:
    """The first cell without the count that it would have: only a kernel that ran it gives one."""
    for count, cell in enumerate(code_cells(notebook), start=1):
        if cell.get("execution_count") != count:
            first = cell.source.strip().splitlines()[0]
            return f"cell {count} never ran: {first!r}; the kernel ended before it"
    return ""


def _is_python(notebook: Notebook) -> bool:
    """Whether the notebook asks for the Python that runs us: another needs a kernel of its own."""
    return notebook.metadata.get("kernelspec", {}).get("name", "python3") == "python3"


def clean(notebook: Notebook) -> Notebook:
    """The notebook without what changes from run to run: times, durations, paths of this machine.

    Papermill's own traces go as well: an injected error banner would shift the cells.
    """
    result = nbformat.from_dict(notebook)
    result.metadata.pop("papermill", None)
    if result.metadata.get("kernelspec", {}).get("language", "python") == "python":
        result.metadata["language_info"] = {"name": "python"}  # a kernel adds its versions
    banner = "papermill-error-cell-tag"
    result.cells = [cell for cell in result.cells if banner not in cell.metadata.get("tags", [])]
    for cell in result.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    for number, cell in enumerate(result.cells):
        cell["id"] = f"cell-{number}"
    return result
