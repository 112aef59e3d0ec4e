"""How sentences are written: punctuation, percentages, and no share of the draws called certainty."""

import re

import nbformat
import pytest

from quyu.facts import embedded, load
from quyu.index import read_framework
from quyu.regions.strategy import regions
from quyu.words import words
from quyu.words.catalogue import _read

# Half-width marks next to a Chinese character; ln(指數) is a formula.
HALF = re.compile(r"[\u3400-\u9fff][,;:!?()\"']|(?<!ln)[,;:!?()\"'][\u3400-\u9fff]")
HAN = re.compile(r"[\u3400-\u9fff]")
MARKED = re.compile(r'<(\w+) lang="zh-Han[st]">.*?</\1>')
SPACED = re.compile(r"[\d}] %")


def prose():
    """The Chinese of the notebooks, without what is code."""
    for path in sorted((embedded() / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield f"{path.stem}.{cell.id}", re.sub(r"`[^`]*`", "", cell.source)


def noted():
    """The texts of the framework and of the strategy, in both languages."""
    framework = read_framework(embedded() / "params" / "framework.yaml")
    for entry in [*framework.index.nodes(), *framework.index.leaves(), *framework.profile]:
        for part in ("name", "note", "unit", "reason"):
            if (text := getattr(entry, part, None)) is not None:
                yield f"{entry.id}.{part}", text
    for region in regions():
        yield from ((f"{region.id}.{part}", getattr(region, part)) for part in ("part", "words"))


def test_chinese_is_written_with_full_width_marks():
    texts = [*_read("zh-hant").items(), *prose(), *((key, text.zh_hant) for key, text in noted())]
    odd = {k: v for k, v in texts if HALF.search(v.replace("ln(指數)", "")) or SPACED.search(v)}
    assert not odd


def test_quotation_marks_are_those_of_the_script():
    assert not {k: v for k, v in [*_read("zh-hant").items(), *prose()] if re.search("[“”]", v)}
    simple = words("zh-hans").texts
    assert not {k: v for k, v in simple.items() if re.search("[「」『』]", v)}
    assert "“" in simple["lens.lead"]


def test_english_is_written_in_english_marks():
    texts = [*_read("en").items(), *((key, text.en) for key, text in noted())]
    odd = {k: v for k, v in texts if re.search("[，。；：、（）「」]| %", MARKED.sub("", v))}
    assert not odd
    assert not {key: text.en for key, text in noted() if HAN.search(text.en)}


@pytest.mark.parametrize(("lang", "word"), [("en", r"\bcertain\b|certainty"), ("zh-hant", "把握")])
def test_a_share_of_the_draws_is_not_called_certainty(lang, word):
    assert not {key: text for key, text in _read(lang).items() if re.search(word, text)}


def test_the_outline_has_a_capital_and_one_name():
    english = _read("en")
    assert not {k: v for k, v in english.items() if re.search(r"\b[Tt]he outline\b", v)}
    named = {
        m for text in english.values() for m in re.findall(r"Outline for Building[\w ]+", text)
    }
    assert {" ".join(name.split()[:6]) for name in named} == {
        "Outline for Building a Quality Power"
    }


def test_caveats_are_for_readers():
    book = load().codebook
    english = book[["name_en", "unit_en", "definition", "caveat", "verification"]]
    odd = english.apply(lambda column: column.fillna("").str.contains(r"[\u3400-\u9fff]|\d %"))
    assert not odd.to_numpy().any()
    names = "|".join(name for name in book.index if "_" in name)
    assert not book["caveat"].fillna("").str.contains(rf"\b(?:{names})\b|take logs").any()
    assert not book["caveat_zh_hant"].fillna("").str.contains(HALF.pattern).any()
