"""Papermill runs a notebook in a kernel of its own, and how it truly ended is told."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.execute import remove_error_markers
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from quyu.batch.kernels.client import ForkServer, Manager
from quyu.batch.kernels.limits import Limits

Notebook = nbformat.NotebookNode
Seen = Callable[[int, int], None]

# Kernels talk to us alone; their notices about it would fill the terminal. No history file: it would
# be written from many processes, and by a thread of its own.
QUIET = ["--IPKernelApp.log_level=50", "--HistoryManager.enabled=False"]
LARGEST = 20_000_000  # characters of output that are kept of a cell
LONGEST = 1000  # characters of an error that is told
# What nbclient would log, a lost kernel for one, is told as the end of the run.
_SILENT = logging.getLogger(__name__)
_SILENT.setLevel(logging.CRITICAL + 1)
# A class of traitlets looks up what it names by strings when it is first made: not in two threads at once.
_MAKING = threading.Lock()


@dataclass(frozen=True)
class Ended:
    """A run as far as it came: `error` is empty if every cell ran, or says by a tag that it need not.

    `began` tells whether a cell was begun; `late` is the limit it ran into, "cell" or "run"; `waited`
    how many seconds passed before it was its turn.
    """

    notebook: Notebook
    error: str
    began: bool = True
    late: str = ""
    waited: float = 0.0


class Kernels:
    """The kernels that run now, one for each notebook; any language that Jupyter has a kernel for.

    `at_once` of them run cells, and hold a `turn`; more may have been started, and wait for theirs.
    """

    def __init__(self, at_once: int = 1_000_000) -> None:
        self.turn = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._running: list[Manager] = []
        self._closed = False

    def run(
        self,
        notebook: Notebook,
        parameters: dict[str, Any],
        *,
        server: ForkServer | None = None,
        limits: Limits,
        seen: Seen | None = None,
        kernel: str = "",
        cwd: str = "",
    ) -> Ended:
        """Run a notebook by Papermill; `seen` hears how many of its cells have run.

        The kernel is forked by `server` if it is our own Python's. `kernel` is the name of one that
        takes the place of the notebook's own, `cwd` the folder that it runs in.
        """
        book = load_notebook_node(notebook)
        spec = book.metadata.setdefault("kernelspec", {})
        spec.setdefault("display_name", spec.setdefault("name", "python3"))
        if "language_info" not in book.metadata and spec["name"] == "python3":
            spec.setdefault("language", "python")
        name = kernel or spec["name"]
        with _MAKING:
            manager = Manager(kernel_name=name, log=_SILENT)
        manager.server, manager.seconds = server, limits.run
        course = _Course(manager, self.turn, limits, seen)
        ended = self._ended(book, parameters, course, name, kernel, cwd or str(Path.cwd()))
        return replace(ended, waited=course.waited)

    def _ended(
        self,
        book: Notebook,
        parameters: dict[str, Any],
        course: _Course,
        name: str,
        kernel: str,
        cwd: str,
    ) -> Ended:
        manager, limits = course.manager, course.limits
        try:
            if parameters:
                book = parameterize_notebook(book, parameters, kernel_name=kernel or None)
            book = remove_error_markers(book)
            with self._lock:
                if self._closed:
                    return Ended(book, "the kernels were closed", began=False)
                self._running.append(manager)
            _Papermill.execute_notebook(book, name, progress_bar=False, course=course, cwd=cwd)
            return Ended(book, _error(book, course))
        except CellTimeoutError:
            late = "run" if time.monotonic() >= course.run_end else "cell"
            told = f"the {late} took longer than {getattr(limits, late):g} s"
            return Ended(book, f"cell {course.ran + 1}: {told}", late=late)
        except DeadKernelError:
            error = _error(book, course)
            if course.quit or (course.begun and not error):  # it may quit in the last cell
                return Ended(book, error)
            told = f"cell {course.ran + 1}: its kernel died{manager.ending()}"
            return Ended(book, told, began=course.begun)
        except Exception as failure:  # one that is not installed, or does not start
            told = f"{type(failure).__name__}: {failure}".strip().splitlines()[0]
            return Ended(book, f"cell {course.ran + 1}: {told}", began=course.begun)
        finally:
            with self._lock:
                if manager in self._running:
                    self._running.remove(manager)

    def close(self) -> None:
        """End every kernel; a run in progress ends as died, and none is begun any more."""
        with self._lock:
            self._closed = True
            for manager in self._running:
                manager.end()


class _Course:
    """What has been seen of a run so far."""

    def __init__(
        self, manager: Manager, turn: threading.Semaphore, limits: Limits, seen: Seen | None
    ) -> None:
        self.manager, self.turn, self.limits, self.seen = manager, turn, limits, seen
        self.run_end, self.waited = math.inf, 0.0
        self.replied: set[int] = set()
        self.begun = self.quit = False
        self.failed: tuple[int, str, str] | None = None

    @property
    def ran(self) -> int:
        return len(self.replied)

    def left(self, _: Notebook | None = None) -> float:
        """Seconds until the next deadline; nbclient takes 0 for no limit at all."""
        return max(min(self.limits.cell, self.run_end - time.monotonic()), 0.001)


class _Papermill(Engine):
    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **given: Any) -> None:
        course = given["course"]
        options = {
            "kernel_name": kernel_name,
            "log": _SILENT,
            "record_timing": False,
            "timeout_func": course.left,
            # Outputs may take a while to read, after the cell that made them has replied.
            "iopub_timeout": max(4, int(course.limits.cell)),
            "shell_timeout_interval": 1,
            "startup_timeout": max(min(60, int(course.limits.run)), 1),
            "extra_arguments": QUIET if course.manager.ipykernel else [],
        }
        with _MAKING:
            client = _Client(nb_man, km=course.manager, **options)
        client.course = course
        client.on_cell_execute = client.begins
        client.on_cell_executed = client.replies
        client.on_cell_error = client.fails
        client.execute(cleanup_kc=True, cwd=given["cwd"])


class _Client(PapermillNotebookClient):
    course: _Course
    size = 0

    def papermill_execute_cells(self) -> None:
        course, asked = self.course, time.monotonic()
        with course.turn:
            course.waited = time.monotonic() - asked
            course.run_end = time.monotonic() + course.limits.run
            super().papermill_execute_cells()

    def begins(self, **_: Any) -> None:
        self.course.begun, self.size = True, 0
        self.shutdown_kernel = "immediate"  # unless the cell ends by itself

    def replies(self, *, cell_index: int, execute_reply: dict[str, Any], **_: Any) -> None:
        course, asked = self.course, execute_reply["content"].get("payload", [])
        course.replied.add(cell_index)
        self.shutdown_kernel = "graceful"
        if course.seen:
            course.seen(course.ran, len(_code_cells(self.nb)))
        if any(each.get("source") == "ask_exit" for each in asked):
            course.quit = True  # it would run what it is sent before it is gone, or not
            raise DeadKernelError("Kernel quit")

    def fails(self, *, cell_index: int, execute_reply: dict[str, Any], **_: Any) -> None:
        content = execute_reply["content"]
        told = content.get("ename") or "error", content.get("evalue", "")
        self.course.failed = (cell_index, *told)

    def output(self, outs: list, msg: dict[str, Any], *rest: Any) -> Notebook | None:
        content = msg["content"]
        if not outs or self.clear_before_next_output:
            self.size = 0
        before, failed = self.size, msg["msg_type"] == "error"
        said = [content.get(part, "") for part in ("text", "evalue", "traceback")]
        own = sum(map(_length, [*said, *content.get("data", {}).values()]))
        self.size += own
        if self.size <= LARGEST or (failed and own <= LARGEST):
            return super().output(outs, msg, *rest)
        told = f"[Of a cell's output, {LARGEST // 1_000_000} MB are kept; the rest is left out.]\n"
        if failed:
            content |= {"evalue": content["evalue"][:LONGEST], "traceback": [told]}
            return super().output(outs, msg, *rest)
        if before > LARGEST:
            return None
        if "text" in content:
            content["text"] = content["text"][: LARGEST - before]
            super().output(outs, msg, *rest)
        outs.append(nbformat.v4.new_output("stream", name="stderr", text=f"\n{told}"))
        return None


def _length(value: Any) -> int:
    """The characters that a part of an output takes."""
    return len(value if isinstance(value, str) else json.dumps(value))


def _code_cells(notebook: Notebook) -> list[int]:
    """The positions of the cells that a run runs."""
    return [
        position
        for position, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        and cell.source.strip()
        and "skip-execution" not in cell.metadata.get("tags", [])
    ]


def _error(book: Notebook, course: _Course) -> str:
    """What a run came to whose kernel lived: as Papermill judges, but every cell must have replied.

    Papermill takes sys.exit(0) for a success wherever it stands.
    """
    cells = _code_cells(book)
    unseen = [position for position in cells if position not in course.replied]
    number, told = 0, ""
    for position in cells:
        number += position in course.replied
        for output in book.cells[position].get("outputs", []):
            if output.output_type == "error" and not told:
                told = f"cell {number}: {output.ename}: {output.evalue}"
    if course.failed and book.metadata.papermill.get("exception"):
        _, name, value = course.failed
        if not (told and name == "NoneType"):  # of a failing repr the reply knows nothing
            told = f"cell {number}: {name}: {value}"
        if name == "SystemExit" and value in ("", "0") and not unseen:
            told = ""
    if unseen and not told:
        first = book.cells[unseen[0]].source.strip().splitlines()[0]
        told = f"cell {course.ran + 1} never ran: {first!r}; the kernel ended before it"
    return told if len(told) <= LONGEST else f"{told[:LONGEST]} …"
