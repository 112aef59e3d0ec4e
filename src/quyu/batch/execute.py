"""One notebook run by Papermill, told how it truly ended, and tried again where that is safe."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat

from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.run import Kernels, Notebook, Seen


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
    kernel: str = "",
    cwd: str = "",
) -> Run:
    """Run `notebook` by Papermill in a kernel of its own, with `parameters`, and say how it truly ended.

    The kernel is forked by `server`; without one, or if it is not our own Python's, it is started, which
    is slower. `kernel` and `cwd` take the place of the notebook's kernel and of this folder. What the
    notebook does (an error, an exit, a cell past its deadline) is the result; a kernel that is lost
    before the first cell began is tried once more, later never: the cells may have written somewhere.
    Plain JSON values only: papermill passes anything else on as its text.
    """
    for name, value in parameters.items():
        try:
            plain = json.loads(json.dumps(value)) == value
        except (TypeError, ValueError):
            plain = False
        if not plain:
            raise ValueError(
                f"parameter {name} is a {type(value).__name__}; pass plain JSON: a text, a number, "
                "true, false, null, a list or a map of them"
            )
    start, waited = time.perf_counter(), 0.0
    book = opened(notebook) if isinstance(notebook, Path) else notebook
    kernels = kernels or Kernels()
    for _ in range(2):
        ended = kernels.run(
            book, parameters, server=server, limits=limits, seen=seen, kernel=kernel, cwd=cwd
        )
        waited += ended.waited
        if ended.began or not ended.error:
            break
    error = f"{ended.error}; raise with --{ended.late}-seconds" if ended.late else ended.error
    return Run(clean(ended.notebook), error, time.perf_counter() - start - waited)


def opened(notebook: Path) -> Notebook:
    """A notebook of any of Jupyter's formats, in the present one."""
    return nbformat.from_dict(
        nbformat.reads(notebook.read_text(encoding="utf-8-sig"), as_version=4)
    )


def language(notebook: Notebook) -> str:
    """The language of a notebook's cells; Python if it does not say."""
    about = notebook.metadata
    told = about.get("language_info", {}).get("name") or about.get("kernelspec", {}).get("language")
    return (told or "python").lower()


def clean(notebook: Notebook) -> Notebook:
    """The notebook without what changes from run to run: times, durations, paths of this machine.

    Papermill's own traces go as well: an injected error banner would shift the cells.
    """
    result = nbformat.from_dict(notebook)
    given = result.metadata.pop("papermill", {}).get("parameters")
    if given:
        result.metadata["papermill"] = {"parameters": given}
    if language(result) == "python":
        result.metadata["language_info"] = {"name": "python"}  # a kernel adds its versions
    banner = "papermill-error-cell-tag"
    result.cells = [cell for cell in result.cells if banner not in cell.metadata.get("tags", [])]
    for cell in result.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    for number, cell in enumerate(result.cells):
        cell["id"] = f"cell-{number}"
    return result


def _joined(outputs: list[Notebook]) -> list[Notebook]:
    """The outputs, with a stream in one piece that a kernel cut by the clock."""
    joined = []
    for name, group in groupby(outputs, key=lambda each: each.get("name", id(each))):
        first, *others = group
        if others:
            first = nbformat.v4.new_output(
                "stream", name=name, text="".join(each.text for each in (first, *others))
            )
        joined.append(first)
    return joined
