"""Targets: every status by hand, breaks, ceilings; a row for each; then the embedded ones."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.facts import load, matrix, national
from quyu.regions.targets import Reading, aim_of, assess, attainment, outlook, read_measures

CHOICES = read_measures()
NAME = {"zh-hant": "名", "en": "name"}


def judged(values, aim=10.0, *, relation=">=", year=2025, document="計劃（2022-05）", breaks=()):
    target = pd.Series({"target": aim, "relation": relation, "year": year, "document": document})
    reading = Reading(id="r", name=NAME, formula="x", breaks=breaks)
    return assess(pd.Series(values, dtype=float), target, reading, CHOICES)


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


# ---- all targets

BOOK = pd.DataFrame(
    {"unit": ["%", "件", "人"], "factor": [0.01, 1.0, 1e4]}, index=["rate", "brands", "people"]
)
ROWS = pd.MultiIndex.from_product(
    [["110000", "440000"], range(2020, 2025)], names=["adcode", "year"]
)
FIGURES = pd.DataFrame(
    {"rate": [0.5, 0.5, 0.5, 0.5, 0.6] * 2, "people": [2.0, 2.0, 2.0, 4.0, 4.0] * 2}, index=ROWS
)
NATION = pd.DataFrame({"rate": [0.7, 0.8, 0.9]}, index=pd.Index([2021, 2022, 2024], name="year"))
TARGETS = pd.DataFrame(
    [
        ("110000", 2025, "rate", 70.0, ">=", "%", "（2023-02）"),
        ("440000", 2025, "brands", 40.0, ">=", "件", "（2023-02）"),
        ("100000", 2025, "rate", 100.0, "=", "%", "（2023-02）"),
        ("820000", 2025, "rate", 100.0, "=", "%", "（2023-02）"),
    ],
    columns=["adcode", "year", "indicator", "target", "relation", "unit", "document"],
)


def made(**readings):
    given = {
        name: [{"id": f"way{k}", "name": NAME, "formula": text} for k, text in enumerate(texts)]
        for name, texts in readings.items()
    }
    return CHOICES.model_copy(update={"readings": given, "base_year": 2020})


def test_every_target_has_a_row_in_its_unit():
    found = attainment(TARGETS, FIGURES, NATION, BOOK, made(rate=["rate", "rate / people"]))
    assert found.table["status"].tolist() == [
        "on the way", "not published", "on the way", "not published",
    ]  # fmt: skip
    assert found.table["reading"].tolist() == ["way0", "", "way0", ""]
    assert found.table.loc[0, ["baseline", "latest"]].tolist() == [50, 60]
    assert found.table["attainment"].tolist()[:3:2] == pytest.approx([0.5, 0.5])
    assert list(found.readings.index) == [(0, "way0"), (0, "way1"), (2, "way0")]
    assert found.readings.loc[(0, "way1"), ["baseline", "latest"]].tolist() == [25, 15]
    assert found.series.loc[(2, "way0")].to_dict() == pytest.approx({2021: 70, 2022: 80, 2024: 90})
    pd.testing.assert_frame_equal(found.table[TARGETS.columns], TARGETS, check_names=False)


def test_a_figure_of_the_codebook_that_nobody_published_is_not_published():
    found = attainment(TARGETS, FIGURES, NATION, BOOK, made(brands=["brands"]))
    assert set(found.table["status"]) == {"not published"}
    assert found.readings.empty
    assert outlook(found).empty


def test_the_first_reading_that_is_published_tells_the_progress():
    found = attainment(TARGETS, FIGURES, NATION, BOOK, made(rate=["rate / brands", "rate"]))
    assert found.table["reading"].tolist() == ["way1", "", "way1", ""]
    assert list(found.readings.index) == [(0, "way1"), (2, "way1")]


def test_constant_prices_are_those_of_the_stated_year():
    found = attainment(TARGETS, FIGURES, NATION, BOOK, made(rate=["chain(rate, 2)"]))
    assert found.series.loc[(0, "way0", 2022)] == pytest.approx(200)  # 50 of 2020, doubled twice


def test_what_does_not_fit_is_refused_by_name():
    def one(**change):
        return attainment(TARGETS.iloc[:1].assign(**change), FIGURES, NATION, BOOK, made())

    with pytest.raises(ValueError, match=r"does not know 'brand' of a target.*closest: brands"):
        one(indicator="brand")
    with pytest.raises(ValueError, match="does not know 'trademarks' of a target or reading"):
        attainment(TARGETS, FIGURES, NATION, BOOK, made(trademarks=["rate"]))
    with pytest.raises(ValueError, match=r"110000 for 'rate' in 2025 is in '‰'; .* unit is '%'"):
        one(unit="‰")
    with pytest.raises(ValueError, match="no figure or definition is named 'rat'"):
        attainment(TARGETS, FIGURES, NATION, BOOK, made(rate=["rat"]))


def test_the_embedded_targets():
    facts = load()
    found = attainment(facts.targets, matrix(facts), national(facts), facts.codebook, CHOICES)
    assert len(found.table) == len(facts.targets)
    public = found.table[found.table["status"] != "not published"]
    assert set(zip(public["adcode"], public["indicator"], public["year"], strict=True)) == {
        ("100000", "manufacturing_product_pass_rate", 2020),
        ("100000", "manufacturing_product_pass_rate", 2025),
        ("100000", "manufacturing_quality_competitiveness_index", 2025),
        ("310000", "high_tech_enterprises", 2025),
        ("310000", "labour_productivity", 2025),
        ("310000", "rd_intensity", 2025),
        ("330000", "labour_productivity", 2025),
        ("330000", "rd_intensity", 2025),
    }
    by = found.table.set_index(["adcode", "indicator", "year"])
    rate = by.loc[("100000", "manufacturing_product_pass_rate", 2025)]
    assert rate["attainment"] == pytest.approx(64 / 71)  # 93.29 → 93.93 of 94
    firms = by.loc[("310000", "high_tech_enterprises", 2025)]
    assert (firms["baseline"], firms["latest"]) == (7520 + 6770 + 9956, 9956 + 8052 + 7236)
    spending = by.loc[("330000", "rd_intensity", 2025)]
    assert spending["attainment"] == pytest.approx((3.20 - 2.94) / (3.3 - 2.94))
    assert (spending["later_year"], spending["later"]) == (2024, pytest.approx(3.22))

    told = outlook(found)
    few = told.index[told["outcome"] == "too few points"].get_level_values("reading")
    assert set(few) == {"published", "first_release"}  # no trend across a break
    assert (told["points"][told["outcome"] != "too few points"] >= 5).all()
    assert told["holdout_drift"].notna().sum() == (told["outcome"] != "too few points").sum()


def test_the_outlook_aims_at_what_the_relation_asks_for():
    figures = FIGURES.assign(rate=[0.1, 0.2, 0.3, 0.4, 0.5] * 2)
    targets = TARGETS.iloc[[0, 0]].assign(target=[70.0, 71.0], relation=[">=", "~"])
    found = attainment(targets, figures, NATION, BOOK, made(rate=["rate"]))
    assert [aim_of(row, CHOICES) for _, row in found.table.iterrows()] == pytest.approx(
        [70, 71 * 0.98]
    )
    assert outlook(found)["reached"].tolist() == [2026, 2026]
    assert outlook(found)["outcome"].tolist() == ["expected"] * 2


def test_the_outlook_knows_breaks_and_ceilings():
    figures = FIGURES.assign(rate=[0.9, 0.8, 0.7, 0.6, 0.5] * 2)
    targets = TARGETS.iloc[[0]].assign(target=30.0, relation="<=")
    whole = made(rate=["rate"])
    found = outlook(attainment(targets, figures, NATION, BOOK, whole))
    assert found[["outcome", "reached"]].to_numpy().tolist() == [["expected", 2026]]
    (reading,) = whole.readings["rate"]
    broken = {"rate": [reading.model_copy(update={"breaks": [2022]})]}
    choices = whole.model_copy(update={"readings": broken})
    found = outlook(attainment(targets, figures, NATION, BOOK, choices))
    assert found[["outcome", "points"]].to_numpy().tolist() == [["too few points", 3]]


def test_the_outlook_does_not_look_beyond_the_year_of_the_target():
    targets = TARGETS.iloc[:1].assign(year=2023)
    found = attainment(targets, FIGURES, NATION, BOOK, made(rate=["rate"]))
    assert outlook(found)["points"].tolist() == [4]
