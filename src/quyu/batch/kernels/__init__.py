"""Jupyter kernels for notebooks, forked from a process that has already imported what they need.

This room knows nothing of quyu: `server` imports once and forks, `client` asks it for kernels, `run` lets
Papermill run a notebook in one of them and says how it truly ended.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Any


@contextmanager
def without(module: str) -> Iterator[None]:
    """While the block lasts, what is imported takes `module` to be not installed.

    For what is slow to import and of no use here, which its importer can do without.
    """
    hidden = sys.modules.setdefault(module, None)  # type: ignore[arg-type]
    collecting = gc.isenabled()
    gc.disable()  # nothing imported is garbage
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        if hidden is None:
            del sys.modules[module]


@contextmanager
def homed() -> Iterator[None]:
    """While the block lasts, IPython has a folder where there is no home to write in.

    Left to itself it makes a temporary one each time that it looks for its own, and lets it stand.
    """
    home = os.path.expanduser("~")  # noqa: PTH111 (Path's own raises where there is none)
    if "IPYTHONDIR" in os.environ or os.access(home, os.W_OK):
        yield
        return
    with TemporaryDirectory(prefix="quyu-") as folder:
        os.environ["IPYTHONDIR"] = folder
        try:
            yield
        finally:
            del os.environ["IPYTHONDIR"]


# The grammar of addresses, which jsonschema builds for a format that no notebook's schema names.
GRAMMAR = "rfc3987_syntax"


def several(calls: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, dict[str, str]]:
    """By name, the text that a "module:function" of plain values gives, or how it failed.

    >>> several({"a": ("json:dumps", {"obj": [1]}), "b": ("json:dumps", {})})["a"]
    {'text': '[1]'}
    """
    made = {}
    for name, (function, given) in calls.items():
        module, _, called = function.partition(":")
        try:
            made[name] = {"text": getattr(import_module(module), called)(**given)}
        except Exception as failure:
            made[name] = {"failed": f"{type(failure).__name__}: {failure}"}
    return made
