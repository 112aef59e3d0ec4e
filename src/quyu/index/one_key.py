"""YAML in which no key may be written twice."""

from __future__ import annotations

from typing import IO, Any

import yaml


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
