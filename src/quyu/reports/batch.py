"""Many runs of notebooks at once, where one that fails never stops the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quyu.reports.execute import Run, execute


@dataclass(frozen=True)
class Job:
    """One notebook to run: `key` names its files, `label` is for eyes."""

    key: str
    label: str
    notebook: Path
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How a job ended: `files` maps each published path to its SHA-256; `error` is empty on success."""

    job: Job
    seconds: float
    error: str
    files: dict[str, str] = field(default_factory=dict)


def run(
    jobs: Iterable[Job],
    *,
    publish: Callable[[Job, Run], dict[str, str]],
    workers: int,
    executor: Callable[[int], Executor] = ThreadPoolExecutor,
) -> Iterator[Outcome]:
    """Run every job in `workers` kernels at a time and yield each outcome as it comes.

    `publish` turns a run, good or failed, into files. It is called here, in one thread, because
    the page exporter is shared. Whatever goes wrong in a job becomes its outcome's error; only an
    interrupt ends the batch, and then the queue is dropped and running kernels are waited for.
    """
    pool = executor(workers)
    try:
        futures = {pool.submit(_timed, job): job for job in jobs}
        for future in as_completed(futures):
            job = futures.pop(future)
            try:
                result, seconds = future.result()
                yield Outcome(job, seconds, result.error, publish(job, result))
            except Exception as failure:
                yield Outcome(job, 0.0, f"{type(failure).__name__}: {failure}")
    finally:
        pool.shutdown(cancel_futures=True)


def _timed(job: Job) -> tuple[Run, float]:
    start = time.perf_counter()
    result = execute(job.notebook, job.parameters)
    return result, time.perf_counter() - start
