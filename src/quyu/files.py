"""Files that appear whole or not at all: the one way in which anything is written. And which are data."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PART = "quyu.part"  # how the names of files end that are being written


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
    part = path.with_name(f".{path.name}.{PART}")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as failure:
        part.unlink(missing_ok=True)
        if isinstance(failure, OSError):  # a write that finds the disk full does not name its file
            raise OSError(failure.errno, failure.strerror, str(path)) from failure
        raise
    return hashlib.sha256(content).hexdigest()


def framework_of(data: str | Path, framework: str | Path = "") -> str | Path:
    """The framework that is asked for: the one given, else framework.yaml of a data folder, else none."""
    own = Path(data) / "framework.yaml" if data else None
    return framework or (own if own and own.is_file() else "")


def read_from(data: Path) -> list[Path]:
    """The files that some data are read from: a file itself, or a folder's tables and boundaries."""
    if data.is_dir():
        return sorted([*data.glob("*.csv"), *data.glob("*.geojson")])
    return [data] if data.is_file() else []
