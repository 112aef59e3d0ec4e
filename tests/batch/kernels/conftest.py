"""One prepared fork server, and notebooks made of a few cells."""

import sys
from collections.abc import Callable, Iterator

import nbformat
import psutil
import pytest

from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.run import Ended, Kernels

# Nothing is forked elsewhere; the tests of ordinary kernels are with the batch.
collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]


def book(*cells: str) -> nbformat.NotebookNode:
    """A notebook whose first cell holds the parameters."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.cells[0].metadata["tags"] = ["parameters"]
    made.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    return made


@pytest.fixture(scope="session")
def made() -> Callable[..., nbformat.NotebookNode]:
    return book


@pytest.fixture(scope="session")
def server() -> Iterator[ForkServer]:
    """pandas and matplotlib are imported in it, as they would be for a report."""
    with ForkServer("importlib:import_module", {"name": "pandas.plotting._matplotlib"}) as made:
        assert made.refusal(60) == ""
        yield made


@pytest.fixture
def ran(server: ForkServer) -> Callable[..., Ended]:
    """`ran(*cells, cell=, run=, **parameters)` runs a notebook in a forked process."""

    def ran(*cells: str, cell: float = 30, run: float = 60, **parameters: object) -> Ended:
        return Kernels().run(book(*cells), parameters, server=server, limits=Limits(cell, run))

    return ran


@pytest.fixture
def children(server: ForkServer) -> Callable[[], list[int]]:
    """The processes that the server has forked and that still run."""

    def children() -> list[int]:
        return [
            child.pid
            for child in psutil.Process(server._process.pid).children(recursive=True)
            if child.status() != psutil.STATUS_ZOMBIE
        ]

    return children
