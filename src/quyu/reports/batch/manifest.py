"""What an earlier run wrote down, and whether it is still true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from quyu.reports.batch.inputs import file_digest

Row = dict[str, Any]


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder; empty where there is none that can be read."""
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def stands(folder: Path, files: dict[str, str]) -> bool:
    """Whether there are files, and each is byte for byte what was written."""
    return bool(files) and all(
        (folder / name).is_file() and file_digest(folder / name) == known
        for name, known in files.items()
    )


def met(out: Path, asked: str) -> Path | None:
    """The run folder in `out` that holds all that is `asked`, unharmed; None if there is none."""
    for path in sorted(out.glob("*/manifest.json")):
        record = read(path.parent)
        if asked in record.get("asked", []):
            rows, files = record["reports"], dict(record["files"])
            for row in rows:
                files |= row["files"]
            if all(row["status"] == "done" for row in rows) and stands(path.parent, files):
                return path.parent
    return None
