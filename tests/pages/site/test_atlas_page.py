"""The atlas of the embedded study: what it shows, in which classes, with which links."""

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from quyu import __version__
from quyu.cli import app
from quyu.index.change import sole_movers
from quyu.pages.atlas_page import atlas_page
from quyu.study import report_year
from quyu.study.certainty import certainty, read_robustness
from quyu.words import LANGUAGES, simplified, words

YEAR = report_year()

THERE = {"index.html", "reports/440000-guangdong.html"}


@pytest.fixture(scope="module")
def subject(opened):
    return opened()


@pytest.fixture(scope="module")
def html(subject):
    return atlas_page(subject, YEAR, THERE, {"en": {*THERE, "compare.html"}, "zh-hans": set()})


@pytest.fixture(scope="module")
def data(html):
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)[1]
    return json.loads(block)


def row(data, code):
    return data["codes"].index(code)


def test_it_is_small_with_six_years_and_three_languages(html, data):
    assert len(html.encode()) < 400_000
    assert len(data["years"]) == 6 and len(data["names"]) == 3


def test_it_shows_index_goals_lenses_coverage_and_interval_width(subject, data):
    goals = [goal.id for goal in subject.card.framework.goals]
    keys = [each["key"] for each in data["dimensions"]]
    assert keys[: 1 + len(goals)] == ["index", *goals]
    assert keys[-2:] == ["coverage", "width"]
    assert len(keys) == 1 + len(goals) + 3 + 2
    ranked = {each["key"] for each in data["dimensions"] if not each["ranked"]}
    assert ranked == {"coverage", "width"}


def test_scores_ranks_and_intervals_are_those_of_the_card_and_of_the_draws(subject, data):
    index, place = data["dimensions"][0], row(data, "440000")
    year = data["years"].index(YEAR)
    assert index["values"][place][year] == round(subject.at(YEAR).loc["440000", "index"], 3)
    assert index["ranks"][place][year] == subject.card.ranks.loc[("440000", YEAR), "index"]
    for each in (2019, YEAR):
        sure, at = certainty(subject, each).loc["440000"], data["years"].index(each)
        assert data["certainty"]["low"][place][at] == sure["low"]
        assert data["dimensions"][-1]["values"][place][at] == sure["high"] - sure["low"]


def test_the_class_of_the_index_is_the_tier_shown_in_every_year(subject, data):
    index, bands = data["dimensions"][0], read_robustness().tiers
    assert index["classes"]["zh-hant"] == list(bands.ids[::-1])
    assert index["classes"]["en"] == [name.en for name in bands.names[::-1]]
    for at, year in enumerate(data["years"]):
        for code, sure in subject.ranks(year).iterrows():
            place, known = row(data, code), data["certainty"]
            assert index["classes"]["zh-hant"][index["places"][place][at]] == sure["tier"]
            assert known["sure"][place][at] == round(sure["probability"], 4)
            second = known["second"][place][at]
            told = None if second is None else index["classes"]["zh-hant"][second]
            assert told == (None if pd.isna(sure["second"]) else sure["second"])


def test_a_goal_that_one_indicator_alone_moves_says_which(subject, data):
    alone = sole_movers(subject.card)
    assert alone
    told = {each["key"]: each["method"] for each in data["dimensions"]}
    names = {leaf.id: leaf.name for leaf in subject.card.framework.indicators}
    for goal in subject.goals:
        said = goal in alone and f"from “{names[alone[goal]].en}” alone" in told[goal]["en"]
        assert said == (goal in alone)
        assert ("只來自" in told[goal]["zh-hant"]) == (goal in alone)


def test_a_lens_is_the_same_as_from_all_draws(subject, data):
    from quyu.regions.lens import lens, read_lenses
    from quyu.study.certainty import draws_of

    choice = read_lenses()[0]
    whole = lens(choice, draws_of(subject, YEAR), subject.figures, subject.provinces).score
    shown = next(each for each in data["dimensions"] if each["key"] == choice.id)
    year = data["years"].index(YEAR)
    found = {code: shown["values"][row(data, code)][year] for code in whole.index}
    assert found == pytest.approx(whole.round(3).to_dict())


