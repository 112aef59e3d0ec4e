"""A file appears whole or not at all."""

from __future__ import annotations

import hashlib
import os
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
