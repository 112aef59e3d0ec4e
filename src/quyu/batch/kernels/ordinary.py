"""A notebook runs in an ordinary kernel of its own, which can be ended at any moment."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import Any

import nbformat
from jupyter_client import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.watch import Ended, Notebook, Seen, code_cells, error_of

# Kernels talk over loopback only; their notice about it would fill the terminal.
QUIET = ["--IPKernelApp.log_level=40"]
# What nbclient would log, a lost kernel for one, is told as the end of the run.
_SILENT = logging.getLogger(__name__)
_SILENT.setLevel(logging.CRITICAL + 1)


class Kernels:
    """The kernels that run now, one for each notebook; any language that Jupyter has a kernel for.

    What ForkServer is where processes can be forked: slower to start, the same to ask.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[KernelManager] = []
        self._closed = False

    def run(
        self,
        notebook: Notebook,
        parameters: dict[str, Any],
        *,
        limits: Limits,
        seen: Seen | None = None,
    ) -> Ended:
        """Run a notebook in a kernel of its own; `seen` hears how many of its cells have run."""
        book = load_notebook_node(nbformat.from_dict(notebook))
        if parameters:
            book = parameterize_notebook(book, parameters)
        for cell in code_cells(book):
            cell.outputs, cell.execution_count = [], None
        kernel = KernelManager(
            kernel_name=book.metadata.get("kernelspec", {}).get("name", "python3"),
            client_class="jupyter_client.asynchronous.AsyncKernelClient",
        )
        try:
            with self._lock:
                if self._closed:
                    return Ended(book, "the kernels were closed", died=True)
                kernel.start_kernel(extra_arguments=QUIET if kernel.ipykernel else [])
                self._running.append(kernel)
            return _followed(kernel, book, limits, seen)
        except Exception as failure:  # one that is not installed, or does not start
            told = f"{type(failure).__name__}: {failure}".strip().splitlines()[0]
            return Ended(book, f"cell 1: {told}", died=True)
        finally:
            with self._lock:
                if kernel in self._running:
                    self._running.remove(kernel)
                    _end(kernel)

    def close(self) -> None:
        """End every kernel; a run in progress ends as died, and none is begun any more."""
        with self._lock:
            self._closed = True
            for kernel in self._running:
                _end(kernel)
            self._running.clear()


def _followed(kernel: KernelManager, book: Notebook, limits: Limits, seen: Seen | None) -> Ended:
    run_end, ran, total = time.monotonic() + limits.run, 0, len(code_cells(book))

    def left(_: Notebook) -> float:  # nbclient takes 0 for no limit at all
        return max(min(limits.cell, run_end - time.monotonic()), 0.001)

    client = NotebookClient(book, km=kernel, record_timing=False, timeout_func=left, log=_SILENT)
    client.startup_timeout = max(min(60, int(limits.run)), 1)
    with client.setup_kernel():
        try:
            for position, cell in enumerate(book.cells):
                client.execute_cell(cell, position)
                if cell.cell_type == "code" and cell.source.strip():
                    ran += 1
                    if seen:
                        seen(ran, total)
            told = client.wait_for_reply(client.kc.kernel_info())
            book.metadata["language_info"] = told["content"]["language_info"]
            return Ended(book, "")
        except CellExecutionError:
            return Ended(book, error_of(book))
        except CellTimeoutError:
            late = "run" if time.monotonic() >= run_end else "cell"
            told = f"the {late} took longer than {getattr(limits, late):g} s"
            return Ended(book, f"cell {ran + 1}: {told}", late=late)
        except DeadKernelError:
            return Ended(book, f"cell {ran + 1}: its kernel died", died=True)
        finally:
            client.kc.stop_channels()


def _end(kernel: KernelManager) -> None:
    with suppress(Exception):  # it may have died by itself, or be gone
        kernel.shutdown_kernel(now=True)
    kernel.cleanup_resources()
