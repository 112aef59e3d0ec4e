"""Units side by side: every figure in the page is the report's, in three languages; hostile names stay text."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from quyu.pages import compare
from quyu.pages.compare import compare_page
from quyu.study import report_year
from quyu.study.beside import figures_beside, near
from quyu.words import LANGUAGES

YEAR = report_year()
THERE = {"reports/210000-liaoning.html"}
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=alert(1)>"


def carried(page):
    """What the page's script draws from."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    return json.loads(text)


@pytest.fixture(scope="module", params=LANGUAGES)
def study(opened, request):
    return opened(request.param)


@pytest.fixture(scope="module")
def page(study):
    return compare_page(study, YEAR, THERE)


@pytest.fixture(scope="module")
def data(page):
    return carried(page)


@pytest.fixture(scope="module")
def rows(data):
    return {row["id"]: row for row in data["rows"] if "id" in row}


def test_all_units_are_in_one_small_file_and_lead_to_their_reports(study, page, data):
    assert data["codes"] == [*study.provinces.index]
    assert data["names"] == [*study.short[data["codes"]]]
    linked = dict(zip(data["codes"], data["links"], strict=True))
    assert {code: link for code, link in linked.items() if link} == {"210000": min(THERE)}
    assert len(page.encode()) <= 600_000


def test_every_indicator_is_what_the_report_says(study, data, rows):
    say = study.say
    for at, code in enumerate(data["codes"]):
        for key, told in study.indicators(code, YEAR).dropna(subset=["of"]).iterrows():
            row = rows[key]
            value = None if pd.isna(told["value"]) else pytest.approx(told["value"])
            assert row["numbers"][at] == value
            assert row["values"][at] == say.significant(told["value"])
            assert row["places"][at] == told["place"]
            assert row["median"] == say.significant(told["median"])
            assert row.get("of", 31) == told["of"]
            assert bool(row["proxy"]) == (told["evidence"] == "proxy")
            if told["years"]:
                note = row.get("notes", {}).get(str(at), row["usual"])
                flag = say(f"evidence.{told['flag']}") if told["flag"] else ""
                assert told["years"] in note and flag in note and told["judged"] in note
    published = study.indicators("210000", YEAR)["of"].notna()
    assert {*published.index[published]} == rows.keys() - {"index", *study.goals}


def test_what_lies_beyond_a_goalpost_is_said_to_be_capped(opened):
    s = opened("en")
    asked = pd.DataFrame({"unit": ["110000"], "year": [YEAR], "indicator": ["rd_expenditure"]})
    held = s.facts.figures.query("adcode == '110000' and year == @YEAR").set_index("indicator")
    grown = s.what_if(figures=asked.assign(value=2 * held.at["rd_expenditure", "value"]))
    assert grown.indicators("110000", YEAR).at["rd_intensity", "flag"] == "capped"
    told = figures_beside(grown, YEAR)["flag"]
    assert told["rd_intensity", "110000"] == "capped" and told["rd_intensity", "310000"] == ""


def test_an_indicator_moves_from_the_first_year_and_one_that_stands_still_has_no_change(
    study, data, rows
):
    first = study.card.framework.years[0]
    for code in ("210000", "540000", "610000"):
        at = data["codes"].index(code)
        was, now = (study.indicators(code, year) for year in (first, YEAR))
        for key in rows.keys() - {"index", *study.goals}:
            moves = rows[key].get("moves", [None] * len(data["codes"]))[at]
            if "structural" in (was.at[key, "flag"], now.at[key, "flag"]):
                assert moves is None
            elif pd.notna(change := now.at[key, "value"] - was.at[key, "value"]):
                assert moves == pytest.approx(change)
                note = rows[key].get("notes", {}).get(str(at), rows[key]["usual"])
                assert not was.at[key, "flag"] or was.at[key, "years"] in note


def test_index_goals_and_movement_are_those_of_the_frames(study, data, rows):
    say, codes, first = study.say, data["codes"], study.card.framework.years[0]
    scores, then = study.scores(YEAR).loc[codes], study.scores(first).loc[codes]
    assert {*study.goals} < rows.keys()
    for key in ("index", *study.goals):
        assert rows[key]["numbers"] == pytest.approx([*scores[key]])
        assert rows[key]["values"] == [say.number(each) for each in scores[key]]
        assert rows[key]["median"] == say.number(scores[key].median())
        printed = scores[key].round(1) - then[key].round(1)  # what a reader would take away
        assert rows[key]["moves"] == pytest.approx([*printed])
        ends = [scores[key].min(), scores[key].median(), scores[key].max()]
        assert rows[key]["strip"] == pytest.approx(ends)
    ranks = study.ranks(YEAR).loc[codes]
    assert rows["index"]["ranks"] == [*ranks["nominal"]]
    named = {row["name"]: row for row in data["rows"] if "id" not in row and "name" in row}
    moved = study.change_since(first, YEAR).loc[codes]
    beyond = named[say("compare.beyond", first=first)]["values"]
    shown = [round(frame["index"], 1) for frame in (scores, then)]
    gains = shown[0] - shown[1] - (shown[0].median() - shown[1].median())
    assert beyond == [say.number(each, sign=True) for each in gains]
    nation = scores["index"].round(1).median() - then["index"].round(1).median()
    assert rows["index"]["nation"] == say.number(nation, sign=True)
    places = named[say("compare.moved", first=first, year=YEAR)]["values"]
    assert places[0] == f"{moved['first_rank'].iloc[0]:.0f} → {moved['rank'].iloc[0]:.0f}"
    for low, high, told in zip(
        ranks["low"], ranks["high"], named[say("indicators.head.rank")]["below"], strict=True
    ):
        assert f"{low:.0f}" in told and f"{high:.0f}" in told
    tiers = [*zip(ranks["tier"], named[say("compare.tier")]["values"], strict=True)]
    assert all(tier in told for tier, told in tiers)


def test_it_opens_with_one_and_those_near_to_it_without_an_address_the_first(study, data):
    first = study.ranks(YEAR)["nominal"].idxmin()
    assert data["opens"] == [first]
    for unit in study.provinces.index:
        assert data["near"][unit] == [*near(study, unit, YEAR)]
        assert len(data["near"][unit]) == compare.MOST - 1


def test_without_a_script_it_has_the_index_of_all(study, page):
    (table,) = re.findall("<noscript>(.*?)</noscript>", page, re.S)
    assert table.count("<tr>") == 1 + len(study.provinces)
    assert study.say("compare.no_script") in table and "reports/210000-liaoning.html" in table


def test_in_the_first_year_nothing_has_moved(study):
    first = study.card.framework.years[0]
    data = carried(compare_page(study, first, ()))
    assert not [row for row in data["rows"] if "changes" in row or "nation" in row]
    assert study.say("compare.change", first=first) not in data["heads"]


def test_of_very_many_units_it_has_no_indicators_and_says_so(study, monkeypatch):
    monkeypatch.setattr(compare, "FIGURES", 31 * 29 - 1)
    page = compare_page(study, YEAR, ())
    assert study.say("compare.many", count=31, indicators=29, limit=31 * 29 - 1) in page
    kept = {row["id"] for row in carried(page)["rows"] if "id" in row}
    assert kept == {"index", *study.goals}


def test_a_hostile_name_is_text(opened):
    study = opened("en")
    register = study.facts.provinces.copy()
    register.loc["210000", "name_en"] = HOSTILE
    page = compare_page(replace(study, facts=replace(study.facts, provinces=register)), YEAR, THERE)
    assert HOSTILE in carried(page)["names"]
    assert "<script>window.hacked" not in page and "<img src=x" not in page
