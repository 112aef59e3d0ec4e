"""The three catalogues hold the same sentences, each written for its language and said somewhere."""

import ast
import json
import re
import string
from importlib.util import find_spec
from pathlib import Path

import pytest

from quyu.facts import embedded
from quyu.words import LANGUAGES, simplified, words
from quyu.words.catalogue import _read

HAN = re.compile(r"[\u3400-\u9fff]")


def sources():
    """The text of every file that may ask for a sentence: modules, cells, templates, scripts."""
    package = Path(find_spec("quyu").submodule_search_locations[0])
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".j2", ".js"):
            yield path.read_text(encoding="utf-8")
    for path in sorted((embedded() / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                lines = "".join(cell["source"]).splitlines()
                yield "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def families(text):
    """The patterns of keys that a text makes: f"area.{name}", "area." ~ name, all after "map."."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:  # a template or a script
        nodes = []
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                re.escape(part.value) if isinstance(part, ast.Constant) else "(.*)"
                for part in node.values
            )
    for joined in re.findall(r"\(((?:\"[^\"]*\"|\w+)(?: ~ (?:\"[^\"]*\"|\w+))+)", text):
        parts = joined.split(" ~ ")
        yield "".join(re.escape(p.strip('"')) if p[0] == '"' else "(.*)" for p in parts)
    for prefix in re.findall(r"[\"']((?:\w+\.)+)[\"']", text):
        yield re.escape(prefix) + "(.*)"
    for prefix in re.findall(r"\(`(\w+)\$\{", text):  # a script asks for the keys of its page
        yield rf"atlas\.{prefix}(.*)"
    for prefix in re.findall(r"\w:((?:\w+\.)*\w+)", text):  # a column line: grade:balance.grade
        yield re.escape(f"{prefix}.") + "(.*)"


def test_every_sentence_is_said_somewhere():
    """By its key, or by one put together from words that stand in code, parameters or data."""
    texts = list(sources())
    code = "\n".join(texts)
    forms = {form for text in texts for form in families(text) if re.search(r"\w{3}", form)}
    made = [re.compile(form) for form in sorted(forms)]
    data = [*(embedded() / "params").glob("*.yaml"), *(embedded() / "geodata").glob("*.csv")]
    held = code + "".join(path.read_text(encoding="utf-8") for path in data)
    tokens = set(re.findall(r"\w+", held))

    def known(word):
        return word in tokens or (not word.isidentifier() and word in held) or composed(word)

    def composed(key):
        found = [form.fullmatch(key) for form in made]
        return any(
            all(known(word) for part in match.groups() for word in part.split("."))
            for match in found
            if match and match.groups() != (key,)
        )

    keys = _read("zh-hant")
    said = {key for key in keys if f'"{key}"' in code or f"'{key}'" in code or composed(key)}
    assert set(keys) - said == set()


def test_every_sentence_stands_in_every_catalogue():
    written = set(_read("zh-hant"))
    # The prose of a notebook is written in the notebook itself; only its English is in a catalogue.
    translated = {key for key in _read("en") if not key.startswith("notebook.")}
    assert translated == written
    assert set(_read("zh-hans")) <= written
    assert set(words("zh-hans").texts) == written


def places(text):
    """The names of the places in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_has_the_same_places_in_every_language():
    english = _read("en")
    odd = [
        key
        for key, text in _read("zh-hant").items()
        if places(text) != places(english.get(key, text))
    ]
    assert not odd


def test_simplified_sentences_hold_no_traditional_character():
    odd = {key: text for key, text in words("zh-hans").texts.items() if simplified(text) != text}
    assert not odd


def test_english_sentences_hold_chinese_only_where_it_is_marked():
    bare = re.compile(r'<(\w+) lang="zh-Han[st]">.*?</\1>')
    odd = {key: text for key, text in _read("en").items() if HAN.search(bare.sub("", text))}
    assert not odd


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_sentence_or_a_missing_value_is_refused_by_name(lang):
    with pytest.raises(ValueError, match=f"{lang} has no sentence 'nothing'"):
        words(lang)("nothing")
    with pytest.raises(ValueError, match=r"'rank'.*has a place 'rank'"):
        words(lang)("rank", range=3)
