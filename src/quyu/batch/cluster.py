"""Where runs are carried out: by the workers of a Dask cluster."""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from typing import Any

import nbformat

from quyu.batch.jobs import Job, Run, Way, call_in, execute
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.watch import Notebook
from quyu.batch.store import foundations

Prepared = tuple[str, str]
Rests = tuple[str, str, dict[str, str]]  # a data folder, a framework file, their foundations here


@contextmanager
def cluster(
    address: str, *, workers: int, limits: Limits, prepared: tuple[str, dict[str, Any]]
) -> Iterator[Way]:
    """The workers of the Dask scheduler at `address`, or of one started here where it is empty.

    Each worker forks as `here` does, from a server of its own that is `prepared` alike. It is given
    the notebook and gives back the one that ran, so it needs no file but those that the parameters
    name (a data folder, a framework file). A worker on which they, quyu or a package differ from
    ours is refused by name. What a lost worker was doing is done again by another.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise ValueError(
            f"--executor dask needs {missing.name}: pip install 'quyu[cluster]'."
        ) from None
    # A scheduler that is lost is told as the end of each run, not by tracebacks of the client's.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL + 1)
    own = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    first = prepared[0], json.dumps(prepared[1])
    ours = cache(foundations)  # read once for a batch

    def rests(given: dict[str, Any]) -> Rests:
        data, framework = given.get("data", ""), given.get("framework", "")
        return data, framework, ours(data, framework)

    try:
        client = Client(address) if address else Client(**own)
    except (OSError, TimeoutError) as failure:
        raise ValueError(
            f"--scheduler: no Dask scheduler answers at {address or 'this machine'} ({failure}); "
            "start one with `dask scheduler`, or leave --executor out to work here."
        ) from None
    with client:
        for worker, told in client.run(differing, *rests(prepared[1])).items():
            if told:
                raise ValueError(_refused(worker, told))
        pool = client.get_executor(pure=False, retries=1)

        def begin(job: Job) -> Future:
            book = nbformat.read(job.notebook, as_version=4)
            rest = rests(job.parameters)
            return pool.submit(_run_there, first, rest, book, job.parameters, limits)

        def call(function: str, given: dict[str, Any]) -> Future:
            return pool.submit(_call_there, first, rests(given), limits, function, given)

        yield Way(begin, call)


def differing(data: str, framework: str, expected: dict[str, str]) -> str:
    """What reports rest on, here, that is not as `expected`; nothing if all of it is.

    >>> differing("", "", foundations() | {"pandas": "1.5.3"}).startswith("pandas is ")
    True
    """
    here = foundations(data, framework)
    return "; ".join(
        f"{name} is {here[name]}, not {known}" if len(known) < 64 else f"{name} is another"
        for name, known in expected.items()
        if here[name] != known
    )


def _refused(worker: str, told: str) -> str:
    return (
        f"the worker {worker} would write other reports: {told}. "
        "Give every worker the same quyu, packages and files as here."
    )


def _run_there(
    prepared: Prepared, rests: Rests, book: Notebook, parameters: dict, limits: Limits
) -> Run:
    _refuse_differing(rests)
    with _server(prepared, limits) as server:
        return execute(book, parameters, server=server, limits=limits)


def _call_there(
    prepared: Prepared, rests: Rests, limits: Limits, function: str, given: dict
) -> Any:
    _refuse_differing(rests)
    with _server(prepared, limits) as server:
        return call_in(server, limits, function, given)


def _refuse_differing(rests: Rests) -> None:
    """Once more, in the worker: it may have come after the others were asked."""
    from distributed import get_worker

    if told := differing(*rests):
        raise ValueError(_refused(get_worker().address, told))


@contextmanager
def _server(prepared: Prepared, limits: Limits) -> Iterator[ForkServer | None]:
    """The server that this worker keeps, for as many batches as are prepared alike.

    One prepared otherwise is closed, unless another thread of this worker still runs in it.
    """
    with _guard:
        for other in [each for each in _kept if each != prepared and not _users[each]]:
            _kept.pop(other).close()
        if prepared not in _kept:
            _kept[prepared] = ForkServer(prepared[0], json.loads(prepared[1]))
        server = _kept[prepared]
        _users[prepared] += 1
    try:
        yield None if server.refusal(limits.run) else server
    finally:
        with _guard:
            _users[prepared] -= 1


_guard = threading.Lock()
_kept: dict[Prepared, ForkServer] = {}
_users: Counter[Prepared] = Counter()