def test_a_growth_has_no_lens_before_it_can_be_measured(data):
    revival = data["dimensions"][-3]
    assert all(values[0] is None for values in revival["values"])  # 2019
    assert revival["values"][row(data, "210000")][-1] is not None


def test_all_pairs_proposed_and_official_are_carried(subject, data):
    official = subject.facts.pairs[["giver", "receiver"]].drop_duplicates()
    assert sum(arc[3] for arc in data["arcs"]) == len(official)
    proposed = [arc for arc in data["arcs"] if not arc[3]]
    zones = subject.provinces["zone"]
    assert proposed and all(0 <= arc[2] <= 1 for arc in proposed)
    assert {zones[arc[0]] for arc in proposed} == {"東部"}


def test_links_go_to_the_folder_of_the_language_that_exists(data):
    own = {"440000": "reports/440000-guangdong.html"}
    assert data["links"]["zh-hant"] == data["links"]["zh-hans"] == own
    assert data["links"]["en"] == {"440000": "../en/reports/440000-guangdong.html"}
    assert data["texts"]["home"]["en"] == "../en/index.html"
    assert data["texts"]["home"]["zh-hans"] == "index.html"
    beside = {"zh-hant": "compare.html", "zh-hans": "compare.html", "en": "../en/compare.html"}
    assert data["texts"]["beside"] == beside


@pytest.mark.browser
def test_what_is_picked_goes_along_to_the_page_of_units_side_by_side(html, visit, tmp_path):
    path = tmp_path / "zh-hant" / "atlas.html"
    path.parent.mkdir()
    path.write_text(html, encoding="utf-8")

    def act(tab):
        led = [tab.get_attribute("#beside", "href")]
        tab.fill("#find", "440000")
        tab.press("#find", "Enter")
        led.append(tab.get_attribute("#beside", "href"))
        tab.click("#languages [value=en]")
        return [*led, tab.get_attribute("#beside", "href"), tab.inner_text("#beside")]

    bare, picked, english, told = visit(path, act=act).answer[0]
    assert bare == "compare.html"
    assert picked == "compare.html#near=440000"
    assert (english, told) == ("../en/compare.html#near=440000", "Side by side")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_title_and_method_is_in_its_language(data, lang):
    texts = [data["texts"][part][lang] for part in ("title", "subtitle", "source", "about")]
    for each in data["dimensions"]:
        texts += [each["label"][lang], each["method"][lang], each["unit"][lang]]
    chinese = [text for text in texts if re.search(r"[\u3400-\u9fff]", text)]
    if lang == "en":
        assert chinese == []
    elif lang == "zh-hans":
        assert [text for text in texts if simplified(text) != text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reader_can_check_and_cite_it(subject, data, lang):
    about = data["texts"]["about"][lang]
    assert __version__ in about and subject.facts.sha256[:12] in about
    assert about.count("\n") >= 3
    assert words(lang)("map.notice") not in about  # it stands above already


def test_the_command_writes_it_and_says_where(tmp_path):
    done = CliRunner().invoke(app, ["atlas", "--out", str(tmp_path), "--lang", "en"])
    path = tmp_path / str(YEAR) / "en" / "atlas.html"
    assert done.exit_code == 0, done.output
    assert str(path) in done.output.replace("\n", "")
    assert '<html lang="en">' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--lang", "fr"], "zh-hant, zh-hans, en"), (["--year", "1999"], "2019–2024")],
)
def test_the_command_refuses_what_is_not_there(tmp_path, words, told):
    done = CliRunner().invoke(app, ["atlas", "--out", str(tmp_path), *words])
    assert done.exit_code == 2 and told in done.output
    assert not list(tmp_path.iterdir())
