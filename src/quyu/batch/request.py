"""What is asked of a batch, from the command line to the last file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quyu.batch.kernels.limits import Limits

if TYPE_CHECKING:
    from quyu.study import Study

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Request:
    """What is to be written into the folder `run` of `out`, from which figures, and how.

    Without `provinces` and `region` it is all 31 reports and the three briefs; a region means its brief
    and its members; provinces mean just their reports. `lang` is a language or "all", one after
    another; `pdf` prints every page, `packed` makes a zip of them. `workers` notebooks run at a time,
    here or, with a `scheduler`, on that Dask cluster (one started here if it is empty).
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
    packed: bool = False
    workers: int = CORES
    quiet: bool = False
    scheduler: str | None = None
    limits: Limits = Limits()  # noqa: RUF009  (frozen)

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

            year = report_year(self.framework or "")
        return self.out / (self.run or str(year))
