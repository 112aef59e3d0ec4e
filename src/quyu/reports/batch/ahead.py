"""What every notebook of a batch would do first, done once in the process that they are forked from."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt

from quyu.facts import embedded
from quyu.reports.study import keep_ready, open_study


def prepare(data: str, framework: str, lang: str, year: int | None, notebooks: list[str]) -> None:
    """Open the study and rehearse each of our `notebooks` once, with its own province or region.

    A rehearsal leaves what can be shared: imports, fonts, shapes, and what the package caches by study
    and year (draws, lenses, partners). Nothing is kept that does not know its arguments, so a notebook
    shows the same numbers and pictures without it, only later; and what fails here fails there, told.
    """
    study = open_study(data, framework, lang)
    asked = {"data": data, "framework": framework, "lang": lang}
    asked["year"] = year or study.card.framework.report_year
    for name in notebooks:
        keep_ready(study, data, framework)
        with suppress(Exception, SystemExit), redirect_stdout(io.StringIO()):
            _rehearse(embedded() / "notebooks" / name, asked)
    plt.close("all")
    keep_ready(study, data, framework)


def _rehearse(path: Path, asked: dict[str, Any]) -> None:
    """Run the code of one of our notebooks, which only calls the package: see its house rules."""
    names: dict[str, Any] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names.update(asked)
