"""The partners on the page: known pairs and words, what is missing, what the draws reject."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from quyu.facts.faults import Refusal
from quyu.pages import partners
from quyu.pages.refusals import told_refusal
from quyu.regions.strategy import Region, region_of
from quyu.study import open_study, regional, report_year
from quyu.study.drawings import partners_drawing
from quyu.study.regional import pairs_of
from quyu.words import LANGUAGES, simplified

HAN = re.compile(r"[\u3400-\u9fff]")
YEAR = report_year()
BEIJING, SHANGHAI, JIANGSU, HUBEI = "110000", "310000", "320000", "420000"
CHONGQING, GUANGDONG = "500000", "440000"


@pytest.fixture(scope="module")
def study(opened):
    return opened()


def text(part):
    """What a reader reads of a table or a paragraph."""
    return re.sub("<[^>]+>", " ", part.data)


def cells(part, name):
    """The cells of the row that begins with `name`."""
    row = re.search(rf"<tr[^>]*><th[^>]*>(?:<span[^>]*>)?{name}<.*?/th>(.*?)</tr>", part.data)[1]
    return [re.sub("</?span[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]


def without(study, figure, adcode):
    figures = study.figures.copy()
    figures.loc[(adcode, slice(None)), figure] = np.nan
    return replace(study, figures=figures)


def with_pairs(monkeypatch, pairs):
    for module in (partners, regional):
        monkeypatch.setattr(module, "pairs_of", lambda subject, year: pairs)
    monkeypatch.setattr(regional, "partners_frame", regional.partners_frame.__wrapped__)


def test_a_row_of_the_pairs_holds_what_the_pairing_found(study):
    pair = pairs_of(study, YEAR).table.loc[HUBEI]
    giver, _, complementarity, distance, stability, other, *_ = cells(
        partners.partners_table(study, YEAR), "湖北"
    )
    assert giver == study.short[pair["giver"]]
    assert complementarity == study.say.number(pair["complementarity"])
    assert distance == study.say.number(pair["distance"], decimals=2)
    assert stability == f"{pair['stability']:.0%}"
    assert other == f"{study.short[pair['runner_up']]} {pair['runner_up_share']:.0%}"


def test_a_runner_up_of_no_share_is_not_named(study):
    said = text(partners.partners_table(study, YEAR))
    assert not re.search(r"[^\d]0%\s+[^\d]*\d+%", said.split("穩定")[0])
    assert cells(partners.partners_table(study, YEAR), "西藏")[5] == "—"


def test_that_pairs_hang_on_choices_is_said_below_every_table_of_them(study):
    for part in (
        partners.partners_table(study, YEAR),
        partners.region_partners(study, region_of("東北"), YEAR),
        partners.partners(study, SHANGHAI, YEAR),
        partners.partners(study, HUBEI, YEAR),
    ):
        assert "沒有數據可定的選擇" in text(part)


def test_a_giver_is_named_alone_only_for_pairs_that_most_draws_share(study):
    mine = study.partners(YEAR).query("giver == @JIANGSU")
    alone = mine["stability"].round(2) >= 0.6
    assert set(alone) == {True, False}
    said = text(partners.partners(study, JIANGSU, YEAR))
    firm, other = said.split("的做法可供")[1].split("按所用方法，")[:2]
    firm = firm.split("比較。")[0]
    for code, sure in alone.items():
        assert (study.short[code] in firm) == sure
        assert (study.short[code] in other.split("的支援方也是")[0]) != sure
    assert "不到 60% 的模擬" in other and "其中之一" in other


@pytest.mark.parametrize(("runner_up", "none"), [(0.6, 0.0), (0.1, 0.5)])
def test_a_pair_is_foremost_unless_the_draws_prefer_another_or_none(
    study, monkeypatch, runner_up, none
):
    pairs = pairs_of(study, YEAR)
    table = pairs.table.assign(stability=0.4, runner_up_share=0.3, no_giver=0.3)
    table.loc[CHONGQING, ["runner_up_share", "no_giver"]] = runner_up, none
    with_pairs(monkeypatch, replace(pairs, table=table))
    foremost = study.partners(YEAR)["foremost"]
    assert list(foremost.index[~foremost]) == [CHONGQING]


def test_draws_without_a_giver_are_told(study, monkeypatch):
    pairs = pairs_of(study, YEAR)
    shaken = pairs.table.copy()
    columns = ["stability", "runner_up_share", "no_giver"]
    shaken.loc[CHONGQING, columns] = [0.3, 0.1, 0.6]
    with_pairs(monkeypatch, replace(pairs, table=shaken))
    said = text(partners.partners(study, CHONGQING, YEAR))
    assert "只有 30% 給出同一對：這一對不穩" in said
    assert "另有 60% 的模擬中" in said
    assert "最宜向" not in said


@pytest.mark.parametrize(
    ("weak", "told"), [(0, "沒有低於全國中位數的指標"), (3, "3 個指標低於全國中位數，但")]
)
def test_a_receiver_that_nobody_is_ahead_of_gets_no_giver(study, monkeypatch, weak, told):
    pairs = pairs_of(study, YEAR)
    alone = replace(pairs, table=pairs.table.drop(index=HUBEI), unpaired=pd.Series({HUBEI: weak}))
    with_pairs(monkeypatch, alone)
    assert told in text(partners.partners(study, HUBEI, YEAR))
    said = text(partners.partners_table(study, YEAR))
    assert "無一領先" not in said
    assert "因而不列支援方的受援方：湖北" in said


def test_no_pairs_at_all_is_a_sentence(study, monkeypatch):
    pairs = pairs_of(study, YEAR)
    with_pairs(monkeypatch, replace(pairs, table=pairs.table.iloc[:0]))
    for part in (partners.partners_table, partners.agreement_text):
        assert f"{YEAR} 年沒有可供比較的協作對" in text(part(study, YEAR))


def test_a_giver_that_no_draw_proposes_is_told_so(study, monkeypatch):
    pairs = pairs_of(study, YEAR)
    shares = pairs.shares.assign(**{BEIJING: 0.0})
    table = pairs.table[pairs.table["giver"] != BEIJING]
    with_pairs(monkeypatch, replace(pairs, shares=shares, table=table))
    assert "各次模擬中，都沒有一個受援方" in text(partners.partners(study, BEIJING, YEAR))


def test_a_region_without_provinces_has_no_pairs(study):
    nowhere = Region(
        id="x", name="無", name_en="none", zones=(), part=region_of("東部").part,
        words=region_of("東部").words,
    )  # fmt: skip
    assert "沒有可供比較的協作對" in text(partners.region_partners(study, nowhere, YEAR))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_province_without_population_is_left_out_and_named(lang):
    holed = without(open_study(lang=lang), "population_resident", BEIJING)
    own = [partners.peers_table(holed, BEIJING, YEAR), partners.partners(holed, BEIJING, YEAR)]
    others = [
        partners.peers_table(holed, GUANGDONG, YEAR),
        partners.partners(holed, GUANGDONG, YEAR),
        partners.partners_table(holed, YEAR),
    ]
    for part in own + others:
        said = text(part)
        assert holed.short[BEIJING] in said
        assert 'class="refused"' not in part.data
        if lang == "en":
            assert not HAN.search(said)
        if lang == "zh-hans":
            assert simplified(said) == said
    assert all("<table" not in part.data for part in own)
    assert all("<table" in part.data for part in others)


def test_what_keeps_a_province_out_is_named(study):
    holed = without(study, "population_resident", BEIJING)
    said = text(partners.peers_table(holed, BEIJING, YEAR))
    assert "北京的人均地區生產總值、年末常住人口沒有公布數據可算" in said


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (Refusal("", "no_figure", figure="gdp"), "數據裡沒有「地區生產總值」"),
        (Refusal("", "no_value", unit="110000"), "北京沒有公布所需的數"),
        (Refusal("", "not_scored", leaf="x"), "指標「x」公布的數太少，沒有計分"),
        (ValueError("something else"), "something else"),
        (Refusal("something else", "a code without words"), "something else"),
    ],
)
def test_common_refusals_have_words(study, refusal, told):
    assert told_refusal(study, refusal) == told


def test_what_divides_by_zero_is_told_by_the_provinces_name(study):
    figures = study.figures.copy()
    figures.loc[(BEIJING, slice(None)), "gdp"] = 0.0
    said = text(partners.peers_table(replace(study, figures=figures), GUANGDONG, YEAR))
    assert "北京 2019 年有一個作分母的數是 0。" in said


def test_a_figure_that_nobody_has_is_told_by_its_name(study):
    bare = replace(study, figures=study.figures.drop(columns=["population_resident"]))
    assert "數據裡沒有「年末常住人口」。" in text(partners.partners(bare, GUANGDONG, YEAR))


def test_the_map_draws_in_full_what_pages_call_firm(study):
    stable = (pairs_of(study, YEAR).table["stability"].round(2) >= 0.6).sum()
    figure, alt = partners_drawing(study, YEAR)
    assert f"21 個可供比較的協作對中，{stable} 對在 60% 以上的模擬中不變" in alt
    arrows = [drawn.get_gid() for drawn in figure.axes[0].get_children()]
    assert arrows.count("arc") == stable and arrows.count("arc-faint") == 21 - stable
    assert "60% 以上的模擬同為此對" in " ".join(text.get_text() for text in figure.findobj(Text))


def test_ties_are_those_of_the_province_in_either_part(study):
    said = partners.ties_table(study, GUANGDONG).data
    assert said.count("<tr") - 1 == 3
    bare = replace(study, facts=replace(study.facts, pairs=study.facts.pairs.iloc[:0]))
    assert "沒有官方結對關係" in text(partners.ties_table(bare))


def test_agreement_tells_chance_beside_it(study):
    assert "讀到的 12 個可比的官方關係中，2 個" in text(partners.agreement_text(study, YEAR))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_giver_of_weak_pairs_alone_is_not_told_of_others_as_well(opened, lang):
    study = opened(lang)
    table = study.partners(YEAR)
    firm = table["firm"]
    giver = min({*table["giver"]} - {*table["giver"][firm]})
    told = text(partners._gives(study, pairs_of(study, YEAR), giver))
    assert re.search("按所用方法|The stated method pairs", told)
    assert not re.search("也是|also pairs", told)
