"""Run All of every notebook of a working copy in a real JupyterLab: no word of noise, no request outside."""

from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

import quyu

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.prove]
RUN = {
    "en": ("1-data", "3-robustness", "5-assistance", "7-audit", "explore"),
    "zh-hant": ("2-score", "4-regions", "6-targets"),
    "zh-hans": ("gallery", "explore"),
}


@pytest.fixture(scope="module")
def lab(serve, tmp_path_factory):
    """`lab(lang)`: the address of a JupyterLab over a working copy in a language."""
    with ExitStack() as stack:

        @cache
        def over(lang):
            books = tmp_path_factory.mktemp(lang) / "study"
            quyu.notebooks(books, lang=lang)
            return stack.enter_context(serve(books))

        yield over


@pytest.mark.parametrize(("lang", "name"), [(lang, name) for lang in RUN for name in RUN[lang]])
def test_run_all_is_quiet_and_asks_nobody_else(lab, visit, run_all, lang, name):
    address = lab(lang)
    seen = visit(f"{address}doc/tree/{name}.ipynb", act=run_all)
    code = [cell for cell in seen.answer[0] if cell["cell_type"] == "code"]
    assert code and all(cell["execution_count"] and cell["outputs"] for cell in code[2:])
    loud = [
        out
        for cell in code
        for out in cell["outputs"]
        if out["output_type"] == "error" or out.get("name") == "stderr"
    ]
    assert loud == [] and seen.page_errors == []
    inside = (address, address.replace("http", "ws", 1), "blob:", "about:")
    assert [url for url in seen.requests if not url.startswith(inside)] == []


def test_every_notebook_to_read_is_run():
    shipped = {path.stem for path in ROOT.glob("notebooks/*.ipynb")}
    beside = {"0-selfcheck", "report-province", "report-region"}  # written by `quyu report`
    assert {name for names in RUN.values() for name in names} == shipped - beside
