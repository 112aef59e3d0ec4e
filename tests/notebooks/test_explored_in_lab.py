"""An explored map in a real JupyterLab: the map where a notebook is trusted, the picture where not."""

import nbformat
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.prove]


@pytest.fixture(scope="module")
def lab(opened, serve, tmp_path_factory):
    """The address of a JupyterLab with two notebooks, of which it trusts `trusted.ipynb` alone."""
    books = tmp_path_factory.mktemp("books")
    shown = opened("en").explore("index")
    data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
    output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    for name in ("trusted", "mailed"):
        cell = nbformat.v4.new_code_cell(f"{name} = m", outputs=[output], execution_count=1)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), books / f"{name}.ipynb")
    with serve(books, trusted=[books / "trusted.ipynb"]) as address:
        yield address


OUTPUT = ".jp-OutputArea-output"


def test_a_trusted_notebook_shows_the_map(lab, visit):
    def look(tab):
        frame = tab.wait_for_selector(f"{OUTPUT} iframe").content_frame()
        frame.wait_for_function("typeof map_atlas !== 'undefined' && map_atlas.getSize().y > 200")
        unit = frame.locator('path[data-code="440000"]')
        unit.wait_for()
        unit.focus()
        return unit.bounding_box()["width"] > 20, frame.text_content(".leaflet-tooltip.tip b")

    seen = visit(f"{lab}doc/tree/trusted.ipynb", act=look)
    assert seen.answer[0] == (True, "Guangdong")
    assert [url for url in seen.requests if not url.startswith((lab, "ws", "blob:"))] == []


def test_a_notebook_that_came_by_mail_shows_the_picture(lab, visit):
    def look(tab):
        tab.wait_for_selector(f"{OUTPUT} img")
        shown = f"document.querySelector('{OUTPUT} img')"
        tab.wait_for_function(f"{shown}.naturalWidth > 600")
        return tab.evaluate(f"{shown}.getBoundingClientRect().height"), tab.locator(
            "iframe"
        ).count()

    seen = visit(f"{lab}doc/tree/mailed.ipynb", act=look)
    height, frames = seen.answer[0]
    assert height > 400 and frames == 0
