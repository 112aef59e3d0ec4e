"""What a batch says while it runs: bars in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Column, Table

from quyu.batch.jobs import Job, Outcome

ENOUGH = 4  # runs to their end before a pace is told


@contextmanager
def following(console: Console, jobs: list[Job]) -> Iterator[Showing]:
    """Show how `jobs` go, while the block lasts: it is told of each cell that ran and each that ended."""
    if not console.is_terminal or console.quiet:
        yield _Lines(console, len(jobs))
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bars(progress, len(jobs))


class _Pace:
    """How fast it goes, told once enough have ended to know."""

    def __init__(self, total: int) -> None:
        self.total, self.ended, self.ran, self.start = total, 0, 0, 0.0

    def tick(self, outcome: Outcome) -> str:
        """One more ended: the first that ran tells when all began, one that was lost no pace."""
        self.ended += 1
        if outcome.error and not outcome.seconds:
            return ""
        now = time.monotonic()
        self.start = self.start or now - outcome.seconds
        self.ran += 1
        passed, left = now - self.start, self.total - self.ended
        if self.ran < ENOUGH or passed < 1 or not left:
            return ""
        return f"{60 * self.ran / passed:.0f} a minute, {_span(passed / self.ran * left)} left"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


class _Lines:
    def __init__(self, console: Console, total: int) -> None:
        self._console, self._pace = console, _Pace(total)

    def cell(self, job: Job, ran: int, total: int) -> None:
        """Nothing: a line for each cell would be noise in a log."""

    def done(self, outcome: Outcome) -> None:
        pace = self._pace.tick(outcome)
        state = f"FAILED {outcome.error}" if outcome.error else "done"
        self.say(
            f"[{self._pace.ended}/{self._pace.total}] {outcome.job.key} {state}, "
            f"{outcome.seconds:.1f} s{pace and '; '}{pace}"
        )

    def say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)


class _Bars:
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._pace = progress, _Pace(total)
        self._all = progress.add_task("reports", total=total, told="preparing")
        self._running: dict[str, TaskID] = {}

    def cell(self, job: Job, ran: int, total: int) -> None:
        if not self._running and not self._pace.ended:
            self._progress.update(self._all, told="")
        if job.key not in self._running:
            self._running[job.key] = self._progress.add_task(f"{job.label:　<6}", told="cells")
        self._progress.update(self._running[job.key], completed=ran, total=total)

    def done(self, outcome: Outcome) -> None:
        if (shown := self._running.pop(outcome.job.key, None)) is not None:
            self._progress.remove_task(shown)
        self._progress.update(self._all, advance=1, told=self._pace.tick(outcome))
        if outcome.error:
            self.say(f"failed: {outcome.job.key}: {outcome.error}")

    def say(self, text: str) -> None:
        self._progress.console.print(text, markup=False, soft_wrap=True)


Showing = _Lines | _Bars


def summary(console: Console, outcomes: list[Outcome], *, left: int, index: Path) -> None:
    """How many are there, how many were left as they were, where to start, which failed and why."""
    failed = [outcome for outcome in outcomes if outcome.error]
    kept = f", {left} left as they were" if left else ""
    console.print(
        f"{len(outcomes) - len(failed)} of {len(outcomes) + left} reports written{kept}. Open {index}",
        soft_wrap=True,
        markup=False,
    )
    if failed:
        table = Table(
            "report",
            "why",
            Column("kept at", overflow="fold"),  # a path that is cut off finds nothing
            title=f"{len(failed)} failed",
            title_justify="left",
        )
        for outcome in failed:
            table.add_row(outcome.job.label, outcome.error, ", ".join(outcome.files) or "—")
        # A failure is told even to those who asked for quiet.
        Console(highlight=False).print(table, markup=False)
