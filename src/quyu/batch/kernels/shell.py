"""A notebook runs in this process, and each cell gets the outputs that a kernel would have sent."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import nbformat
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient import NotebookClient

Notebook = nbformat.NotebookNode
Message = dict[str, Any]


def run_cells(notebook: Notebook) -> Iterator[int]:
    """Run the code cells in order and yield the position of each one that ran.

    `notebook` is filled in as Jupyter would: outputs, execution counts, one error at most, after
    which no cell runs. The shell is ipykernel's own, so what libraries ask of it (is this a notebook?
    which magics?) is answered as in a kernel; only its messages go to the cell, not to a socket.
    """
    shell, tape = _shell()
    # nbclient folds messages into outputs: streams joined, displays updated, clear_output obeyed.
    fold = NotebookClient(notebook)
    fold.reset_execution_trackers()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        cell.execution_count = shell.execution_count
        tape.messages.clear()
        fold.clear_before_next_output = False
        shell.run_cell(cell.source, store_history=True)
        sys.stdout.flush()
        sys.stderr.flush()
        for message in tape.messages:
            fold.process_message(message, cell, position)
        yield position
        if any(output.output_type == "error" for output in cell.outputs) or shell.exit_now:
            return


class _Tape(Session):
    """A session whose messages are kept, in order and as they would arrive, instead of sent."""

    messages: list[Message]

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any
    ) -> Message:
        made = self.msg(msg_or_type, content) if isinstance(msg_or_type, str) else msg_or_type
        made["content"] = self.unpack(self.pack(made["content"]))
        self.messages.append(made)
        return made


class _Stream:
    """sys.stdout or sys.stderr: what Python writes, and what C code or a subprocess wrote to its file.

    The file is in memory; it is read whenever Python flushes, so its text stands near its place.
    """

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, number: int, tape: _Tape) -> None:
        self.name, self._number, self._tape, self._seen = name, number, tape, 0
        self._file = os.memfd_create(f"quyu-{name}")
        os.dup2(self._file, number)

    def write(self, text: str) -> int:
        self.flush()
        self._put(text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        self.write("".join(lines))

    def flush(self) -> None:
        size = os.fstat(self._file).st_size
        if size > self._seen:
            raw = os.pread(self._file, size - self._seen, self._seen)
            self._seen = size
            self._put(raw.decode("utf-8", "replace"))

    def _put(self, text: str) -> None:
        if not text:
            return
        last = self._tape.messages[-1] if self._tape.messages else None
        if last and last["msg_type"] == "stream" and last["content"]["name"] == self.name:
            last["content"]["text"] += text
        else:
            self._tape.send(None, "stream", {"name": self.name, "text": text})

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return False


def _shell() -> tuple[ZMQInteractiveShell, _Tape]:
    tape = _Tape()
    tape.messages = []
    shell = ZMQInteractiveShell.instance(config=_config(), kernel=SimpleNamespace(eventloop=None))
    shell.enable_gui = lambda gui=None: None  # what %matplotlib asks for; there is no event loop
    for publisher in (shell.displayhook, shell.display_pub):
        publisher.session, publisher.topic = tape, b""
    # Imported before there was a shell, the inline backend has not hooked itself in: every picture
    # would be lost.
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline._enable_matplotlib_integration()
    sys.stdout = _Stream("stdout", 1, tape)
    sys.stderr = _Stream("stderr", 2, tape)
    return shell, tape


def _config() -> Any:
    from traitlets.config import Config

    # No history file: it would be written from many processes, and by a thread of its own.
    return Config({"HistoryManager": {"enabled": False}})
