"""The prose cells of a notebook in another language."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import nbformat

from quyu.words import Words, simplified


def translated(ran: nbformat.NotebookNode, template: Path, say: Words) -> nbformat.NotebookNode:
    """The run notebook with its markdown in the language of `say`; code and outputs stay.

    The template is written in traditional Chinese. Its English stands in the catalogue under
    `notebook.<template's name>.<cell id>`, which is refused by name if it is not there; simplified
    Chinese is converted.
    """
    if say.lang == "zh-hant":
        return ran
    written = nbformat.read(template, as_version=4)
    ids = {cell.source: cell["id"] for cell in written.cells if cell.cell_type == "markdown"}
    result = deepcopy(ran)
    for cell in result.cells:
        if cell.cell_type == "markdown" and cell.source in ids:
            if say.lang == "zh-hans":
                cell.source = simplified(cell.source)
            else:
                cell.source = say(f"notebook.{template.stem}.{ids[cell.source]}")
    return result
