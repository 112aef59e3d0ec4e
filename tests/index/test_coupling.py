"""Coupling coordination: by hand, against R where R is right, zeros without clamp, grades."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.index.practice import GRADES, VERSION, coupling_coordination

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


@pytest.mark.parametrize("bad", [-0.01, 1.01])
def test_a_system_outside_0_to_1_is_named(bad):
    rows = pd.MultiIndex.from_product([["x"], [2021]], names=["unit", "year"])
    systems = pd.DataFrame({"u": [0.5], "v": [bad]}, index=rows)
    with pytest.raises(ValueError, match=r"system 'v' is .* at unit 'x', year 2021"):
        coupling_coordination(systems)


def test_a_single_system_is_refused():
    with pytest.raises(ValueError, match=r"at least 2 systems; given are \['u'\]"):
        coupling_coordination(pd.DataFrame({"u": [0.5]}))


@pytest.mark.parametrize(
    "weights",
    [{"u": 1}, {"u": 1, "z": 1}, {"u": 1, "v": np.nan}, {"u": 2, "v": -1}, {"u": 0, "v": 0}],
)
def test_bad_weights_are_refused(weights):
    with pytest.raises(ValueError, match=r"^weights must (name every|be numbers of)"):
        coupling_coordination(
            pd.DataFrame({"u": [0.5], "v": [0.5]}), weights=pd.Series(weights, dtype=float)
        )


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
