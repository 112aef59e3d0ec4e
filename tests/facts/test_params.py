"""Files of parameters: read whole, or refused with file, node, key and remedy."""

import sys
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from quyu.facts import embedded
from quyu.facts.params import read_params


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    share: float = Field(0.5, ge=0, le=1)
    kind: Literal["a", "b"] = "a"


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    leaves: tuple[Leaf, ...] = ()


GOOD = "name: x\nleaves:\n  - {id: one, share: 0.2}\n  - {id: two}\n"


def read(tmp_path, text, model=Tree):
    path = tmp_path / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_params(path, model, "Look it up.")


def test_what_is_written_is_read_with_or_without_a_model(tmp_path):
    tree = read(tmp_path, GOOD)
    assert [(leaf.id, leaf.share) for leaf in tree.leaves] == [("one", 0.2), ("two", 0.5)]
    plain = {"name": "x", "leaves": [{"id": "one", "share": 0.2}, {"id": "two"}]}
    assert read(tmp_path, GOOD, None) == plain


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"must hold keys with their values, found nothing"),
        ("- a\n- b", r"must hold keys .*found list \['a', 'b'\]"),
        ("just words", "must hold keys .*found str 'just words'"),
        ("name: [x", r"(?s)is not valid YAML in UTF-8: .*line 1.*need quotes"),
        ("name: 東".encode("big5"), r"is not valid YAML in UTF-8"),
        ("name: 2020-13-01", "is not valid YAML in UTF-8: month must be"),
        ("? [a]\n: 1", "is not valid YAML"),
        ("name: x\nname: y", r"(?s)the key 'name' is written twice.*line 2"),
        ("leaves: []", "mine.yaml: name: missing; write a text, or zh-hant and en"),
        (GOOD.replace("0.2", "2"), "mine.yaml, line 3: node 'one', share: .*less than or equal to 1 .found 2"),
        (GOOD.replace("share: 0.2", "kind: c"), "mine.yaml, line 3: node 'one', kind: .*'a' or 'b' .found 'c'"),
        (GOOD.replace("two", "two, size: 3"), "mine.yaml, line 4: node 'two', size: Extra inputs"),
        (GOOD.replace("id: two", "share: 1"), "mine.yaml, line 4: leaves.1.id: missing; write a word of letters"),
    ],
)  # fmt: skip
def test_refusals(tmp_path, text, told):
    with pytest.raises(ValueError, match=told) as refusal:
        read(tmp_path, text)
    assert str(tmp_path / "mine.yaml") in str(refusal.value)
    assert str(refusal.value).endswith("Look it up.")


def test_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"(?s)'one', share.*\n.*'two', kind"):
        read(tmp_path, GOOD.replace("0.2", "2").replace("two", "two, kind: c"))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"none.yaml cannot be read: No such file"):
        read_params(tmp_path / "none.yaml")


def test_a_wheel_holds_the_embedded_files_inside_the_package(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "quyu"
    monkeypatch.setattr(
        sys.modules["quyu.facts.params"], "__file__", str(package / "facts" / "params.py")
    )
    with pytest.raises(ValueError, match="looked for geodata"):
        embedded()
    data = package / "embedded" / "geodata"
    data.mkdir(parents=True)
    (data / "figures.csv").touch()
    assert embedded() == package / "embedded"


LAUGHS = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: " + "[" * 5000 + "]" * 5000, "more than 100 levels, one in the other"),
        ("name: " + "[" * 200_000, "more than 100 levels"),
        ("- " * 100_000 + "a", "more than 100 levels"),
        ("".join(f"{' ' * n}a:\n" for n in range(1000)), "more than 100 levels"),
        ("name: x\n" * 100_000, "(?s)the key 'name' is written twice"),
        (f"l0: &l0 [x]\n{LAUGHS}", "unfolds to more than 500,000 values"),
        ("a: &a [*a]", "is not valid YAML|must hold|Extra"),
        ("#" * (5 << 20), "4 MB of text|up to 4 MB"),
    ],
)
def test_what_would_not_come_to_an_end_is_refused(tmp_path, text, told):
    with pytest.raises(ValueError, match=told):
        read(tmp_path, text)
