"""Parameters are refused by name before any kernel starts."""

import re

import pytest

from quyu.facts import embedded
from quyu.pages.parameters import Parameters, ProvinceReport, RegionReport
from quyu.study import report_year


def test_reads_what_is_allowed_and_fills_the_rest():
    asked = ProvinceReport.read({"province": "廣東"})
    assert asked.model_dump() == {
        "year": report_year(), "data": "", "framework": "", "lang": "zh-hant", "province": "廣東"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "'province' is needed"),
        ({"province": "x", "yaer": 2022}, "did you mean 'year'"),
        ({"province": "x", "qqq": 1}, "known: year, data, framework, lang, province"),
        (
            {"province": 11000},
            "province is 11000 (int); it must be str (papermill -r passes a text",
        ),
        ({"province": "x", "year": "2023"}, "year is '2023' (str); it must be int"),
        ({"province": "x", "lang": "fr"}, "lang is 'fr'; there are zh-hant, zh-hans, en"),
    ],
)
def test_refusals_name_the_culprit(values, told):
    with pytest.raises(ValueError) as refusal:
        ProvinceReport.read(values)
    assert told in str(refusal.value)


def test_every_fault_is_listed_at_once():
    with pytest.raises(ValueError) as refusal:
        RegionReport.read({"year": "x", "lang": "fr", "extra": 1})
    assert all(word in str(refusal.value) for word in ("year", "lang", "extra", "region"))


def test_a_cell_with_a_name_nearly_ours_is_refused():
    # papermill -p provnce 110000 would otherwise write the default province's report
    with pytest.raises(ValueError, match="did you mean 'province'"):
        ProvinceReport.from_cell({"province": "440000", "provnce": "110000"})


def test_the_cell_that_papermill_injected_is_compared_exactly():
    asked = {"_ih": ["", "year = 0", "# Parameters\nyaer = 2022\n"], "yaer": 2022}
    with pytest.raises(ValueError, match=r"'yaer' is not a parameter .*did you mean 'year'"):
        Parameters.from_cell(asked)
    own = {"_ih": ["", "province2 = '1'", "# Parameters\nprovince = 440000\n"], "province2": "1"}
    assert ProvinceReport.from_cell({**own, "province": 440000}).province == "440000"


def test_a_cell_may_hold_other_names():
    namespace = {"year": 2022, "_": 1, "rows": 3, "In": ["x"], "yearly": [1]}
    assert Parameters.from_cell(namespace).year == 2022


def test_a_year_left_out_or_nought_is_the_one_that_the_framework_reports(tmp_path):
    text = (embedded() / "params" / "framework.yaml").read_text(encoding="utf-8")
    own = tmp_path / "mine.yaml"
    own.write_text(re.sub(r"report_year: \d+", "report_year: 2021", text), encoding="utf-8")
    for given in ({}, {"year": 0}):
        assert Parameters.read({**given, "framework": str(own)}).year == 2021
    with pytest.raises(ValueError, match="there is no framework file"):
        Parameters.read({"framework": str(tmp_path / "none.yaml")})
