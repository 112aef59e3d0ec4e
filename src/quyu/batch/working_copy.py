"""A working copy: our notebooks in one's own language, with the choices and a place for figures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from quyu.batch.prose import translated
from quyu.facts import embedded
from quyu.files import publish
from quyu.words import Words, words

if TYPE_CHECKING:
    import pandas as pd

FRAMEWORK = "params/framework.yaml"
# Of params/, what a notebook of the copy is pointed at; the others the package reads from itself.
OURS = ("framework.yaml", "framework.state.yaml")


def notebooks(folder: str | Path, lang: str = "zh-hant") -> pd.DataFrame:
    """Write a working copy of the notebooks into `folder`, with their prose in `lang`.

    Beside them `params/`, whose framework the copies read, and an empty `data/` with a page on what
    goes there. `lang` (zh-hant, zh-hans or en) is also what the notebooks' own parameter becomes.
    A row for each file: file, status (written, or kept where it stood already with the same content).
    Refused, before anything is written: a file that stands there with other content; another language.

    >>> import tempfile, quyu
    >>> with tempfile.TemporaryDirectory() as here:
    ...     made = quyu.notebooks(f"{here}/study", lang="en")
    >>> made["file"].iloc[0], *made["status"].unique()
    ('0-selfcheck.ipynb', 'written')
    """
    import pandas as pd

    return pd.DataFrame(write(Path(folder), lang).items(), columns=["file", "status"])


def write(folder: Path, lang: str) -> dict[str, str]:
    """Write what is not there yet; by file whether it was written or kept. Refused as `notebooks`."""
    files = contents(words(lang))
    there = {name for name in files if (folder / name).exists()}
    kept = {name for name in there if _same(folder / name, files[name])}
    if changed := [name for name in files if name in there - kept]:
        raise ValueError(
            f"{folder} has files of the same names with other content: {', '.join(changed)}. Nothing was "
            "written; name another folder, or move these away to have them anew."
        )
    for name, text in files.items():
        if name not in kept:
            publish(folder / name, text)
    return {name: "kept" if name in kept else "written" for name in files}


def contents(say: Words) -> dict[str, bytes]:
    """The files of a working copy, by name; the README comes last, so that it tells a whole copy."""
    home = embedded()
    made = {path.name: _notebook(path, say) for path in sorted(home.glob("notebooks/*.ipynb"))}
    for path in sorted(home.glob("params/*.yaml")):
        made[f"params/{path.name}"] = _choices(path, say)
    made["data/README.md"] = say("copy.data")
    made["README.md"] = say("copy.readme")
    return {name: text.encode() for name, text in made.items()}


def _notebook(path: Path, say: Words) -> str:
    book = translated(nbformat.read(path, as_version=4), path, say)
    for cell in book.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = _pointed(cell.source, say)
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def _choices(path: Path, say: Words) -> str:
    text = path.read_text(encoding="utf-8")
    if "papermill notebooks/" in text:  # parameters of a report
        return _pointed(text, say).replace("notebooks/", "")
    return text if path.name in OURS else f"# {say('copy.unread')}\n{text}"


def _pointed(text: str, say: Words) -> str:
    """Parameters, of a notebook or for Papermill's -f, with the copy's language and framework."""
    own = f'"{FRAMEWORK}"  # a framework file, the package\'s own if empty'
    text = re.sub(r'^(framework: (?:str = )?)"" *#.*$', rf"\g<1>{own}", text, flags=re.M)
    return re.sub(r'^(lang: (?:str = "|"?))zh-hant\b', rf"\g<1>{say.lang}", text, flags=re.M)


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
