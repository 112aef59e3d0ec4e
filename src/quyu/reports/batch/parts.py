"""The files of a run that no notebook writes, each a named function of plain values."""

from __future__ import annotations

from typing import Any

from quyu.reports.batch.plan import Plan
from quyu.reports.scores import scores_text
from quyu.reports.site.site import atlas_page, index_page
from quyu.reports.study import open_study

Pages = dict[str, list[str]]


def parts(
    planned: Plan, there: set[str], elsewhere: dict[str, set[str]]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """By file: the function that makes it, and its arguments.

    `there` are the pages to link to, `elsewhere` those of the other languages, by language.
    """
    read = {"data": planned.data, "framework": planned.framework, "lang": planned.lang}
    others = {lang: sorted(pages) for lang, pages in sorted(elsewhere.items())}
    linked = {**read, "year": planned.year, "there": sorted(there), "elsewhere": others}
    return {
        "scores.csv": (
            f"{__name__}:scores",
            {"data": planned.data, "framework": planned.framework},
        ),
        f"{planned.lang}/atlas.html": (f"{__name__}:atlas", linked),
        f"{planned.lang}/index.html": (f"{__name__}:index", linked),
    }


def scores(data: str, framework: str) -> str:
    """Every province and year, as the text of scores.csv: the same in every language."""
    return scores_text(open_study(data, framework))


def index(
    data: str, framework: str, lang: str, year: int, there: list[str], elsewhere: Pages
) -> str:
    """The front page."""
    return index_page(open_study(data, framework, lang), year, set(there), _sets(elsewhere))


def atlas(
    data: str, framework: str, lang: str, year: int, there: list[str], elsewhere: Pages
) -> str:
    """The map to click."""
    return atlas_page(open_study(data, framework, lang), year, set(there), _sets(elsewhere))


def _sets(elsewhere: Pages) -> dict[str, set[str]]:
    return {lang: set(pages) for lang, pages in elsewhere.items()}
