"""Where runs are carried out: in processes forked here, or by the workers of a cluster."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import Any

import nbformat

from quyu.kernels.client import ForkServer
from quyu.kernels.limits import Limits
from quyu.kernels.watch import Notebook
from quyu.reports.batch.execute import Run, execute
from quyu.reports.batch.jobs import Job

Seen = Callable[[Job, int, int], None]


@dataclass(frozen=True)
class Way:
    """`begin` starts a job, `call` a "module:function" of plain values."""

    begin: Callable[[Job], Future]
    call: Callable[[str, dict[str, Any]], Future]


@contextmanager
def here(
    server: ForkServer, *, workers: int, limits: Limits, seen: Seen, say: Callable[[str], object]
) -> Iterator[Way]:
    """Threads of this process, each waiting for one fresh process at a time.

    `server` forks it and is closed in the end; where forking is impossible it is an ordinary kernel,
    and `say` is told why. When the block is left by an exception, what still runs is ended.
    """
    stop = threading.Event()
    with server, ThreadPoolExecutor(workers) as pool:
        why = server.refusal()
        if why:
            say(f"Ordinary kernels, slower to start: {why}.")
        forking = None if why else server

        def work(job: Job) -> Run:
            return execute(
                job.notebook,
                job.parameters,
                server=forking,
                limits=limits,
                seen=partial(seen, job),
                stop=stop,
            )

        try:
            yield Way(partial(pool.submit, work), partial(pool.submit, _call, forking, limits))
        except BaseException:
            stop.set()
            server.close()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def cluster(
    address: str, *, workers: int, limits: Limits, prepared: tuple[str, dict[str, Any]]
) -> Iterator[Way]:
    """The workers of the Dask scheduler at `address`, or of one started here where it is empty.

    Each worker forks as `here` does, from a server of its own that is `prepared` alike. It is given
    the notebook and gives back the one that ran, so it needs no file but those that the parameters
    name (a data folder, a framework file). What a lost worker was doing is done again by another.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise ValueError(
            f"--executor dask needs {missing.name}: pip install 'quyu[cluster]'."
        ) from None
    own = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    first = prepared[0], json.dumps(prepared[1])
    with Client(address) if address else Client(**own) as client:
        pool = client.get_executor(pure=False, retries=1)

        def begin(job: Job) -> Future:
            book = nbformat.read(job.notebook, as_version=4)
            return pool.submit(_run_there, first, book, job.parameters, limits)

        def call(function: str, given: dict[str, Any]) -> Future:
            return pool.submit(_call_there, first, limits, function, given)

        yield Way(begin, call)


def _run_there(prepared: tuple, book: Notebook, parameters: dict, limits: Limits) -> Run:
    return execute(book, parameters, server=_server(*prepared), limits=limits)


def _call_there(prepared: tuple, limits: Limits, function: str, given: dict) -> Any:
    return _call(_server(*prepared), limits, function, given)


@cache
def _server(prepare: str, arguments: str) -> ForkServer | None:
    server = ForkServer(prepare, json.loads(arguments))
    return None if server.refusal() else server


_turn = threading.Lock()


def _call(server: ForkServer | None, limits: Limits, function: str, given: dict) -> Any:
    if server:
        return server.call(function, given, limits=limits)
    module, _, name = function.partition(":")
    with _turn:  # matplotlib draws in one thread at a time
        return getattr(import_module(module), name)(**given)
