"""What ranks hang on, and what is held: every part a frame that shows itself, checked by other ways."""

import re
from html import escape

import numpy as np
import pytest

from quyu import show
from quyu.study import report_year
from quyu.study.holdings import PARTS as HELD
from quyu.study.robustness import PARTS
from quyu.words import LANGUAGES

YEAR = report_year()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", [*PARTS, *HELD])
def test_every_part_is_a_frame_that_shows_itself(study, part, lang):
    s = study(lang)
    frame = s.holdings(part) if part in HELD else s.robustness(part, YEAR)
    told = show(frame).data
    assert not re.search(r"\bnan\b", told)
    assert escape(frame.attrs["title"]) in told
    if part in PARTS and part not in ("factors", "excluded"):  # these hang on no year
        assert re.search(r"20\d\d", frame.attrs["title"])
    if len(frame):
        assert told.count("<tr") > len(frame)  # a row of heads as well
        assert "<table" in show(frame.head(1)).data


def test_a_part_that_is_unknown_is_refused_with_those_there_are(study):
    with pytest.raises(ValueError, match=r"part of robustness 'sobl'; known are .*one_out"):
        study("en").robustness("sobl", YEAR)
    with pytest.raises(ValueError, match=r"part of the holdings 'gap'; known are .*gaps"):
        study("en").holdings("gap")
    with pytest.raises(ValueError, match="1999"):
        study("en").robustness("top", 1999)


def test_the_parts_agree_with_each_other(study):
    s = study("en")
    ranks, ahead = s.ranks(YEAR), s.robustness("dominance", YEAR)
    table = ahead[ahead.index].to_numpy()
    both = table + table.T
    assert np.nanmax(both) <= 1 and np.isnan(table.diagonal()).all()
    assert ahead.index.tolist() == ranks.sort_values("nominal", kind="stable").index.tolist()
    tiers = s.robustness("tiers", YEAR).drop(columns="name")
    assert tiers.sum(axis=1).tolist() == pytest.approx([1] * 31)
    assert (tiers.idxmax(axis=1) == ranks.loc[tiers.index, "tier"]).all()
    assert s.robustness("top", YEAR)["top_10"].sum() == pytest.approx(10, abs=0.1)
    out = s.robustness("goal_out", YEAR)
    assert out["brands"].abs().max() == s.audit("goal_out", YEAR).at["brands", "most"]


def test_a_frame_without_its_column_called_index_is_shown(study):
    told = show(study("en").scores(YEAR)[["name", "rank"]]).data
    assert "440000" not in told and "Guangdong" in told


def test_levels_are_the_means_of_all_draws_that_have_them(study):
    levels = study("en").robustness("levels", YEAR)
    assert levels.loc["normalisation", "level_name"].is_unique
    means = levels.loc["aggregation", "440000"]
    assert len(means) == 3 and means.between(1, 31).all()
    assert levels.loc["left_out"].index[0] == ""


def test_every_figure_of_a_unit_is_told_with_its_publication(study):
    s = study("zh-hans")
    found = s.origin("广东", "R&D經費投入強度")
    assert found.at[2023, "value"] == 3.54
    assert "统计" in found.at[2023, "publisher"]
    with pytest.raises(ValueError, match="No figure is called 'rd_intensty'"):
        s.origin("广东", "rd_intensty")


def test_holdings_count_what_the_figures_hold(study):
    s = study("en")
    published = s.holdings("published")
    assert published.loc["certificates_valid"].drop("name").max() == 23
    missing = s.holdings("missing")
    assert missing["empty"].sum() == s.card.imputed.isna().sum().sum()
    assert "Guangxi" in missing.at["certificates", "where"]
    assert len(s.holdings("gaps")) == len(s.card.framework.gaps)


def test_the_goals_that_agree_with_official_grades_hold_none_themselves(study):
    s = study("en")
    at = s.at(2019)
    graded = {
        goal.id for goal in s.card.framework.goals for leaf in goal.leaves() if leaf.official_grade
    }
    assert len(graded) == 1
    others = [goal for goal in s.goals if goal not in graded]
    mean = np.exp(np.log(at[others]).sum(axis=1, skipna=False) / len(others))
    grades = s.figures.xs(2019, level="year")["quality_work_assessment_grade"]
    stated = mean.rank().corr(grades.rank())
    assert s.robustness("agreement", YEAR).loc["goals", "rho"] == pytest.approx(stated, abs=1e-12)
