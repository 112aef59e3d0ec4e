"""What stands beside the reports, as texts: the pages that lead to them, and scores.csv.

The batch itself never imports this, which draws maps: a process that is forked for it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from quyu.batch.single import scores_text
from quyu.pages.atlas_page import atlas_page
from quyu.pages.compare import compare_page
from quyu.pages.front import index_page
from quyu.pages.glossary import glossary_page
from quyu.study import Study, open_study
from quyu.study.opening import keep_ready

PAGES = {
    "atlas": atlas_page,
    "compare": compare_page,
    "glossary": glossary_page,
    "index": index_page,
}
Pages = dict[str, list[str]]  # by language


def scores(data: str, framework: str, lang: str) -> str:
    """Every province and year, as the text of scores.csv."""
    with _lent(data, framework, lang) as study:
        return scores_text(study)


def linking(
    name: str, data: str, framework: str, lang: str, year: int, there: list[str], elsewhere: Pages
) -> str:
    """One of `PAGES`."""
    with _lent(data, framework, lang) as study:
        return PAGES[name](study, year, there, elsewhere)


@contextmanager
def _lent(data: str, framework: str, lang: str) -> Iterator[Study]:
    """A study that goes on to the next that asks, with all that was drawn from it."""
    study = open_study(data, framework, lang)
    yield study
    keep_ready(study, data, framework)
