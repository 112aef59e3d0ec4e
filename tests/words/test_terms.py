"""The term lists hold: no sentence that a reader sees uses a word that its list forbids."""

import re
import tomllib
from functools import cache
from importlib.resources import files

import nbformat
import pytest
import yaml

from quyu.facts import embedded, load
from quyu.words import LANGUAGES, simplified
from quyu.words.catalogue import _read

MARKUP = re.compile(r"<[^>]+>|\{[^{}]*\}|`[^`]*`|```.*?```", re.S)


@cache
def terms(lang):
    """The list of a language; what holds for traditional characters holds for simplified ones."""
    text = files("quyu.words").joinpath(f"terms.{lang}.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)["term"]
    return found + [plainer(term) for term in terms("zh-hant")] if lang == "zh-hans" else found


def plainer(term):
    plain = {key: simplified(text) for key, text in term.items() if isinstance(text, str)}
    return term | plain | {key: [*map(simplified, term.get(key, []))] for key in ("not", "but")}


def told(node, lang, where):
    """The texts of a parameter file in a language, with the way to each."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == lang and isinstance(value, str):
                yield where, value
            else:
                yield from told(value, lang, f"{where}.{node.get('id', key)}")
    elif isinstance(node, list):
        for value in node:
            yield from told(value, lang, where)


def texts(lang):
    """Every text of ours that a reader may see, by file and key."""
    script = "en" if lang == "en" else "zh-hant"
    for key, text in _read(script).items():
        yield f"{script}.toml {key}", text
    for path in sorted((embedded() / "params").glob("*.yaml")):
        node = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield from told(node, script, path.name)
    facts = load()
    columns = {"en": ("name_en", "unit_en", "definition", "caveat")}
    for column in columns.get(lang, ("name_zh_hant", "caveat_zh_hant")):
        for key, text in facts.codebook[column].dropna().items():
            yield f"codebook.csv {key} {column}", text
    note = "note_en" if lang == "en" else "note_zh_hant"
    for row, text in facts.doubtful[note].dropna().items():
        yield f"doubtful.csv {row}", text
    for path in sorted((embedded() / "notebooks").glob("*.ipynb")) if lang != "en" else ():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield f"{path.name} {cell.id}", cell.source
    pages = files("quyu.pages").joinpath("templates")
    for path in pages.iterdir():
        if path.name.endswith(".j2"):
            bare = re.sub(
                r"\{[%#].*?[%#]\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.S
            )
            yield f"templates/{path.name}", bare


def faults(lang, said):
    """Where a text uses a word that it should not, with the preferred one."""
    for where, text in said:
        shown = MARKUP.sub("·", text)
        shown = simplified(shown) if lang == "zh-hans" else shown
        for term in terms(lang):
            bare = shown
            for right in term.get("but", []):
                bare = bare.replace(right, "·")
            for wrong in term["not"]:
                if re.search(wrong, bare) if term.get("pattern") else wrong in bare:
                    yield f"{where}: “{wrong}”; say “{term['use']}” ({term['why']})"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_keeps_to_the_terms(lang):
    assert not [*faults(lang, texts(lang))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_says_what_to_use_and_why(lang):
    for term in terms(lang):
        assert set(term) <= {"use", "not", "but", "why", "pattern"}
        assert term["use"] and term["not"] and term["why"]
        assert term["use"] not in term["not"]
