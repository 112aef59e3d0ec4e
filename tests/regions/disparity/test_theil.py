"""Theil's T: worlds done by hand, the exact split, and the laws of a measure of inequality."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.regions.inequality import theil

# Two regions of two zones each, one zone of a single unit.
FIGURE = pd.Series({"a": 1.0, "b": 3.0, "c": 2.0, "d": 6.0, "e": 0.0})
PEOPLE = pd.Series({"a": 4.0, "b": 1.0, "c": 2.0, "d": 1.0, "e": 2.0})
ZONE = pd.Series({"a": "w", "b": "w", "c": "x", "d": "y", "e": "z"})
REGION = pd.Series({"a": "r", "b": "r", "c": "r", "d": "q", "e": "q"})

figures = arrays(float, st.integers(2, 12), elements=st.floats(0.01, 1000)).map(pd.Series)
drawn = st.data()


def groups_of(data, values, *, among=4):
    names = st.lists(st.integers(1, among), min_size=len(values), max_size=len(values))
    return pd.Series(data.draw(names), values.index)


def test_five_units_by_hand():
    """Shares 1, 3, 2, 6, 0 of 12 against one fifth each; zones hold 4/12, 2/12, 6/12 and 0."""
    found = theil(FIGURE, groups=ZONE)
    terms = [(1 / 12, 5 / 12), (3 / 12, 15 / 12), (2 / 12, 10 / 12), (6 / 12, 30 / 12)]
    assert found.total == pytest.approx(sum(s * math.log(ratio) for s, ratio in terms), abs=1e-15)
    zones = {"w": (4 / 12) * math.log(5 / 6), "x": (2 / 12) * math.log(5 / 6)}
    zones |= {"y": 0.5 * math.log(2.5), "z": 0.0}
    assert found.parts["between"].to_dict() == pytest.approx(zones, abs=1e-15)
    inner = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    assert found.parts["theil"].tolist() == pytest.approx([inner, 0, 0, 0], abs=1e-15)
    assert found.within == pytest.approx(inner / 3, abs=1e-15)
    assert found.parts["units"].to_dict() == {"w": 2, "x": 1, "y": 1, "z": 1}
    assert found.parts["share"].tolist() == pytest.approx([4 / 12, 2 / 12, 6 / 12, 0])
    assert found.row()["between_share"] == pytest.approx(found.between / found.total)


def test_weighted_by_people_by_hand():
    """The whole is 4 · 1 + 1 · 3 + 2 · 2 + 1 · 6 = 17, of 10 people."""
    found = theil(FIGURE, weights=PEOPLE, groups=REGION)
    s, p = np.array([4, 3, 4, 6]) / 17, np.array([4, 1, 2, 1]) / 10
    assert found.total == pytest.approx((s * np.log(s / p)).sum(), abs=1e-15)
    expected = 11 / 17 * math.log(11 / 17 / 0.7) + 6 / 17 * math.log(6 / 17 / 0.3)
    assert found.between == pytest.approx(expected, abs=1e-15)
    assert found.parts["weight"].tolist() == pytest.approx([0.7, 0.3])


def test_units_are_matched_by_name_and_others_are_ignored():
    more = pd.Series({"elsewhere": 5.0})
    label = pd.Series({"elsewhere": ""})
    found = theil(
        FIGURE, weights=pd.concat([more, PEOPLE[::-1]]), groups=pd.concat([label, ZONE[::-1]])
    )
    wanted = theil(FIGURE, weights=PEOPLE, groups=ZONE)
    pd.testing.assert_frame_equal(found.parts, wanted.parts)


def test_without_groups_all_is_within():
    found = theil(FIGURE)
    assert (found.between, found.within) == (0.0, pytest.approx(found.total, abs=1e-15))


@pytest.mark.parametrize("level", [1.0, 0.1, 1 / 3, 7e9])
def test_equal_units_are_zero_and_have_no_share_between(level):
    figure = pd.Series(level, index=range(31))
    found = theil(figure, groups=pd.Series(np.arange(31) % 4, index=range(31)))
    assert [found.total, found.between, found.within] == pytest.approx([0, 0, 0], abs=1e-15)
    assert min(found.total, found.between, found.within) >= 0
    assert "between_share" not in found.row()


def test_one_who_has_all_is_the_logarithm_of_the_number():
    assert theil(pd.Series([0, 0, 0, 5])).total == pytest.approx(math.log(4))


def test_a_group_without_people_or_figures_counts_nothing():
    nobody = PEOPLE.replace({4.0: 0.0, 1.0: 0.0}).where(ZONE != "w", 0.0)
    found = theil(FIGURE + 1, weights=nobody, groups=ZONE)
    assert (
        found.parts.loc["w", ["weight", "share", "between", "theil", "within"]].tolist() == [0] * 5
    )
    assert found.parts.notna().all(axis=None)
    with pytest.raises(ValueError, match="every figure that has any weight is 0"):
        theil(FIGURE, weights=pd.Series({"a": 0, "b": 0, "c": 0, "d": 0, "e": 9}))


def test_refusals_name_the_unit():
    with pytest.raises(ValueError, match="'b' has no value"):
        theil(FIGURE.where(FIGURE != 3))
    with pytest.raises(ValueError, match="'b' is -3"):
        theil(FIGURE.replace(3, -3))
    with pytest.raises(ValueError, match=r"no group is given for \['e'\]"):
        theil(FIGURE, groups=ZONE.drop("e"))
    with pytest.raises(ValueError, match=r"no weight is given for \['e'\]"):
        theil(FIGURE, weights=PEOPLE.drop("e"))


@given(figures, drawn)
def test_between_and_within_sum_to_the_total(values, data):
    weights = pd.Series(data.draw(arrays(float, len(values), elements=st.floats(0.01, 100))))
    found = theil(values, weights=weights, groups=groups_of(data, values))
    assert abs(found.total - found.between - found.within) < 1e-12
    assert abs(found.parts["between"].sum() - found.between) < 1e-12
    assert found.parts[["weight", "share"]].sum().tolist() == pytest.approx([1, 1])


@given(figures, drawn, st.floats(1e-6, 1e6))
def test_neither_units_of_measurement_nor_order_nor_names_matter(values, data, factor):
    groups = groups_of(data, values)
    order = data.draw(st.permutations(range(len(values))))
    first, other = theil(values, groups=groups), theil(values.iloc[order] * factor, groups=groups)
    assert (other.total, other.between) == pytest.approx((first.total, first.between), abs=1e-12)


@given(figures, drawn, st.integers(2, 4))
def test_copies_of_the_same_world_are_as_unequal(values, data, times):
    groups = groups_of(data, values)
    many = pd.concat([values] * times, ignore_index=True)
    found = theil(many, groups=pd.concat([groups] * times, ignore_index=True))
    one = theil(values, groups=groups)
    assert (found.total, found.between) == pytest.approx((one.total, one.between), abs=1e-12)


@given(figures, drawn)
def test_weights_count_people(values, data):
    people = data.draw(st.lists(st.integers(1, 5), min_size=len(values), max_size=len(values)))
    each = pd.Series(np.repeat(values.to_numpy(), people))
    found = theil(values, weights=pd.Series(people))
    assert found.total == pytest.approx(theil(each).total, abs=1e-12)


@given(figures, drawn)
def test_a_transfer_from_richer_to_poorer_lowers_it(values, data):
    rich, poor = values.idxmax(), values.idxmin()
    gap = values[rich] - values[poor]
    moved = data.draw(st.floats(0.05, 0.5)) * gap
    after = values.copy()
    after[rich] -= moved
    after[poor] += moved
    if gap > 1e-3 * values.sum():
        assert theil(after).total < theil(values).total


def test_why_no_theil_of_a_score():
    """The same gaps in points on goalposts with another zero: T changes, the sd does not."""
    score = pd.Series([20.0, 50.0, 80.0])
    moved = score + 20
    assert theil(moved).total < 0.6 * theil(score).total
    assert moved.std() == score.std()
