"""The lens on the page: bounds told as bounds, percentiles that make up a part, regions of few."""

import re
from dataclasses import replace

import pytest

from quyu.facts.faults import Refusal
from quyu.pages import lens
from quyu.pages.lens_reasons import value
from quyu.regions.strategy import region_of
from quyu.study import report_year
from quyu.study.regional import lens_of
from quyu.words import LANGUAGES

YEAR = report_year()
GANSU, CHONGQING, LIAONING, GUIZHOU = "620000", "500000", "210000", "520000"


@pytest.fixture(scope="module")
def study(opened):
    return opened()


@pytest.fixture(scope="module")
def found(study):
    return {name: lens_of(study, name, YEAR) for name in ("東部", "中西部", "東北")}


def text(part) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", part.data))


def regrouped(study, **regions):
    """The study with other regions for some provinces: c110000="東部"."""
    register = study.facts.provinces.copy()
    for code, region in regions.items():
        register.loc[code.lstrip("c"), "region"] = region
    return replace(study, facts=replace(study.facts, provinces=register))


def test_a_distance_longer_than_the_figures_is_told_as_a_bound(study, found):
    detail = found["中西部"].detail["catch_up"]
    assert detail.at[GANSU, "censored"] and not detail.at[CHONGQING, "censored"]
    bound, exact = (text(lens.province_lens(study, code, YEAR)) for code in (GANSU, CHONGQING))
    assert "落後多於 9 年" in bound and "至少 9 年前就已超過這個水平" in bound
    years = f"{detail.at[CHONGQING, 'years']:.1f}"
    assert f"落後 {years} 年" in exact and f"約 {years} 年前是這個水平" in exact


def test_a_province_ahead_is_not_called_behind(study, found):
    part = next(p for p in found["中西部"].choice.parts if p.measure == "catch_up")
    years = found["中西部"].detail["catch_up"]["years"]
    ahead = years.index[years < 0]
    assert len(ahead)
    for code in ahead:
        assert value(study, found["中西部"], part, code).startswith("領先")
    english = replace(study, lang="en")
    assert "years ahead" in value(english, found["中西部"], part, ahead[0])


def test_a_part_of_two_changes_can_be_worked_out_from_what_is_printed(study, found):
    said = text(lens.province_lens(study, LIAONING, YEAR))
    for name, printed in (("新動能", 2), ("產業改造升級", 2)):
        row = said.split(f" {name} ")[1]
        total = float(re.search(r" ([\d.]+) 百分位（", row)[1])
        ranks = [float(rank) for rank in re.findall(r"[（；]百分位 (\d+)）", row)[:printed]]
        assert sum(ranks) / printed == pytest.approx(total, abs=0.5)
    detail = found["東北"].detail
    against = [f"{100 * detail['new_drivers'].at[LIAONING, 'change_against']:+.1f}"]
    for name in ("new_product_sales", "industrial_rd"):
        against.append(f"{detail['renewal'].at[LIAONING, f'{name}_against']:+.1f}")
    printed = re.findall(r"（與全國中位數相比 ([+−\d.]+)；", said)
    assert [each.replace("−", "-") for each in printed] == against


def test_the_value_has_the_unit_and_prices_of_its_indicator(study):
    said = text(lens.province_lens(study, GANSU, YEAR))
    assert "單位：元（2019 年價）" in said and f"東部中位數 {YEAR} 年為" in said
    assert re.search(r"[\d.]+ 倍（與全國之比）", said)
    assert "%的目標" in text(lens.province_lens(study, "440000", YEAR))


def test_what_each_part_cannot_see_stands_beside_it(study, found):
    said = text(lens.province_lens(study, GANSU, YEAR))
    assert all(part.cannot.zh_hant in said for part in found["中西部"].choice.parts)
    assert "0 為全國末位，100 為首位" in said


def test_a_cross_section_among_the_reasons_is_marked(study, found):
    best = found["中西部"].detail.at[GANSU, ("strengths", "best")]
    flags = study.card.flags.loc[(GANSU, YEAR), list(best)]
    said = text(lens.province_lens(study, GANSU, YEAR))
    assert (flags == "structural").any()
    assert said.count("〔截面〕") == (flags == "structural").sum()


def test_the_table_of_all_lenses_gives_national_ranks(study, found):
    said = lens.lenses_table(study, YEAR).data
    for code in ("440000", GUIZHOU, LIAONING):
        row = re.search(
            rf"<tr[^>]*><th[^>]*>(?:<span[^>]*>)?{study.short[code]}<.*?/th>(.*?)</tr>", said
        )[1]
        assert re.findall(r"（第 (\d+)）", row) == [
            f"{found[name].ranks.at[code, 'nation']:.0f}" for name in ("東部", "中西部", "東北")
        ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_region_of_one_province_has_no_order(study, lang):
    alone = replace(regrouped(study, c220000="中西部", c230000="中西部"), lang=lang)
    said = text(lens.province_lens(alone, LIAONING, YEAR))
    assert {"zh-hant": "只有這一個省份", "zh-hans": "只有这一个省份", "en": "no other province"}[
        lang
    ] in said
    chart = text(lens.lens_chart(alone, region_of("東北"), YEAR))
    assert {"zh-hant": "只看得到", "zh-hans": "只看得到", "en": "a single province"}[lang] in chart


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_region_without_provinces_leaves_a_sentence(study, lang):
    moved = {f"c{code}": "中西部" for code in ("210000", "220000", "230000")}
    empty = replace(regrouped(study, **moved), lang=lang)
    place = region_of("東北")
    told = empty.say("region.nobody", region=empty.area("東北"), year=YEAR)
    for part in (lens.lens_table, lens.lens_chart):
        assert told in text(part(empty, place, YEAR))
    assert lens.first_of(empty, place, YEAR) in empty.provinces.index
    assert lens.lenses_table(empty, YEAR).data.count("<tr") > 31


def test_a_framework_without_the_goals_of_a_lens_says_so(study):
    figures = study.figures.drop(columns=["software_business_revenue"])
    bare = replace(study, figures=figures)
    with pytest.raises(Refusal, match="software_business_revenue"):
        bare.lens("northeast", YEAR)
    assert bare.lens("東部", YEAR)["score"].notna().all()
    assert "software_business_revenue" in text(lens.province_lens(bare, LIAONING, YEAR))
