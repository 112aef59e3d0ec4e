"""What the report says of a province: told apart pair by pair, capped cells listed, ties marked."""

import re
import shutil

import pytest

from quyu.facts import embedded
from quyu.index.uncertainty import dominance
from quyu.pages import indicators, province
from quyu.pages.method import colophon, notes
from quyu.study import open_study, report_year
from quyu.study.certainty import alike, alternatives_of, draws_of, read_robustness, tier
from quyu.words import LANGUAGES, words

YEAR = report_year()


@pytest.fixture(scope="module")
def subject(opened):
    return opened()


def test_those_named_alike_are_those_no_draws_can_tell_apart(subject):
    ahead, names = dominance(draws_of(subject, YEAR)), subject.provinces["short_zh_hant"]
    for code in ("440000", "310000", "150000", "630000"):
        sure = (ahead.loc[code] >= 0.95) | (ahead[code] >= 0.95)
        others = set(names[~sure]) - {names[code]}
        assert set(alike(subject, YEAR, code)) == others


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_province_reads_no_note_that_concerns_others_alone(opened, lang):
    subject = opened(lang)
    edge, parts = (r"\b", r"(?<=\.) ") if lang == "en" else ("", "[。；]")
    for code in subject.provinces.index:
        names = "|".join(subject.short.drop(code))
        caveats = {each for told in subject.indicators(code, YEAR)["caveats"] for each in told}
        said = [part for text in caveats for part in re.split(parts, text)]
        own = subject.short[code]
        assert not [
            each for each in said if own not in each and re.search(f"{edge}({names}){edge}", each)
        ]
    guangxi, beijing = (
        subject.indicators(each, YEAR)["caveats"].sum() for each in ("450000", "110000")
    )
    assert any("941" in each for each in guangxi) and not any("941" in each for each in beijing)


def test_the_parts_named_are_parts_of_the_whole_change(subject):
    html = province.drivers_table(subject, "440000").data
    shown = [float(x.replace("−", "-")) for x in re.findall(r'"n">([+−][\d.]+)<', html)]
    total, against, rest = (
        float(x.replace("−", "-")) for x in re.findall(r"([+−][\d.]+) 分", html)
    )
    assert sum(shown) + rest == pytest.approx(total, abs=0.05)
    medians = subject.card.scores["index"].groupby("year").median()
    assert against == pytest.approx(total - medians.iloc[-1] + medians.iloc[0], abs=0.011)


def test_what_was_carried_is_no_news_in_any_province(subject):
    # 2019 carries the value of 2020 for these two, and they would be among the first movers
    for code in subject.provinces.index:
        html = province.drivers_table(subject, code).data
        assert "全員勞動生產率" not in html
        assert "每萬人高新技術企業" not in html


def test_a_grade_shared_by_half_the_nation_is_no_strength(subject):
    assert "考核等級" not in indicators.strengths(subject, "130000", YEAR).data
    assert "並列 1–4" in indicators.indicators_table(subject, "440000", YEAR).data


def test_a_rank_among_fewer_says_of_how_many(subject):
    table = indicators.indicators_table(subject, "440000", YEAR).data
    assert "5/23" in table


def test_windows_name_all_their_years(subject):
    assert "2022–2024" in indicators.indicators_table(subject, "440000", YEAR).data


def test_a_tier_on_the_border_has_both_names():
    import pandas as pd

    row = pd.Series({"tier": "二級", "probability": 0.53, "second": "一級", "borderline": True})
    assert tier(row, words("zh-hant")) == "二級（53%）或一級"
    assert tier(row, words("zh-hans")) == "二级（53%）或一级"
    assert tier(row, words("en")) == "tier 2 (53%) or tier 1"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_foot_names_the_choices_that_are_varied_and_no_other(opened, lang, monkeypatch):
    study, rule = opened(lang), read_robustness()
    names = {
        name: study.say(f"choices.factor.{name}").lower()
        for name in ("imputation", *alternatives_of(study).methods, "noise", "left_out")
    }
    before, after = study.say.texts["colophon.method"].split("{varied}")
    before = before.rpartition("}")[2]
    fixed = {"noise": "none", "weighting": ("stated",)}
    for factors in (rule.factors, rule.factors | fixed | {"imputation": ("stated", "knn")}):
        changed = rule.model_copy(update={"factors": factors})
        monkeypatch.setattr("quyu.pages.method.read_robustness", lambda given=changed: given)
        varied = {name for name in names if factors.get(name) not in (("stated",), "none")}
        told = " ".join(colophon(study, YEAR, "Report")).partition(before)[2].partition(after)[0]
        assert set(re.split("、|, | and ", told)) == {names[name] for name in varied}


def test_own_figures_are_not_called_official_and_capping_is_told(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(embedded() / "geodata", folder)
    path = folder / "figures.csv"
    text = path.read_text(encoding="utf-8")
    changed, times = re.subn(
        rf"440000,{YEAR},rd_expenditure,[\d.]+,", f"440000,{YEAR},rd_expenditure,15000,", text
    )
    assert times == 1
    path.write_text(changed, encoding="utf-8")
    own = open_study(folder)
    (told,) = notes(own, YEAR)
    assert f"廣東 {YEAR} 年研發經費投入強度" in told
    foot = " ".join(colophon(own, YEAR, "Report"))
    assert "自備" in foot
    assert "國家統計局等官方" not in foot
    assert told in foot
    assert "封頂" in indicators.indicators_table(own, "440000", YEAR).data
