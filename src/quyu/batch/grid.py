"""Every combination of some parameters, as a list of jobs."""

from __future__ import annotations

import ast
import difflib
import json
import re
from itertools import product
from pathlib import Path
from typing import Any

from quyu.batch.jobs import Job
from quyu.batch.store import digest
from quyu.facts.params import read_params

LONGEST = 150  # bytes of a folder's name, before the digest: file systems allow 255
PLAIN = (str, int, float, bool)
UNSAFE = re.compile(r"[^\w.+-]+")


def grid_jobs(notebook: Path, grid: Path) -> list[Job]:
    """One job for each combination of what the grid's file lists, in the file's order.

    The file maps the notebook's parameters to a value or a list of values. A name that is no
    parameter of the notebook, and a value of another type than its default, are refused: papermill
    would only log the first, and YAML reads 011000 as 4608. A whole number does for a float.
    """
    defaults, choices = _defaults(notebook), _choices(grid)
    for name in choices:
        if name not in defaults:
            near = difflib.get_close_matches(str(name), defaults, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            known = ", ".join(defaults)
            raise ValueError(
                f"{grid}: {name!r} is no parameter of {notebook.name} (known: {known}).{hint}"
            )
    fitting = {
        name: [_fitting(value, defaults[name], f"{grid}: {name}", notebook) for value in values]
        for name, values in choices.items()
    }
    for name, values in fitting.items():
        if len({(type(value), value) for value in values}) < len(values):
            raise ValueError(f"{grid}: {name} has a value that is listed twice.")
    several = [name for name, values in fitting.items() if len(values) > 1]
    jobs = []
    for values in product(*fitting.values()):
        given = dict(zip(fitting, values, strict=True))
        label = ", ".join(f"{name} {given[name]}" for name in several) or notebook.stem
        jobs.append(Job(folder_name(given, defaults), label, notebook, given))
    return jobs


def folder_name(given: dict[str, Any], defaults: dict[str, Any]) -> str:
    """The name of a combination's folder: all that is given, in the order of the notebook's parameters.

    Where a name of files cannot hold it, or could mean another combination too, a digest tells it apart.

    >>> folder_name({"region": "東北", "year": 2023}, {"year": 2022, "region": ""})
    'year=2023,region=東北'
    >>> folder_name({"framework": "params/a.yaml"}, {"framework": ""})
    'framework=params-a.yaml,64a51598'
    """
    ordered = {name: given[name] for name in defaults if name in given}
    plain = ",".join(f"{name}={value}" for name, value in ordered.items())
    safe = ",".join(f"{name}={UNSAFE.sub('-', str(value))}" for name, value in ordered.items())
    short = safe.encode()[:LONGEST].decode(errors="ignore")
    exact = all(isinstance(value, type(defaults[name])) for name, value in ordered.items())
    return plain if short == plain and exact else f"{short},{digest(ordered)[:8]}"


def _choices(grid: Path) -> dict[str, list[Any]]:
    read = read_params(
        grid, remedy="It must map parameters to lists of values, such as year: [2022, 2023]."
    )
    choices = {name: value if isinstance(value, list) else [value] for name, value in read.items()}
    for name, values in choices.items():
        if not values:
            raise ValueError(f"{grid}: {name} lists no value; give one, or leave the name out.")
        for value in values:
            if type(value) not in PLAIN:
                raise ValueError(
                    f"{grid}: {name} must list texts, numbers, true or false; {value!r} is a "
                    f"{type(value).__name__}. A text needs quotes where YAML reads something else."
                )
    return choices


def _fitting(value: Any, default: Any, where: str, notebook: Path) -> Any:
    """The value in the type of the notebook's default."""
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if default is not None and type(value) is not type(default):
        wanted = type(default).__name__
        raise ValueError(
            f"{where} is {value!r}, of type {type(value).__name__}; {notebook.name} takes {wanted}, "
            f"like {default!r}." + (" Quotes make it a text." if wanted == "str" else "")
        )
    return value


def _defaults(notebook: Path) -> dict[str, Any]:
    """The values of the notebook's own parameters cell; None for one that is no plain value."""
    book = json.loads(notebook.read_text(encoding="utf-8"))
    tagged = [
        "".join(cell["source"])
        for cell in book["cells"]
        if cell["cell_type"] == "code" and "parameters" in cell["metadata"].get("tags", [])
    ]
    if not tagged:
        raise ValueError(
            f"{notebook} has no cell tagged 'parameters' to give a grid to. In JupyterLab: select the "
            "cell that assigns them, open the property inspector (the gears), add the tag."
        )
    code = "\n".join(line for line in tagged[0].splitlines() if not re.match(r"\s*[%!]", line))
    try:
        statements = ast.parse(code).body
    except SyntaxError as fault:
        raise ValueError(f"the parameters cell of {notebook} is no Python: {fault.msg}.") from None
    found: dict[str, Any] = {}
    for statement in statements:
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value:
            targets = [statement.target]
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _plain(statement.value)
    if not found:
        raise ValueError(f"the parameters cell of {notebook} assigns no name.")
    return found


def _plain(value: ast.expr) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError:
        return None
