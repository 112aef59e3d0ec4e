"""A run notebook, or a body of our own, becomes one page that asks the network for nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection, Mapping
from functools import cache
from hashlib import sha256
from html import unescape
from importlib.resources import files
from typing import Any

import nbformat

from quyu import __version__
from quyu.pages.render import render, template, text_of
from quyu.words import LANGUAGES, Words, words


def languages(path: str, elsewhere: Mapping[str, Collection[str]]) -> list[tuple[str, str, str]]:
    """The page's name in each other language that has it, its address from here, the language.

    `path` is the page within its language, `elsewhere` the pages of every other language.

    >>> languages("regions/east.html", {"zh-hant": {"regions/east.html"}, "zh-hans": set()})
    [('繁體中文', '../../zh-hant/regions/east.html', 'zh-Hant')]
    """
    up = "../" * (path.count("/") + 1)
    return [
        (words(lang)("page.language"), f"{up}{lang}/{path}", words(lang).html_lang)
        for lang in LANGUAGES
        if path in elsewhere.get(lang, ())
    ]


TITLE = re.compile(r"<h1.*?</h1>", re.S)
HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.S)
LEFT_OUT = r'<p class="left-out">.*?</p>'
MADE = re.compile(r"<(?:table|figure)\b|class=['\"]lead")  # what a part shows
WAYS = re.compile(r"<nav aria-label=[^>]*><ul>.*?</ul></nav>", re.S)  # what `ways` wrote
FRAME = re.compile(r"<iframe\b.*?</iframe>", re.S)  # an explored map: the picture beneath it stays


def cells(notebook: nbformat.NotebookNode) -> str:
    """The notebook's text, pictures and tables as one HTML fragment; code, streams and errors stay out.

    The notebook's own title stays out too: a template's title does not know whose report it became.
    """
    from nbconvert.exporters import TemplateExporter

    # The HTML exporter's own last step parses the page again, to give an alt text to pictures that
    # lack one: ours never do, and it would take six sevenths of the time.
    body, _ = TemplateExporter.from_notebook_node(
        # None would change what our template shows, yet the notebook is validated before each.
        _exporter("cells", exclude_anchor_links=True, default_preprocessors=()),
        notebook,
    )
    return _kept(FRAME.sub("", TITLE.sub("", body, count=1)))


def _kept(body: str) -> str:
    """The text without what is left out of a study, and without headings that had nothing else."""
    first, *sections = re.split(r"(?=<h2)", body)
    kept = [
        bare
        for section in sections
        if (bare := re.sub(LEFT_OUT, "", section)) == section or re.search(MADE, bare)
    ]
    return re.sub(LEFT_OUT, "", first) + "".join(kept)


def ready() -> None:
    """Build now what `cells` needs, which takes a second, while something else is waited for."""
    cells(nbformat.v4.new_notebook())


def ways(say: Words, links: list[tuple[str, str]], languages: list[tuple[str, str, str]]) -> str:
    """The list of other pages in a page's header, as markup: see `page`."""
    return render("ways.j2", say=say, links=links, languages=languages)


def page(
    body: str,
    *,
    say: Words,
    title: str,
    description: str,
    year: int,
    links: list[tuple[str, str]],
    languages: list[tuple[str, str, str]],
    colophon: list[str],
    script: str = "",
    style: str = "",
    kind: str = "",
) -> str:
    """One HTML page round `body`: header with `links`, contents from its second-level headings, colophon.

    `languages` are the same page in others: name, address, language. `script` is a fixed text of
    ours; without one, no script may run on the page. `style` follows that of all pages. Of the `kind`
    "one" it is printed on one sheet.
    """
    headings = HEADING.findall(body)
    numbers = iter(range(1, len(headings) + 1))
    body = HEADING.sub(lambda found: f'<h2 id="part-{next(numbers)}">{found[1]}</h2>', body)
    contents = [
        (unescape(re.sub(r"<[^>]+>", "", text)).strip(), f"part-{n}")
        for n, text in enumerate(headings, start=1)
    ]
    return template("page.html.j2").render(
        body=body,
        title=title,
        description=description,
        year=year,
        say=say,
        ways=ways(say, links, languages),
        colophon=colophon,
        contents=contents if len(contents) > 2 else [],
        style=text_of("style.css") + style,
        script=script,
        kind=kind,
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        version=__version__,
    )


def whole(notebook: nbformat.NotebookNode, *, title: str, lang: str = "") -> str:
    """The notebook as one page in Jupyter's own look, with its code, streams and errors.

    `lang` is the language of its text, if that is known; Jupyter calls every page English.
    """
    exporter = _exporter("sweep", embed_images=True)
    made = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})[0]
    told = words(lang).html_lang if lang else "en"
    return made.replace('<html lang="en">', f'<html lang="{told}">', 1)


@cache
def _exporter(template: str, **options: Any) -> Any:
    # One exporter serves every page: building it costs as much as forty conversions.
    from nbconvert.exporters import HTMLExporter

    folder = str(files("quyu.pages") / "templates")
    return HTMLExporter(template_name=template, extra_template_basedirs=[folder], **options)
