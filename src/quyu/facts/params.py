"""Where the embedded files lie; reads those of parameters, every fault told by file, node and key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

import yaml

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")


def embedded() -> Path:
    """The folder that holds `geodata/`, `params/` and `notebooks/`.

    >>> (embedded() / "geodata" / "figures.csv").is_file()
    True
    """
    package = Path(__file__).resolve().parents[1]
    homes = (package / "embedded", package.parents[1])
    for home in homes:
        if (home / "geodata" / "figures.csv").is_file():
            return home
    raise ValueError(
        f"No embedded data: looked for geodata/figures.csv in {homes[0]} and {homes[1]}. "
        "Install quyu from its checkout or its wheel, or pass a folder of your own."
    )


class _OneKeyLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML keeps the last of two equal keys without a word; this loader refuses the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} is written twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@overload
def read_params(path: str | Path, model: type[Model], remedy: str = "") -> Model: ...
@overload
def read_params(path: str | Path, model: None = None, remedy: str = "") -> dict: ...
def read_params(path: str | Path, model: type[Model] | None = None, remedy: str = "") -> Any:
    """The choices that the YAML file `path` holds, checked as a `model`; as they stand without one.

    Raises ValueError with the file and, after all faults, the `remedy`: for a file that cannot be
    read, text that is no YAML in UTF-8, a key that is written twice (YAML would keep the last),
    anything but keys, and for whatever the model refuses, each fault with its node and key.

    >>> from quyu.facts import embedded
    >>> read_params(embedded() / "params" / "robustness.yaml")["draws"]
    10000
    """
    after = f" {remedy}" if remedy else ""
    try:
        given = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=_OneKeyLoader)
    except OSError as fault:
        raise ValueError(f"{path} cannot be read: {fault.strerror}.{after}") from None
    except (yaml.YAMLError, ValueError, TypeError) as fault:  # a thirteenth month, a list as a key
        raise ValueError(
            f"{path} is not valid YAML in UTF-8: {fault}. Signs and other punctuation need quotes, "
            f'as in direction: "-".{after}'
        ) from None
    if not isinstance(given, Mapping) or not given:
        found = "nothing" if given is None else f"{type(given).__name__} {given!r:.40}"
        raise ValueError(f"{path} must hold keys with their values, found {found}.{after}")
    if model is None:
        return given
    from pydantic import ValidationError

    try:
        return model.model_validate(given)
    except ValidationError as faults:
        lines = [f"{path}: {_told(fault, given)}" for fault in faults.errors()]
        raise ValueError("\n".join(lines) + after) from None


def _told(fault: Mapping[str, Any], given: Any) -> str:
    """One fault of the model in words, with the id of the innermost node that it is in."""
    part, node, keys, last = given, "", [], len(fault["loc"]) - 1
    for place, step in enumerate(fault["loc"]):
        inside = isinstance(part, Mapping) and step in part
        if inside or (isinstance(part, list) and isinstance(step, int) and step < len(part)):
            part = part[step]
            keys.append(str(step))
            if isinstance(part, Mapping) and isinstance(part.get("id"), str):
                node, keys = part["id"], []
        elif fault["type"] == "missing" and place == last:
            keys.append(str(step))  # any other step is pydantic's name for a kind of value
    place = ", ".join(filter(None, [node and f"node {node!r}", ".".join(keys)]))
    message = fault["msg"].removeprefix("Value error, ").rstrip(".")
    if fault["type"] not in ("value_error", "missing") and not isinstance(part, Mapping | list):
        message += f" (found {part!r})"
    return f"{place}: {message}." if place else f"{message}."
