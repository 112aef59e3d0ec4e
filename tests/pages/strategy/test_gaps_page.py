"""Gaps and convergence on the page: every year, known numbers, one year, one province or none."""

import math
import re
from dataclasses import replace

import pandas as pd
import pytest
import yaml

from quyu.facts import embedded
from quyu.pages import convergence, inequality, region, region_answers
from quyu.regions.convergence import beta, speed
from quyu.regions.inequality import theil
from quyu.regions.markov import markov
from quyu.regions.strategy import region_of
from quyu.study import disparities, open_study, report_year, spatial
from quyu.words import LANGUAGES

YEAR = report_year()
NORTHEAST = ["210000", "220000", "230000"]


@pytest.fixture(scope="module")
def study(opened):
    return opened()


def text(part) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", part.data))


def rows(part, head: str) -> list[list[str]]:
    """The cells of the rows that begin with `head`."""
    first = rf"(?:<span[^>]*>)?{re.escape(head)}(?:</span>)?"
    found = re.findall(rf"<tr[^>]*><th[^>]*>{first}</th>(.*?)</tr>", part.data)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in found]


def without(study, codes):
    """The study with these provinces in another region."""
    register = study.facts.provinces.copy()
    register.loc[codes, "region"] = "中西部"
    return replace(study, facts=replace(study.facts, provinces=register))


def test_inequality_is_told_for_every_complete_year(study):
    shown = inequality.inequality_table(study)
    figures = [each.id for each in spatial.disparity().figures]
    years = [year for name in figures for year in disparities.inequality_of(study, name).index]
    assert re.findall(r'<th class="n" scope="row">(\d{4})</th>', shown.data) == list(
        map(str, years)
    )


def test_shares_stand_under_their_own_heading(study):
    found = disparities.inequality_of(study, "rd_per_head").iloc[-1]
    cells = rows(inequality.inequality_table(study), "2024")[2]
    expected = ["theil_region", "theil_zone", "theil_weighted_region", "theil_weighted_zone"]
    shown = [cells[1], cells[2], cells[4], cells[5]]
    assert shown == [f"{found[name]:.0%}" for name in expected]
    assert found["theil_zone"] > found["theil_region"]


def test_the_parts_of_gini_are_given_for_regions_and_for_zones(study):
    found = disparities.inequality_of(study, "gdp_per_head").iloc[-1]
    shown = inequality.dagum_table(study)
    for name, grouping in (("三個區域", "region"), ("四個地帶", "zone")):
        shares = [found[f"{p}_{grouping}"] / found["gini"] for p in ("within", "between")]
        assert rows(shown, name)[0][2:4] == [f"{share:.0%}" for share in shares]


def test_a_mean_of_a_region_counts_people(study):
    found = disparities.ratios_of(study)
    values, people = (
        frame["gdp_per_head"].xs(2024, level="year")[NORTHEAST]
        for frame in (found.figures, found.weights)
    )
    heavy = (values * people).sum() / people.sum()
    cells = rows(inequality.region_gaps(study, region_of("東北")), "2024")[0]
    assert cells[0] == study.say.significant(heavy) != study.say.significant(values.mean())
    assert cells[4] == f"{theil(values).total:.3f}"


def test_closer_and_apart_are_told_the_right_way_round(study):
    shown = convergence.sigma_table(study)
    assert rows(shown, "居民人均可支配收入")[0][-1] == "在靠近"
    assert rows(shown, "每萬人有效發明專利")[0][-1] == "在拉開"
    assert "每萬人有效發明專利的 σ 與泰爾 T 一升一降" in text(shown)


def test_conditional_convergence_controls_for_the_four_zones(study):
    values = disparities.ratios_of(study).figures["gdp_per_head"]
    zones = pd.get_dummies(study.provinces["zone"], drop_first=True, dtype=float)
    assert zones.shape[1] == 3
    b = beta(values, 2016, 2024, form="log", controls=zones).fit.coefficients.at[
        "initial", "estimate"
    ]
    shown = rows(convergence.beta_table(study), "2016–2024")
    assert shown[1][0] == "條件（地帶）"
    assert shown[1][1].startswith(study.say.number(b, decimals=4, sign=True))


def test_the_residuals_of_convergence_are_tested_for_neighbours(study):
    shown = convergence.beta_table(study)
    # contiguity, queen: I of absolute β of GDP per head 2016–2024 and of the index 2019–2024
    assert rows(shown, "2016–2024")[0][-1] == "0.10（0.26）"
    assert rows(shown, "2019–2024")[2][-1] == "0.07（0.37）"


