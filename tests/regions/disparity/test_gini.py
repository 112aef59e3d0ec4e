"""Dagum's Gini: exact fractions, brute force, the identity, the laws."""

from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.regions.inequality import dagum, gini

worlds = st.lists(
    st.tuples(st.integers(0, 1000), st.sampled_from("abcd")), min_size=2, max_size=12
).filter(lambda world: sum(value for value, _ in world) > 0)


def series(world):
    values, groups = zip(*world, strict=True)
    return pd.Series(values, dtype=float), pd.Series(groups)


def brute(world):
    """Gw, Gnb and Gt in fractions from the definition, one pair of units at a time."""
    members = {}
    for value, group in world:
        members.setdefault(group, []).append(Fraction(value))
    n, whole = len(world), sum(Fraction(value) for value, _ in world)
    mean = {g: sum(ys) / len(ys) for g, ys in members.items()}
    p = {g: Fraction(len(ys), n) for g, ys in members.items()}
    s = {g: sum(ys) / whole for g, ys in members.items()}
    parts = [Fraction(0)] * 3
    for j, h in product(members, members):
        level = mean[j] + mean[h]
        gaps = [x - y for x, y in product(members[j], members[h])]
        g_jh = sum(map(abs, gaps)) / (len(gaps) * level) if level else Fraction(0)
        if j == h:
            parts[0] += g_jh * p[j] * s[j]
        elif mean[j] > mean[h] or (mean[j] == mean[h] and j < h):
            d, less = sum(max(g, 0) for g in gaps), sum(max(-g, 0) for g in gaps)
            distance = (d - less) / (d + less) if d + less else Fraction(0)
            term = g_jh * (p[j] * s[h] + p[h] * s[j])
            parts[1] += term * distance
            parts[2] += term * (1 - distance)
    return parts


def test_two_groups_of_the_same_mean_only_overlap():
    """1, 4 around 2, 3: D = 0. G = 20/80, Gw = .3/4 + .1/4, the rest is transvariation."""
    found = dagum(pd.Series([1.0, 4, 2, 3]), pd.Series(["wide", "wide", "close", "close"]))
    assert list(found.row().values()) == pytest.approx([0.25, 0.1, 0, 0.15], abs=1e-15)
    assert found.groups["gini"].to_dict() == pytest.approx({"wide": 0.3, "close": 0.1})
    assert found.pairs.iloc[0].tolist() == pytest.approx([0.3, 0, 0.75, 0.75, 0, 0.15])


def test_two_groups_that_do_not_overlap():
    """10, 6 above 3, 1: Gw = 1/8 · 1/2 · 16/20 + 1/4 · 1/2 · 4/20, D = 1."""
    found = dagum(pd.Series([1.0, 10, 3, 6]), pd.Series(["low", "high", "low", "high"]))
    assert found.within == pytest.approx(1 / 20 + 1 / 40)
    assert found.transvariation == 0
    assert found.total == pytest.approx(0.375)
    assert found.pairs.index.tolist() == [("high", "low")]
    assert found.pairs["distance"].tolist() == [1]
    assert found.pairs["above"].tolist() == [6]
    assert found.groups.index.tolist() == ["low", "high"]
    assert found.groups["mean"].tolist() == [2, 8]


def test_pairs_are_ordered_from_the_richest_down():
    found = dagum(pd.Series([1.0, 5, 3]), pd.Series(["c", "a", "b"]))
    assert found.pairs.index.tolist() == [("a", "b"), ("a", "c"), ("b", "c")]
    assert found.groups["gini"].tolist() == [0, 0, 0]
    assert found.within == 0


@pytest.mark.parametrize("level", [1.0, 0.1, 1 / 3])
def test_equal_units_are_zero_everywhere(level):
    found = dagum(pd.Series([level] * 7), pd.Series(list("aabbbcd")))
    assert list(found.row().values()) == pytest.approx([0, 0, 0, 0], abs=1e-15)
    assert (found.pairs["distance"] == 0).all()
    assert found.pairs.notna().all(axis=None)


def test_a_group_of_nothing_is_equal():
    found = dagum(pd.Series([0.0, 0, 2, 4]), pd.Series(list("xxyz")))
    assert found.groups["gini"].tolist() == [0, 0, 0]
    assert found.pairs["distance"].tolist() == [1, 1, 1]
    two = dagum(pd.Series([0.0, 0, 2]), pd.Series(list("xyz")))
    assert two.pairs.loc[("x", "y"), ["gini", "distance"]].tolist() == [0, 0]


def test_one_group_has_no_pairs():
    found = dagum(pd.Series([1.0, 3]), pd.Series(["a", "a"]))
    assert list(found.row().values()) == [0.25, 0.25, 0, 0]
    assert found.pairs.empty
    assert found.pairs.index.names == ["richer", "poorer"]


def test_refusals_name_the_unit():
    values, groups = pd.Series({"a": 1.0, "b": 2.0}), pd.Series({"a": "x", "b": "y"})
    with pytest.raises(ValueError, match="'b' has no value"):
        dagum(values.where(values < 2), groups)
    with pytest.raises(ValueError, match="'b' is -2"):
        dagum(values.replace(2, -2), groups)
    with pytest.raises(ValueError, match=r"no group is given for \['b'\]"):
        dagum(values, groups.drop("b"))
    with pytest.raises(ValueError, match="all figures are 0"):
        gini(values * 0)


@given(worlds)
def test_the_parts_are_those_of_the_definition_and_sum_to_the_whole(world):
    found = dagum(*series(world))
    expected = [float(part) for part in brute(world)]
    assert [found.within, found.between, found.transvariation] == pytest.approx(expected, abs=1e-12)
    assert abs(found.total - found.within - found.between - found.transvariation) < 1e-12
    assert found.pairs["distance"].between(0, 1).all()


@given(worlds, st.floats(1e-6, 1e6), st.data())
def test_neither_units_of_measurement_nor_order_matter(world, factor, data):
    values, groups = series(world)
    order = data.draw(st.permutations(range(len(values))))
    first = dagum(values, groups)
    other = dagum(values.iloc[order] * factor, groups)
    assert list(other.row().values()) == pytest.approx(list(first.row().values()), abs=1e-12)


@given(worlds, st.integers(2, 3))
def test_copies_of_the_same_world_are_as_unequal(world, times):
    one, many = dagum(*series(world)), dagum(*series(world * times))
    assert list(many.row().values()) == pytest.approx(list(one.row().values()), abs=1e-12)


@given(worlds)
def test_a_transfer_from_richer_to_poorer_lowers_it(world):
    values, _ = series(world)
    rich, poor = values.idxmax(), values.idxmin()
    after = values.copy()
    after[rich] -= 0.25 * (values[rich] - values[poor])
    after[poor] += 0.25 * (values[rich] - values[poor])
    assert gini(after) < gini(values) or np.ptp(values) == 0
