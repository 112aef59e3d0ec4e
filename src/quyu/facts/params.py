"""Where the embedded files lie; reads those of parameters, every fault told by file, line, node and key."""

from __future__ import annotations

import re
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


BYTES = 4 << 20  # of a file
NEEDED = {  # what to write where a key of a framework is missing
    "id": "a word of letters, digits and _",
    "name": "a text, or zh-hant and en",
    "zh-hant": "the text in Chinese, beside en",
    "en": "the text in English, beside zh-hant",
    "years": "the years of the panel, as [2022, 2023]",
    "index": "the goals, as {children: [...]}",
    "formula": "a formula of the series in codebook.csv",
    "reason": "why it is shown and not scored",
}
DEEP, UNFOLDED = 100, 500_000  # levels in each other; values of all


class _OneKeyLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML keeps the last of two equal keys without a word; this loader refuses the second.

    It also refuses a text that a few aliases unfold to more than any choice of parameters.
    """

    def get_single_node(self) -> yaml.Node | None:
        node, sizes = super().get_single_node(), {}

        def size(part: yaml.Node) -> int:
            if id(part) not in sizes:
                held = part.value if isinstance(part, yaml.CollectionNode) else ()
                pairs = (
                    one for each in held for one in (each if isinstance(each, tuple) else (each,))
                )
                sizes[id(part)] = 0  # an alias to what holds it
                sizes[id(part)] = 1 + sum(map(size, pairs))
            return sizes[id(part)]

        if node is not None and size(node) > UNFOLDED:
            raise yaml.MarkedYAMLError(problem=f"it unfolds to more than {UNFOLDED:,} values")
        return node

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
    anything but keys, and for whatever the model refuses, each fault with its line, node and key.

    >>> from quyu.facts import embedded
    >>> read_params(embedded() / "params" / "robustness.yaml")["draws"]
    10000
    """
    after = f" {remedy}" if remedy else ""
    try:
        text = Path(path).read_text(encoding="utf-8")
        _refuse_depth(text)
        given = yaml.load(text, Loader=_OneKeyLoader)
    except OSError as fault:
        raise ValueError(f"{path} cannot be read: {fault.strerror}.{after}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as fault:  # a list as a key …
        raise ValueError(
            f"{path} is not valid YAML in UTF-8: {fault}. Signs and other punctuation need quotes, "
            f'as in direction: "-".{after}'
        ) from None
    if not isinstance(given, Mapping) or not given:
        found = "nothing" if given is None else f"{type(given).__name__} {given!r:.40}"
        raise ValueError(f"{path} must hold keys with their values, found {found}.{after}")
    if model is None:
        return given
    return checked(given, model, str(path), text, after)


def checked(
    given: Mapping, model: type[Model], origin: str, text: str = "", after: str = ""
) -> Model:
    """What was `given`, as a `model`; every fault with its `origin`, its line in `text` and its key."""
    from pydantic import ValidationError

    try:
        return model.model_validate(given)
    except ValidationError as faults:
        root = yaml.compose(text, Loader=_OneKeyLoader) if text else None
        lines = [
            f"{origin}{_line(fault, root) if root else ''}: {_told(fault, given)}"
            for fault in faults.errors()
        ]
        raise ValueError("\n".join(lines) + after) from None


def _refuse_depth(text: str) -> None:
    """Refuse what would take the parser's own stack: it does not come back from that."""
    if len(text) > BYTES:
        raise ValueError(f"{len(text) >> 20} MB of text; up to {BYTES >> 20} MB are read")
    deep = most = 0
    for sign in re.finditer(r"[\[\]{}]", text):
        deep += 1 if sign[0] in "[{" else -1
        most = max(most, deep)
    deepest = max((len(line) - len(line.lstrip(" -?")) for line in text.splitlines()), default=0)
    if most > DEEP or deepest > 4 * DEEP:
        raise ValueError(f"more than {DEEP} levels, one in the other")


def _line(fault: Mapping[str, Any], root: yaml.Node) -> str:
    """Where in the file a fault of the model is; "" if nowhere.

    That is the key or item it names, or the part that lacks one; of what is told of the whole, the part
    with the id that is named first.
    """
    node, line = root, None
    for step in fault["loc"]:
        if found := _inside(node, step):  # any other step is pydantic's name for a kind of value
            node, line = found
    named = re.findall(r"'([^']+)'", fault["msg"])
    if "unknown key" in fault["msg"] and named and (found := _inside(node, named[0])):
        line = found[1]
    elif line is None:
        ids = _ids(root)
        line = next((ids[name] for name in named if name in ids), None)
    return "" if line is None else f", line {line + 1}"


def _inside(node: yaml.Node, step: str | int) -> tuple[yaml.Node, int] | None:
    """The part of a node under a key or at a place, and the line, from 0, where it begins."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next(((v, key.start_mark.line) for key, v in pairs if key.value == str(step)), None)


def _ids(root: yaml.Node) -> dict[str, int]:
    """The ids of all parts of a tree, each with its last line, from 0."""
    found, seen, left = {}, set(), [root]
    while left:
        node = left.pop(0)
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))  # an alias may stand in what it names
        for part in node.value:
            key, value = part if isinstance(part, tuple) else (None, part)
            if key is not None and key.value == "id" and isinstance(value, yaml.ScalarNode):
                found[value.value] = key.start_mark.line
            left.append(value)
    return found


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
    if fault["type"] == "missing":
        message = f"missing; write {NEEDED.get(str(fault['loc'][-1]), 'this key, which is needed')}"
    if fault["type"] not in ("value_error", "missing") and not isinstance(part, Mapping | list):
        message += f" (found {part!r})"
    return f"{place}: {message}." if place else f"{message}."
