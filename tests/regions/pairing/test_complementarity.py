"""Complementarity: by hand, what is missing, what drives a pair."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.regions.pairing import drivers, gaps

SCORES = pd.DataFrame(
    {"x": [90.0, 50.0, 10.0, 30.0], "y": [20.0, np.nan, 40.0, 10.0], "z": [60.0] * 4},
    index=["g", "h", "r", "s"],
)
FLAGS = pd.DataFrame("", index=SCORES.index, columns=SCORES.columns)
FLAGS.loc["g", "x"], FLAGS.loc["s", "x"] = "structural", "carried"
WEIGHTS = pd.Series({"x": 0.5, "y": 0.25, "z": 0.25})


def test_by_hand():
    # medians: x 40, y 20, z 60; r is weak in x, s in x and y; nobody is weak in z
    found = gaps(SCORES, ["r", "s"], ["g", "h"], below=0.5)
    assert found.weak.to_numpy().tolist() == [[True, False, False], [True, True, False]]
    assert found.lead.tolist() == [[[80, 0, 0], [40, 0, 0]], [[60, 10, 0], [20, 0, 0]]]
    assert found.unseen.sum(axis=2).tolist() == [[0, 1], [0, 1]]  # h has no y


def test_a_stricter_rule_leaves_less_weak():
    assert not gaps(SCORES, ["s"], ["g"], below=0.25).weak["x"].any()  # quartile 25


def test_who_lacks_a_score_is_not_weak_in_it():
    holed = SCORES.copy()
    holed.loc["r", "x"] = np.nan
    found = gaps(holed, ["r"], ["g"], below=0.5)
    assert found.lead.sum() == 0
    assert found.unseen.tolist() == [[[True, False, False]]]


def test_drivers_are_named_with_what_does_not_rest_on_the_year():
    found = gaps(SCORES, ["r", "s"], ["g", "h"], below=0.5)
    table = drivers(found, SCORES, WEIGHTS, FLAGS.iloc[::-1], ["g", "h"])
    assert table.to_numpy().tolist() == [
        ["r", "g", "x", 40.0, 10.0, 90.0, "", "structural"],
        ["r", "h", "x", 20.0, 10.0, 50.0, "", ""],
        ["s", "g", "x", 30.0, 30.0, 90.0, "carried", "structural"],
        ["s", "g", "y", 2.5, 10.0, 20.0, "", ""],
        ["s", "h", "x", 10.0, 30.0, 50.0, "carried", ""],
    ]


@given(
    values=arrays(float, (5, 3), elements=st.integers(1, 100)),
    holes=st.sets(st.integers(0, 14), max_size=5),
    raised=st.integers(0, 2),
)
def test_laws(values, holes, raised):
    values.flat[list(holes)] = np.nan
    scores = pd.DataFrame(values, index=list("abcde"), columns=list("xyz"))
    flags = pd.DataFrame("", index=scores.index, columns=scores.columns)
    found = gaps(scores, ["d", "e"], ["a", "b"], below=0.5)
    whole = pd.DataFrame(found.lead @ WEIGHTS.to_numpy(), index=["d", "e"], columns=["a", "b"])
    told = drivers(found, scores, WEIGHTS, flags, ["a", "b"])
    summed = told.groupby(["receiver", "giver"])["contribution"].sum()
    for receiver in "de":
        for giver in "ab":
            assert summed.get((receiver, giver), 0.0) == pytest.approx(
                whole.at[receiver, giver], abs=1e-12
            )
    # a giver that improves is never less of a complement (the median can only rise)
    better = scores.copy()
    better.iloc[0, raised] += 10
    again = gaps(better, ["d", "e"], ["a", "b"], below=0.5).lead @ WEIGHTS.to_numpy()
    assert (again[:, 0] >= whole["a"].to_numpy() - 1e-12).all()


def test_nobody_is_weak_by_noise_only():
    scores = pd.DataFrame({"x": [0.1, 0.3, 0.1 + 0.2, 0.1 + 0.2, 0.9]}, index=list("gabcr"))
    assert not gaps(scores, ["a", "b", "c"], ["g"], below=0.5).weak["x"].any()
