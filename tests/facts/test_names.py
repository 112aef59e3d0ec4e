"""Whatever people call a province leads to it, or to advice."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.facts import find, load, resolve
from quyu.facts.names import name_columns

PROVINCES = load().provinces
NAMES = [
    (name, code)
    for code, row in name_columns(PROVINCES).iterrows()
    for name in [code, *";".join(row).split(";")]
    if name
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
        ("Atlantis", "Write a name in any script, or an id, like Beijing 北京 (110000)."),
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


CITIES = pd.DataFrame(
    {
        "name": ["杭州市", "宁波市", "Hangzhou West"],
        "aliases": ["Hangzhou", "Ningbo;甬", "Xi Hang"],
    },
    index=["330100", "330200", "hz-west"],
)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("杭州市", "330100"),
        ("寧波市", "330200"),  # the register's script is no matter
        ("甬", "330200"),
        ("HZ West", "hz-west"),
        ("330100", "330100"),
        ("Ningpo", "No city is called 'Ningpo'. Did you mean 宁波市 Ningbo (330200)?"),
        ("China", "is the nation, not a city"),
    ],
)
def test_units_of_any_register_resolve(name, told):
    if told in CITIES.index:
        assert resolve(name, CITIES, "city") == told
    else:
        with pytest.raises(ValueError) as error:
            resolve(name, CITIES, "city")
        assert told in str(error.value)


def test_a_word_that_means_two_things_asks_for_the_id_and_an_id_is_always_meant():
    names = pd.DataFrame({"en": ["Growth", "growth", "x"]}, index=["gdp", "grp", "growth"])
    assert find("growth", names) == "growth"
    with pytest.raises(
        ValueError, match=r"may be Growth \(gdp\) or growth \(grp\) or x \(growth\)"
    ):
        find("GROWTH", names)
