"""Progress towards one target: every status by hand, breaks, ceilings."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.regions.targets import Reading, judge, read_measures

CHOICES = read_measures()
NAME = {"zh-hant": "名", "en": "name"}


def judged(values, aim=10.0, *, relation=">=", year=2025, document="計劃（2022-05）", breaks=()):
    target = pd.Series({"target": aim, "relation": relation, "year": year, "document": document})
    reading = Reading(id="r", name=NAME, formula="x", breaks=breaks)
    return judge(pd.Series(values, dtype=float), target, reading, CHOICES)


def test_on_the_way_by_hand():
    found = judged({2020: 3.0, 2021: 4.0, 2022: 6.0, 2024: 7.0})
    assert found["status"] == "on the way"
    assert (found["baseline_year"], found["baseline"]) == (2021, 4)  # 2022 is the document's own
    assert (found["latest_year"], found["latest"]) == (2024, 7)
    assert found["attainment"] == pytest.approx(0.5)
    assert found["actual_pace"] == pytest.approx(1)
    assert found["required_pace"] == pytest.approx(3)
    assert math.isnan(found["later"])


@pytest.mark.parametrize(
    ("values", "status", "share"),
    [
        ({2021: 4, 2024: 4}, "no progress", 0),
        ({2021: 4, 2024: 2}, "no progress", 0),
        ({2021: 4, 2024: 11}, "reached", 1),
        ({2021: 4, 2024: 10}, "reached", 1),
        ({2021: 4, 2025: 9}, "missed", 5 / 6),
        ({2021: 4, 2024: 11, 2025: 9}, "missed", 5 / 6),
        ({2021: 4, 2025: 12, 2026: 3}, "reached", 1),  # what follows is not looked at
        ({2021: 10, 2024: 10}, "held", None),
        ({2021: 12, 2024: 9}, "lost", None),
        ({2021: 12, 2025: 11}, "held", None),
        ({2021: 4}, "no later figure", None),
        ({2021: 12}, "no later figure", None),
        ({2022: 4, 2024: 9}, "no baseline", None),
        ({2021: 4, 2024: 9, 2026: 11}, "not published for its year", 5 / 6),
        ({2015: 4, 2016: 9}, "not published", None),
        ({2016: 4, 2017: 9}, "no later figure", None),
        ({}, "not published", None),
    ],
)
def test_statuses(values, status, share):
    found = judged(values)
    assert found["status"] == status
    if share is None:
        assert math.isnan(found["attainment"])
    else:
        assert found["attainment"] == pytest.approx(share)


def test_a_target_met_or_due_asks_for_no_pace():
    assert math.isnan(judged({2021: 4, 2024: 11})["required_pace"])
    assert math.isnan(judged({2021: 4, 2025: 9})["required_pace"])
    assert judged({2021: 12, 2024: 9})["required_pace"] == pytest.approx(1)  # to win it back


def test_a_document_without_date_gives_no_baseline():
    found = judged({2021: 4, 2024: 9}, document="行動方案（2023–2027年）")
    assert (found["status"], found["latest"]) == ("no baseline", 9)
    assert judged({2021: 4, 2024: 9}, document="方案 2023-2027")["status"] == "no baseline"


def test_the_last_date_of_a_document_counts():
    told = "規劃（2016-03）目標（報刊，2018-12-27）"
    assert judged({2015: 4, 2017: 5, 2019: 6}, document=told, year=2020)["baseline_year"] == 2017


def test_a_target_written_down_after_its_year_is_judged_from_before_it():
    found = judged({2018: 3, 2019: 4, 2020: 7, 2021: 12}, year=2020)
    assert (found["baseline_year"], found["status"], found["latest"]) == (2019, "missed", 7)
    assert judged({2021: 12}, year=2020)["status"] == "no baseline"
    assert math.isnan(judged({2021: 12}, year=2020)["latest"])


def test_what_is_due_but_unpublished_asks_for_no_pace():
    assert math.isnan(judged({2021: 4, 2024: 9, 2026: 9})["required_pace"])


def test_about_and_ceilings():
    assert judged({2021: 4, 2024: 9.8}, relation="~")["status"] == "reached"  # 2 % is allowed
    assert judged({2021: 4, 2024: 9.79}, relation="~")["status"] == "on the way"
    assert judged({2021: 4, 2024: 9.8}, relation="=")["status"] == "on the way"
    down = judged({2021: 30, 2024: 15}, relation="<=")
    assert (down["status"], down["attainment"]) == ("on the way", 0.75)
    assert (down["actual_pace"], down["required_pace"]) == (-5, -5)
    assert judged({2021: 30, 2024: 10}, relation="<=")["status"] == "reached"
    assert judged({2021: 9, 2024: 11}, relation="<=")["status"] == "lost"


def test_nothing_is_compared_across_a_break():
    values = {2020: 3, 2021: 4, 2023: 7, 2024: 9.5}
    found = judged(values, breaks=(2019, 2024))
    assert (found["latest_year"], found["latest"]) == (2023, 7)
    assert (found["later_year"], found["later"]) == (2024, 9.5)
    assert found["attainment"] == pytest.approx(0.5)
    assert found["required_pace"] == pytest.approx(1.5)
    assert judged(values, breaks=(2021,))["attainment"] == pytest.approx(5.5 / 6)  # begins there
    # the target's year is judged by what is published for it, though on another footing
    due = judged(values | {2025: 10.5}, breaks=(2024,))
    assert (due["status"], due["later"]) == ("reached", 10.5)
    assert due["attainment"] == pytest.approx(0.5)
    assert math.isnan(due["required_pace"])
    missed = judged(values | {2025: 9}, breaks=(2024,))
    assert missed["status"] == "missed"
    assert math.isnan(missed["required_pace"])
    late = judged({2021: 4, 2025: 12}, breaks=(2024,))
    assert (late["status"], late["later"]) == ("reached", 12)
    # with nothing left to compare before it
    lone = judged({2021: 4, 2024: 9}, breaks=(2022,))
    assert (lone["status"], lone["later"]) == ("no later figure", 9)
    assert math.isnan(lone["attainment"])


@given(
    x0=st.integers(-50, 50), x=st.integers(-50, 50), aim=st.integers(-50, 50),
    scale=st.sampled_from([0.25, 2, 8]), shift=st.integers(-9, 9),
)  # fmt: skip
def test_units_play_no_part_and_attainment_is_a_share(x0, x, aim, scale, shift):
    one = judged({2021: x0, 2024: x}, aim)
    other = judged({2021: scale * (x0 + shift), 2024: scale * (x + shift)}, scale * (aim + shift))
    assert other["status"] == one["status"]
    assert other["attainment"] == pytest.approx(one["attainment"], nan_ok=True)
    assert math.isnan(one["attainment"]) == (x0 >= aim)
    assert math.isnan(one["attainment"]) or 0 <= one["attainment"] <= 1
