"""Transitions: classes and counts by hand, what has no steady state, which years give steps."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.regions.markov import markov, spatial_markov


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


# What neighbours have to do with it


@pytest.fixture(scope="module")
def pairs(graph_of):
    """a and b are neighbours of each other alone, and so are c and d."""
    table = np.kron(np.eye(2), [[0, 1], [1, 0]])
    return graph_of(pd.DataFrame(table, list("abcd"), list("abcd")))


def test_two_classes_of_neighbours_by_hand(pairs):
    """Median 4: a and c are low, b and d high; only c, beside d, is ever high."""
    found = spatial_markov(panel({"a": [1, 2], "b": [3, 2], "c": [1, 9], "d": [8, 9]}), pairs, k=2)
    at = {where: row.tolist() for where, row in found.counts.iterrows()}
    # breaks: of values 1 1 2 2 3 8 9 9 2.5; of means, the same values in other places, as well
    assert at == {(1, 1): [0, 0], (1, 2): [1, 1], (2, 1): [1, 1], (2, 2): [0, 0]}
    assert found.probabilities.isna().all(axis=None) and found.least == 10
    assert found.homogeneity[:2] == (0, 0) and np.isnan(found.homogeneity.p)


def test_q_and_its_chances_by_hand(graph_of):
    """Four of the low have low neighbours and stay, e has a high one and rises: all of χ² = n = 5."""
    low, high, units = [1, 1], [9, 9], list("abcdefgh")
    world = dict(zip(units, [low] * 4 + [[1, 9]] + [high] * 3, strict=True))
    couples = graph_of(pd.DataFrame(np.kron(np.eye(4), [[0, 1], [1, 0]]), units, units))
    found = spatial_markov(panel(world), couples, k=2, permutations=99_999)
    assert found.counts.to_numpy().tolist() == [[4, 0], [0, 1], [0, 1], [0, 2]]
    tested = found.homogeneity
    assert (tested.q, tested.df) == (pytest.approx(5), 1)
    assert tested.p == pytest.approx(1 / 5, abs=0.01)  # e is one of five who might have risen
    assert tested.p_chi2 == pytest.approx(0.0253, abs=1e-4)  # far too sure of itself


def test_chances_of_few_transitions_are_not_given(graph_of):
    units = [f"u{number:02}" for number in range(40)]
    table = np.eye(40, k=1) + np.eye(40, k=-1)
    world = {unit: [number + 0.01 * year for year in range(2)] for number, unit in enumerate(units)}
    found = spatial_markov(panel(world), graph_of(pd.DataFrame(table, units, units)), k=2)
    leaving = found.counts.sum(axis=1)
    assert (found.probabilities.notna().all(axis=1) == (leaving >= 10)).all()
    assert found.probabilities.loc[(1, 1)].tolist() == [1, 0]


@given(arrays(float, (6, 5), elements=st.floats(0.1, 100), unique=True), st.permutations("abcdef"))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_always_holds_of_neighbours(row, values, order):
    table = pd.DataFrame(values, list("abcdef"), columns=range(2019, 2024))
    found = spatial_markov(table.stack(), row, k=2, permutations=99)
    whole = markov(table.stack(), k=2)
    pd.testing.assert_frame_equal(found.counts.groupby(level="class").sum(), whole.counts)
    for other in (table.loc[list(order)], table * 4):
        again = spatial_markov(other.stack(), row, k=2, permutations=99)
        pd.testing.assert_frame_equal(again.counts, found.counts)
        assert again.homogeneity == pytest.approx(found.homogeneity, nan_ok=True)
