"""A notebook's parts as plain text: what golden texts and other pages' tests read."""

import ast
import re
from html.parser import HTMLParser

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter

from quyu.facts import embedded

FRAME = re.compile("<iframe.*?</iframe>", re.S)
REST = re.compile(r"\b\d(\.\d+)?e-1[3-9]\b")  # differs from processor to processor


@pytest.fixture(scope="session")
def shown():
    """`shown("report-region", {"region": "東北"})`: the text of each part, by notebook and cell."""
    return _shown


@pytest.fixture(scope="session")
def plain():
    """`plain(markup)`: the text of a fragment of a page, in lines."""
    return _plain


def _shown(name, asked):
    """What each code cell of a notebook shows, as text under the notebook's name and the cell's."""
    notebook = nbformat.read(embedded() / "notebooks" / f"{name}.ipynb", as_version=4)
    parts, names, bundle = {}, {}, DisplayFormatter().format
    where = " ".join([name, *(asked[key] for key in ("province", "region") if key in asked)])
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        *before, last = ast.parse(cell.source).body
        shown = []
        names["display"] = shown.append
        shows = isinstance(last, ast.Expr)
        exec(compile(ast.Module(before if shows else [*before, last], []), "cell", "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names |= asked
        if shows:
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
        if shown:
            (what,) = shown
            made, _ = bundle(what, exclude={"image/png"})  # drawn for other readers
            rich = made.get("text/html") or made.get("image/svg+xml") or ""
            rich = FRAME.sub("", rich)  # of an explored map the picture beneath it is told
            lines = _plain(rich) if rich else [REST.sub("(rounding)", made["text/plain"])]
            parts[f"{where} · {cell['id']}"] = "\n".join(lines)
    return parts


def _plain(markup):
    """The text of a fragment: one line a block or row, cells parted by tabs, notes in braces."""
    reader = _Reader()
    reader.feed(str(markup))  # Markup would escape what is joined to it
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
        self.lines, self.text, self.quiet, self.foreign = [], "", 0, ""

    def line(self):
        told = re.sub(r" ?\t ?", "\t", re.sub(r"[^\S\t]+", " ", self.text)).strip(" ")
        if told.strip():
            self.lines.append(told.removesuffix("\t"))
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.quiet += tag in QUIET
        if BLOCK.fullmatch(tag):
            self.line()
        if (
            dict(attrs).get("lang") and not self.foreign
        ):  # words in another language than the page's
            self.foreign, self.text = tag, self.text + "⟦"
        told = [value for key, value in attrs if key in NOTES and value and value[0] != "#"]
        if told:  # of a file that the page carries, its kind
            told = [re.sub(r"^(data:[^,]*),.*", r"\1", value) for value in told]
            self.text += "{" + " | ".join(told) + "} "
        if tag == "svg":  # what the picture says, then what is written in it
            self.line()

    def handle_endtag(self, tag):
        self.quiet -= tag in QUIET
        if tag == self.foreign:
            self.foreign, self.text = "", self.text + "⟧"
        if tag in CELLS:
            self.text += "\t"
        if BLOCK.fullmatch(tag):
            self.line()

    def handle_data(self, data):
        if not self.quiet:
            self.text += data
