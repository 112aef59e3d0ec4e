"""Whatever people call a province leads to it, or to advice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.facts import load, resolve
from quyu.facts.names import NAME_COLUMNS, index_names

PROVINCES = load().provinces
NAMES = [
    (name, code)
    for code, row in PROVINCES.iterrows()
    for name in [code, *row[list(NAME_COLUMNS)], *row["aliases"].split(";")]
]


@pytest.mark.parametrize(
    "name",
    [
        "廣東",
        "广东省",
        "Guangdong",
        "440000",
        "GUANGDONG PROVINCE",
        "粤",
        " guang-dong ",
        "440000.0",
    ],
)
def test_guangdong_under_all_its_names(name):
    assert resolve(name, PROVINCES) == "440000"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("內蒙", "150000"),
        ("Nei Mongol", "150000"),
        ("ＧＵＡＮＧＤＯＮＧ", "440000"),
        ("４４００００", "440000"),
        ("Shaanxi", "610000"),
        ("Shanxi", "140000"),
        ("Xizang", "540000"),
        ("台灣", "710000"),
        ("Macau", "820000"),
    ],
)
def test_other_names_and_neighbours_in_spelling(name, code):
    assert resolve(name, PROVINCES) == code


@given(st.sampled_from(NAMES), st.sampled_from([str.upper, str.lower, str.title, "　{} ".format]))
def test_every_name_of_the_register_resolves_in_any_dress(name, dress):
    assert resolve(dress(name[0]), PROVINCES) == name[1]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Guangdon", "Did you mean Guangdong 廣東 (440000)"),
        ("广冻", "廣東"),
        ("44000", "440000"),
        ("Atlantis", "Write a name (廣東, 广东省, Guangdong) or an adcode (440000)"),
        ("", "No province named"),
        ("  ", "No province named"),
        ("全國", "is the nation"),
        ("China", "is the nation"),
        ("100000", "is the nation"),
    ],
)
def test_anything_else_gets_advice(name, said):
    with pytest.raises(ValueError) as error:
        resolve(name, PROVINCES)
    assert said in str(error.value)


def test_a_name_of_two_provinces_is_refused():
    clash = PROVINCES.assign(aliases="Elsewhere")
    with pytest.raises(ValueError, match="'Elsewhere' to both 110000 and 120000"):
        index_names(clash)
