"""The interval and the tier beside a rank: on the real figures, and as text."""

import pandas as pd
import pytest

from quyu.study import open_study, report_year
from quyu.study.certainty import (
    alike,
    certainty,
    draws_of,
    interval,
    read_robustness,
    tier,
    tier_name,
)
from quyu.study.scores import scores_table
from quyu.words import words

YEAR = report_year()


@pytest.fixture(scope="module")
def subject(opened):
    return opened()


def test_every_province_has_an_interval_that_is_one(subject):
    sure = certainty(subject, YEAR)
    assert len(sure) == 31
    assert (sure["low"] <= sure["high"]).all()
    assert sure[["low", "high"]].min().min() >= 1
    assert sure[["low", "high"]].max().max() <= 31
    assert sure["probability"].between(0, 1).all()


def test_the_same_seed_gives_the_same_interval(subject):
    again = open_study()
    pd.testing.assert_frame_equal(certainty(subject, YEAR), certainty(again, YEAR))


def test_what_cannot_be_told_apart_is_mutual(subject):
    names = subject.provinces["short_zh_hant"]
    codes = {name: code for code, name in names.items()}
    for other in alike(subject, YEAR, "440000"):
        assert "廣東" in alike(subject, YEAR, codes[other])


def test_no_draw_is_lost(subject):
    draws = draws_of(subject, YEAR)
    assert len(draws.number) + len(draws.failures) == read_robustness().draws


def test_scores_carry_interval_and_tier_in_every_year(subject):
    table = scores_table(subject)
    columns = ["rank_low", "rank_high", "tier", "tier_probability"]
    assert table[columns].notna().all().all()
    one = table.query("adcode == '440000' and year == 2021").iloc[0]
    same = certainty(subject, 2021).loc["440000"]
    assert (one["rank_low"], one["tier"]) == (same["low"], same["tier"])


def test_missing_is_said_in_words():
    for lang, told in (("zh-hant", "未公布"), ("en", "not published")):
        assert interval(pd.Series({"low": None, "high": None}), words(lang)) == told
        assert tier(pd.Series({"tier": None, "probability": None}), words(lang)) == told
        assert tier_name(None, words(lang)) == told


def test_a_score_is_followed_to_its_publications(subject):
    steps = subject.trace("广东", YEAR)
    figures = steps[steps["level"] == "figure"]
    assert figures["source"].str.contains("《").all()
    assert set(figures["flag"]) <= {"A", "B", "C"}
    index = steps[steps["level"] == "index"]["value"].iloc[0]
    assert index == subject.card.scores.loc[("440000", YEAR), "index"]
    assert not steps["flag"].astype(str).str.contains("not reproduced").any()
