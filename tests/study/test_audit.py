"""The audit of a study: every part a frame, forty points judged by what stands in them."""

import numpy as np
import pandas as pd
import pytest

from quyu import show
from quyu.study import audit, report_year
from quyu.study.certainty import read_robustness

YEAR = report_year()


@pytest.mark.parametrize("part", audit.PARTS)
def test_every_part_is_a_frame_that_shows_itself(study, part):
    frame = study("en").audit(part, YEAR)
    assert frame.index.is_unique
    assert len(frame)
    html = show(frame).data
    assert "<table>" in html
    assert ">nan<" not in html


def test_a_part_that_is_none_is_refused_with_those_there_are(study):
    with pytest.raises(ValueError, match=r"unknown part of the audit 'bound'; known are .*bounds"):
        study("en").audit("bound", YEAR)


def test_forty_points_four_to_a_step_each_judged(study):
    found = study("en").audit("points", YEAR)
    assert found["step"].value_counts().to_dict() == dict.fromkeys(range(1, 11), 4)
    assert set(found["verdict"]) <= {"met", "partly", "not"}
    # what nobody has done is never met
    assert found.loc[["later", "review"], "verdict"].tolist() == ["not", "not"]
    assert found["reason"].str.len().min() > 20


def test_points_are_judged_by_the_parts(study):
    s = study("en")
    points = s.audit("points", YEAR)
    index = s.audit("structure", YEAR).loc["index"]
    assert points.loc["kmo", "value"] == index["kmo"]
    own = s.audit("own", YEAR)
    assert points.loc["own", "value"] == (own["own"] >= own["other"]).mean()
    bounds = s.audit("bounds", YEAR)
    missing = s.card.normalised.xs(YEAR, level="year").isna().any(axis=1)
    assert set(bounds.index) == set(missing.index[missing])
    assert f"{len(bounds)} provinces" in points.loc["bounds", "reason"]
    errors = s.audit("errors", YEAR)
    inside = (errors["rank_low"] <= errors["rank"]) & (errors["rank"] <= errors["rank_high"])
    assert inside.mean() > 0.9
    assert points.loc["goal_out", "value"] == s.audit("goal_out", YEAR)["mean"].max()


@pytest.mark.parametrize(
    ("value", "met", "partly", "verdict"),
    [
        (0.6, 0.6, 0.5, "met"),
        (0.55, 0.6, 0.5, "partly"),
        (0.4, 0.6, 0.5, "not"),
        (3, 3, 8, "met"),
        (8, 3, 8, "partly"),
        (9, 3, 8, "not"),
        (np.nan, 3, 8, "open"),
    ],
)
def test_a_verdict_hangs_on_two_limits_up_or_down(value, met, partly, verdict):
    assert audit.Point(1, None, met, partly).verdict(value) == verdict


def test_another_choice_is_judged_otherwise(study):
    s = study("en")
    other = s.what_if(aggregate="arithmetic", without=["certificates"])
    before, after = s.audit("points", YEAR), other.audit("points", YEAR)
    assert before.loc["compensation", "verdict"] == "met"
    assert after.loc["compensation", "verdict"] == "not"
    assert after.loc["bounds", "verdict"] == "met"  # nothing is missing now
    assert after.loc["bounds", "value"] == 1


def test_the_goal_that_holds_the_grade_is_left_out_of_what_is_held_against_it(study):
    s = study("en")
    row = s.audit("outside", YEAR).loc["quality_work_assessment_grade"]
    card, year = s.card, int(row["year"])
    rest = card.scores.xs(year, level="year")[[*s.goals]].drop(columns="governance")
    index = np.exp(np.log(rest).mean(axis=1))
    grade = s.figures["quality_work_assessment_grade"].xs(year, level="year")
    assert row["rho"] == pytest.approx(index.corr(grade, method="spearman"))
    assert row["without"] == s.goals["governance"]
    # what is not published by province is said to be so
    silent = s.audit("outside", YEAR).loc["manufacturing_product_pass_rate"]
    assert silent["units"] == 0
    assert np.isnan(silent["rho"])


def test_every_choice_of_the_draws_is_listed(study):
    found = study("en").audit("choices", YEAR)
    assert {*read_robustness().factors} <= set(found.index)
    assert (found[["name", "value", "tried", "who"]] != "").all(axis=None)


def test_influence_adds_up_within_every_score(study):
    found = study("en").audit("influence", YEAR)
    sums = found.groupby("node")[["weight", "influence", "equalising", "equalised"]].sum()
    assert sums.to_numpy() == pytest.approx(1)
    squared = study("en").card.parts.xs(YEAR, level="year")[["brands", "designs"]].corr().iat[0, 1]
    assert found.loc["designs", "r2"] == pytest.approx(squared**2)
    pd.testing.assert_index_equal(found.index[:6], pd.Index([*study("en").goals], name="id"))
