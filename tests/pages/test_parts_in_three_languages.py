"""Words, charts and alt texts of the parts, in three languages; that each speaks one: test_golden."""

import inspect
import re

import nbformat
import pytest

from quyu import show
from quyu.facts import embedded
from quyu.index.aggregate import AGGREGATE
from quyu.index.alternatives import NOISE, Factors, alternatives
from quyu.index.framework import WEIGH
from quyu.index.impute import FILL
from quyu.index.normalise import NORMALISE
from quyu.pages import indicators, province, summary
from quyu.pages.tables import marked
from quyu.study import certainty, open_study, report_year
from quyu.study.certainty import read_robustness, tier_name
from quyu.study.robustness import reason_name
from quyu.words import LANGUAGES, words

YEAR, GUANGDONG, TIBET = report_year(), "440000", "540000"
HAN = re.compile(r"[\u3400-\u9fff]")
CHARTS = {
    "trend_chart": province,
    "positions_chart": indicators,
}
PARTS = {"headline": summary, **CHARTS}


@pytest.fixture(scope="module")
def studies(opened):
    return {lang: opened(lang) for lang in LANGUAGES}


@pytest.fixture(scope="module")
def told(studies):
    """What a reader gets of each part: markup, with the alt texts of its pictures."""
    return {
        (lang, name, adcode): _part(subject, module, name, adcode)
        for lang, subject in studies.items()  # one after the other: draws of two are kept
        for adcode in (GUANGDONG, TIBET)
        for name, module in PARTS.items()
    }


def _part(subject, module, name, adcode):
    made = getattr(module, name)
    given = {"subject": subject, "adcode": adcode, "year": YEAR}
    wanted = inspect.signature(made).parameters
    shown = made(**{key: given[key] for key in wanted if key in given})
    return shown.data if hasattr(shown, "data") else shown.svg


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_moves_the_ranks_is_told_by_name(lang, monkeypatch):
    few = certainty.read_robustness().model_copy(update={"sobol": 16})
    monkeypatch.setattr(certainty, "read_robustness", lambda: few)
    s = open_study(lang=lang)
    made = show(s.sensitivity(YEAR)).data
    for name in (s.say("choices.factor.aggregation"), s.short[TIBET], s.area("東北")):
        assert name in re.sub(r"<[^>]+>", "", made)
    assert s.say("choices.factor.aggregation") in s.chart("sobol").alt


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_method_that_a_framework_may_state_has_a_name(lang):
    say = words(lang)
    for rule in NORMALISE:
        assert say(f"method.normalise.{rule}")
        assert say(f"choices.level.normalisation.{rule}")
    assert all(say(f"method.aggregate.{rule}") for rule in AGGREGATE)
    assert all(say(f"method.weigh.{rule}") for rule in WEIGH)
    assert all(say(f"choices.level.weighting.{rule}") for rule in WEIGH)
    assert all(say(f"choices.level.noise.{kind}") for kind in NOISE)
    assert all(say(f"evidence.{flag}") for flag in FILL if flag != "none")


def test_every_excluded_combination_is_explained_in_the_readers_words(studies):
    subject = studies["zh-hant"]
    asked = Factors(normalisation=("stated", "zscore"), weighting=("stated", "factor"))
    excluded = alternatives(subject.card, asked).excluded
    assert len(excluded) >= 2
    told = [reason_name(subject, row) for _, row in excluded.iterrows()]
    assert all(HAN.search(reason) for reason in told)
    unforeseen = excluded.iloc[0].copy()
    unforeseen[["code", "reason"]] = "", "something else"
    assert reason_name(subject, unforeseen) == "something else"


def test_the_words_that_the_indicators_measure_are_translated(studies):
    leaves = [leaf for goal in studies["en"].card.framework.goals for leaf in goal.leaves()]
    assert all(f"phrase.{leaf.phrase}" in words("en").texts for leaf in leaves)


def test_the_headline_tells_the_same_in_each_language(told):
    texts = {lang: told[lang, "headline", TIBET] for lang in LANGUAGES}
    plain = {
        lang: re.sub(r"<[^>]+>|tier \d", " ", text).replace("%", " ")
        for lang, text in texts.items()
    }
    digits = {lang: sorted(re.findall(r"\d+(?:\.\d+)?", text)) for lang, text in plain.items()}
    assert digits["en"] == digits["zh-hant"] == digits["zh-hans"]
    assert "of 31 provinces" in texts["en"]


def test_tiers_have_a_name_in_each_language():
    names = {
        lang: [tier_name(tier, words(lang)) for tier in read_robustness().tiers.ids]
        for lang in LANGUAGES
    }
    assert names["en"] == ["tier 1", "tier 2", "tier 3", "tier 4", "tier 5"]
    assert names["zh-hant"][0] == "一級"
    assert names["zh-hans"][0] == "一级"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_phone_shows_no_text_of_a_chart_below_ten_pixels(told, name, lang):
    svg = told[lang, name, GUANGDONG]
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;\"]*?([\d.]+)px", svg)]
    assert sizes
    assert min(sizes) * 354 / width >= 10  # 390 px less the margins of a page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_says_its_finding(told, name, lang):
    assert 'class="finding"' in told[lang, name, GUANGDONG]


@pytest.mark.parametrize(
    "name", ["report-province", "1-data", "2-score", "3-robustness", "7-audit", "gallery"]
)
def test_the_prose_of_a_notebook_stands_in_english_cell_by_cell(name):
    cells = nbformat.read(embedded() / "notebooks" / f"{name}.ipynb", as_version=4).cells
    prose = {f"notebook.{name}.{cell['id']}" for cell in cells if cell.cell_type == "markdown"}
    written = {key for key in words("en").texts if key.startswith(f"notebook.{name}.")}
    assert written == prose
    assert not any(HAN.search(words("en").texts[key]) for key in written)


def test_chinese_that_has_no_english_is_marked():
    assert marked("<td>A: 上海 ok</td>") == '<td>A: <span lang="zh-Hant">上海</span> ok</td>'
    assert marked('<td title="上海">A</td>') == '<td title="上海">A</td>'