@pytest.mark.parametrize(
    ("interval", "told"),
    [
        ((-0.02, -0.005), "69.0 年（34.3–138）"),
        ((-0.02, 0.001), "69.0 年（至少 34.3 年，也可能不收斂）"),
        ((-1.5, -0.005), "69.0 年（0–138）"),
    ],
)
def test_a_half_life_has_the_bounds_of_its_interval(study, interval, told):
    found = speed(-0.01, 1, interval=interval)
    years = dict(zip(("half_life_low", "half_life_high"), found.half_lives, strict=True))
    row = {"high": interval[1], "null": math.nan, "half_life": found.half_life, **years}
    assert convergence.half_life(study.say, row) == told


def test_the_long_run_names_the_moves_it_rests_on(study):
    found = disparities.transitions_of(study)
    said = text(convergence.transitions_table(study))
    assert f"{int(found.counts.to_numpy().sum())} 次轉移中的 {found.moves} 次換級" in said


def test_what_has_no_long_run_says_why(study):
    index = pd.MultiIndex.from_product([list("abcd"), [2019, 2021, 2022]])
    fixed = markov(pd.Series([1.0, 1, 1, 2, 2, 2, 8, 8, 8, 9, 9, 9], index=index), k=2)
    note = convergence._note(study.say, fixed)
    assert "長期份額沒有唯一的答案" in note and "2019–2021" in note


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ridges_tell_where_provinces_lie_and_who_has_no_curve(opened, lang):
    subject = opened(lang)
    shown, say = inequality.density_chart(subject, "rd_intensity"), subject.say
    found = subject.density("rd_intensity", by="zone").reset_index()
    alt = re.search(r'aria-label="([^"]*)"|<title[^>]*>([^<]*)</title>', shown.data)
    for (group, year), here in found.groupby(["name", "year"]):
        top = here.loc[here["density"].idxmax(), "value"]
        assert group in alt.group(0)
        assert say("gaps.density_at", year=year, value=say.significant(top)) in alt.group(0)
    left_out = say("gaps.density_small", names=subject.area("東北"), least=5)
    assert left_out.strip() in text(shown)
    assert subject.area("東北") not in found["name"].to_numpy()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_year_has_no_movement(study, tmp_path, lang):
    raw = yaml.safe_load((embedded() / "params" / "framework.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "one.yaml"
    path.write_text(yaml.safe_dump({**raw, "years": [YEAR]}, allow_unicode=True), encoding="utf-8")
    one = open_study("", path, lang)
    shown = inequality.spread_table(one)
    assert shown.data.count('scope="col"') == 3
    assert shown.data.count(str(YEAR)) == 2  # one heading each for deviation and range
    told = region.change_chart(one, region_of("東部"))
    assert one.say("region.one_year", year=YEAR) in text(told)
    finding = re.search('"finding">([^<]*)', inequality.density_chart(one).data)[1]
    assert finding.count(str(YEAR)) == 1 and "→" not in finding
    for part in (convergence.sigma_table, convergence.beta_table, inequality.inequality_table):
        assert "nan" not in re.split("[^a-z]+", text(part(one)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_region_of_one_province_has_no_inside(study, lang):
    alone, place = replace(without(study, NORTHEAST[1:]), lang=lang), region_of("東北")
    assert {row[-1] for row in rows(inequality.region_gaps(alone, place), "2024")} == {"—"}
    said = text(region_answers.headline(alone, place, YEAR))
    expected = {"zh-hant": "只有一個省份", "zh-hans": "只有一个省份", "en": "a single province"}
    assert expected[lang] in said
    assert {row[3] for row in rows(region.range_table(alone, place), str(YEAR))} == {"—"}
    assert "nan" not in text(region.change_chart(alone, place))
    assert alone.short["210000"] in region.region_map(alone, place, YEAR).data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_region_without_provinces_leaves_a_sentence(study, lang):
    empty, place = replace(without(study, NORTHEAST), lang=lang), region_of("東北")
    name = empty.area("東北")
    told = [
        part(empty, place, YEAR)
        for part in (
            region_answers.headline,
            region_answers.answers,
            region.region_map,
            region.members_table,
            region.goals_chart,
        )
    ]
    told += [
        part(empty, place)
        for part in (
            region.change_chart, region.range_table,
            inequality.region_gaps, convergence.region_convergence,
        )
    ]  # fmt: skip
    sentence = empty.say("region.nobody", region=name, year=YEAR)
    assert all(sentence in text(part) for part in told)
    assert name not in text(inequality.region_chart(empty))
