"""A notebook's cells as a fragment of a page, held against what the HTML exporter makes of them."""

from html.parser import HTMLParser

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from quyu.pages.page import _exporter, cells, page
from quyu.words import words

VOID = {"img", "br", "hr", "wbr"}
SVG = '<svg viewBox="0 0 9 9" role="img" aria-label="A &amp; B: 1 &lt; 2"><path d="M0 0"/></svg>'
TABLE = (
    "<figure class='table' tabindex='0'><table><thead><tr><th scope=\"col\">甲<wbr>乙</th></tr>"
    '</thead><tbody><tr><td class="n" title="a &quot;b&quot;">1 &lt; 2&nbsp;%</td></tr></tbody>'
    "</table></figure>"
)
PNG = {"image/png": "iVBORw0KGgo=", "text/plain": 'five "bars" & a line'}


class Read(HTMLParser):
    """What a browser reads: tags with their attributes in any order, text, entities resolved."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.seen = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, tuple(sorted(attrs))))

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.seen.append("/" + tag)

    def handle_data(self, data):
        if data.strip():
            self.seen.append(data.strip())


def shown(data):
    return new_code_cell("x", outputs=[new_output("display_data", data)])


@pytest.fixture
def notebook():
    return new_notebook(
        cells=[
            new_markdown_cell("# Title"),
            new_markdown_cell(
                "## 甲 & 乙\n\nWords, *stressed*, [a link](x.html).\n\n![map](m.png)"
            ),
            new_markdown_cell("| a | b |\n|---|---|\n| 1 | 2 |\n\n### Third < level"),
            shown({"image/svg+xml": SVG, "text/plain": "x"}),
            shown({"text/html": TABLE, "text/plain": "x"}),
            shown(PNG),
            shown({"text/markdown": "## 丙\n\n`code` & more", "text/plain": "x"}),
            shown({"text/plain": "1 < 2 & 3"}),
            new_code_cell("x", outputs=[new_output("stream", text="unseen")]),
        ]
    )


def test_a_reader_gets_what_the_slow_exporter_gives(notebook):
    """It parses every page once more, for pictures without an alt text; ours all have one."""
    slow, _ = HTMLExporter(
        template_name="cells",
        extra_template_basedirs=_exporter("cells").extra_template_basedirs,
        exclude_anchor_links=True,
    ).from_notebook_node(notebook)
    expected = Read(slow).seen
    start = expected.index("/h1") + 1
    assert Read(cells(notebook)).seen == expected[start:]
    assert len(expected) > 60


def test_nothing_that_serves_the_keyboard_or_the_ear_is_lost(notebook):
    seen = Read(cells(notebook)).seen
    tags = [entry for entry in seen if isinstance(entry, tuple)]
    alts = [dict(attributes).get("alt") for tag, attributes in tags if tag == "img"]
    assert alts == ["map", 'five "bars" & a line']
    assert ("figure", (("class", "table"), ("tabindex", "0"))) in tags
    assert ("th", (("scope", "col"),)) in tags
    drawn = next(dict(attributes) for tag, attributes in tags if tag == "svg")
    assert (drawn["role"], drawn["aria-label"]) == ("img", "A & B: 1 < 2")
    assert "unseen" not in seen and "Title" not in seen


def test_the_contents_say_what_the_headings_say():
    body = "".join(
        f"<h2>{text}</h2><p>…</p>" for text in ("甲 &amp; 乙", "1 &lt; <em>2</em>", "&quot;c&quot;")
    )
    html = page(
        body, say=words("zh-hant"), title="t", description="d", year=2023, links=[], languages=[],
        colophon=[],
    )  # fmt: skip
    seen = Read(html).seen
    links = {
        dict(entry[1])["href"]: seen[place + 1]
        for place, entry in enumerate(seen)
        if isinstance(entry, tuple) and entry[0] == "a"
    }
    told = {address: text for address, text in links.items() if address.startswith("#part")}
    assert told == {"#part-1": "甲 & 乙", "#part-2": "1 < 2", "#part-3": '"c"'}
    assert [f'id="part-{n}"' in html for n in (1, 2, 3)] == [True] * 3


def test_of_an_explored_map_a_page_keeps_the_picture(opened):
    drawn = opened("en").explore("index")._repr_html_()
    output = new_output("execute_result", data={"text/html": drawn, "text/plain": "m"})
    told = cells(new_notebook(cells=[new_code_cell("m", outputs=[output])]))
    assert "iframe" not in told and "srcdoc" not in told
    assert 'alt="Quality development index' in told and "data:image/png" in told
