"""A sweep: every combination of some parameters, a notebook run for each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from rich.console import Console

from quyu import __version__
from quyu.batch.cluster import cluster
from quyu.batch.files import alone, publish
from quyu.batch.jobs import Job, Outcome, Run, here, run
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.progress import following, summary
from quyu.batch.store import Row, digest, grounds, read, sources, stands

Said = list[list[str]]  # the kind and source of each cell of a notebook


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
    notebook reads is not looked at. A folder that holds anything but this notebook's runs is refused.
    If all of it stands, hashes alone tell so: this module imports neither pandas nor a kernel before
    it knows that there is work.
    """
    said, asked = _said(notebook), _text(grid)
    folder = out / notebook.stem
    record = read(folder)
    owner = _whose(folder, notebook, record)
    rows = {row["key"]: row for row in record.get("runs", [])}
    request = digest(said, asked)
    known = record.get("asked", {})
    keys = known.get(request, [])
    if keys and standing(folder, said, [rows[key] for key in keys if key in rows]) == set(keys):
        if not quiet:
            print(f"Nothing has changed. Open {folder}")
        return 0

    from quyu.batch.grid import grid_jobs

    pass  # moved

    sweep = Sweep(folder, owner, said, request, tuple(grid_jobs(notebook, grid)))
    return carry_out(sweep, workers=workers, quiet=quiet, scheduler=scheduler, limits=limits)


def standing(folder: Path, said: Said, rows: Iterable[Row]) -> set[str]:
    """The keys of what is done: run from what would be read now, with files that nobody has touched."""
    done = [row for row in rows if row["status"] == "done"]
    now = inputs(said, [row["parameters"] for row in done])
    return {
        row["key"]
        for row, found in zip(done, now, strict=True)
        if row["inputs"] == found and stands(folder, row["files"])
    }


def inputs(said: Said, combinations: list[dict[str, Any]]) -> list[str]:
    """The hash of what each combination rests on; `said` is what the notebook says."""
    rest: dict[tuple[str, str], str] = {}
    found = []
    for given in combinations:
        data, framework = (
            value if isinstance(value := given.get(name), str) else ""
            for name in ("data", "framework")
        )
        rest[data, framework] = rest.get((data, framework)) or grounds(data, framework)
        found.append(digest(rest[data, framework], said, given))
    return found


def _whose(folder: Path, notebook: Path, record: dict[str, Any]) -> str:
    """The notebook as seen from the folder of its runs; refused where they are another's."""
    try:
        owner = Path(os.path.relpath(notebook.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        owner = notebook.resolve().as_posix()
    if record and record.get("notebook") != owner:
        told = f"runs of {record['notebook']}" if "notebook" in record else "reports"
        raise ValueError(
            f"{folder} already holds {told}, not of {owner} (as seen from that folder). "
            "Give this one its own --out, or remove that folder."
        )
    return owner


def _said(notebook: Path) -> Said:
    try:
        said = sources(notebook)
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{notebook} is no notebook of Jupyter's format 4 (.ipynb).") from None
    except OSError as failure:
        raise ValueError(f"{notebook} cannot be read: {failure.strerror}.") from None
    return said


def _text(grid: Path) -> str:
    try:
        return grid.read_text(encoding="utf-8")
    except OSError as failure:
        raise ValueError(f"{grid} cannot be read: {failure.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{grid} is no text in UTF-8.") from None


IMPORTS = ("importlib:import_module", {"name": "quyu.study"})
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
            extra_template_basedirs=[str(files("quyu.pages") / "templates")],
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
