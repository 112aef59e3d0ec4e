"""A notebook's page on a phone: no name of a table is broken, no picture is wider than the screen."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from quyu.pages.page import whole
from quyu.pages.tables import show

pytestmark = pytest.mark.browser


def test_on_a_phone_names_keep_their_line_and_pictures_fit(opened, visit, tmp_path):
    s = opened("zh-hant")
    drawn = s.chart("rd_intensity", units=["遼寧"])._repr_mimebundle_()
    made = [{"text/html": show(s.ranks(2023)).data, "text/plain": "x"}, drawn]
    cells = [new_code_cell("x", outputs=[new_output("display_data", data)]) for data in made]
    (tmp_path / "page.html").write_text(whole(new_notebook(cells=cells), title="x"), "utf-8")

    def look(tab):
        rows = "[...document.querySelectorAll('tbody tr')].map(row => row.offsetHeight)"
        ends = "[...document.querySelectorAll('main :is(svg, img)')].map(e => e.getBoundingClientRect().right)"
        return tab.evaluate(rows), tab.evaluate(ends)

    rows, ends = visit(tmp_path / "page.html", width=390, act=look).answer[0]
    assert len(rows) == 31 and max(rows) < 40
    assert ends and max(ends) <= 390


def test_on_a_phone_sentences_have_room(opened, visit, tmp_path):
    """A column of them is no column of words: the table slides."""
    made = {"text/html": show(opened("zh-hant").doubtful()).data, "text/plain": "x"}
    cells = [new_code_cell("x", outputs=[new_output("display_data", made)])]
    (tmp_path / "page.html").write_text(whole(new_notebook(cells=cells), title="x"), "utf-8")
    look = "[...document.querySelectorAll('td.t')].map(cell => cell.offsetWidth)"
    seen = visit(tmp_path / "page.html", width=390, act=lambda tab: tab.evaluate(look))
    assert min(seen.answer[0]) > 150
