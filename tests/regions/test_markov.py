"""Transitions: classes and counts by hand, what has no steady state, which years give steps."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.regions.markov import markov


def panel(rows, years=None):
    years = years or range(2019, 2019 + len(next(iter(rows.values()))))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(years), dtype=float)
    return table.stack().rename_axis(["unit", "year"])


def test_two_classes_by_hand():
    """Median 4.5: a goes L L H, b goes H L H."""
    found = markov(panel({"a": [1, 2, 7], "b": [8, 3, 6]}), k=2)
    assert found.counts.to_numpy().tolist() == [[1, 2], [1, 0]]
    assert found.probabilities.to_numpy() == pytest.approx(np.array([[1 / 3, 2 / 3], [1, 0]]))
    assert found.steady.tolist() == pytest.approx([0.6, 0.4])  # π2 = 2/3 π1
    assert found.mobility == pytest.approx((2 - 1 / 3) / 1)
    assert (found.moves, found.few, found.no_steady) == (3, (1, 2), "")


def test_a_value_on_a_break_belongs_below_it():
    found = markov(panel({"a": [1, 1], "b": [2, 2], "c": [3, 3]}), k=2)
    assert found.counts.to_numpy().tolist() == [[2, 0], [0, 1]]  # the break is 2


def test_classes_never_left_have_no_single_steady_state():
    found = markov(panel({"a": [1, 2], "b": [8, 9]}), k=2)
    assert (found.steady, found.no_steady, found.mobility) == (None, "separate", 0)


def test_a_class_left_for_ever_is_empty_in_the_end():
    found = markov(panel({"a": [1, 2, 7, 8], "b": [3, 4, 9, 9.5]}), k=2)
    assert found.counts.to_numpy().tolist() == [[2, 2], [0, 2]]
    assert found.steady.tolist() == [0, 1]


def test_a_class_reached_only_at_the_end_has_no_chances():
    found = markov(panel({"a": [1, 2, 7, 8]}), k=2)
    assert found.no_steady == ""
    found = markov(panel({"a": [1, 2, 7]}), k=3)
    assert found.counts.loc[3].tolist() == [0, 0, 0]
    assert found.probabilities.loc[3].isna().all()
    assert (found.steady, found.no_steady, found.mobility) == (None, "unvisited", None)
    assert 3 in found.few


def test_few_is_fewer_than_five_per_cell():
    still = {f"low{i}": [1 + i / 100] * 2 for i in range(10)}
    high = {f"high{i}": [5 + i / 100] * 2 for i in range(10)}
    assert markov(panel(still | high), k=2).few == ()
    high.pop("high9")
    assert markov(panel(still | high), k=2).few == (2,)


def test_years_that_are_no_neighbours_give_no_step():
    rows = {"a": [1, 2, 7, 6], "b": [8, 3, 6, 5]}
    gap = markov(panel(rows, [2015, 2016, 2018, 2019]), k=2)
    assert gap.skipped == ((2016, 2018),)
    assert gap.counts.to_numpy().sum() == 4
    holed = panel({"a": [1, 2, 7, 6], "b": [8, np.nan, 6, 5]})
    found = markov(holed, k=2)
    assert found.skipped == ((2019, 2021),)
    assert found.counts.to_numpy().sum() == 2


@given(arrays(float, (8, 5), elements=st.floats(0.1, 100), unique=True))
@settings(max_examples=30)
def test_what_always_holds(values):
    table = pd.DataFrame(values, columns=range(2019, 2024)).stack()
    found = markov(table)
    assert found.counts.to_numpy().sum() == 32
    assert found.moves == 32 - np.trace(found.counts)
    if found.steady is not None:
        kept = found.steady @ found.probabilities
        assert kept.to_numpy() == pytest.approx(found.steady.to_numpy(), abs=1e-9)
        assert found.steady.sum() == pytest.approx(1)
    scaled = markov(table * 4)
    pd.testing.assert_frame_equal(scaled.counts, found.counts)


def test_a_panel_by_decades_has_transitions_of_ten_years():
    rows = {"a": [1, 2, 7], "b": [8, 3, 6]}
    found, yearly = markov(panel(rows, [1990, 2000, 2010]), k=2), markov(panel(rows), k=2)
    assert (found.step, yearly.step) == (10, 1)
    assert found.counts.equals(yearly.counts) and found.skipped == ()


def test_years_missing_from_a_yearly_panel_are_no_longer_step():
    holed = panel({"a": [1, 2, np.nan, 7], "b": [8, 3, np.nan, 6]}, [2018, 2019, 2020, 2021])
    assert markov(holed, k=2).skipped == ((2019, 2021),)
