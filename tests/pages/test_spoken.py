"""What a map of the index says to who cannot see it, read out of its own figures."""

import re
from html import unescape

import pytest

from quyu.pages.nation import index_map, map_alt
from quyu.study import report_year
from quyu.study.certainty import certainty
from quyu.study.drawings import standings
from quyu.words import LANGUAGES, simplified

YEAR = report_year()


@pytest.fixture(scope="module", params=LANGUAGES)
def subject(opened, request):
    return opened(request.param)


def told(subject, code):
    """Name, score, rank and interval of a province, from the scorecard and the draws."""
    score = subject.card.scores.loc[(code, YEAR), "index"]
    row = certainty(subject, YEAR).loc[code]
    ends = dict.fromkeys(f"{row[side]:.0f}" for side in ("low", "high"))
    interval, place = "–".join(ends), f"{row['nominal']:.0f}"
    if subject.lang == "en":
        return f"{subject.short[code]} {score:.1f}, rank {place} ({interval})"
    return f"{subject.short[code]} {score:.1f}，第 {place} 位（{interval}）"


def test_it_tells_both_ends_with_rank_and_interval_and_where_the_rest_is(subject):
    shown = index_map(subject, YEAR, title="Made up").data
    alt = unescape(re.search('aria-label="([^"]+)"', shown)[1])
    scores = subject.card.scores.xs(YEAR, level="year")["index"].sort_values(ascending=False)
    for code in [*scores.index[:5], *scores.index[-5:]]:
        assert alt.count(told(subject, code)) == 1
    assert all(subject.short[code] + " " not in alt for code in scores.index[5:-5])
    assert alt.startswith("Made up") and "31" in alt
    assert all(subject.short[code] in alt for code in ("710000", "810000", "820000"))
    assert subject.lang != "zh-hans" or simplified(alt) == alt
    assert subject.lang != "en" or not re.search(r"[\u3400-\u9fff]", alt)


def test_a_map_about_some_provinces_tells_them_first(subject):
    alt = map_alt(subject, YEAR, title="Made up", subjects=["410000", "420000"])
    better, worse, first = (
        alt.index(told(subject, code)) for code in ("420000", "410000", "110000")
    )
    assert better < worse < first


def test_all_standings_come_in_the_order_of_the_ranks(opened):
    subject = opened("en")
    ranks = subject.card.scores.xs(YEAR, level="year")["index"].rank(ascending=False)
    said = [int(place) for place in re.findall(r"rank (\d+)", standings(subject, YEAR))]
    assert said == sorted(ranks.astype(int))
