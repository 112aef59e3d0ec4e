"""Sentences that must follow the figures: first places, draws, gaps, paces, what counts as weak."""

import re
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files

import pandas as pd
import pytest

from quyu.maps.palette import REGION
from quyu.pages import front, indicators, inequality, partners, region, targets
from quyu.pages import method as colophon
from quyu.regions.strategy import region_of
from quyu.study import Study, certainty, regional, report_year
from quyu.study.certainty import others, share, sure_of
from quyu.words import LANGUAGES, words

YEAR = report_year()
HUBEI, SHANGHAI, GUANGDONG = "420000", "310000", "440000"


@pytest.fixture(scope="module", params=LANGUAGES)
def study(opened, request):
    return opened(request.param)


@pytest.fixture(scope="module")
def english(opened):
    return opened("en")


def text(part):
    return re.sub("<[^>]+>", " ", part.data)


@pytest.mark.parametrize(
    ("rivals", "title"),
    [
        ([], "Beijing comes first"),
        (["Shanghai"], "No clear first place: Beijing is not clearly ahead of Shanghai"),
        (
            ["Shanghai", "Fujian", "Hainan"],
            "No clear first place: Beijing is not clearly ahead of 3 other provinces",
        ),
    ],
)
def test_the_front_title_names_a_first_only_where_there_is_one(english, monkeypatch, rivals, title):
    monkeypatch.setattr(front, "alike", lambda *asked: rivals)
    assert front._title(english, YEAR) == title


def test_the_front_title_agrees_with_the_draws(study):
    rivals = certainty.alike(study, YEAR, "110000")
    told = front._title(study, YEAR)
    assert study.short["110000"] in told
    assert others(rivals, study.say) in told, "one or two by name, more by their number"


def test_the_map_of_a_region_names_a_first_only_where_there_is_one(english, monkeypatch):
    east = region_of("東部")
    monkeypatch.setattr(region, "alike", lambda *asked: ["Shanghai"])
    drawn = region.region_map(english, east, YEAR).data
    assert ">No clear first place in the East: Beijing is not clearly ahead of Shanghai" in drawn
    monkeypatch.setattr(region, "alike", lambda *asked: [])
    assert ">Beijing has the highest index" in region.region_map(english, east, YEAR).data


def test_only_what_every_draw_gives_is_all_of_them():
    assert [share(p) for p in (1.0, 0.9999, 0.9949, 0.0049, 0.0001, 0.0)] == [
        "100%", ">99%", "99%", "<1%", "<1%", "0%"
    ]  # fmt: skip
    assert sure_of(1.0, words("zh-hant")) == "全部模擬"
    assert sure_of(0.9999, words("en")) == "in >99% of draws"
    row = pd.Series({"tier": "一級", "probability": 0.9999, "borderline": False, "second": "二級"})
    assert certainty.tier(row, words("en")) == "tier 1 (>99%)"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_others_are_counted_from_three(lang):
    say = words(lang)
    assert others(["A", "B"], say) == say.join(["A", "B"])
    assert "3" in others(["A", "B", "C"], say)


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("none", "what is still missing stays empty and is not estimated"),
        ("knn", "what is still missing is estimated by nearest neighbours and flagged"),
    ],
)
def test_the_foot_says_how_gaps_are_met(english, method, told):
    card, rule = english.card, english.card.framework.missing
    choices = card.framework.model_copy(
        update={"missing": rule.model_copy(update={"method": method, "interior": 3, "edge": 2})}
    )
    line = colophon.colophon(
        replace(english, card=replace(card, framework=choices)), YEAR, "Report"
    )[0]
    assert line.endswith(f"interpolated over at most 3 years, carried over at most 2); {told}.")
    assert "nothing is estimated" not in line


def test_paces_have_a_unit(english):
    said = text(targets.targets_table(english, SHANGHAI))
    row = regional.targets_of(english).table.query("adcode == @SHANGHAI").set_index("indicator")
    actual = row.at["rd_intensity", "actual_pace"]
    assert actual < 0
    assert f"actual {english.say.significant(actual)} percentage points, needed +" in said
    assert re.search(r"actual \+19,\d{3} yuan per person, needed \+4,\d{3} yuan per person", said)
    assert "360,000 yuan per person by 2025" in said


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.5, "+0.5 percentage points"),
        (-0.5, "−0.5 percentage points"),
        (0.0, "0 percentage points"),
    ],
)
def test_a_difference_carries_its_sign_where_asked(english, value, told):
    assert targets.told_difference(english, value, "rd_intensity", sign=True) == told


def test_what_no_series_tells_is_said_in_words(study):
    said = text(targets.targets_table(study, GUANGDONG))
    assert "—" not in said
    assert said.count(study.say("missing")) >= 3
    assert study.say("targets.untold") in said


def test_targets_run_to_the_last_year_published_and_say_so(study):
    told = {
        "en": "to the last year published, whatever the year of the report",
        "zh-hant": "列至公布的最後一年，不隨報告的年份而變",
        "zh-hans": "列至公布的最后一年，不随报告的年份而变",
    }
    assert told[study.lang] in text(targets.targets_table(study))


def test_what_counts_as_weak_is_taken_from_the_parameters(english, monkeypatch):
    assert partners.weak_limit(english) == "the national median"
    assert "below the national median" in text(partners.partners(english, HUBEI, YEAR))
    third = partners.assistance().model_copy(update={"weak_below": Fraction(1, 3)})
    monkeypatch.setattr(partners, "assistance", lambda: third)
    assert partners.weak_limit(english) == "the 33% quantile of the nation"
    for part in (
        partners.partners(english, HUBEI, YEAR),
        partners.partners_table(english, YEAR),
    ):
        assert "below the 33% quantile of the nation" in text(part)


def test_one_indicator_ranks_and_two_rank(english, monkeypatch):
    frame = english.indicators(GUANGDONG, YEAR)
    for top, told in ((1, "1 ranks in the upper half"), (2, "2 rank in the upper half")):
        ranks = [1.0] * top + [31.0] * (len(frame) - top)
        moved = frame.assign(rank=ranks, of=31.0)
        monkeypatch.setattr(Study, "indicators", lambda *asked, moved=moved: moved)
        assert told in indicators.positions_chart(english, GUANGDONG, YEAR).data


def test_the_picture_of_the_regions_is_described_year_by_year(study):
    html = inequality.region_chart(study).data
    (alt,) = set(re.findall(r'aria-label="([^"]*)"', html))
    finding = re.search(r'<figcaption class="finding">(.*?)</figcaption>', html)[1]
    assert alt != finding
    assert all(str(year) in alt for year in range(2016, 2025))


def test_a_page_and_a_map_give_an_area_one_colour():
    style = (files("quyu.pages") / "templates" / "style.css").read_text(encoding="utf-8").lower()
    for name, area in (("east", "東部"), ("central-west", "中西部"), ("northeast", "東北")):
        assert f"--{name}: {REGION[area].lower()};" in style
