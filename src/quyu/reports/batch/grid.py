"""Every combination of some parameters, as a list of jobs."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from quyu.reports.batch.inputs import digest
from quyu.reports.batch.jobs import Job

LONGEST = 80  # characters of a folder's name


def grid_jobs(notebook: Path, grid: Path) -> list[Job]:
    """One job for each combination of what the grid's file lists, in the file's order.

    The file maps the notebook's parameters to a value or a list of values. A name that is no
    parameter of the notebook, and a value of another type than its default, are refused: papermill
    would only log the first, and YAML reads 011000 as 4608.
    """
    choices = _choices(grid)
    defaults = _defaults(notebook)
    for name, values in choices.items():
        if name not in defaults:
            known = ", ".join(defaults) or "none"
            raise ValueError(
                f"{grid}: {name!r} is no parameter of {notebook.name} (known: {known})."
            )
        for value in values:
            if defaults[name] is not None and type(value) is not type(defaults[name]):
                raise ValueError(
                    f"{grid}: {name} is {value!r}, a {type(value).__name__}; {notebook.name} takes "
                    f"{type(defaults[name]).__name__}, like {defaults[name]!r}. Codes need quotes."
                )
    several = [name for name, values in choices.items() if len(values) > 1]
    jobs = []
    for values in product(*choices.values()):
        given = dict(zip(choices, values, strict=True))
        label = ", ".join(f"{name} {given[name]}" for name in several) or notebook.stem
        jobs.append(
            Job(folder_name({name: given[name] for name in several}), label, notebook, given)
        )
    keys = [job.key for job in jobs]
    if len(set(keys)) < len(keys):
        raise ValueError(f"{grid}: a value is listed twice.")
    return jobs


def folder_name(given: dict[str, Any]) -> str:
    """The name of a combination's folder; a hash stands in for what a folder cannot be called.

    >>> folder_name({"year": 2023, "region": "東北"})
    'year=2023,region=東北'
    >>> folder_name({"framework": "params/a.yaml"})
    'framework=params-a.yaml,64a51598'
    """
    plain = ",".join(f"{name}={value}" for name, value in given.items()) or "run"
    safe = re.sub(r"[^\w.=,+-]+", "-", plain)[:LONGEST]
    return safe if safe == plain else f"{safe},{digest(given)[:8]}"


def _choices(grid: Path) -> dict[str, list[Any]]:
    read = yaml.safe_load(grid.read_text(encoding="utf-8"))
    if not isinstance(read, dict) or not read:
        raise ValueError(
            f"{grid} must map parameters to lists of values, such as year: [2022, 2023]."
        )
    choices = {name: value if isinstance(value, list) else [value] for name, value in read.items()}
    for name, values in choices.items():
        if not values or any(type(value) not in (str, int, float, bool) for value in values):
            raise ValueError(f"{grid}: {name} must list texts, numbers, true or false.")
    return choices


def _defaults(notebook: Path) -> dict[str, Any]:
    """The values of the notebook's own parameters cell; None for one that is no plain value."""
    import ast

    from papermill import inspect_notebook

    found = {}
    for name, told in inspect_notebook(str(notebook)).items():
        try:
            found[name] = ast.literal_eval(told["default"])
        except ValueError:
            found[name] = None
    return found
