"""Every part of the reports and notebooks as plain text, as it was last read and found good.

The notebooks are the only address: their code cells run here one after the other, and what each
shows becomes lines of text under the notebook's name and the cell's. A page that shall say something
else is written anew by

    pytest tests/pages/test_golden.py --renew

and the difference is read like any other, in `git diff tests/pages/golden`.
"""

import difflib
import re
import sys
from pathlib import Path

import pytest

from quyu.study import open_study
from quyu.words import LANGUAGES, simplified

HERE = Path(__file__).parent / "golden"
HAN, MARKED = re.compile(r"[\u3400-\u9fff]"), re.compile("⟦.*?⟧", re.S)
SHOWN = {
    "report-province": [{"province": "廣東"}, {"province": "西藏"}],
    "report-region": [{"region": "東北"}, {"region": "東部"}, {"region": "中西部"}],
    "1-data": [{}],
    "2-score": [{}],
    "3-robustness": [{}],
    "4-regions": [{}],
    "5-assistance": [{}],
    "6-targets": [{}],
    "7-audit": [{}],
    "explore": [{}],
    "gallery": [{}],
}
RUNS = [(name, asked) for name, given in SHOWN.items() for asked in given]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_says_what_it_said(opened, shown, lang, request, monkeypatch, capsys):
    _everywhere(monkeypatch, open_study, lambda *args, **kwargs: opened(lang))
    parts = {}
    for name, asked in RUNS:
        parts |= shown(name, {**asked, "lang": lang})
    assert capsys.readouterr() == ("", "")  # a page has no place for what is printed or warned of
    found = "\n".join(f"== {part}\n{text}\n" for part, text in parts.items())
    file = HERE / f"{lang}.txt"
    if request.config.getoption("--renew"):
        file.write_text(found, encoding="utf-8")
    kept = file.read_text(encoding="utf-8")
    changed = difflib.unified_diff(
        kept.splitlines(), found.splitlines(), "kept", "found", lineterm="", n=1
    )
    told = "\n".join(line[:300] for line in list(changed)[:80])
    assert not told, f"{told}\nIf it is meant: pytest tests/pages/test_golden.py --renew"


def _everywhere(monkeypatch, function, instead):
    """Every module of ours that knows `function` by its name gets another."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith("quyu"):
            for name, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, name, instead)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_speaks_one_language(lang):
    text = (HERE / f"{lang}.txt").read_text(encoding="utf-8")
    for part in re.split(r"^== ", text, flags=re.M)[1:]:
        name, _, told = part.partition("\n")
        assert told.strip(), name
        assert not re.search(r"\bnan\b", told), name
        assert not re.search(r"</?[a-z]+[ >]", told), name  # markup that was escaped twice
        if lang == "en":
            assert not HAN.findall(MARKED.sub("", told)), name
        elif lang == "zh-hans":
            assert simplified(told) == told, name


def test_a_fragment_becomes_lines_of_text(plain):
    table = "<table><tr><th>a</th><th title='b'>1 </th></tr><tr><td>c</td><td></td></tr></table>"
    assert plain(f"<p>one <b>two</b>\nthree</p>{table}") == ["one two three", "a\t{b} 1", "c\t"]
