"""Where runs are carried out: here, in processes of our own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from quyu.kernels.client import ForkServer
from quyu.kernels.limits import Limits
from quyu.kernels.ordinary import Kernels
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
    and `say` is told why. When the block is left by an exception, what still runs is ended at once.
    """
    kernels = Kernels()
    with server, ThreadPoolExecutor(workers) as pool:
        why = server.refusal(limits.run)
        if why:
            say(f"Ordinary kernels, slower to start: {why}.")
        forking = None if why else server

        def work(job: Job) -> Run:
            return execute(
                job.notebook,
                job.parameters,
                server=forking,
                kernels=kernels,
                limits=limits,
                seen=partial(seen, job),
            )

        try:
            yield Way(partial(pool.submit, work), partial(pool.submit, call_in, forking, limits))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            server.close()
            kernels.close()  # leaving the pool waits for its threads, which now have nothing left
            raise


_turn = threading.Lock()


def call_in(server: ForkServer | None, limits: Limits, function: str, given: dict) -> Any:
    """Call "module:function" in a process that `server` forks, or else in this one."""
    if server:
        return server.call(function, given, limits=limits)
    module, _, name = function.partition(":")
    with _turn:  # matplotlib draws in one thread at a time
        return getattr(import_module(module), name)(**given)
