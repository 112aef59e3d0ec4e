"""Reading a framework from its YAML file, with every fault told by file and node."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from quyu.index.framework import Framework
from quyu.index.one_key import read_yaml


def read_framework(path: str | Path) -> Framework:
    """Read and check the framework in the YAML file `path`.

    Raises ValueError that lists every fault with the file and the node: unknown keys and methods
    with the known ones, repeated ids or keys, an undeclared direction, weights that are negative,
    missing or sum to zero, formulas that are none.
    """
    try:
        with Path(path).open(encoding="utf-8") as file:
            given = read_yaml(file)
    except UnicodeDecodeError as fault:
        raise ValueError(f"{path} is not UTF-8 text: {fault}. Save it as UTF-8.") from None
    except yaml.YAMLError as fault:
        raise ValueError(
            f"{path} is not valid YAML: {fault}. Signs and other punctuation need quotes, as in "
            f'direction: "-".'
        ) from None
    if not isinstance(given, Mapping):
        raise ValueError(f"{path} holds no framework: expected keys, found {type(given).__name__}.")
    try:
        return Framework.model_validate(given)
    except ValidationError as faults:
        lines = [f"{path}: {_told(fault, given)}" for fault in faults.errors()]
        raise ValueError("\n".join(lines)) from None


def _told(fault: Mapping[str, Any], given: Any) -> str:
    """One fault of the model in words, with the id of the node it is in."""
    part, node, keys = given, "", []
    for step in fault["loc"]:
        inside = isinstance(part, Mapping) and step in part
        if inside or (isinstance(part, list) and isinstance(step, int) and step < len(part)):
            part = part[step]
            keys.append(str(step))
            if isinstance(part, Mapping) and isinstance(part.get("id"), str):
                node, keys = part["id"], []
        elif step not in ("node", "indicator"):  # pydantic's tags of the two kinds of children
            keys.append(str(step))
    place = ", ".join(filter(None, [node and f"node {node!r}", ".".join(keys)]))
    message = fault["msg"].removeprefix("Value error, ").rstrip(".")
    if fault["type"] not in ("value_error", "missing") and not isinstance(part, Mapping | list):
        message += f" (found {part!r})"
    return f"{place}: {message}." if place else f"{message}."
