"""The answers of a study: frames of figures by id, which `show` writes as the pages do."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from quyu import show
from quyu.study import report_year
from quyu.words import LANGUAGES, words

YEAR = report_year()
ASKED = {
    "scores": (YEAR,),
    "ranks": (YEAR,),
    "indicators": ("广东", YEAR),
    "obstacles": ("Guangdong", YEAR),
    "change": ("440000",),
    "series": ("研发经费投入强度",),
    "catalogue": (),
    "panel": (),
    "trace": ("廣東", YEAR),
    "lens": ("东北", YEAR),
    "inequality": (),
    "spread": (),
    "peers": ("廣東", YEAR),
    "targets": (),
}


def asked(study, name):
    return getattr(study, name)(*ASKED[name])


@pytest.mark.parametrize(
    "name", ["scores", "ranks", "indicators", "obstacles", "change", "catalogue"]
)
def test_an_answer_is_indexed_by_id_and_named_first(study, name):
    frame = asked(study("en"), name)
    assert frame.columns[0] == "name"
    assert frame.index.is_unique
    assert frame.index.name in ("adcode", "id")
    frame["name"] = ""
    assert (asked(study("en"), name)["name"] != "").all(), "an answer is the caller's own"


def test_the_answers_agree_with_the_scorecard(study):
    s = study("en")
    card, scores, ranks = s.card, s.scores(YEAR), s.ranks(YEAR)
    pd.testing.assert_series_equal(scores["index"], s.at(YEAR)["index"], check_names=False)
    assert (scores["rank"] == ranks["nominal"]).all()
    assert scores.loc["440000", "name"] == ranks.loc["440000", "name"] == "Guangdong"
    found = s.obstacles("廣東", YEAR)
    assert found["degree"].sum() == pytest.approx(1)
    assert found["degree"].is_monotonic_decreasing
    years, moved = card.framework.years, s.change("廣東")
    ends = [card.scores.loc[("440000", year), "index"] for year in (years[0], years[-1])]
    assert moved["contribution"].sum() == pytest.approx(ends[1] - ends[0])
    assert set(s.catalogue().index) == {leaf.id for leaf in card.framework.index.leaves()}
    own = s.indicators("廣東", YEAR)
    assert own.loc["rd_intensity", "value"] == s.series("rd_intensity").loc[YEAR, "440000"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ASKED)
def test_every_answer_can_be_shown(study, name, lang):
    frame = asked(study(lang), name)
    html = show(frame).data
    assert html.startswith("<figure")
    assert html.count("<tr") >= len(frame)
    assert not re.search(r">(nan|None|<NA>)<", html)
    assert "</td>" in show(frame.head(2).assign(mine=[1.25, None])).data
    assert ">mine<" in show(frame.head(2).assign(mine=1.25)).data


def test_what_is_kept_of_an_answer_is_shown_as_the_whole_was(study):
    ranks = study("en").ranks(YEAR)
    html = show(ranks.query("nominal <= 3").sort_values("nominal")).data
    assert ">Beijing</th>" in html
    assert html.count('scope="row"') == 3
    assert ">Rank</th>" in html
    assert "440000" not in html
    assert show(ranks.iloc[:0]).data == f"<p>Ranks, {YEAR}: none.</p>"


@pytest.mark.parametrize(
    ("frame", "cells"),
    [
        (pd.Series({"x": 1234.5}, name="a & b"), ["x", "1,234"]),
        (pd.DataFrame({("a", "b"): [1.5], ("a", "c"): [True]}, index=["<i>"]), ["1.50", "True"]),
        (pd.DataFrame({"year": [2023], "kinds": [["p", "q"]], "v": [None]}), ["2023", "p, q"]),
        (pd.DataFrame({"v": [0.5]}, index=pd.MultiIndex.from_tuples([("u", 2023)])), ["u", "2023"]),
    ],
)
def test_any_other_frame_is_shown_by_its_names_and_sizes(frame, cells):
    html = show(frame, lang="en").data
    assert all(f">{cell}<" in html for cell in cells)
    assert "<i>" not in html


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda s: s.scores(1999), "year is 1999; the framework's panel has 2019–2024"),
        (lambda s: s.ranks(1999), "year is 1999"),
        (lambda s: s.indicators("Guangdon", YEAR), "Did you mean Guangdong 廣東"),
        (lambda s: s.obstacles("香港", YEAR), "drawn on every map but not scored"),
        (lambda s: s.change("中國"), "is the nation"),
        (
            lambda s: s.series("rd_intensty"),
            "No goal, indicator or figure is called 'rd_intensty'. Did",
        ),
        (lambda s: s.trace("廣東", 1999), "1999"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(study, ask, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        ask(study("en"))


def test_heads_can_be_had_in_another_language(study):
    assert f">{words('en')('doubts.head.rank')}</th>" in show(study().ranks(YEAR), lang="en").data


def test_what_cannot_be_decomposed_has_no_parts(study):
    s = study("en")
    scores = s.card.scores.copy()
    scores.loc[("440000", s.card.framework.years[0]), "index"] = None
    holed = replace(s, card=replace(s.card, scores=scores))
    assert holed.change("440000")["contribution"].isna().all()
    assert holed.change("110000")["contribution"].notna().all()
