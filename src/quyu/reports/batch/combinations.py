"""A notebook over a grid of parameters: each combination in a folder of its own."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from rich.console import Console

from quyu import __version__
from quyu.kernels.client import ForkServer
from quyu.kernels.watch import Limits
from quyu.reports.batch.alone import alone
from quyu.reports.batch.execute import Run, remove_leftovers
from quyu.reports.batch.grid import grid_jobs
from quyu.reports.batch.inputs import digest, grounds, sources
from quyu.reports.batch.jobs import Job, run
from quyu.reports.batch.manifest import read, stands
from quyu.reports.batch.progress import following, summary
from quyu.reports.batch.ways import cluster, here
from quyu.reports.publish import publish

IMPORTS = ("importlib:import_module", {"name": "quyu.reports.study"})


def batch_command(
    notebook: Path,
    *,
    grid: Path,
    out: Path,
    workers: int,
    quiet: bool = False,
    scheduler: str | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
) -> int:
    """Run every combination of the grid into OUT/NOTEBOOK/COMBINATION; return 1 if one failed.

    Each folder holds the notebook that ran and its page. A combination that stands from an earlier
    run, by the hashes of its inputs and outputs, is left as it is. Inputs are the notebook's cells,
    the parameters, quyu with its figures, and the files named by `data` and `framework`; what else a
    notebook reads is not looked at.
    """
    jobs, console = grid_jobs(notebook, grid), Console(highlight=False, quiet=quiet)
    folder = out / notebook.stem
    with alone(folder):
        remove_leftovers()
        inputs = {job.key: _inputs(job) for job in jobs}
        rows: dict[str, dict[str, Any]] = {
            row["key"]: row
            for row in read(folder).get("runs", [])
            if row["status"] == "done"
            and inputs.get(row["key"], row["inputs"]) == row["inputs"]
            and stands(folder, row["files"])
        }
        todo, outcomes = [job for job in jobs if job.key not in rows], []
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
                    for outcome in run(todo, begin=opened.begin, publish=partial(_settle, folder)):
                        rows[outcome.job.key] = {
                            "key": outcome.job.key,
                            "parameters": outcome.job.parameters,
                            "status": "failed" if outcome.error else "done",
                            "seconds": round(outcome.seconds, 2),
                            "error": outcome.error,
                            "inputs": inputs[outcome.job.key],
                            "files": outcome.files,
                        }
                        _save(folder, notebook, rows)
                        outcomes.append(outcome)
                        showing.done(outcome)
    summary(console, outcomes, left=len(jobs) - len(todo), index=folder)
    return int(any(outcome.error for outcome in outcomes))


def _inputs(job: Job) -> str:
    rest = grounds(job.parameters.get("data", ""), job.parameters.get("framework", ""))
    return digest(rest, sources(job.notebook), job.parameters)


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
        html, _ = HTMLExporter(embed_images=True).from_notebook_node(result.notebook)
        written = {ran: text, page: html}
    return {
        path.relative_to(folder).as_posix(): publish(path, content.encode())
        for path, content in written.items()
    }


def _save(folder: Path, notebook: Path, rows: dict[str, dict[str, Any]]) -> None:
    told = {
        "quyu": __version__,
        "notebook": notebook.name,
        "runs": [rows[key] for key in sorted(rows)],
    }
    publish(
        folder / "manifest.json",
        (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode(),
    )
