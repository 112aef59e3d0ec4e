"""A sweep becomes folders of runs, with a manifest of what is true of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from rich.console import Console

from quyu import __version__
from quyu.kernels.client import ForkServer
from quyu.kernels.limits import Limits
from quyu.reports.batch.alone import alone
from quyu.reports.batch.cluster import cluster
from quyu.reports.batch.combinations import Said, inputs, standing
from quyu.reports.batch.execute import Run
from quyu.reports.batch.jobs import Job, Outcome, run
from quyu.reports.batch.manifest import Row, read, stands
from quyu.reports.batch.progress import following, summary
from quyu.reports.batch.ways import here
from quyu.reports.publish import publish

IMPORTS = ("importlib:import_module", {"name": "quyu.reports.study"})
HERE = (
    "A notebook runs in the folder that the command is given in (on a cluster: its worker's); "
    "give the command where the file can be found, or the path in full."
)


@dataclass(frozen=True)
class Sweep:
    """The jobs of one request; `notebook` as seen from `folder`, `said` its cells, `asked` a hash."""

    folder: Path
    notebook: str
    said: Said
    asked: str
    jobs: tuple[Job, ...]


def carry_out(
    sweep: Sweep, *, workers: int, quiet: bool, scheduler: str | None, limits: Limits
) -> int:
    """Run what does not stand yet, show how it goes, and return the exit code: 1 if a run failed.

    The manifest is written anew after every run, so that an interrupted sweep is taken up where it was.
    """
    console = Console(highlight=False, quiet=quiet)
    with alone(sweep.folder, say=console.print):
        record = read(sweep.folder)
        rows = _rows(sweep, record)
        todo = [job for job in sweep.jobs if job.key not in rows]
        # What failed stays told until it runs again: by this sweep, even if interrupted, or another.
        before = {row["key"]: row for row in record.get("runs", []) if row["status"] == "failed"}
        made_from = dict(
            zip(
                [job.key for job in todo],
                inputs(sweep.said, [job.parameters for job in todo]),
                strict=True,
            )
        )
        asked, outcomes = record.get("asked", {}), []
        if todo:
            with following(console, todo) as showing:
                way = (
                    cluster(scheduler, workers=workers, limits=limits, prepared=IMPORTS)
                    if scheduler is not None
                    else here(
                        ForkServer(*IMPORTS),
                        workers=workers,
                        limits=limits,
                        seen=showing.cell,
                        say=showing.say,
                    )
                )
                with way as opened:
                    settle = partial(_settle, sweep.folder)
                    for outcome in run(todo, begin=opened.begin, publish=settle):
                        key = outcome.job.key
                        rows[key] = _row(outcome, made_from[key])
                        _save(sweep, before | rows, asked)
                        outcomes.append(outcome)
                        showing.done(outcome)
        failed = [outcome for outcome in outcomes if outcome.error]
        if not failed:
            keys = [job.key for job in sweep.jobs]
            _save(sweep, before | rows, {**asked, sweep.asked: keys})
    summary(console, outcomes, left=len(sweep.jobs) - len(todo), index=sweep.folder)
    if any("FileNotFoundError" in outcome.error for outcome in failed):
        Console(highlight=False).print(HERE)
    return int(bool(failed))


def _rows(sweep: Sweep, record: dict[str, Any]) -> dict[str, Row]:
    """What stands of this sweep, and what other grids have done and left unharmed."""
    ours = {job.key for job in sweep.jobs}
    rows = {row["key"]: row for row in record.get("runs", [])}
    good = standing(sweep.folder, sweep.said, [rows[key] for key in ours & rows.keys()])
    return {
        key: row
        for key, row in rows.items()
        if key in good
        or (key not in ours and row["status"] == "done" and stands(sweep.folder, row["files"]))
    }


def _row(outcome: Outcome, made_from: str) -> Row:
    return {
        "key": outcome.job.key,
        "parameters": outcome.job.parameters,
        "status": "failed" if outcome.error else "done",
        "seconds": round(outcome.seconds, 2),
        "error": outcome.error,
        "inputs": made_from,
        "files": outcome.files,
    }


def _settle(folder: Path, job: Job, result: Run) -> dict[str, str]:
    text = json.dumps(result.notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    ran, failed, page = (
        folder / job.key / name for name in ("notebook.ipynb", "failed.ipynb", "page.html")
    )
    for old in (ran, page) if result.error else (failed,):
        old.unlink(missing_ok=True)
    if result.error:
        written = {failed: text}
    else:
        html, _ = HTMLExporter(
            template_name="sweep",
            extra_template_basedirs=[str(files("quyu.reports") / "pages")],
            embed_images=True,
        ).from_notebook_node(result.notebook, {"metadata": {"name": job.key}})
        written = {ran: text, page: html}
    return {
        path.relative_to(folder).as_posix(): publish(path, content.encode())
        for path, content in written.items()
    }


def _save(sweep: Sweep, rows: dict[str, Row], asked: dict[str, list[str]]) -> None:
    told = {
        "quyu": __version__,
        "notebook": sweep.notebook,
        "asked": asked,
        "runs": [rows[key] for key in sorted(rows)],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    publish(sweep.folder / "manifest.json", text.encode())
