"""The glossary: every term that a page leads to is told there, in three languages, in plain words."""

import re
from dataclasses import replace

import pytest

from quyu.pages.glossary import explained, glossary_page, terms
from quyu.study import report_year
from quyu.study.answers import AHEAD, LEAST
from quyu.study.regional import FIRM
from quyu.study.regional_answers import NEAR
from quyu.words import LANGUAGES

YEAR = report_year()


@pytest.fixture(scope="module", params=LANGUAGES)
def study(opened, request):
    return opened(request.param)


def test_every_term_has_its_anchor_and_is_told(study, plain):
    html = glossary_page(study, YEAR, ())
    assert re.findall(r"<dt id='(\w+)'>", html) == terms(study)
    told = "\n".join(plain(html))
    for term in terms(study):
        assert study.say(f"glossary.{term}.name") in told
        assert study.say("glossary.seen", at=study.say(f"glossary.{term}.at")) in told
    assert not re.search(r"\{(share|count)\}", told)
    assert f"{len(study.provinces)} " in told


def test_every_threshold_of_a_sentence_is_told_with_its_value_and_its_reason(study, plain):
    told = plain(glossary_page(study, YEAR, ()))
    values = {"least": LEAST, "ahead": AHEAD, "firm": f"{FIRM:.0%}", "near": NEAR, "sure": "95%"}
    for key, value in values.items():
        named = f"{study.say(f'glossary.threshold.{key}.name')}: "
        (at,) = [n for n, line in enumerate(told) if line.startswith(named)]
        assert told[at].removeprefix(named) == f"{value}".removesuffix(".0")
        assert told[at + 1] == study.say(
            f"glossary.threshold.{key}.text", value=told[at][len(named) :]
        )


def test_the_first_use_of_a_word_leads_to_it_and_to_an_anchor_that_is_there(study):
    words = [study.say(f"glossary.{term}.name") for term in ("lens", "goalposts", "lmdi")]
    body = "".join(f"<h2>{word}</h2><p>{word}</p><p>{word}</p>" for word in words)
    made = explained(body, study, "../")
    found = re.findall(r'<p>[^<]*<a class="term" href="\.\./glossary\.html#(\w+)">', made)
    assert found == ["lens", "goalposts", "lmdi"]
    assert set(found) <= set(terms(study))
    assert re.sub(r"</?a\b[^>]*>", "", made) == body, "nothing else is changed"


def test_no_link_inside_a_link_a_heading_a_picture_or_a_name(opened):
    inside = (
        '<a href="x">lens</a>', "<h3>lens</h3>", "<svg><text>lens</text></svg>",
        '<span data-unit="1">lens</span>', '<p title="lens"></p>',
    )  # fmt: skip
    for markup in inside:
        assert explained(markup, opened("en")) == markup


def test_of_own_units_no_term_of_provinces_alone_is_told(opened):
    study = opened("en")
    own = replace(study, facts=replace(study.facts, own_units=True))
    assert not {"lens", "zone", "complementarity", "goal"} & {*terms(own)}
    assert explained("<p>A lens.</p>", own) == "<p>A lens.</p>"
