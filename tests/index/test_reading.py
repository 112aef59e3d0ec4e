"""A framework file: every fault is told by file and node."""

from textwrap import dedent

import pytest

from quyu.index import read_framework

GOOD = """
name: {zh-hant: 小世界, en: small world}
version: "1"
years: [2020]
report_year: 2020
base_year: 2020
index:
  id: index
  name: {zh-hant: 指數, en: index}
  children:
    - id: goal
      name: {zh-hant: 目標, en: goal}
      children:
        - id: leaf
          name: {zh-hant: 葉, en: leaf}
          formula: x
          direction: "+"
          evidence: direct
          phrase: 句
          unit: {zh-hant: 元, en: yuan}
"""


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "my.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write


def test_reads(file):
    assert read_framework(file(GOOD)).indicators[0].name.zh_hant == "葉"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("formula: x", "formul: x", "my.yaml: node 'leaf': unknown key 'formul'; known keys are id"),
        ("formula: x", "weight: -1\n          formula: x", "node 'leaf', weight: .*found -1"),
        ("formula: x", "formula: x.y", "node 'leaf': formula: 'x.y', character 1: the expression"),
        ('direction: "+"', "direction: up", "node 'leaf', direction: direction is 'up'"),
        ('direction: "+"', "direction: +1", "node 'leaf', direction: direction is 1; write"),
        ('direction: "+"', "direction: -", r"(?s)my.yaml is not valid YAML.*line 17.*need quotes"),
        ("    - id: goal", "    - id: goal\n      aggregate: mean", "node 'goal', aggregate: unknown agg"),
        ("id: leaf", "id: no", "id: YAML reads this as False; put it in quotes"),
        ("id: leaf", "id: goal", "the id 'goal' is used more than once"),
        ("version: \"1\"", "version: 1", "version: Input should be a valid string .found 1."),
        ("report_year: 2020", "report_year: 2020\nreport_year: 2021", "'report_year' is written twice"),
        ("phrase: 句", "", "node 'leaf', phrase: Field required"),
        ("zh-hant: 葉,", "", "node 'leaf', name.zh-hant: Field required"),
    ],
)  # fmt: skip
def test_tells_the_fault(file, old, new, message):
    assert old in GOOD
    with pytest.raises(ValueError, match=message):
        read_framework(file(GOOD.replace(old, new)))


def test_tells_every_fault_at_once(file):
    broken = GOOD.replace("evidence: direct", "evidence: none").replace('"+"', "up")
    with pytest.raises(ValueError, match=r"(?s)direction.*\n.*evidence"):
        read_framework(file(broken))


@pytest.mark.parametrize("text", ["", "- a\n- b", "just words"])
def test_something_else_is_no_framework(file, text):
    with pytest.raises(ValueError, match="must hold keys"):
        read_framework(file(text))
