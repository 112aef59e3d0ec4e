"""What a batch says while it runs: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from quyu.reports.batch import Outcome


@contextmanager
def following(console: Console, total: int) -> Iterator[Callable[[Outcome], None]]:
    """A function to call with each outcome, while the block lasts."""
    if not console.is_terminal:
        done = iter(range(1, total + 1))

        def line(outcome: Outcome) -> None:
            state = f"FAILED {outcome.error}" if outcome.error else "done"
            console.print(
                f"[{next(done)}/{total}] {outcome.job.key} {state}, {outcome.seconds:.1f} s",
                markup=False,
                soft_wrap=True,
            )

        yield line
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("reports", total=total)

        def tick(outcome: Outcome) -> None:
            progress.update(task, advance=1, description=f"{outcome.job.label:　<6}")
            if outcome.error:
                progress.console.print(f"failed: {outcome.job.key}: {outcome.error}", markup=False)

        yield tick


def summary(console: Console, outcomes: list[Outcome], index: Path) -> None:
    """How many are written, where to start reading, and which failed and why."""
    failed = [outcome for outcome in outcomes if outcome.error]
    console.print(
        f"{len(outcomes) - len(failed)} of {len(outcomes)} reports written. Open {index}",
        soft_wrap=True,
        markup=False,
    )
    if failed:
        table = Table(
            "report", "why", "kept at", title=f"{len(failed)} failed", title_justify="left"
        )
        for outcome in failed:
            table.add_row(outcome.job.label, outcome.error, ", ".join(outcome.files) or "—")
        console.print(table, markup=False)
