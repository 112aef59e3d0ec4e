"""Small worlds for the index room: frameworks and matrices that can be worked out by hand."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from quyu.index import Framework


def _leaf(name: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": name,
        "name": {"zh-hant": name, "en": name},
        "formula": name,
        "direction": "+",
        "evidence": "direct",
        "phrase": name,
        "unit": {"zh-hant": "", "en": ""},
        **keys,
    }


def _branch(name: str, content: Any) -> dict[str, Any]:
    """A nested mapping becomes nodes; a leaf is a mapping of indicator keys under a figure's name.

    Keys of a node itself are written with a leading underscore: {"_aggregate": "geometric", …}.
    """
    own = {key[1:]: value for key, value in content.items() if key.startswith("_")}
    children = [
        _branch(child, inner) if _is_node(inner) else _leaf(child, inner)
        for child, inner in content.items()
        if not child.startswith("_")
    ]
    return {"id": name, "name": {"zh-hant": name, "en": name}, "children": children, **own}


def _is_node(inner: Mapping[str, Any]) -> bool:
    texts = ("name", "unit", "note")
    return any(isinstance(value, Mapping) and key not in texts for key, value in inner.items())


@pytest.fixture(scope="session")
def raw_framework() -> Callable[..., dict[str, Any]]:
    """Builds the mapping that a YAML file would hold, from a nested tree of figures."""

    def build(tree: Mapping[str, Any], **keys: Any) -> dict[str, Any]:
        return {
            "name": {"zh-hant": "小世界", "en": "small world"},
            "version": "test",
            "years": [2020, 2021],
            "report_year": 2021,
            "base_year": 2020,
            "index": _branch("index", tree),
            **keys,
        }

    return build


@pytest.fixture(scope="session")
def framework_of(raw_framework: Callable[..., dict[str, Any]]) -> Callable[..., Framework]:
    """Builds a Framework from a nested tree of figures."""

    def build(tree: Mapping[str, Any], **keys: Any) -> Framework:
        return Framework.model_validate(raw_framework(tree, **keys))

    return build


@pytest.fixture(scope="session")
def matrix_of() -> Callable[..., pd.DataFrame]:
    """Builds a matrix: each figure lists its values unit by unit, year after year."""

    def build(units: list[str], years: list[int], **figures: list[float | None]) -> pd.DataFrame:
        rows = pd.MultiIndex.from_product([units, years], names=["place", "when"])
        return pd.DataFrame(figures, index=rows, dtype=float)

    return build
