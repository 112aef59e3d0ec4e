"""What every notebook of a batch would do first, done once in the process that they are forked from."""

from __future__ import annotations

import matplotlib.pyplot as plt

from quyu.reports import indicators, province, region  # noqa: F401  (imported for the children)
from quyu.reports.certainty import alike, certainty
from quyu.reports.study import open_ahead


def prepare(data: str, framework: str, lang: str, year: int | None) -> None:
    """Open the study, draw its ranks and the shapes, and let fonts be found, for `year`.

    Only what depends on nothing but its arguments is kept, in caches that know them: a notebook
    shows the same numbers and pictures without it, only later.
    """
    study = open_ahead(data, framework, lang)
    year = year or study.card.framework.report_year
    study.at(year)
    first = certainty(study, year).index[0]
    alike(study, year, first)
    province.locator(study, first, year)
    province.goals_chart(study, first, year)
    plt.close("all")
