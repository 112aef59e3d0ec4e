"""What a province lacks: what the gap is made of, and how far it is to others."""

import numpy as np
import pytest

from quyu.index.climb import climb, weights_of
from quyu.study import report_year

YEAR = report_year()


@pytest.fixture(scope="module")
def study(opened):
    return opened("zh-hant")


def test_degrees_by_the_weights_that_made_the_score(study):
    """Worked out again for the eight provinces without certificates, whose two siblings count 1/12."""
    without = [code for code in study.provinces.index
               if study.card.normalised["certificates"].isna().at[(code, YEAR)]]  # fmt: skip
    assert len(without) == 8
    for code in without:
        weights = study.card.weights.copy()
        weights["certificates"] = 0.0
        weights[["rd_institutions", "technology_contracts"]] = 1 / 12
        lacking = weights * (100 - study.card.normalised.loc[(code, YEAR)])
        expected = (lacking / lacking.sum()).dropna()
        found = study.obstacles(code, YEAR)["degree"]
        assert found.to_dict() == pytest.approx(expected[expected > 0].to_dict())
        assert found.sum() == pytest.approx(1)


def test_grades_and_the_first_third_are_never_named(study):
    for code in study.provinces.index:
        found = study.obstacles(code, YEAR)
        named = found[found["named"]]
        assert "quality_work_grade" not in named.index
        assert ((named["rank"] - 1) / (named["of"] - 1) >= 1 / 3).all()
        rest = found[~found["named"]].drop("quality_work_grade", errors="ignore")
        assert ((rest["rank"] - 1) / (rest["of"] - 1) < 1 / 3).all()


def test_a_block_of_equals_is_no_fifth_place(study):
    hebei = study.indicators("130000", YEAR).loc["quality_work_grade"]
    assert hebei["place"] == "並列 5–26"
    assert hebei["rank"] == 15.5
    certified = study.indicators("130000", YEAR).loc["certificates"]
    assert certified["of"] == 23


@pytest.mark.parametrize("name", ["河北", "西藏", "北京"])
def test_distances_are_those_of_the_medians(study, name):
    code = study.unit(name)
    found, card = study.distances(name, YEAR), study.card
    sure = study.ranks(YEAR)
    members = {
        "nation": study.provinces.index,
        "zone": study.provinces.index[study.provinces["zone"] == study.provinces.at[code, "zone"]],
        "above": sure.index[
            sure["tier"]
            == {"二級": "一級", "三級": "二級", "四級": "三級", "五級": "四級"}.get(
                sure.at[code, "tier"]
            )
        ],
    }
    values, scores = card.imputed.xs(YEAR, level=1), card.normalised.xs(YEAR, level=1)
    for leaf in card.framework.indicators:
        own, row = scores.at[code, leaf.id], found.loc[leaf.id]
        for reference, units in members.items():
            level = values.loc[units, leaf.id].median() * leaf.factor
            assert row[reference] == pytest.approx(level, nan_ok=True)
            assert row[f"{reference}_gap"] == pytest.approx(level - row["value"], nan_ok=True)
            median = scores.loc[units, leaf.id].median()
            if not median > own:
                assert np.isnan(row[f"{reference}_adds"])
                continue
            moved = scores.loc[[code]].assign(**{leaf.id: median})
            index, _ = climb(
                card.framework, card.child_weights, moved, weights_of(card.child_weights)
            )
            gained = index["index"][0, 0] - card.scores.at[(code, YEAR), "index"]
            assert row[f"{reference}_adds"] == pytest.approx(gained)
    if name == "北京":
        assert found["above"].isna().all(), "nothing is above the first tier"


def test_the_goal_that_moves_by_one_indicator(study):
    from quyu.index.change import sole_movers

    assert sole_movers(study.card) == {"governance": "science_budget_share"}
