"""Every "try this" of a notebook runs as it stands, after the cells above it, in every language."""

import re

import nbformat
import pytest

from quyu.batch.prose import prose
from quyu.facts import embedded
from quyu.words import simplified, words

NOTEBOOKS = sorted((embedded() / "notebooks").glob("*.ipynb"))
FENCE = re.compile(r"^```python\n(.*?)^```$", re.S | re.M)
TRIED = [path for path in NOTEBOOKS if "```python" in path.read_text(encoding="utf-8")]


@pytest.mark.prove
@pytest.mark.parametrize("path", TRIED, ids=lambda path: path.stem)
def test_a_suggestion_runs_as_it_stands(path, opened, monkeypatch):
    monkeypatch.setattr("quyu.open_study", lambda *given, **options: opened("en"), raising=False)
    names = {"display": lambda _: None}  # as a kernel has it
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
        for code in FENCE.findall(cell.source) if cell.cell_type == "markdown" else ():
            assert 1 <= len(code.splitlines()) <= 3, code
            exec(code, dict(names))


@pytest.mark.parametrize("path", TRIED, ids=lambda path: path.stem)
def test_a_suggestion_is_the_same_in_every_language(path):
    own, others = prose(path, words("zh-hant")), [prose(path, words(x)) for x in ("en", "zh-hans")]
    for cell, text in own.items():
        code = FENCE.findall(text)
        assert [FENCE.findall(other[cell]) for other in others] == [code, [*map(simplified, code)]]
