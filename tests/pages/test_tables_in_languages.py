"""What no golden text holds: faults told at the foot and the self-check, in each language and no other."""

import re
from dataclasses import replace

import pytest

from quyu.facts import published
from quyu.pages.method import notes
from quyu.pages.selfcheck import insist, verdict, verdicts
from quyu.pages.selfcheck_handbook import ranks, scaling, structure, weights
from quyu.pages.selfcheck_textbooks import practice, textbooks
from quyu.study import report_year
from quyu.words import LANGUAGES, simplified, words

YEAR = report_year()

HAN = re.compile(r"[\u3400-\u9fff]")
MARKED = re.compile(r'<(\w+) lang="zh-Han[st]">.*?</\1>')
SECTIONS = (structure, scaling, weights, ranks, textbooks, practice)


@pytest.fixture(scope="module")
def opened(opened):
    return opened()


@pytest.fixture(params=LANGUAGES)
def subject(opened, request):
    return replace(opened, lang=request.param)


def speaks(text: str, lang: str) -> bool:
    """Whether a text is in one language only; marked passages do not count."""
    bare = MARKED.sub("", text)
    if lang == "en":
        return not HAN.search(bare)
    return bool(HAN.search(bare)) and (lang == "zh-hant" or simplified(bare) == bare)


def test_a_comparison_with_grades_speaks_one_language(subject):
    assert speaks(" ".join(subject.robustness("agreement", YEAR)["name"]), subject.lang)


def test_notes_speak_one_language(subject):
    # Three faults at once: goalposts not stored, an indicator left out, a figure beyond its goalpost.
    card = subject.card
    first, other = card.framework.indicators[:2]
    capped = (
        card.capped.iloc[:0]
        .reindex([0])
        .assign(adcode="440000", year=YEAR, indicator=first.id, value=9.5, low=1.0, high=9.0)
    )
    dropped = card.dropped.reindex([other.id])
    told = notes(
        replace(subject, stored=False, card=replace(card, capped=capped, dropped=dropped)), YEAR
    )
    assert len(told) == 3
    assert all(speaks(line, subject.lang) for line in told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_self_check_speaks_one_language_and_judges_alike(lang):
    say = words(lang)
    checks = verdicts([check for section in SECTIONS for check in section(published, say)])
    insist(checks)
    assert speaks(verdict(checks, title=say("selfcheck.title.ranks"), say=say).data, lang)
    tight = verdicts(structure(published, say), scale=0.1)
    html = verdict(tight, title="T", say=say).data
    assert speaks(html, lang)
    assert html.count('class="fail"') == len(tight)
