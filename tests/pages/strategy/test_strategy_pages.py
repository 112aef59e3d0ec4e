"""The strategy on the page: what it says, and what it says where nothing can be said."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from quyu.maps.picture import Picture
from quyu.pages import convergence, inequality, lens, neighbours, partners, shortfall, targets
from quyu.pages.tables import show
from quyu.regions.strategy import region_of
from quyu.study import report_year
from quyu.study.regional import lens_of, pairs_of, targets_of
from quyu.words import LANGUAGES

YEAR = report_year()


@pytest.fixture(scope="module")
def study(opened):
    return opened()


def text(part) -> str:
    if isinstance(part, Picture):
        return f"{part.alt} {re.sub('<[^>]+>', ' ', part.svg)}"
    return re.sub("<[^>]+>", " ", part.data)


def test_a_lens_that_looks_at_change_says_why_it_cannot_see_the_first_year(study):
    told = text(lens.province_lens(study, "210000", 2019))
    assert "2019 年以來的變化" in told and "不能計算" in told
    assert "不能計算" in text(lens.lens_table(study, region_of("東北"), 2019))
    assert "引領帶動" in text(lens.province_lens(study, "440000", 2019))


def test_the_reason_of_a_lens_score_can_be_recomputed_from_what_is_printed(study):
    found = lens_of(study, "東北", YEAR)
    said = text(lens.province_lens(study, "210000", YEAR))
    parts = found.parts.loc["210000"]
    assert all(f"{part:.0f}" in said for part in parts)
    assert study.say.number(parts.mean()) in said


def test_a_province_that_leads_with_doubt_is_not_called_first_alone(study):
    ranks = lens_of(study, "東部", YEAR).ranks
    rivals = [
        c for c in ranks.index if ranks.at[c, "region_low"] == 1 and ranks.at[c, "region"] > 1
    ]
    said = text(lens.lens_chart(study, region_of("東部"), YEAR))
    assert ("沒有明確的首位" in said) == bool(rivals)


def test_a_pair_that_most_draws_reject_is_not_recommended(study):
    pairs = pairs_of(study, YEAR)
    loose = pairs.table[pairs.table["runner_up_share"] > pairs.table["stability"]]
    firm = pairs.table[pairs.table["stability"] > 0.9]
    assert len(loose) and len(firm)
    for code in loose.index:
        said = text(partners.partners(study, code, YEAR))
        assert "這一對不穩" in said and "可供比較的是" not in said
        assert study.short[loose.at[code, "runner_up"]] in said
    assert "可供比較的是" in text(partners.partners(study, firm.index[0], YEAR))
    among = study.partners(YEAR).query("foremost and not firm").index
    said = text(partners.partners(study, among[0], YEAR))
    assert "只是其中之一" in said and "可供比較的是" not in said


def test_the_shares_of_the_drivers_are_those_of_the_pair(study):
    pairs = pairs_of(study, YEAR)
    pair = pairs.table.loc["520000"]
    mine = (pairs.drivers["receiver"] == "520000") & (pairs.drivers["giver"] == pair["giver"])
    assert pairs.drivers.loc[mine, "contribution"].sum() == pytest.approx(pair["complementarity"])


def test_a_giver_without_a_receiver_is_told_so(study):
    pairs = pairs_of(study, YEAR)
    idle = [code for code in pairs.shares.columns if code not in set(pairs.table["giver"])]
    assert idle
    assert "沒有一個受援方分給" in text(partners.partners(study, idle[0], YEAR))


def test_official_ties_never_claim_to_be_in_force(study):
    said = text(partners.ties_table(study, "640000"))
    assert "福建" in said and "不能據此說現在仍在結對" in said
    assert "沒有讀到不等於沒有" in text(partners.ties_table(study, "140000"))


def test_all_official_targets_stand_in_one_table(study):
    said = targets.targets_table(study).data
    assert said.count("<tr") - said.count('class="group"') - 1 == len(study.facts.targets)
    assert said.count("未公布") >= 48


def test_a_target_for_an_unknown_indicator_is_refused_by_name(study):
    odd = study.facts.targets.assign(indicator="labour_productivty")
    with pytest.raises(ValueError, match=r"'labour_productivty'.*closest: labour_productivity"):
        targets_of(replace(study, facts=replace(study.facts, targets=odd)))


def test_a_province_without_a_score_leaves_a_hole_that_is_told(study):
    scores = study.card.scores.copy()
    scores.loc[("440000", YEAR), "index"] = float("nan")
    holed = replace(study, card=replace(study.card, scores=scores))
    for part in (neighbours.moran_table, neighbours.lisa_table):
        assert f"廣東在 {YEAR} 年沒有指數" in text(part(holed, YEAR))
    assert "廣東" in text(neighbours.pull_text(holed))


def test_a_figure_with_a_hole_is_named_not_dropped(study):
    figures = study.figures.copy()
    figures.loc[("110000", slice(None)), "invention_patents_valid"] = float("nan")
    holed = replace(study, figures=figures)
    assert "從未由 31 個省份在同一年全部公布：每萬人有效發明專利" in text(
        inequality.inequality_table(holed)
    )


def test_a_region_of_one_province_has_no_inside(study):
    register = study.facts.provinces.copy()
    register.loc[["220000", "230000"], "region"] = "中西部"
    one = replace(study, facts=replace(study.facts, provinces=register))
    said = text(convergence.region_convergence(one, region_of("東北")))
    assert "只有一個省份" in said


def test_figures_that_lack_what_the_strategy_needs_leave_a_sentence_not_a_broken_report(study):
    bare = replace(study, figures=study.figures.drop(columns=["value_added_primary"]))
    for part in (partners.peers_table, partners.partners):
        said = text(part(bare, "440000", YEAR))
        assert "無法計算這一部分：數據裡沒有「第一產業增加值」" in said
    said = text(
        inequality.region_gaps(replace(study, figures=study.figures[["gdp"]]), region_of("東部"))
    )
    assert "無法計算" in said and "地區生產總值指數" in said


def test_obstacles_are_shares_of_what_is_lacking(study):
    said = text(shortfall.obstacles(study, "540000", YEAR))
    rows = [int(found) for found in re.findall(r"(?<![（\d])(\d+)%(?!）)", said)][:8]
    (whole,) = re.findall(r"合計 (\d+)%", said)
    assert abs(int(whole) - sum(rows)) <= 4


def test_years_behind_agree_with_the_lens(study):
    years = lens_of(study, "中西部", YEAR).detail["catch_up"]
    said = targets.behind_table(study, YEAR).data
    row = re.search(r"<tr[^>]*><th[^>]*>重慶</th>(.*?)</tr>", said)[1]
    assert study.say.number(pd.to_numeric(years["years"])["500000"]) in row


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_researcher_sees_every_frame_as_the_pages_write_it(opened, lang):
    subject = opened(lang)
    frames = {
        "convergence": subject.convergence(),
        **{name: getattr(subject, name)(YEAR) for name in ("neighbours", "moran", "partners")},
    }
    for name, frame in frames.items():
        said = text(show(frame))
        assert next(iter(frame)) == "name" and str(frame["name"].iloc[0]) in said, name
        assert "nan" not in re.split(r"[^a-z]+", said), name
    assert subject.contiguity()["460000"].to_dict() == {"440000": 1.0}
    with pytest.raises(ValueError, match="Guangdong"):
        subject.peers("Guangdon", YEAR)
