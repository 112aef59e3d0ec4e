"""What a reader sees: tables, charts and texts, a file per notebook or topic.

`pages.nation.ranking_table(study, year)` is a part of a page; its file is read when first asked for.
"""

from importlib import import_module
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as missing:
        if missing.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"there is no page part {name!r}") from None
