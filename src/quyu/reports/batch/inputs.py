"""One hash for everything that a run is made from."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import quyu

REPORTED = ("pandas", "numpy", "geopandas", "matplotlib", "papermill", "nbconvert", "folium")


def digest(*parts: Any) -> str:
    """The SHA-256 of plain values, as a JSON list, in hex.

    >>> digest("a", 1) == hashlib.sha256(b'["a", 1]').hexdigest()
    True
    """
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def grounds(data: str | Path = "", framework: str | Path = "") -> str:
    """The hash of what every notebook of a run rests on: see `foundations`."""
    return digest(foundations(data, framework))


def foundations(data: str | Path = "", framework: str | Path = "") -> dict[str, str]:
    """What every notebook of a run rests on, by name: versions, and hashes of content.

    That is: the package itself with its parameters and figures, the figures of `data` and the
    choices of `framework` with the goalposts stored beside it, the versions of Python and of the
    packages that compute or draw; no path and no time. Light to import: it is what tells a run that
    nothing changed.
    """
    package = Path(quyu.__file__).resolve().parent
    checkout = package.parents[1]
    files = [*_below(package), *_below(checkout / "params"), *_below(checkout / "geodata")]
    found = {
        "Python": platform.python_version(),
        **{name: version(name) for name in REPORTED},
        "quyu": quyu.__version__,
        "quyu's own files": _hash(files),
    }
    if data:
        figures = sorted([*Path(data).glob("*.csv"), *Path(data).glob("*.geojson")])
        found[f"the data in {Path(data).name}"] = _hash(figures)
    if framework:
        choices = Path(framework)
        found[f"the framework {choices.name}"] = _hash(
            [choices, choices.with_suffix(".state.yaml")]
        )
    return found


def _hash(files: list[Path]) -> str:
    return digest([(path.name, file_digest(path)) for path in files if path.is_file()])


def templates() -> list[list[list[str]]]:
    """What the embedded report notebooks say."""
    package = Path(quyu.__file__).resolve().parent
    homes = (package / "embedded" / "notebooks", package.parents[1] / "notebooks")
    return [sources(path) for home in homes for path in sorted(home.glob("report-*.ipynb"))]


def sources(notebook: Path) -> list[list[str]]:
    """What a notebook says, without its outputs: the kind and source of each cell."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [[cell["cell_type"], "".join(cell["source"])] for cell in cells]


def file_digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".ipynb"
    )
