"""The front page, a brief and a report in each language, opened in a browser: quiet, and in that language only."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from IPython.display import HTML

from quyu.batch.prose import translated
from quyu.batch.site import job_page
from quyu.facts import embedded
from quyu.pages.front import index_page
from quyu.study import certainty, open_study, report_year
from quyu.words import LANGUAGES, simplified, words

YEAR = report_year()

pytestmark = [pytest.mark.browser, pytest.mark.prove]

JOBS = {
    "regions/northeast": ("report-region", {"region": "東北"}),
    "reports/440000-guangdong": ("report-province", {"province": "440000"}),
}
PAGES = ["index", *JOBS]
HAN = re.compile(r"[\u3400-\u9fff]")
HOSTILE = "<img src=x onerror=alert(1)>\"'`${1}"


@pytest.fixture(scope="module")
def few_draws():
    """Enough draws to fill every place of a page; what they say is tested elsewhere."""
    stated = certainty.read_robustness()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            certainty, "read_robustness", lambda: stated.model_copy(update={"draws": 200})
        )
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory, few_draws):
    folder = tmp_path_factory.mktemp("languages")
    there = {f"{page}.html" for page in PAGES}
    opened = open_study()
    for lang in LANGUAGES:
        study = replace(opened, lang=lang)
        elsewhere = {other: there for other in LANGUAGES if other != lang}
        made = {"index": index_page(study, YEAR, there, elsewhere)}
        for key, (name, asked) in JOBS.items():
            template = embedded() / "notebooks" / f"{name}.ipynb"
            notebook = translated(_ran(template, {**asked, "lang": lang}), template, study.say)
            made[key] = job_page(notebook, key, study, YEAR, there, elsewhere)
        for page, html in made.items():
            path = folder / lang / f"{page}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(html, encoding="utf-8")
    return folder


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_quiet_and_speaks_one_language(site, visit, lang, page):
    seen = visit(site / lang / f"{page}.html", act=_texts)
    assert seen.troubles == []
    declared, texts = seen.answer[0]
    assert declared == words(lang).html_lang
    assert len(texts) > 100
    if lang == "en":
        assert [text for text in texts if HAN.search(text)] == []
    if lang == "zh-hans":
        assert [text for text in texts if simplified(text) != text] == []
    if lang != "en":
        assert any(HAN.search(text) for text in texts)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["zh-hant", "en"])
def test_a_page_has_no_fault_of_accessibility(site, visit, faults, lang, page, width):
    assert visit(site / lang / f"{page}.html", width=width, act=faults).answer[0] == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_leads_to_the_same_page_in_the_other_languages(site, visit, lang, page):
    path = site / lang / f"{page}.html"
    seen = visit(path, act=_language_links)
    found = {(path.parent / href).resolve(): name for name, href in seen.answer[0]}
    assert found == {
        (site / other / f"{page}.html").resolve(): words(other)("page.language")
        for other in LANGUAGES
        if other != lang
    }


@pytest.mark.parametrize(
    ("lang", "asked", "name"),
    [("en", "guangd", "Guangdong"), ("en", "廣東", "Guangdong"), ("zh-hans", "440000", "广东")],
)
def test_a_province_is_found_by_any_of_its_names(site, visit, lang, asked, name):
    def act(page):
        page.fill("#find-text", asked)
        told = page.inner_text("#find-hits")
        page.keyboard.press("Enter")
        page.wait_for_url("**/440000-guangdong.html")
        return told, page.url

    seen = visit(site / lang / "index.html", act=act)
    told, address = seen.answer[0]
    assert told.startswith(name)
    assert address.endswith("440000-guangdong.html")
    assert seen.troubles == [address]  # the page that was asked for, and nothing else


def test_a_name_that_no_province_has_says_so(site, visit):
    def act(page):
        page.fill("#find-text", "Atlantis")
        return page.inner_text("#find-hits")

    seen = visit(site / "en" / "index.html", act=act)
    assert seen.answer == [words("en")("front.find.none")]


def test_without_scripts_the_search_is_away_and_the_ranking_links(site, visit):
    seen = visit(site / "en" / "index.html", scripts=False)
    assert words("en")("front.find.label") not in seen.text[0]
    html = (site / "en" / "index.html").read_text(encoding="utf-8")
    assert "href='reports/440000-guangdong.html'>Guangdong</a>" in html


def test_a_hostile_name_is_found_as_text(few_draws, tmp_path, visit):
    def act(page):
        page.fill("#find-text", "onerror")
        return page.inner_text("#find-hits")

    study = open_study(lang="en")
    register = study.facts.provinces.copy()
    register.loc["440000", "name_en"] = HOSTILE
    own = replace(study, facts=replace(study.facts, provinces=register))
    path = tmp_path / "index.html"
    path.write_text(index_page(own, YEAR, set()), encoding="utf-8")
    seen = visit(path, act=act)
    assert seen.troubles == []
    assert seen.answer[0].startswith(HOSTILE)


def _ran(template: Path, parameters: dict) -> nbformat.NotebookNode:
    """The notebook with what its cells show, run here: a kernel would show the same, later."""
    notebook, names = nbformat.read(template, as_version=4), {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        *before, last = ast.parse(cell.source).body
        shows = isinstance(last, ast.Expr)
        exec(compile(ast.Module(before if shows else [*before, last], []), "cell", "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names |= parameters
        if shows:
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            cell.outputs = [nbformat.v4.new_output("display_data", data=_mime(shown))]
    return notebook


def _mime(shown: object) -> dict[str, str]:
    if isinstance(shown, HTML):
        return {"text/html": shown.data}
    return shown._repr_mimebundle_()


def _texts(page):
    """The page's language with every text that is shown or read aloud and not in a marked language."""
    return page.evaluate(
        """() => {
          const own = document.documentElement;
          const marked = (e) => e.closest('[lang]') !== own;
          const texts = [document.title];
          for (const e of document.querySelectorAll('html, html *')) {
            if (['SCRIPT', 'STYLE'].includes(e.tagName) || marked(e)) continue;
            for (const n of e.childNodes) if (n.nodeType === 3 && n.data.trim()) texts.push(n.data);
            for (const name of ['alt', 'title', 'aria-label', 'placeholder', 'content'])
              if (e.hasAttribute(name)) texts.push(e.getAttribute(name));
          }
          return [own.lang, texts];
        }"""
    )


def _language_links(page):
    return page.evaluate(
        """[...document.querySelectorAll('a[hreflang]')]
          .map((a) => [a.textContent, a.getAttribute('href')])"""
    )
