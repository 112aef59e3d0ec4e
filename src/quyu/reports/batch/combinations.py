"""A sweep as it is asked for: nothing to do if nothing changed, otherwise every combination of a grid."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from quyu.kernels.limits import Limits
from quyu.reports.batch.inputs import digest, grounds, sources
from quyu.reports.batch.manifest import Row, read, stands

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

    from quyu.reports.batch.grid import grid_jobs
    from quyu.reports.batch.sweep import Sweep, carry_out

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
