"""Rank mobility: no change, full reversal, ties, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.regions.disparity import rank_mobility

START = pd.Series({"a": 9.0, "b": 7.0, "c": 5.0, "d": 1.0})


def test_the_same_order_and_its_reverse():
    same = rank_mobility(START, START * 2 + 5)
    assert same.row() == {"spearman": 1, "kendall": 1, "mean_shift": 0, "moved": 0}
    back = rank_mobility(START, -START)
    assert back.row() == pytest.approx({"spearman": -1, "kendall": -1, "mean_shift": 2, "moved": 1})


def test_who_moved_where_matched_by_name():
    found = rank_mobility(START, pd.Series({"d": 8.0, "c": 5.0, "b": 7.0, "a": 9.0}))
    assert found.ranks.to_dict("index") == {
        "a": {"start": 1, "end": 1, "shift": 0},
        "b": {"start": 2, "end": 3, "shift": -1},
        "c": {"start": 3, "end": 4, "shift": -1},
        "d": {"start": 4, "end": 2, "shift": 2},
    }
    assert found.row() == pytest.approx(
        {"spearman": 1 - 6 * 6 / 60, "kendall": 2 / 6, "mean_shift": 1, "moved": 0.75}
    )


def test_ties_share_the_better_place():
    found = rank_mobility(START, pd.Series({"a": 7.0, "b": 7.0 + 1e-12, "c": 7.0, "d": 1.0}))
    assert found.ranks["end"].tolist() == [1, 1, 1, 4]
    assert found.kendall == pytest.approx(3 / np.sqrt(6 * 3))  # three pairs tied in one year
    assert found.moved == 0.5


def test_refusals_name_the_unit_and_the_year():
    with pytest.raises(ValueError, match="end: 'b' has no value"):
        rank_mobility(START, START.where(START != 7))
    with pytest.raises(ValueError, match="'d' is in one of the two years only"):
        rank_mobility(START, START.drop("d"))
    with pytest.raises(ValueError, match="'d' is in one of the two years only"):
        rank_mobility(START.drop("d"), START)
    with pytest.raises(ValueError, match="start: all units are equal"):
        rank_mobility(START * 0, START)


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_the_way_back_is_as_long(one, other):
    there = rank_mobility(pd.Series(one), pd.Series(other))
    back = rank_mobility(pd.Series(other), pd.Series(one))
    assert back.row() == pytest.approx(there.row())
    assert (back.ranks["shift"] == -there.ranks["shift"]).all()
    assert there.ranks["shift"].sum() == 0
