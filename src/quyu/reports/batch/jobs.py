"""Many runs of notebooks at once, where one that fails never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quyu.reports.batch.execute import Run


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
    begin: Callable[[Job], Future],
    publish: Callable[[Job, Run], dict[str, str]],
) -> Iterator[Outcome]:
    """Begin every job and yield each outcome as it comes.

    `publish` turns a run, good or failed, into files. It is called here, in one thread, because the
    page exporter is shared. Whatever goes wrong in a job becomes its outcome's error; only a file
    that cannot be written is raised, for the next could not be either.
    """
    futures = {begin(job): job for job in jobs}
    for future in as_completed(futures):
        job = futures[future]
        try:
            result = future.result()
        except CancelledError:
            lost = (
                "it never ended: the scheduler or its workers are lost; give the same command again"
            )
            yield Outcome(job, 0.0, lost)
            continue
        except Exception as failure:
            yield Outcome(job, 0.0, f"{type(failure).__name__}: {failure}")
            continue
        try:
            outcome = Outcome(job, result.seconds, result.error, publish(job, result))
        except OSError:
            raise
        except Exception as failure:
            outcome = Outcome(job, result.seconds, f"{type(failure).__name__}: {failure}")
        yield outcome
