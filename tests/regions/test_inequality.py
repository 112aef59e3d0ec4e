"""Inequality: worlds done by hand, exact fractions, the laws of a measure, mobility of ranks."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.regions.disparity import complete_years, inequality
from quyu.regions.inequality import cv, dagum, gini, numbers, rank_mobility, ratio_scale, theil

# Two regions of two zones each, one zone of a single unit.
FIGURE = pd.Series({"a": 1.0, "b": 3.0, "c": 2.0, "d": 6.0, "e": 0.0})
PEOPLE = pd.Series({"a": 4.0, "b": 1.0, "c": 2.0, "d": 1.0, "e": 2.0})
ZONE = pd.Series({"a": "w", "b": "w", "c": "x", "d": "y", "e": "z"})
REGION = pd.Series({"a": "r", "b": "r", "c": "r", "d": "q", "e": "q"})

figures = arrays(float, st.integers(2, 12), elements=st.floats(0.01, 1000)).map(pd.Series)
worlds = st.lists(
    st.tuples(st.integers(0, 1000), st.sampled_from("abcd")), min_size=2, max_size=12
).filter(lambda world: sum(value for value, _ in world) > 0)


def series(world):
    values, groups = zip(*world, strict=True)
    return pd.Series(values, dtype=float), pd.Series(groups)


def test_a_score_may_be_zero_or_below_but_no_ratio():
    assert numbers(pd.Series({"a": 0, "b": -2})).tolist() == [0, -2]
    assert numbers(pd.Series([1, None], ["a", "b"], dtype="Int64")[:1]).tolist() == [1]
    assert ratio_scale(pd.Series({"a": 0, "b": 1})).tolist() == [0, 1]


# ---- Theil's T


def test_theil_of_five_units_by_hand():
    """Shares 1, 3, 2, 6, 0 of 12 against one fifth each; zones hold 4/12, 2/12, 6/12 and 0."""
    found = theil(FIGURE, groups=ZONE)
    terms = [(1 / 12, 5 / 12), (3 / 12, 15 / 12), (2 / 12, 10 / 12), (6 / 12, 30 / 12)]
    assert found.total == pytest.approx(sum(s * math.log(ratio) for s, ratio in terms), abs=1e-15)
    between = (4 / 12) * math.log(5 / 6) + (2 / 12) * math.log(5 / 6) + 0.5 * math.log(2.5)
    inner = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)  # of the zone of two, a third of the whole
    assert found[1:] == pytest.approx((between, inner / 3), abs=1e-15)


def test_theil_weighted_by_people_by_hand():
    """The whole is 4 · 1 + 1 · 3 + 2 · 2 + 1 · 6 = 17, of 10 people."""
    found = theil(FIGURE, weights=PEOPLE, groups=REGION)
    s, p = np.array([4, 3, 4, 6]) / 17, np.array([4, 1, 2, 1]) / 10
    assert found.total == pytest.approx((s * np.log(s / p)).sum(), abs=1e-15)
    expected = 11 / 17 * math.log(11 / 17 / 0.7) + 6 / 17 * math.log(6 / 17 / 0.3)
    assert found.between == pytest.approx(expected, abs=1e-15)


def test_units_are_matched_by_name_and_others_are_ignored():
    weights = pd.concat([pd.Series({"elsewhere": 5.0}), PEOPLE[::-1]])
    groups = pd.concat([pd.Series({"elsewhere": ""}), ZONE[::-1]])
    assert theil(FIGURE, weights=weights, groups=groups) == theil(
        FIGURE, weights=PEOPLE, groups=ZONE
    )
    assert cv(FIGURE, weights) == cv(FIGURE, PEOPLE)
    assert dagum(FIGURE, groups) == dagum(FIGURE, ZONE)


def test_without_groups_all_is_within():
    assert theil(FIGURE)[1:] == (0.0, theil(FIGURE).total)


@pytest.mark.parametrize("level", [1.0, 0.1, 1 / 3, 7e9])
def test_equal_units_are_zero_everywhere(level):
    figure, groups = pd.Series(level, range(31)), pd.Series(np.arange(31) % 4)
    for found in (theil(figure, groups=groups), dagum(figure, groups), [cv(figure)]):
        assert list(found) == pytest.approx([0] * len(found), abs=1e-15)
        assert min(found) >= 0


def test_one_who_has_all_is_the_logarithm_of_the_number():
    assert theil(pd.Series([0, 0, 0, 5])).total == pytest.approx(math.log(4))


def test_a_group_without_people_counts_nothing():
    nobody = PEOPLE.where(ZONE != "w", 0.0)
    found = theil(FIGURE + 1, weights=nobody, groups=ZONE)
    others = ZONE[ZONE != "w"].index
    assert found == pytest.approx(theil(FIGURE[others] + 1, weights=PEOPLE, groups=ZONE))


@given(figures, st.data(), st.floats(1e-6, 1e6))
def test_theil_splits_exactly_whatever_unit_order_and_names(values, data, factor):
    n = len(values)
    weights = pd.Series(data.draw(arrays(float, n, elements=st.floats(0.01, 100))))
    groups = pd.Series(data.draw(st.lists(st.integers(1, 4), min_size=n, max_size=n)))
    order = data.draw(st.permutations(range(n)))
    found = theil(values, weights=weights, groups=groups)
    again = theil(values.iloc[order] * factor, weights=weights, groups=groups)
    assert again == pytest.approx(found, abs=1e-12)
    heavy = weights * values
    inside = sum(
        heavy[own].sum() / heavy.sum() * theil(values[own], weights=weights[own]).total
        for own in groups.groupby(groups).groups.values()
    )
    assert found.within == pytest.approx(inside, abs=1e-12)


@given(figures, st.data())
def test_weights_count_people(values, data):
    people = data.draw(st.lists(st.integers(1, 5), min_size=len(values), max_size=len(values)))
    each = pd.Series(np.repeat(values.to_numpy(), people))
    found = theil(values, weights=pd.Series(people))
    assert found.total == pytest.approx(theil(each).total, abs=1e-12)
    assert cv(values, pd.Series(people)) == pytest.approx(cv(each), abs=1e-9)


def test_why_no_theil_of_a_score():
    """The same gaps in points on goalposts with another zero: T changes, the sd does not."""
    score = pd.Series([20.0, 50.0, 80.0])
    assert theil(score + 20).total < 0.6 * theil(score).total
    assert (score + 20).std() == score.std()


# ---- Gini and Dagum


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


@pytest.mark.parametrize(
    ("values", "groups", "expected"),
    [
        # the same mean, D = 0: G = 20/80, Gw = .3/4 + .1/4, the rest is transvariation
        ([1.0, 4, 2, 3], "wwcc", (0.25, 0.1, 0, 0.15)),
        # 10, 6 above 3, 1: Gw = 1/8 · 1/2 · 16/20 + 1/4 · 1/2 · 4/20, D = 1
        ([1.0, 10, 3, 6], "lhlh", (0.375, 1 / 20 + 1 / 40, 0.3, 0)),
        ([1.0, 3], "aa", (0.25, 0.25, 0, 0)),
        ([0.0, 0, 2], "xyz", (2 / 3, 0, 2 / 3, 0)),
    ],
    ids=["only overlap", "no overlap", "one group", "groups of nothing"],
)
def test_dagum_by_hand(values, groups, expected):
    assert dagum(pd.Series(values), pd.Series(list(groups))) == pytest.approx(expected, abs=1e-15)


@given(worlds, st.floats(1e-6, 1e6), st.data())
def test_dagum_is_its_definition_whatever_unit_and_order(world, factor, data):
    values, groups = series(world)
    order = data.draw(st.permutations(range(len(values))))
    found = dagum(values, groups)
    assert list(found[1:]) == pytest.approx([float(part) for part in brute(world)], abs=1e-12)
    assert abs(found.total - sum(found[1:])) < 1e-12
    assert dagum(values.iloc[order] * factor, groups) == pytest.approx(found, abs=1e-12)


@given(worlds, st.integers(2, 3))
def test_copies_of_the_same_world_are_as_unequal(world, times):
    (one, of_one), (many, of_many) = series(world), series(world * times)
    assert dagum(many, of_many) == pytest.approx(dagum(one, of_one), abs=1e-12)
    assert theil(many, groups=of_many) == pytest.approx(theil(one, groups=of_one), abs=1e-12)


@given(figures, st.floats(0.05, 0.5))
def test_a_transfer_from_richer_to_poorer_lowers_it(values, share):
    rich, poor = values.idxmax(), values.idxmin()
    gap = values[rich] - values[poor]
    after = values.copy()
    after[rich] -= share * gap
    after[poor] += share * gap
    if gap > 1e-3 * values.sum():
        assert theil(after).total < theil(values).total
        assert gini(after) < gini(values)


# ---- variation


def test_variation_by_hand():
    figure = pd.Series({"a": 2.0, "b": 4.0, "c": 6.0})
    people = pd.Series({"c": 2, "a": 1, "b": 1})  # mean 18/4, squares 6.25 .25 2·2.25
    assert cv(figure) == pytest.approx(np.sqrt(8 / 3) / 4)
    assert cv(figure, people) == pytest.approx(np.sqrt(11 / 4) / 4.5)
    assert cv(pd.Series([5.0])) == 0


# ---- mobility

START = pd.Series({"a": 9.0, "b": 7.0, "c": 5.0, "d": 1.0})


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (START * 2 + 5, (1, 0)),
        (-START, (-1, 2)),
        # matched by name; a stays, b and c fall by one place, d rises by two
        (pd.Series({"d": 8.0, "c": 5.0, "b": 7.0, "a": 9.0}), (1 - 6 * 6 / 60, 1)),
        # places 1 1 1 4: ties, to 1e-9, share the better place
        (pd.Series({"a": 7.0, "b": 7.0 + 1e-12, "c": 7.0, "d": 1.0}), (np.sqrt(0.6), 0.75)),
    ],
)
def test_mobility_by_hand(end, expected):
    assert rank_mobility(START, end) == pytest.approx(expected)
    assert rank_mobility(end, START) == pytest.approx(expected)


# ---- by year

UNITS, YEARS = list("abcdefg"), [2020, 2021, 2022]
ROWS = pd.MultiIndex.from_product([UNITS, YEARS], names=["unit", "year"])
RANDOM = np.random.default_rng(4)
VALUES = pd.Series(RANDOM.uniform(1, 9, len(ROWS)), index=ROWS)
MANY = pd.Series(RANDOM.uniform(1, 5, len(ROWS)), index=ROWS)
GROUPS = {
    "region": pd.Series(list("xxxyyyz"), index=UNITS),
    "zone": pd.Series(list("xxxpqqz"), index=UNITS),
}


def test_each_column_is_what_its_own_function_gives():
    for year, row in inequality(VALUES, MANY, GROUPS).iterrows():
        value, people = VALUES.xs(year, level=1), MANY.xs(year, level=1)
        expected = {"gini": gini(value), "cv": cv(value), "cv_weighted": cv(value, people)}
        for column, weights in (("theil", None), ("theil_weighted", people)):
            expected[column] = theil(value, weights=weights).total
            for name, groups in GROUPS.items():
                split = theil(value, weights=weights, groups=groups)
                expected[f"{column}_{name}"] = split.between / split.total
        for name, groups in GROUPS.items():
            parts = dagum(value, groups)._asdict()
            expected |= {f"{part}_{name}": term for part, term in parts.items() if part != "total"}
        assert row.to_dict() == pytest.approx(expected, abs=1e-12)


def test_units_that_are_all_alike_have_no_share_between_them():
    found = inequality(VALUES * 0 + 2, MANY, GROUPS)
    assert (found[["theil", "gini", "cv"]] < 1e-12).all(axis=None)
    assert found["theil_region"].isna().all()


def test_a_missing_unit_costs_its_year_not_itself():
    holed = MANY.copy()
    holed["b", 2021] = np.nan
    assert inequality(VALUES, holed, GROUPS).index.tolist() == [2020, 2022]
    assert inequality(VALUES.drop(("b", 2021)), MANY, GROUPS).index.tolist() == [2020, 2022]
    assert inequality(VALUES, MANY * np.nan, GROUPS).empty
    wide = complete_years(holed)
    assert (list(wide.index), list(wide)) == (UNITS, [2020, 2022])
    assert wide.loc["c"].tolist() == [MANY["c", 2020], MANY["c", 2022]]
