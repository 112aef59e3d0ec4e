"""The store: a manifest of what is true of each file that was written.

Light to import: hashes alone tell a batch that nothing has changed.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import quyu
from quyu.files import PART, framework_of, publish, read_from

if TYPE_CHECKING:
    from quyu.batch.jobs import Job, Outcome

REPORTED = ("pandas", "numpy", "geopandas", "matplotlib", "papermill", "nbconvert", "folium")
Row = dict[str, Any]


@contextmanager
def alone(folder: Path, *, say: Callable[[str], object]) -> Iterator[None]:
    """Hold `folder` for this process while the block lasts; refused while another holds it.

    Refused as well if it cannot be written. The lock is on the folder itself and belongs to the process:
    there is no file to be left behind, and a crash releases it. Files half-written by a process that is
    gone are removed, and so are the folders made for a block that leaves nothing in them. Where there are
    no locks (Windows, some network folders), `say` is told and the block goes on.
    """
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    held = _lock(folder)
    try:
        if held is None:
            say(f"{folder} cannot be locked here: let no other command write into it meanwhile.")
        for part in folder.rglob(f".*.{PART}"):
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
            f"another command is writing into {folder}; wait for it, or name another folder."
        ) from None
    except OSError:
        os.close(handle)
        return None
    return handle


def digest(*parts: Any) -> str:
    """The SHA-256 of plain values, as a JSON list, in hex.

    >>> digest("a", 1) == hashlib.sha256(b'["a", 1]').hexdigest()
    True
    """
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def grounds(data: str = "", framework: str = "") -> str:
    """The hash of what every notebook of a run rests on: see `foundations`."""
    return digest(foundations(data, framework))


def foundations(data: str = "", framework: str = "") -> dict[str, str]:
    """What every notebook of a run rests on, by name: versions, and hashes of content.

    That is: the package itself with its parameters and figures, the figures of `data` and the
    choices of `framework`, or of the framework.yaml that `data` bring, with the goalposts stored
    beside it, the versions of Python and of the packages that compute or draw; no path and no time.
    """
    package = Path(quyu.__file__).resolve().parent
    homes = (package, *(package.parents[1] / name for name in ("params", "geodata")))
    own = [
        path
        for home in homes
        for path in sorted(home.rglob("*"))
        if "__pycache__" not in path.parts and path.suffix != ".ipynb"
    ]
    found = {
        "Python": platform.python_version(),
        **{name: version(name) for name in REPORTED},
        "quyu": quyu.__version__,
        "quyu's own files": _hash(own),
    }
    if data:
        found[f"the data in {Path(data).name}"] = _hash(read_from(Path(data)))
    if framework := framework_of(data, framework):
        choices = Path(framework)
        state = choices.with_suffix(".state.yaml")
        found[f"the framework {choices.name}"] = _hash([choices, state])
    return found


def _hash(files: list[Path]) -> str:
    return digest([(path.name, file_digest(path)) for path in files if path.is_file()])


def file_digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sources(notebook: Path) -> list[list[str]]:
    """What a notebook says, without its outputs: the kind and source of each cell."""
    book = json.loads(notebook.read_text(encoding="utf-8-sig"))
    sheets = [book] if "cells" in book else book["worksheets"]  # Jupyter's format 3
    cells = [cell for sheet in sheets for cell in sheet["cells"]]
    return [
        [cell["cell_type"], "".join(cell.get("source", cell.get("input", "")))] for cell in cells
    ]


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a folder; empty where there is none that can be believed."""
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if _is_manifest(found) else {}


