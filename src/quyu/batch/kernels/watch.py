"""A running notebook is followed to its end, which may be its deadline."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from signal import Signals
from typing import Any

import nbformat

from quyu.batch.kernels.limits import Limits

Notebook = nbformat.NotebookNode
Seen = Callable[[int, int], None]

GRACE = 10.0  # seconds that a killed process has to be gone


@dataclass(frozen=True)
class Ended:
    """A run as far as it came: `error` is empty after the last cell, `died` if its process was lost.

    `late` is the limit that it ran into, "cell" or "run"; `value` what a function gave, if it was no
    notebook that ran.
    """

    notebook: Notebook
    error: str
    died: bool = False
    late: str = ""
    value: Any = None


@dataclass
class _Told:
    """What has been heard of a run so far."""

    notebook: Notebook
    value: Any = None
    pid: int = 0
    ran: int = 0
    finished: bool = False
    ending: str = "the fork server died"
    exited: bool = False
    since: float = field(default_factory=time.monotonic)


def follow(
    line: socket.socket,
    notebook: Notebook,
    limits: Limits,
    *,
    kill: Callable[[int], object],
    seen: Seen | None = None,
) -> Ended:
    """Hear what quyu.batch.kernels.server and .child say on `line` until the process is gone.

    The cells that ran take the place of those of `notebook`; a deadline that passes calls `kill` with
    the id of the process. `seen` hears how many cells of how many have run.
    """
    told, late = _Told(notebook), ""
    run_end, gone_by = time.monotonic() + limits.run, 0.0
    rest = b""
    while not told.exited:
        cell_end = told.since + limits.cell
        line.settimeout(max((gone_by or min(cell_end, run_end)) - time.monotonic(), 0.001))
        try:
            more = line.recv(1 << 20)
        except TimeoutError:
            if gone_by:
                break
            late = "run" if run_end < cell_end else "cell"
            gone_by = time.monotonic() + GRACE
            kill(told.pid)
            continue
        except OSError:
            break
        if not more:
            break
        *texts, rest = (rest + more).split(b"\n")
        for message in _messages(texts):
            _hear(told, message)
            if "cell" in message and seen:
                seen(told.ran, len(code_cells(told.notebook)))
    error = error_of(told.notebook)
    if error or told.finished:
        return Ended(told.notebook, error, value=told.value)
    ending = f"the {late} took longer than {getattr(limits, late):g} s" if late else told.ending
    return Ended(told.notebook, f"cell {told.ran + 1}: {ending}", died=not late, late=late)


def code_cells(notebook: Notebook) -> list[Notebook]:
    """The cells that a run runs."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def _messages(texts: list[bytes]) -> Iterator[dict[str, Any]]:
    for text in texts:
        try:
            yield json.loads(text)
        except ValueError:  # empty, or cut off by the child's death
            continue


def _hear(told: _Told, message: dict[str, Any]) -> None:
    match message:
        case {"pid": pid}:
            told.pid = pid
        case {"notebook": notebook}:
            told.notebook = nbformat.from_dict(notebook)
        case {"position": position, "cell": cell}:
            told.notebook.cells[position] = nbformat.from_dict(cell)
            told.ran, told.since = told.ran + 1, time.monotonic()
        case {"value": value}:
            told.value = value
        case {"finished": True}:
            told.finished = True
        case {"failed": fault}:
            told.ending = fault
        case {"exit": code}:
            told.exited = True
            if code < 0:
                told.ending = f"its process was ended by {Signals(-code).name}"
            elif told.ending == _Told.ending:
                told.ending = f"its process ended with exit code {code}"


def error_of(notebook: Notebook) -> str:
    """The error that a cell came to, and which cell; nothing if there is none."""
    for cell in code_cells(notebook):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"cell {cell.execution_count}: {output.ename}: {output.evalue}"
    return ""
