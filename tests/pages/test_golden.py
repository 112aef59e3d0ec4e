"""Every part of the reports and notebooks as plain text, as it was last read and found good.

The notebooks are the only address: their code cells run here one after the other, and what each
shows becomes lines of text under the notebook's name and the cell's. A page that shall say something
else is written anew by

    pytest tests/pages/test_golden.py --renew

and the difference is read like any other, in `git diff tests/pages/golden`.
"""

import ast
import difflib
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter

from quyu.facts import embedded
from quyu.study import open_study
from quyu.words import LANGUAGES

HERE = Path(__file__).parent / "golden"
SHOWN = {
    "report-province": [{"province": "廣東"}, {"province": "西藏"}],
    "report-region": [{"region": "東北"}, {"region": "東部"}, {"region": "中西部"}],
    "1-data": [{}],
    "2-score": [{}],
    "3-robustness": [{}],
    "4-regions": [{}],
    "5-assistance": [{}],
    "6-targets": [{}],
}
REST = re.compile(r"\b\d(\.\d+)?e-1[3-9]\b")  # differs from processor to processor
RUNS = [(name, asked) for name, given in SHOWN.items() for asked in given]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_says_what_it_said(opened, lang, request, monkeypatch):
    _everywhere(monkeypatch, open_study, lambda *args, **kwargs: opened(lang))
    parts = [part for name, asked in RUNS for part in shown(name, {**asked, "lang": lang})]
    found = "\n".join(parts)
    file = HERE / f"{lang}.txt"
    if request.config.getoption("--renew"):
        file.write_text(found, encoding="utf-8")
    kept = file.read_text(encoding="utf-8")
    changed = difflib.unified_diff(
        kept.splitlines(), found.splitlines(), "kept", "found", lineterm="", n=1
    )
    told = "\n".join(line[:300] for line in list(changed)[:80])
    assert not told, f"{told}\nIf it is meant: pytest tests/pages/test_golden.py --renew"


def shown(name, asked):
    """What each code cell of a notebook shows, as text under its name, parameters given."""
    notebook = nbformat.read(embedded() / "notebooks" / f"{name}.ipynb", as_version=4)
    names, bundle = {}, DisplayFormatter().format
    title = " ".join([name, *(value for key, value in asked.items() if key != "lang")])
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        *before, last = ast.parse(cell.source).body
        shows = isinstance(last, ast.Expr)
        exec(compile(ast.Module(before if shows else [*before, last], []), "cell", "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names |= asked
        if shows:
            made, _ = bundle(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
            rich = made.get("text/html") or made.get("image/svg+xml")
            lines = plain(rich) if rich else [REST.sub("(rounding)", made["text/plain"])]
            yield "\n".join([f"== {title} · {cell['id']}", *lines, ""])


def plain(markup):
    """The text of a fragment: one line a block or row, cells parted by tabs, notes in braces."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader.line()
    return reader.lines


QUIET = ("style", "script", "desc", "title")
NOTES = ("title", "aria-label", "alt", "href")
BLOCK = re.compile(
    r"p|div|[uod]l|li|d[td]|table|t(r|head|body)|caption|fig(ure|caption)|section|h[1-4]|details"
    r"|summary|br|svg|header|footer|blockquote|pre"
)
CELLS = ("td", "th", "text")  # of a table and of a picture


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.lines, self.text, self.quiet = [], "", 0

    def line(self):
        told = re.sub(r" ?\t ?", "\t", re.sub(r"[^\S\t]+", " ", self.text)).strip(" ")
        if told.strip():
            self.lines.append(told.removesuffix("\t"))
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.quiet += tag in QUIET
        if BLOCK.fullmatch(tag):
            self.line()
        if told := [value for key, value in attrs if key in NOTES and value and value[0] != "#"]:
            self.text += "{" + " | ".join(told) + "} "
        if tag == "svg":  # what the picture says, then what is written in it
            self.line()

    def handle_endtag(self, tag):
        self.quiet -= tag in QUIET
        if tag in CELLS:
            self.text += "\t"
        if BLOCK.fullmatch(tag):
            self.line()

    def handle_data(self, data):
        if not self.quiet:
            self.text += data


def _everywhere(monkeypatch, function, instead):
    """Every module of ours that knows `function` by its name gets another."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith("quyu"):
            for name, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, name, instead)


def test_a_fragment_becomes_lines_of_text():
    table = "<table><tr><th>a</th><th title='b'>1 </th></tr><tr><td>c</td><td></td></tr></table>"
    assert plain(f"<p>one <b>two</b>\nthree</p>{table}") == ["one two three", "a\t{b} 1", "c\t"]