def _is_manifest(found: Any) -> bool:
    """Whether what was read has the shape of what a store writes."""

    def texts(value: Any) -> bool:
        return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())

    def row(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and all(isinstance(value.get(name), str) for name in ("key", "error", "inputs"))
            and value.get("status") in ("done", "failed")
            and isinstance(value.get("lang", ""), str)
            and isinstance(value.get("seconds"), int | float)
            and isinstance(value.get("parameters", {}), dict)
            and ("parameters" in value) != ("lang" in value)
            and texts(value.get("files"))
        )

    if not isinstance(found, dict) or not isinstance(asked := found.get("asked", {}), dict):
        return False
    if not isinstance(found.get("notebook", ""), str):
        return False
    lists = [found.get("reports", []), found.get("runs", []), *asked.values()]
    return (
        all(isinstance(each, list) for each in lists)
        and all(row(each) for kind in lists[:2] for each in kind)
        and all(isinstance(name, str) for names in lists[2:] for name in names)
        and texts(found.get("files", {}))
        and texts(found.get("made_from", {}))
    )


def met(folder: Path, kind: str, asked: str) -> list[Row]:
    """The rows of a request that was met in full, if all files in `folder` are unharmed; else none."""
    record = read(folder)
    rows = {_name(row): row for row in record.get(kind, []) if row["status"] == "done"}
    names = record.get("asked", {}).get(asked, [])
    files = _made(record.get("files", {}), record.get("made_from", {}))
    for row in rows.values():
        files |= row["files"]
    whole = rows.keys() >= {*names} and _stand(folder, files)
    return [rows[name] for name in names] if whole else []


def _name(row: Row) -> str:
    """What a row is of: a page in one language, or a combination."""
    return f"{row['lang']}/{row['key']}" if "lang" in row else row["key"]


def _stand(folder: Path, files: dict[str, str]) -> bool:
    """Whether there are files, and each is byte for byte what was written."""
    return bool(files) and all(
        (folder / name).is_file() and file_digest(folder / name) == known
        for name, known in files.items()
    )


def _made(files: dict[str, str], made_from: dict[str, str]) -> dict[str, str]:
    """Those of the files that rest on the grounds of the manifest, not on earlier ones."""
    return {name: known for name, known in files.items() if name in made_from}


VANISHED = "it vanished while reports were being written"  # what is told of its folder


