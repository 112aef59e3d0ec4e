"""One run of one notebook, believed only when every cell of it has been seen to run."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from quyu.kernels.client import ForkServer
from quyu.kernels.limits import Limits
from quyu.kernels.watch import Ended, Notebook, Seen, code_cells

SCRATCH = "quyu-kernel-"
BOTH = {"given.ipynb", "ran.ipynb"}


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
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    seen: Seen | None = None,
    stop: threading.Event | None = None,
) -> Run:
    """Run `notebook` in a fresh process with `parameters` and say how it truly ended.

    The process is forked by `server`; without one it is an ordinary kernel, slower to start. What
    the notebook does (an error, a cell past its deadline) is the result; a process that died is
    tried once more. Plain JSON values only: papermill passes anything else on as its text.
    """
    for name, value in parameters.items():
        if type(value) not in (str, int, float, bool, type(None)):
            raise ValueError(
                f"parameter {name} is a {type(value).__name__}; pass a plain str, int, float or bool"
            )
    start = time.perf_counter()
    book = nbformat.read(notebook, as_version=4) if isinstance(notebook, Path) else notebook
    for _ in range(2):
        if server and _is_python(book):
            ended = server.run(book, parameters, limits=limits, seen=seen)
        else:
            ended = _in_a_kernel(book, parameters, limits, seen, stop or threading.Event())
        if not ended.died or (stop and stop.is_set()):
            break
    error = ended.error or _unfinished(ended.notebook)
    if ended.late:
        error = f"{error}; raise with --{ended.late}-seconds"
    return Run(clean(ended.notebook), error, time.perf_counter() - start)


def _in_a_kernel(
    book: Notebook, parameters: dict, limits: Limits, seen: Seen | None, stop: threading.Event
) -> Ended:
    """The run by papermill in a kernel of its own, which it may lose without saying so."""
    import papermill
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    total = len(code_cells(book)) + bool(parameters)
    started: list[float] = [time.monotonic()]  # when the run and each cell began

    def begin(cell: Notebook, **_: Any) -> None:
        if stop.is_set():
            raise InterruptedError("the batch was interrupted")
        if time.monotonic() - started[0] > limits.run:
            raise TimeoutError(f"the run took longer than {limits.run:g} s")
        if cell.cell_type == "code":
            started.append(time.monotonic())
            if seen and len(started) > 2:
                seen(len(started) - 2, total)

    error, died, late = "", False, ""
    with tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-") as folder:
        given, written = Path(folder) / "given.ipynb", Path(folder) / "ran.ipynb"
        nbformat.write(book, given)
        try:
            papermill.execute_notebook(
                str(given),
                str(written),
                parameters=parameters,
                progress_bar=False,
                log_output=False,
                shutdown_kernel="immediate",
                execution_timeout=limits.cell,
                on_cell_start=begin,
                # Kernels talk over loopback only; their notice about it would fill the terminal.
                extra_arguments=["--IPKernelApp.log_level=40"],
            )
        except PapermillExecutionError as failure:
            error = f"cell {failure.exec_count or failure.cell_index}: {failure.ename}: {failure.evalue}"
        except CellTimeoutError:
            error = f"cell {len(started) - 1}: the cell took longer than {limits.cell:g} s"
            late = "cell"
        except (TimeoutError, InterruptedError) as failure:
            error = f"cell {len(started)}: {failure}"
            late = "run" if isinstance(failure, TimeoutError) else ""
        except Exception as failure:  # a kernel that will not start, or a dead one
            error, died = f"{type(failure).__name__}: {str(failure).strip().splitlines()[0]}", True
        ran = nbformat.read(written, as_version=4) if written.exists() else book
    unfinished = _unfinished(ran)
    if not error and unfinished:
        error, died = unfinished, True
        if time.monotonic() - started[-1] >= limits.cell:
            error, died, late = f"{unfinished}, after {limits.cell:g} s", False, "cell"
    return Ended(ran, error, died, late)


def remove_leftovers() -> None:
    """Remove what runs of a process that is gone have left in the folder for temporary files.

    Only folders of that name, of this user, with nothing in them but a run's two notebooks: the
    folder for temporary files is not ours alone.
    """
    if not Path("/proc/self").exists():
        return
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*-*"):
        owner = left.name.removeprefix(SCRATCH).split("-")[0]
        with suppress(OSError):
            ours = left.stat().st_uid == os.getuid() and {p.name for p in left.iterdir()} <= BOTH
            if owner.isdigit() and ours and not Path(f"/proc/{owner}").exists():
                shutil.rmtree(left)


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
