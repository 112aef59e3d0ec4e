"""Attainment: a row for every target, units, what is refused; then the embedded targets."""

import pandas as pd
import pytest

from quyu.facts import load, matrix, national
from quyu.regions.targets import aim_of, attainment, outlook, read_measures

CHOICES = read_measures()
NAME = {"zh-hant": "名", "en": "name"}

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

    with pytest.raises(ValueError, match=r"a target is for 'brand', .* closest: brands"):
        one(indicator="brand")
    with pytest.raises(ValueError, match="a reading is for 'trademarks'"):
        attainment(TARGETS, FIGURES, NATION, BOOK, made(trademarks=["rate"]))
    with pytest.raises(ValueError, match=r"110000 for 'rate' in 2025 is in '‰'; .* unit is '%'"):
        one(unit="‰")
    with pytest.raises(ValueError, match="has the relation '>'; use >=, =, ~ or <="):
        one(relation=">")
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
