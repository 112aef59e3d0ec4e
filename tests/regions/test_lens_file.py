"""Reading the lenses: what is written, and every fault that a file can have."""

import copy

import pytest
import yaml

from quyu.facts import embedded
from quyu.regions.lens import MEASURES, read_lenses


@pytest.fixture(scope="module")
def embedded_file():
    return yaml.safe_load((embedded() / "params" / "regions.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def given(embedded_file):
    return copy.deepcopy(embedded_file)


@pytest.fixture
def read(tmp_path):
    def read(given):
        path = tmp_path / "regions.yaml"
        path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
        return read_lenses(path)

    return read


def test_the_embedded_file_holds_the_three_lenses_of_the_clause():
    found = {lens.region: [part.id for part in lens.parts] for lens in read_lenses()}
    assert found == {
        "東部": ["leading_goals", "frontier", "breadth", "innovation"],
        "中西部": ["strengths", "rise", "distinctive", "catch_up"],
        "東北": ["environment", "new_drivers", "renewal", "momentum"],
    }


def test_every_measure_is_used_and_every_text_is_there():
    parts = [part for lens in read_lenses() for part in lens.parts]
    assert {part.measure for part in parts} == {*MEASURES}
    for part in parts:
        for text in (part.name, part.unit, part.tells, part.cannot):
            assert text.zh_hant.strip() and text.en.strip()
        assert part.tells.zh_hant[-1] == part.cannot.zh_hant[-1] == "。"


def test_a_file_of_ones_own(given, read):
    given["regions"] = given["regions"][2:]
    given["regions"][0]["lens"]["parts"].pop()
    (lens,) = read(given)
    assert (lens.region, len(lens.parts), lens.parts[1].since) == ("東北", 3, 2019)
    assert lens.parts[1].options == {
        "formula": "(hightech_mfg_revenue + software_business_revenue) / gdp",
        "since": 2019,
    }


FAULTS = [
    (
        ["lens", "colour"],
        1,
        r"node 'leading': unknown key 'colour'; known keys are id, region",
    ),
    (["lens", "region"], "東部", "node 'east': the region of a lens is the one that it stands"),
    (["capital"], 1, "node 'east': unknown key 'capital'; known keys are id, name, .*, lens"),
    (["lens"], None, "node 'east', lens: Input should be"),
    (["lens", "parts", 0, "colour"], 1, "node 'leading_goals': unknown key 'colour'; known keys"),
    (
        ["lens", "parts", 0, "measure"],
        "magic",
        "unknown measure 'magic'; known are top_goals, clos",
    ),
    (["lens", "parts", 0, "since"], 2019, "'top_goals' has no option 'since'; it has top"),
    (["lens", "parts", 1, "top"], 0.5, "'closeness' has no option 'top'; it has no option"),
    (
        ["lens", "parts", 3, "indicators"],
        None,
        "'mean_of_indicators' needs its option 'indicators'",
    ),
    (["lens", "parts", 3, "indicators"], [], "node 'innovation', indicators: .* at least 1 item"),
    (["lens", "parts", 0, "top"], 1.5, "node 'leading_goals', top: .* less than or equal to 1"),
    (["lens", "parts", 0, "id"], "breadth", "the id 'breadth' is used more than once"),
    (["lens", "parts", 0, "tells"], {"en": "x"}, "node 'leading_goals', tells.zh-hant: missing"),
    (["lens", "parts"], [], "node 'leading', parts: .* at least 3 items"),
]


@pytest.mark.parametrize(("place", "value", "told"), FAULTS)
def test_faults_are_told_by_region_and_part(given, read, place, value, told):
    part = given["regions"][0]
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    with pytest.raises(ValueError, match=told) as fault:
        read(given)
    assert "regions.yaml" in str(fault.value)


def test_two_or_five_parts_are_refused(given, read):
    parts = given["regions"][0]["lens"]["parts"]
    parts.append({**parts[0], "id": "fifth"})
    with pytest.raises(ValueError, match="at most 4 items"):
        read(given)
    del parts[2:]
    with pytest.raises(ValueError, match="at least 3 items"):
        read(given)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "is not valid YAML"),
        ("- 1", "must hold keys"),
        ("regions: []", "regions: .* at least 1 item"),
        ("regions: [1]", "regions.0: .*found 1"),
        ("regions: [{id: east}]", "node 'east', lens: missing; write this key, which is needed"),
    ],
)
def test_a_file_that_holds_something_else(tmp_path, text, told):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        read_lenses(path)
