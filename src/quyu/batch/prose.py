"""What our own notebooks say between their cells, in three languages."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from quyu.facts import embedded
from quyu.words import LANGUAGES, Words, simplified, words


def prose(template: Path, say: Words) -> dict[str, str]:
    """The prose of one of our notebooks in the language of `say`, by the id of its cell.

    The notebook is written in traditional Chinese. Its English stands in the catalogue under
    `notebook.<its name>.<cell id>`, which is refused by name if it is not there; simplified Chinese
    is converted.
    """
    written = _written(template)
    if say.lang == "en":
        return {name: say(f"notebook.{template.stem}.{name}") for name in written}
    if say.lang == "zh-hans":
        return {name: say.suited(simplified(text)) for name, text in written.items()}
    return {name: say.suited(text) for name, text in written.items()}


@cache
def _written(template: Path) -> dict[str, str]:
    return {cell["id"]: cell.source for cell in _prose_cells(_read(template))}


def translated(
    notebook: nbformat.NotebookNode, template: Path, say: Words
) -> nbformat.NotebookNode:
    """`notebook`, made from `template` in any language, with its prose in that of `say`.

    What is not the template's own stays, as do code and outputs. A run has lost the cells' ids, so
    prose is known by its text.
    """
    known = {text: name for lang in LANGUAGES for name, text in _known(template, lang).items()}
    wanted, result = prose(template, say), deepcopy(notebook)
    for cell in _prose_cells(result):
        if cell.source in known:
            cell.source = wanted[known[cell.source]]
    return result


def in_the_runs_language(
    ran: nbformat.NotebookNode, notebook: Path, parameters: Mapping[str, Any]
) -> tuple[nbformat.NotebookNode, str]:
    """A run of one of our notebooks with its prose in the language that it was run in, and that language.

    The notebook may be a copy, in any language; if it has other prose than ours it is its owner's, and
    is given back as it is, with no language.
    """
    template = embedded() / "notebooks" / notebook.name
    if not template.is_file():
        return ran, ""
    own = _read(notebook)
    said = [cell.source for cell in _prose_cells(own)]
    if all(said != [*_known(template, lang).values()] for lang in LANGUAGES):
        return ran, ""
    lang = parameters.get("lang", _default(own, "lang"))
    return (translated(ran, template, words(lang)), lang) if lang in LANGUAGES else (ran, "")


def _known(template: Path, lang: str) -> dict[str, str]:
    try:
        return prose(template, words(lang))
    except ValueError:  # the catalogue lacks it
        return {}


def _default(notebook: nbformat.NotebookNode, name: str) -> Any:
    """What a notebook's cell of parameters gives to `name`."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            for line in ast.parse(cell.source).body:
                if isinstance(line, ast.AnnAssign) and ast.unparse(line.target) == name:
                    return ast.literal_eval(line.value)
    return None


def _prose_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def _read(notebook: Path) -> nbformat.NotebookNode:
    return nbformat.read(notebook, as_version=4)
