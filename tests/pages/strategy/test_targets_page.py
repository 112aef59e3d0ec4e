"""Targets on the page: years that the trend tells and those it does not, units, what comes later."""

import math
import re
from dataclasses import replace

import pandas as pd
import pytest

from quyu.pages import targets
from quyu.pages.targets import province_targets, reached
from quyu.study import open_study, regional, report_year
from quyu.words import LANGUAGES

YEAR = report_year()
ANHUI, SHANGHAI, GUANGDONG, CHONGQING = "340000", "310000", "440000", "500000"


@pytest.fixture(scope="module")
def study(opened):
    return opened()


def text(part):
    """What a reader reads of a table or a paragraph."""
    return re.sub("<[^>]+>", " ", part.data)


def forecast(**told):
    row = {"outcome": "expected", "reached": 2027.0, "low": 2026.0, "high": 2028.0, "points": 6}
    return pd.Series(row | {"holdout_trend": 0.1, "holdout_drift": 0.2} | told)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({}, "照趨勢約 2027 年（5–95%：2026–2028）"),
        ({"low": 2027.0, "high": 2027.0}, "照趨勢約 2027 年（5–95%：2027）"),
        ({"high": math.inf}, "照趨勢約 2027 年（5–95%：2026 年至無期）"),
        ({"outcome": "unclear", "high": math.inf}, "走勢不足以判斷達標年份"),
        ({"outcome": "reached", "low": math.nan, "high": math.nan}, "2027 年已達"),
        ({"outcome": "too few points"}, "點數不足（6），不推算"),
    ],
)
def test_a_year_is_told_with_its_doubt(study, told, wanted):
    assert reached(study, forecast(**told)) == wanted


def test_the_nations_pass_rate_has_a_trend_that_tells_no_year(study):
    found = regional.outlook_of(study)
    unclear = found[found["outcome"] == "unclear"]
    assert (unclear["high"] == math.inf).any()
    said = text(targets.outlook_table(study))
    assert "走勢不足以判斷達標年份" in said
    assert "不早於" not in said
    assert "無期" not in said


@pytest.mark.parametrize(
    ("lang", "shares", "count"),
    [
        ("zh-hant", "趨勢 0.171 個百分點，漂移 0.244 個百分點", "趨勢 2,886 家"),
        ("en", "trend 0.171 percentage points, drift 0.244 percentage points", "trend 2,886,"),
    ],
)
def test_errors_have_a_unit(lang, shares, count):
    said = text(targets.outlook_table(open_study(lang=lang), SHANGHAI))
    assert shares in said
    assert count in said


def test_what_was_published_after_a_break_stands_beside_the_latest(study):
    said = text(targets.targets_table(study, SHANGHAI))
    row = regional.targets_of(study).table.query("adcode == @SHANGHAI and later == later").iloc[0]
    later = study.say.significant(row["later"])
    assert f"4.34（2023）；此後口徑已變：{later}（2024）" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_province_without_targets_is_one_sentence(lang):
    subject = open_study(lang=lang)
    alone = province_targets(subject, ANHUI)
    assert alone.data == targets.targets_table(subject, ANHUI).data
    assert alone.data.count("<p>") == 1
    assert province_targets(subject, SHANGHAI).data.count("<table") == 2
    assert "<p>" in province_targets(subject, GUANGDONG).data  # targets, but no public series


def test_no_targets_at_all_is_a_sentence(study):
    none = replace(study, facts=replace(study.facts, targets=study.facts.targets.iloc[:0]))
    assert "沒有官方目標" in text(targets.targets_table(none))


def test_one_target_is_no_plural():
    assert "Official targets: 1;" in text(targets.targets_table(open_study(lang="en"), GUANGDONG))


def test_the_outline_has_one_english_name():
    said = text(targets.targets_table(open_study(lang="en")))
    assert "Outline for Building a Quality Power" in said
    assert "Powerhouse" not in said


def test_attainment_by_hand(study):
    """Shanghai's firms: from 24,246 to 25,244 of the way to 26,000."""
    said = text(targets.targets_table(study, SHANGHAI))
    assert "24,246（2022）" in said
    assert f"{(25244 - 24246) / (26000 - 24246):.0%}" in said


def test_censored_years_are_more_than(study):
    said = targets.behind_table(study, YEAR).data
    row = re.search(r"<tr[^>]*><th[^>]*>雲南</th>(.*?)</tr>", said)[1]
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == [
        "&gt; 8.0", "&gt; 9.0", "&gt; 9.0"
    ]  # fmt: skip
    row = re.search(r"<tr[^>]*><th[^>]*>北京</th>(.*?)</tr>", said)[1]
    assert "領先 &gt; 8.0" in row
