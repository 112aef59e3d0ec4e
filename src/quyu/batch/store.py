"""The store of a run: what it is made from, what is true of each of its files."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import quyu
from quyu import __version__
from quyu.batch.files import publish
from quyu.batch.jobs import Job, Outcome
from quyu.batch.plan import Plan
from quyu.pages.method import notes
from quyu.study.certainty import read_robustness
from quyu.words import LANGUAGES

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


class Ledger:
    """What is true of a plan's folder: its reports, `briefs` that they may link to, and other files.

    It begins with what an earlier run made from the same inputs and nobody has touched since.
    """

    def __init__(self, planned: Plan) -> None:
        self._planned, self._folder = planned, planned.folder
        self._grounds = grounds(planned.data, planned.framework)
        earlier = read(self._folder)
        if earlier.get("grounds") != self._grounds:
            earlier = {}
        self._files: dict[str, str] = earlier.get("files", {})
        self._made_from: dict[str, str] = earlier.get("made_from", {})
        self._asked: list[str] = earlier.get("asked", [])
        self._rows = {(row["lang"], row["key"]): row for row in earlier.get("reports", [])}
        planned_now = {(planned.lang, job.key) for job in planned.jobs}
        for name, row in [*self._rows.items()]:
            failed, whole = row["status"] == "failed", stands(self._folder, row["files"])
            if (name in planned_now) if failed else not whole:
                del self._rows[name]
        self.coming = self.pages() | {f"{job.key}.html" for job in planned.jobs}
        self.briefs = {page for page in self.coming if page.startswith("regions/")}
        self.elsewhere = self._elsewhere()
        self._inputs = {
            (planned.lang, job.key): digest(
                self._grounds,
                sources(job.notebook),
                job.parameters,
                sorted(self.briefs),
                [lang for lang, pages in self.elsewhere.items() if f"{job.key}.html" in pages],
            )
            for job in planned.jobs
        }
        for name, inputs in self._inputs.items():
            if name in self._rows and self._rows[name]["inputs"] != inputs:
                del self._rows[name]

    def todo(self) -> list[Job]:
        """The planned jobs that are still to be done."""
        return [
            job for job in self._planned.jobs if (self._planned.lang, job.key) not in self._rows
        ]

    def pages(self, lang: str = "") -> set[str]:
        """The pages of reports and briefs that are there, as the front page names them."""
        return {
            f"{key}.html"
            for (there, key), row in self._rows.items()
            if there == (lang or self._planned.lang) and row["status"] == "done"
        }

    def _elsewhere(self) -> dict[str, set[str]]:
        """The pages of each other language: those there, and those that the request is for."""
        planned, found = self._planned, {}
        asked = {f"{job.key}.html" for job in planned.jobs}
        for lang in LANGUAGES:
            pages = self.pages(lang) | (asked if lang in planned.languages else set())
            if pages and lang != planned.lang:
                found[lang] = pages | {"index.html", "atlas.html"}
        return found

    def written(self, lang: str = "") -> dict[str, str]:
        """Every file that stands in the folder, or those of one language, with its SHA-256."""
        files = dict(self._files)
        for row in self._rows.values():
            files |= row["files"]
        return {name: known for name, known in files.items() if name.startswith(lang)}

    def note(self, outcome: Outcome) -> None:
        """Write down how a job ended."""
        name = (self._planned.lang, outcome.job.key)
        self._rows[name] = {
            "key": outcome.job.key,
            "lang": self._planned.lang,
            "label": outcome.job.label,
            "status": "failed" if outcome.error else "done",
            "seconds": round(outcome.seconds, 2),
            "error": outcome.error,
            "inputs": self._inputs[name],
            "files": outcome.files,
        }
        self._save()

    def lacks(self, file: str, *made_from: Any) -> bool:
        """Whether `file` is missing, harmed, or made from something else."""
        known = {file: self._files.get(file, "")}
        return self._made_from.get(file) != self._key(made_from) or not stands(self._folder, known)

    def put(self, file: str, content: bytes, *made_from: Any) -> None:
        """Publish a file and write down what it was made from."""
        self._files[file] = publish(self._folder / file, content)
        self._made_from[file] = self._key(made_from)
        self._save()

    def close(self, asked: str) -> None:
        """Write down that the request with this hash has been met in full."""
        self._asked = sorted({*self._asked, asked} - {""})
        self._save()

    def _key(self, made_from: tuple[Any, ...]) -> str:
        return digest(self._grounds, *made_from)

    def _save(self) -> None:
        study, choices = self._planned.study, self._planned.study.card.framework
        told = {
            "quyu": __version__,
            "python": platform.python_version(),
            "packages": {name: version(name) for name in REPORTED},
            "run": self._folder.name,
            "year": self._planned.year,
            "lang": self._planned.lang,
            "data_sha256": study.facts.sha256,
            "framework": {
                "name": choices.name.en,
                "version": choices.version,
                "sha256": study.framework_sha256,
            },
            "seed": read_robustness().seed,
            "draws": read_robustness().draws,
            "notes": notes(study, self._planned.year),
            "grounds": self._grounds,
            "asked": self._asked,
            "files": self._files,
            "made_from": self._made_from,
            "reports": [self._rows[name] for name in sorted(self._rows)],
        }
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        publish(self._folder / "manifest.json", text.encode())
