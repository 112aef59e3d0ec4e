"""Reads a file of parameters into its checked model, every fault told by file and key."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError


def read_yaml(text: str | IO[str]) -> Any:
    """What a YAML text says; a key that is written twice is refused, where YAML keeps the last.

    >>> read_yaml("capacity: 3")
    {'capacity': 3}
    >>> read_yaml("capacity: 3\\ncapacity: 5")
    Traceback (most recent call last):
    ...
    yaml.error.MarkedYAMLError: the key 'capacity' is written twice
      in "<unicode string>", line 2, column 1:
        capacity: 5
        ^
    """
    return yaml.load(text, Loader=_OneKeyLoader)


class _OneKeyLoader(yaml.SafeLoader):
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


Model = TypeVar("Model", bound=BaseModel)


def read_choices(path: str | Path, model: type[Model]) -> Model:
    """The choices that the YAML file `path` holds, checked as a `model`.

    Raises ValueError that names the file, and every faulty key, for text that is no YAML and for
    whatever the model refuses: unknown keys, wrong types, values out of range.
    """
    try:
        given = read_yaml(Path(path).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ValueError(f"{path} is not valid YAML in UTF-8: {fault}") from None
    try:
        return model.model_validate(given)
    except ValidationError as faults:
        lines = [
            f"{path}: {'.'.join(map(str, fault['loc'])) or 'the file'}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in faults.errors()
        ]
        raise ValueError("\n".join(lines)) from None
