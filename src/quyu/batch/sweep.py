"""A sweep: every combination of some parameters, a notebook run for each."""

from __future__ import annotations

import json
import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quyu import __version__
from quyu.batch.kernels import GRAMMAR, homed, without
from quyu.batch.request import Request
from quyu.batch.store import Store, alone, digest, grounds, met, read, sources

if TYPE_CHECKING:
    from quyu.batch.execute import Run
    from quyu.batch.jobs import Job

IMPORTS = ("importlib:import_module", {"name": "quyu.study"})
HERE = (
    "A notebook runs in the folder that the command is given in (on a cluster: its worker's); "
    "name with --cwd the folder where the file can be found, or give the path in full."
)
Said = list[list[str]]  # the kind and source of each cell of a notebook


@homed()
def sweep(notebook: Path, grid: Path, request: Request) -> int:
    """Run every combination of the grid into OUT/NOTEBOOK/COMBINATION; return 1 if one failed.

    Each folder holds the notebook that ran and its page. A combination that stands from an earlier
    run, by the hashes of its inputs and outputs, is left as it is. Inputs are the notebook's cells,
    the parameters, quyu with its figures, and the files named by `data` and `framework`, given or the
    notebook's own; what else a notebook reads is not looked at. A folder that holds anything but this
    notebook's runs is refused. If all of it stands, hashes alone tell so: this module imports neither
    pandas nor a kernel before it knows that there is work.
    """
    said, text = _said(notebook), _text(grid)
    if request.cwd and not request.cwd.is_dir():
        raise ValueError(f"--cwd {request.cwd} is no folder.")
    places = {"kernel": request.kernel, "cwd": str(request.cwd.resolve()) if request.cwd else ""}
    said += [[name, value] for name, value in places.items() if value]
    folder = request.out / notebook.stem
    owner = _owner(folder, notebook)
    asked = digest(said, text)
    rows = met(folder, "runs", asked)
    inputs = partial(_inputs, said, _named(notebook), request.cwd or Path())
    if rows and inputs([row["parameters"] for row in rows]) == [row["inputs"] for row in rows]:
        if not request.quiet:
            print(f"Nothing has changed. Open {folder}")
        return 0

    from rich.console import Console

    with without(GRAMMAR):
        from quyu.batch.cluster import opened
    from quyu.batch.grid import grid_jobs
    from quyu.batch.progress import summary

    jobs = grid_jobs(notebook, grid)
    if request.scheduler is None:  # else it is the workers' matter
        _installed(notebook, request.kernel)
    keys, outcomes = [job.key for job in jobs], []
    console = Console(highlight=False, quiet=request.quiet)
    with alone(folder, say=console.print):
        store = Store(folder, "runs", about={"quyu": __version__, "notebook": owner})
        made_from = inputs([job.parameters for job in jobs])
        todo = store.todo(jobs, dict(zip(keys, made_from, strict=True)))
        if todo:
            with opened(todo, request, IMPORTS, console) as way:
                outcomes = way.run(todo, store, partial(_settle, store))
        failed = [outcome for outcome in outcomes if outcome.error]
        if not failed:
            store.close(asked, keys)
    summary(console, outcomes, left=len(jobs) - len(todo), index=folder)
    if any("FileNotFoundError" in outcome.error for outcome in failed):
        Console(highlight=False).print(HERE)
    return int(bool(failed))


def _inputs(
    said: Said, own: dict[str, str], cwd: Path, combinations: list[dict[str, Any]]
) -> list[str]:
    """The hash of what each combination rests on; `said` is what the notebook says, `own` its defaults."""
    rest: dict[tuple[str, ...], str] = {}
    found = []
    for given in combinations:
        asked = [given.get(name, own.get(name)) for name in ("data", "framework")]
        named = tuple(str(cwd / each) if each and isinstance(each, str) else "" for each in asked)
        rest[named] = rest.get(named) or grounds(*named)
        found.append(digest(rest[named], said, given))
    return found


def _named(notebook: Path) -> dict[str, str]:
    """The folder of figures and the framework that the notebook itself names among its parameters."""
    text = "\n".join(
        "".join(cell.get("source", ""))
        for cell in json.loads(notebook.read_text(encoding="utf-8-sig")).get("cells", [])
        if "parameters" in cell.get("metadata", {}).get("tags", [])
    )
    return dict(re.findall(r"""^(data|framework)(?:: *str)? *= *["']([^"']*)["']""", text, re.M))


def _owner(folder: Path, notebook: Path) -> str:
    """The notebook as seen from the folder of its runs; refused where they are another's."""
    try:
        owner = Path(os.path.relpath(notebook.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        owner = notebook.resolve().as_posix()
    record = read(folder)
    if record and record.get("notebook") != owner:
        told = f"runs of {record['notebook']}" if "notebook" in record else "reports"
        raise ValueError(
            f"{folder} already holds {told}, not of {owner} (as seen from that folder). "
            "Give this one its own --out, or remove that folder."
        )
    return owner


def _installed(notebook: Path, kernel: str) -> None:
    from jupyter_client.kernelspec import KernelSpecManager

    from quyu.batch.execute import opened

    own = opened(notebook).metadata.get("kernelspec", {}).get("name", "python3")
    known = KernelSpecManager().find_kernel_specs()
    if (kernel or own).lower() not in known:
        asked = f"--kernel {kernel}" if kernel else f"{notebook}: its kernel {own}"
        hint = "" if kernel else " Install it, or name another with --kernel."
        raise ValueError(f"{asked} is not installed; there are {', '.join(sorted(known))}.{hint}")


def _said(notebook: Path) -> Said:
    try:
        if said := sources(notebook):
            return said
        raise ValueError("it is empty")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{notebook} is no notebook of Jupyter's (.ipynb) with cells.") from None
    except OSError as failure:
        raise ValueError(f"{notebook} cannot be read: {failure.strerror}.") from None


def _text(grid: Path) -> str:
    try:
        return grid.read_text(encoding="utf-8")
    except OSError as failure:
        raise ValueError(f"{grid} cannot be read: {failure.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{grid} is no text in UTF-8.") from None


def _settle(store: Store, job: Job, result: Run) -> dict[str, str]:
    """Publish what a run has come to: the notebook and its page, or the notebook that failed.

    The prose of a notebook of ours is in the run's language, as a report's is.
    """
    from quyu.batch.prose import in_the_runs_language
    from quyu.pages.page import whole

    told, lang = in_the_runs_language(result.notebook, job.notebook, job.parameters)
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    ran, failed, page = (
        f"{job.key}/{name}" for name in ("notebook.ipynb", "failed.ipynb", "page.html")
    )
    if result.error:
        return store.publish({failed: text}, gone=(ran, page))
    html = whole(told, title=job.key, lang=lang)
    return store.publish({ran: text, page: html}, gone=(failed,))
