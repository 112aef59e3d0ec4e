"""Jupyter kernels for notebooks, forked from a process that has already imported what they need.

This room knows nothing of quyu: `server` imports once and forks, `client` asks it for kernels, `run` lets
Papermill run a notebook in one of them and says how it truly ended.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(module: str) -> Iterator[None]:
    """While the block lasts, what is imported takes `module` to be not installed.

    For what is slow to import and of no use here, which its importer can do without.
    """
    hidden = sys.modules.setdefault(module, None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        if hidden is None:
            del sys.modules[module]


# The grammar of addresses, which jsonschema builds for a format that no notebook's schema names.
GRAMMAR = "rfc3987_syntax"
