"""Coupling coordination: by hand, against R where R is right, zeros without clamp, grades."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.index.practice import (
    GRADES,
    VERSION,
    coupling_coordination,
    effective_weights,
    location_quotient,
    obstacle_degrees,
)

SYSTEMS = pd.DataFrame(
    {
        "u": [0.594856037071372, 0.586216739048133, 0.251091073036976, 0.474598542919868],
        "v": [0.739764487204057, 1, 0.244179693556199, 0.796061675634105],
        "w": [0.425076173855057, 0.773782702184079, 0.39875318516244, 1],
    }
)


def test_three_invented_systems_against_r():
    found = coupling_coordination(SYSTEMS)
    assert found["coupling"].tolist() == pytest.approx(
        [0.975006416975612, 0.976716291981674, 0.973913594400148, 0.955124845461075]
    )
    assert found["development"].tolist() == pytest.approx(
        [0.586565566043495, 0.786666480410737, 0.298007983918538, 0.756886739517991]
    )
    assert found["coordination"].tolist() == pytest.approx(
        [0.756244134436321, 0.876555741395292, 0.538733725302255, 0.850247805121341]
    )
    assert found["grade"].tolist() == ["中級協調", "良好協調", "勉強協調", "良好協調"]


def test_by_hand_with_weights():
    # C = 2 √(.1 · .9) / 1 = .6, T = ¾ · .1 + ¼ · .9 = .3, D = √.18
    found = coupling_coordination(
        pd.DataFrame({"u": [0.1], "v": [0.9]}), weights=pd.Series({"v": 1, "u": 3})
    )
    assert found.iloc[0, :3].tolist() == pytest.approx([0.6, 0.3, 0.18**0.5])
    alone = coupling_coordination(
        pd.DataFrame({"u": [0.1], "v": [0.9]}), weights=pd.Series({"u": 0, "v": 1})
    )
    assert alone["development"].tolist() == pytest.approx([0.9])


def test_one_system_at_zero_is_no_coupling_and_is_not_clamped():
    found = coupling_coordination(pd.DataFrame({"u": [0.0], "v": [1.0]}))
    assert found.iloc[0].tolist() == [0.0, 0.5, 0.0, "極度失調"]


def test_all_at_zero_or_one_missing_is_nan():
    found = coupling_coordination(pd.DataFrame({"u": [0.0, np.nan], "v": [0.0, 0.5]}))
    assert found["coupling"].isna().all()
    assert found["coordination"].isna().all()
    assert found["grade"].isna().all()
    assert found["development"].isna().tolist() == [False, True]


def test_the_highest_grade_is_closed():
    found = coupling_coordination(pd.DataFrame({"u": [1.0], "v": [1.0]}))
    assert found.iloc[0].tolist() == [1, 1, 1, "優質協調"]
    assert len(GRADES) == 10


@pytest.mark.parametrize("step", range(1, 10))
def test_a_bound_belongs_to_the_grade_above(step):
    at, below = (step / 10) ** 2, (step / 10 - 1e-6) ** 2
    found = coupling_coordination(pd.DataFrame({"u": [at, below], "v": [at, below]}))
    assert found["grade"].tolist() == [GRADES[step], GRADES[step - 1]]


def test_the_version_is_stated():
    assert VERSION == "C = n (∏U)^(1/n) / ΣU, T = ΣαU, D = √(C·T)"


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=6), st.randoms())
def test_coupling_is_at_most_one_whatever_the_order(values, random):
    row = pd.DataFrame([values])
    shuffled = list(row.columns)
    random.shuffle(shuffled)
    found = coupling_coordination(row).iloc[0, :3].astype(float)
    assert found.between(0, 1 + 1e-12).all()
    assert found.tolist() == pytest.approx(
        coupling_coordination(row[shuffled]).iloc[0, :3].tolist()
    )
    equal = pd.DataFrame([[values[0]] * len(values)])
    assert coupling_coordination(equal)["coupling"].tolist() == pytest.approx([1])


def test_units_keep_their_names_and_nothing_is_warned_of():
    systems = pd.DataFrame({"u": [0.2, 0.0, 0.0], "v": [0.8, 0.5, 0.0]}, index=["x", "y", "z"])
    with warnings.catch_warnings(action="error"):
        assert list(coupling_coordination(systems).index) == ["x", "y", "z"]


# --- Obstacle degrees: by hand, perfect rows, missing scores, refusals.

EQUAL = pd.Series({"a": 1.0, "b": 1.0, "c": 1.0})


def test_by_hand():
    # lacking .5 · .2, .25 · .3, .65 · .5: .1 + .075 + .325 = .5
    scores = pd.DataFrame({"a": [0.5], "b": [0.75], "c": [0.35]})
    found = obstacle_degrees(scores, pd.Series({"c": 0.5, "b": 0.3, "a": 0.2}))
    assert found.iloc[0].to_dict() == pytest.approx({"a": 0.2, "b": 0.15, "c": 0.65})


def test_four_invented_indicators_under_entropy_weights_against_r():
    scores = pd.DataFrame([[0.7591018336, 0.4306102405, 0.7397644872, 0.4250761739]])
    weights = pd.Series([0.1560518557, 0.1882347749, 0.3625107836, 0.2932025858])
    expected = [0.0922113133, 0.2629004236, 0.2314031501, 0.4134851131]
    assert obstacle_degrees(scores, weights).iloc[0].tolist() == pytest.approx(expected)


def test_a_perfect_row_has_no_obstacles():
    found = obstacle_degrees(pd.DataFrame({"a": [1.0, 1], "b": [1.0, 0], "c": [1.0, 1]}), EQUAL)
    assert found.loc[0].isna().all()
    assert found.loc[1].tolist() == [0, 1, 0]


def test_where_a_score_is_missing_the_others_share_the_whole():
    found = obstacle_degrees(pd.DataFrame({"a": [0.5], "b": [np.nan], "c": [0.0]}), EQUAL)
    assert found.loc[0, ["a", "c"]].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert np.isnan(found.loc[0, "b"])
    assert (
        obstacle_degrees(pd.DataFrame({"a": [np.nan], "b": [1.0], "c": [1.0]}), EQUAL)
        .isna()
        .all(axis=None)
    )


@given(arrays(float, (3, 3), elements=st.floats(0, 0.99)))
def test_rows_sum_to_one(values):
    found = obstacle_degrees(pd.DataFrame(values, columns=list("abc")), EQUAL)
    assert (found >= 0).all(axis=None)
    assert found.sum(axis=1).tolist() == pytest.approx([1] * 3)


# --- Location quotients: a closed form, missing figures, refusals, what they average to.

EMPLOYMENT = pd.DataFrame(
    [[120.0, 80, 40], [60, 30, 10], [40, 50, 20]], ["x", "y", "z"], ["farms", "mines", "mills"]
)


def test_three_invented_regions():
    # farms in x: (120 / 240) / (220 / 450) = 45/44
    found = location_quotient(EMPLOYMENT, EMPLOYMENT.sum(axis=1))
    expected = [
        [45 / 44, 15 / 16, 15 / 14],
        [27 / 22, 27 / 32, 9 / 14],
        [90 / 121, 225 / 176, 90 / 77],
    ]
    assert found.to_numpy() == pytest.approx(np.array(expected))


def test_sizes_are_matched_by_name():
    size = EMPLOYMENT.sum(axis=1)
    found = location_quotient(EMPLOYMENT, size.iloc[::-1])
    pd.testing.assert_frame_equal(found, location_quotient(EMPLOYMENT, size))


def test_the_nation_is_the_units_with_both_figures():
    holed = EMPLOYMENT.copy()
    holed.loc["z", "farms"] = np.nan
    found = location_quotient(holed, EMPLOYMENT.sum(axis=1))
    assert found["farms"].tolist()[:2] == pytest.approx(
        [(1 / 2) / (180 / 340), (6 / 10) / (180 / 340)]
    )
    assert np.isnan(found.loc["z", "farms"])
    size = EMPLOYMENT.sum(axis=1).where(lambda s: s.index != "z")
    without = location_quotient(EMPLOYMENT, size)
    assert without.loc["z"].isna().all()
    assert without["farms"].tolist()[:2] == pytest.approx(found["farms"].tolist()[:2])


def test_an_industry_that_a_unit_lacks_is_zero():
    found = location_quotient(pd.DataFrame({"sea": [5.0, 0.0]}), pd.Series([10.0, 10.0]))
    assert found["sea"].tolist() == [2, 0]


@given(arrays(float, (4, 2), elements=st.floats(0.1, 100)))
def test_the_mean_weighted_by_size_is_one(values):
    size = pd.Series(values.sum(axis=1))
    found = location_quotient(pd.DataFrame(values), size)
    assert (found.mul(size, axis=0).sum() / size.sum()).tolist() == pytest.approx([1, 1])


# --- What an indicator counts for: shares of variance that sum to one, by hand and by law.

CROSSED = pd.DataFrame({"a": [0.0, 0, 4, 4], "b": [0.0, 2, 0, 2]})


def test_weights_make_up_for_spread():
    found = effective_weights(CROSSED, pd.Series({"b": 2.0, "a": 1.0}), CROSSED.sum(axis=1))
    assert found["weight"].to_dict() == pytest.approx({"a": 1 / 3, "b": 2 / 3})
    assert found["effective"].to_dict() == pytest.approx({"a": 0.5, "b": 0.5})
    # with the plain sum: cov(a, a + b) / (sd a · sd(a + b)) = √(4/5), for b √(1/5)
    assert found["correlation"].to_dict() == pytest.approx({"a": 0.8**0.5, "b": 0.2**0.5})
    assert found["n"].tolist() == [4, 4]


def test_a_child_against_the_rest_counts_below_zero():
    scores = pd.DataFrame({"a": [0.0, 4, 8], "b": [2.0, 1, 0]})
    found = effective_weights(scores, pd.Series({"a": 1, "b": 1}), scores.mean(axis=1))
    assert found["effective"].to_dict() == pytest.approx({"a": 4 / 3, "b": -1 / 3})
    assert found["correlation"].tolist() == pytest.approx([1, -1])


def test_a_geometric_mean_is_told_from_logarithms():
    scores = np.exp(CROSSED)
    index = np.exp(CROSSED.mean(axis=1))
    found = effective_weights(np.log(scores), pd.Series({"a": 1, "b": 1}), np.log(index))
    assert found["effective"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2})


def test_rows_that_miss_something_are_left_out_but_counted():
    scores = pd.concat(
        [CROSSED, pd.DataFrame({"a": [99.0, np.nan], "b": [1.0, 50]})], ignore_index=True
    )
    index = CROSSED.mean(axis=1).reindex(range(6))
    found = effective_weights(scores, pd.Series({"a": 1, "b": 1}), index.fillna({5: 7.0}))
    assert found["effective"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2})
    assert found["n"].tolist() == [4, 4]


@given(arrays(float, (6, 3), elements=st.integers(0, 100).map(float)))
def test_shares_sum_to_one(values):
    scores = pd.DataFrame(values, columns=list("abc"))
    index = scores.mean(axis=1)
    assume(index.std() > 0.01)
    assume((scores.std() > 0).all())
    found = effective_weights(scores, pd.Series({"a": 1, "b": 1, "c": 1}), index)
    assert found["effective"].sum() == pytest.approx(1)
    assert found["correlation"].abs().max() <= 1 + 1e-9
