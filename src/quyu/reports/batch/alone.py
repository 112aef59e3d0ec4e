"""One batch at a time in one folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process while the block lasts; refused while another holds it.

    The lock is on the folder itself and belongs to the process: there is no file to be left behind,
    and a crash releases it. Files half-written by a process that is gone are removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = _lock(folder)
    try:
        for part in folder.rglob(".*.part"):
            part.unlink()
        yield
    finally:
        if held is not None:
            os.close(held)


def _lock(folder: Path) -> int | None:
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise ValueError(
            f"another batch is writing into {folder}; wait for it, or give this one its own --run."
        ) from None
    except OSError:  # a file system without locks
        os.close(handle)
        return None
    return handle
