"""Where runs are carried out: in processes of this machine, or by the workers of a Dask cluster."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import Any
from uuid import uuid4

from rich.console import Console

from quyu.batch.execute import Run, execute
from quyu.batch.execute import opened as opened_book
from quyu.batch.jobs import Job, Outcome, ended
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.kernels.run import Kernels
from quyu.batch.progress import Showing, following
from quyu.batch.request import Request
from quyu.batch.store import Store, foundations

Prepared = tuple[str, dict[str, Any]]  # a "module:function" with its arguments
Kept = tuple[str, str]  # the same, with the arguments as JSON
Rests = tuple[str, str, dict[str, str]]  # a data folder, a framework file, their foundations here


@dataclass(frozen=True)
class Way:
    """`begin` starts a job, `call` a "module:function" of plain values; `showing` is told of them."""

    begin: Callable[[Job], Future]
    call: Callable[[str, dict[str, Any]], Future]
    showing: Showing

    def run(
        self,
        jobs: list[Job],
        store: Store,
        settle: Callable[[Job, Run], dict[str, str]],
    ) -> list[Outcome]:
        """Run all jobs; each is published by `settle` and written down as soon as it ends.

        `settle` is called here, in one thread, because the page exporter is shared.
        """
        futures = {self.begin(job): job for job in jobs}
        outcomes: list[Outcome] = []
        for future in as_completed(futures):
            outcomes.append(outcome := ended(futures[future], future, settle))
            store.note(outcome)
            self.showing.done(outcome)
        return outcomes


@contextmanager
def opened(
    todo: list[Job],
    request: Request,
    prepared: Prepared,
    console: Console,
    server: ForkServer | None = None,
) -> Iterator[Way]:
    """Where the request is to be carried out; how `todo` goes is shown.

    `server` is taken for processes of this machine; without one, one is started that is `prepared`.
    """
    with following(console, todo) as showing:
        way = (
            here(request, server or ForkServer(*prepared), showing)
            if request.scheduler is None
            else cluster(request, prepared, showing)
        )
        with way as found:
            yield found


@contextmanager
def here(request: Request, server: ForkServer, showing: Showing) -> Iterator[Way]:
    """Threads of this process, each waiting for one fresh process at a time.

    One more than are to run at once, if these are several: while they run, the next kernel starts.
    `server` forks it and is closed in the end; where forking is impossible it is an ordinary kernel,
    and `showing` tells why. When the block is left by an exception, what still runs is ended at once.
    """
    limits = request.limits
    kernels, ahead = Kernels(request.workers), int(request.workers > 1)
    with server, _nimble(), ThreadPoolExecutor(request.workers + ahead) as pool:
        why = server.refusal(limits.run)
        if why:
            showing.say(f"Ordinary kernels, slower to start: {why}.")
        forking = None if why else server

        def work(job: Job) -> Run:
            return execute(
                job.notebook,
                job.parameters,
                server=forking,
                kernels=kernels,
                limits=limits,
                seen=partial(showing.cell, job),
                **_place(request),
            )

        def make(function: str, given: dict[str, Any]) -> Any:
            with kernels.turn:
                return call_in(forking, limits, function, given)

        try:
            call = partial(pool.submit, make)
            yield Way(partial(pool.submit, work), call, showing)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            server.close()
            kernels.close()  # leaving the pool waits for its threads, which now have nothing left
            raise


@contextmanager
def _nimble() -> Iterator[None]:
    """While the block lasts, a thread that makes a page lets those that talk to kernels in sooner."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 10)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _place(request: Request) -> dict[str, str]:
    return {"kernel": request.kernel, "cwd": str(request.cwd.resolve()) if request.cwd else ""}


_turn = threading.Lock()


def call_in(server: ForkServer | None, limits: Limits, function: str, given: dict) -> Any:
    """Call "module:function" in a process that `server` forks, or else in this one."""
    if server:
        return server.call(function, given, limits=limits)
    module, _, name = function.partition(":")
    with _turn:  # matplotlib draws in one thread at a time
        return getattr(import_module(module), name)(**given)


@contextmanager
def cluster(request: Request, prepared: Prepared, showing: Showing) -> Iterator[Way]:
    """The workers of the Dask scheduler of the request, or of one started here if it names none.

    Each worker forks as `here` does, from a server of its own that is `prepared` alike. It is given
    the notebook and gives back the one that ran, so it needs no file but those that the parameters
    name (a data folder, a framework file). A worker on which they, quyu or a package differ from
    ours is refused by name. A run whose worker is lost fails; it is not run twice.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise ValueError(
            f"--executor dask needs {missing.name}: pip install 'quyu[cluster]'."
        ) from None
    # A scheduler that is lost is told as the end of each run, not by tracebacks of the client's.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL + 1)
    address, limits = request.scheduler, request.limits
    own = {"n_workers": request.workers, "threads_per_worker": 1, "dashboard_address": None}
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
        pool = client.get_executor(pure=False)

        def begin(job: Job) -> Future:
            work = partial(execute, opened_book(job.notebook), job.parameters, **_place(request))
            once = f"quyu-{uuid4()}"
            return pool.submit(_there, first, rests(job.parameters), limits, work, once)

        def call(function: str, given: dict[str, Any]) -> Future:
            work = partial(call_in, function=function, given=given)
            return pool.submit(_there, first, rests(given), limits, work)

        yield Way(begin, call, showing)


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


def _there(
    prepared: Kept, rests: Rests, limits: Limits, work: Callable[..., Any], once: str = ""
) -> Any:
    """Do `work` in a worker, by the server that it keeps; what has a name to be done `once`, once.

    What it rests on is compared once more: this worker may have come after the others were asked.
    """
    from distributed import Event, get_worker

    if once and (begun := Event(once)).is_set():
        raise ValueError(
            "its worker was lost after it had begun, and a notebook may have written somewhere: "
            "give the same command again"
        )

    if told := differing(*rests):
        raise ValueError(_refused(get_worker().address, told))
    if once:
        begun.set()
    with _server(prepared, limits) as server:
        return work(server=server, limits=limits)


@contextmanager
def _server(prepared: Kept, limits: Limits) -> Iterator[ForkServer | None]:
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
_kept: dict[Kept, ForkServer] = {}
_users: Counter[Kept] = Counter()
