"""What is asked of a batch, from the command line to the last file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quyu.batch.kernels.limits import Limits

if TYPE_CHECKING:
    import pandas as pd

    from quyu.study import Study

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Request:
    """What is to be written into the folder `run` of `out`, from which figures, and how.

    Without `provinces` and `region` it is all 31 reports and the three briefs; a region means its brief
    and its members; provinces mean just their reports. `lang` is a language or "all", one after
    another; `pdf` prints every page, `docx` writes reports and briefs for Word, `packed` makes a zip of
    all. `workers` notebooks run at a time, here or, with a `scheduler`, on that Dask cluster (one started
    here if it is empty). `kernel` and `cwd` are of a sweep: what it runs in instead of the notebook's own
    kernel and of this folder.
    """

    out: Path = Path("output")
    run: str = ""
    provinces: tuple[str, ...] = ()
    region: str = ""
    year: int | None = None
    data: Path | None = None
    framework: Path | None = None
    lang: str = "zh-hant"
    pdf: bool = False
    docx: bool = False
    packed: bool = False
    workers: int = CORES
    quiet: bool = False
    scheduler: str | None = None
    limits: Limits = Limits()  # noqa: RUF009  (frozen)
    kernel: str = ""
    cwd: Path | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are asked for, in the order in which they are written."""
        from quyu.words import LANGUAGES

        return LANGUAGES if self.lang == "all" else (self.lang,)

    @property
    def grounds(self) -> dict[str, str]:
        """The data folder and the framework file in full; empty for the embedded ones."""
        return {
            name: str(path.resolve()) if path else ""
            for name, path in (("data", self.data), ("framework", self.framework))
        }

    def study(self, lang: str = "") -> tuple[Study, int]:
        """The study that is asked for, in one language, with its year; both refused if impossible."""
        from quyu.study import open_study

        subject = open_study(self.data or "", self.framework or "", lang or self.lang)
        year = self.year or subject.card.framework.report_year
        subject.at(year)
        return subject, year

    def folder(self, year: int | None = None) -> Path:
        """The folder of the run, which is named by the year if it has no name.

        >>> Request(Path("out")).folder(2023).name, Request(Path("out"), "trial").folder().name
        ('2023', 'trial')
        """
        if self.run in (".", "..") or any(sign in self.run for sign in "/\\:"):
            raise ValueError(
                f"--run {self.run!r} is no folder's name; use --out for the folder above it."
            )
        year = year or self.year
        if not (self.run or year):
            from quyu.study import report_year

            year = report_year(self.framework or "", self.data or "")
        return self.out / (self.run or str(year))


def write_reports(*provinces: str, **options: Any) -> pd.DataFrame:
    """Write reports, briefs, atlas and index page, and return a row for each page of the run.

    `provinces` are names or adcodes, all 31 and the three briefs if left out; `options` are the other
    fields of `Request`: region, year, out, run, data, framework, lang, pdf, docx, packed, workers, quiet.
    Columns: lang, key, label, status (done or failed), seconds, error, files. What stands already from
    the same inputs is left as it is. Refused: unknown names and options, with the known ones.
    """
    from quyu.batch.report import report

    request = _request(options, provinces=provinces)
    report(request)
    return _rows(request.folder(), "reports")


def sweep(
    notebook: str | Path, grid: str | Path | Mapping[str, Any], **options: Any
) -> pd.DataFrame:
    """Run a notebook for every combination of `grid`, and return a row for each.

    `grid` maps parameters to the values to combine, or is a YAML file that does; `options` are out,
    workers, quiet, scheduler, limits, kernel and cwd of `Request`. Columns: key, status, seconds, error, files, and
    the parameters. What stands already from the same inputs is left as it is.
    """
    import tempfile

    import yaml

    from quyu.batch.sweep import sweep as run

    request = _request(options)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "grid.yaml") if isinstance(grid, Mapping) else Path(grid)
        if isinstance(grid, Mapping):
            file.write_text(yaml.safe_dump(dict(grid), allow_unicode=True), encoding="utf-8")
        run(Path(notebook), file, request)
    rows = _rows(request.out / Path(notebook).stem, "runs")
    for name in dict.fromkeys(name for given in rows["parameters"] for name in given):
        column = f"{name}_given" if name in rows else name
        rows[column] = [given.get(name) for given in rows["parameters"]]
    return rows.drop(columns="parameters")


def _request(options: Mapping[str, Any], **fixed: Any) -> Request:
    known = [name for name in Request.__dataclass_fields__ if name not in fixed]
    for name in options:
        if name not in known:
            raise ValueError(f"{name!r} is no option; there are {', '.join(known)}.")
    paths = {
        name: Path(options[name])
        for name in ("out", "data", "framework", "cwd")
        if options.get(name)
    }
    return Request(**fixed, **{**options, **paths})


def _rows(folder: Path, kind: str) -> pd.DataFrame:
    import pandas as pd

    from quyu.batch.store import read

    rows = pd.DataFrame(read(folder).get(kind, []))
    return rows.drop(columns="inputs").assign(files=[[*files] for files in rows["files"]])