class Store:
    """One folder of runs and other files, and the manifest that tells what is true of each.

    `kind` is what its runs are called, `about` the head of the manifest, `lang` the language of these
    runs, if they have one. It begins with what an earlier batch made from the same grounds and nobody has touched
    since, and with what failed: that stays told until it has run again. The manifest is written anew after
    every run, so that a batch that is ended can be taken up.
    """

    def __init__(self, folder: Path, kind: str, *, about: dict[str, Any], lang: str = "") -> None:
        self.folder, self.lang, self._kind, self._about = folder, lang, kind, about
        earlier = read(folder)
        self._files: dict[str, str] = earlier.get("files", {})  # of other grounds too: see `drop`
        if earlier.get("grounds") != about.get("grounds"):
            earlier = {}
        self._rows: dict[str, Row] = {
            _name(row): row
            for row in earlier.get(kind, [])
            if row["status"] == "failed" or _stand(folder, row["files"])
        }
        self._made_from: dict[str, str] = earlier.get("made_from", {})
        self._asked: dict[str, list[str]] = earlier.get("asked", {})
        self._inputs: dict[str, str] = {}
        self._there = folder.is_dir()

    def _must_stand(self, *files: str) -> None:
        """What is told as written must be there: the folder may be taken away meanwhile."""
        lost = [name for name in files if not (self.folder / name).is_file()]
        if lost or (self._there and not self.folder.is_dir()):
            raise OSError(errno.ESTALE, VANISHED, str(self.folder / "".join(lost[:1])))

    def todo(self, jobs: Iterable[Job], inputs: Mapping[str, str]) -> list[Job]:
        """Those of `jobs` that do not stand as made from these `inputs`, a hash for each key."""
        found = []
        for job in jobs:
            row = self._rows.get(name := self._name(job.key), {})
            self._inputs[name] = inputs[job.key]
            told = row.get("inputs"), row.get("parameters", job.parameters)
            if row.get("status") == "done" and told != (inputs[job.key], job.parameters):
                del self._rows[name]
            if name not in self._rows or row["status"] == "failed":
                found.append(job)
        return found

    def done(self, lang: str = "") -> set[str]:
        """The keys of what is done in a language, this store's if it is not given."""
        return {
            row["key"]
            for row in self._rows.values()
            if row["status"] == "done" and row.get("lang", "") == (lang or self.lang)
        }

    def files(self, start: str = "") -> dict[str, str]:
        """Every file that stands in the folder under a name that starts so, with its SHA-256."""
        files = _made(self._files, self._made_from)
        for row in self._rows.values():
            files |= row["files"]
        return {name: known for name, known in files.items() if name.startswith(start)}

    def publish(self, written: dict[str, str], *, gone: Iterable[str]) -> dict[str, str]:
        """Write texts by their names, and remove what must not stand beside them; their SHA-256."""
        self._must_stand()
        for name in gone:
            (self.folder / name).unlink(missing_ok=True)
        return {name: self._publish(name, text.encode()) for name, text in written.items()}

    def _publish(self, name: str, content: bytes) -> str:
        try:
            return publish(self.folder / name, content)
        except FileNotFoundError:  # between the look and the writing
            raise OSError(errno.ESTALE, VANISHED, str(self.folder / name)) from None

    def note(self, outcome: Outcome) -> None:
        """Write down how a job ended."""
        job, name = outcome.job, self._name(outcome.job.key)
        of = (
            {"lang": self.lang, "label": job.label} if self.lang else {"parameters": job.parameters}
        )
        self._rows[name] = {
            "key": job.key,
            **of,
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
        return self.differs(file, *made_from) or not _stand(self.folder, known)

    def differs(self, file: str, *made_from: Any) -> bool:
        """Whether `file` was made from something else, if it was made."""
        return self._made_from.get(file) != self._key(made_from)

    def put(self, file: str, content: bytes, *made_from: Any) -> None:
        """Publish a file and write down what it was made from."""
        self._must_stand()
        self._files[file] = self._publish(file, content)
        self._made_from[file] = self._key(made_from)
        self._save()

    def drop(self, outdated: Callable[[str], bool]) -> None:
        """Forget the files that are so, and remove them but for what somebody has changed since."""
        for name in [*filter(outdated, self._files)]:
            if _stand(self.folder, {name: self._files.pop(name)}):
                (self.folder / name).unlink()
            self._made_from.pop(name, None)
        self._save()

    def revise(self, revised: Callable[[str, str], str]) -> None:
        """Publish this language's pages anew where `revised`, given name and text, changes the text."""
        rows = [self._rows[self._name(key)] for key in self.done()]
        for row in rows:
            for name in [name for name in row["files"] if name.endswith(".html")]:
                self._must_stand(name)
                text = (self.folder / name).read_text(encoding="utf-8")
                if (made := revised(name, text)) != text:
                    row["files"][name] = self._publish(name, made.encode())
        self._save()

    def close(self, asked: str, names: list[str]) -> None:
        """Write down that the request with this hash has been met, if all that it names is done."""
        rows = [self._rows.get(name, {}) for name in names]
        self._must_stand(*(file for row in rows for file in row.get("files", {})))
        if asked and all(row.get("status") == "done" for row in rows):
            self._asked[asked] = names
        self._save()

    def _name(self, key: str) -> str:
        return f"{self.lang}/{key}" if self.lang else key

    def _key(self, made_from: tuple[Any, ...]) -> str:
        return digest(self._about["grounds"], *made_from)

    def _save(self) -> None:
        self._must_stand()
        rows = [self._rows[name] for name in sorted(self._rows)]
        others = {"files": self._files, "made_from": self._made_from} if self.lang else {}
        told = {**self._about, "asked": self._asked, **others, self._kind: rows}
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        self._publish("manifest.json", text.encode())
