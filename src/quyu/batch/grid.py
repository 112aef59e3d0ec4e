"""Every combination of some parameters, as a list of jobs."""

from __future__ import annotations

import ast
import difflib
import re
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

from papermill.iorw import load_notebook_node
from papermill.utils import find_first_tagged_cell_index

from quyu.batch.execute import language, opened
from quyu.batch.jobs import Job
from quyu.batch.store import digest
from quyu.facts.params import read_params

LONGEST = 150  # bytes of a folder's name, before the digest: file systems allow 255
UNSAFE = re.compile(r"[^\w.+-]+")


def grid_jobs(notebook: Path, grid: Path) -> list[Job]:
    """One job for each combination of what the grid's file lists, in the file's order.

    The file maps the notebook's parameters to a value or a list of values. A name that is no
    parameter of the notebook, and a value of another type than its default, are refused: papermill
    would only log the first, and YAML reads 011000 as 4608. A whole number does for a float, one of six
    digits for an adcode, null for anything. Of a language in which Papermill cannot read the cell, as R or
    Julia, names and types are not known, and all is passed on.
    """
    choices = _choices(grid)
    defaults = _defaults(notebook)
    if defaults is None:
        defaults = dict.fromkeys(choices)
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
        if len({digest(value) for value in values}) < len(values):
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
        choices[name] = [_json(value, f"{grid}: {name}") for value in values]
    return choices


def _json(value: Any, where: str) -> Any:
    """The value as papermill's -y takes it: a date is passed on as its text."""
    if isinstance(value, list):
        return [_json(each, where) for each in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _json(each, where) for key, each in value.items()}
    if isinstance(value, date):
        return str(value)
    if value is None or type(value) in (str, int, float, bool):
        return value
    raise ValueError(
        f"{where} must list texts, numbers, true, false, null, dates, lists or maps; {value!r} is a "
        f"{type(value).__name__}. A text needs quotes where YAML reads something else."
    )


def _fitting(value: Any, default: Any, where: str, notebook: Path) -> Any:
    """The value in the type of the notebook's default."""
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if isinstance(default, str) and type(value) is int and len(str(value)) == 6:
        return str(value)  # an adcode
    alike = isinstance(default, tuple) and isinstance(value, list)
    if None not in (default, value) and type(value) is not type(default) and not alike:
        wanted = type(default).__name__
        raise ValueError(
            f"{where} is {value!r}, of type {type(value).__name__}; {notebook.name} takes {wanted}, "
            f"like {default!r}." + (" Quotes make it a text." if wanted == "str" else "")
        )
    return value


def _defaults(notebook: Path) -> dict[str, Any] | None:
    """The values of the notebook's own parameters cell, None for one that is no plain value.

    None instead of them if the cell is in a language whose parameters Papermill does not read.
    """
    book = load_notebook_node(opened(notebook))
    position = find_first_tagged_cell_index(book, "parameters")
    if position < 0:
        raise ValueError(
            f"{notebook} has no cell tagged 'parameters' to give a grid to. In JupyterLab: select the "
            "cell that assigns them, open the property inspector (the gears), add the tag."
        )
    if language(book) != "python":
        return None
    cell = book.cells[position]
    code = "\n".join(line for line in cell.source.splitlines() if not re.match(r"\s*[%!]", line))
    try:
        statements = ast.parse(code).body
    except SyntaxError as fault:
        raise ValueError(f"the parameters cell of {notebook} is no Python: {fault.msg}.") from None
    found: dict[str, Any] = {}
    for statement in statements:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = getattr(statement, "targets", None) or [statement.target]
            for target in targets:
                found |= _assigned(target, statement.value)
    if not found:
        raise ValueError(f"the parameters cell of {notebook} assigns no name.")
    return found


def _assigned(target: ast.expr, value: ast.expr | None) -> dict[str, Any]:
    """The names that an assignment gives, with their values where they are plain."""
    if isinstance(target, ast.Name):
        return {target.id: _plain(value) if value else None}
    if isinstance(target, ast.Starred):
        return _assigned(target.value, None)
    if not isinstance(target, ast.Tuple | ast.List):
        return {}
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    starred = any(isinstance(each, ast.Starred) for each in (*target.elts, *parts))
    if starred or len(parts) != len(target.elts):
        parts = [None] * len(target.elts)
    pairs = zip(target.elts, parts, strict=True)
    return {name: found for pair in pairs for name, found in _assigned(*pair).items()}


def _plain(value: ast.expr) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError:
        return None
