"""Files that appear whole or not at all, and one batch at a time in one folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def publish(path: Path, content: bytes) -> str:
    """Write `content` to `path` in one step and return its SHA-256.

    The text goes to a name beside the target, reaches the disk, then takes the target's name; a full
    disk or a crash leaves the old file, never half of the new one. What fails is an OSError that names
    `path`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     digest = publish(Path(folder) / "a.txt", b"x")
    >>> digest[:8]
    '2d711642'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as failure:
        part.unlink(missing_ok=True)
        # A write that finds the disk full does not name its file.
        raise OSError(failure.errno, failure.strerror, str(path)) from failure
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return hashlib.sha256(content).hexdigest()


@contextmanager
def alone(folder: Path, *, say: Callable[[str], object]) -> Iterator[None]:
    """Hold `folder` for this process while the block lasts; refused while another holds it.

    The lock is on the folder itself and belongs to the process: there is no file to be left behind,
    and a crash releases it. Files half-written by a process that is gone are removed, and so are the
    folders made for a block that leaves nothing in them. Where there are no locks (Windows, some
    network folders), `say` is told and the block goes on.
    """
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    held = _lock(folder)
    try:
        if held is None:
            say(f"{folder} cannot be locked here: let no other batch write into it meanwhile.")
        for part in folder.rglob(".*.part"):
            part.unlink()
        yield
    finally:
        for each in new:
            with suppress(OSError):  # something was written into it
                each.rmdir()
        if held is not None:
            os.close(held)


def _lock(folder: Path) -> int | None:
    """The handle that holds the lock; None where there is none to be had."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise ValueError(
            f"another batch is writing into {folder}; wait for it, or give this one its own --out."
        ) from None
    except OSError:
        os.close(handle)
        return None
    return handle
