"""What a reviewer asks, where the answer is known: by hand, by a closed formula, by brute force."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.index import score
from quyu.index.audit import (
    bounds,
    correlation_ratio,
    influence,
    own_correlations,
    propagate,
    rank_differences,
)
from quyu.index.sensitivity import one_out


def with_correlations(r, deviations, *, n=60, seed=3):
    """Scores whose sample correlations are exactly `r`."""
    raw = np.random.default_rng(seed).normal(size=(n, len(r)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    scores = white @ np.linalg.cholesky(np.array(r)).T * deviations
    return pd.DataFrame(scores, columns=[*"abcdef"][: len(r)])


def nearness(y, weights, wanted):
    """The cosine between the correlations with the weighted sum and the square roots wanted."""
    covariance, w = np.cov(y.to_numpy().T), np.asarray(weights, dtype=float)
    towards, roots = covariance @ w / np.sqrt(np.diag(covariance)), np.sqrt(wanted.to_numpy())
    return towards @ roots / np.sqrt((towards @ towards) * (roots @ roots))


def even(names):
    return pd.Series(1 / len(names), index=[*names])


# --- What weights amount to


def test_independent_children_of_equal_variance_count_as_much_as_their_weights():
    y = pd.DataFrame(list(product(range(6), repeat=3)), columns=[*"abc"], dtype=float)
    found = influence(y, even("abc"))
    for column in ("influence", "r2", "eta2", "equalising", "equalised"):
        assert found[column].to_numpy() == pytest.approx(1 / 3), column
    # with other weights the squares count, and equal weights' influence is had by equal weights
    found = influence(y, pd.Series({"a": 0.5, "b": 0.3, "c": 0.2}))
    squares = np.square([0.5, 0.3, 0.2])
    assert found["influence"].to_numpy() == pytest.approx(squares / squares.sum())
    assert found["eta2"].to_numpy() == pytest.approx(squares / squares.sum())
    roots = np.sqrt([0.5, 0.3, 0.2])
    assert found["equalising"].to_numpy() == pytest.approx(roots / roots.sum())


def test_correlated_children_by_the_closed_formula():
    r, sd, w = [[1, 0.6, 0.1], [0.6, 1, 0.2], [0.1, 0.2, 1]], np.array([1.0, 2, 5]), [0.5, 0.3, 0.2]
    y = with_correlations(r, sd)
    found = influence(y, pd.Series(w, [*"abc"]))
    c = np.outer(sd, sd) * r
    squared = (c @ w) ** 2 / (np.diag(c) * (w @ c @ w))
    assert found["r2"].to_numpy() == pytest.approx(squared)
    assert found["influence"].to_numpy() == pytest.approx(squared / squared.sum())
    due = np.linalg.solve(c, sd * np.sqrt(w))
    assert (due > 0).all()
    assert found["equalising"].to_numpy() == pytest.approx(due / due.sum())
    # and by plain recomputation
    total = y @ found["equalising"]
    again = y.corrwith(total) ** 2
    assert (again / again.sum()).to_numpy() == pytest.approx(w)
    assert found["equalised"].to_numpy() == pytest.approx(w)


def test_where_no_weights_equalise_the_nearest_are_found_and_it_shows():
    r = [[1, 0.9, 0.7], [0.9, 1, 0.4], [0.7, 0.4, 1]]
    y = with_correlations(r, [1, 1, 1])
    found = influence(y, even("abc"))
    assert found["equalising"].tolist() == [0, pytest.approx(0.5, abs=0.2), pytest.approx(0.5, abs=0.2)]  # fmt: skip
    assert abs(found["equalised"] - found["weight"]).max() > 0.05

    steps = [(i / 40, j / 40, 1 - i / 40 - j / 40) for i in range(41) for j in range(41 - i)]
    best = nearness(y, found["equalising"], even("abc"))
    assert all(nearness(y, w, even("abc")) <= best + 1e-9 for w in steps)


def test_a_curve_is_influence_that_a_line_does_not_see():
    x = pd.Series(np.linspace(-1, 1, 31))
    assert x.corr(x**2) ** 2 < 1e-9
    assert correlation_ratio(x, x**2) > 0.99
    noise = pd.Series(np.random.default_rng(2).normal(size=31))
    assert correlation_ratio(x, noise) < 0.3
    assert np.isnan(correlation_ratio(x * 0, x))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda y: y.assign(c=y["a"] + y["b"]), "combinations of each other"),
        (lambda y: y.assign(c=1.0), "'c' is the same in all"),
        (lambda y: y.assign(c=np.nan), "only 0 rows have every indicator"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*rows are left out")
def test_what_has_no_influence_is_refused_by_name(change, told):
    y = with_correlations(np.eye(3).tolist(), [1, 1, 1])
    with pytest.raises(ValueError, match=told):
        influence(change(y), even("abc"))


@settings(max_examples=20)  # each fits two dozen curves
@given(seed=st.integers(0, 10**6), k=st.integers(2, 5))
def test_laws_of_influence(seed, k):
    rng = np.random.default_rng(seed)
    y = pd.DataFrame(rng.normal(size=(20, k)) @ rng.normal(size=(k, k)), columns=[*"abcde"[:k]])
    weights = pd.Series(rng.uniform(0.1, 1, k), y.columns)
    found = influence(y, weights)
    for column in ("weight", "influence", "equalising", "equalised"):
        assert found[column].sum() == pytest.approx(1)
    assert (found["equalising"] >= 0).all()
    # no weights of at least 0 come nearer, nominal ones and single ones among them
    best = nearness(y, found["equalising"], found["weight"])
    tried = [found["weight"], *np.eye(k), *rng.dirichlet(np.ones(k), 20)]
    assert all(nearness(y, w, found["weight"]) <= best + 1e-7 for w in tried)
    # another unit of a child and the reverse of its weight change nothing
    other = influence(y.assign(a=y["a"] * 8), weights.mul(pd.Series({"a": 1 / 8}), fill_value=1))
    assert other["influence"].to_numpy() == pytest.approx(found["influence"].to_numpy())


# --- What is missing

UNITS = [f"u{i}" for i in range(6)]
TREE = {"g": {"x": {}, "y": {}, "z": {}}, "h": {"v": {}, "w": {}, "t": {}}}


@pytest.fixture
def world(framework_of, matrix_of):
    rng = np.random.default_rng(9)
    figures = {name: rng.uniform(1, 9, 12) for name in "xyzvwt"}
    matrix = matrix_of(UNITS, [2020, 2021], **figures)
    matrix.loc[(["u1", "u2"], slice(None)), "x"] = np.nan
    matrix.loc[("u2", slice(None)), "v"] = np.nan
    rules = {"missing": {"indicator_coverage": 0.5, "node_coverage": 0.6}}
    framework = framework_of(TREE, **rules).revised("index", {"aggregate": "geometric"})
    return matrix, framework


def test_bounds_are_those_of_every_value_that_could_stand_there(world):
    matrix, framework = world
    card = score(matrix, framework)
    found, here = bounds(card, 2021), card.normalised.xs(2021, level=1)
    assert found["lacking"].tolist() == [0, 1, 2, 0, 0, 0]
    holes = [("u1", "x"), ("u2", "x"), ("u2", "v")]
    indices, ranks = [], []
    for shares in product(np.linspace(0, 1, 7), repeat=3):
        filled = here.copy()
        for (unit, name), share in zip(holes, shares, strict=True):
            filled.loc[unit, name] = here[name].min() + share * (
                here[name].max() - here[name].min()
            )
        goals = pd.DataFrame(
            {goal: filled[[*leaves]].mean(axis=1) for goal, leaves in TREE.items()}
        )
        indices.append(np.sqrt(goals["g"] * goals["h"]))
        ranks.append(indices[-1].round(9).rank(ascending=False, method="min"))
    indices, ranks = pd.DataFrame(indices), pd.DataFrame(ranks)
    for end in ("min", "max"):
        name = {"min": "low", "max": "high"}[end]
        assert found[f"index_{name}"].tolist() == pytest.approx(indices.agg(end).tolist())
        assert found[f"rank_{name}"].tolist() == ranks.agg(end).tolist(), end
    complete = found[found["lacking"] == 0]
    assert (complete["index_high"] == complete["index_low"]).all()
    assert complete["index"].tolist() == pytest.approx(complete["index_low"].tolist(), abs=1e-8)


def test_a_unit_without_a_score_has_bounds(world):
    matrix, framework = world
    matrix.loc[("u2", slice(None)), "y"] = np.nan
    found = bounds(score(matrix, framework), 2021)
    assert np.isnan(found.loc["u2", "index"])
    assert found.loc["u2", "rank_low"] <= found.loc["u2", "rank_high"] <= 6


# --- Errors in the figures


@pytest.mark.parametrize("rule", ["minmax", "percentile"])  # the second hangs on the others
def test_errors_by_scoring_draw_after_draw(framework_of, matrix_of, rule):
    rng = np.random.default_rng(4)
    matrix = matrix_of(UNITS, [2019, 2020, 2021], x=rng.uniform(1, 9, 18), y=rng.uniform(1, 9, 18))
    matrix.loc[("u3", 2021), "x"] = np.nan  # carried
    tree = {"a": {"formula": "x / mean2(y)"}, "b": {"formula": "y", "transform": "log"}}
    card = score(matrix, framework_of(tree, normalise=rule))
    error = pd.DataFrame({"x": 0.2, "y": 0.05, "unused": 1.0}, index=matrix.index)
    error.loc[("u0", 2020), "y"] = 0.5
    found = propagate(matrix, card, error, year=2021, n=25, seed=8, interval=0.8)
    noise = np.random.default_rng(8).standard_normal((25, *matrix.shape))
    scores = pd.DataFrame(
        [
            score(matrix * np.exp(error[["x", "y"]].to_numpy() * draw), card.framework, state=card.state)
            .scores["index"].xs(2021, level=1).round(9)
            for draw in noise
        ]
    )  # fmt: skip
    ranks = scores.rank(axis=1, ascending=False, method="min")
    nominal = card.ranks["index"].xs(2021, level=1)
    assert found["rank"].tolist() == nominal.tolist()
    assert found["moved"].tolist() == pytest.approx((ranks - nominal).abs().mean().tolist())
    assert found["moved"].max() > 0
    for end, share in (("low", 0.1), ("high", 0.9)):
        assert found[f"index_{end}"].tolist() == pytest.approx(scores.quantile(share).tolist())
        least = ranks.apply(
            lambda column, share=share: np.sort(column)[int(np.ceil(share * 25 - 1e-9)) - 1]
        )
        assert found[f"rank_{end}"].tolist() == least.tolist()


def test_without_error_nothing_moves(world):
    matrix, framework = world
    card = score(matrix, framework)
    found = propagate(matrix, card, matrix * 0, year=2020, n=3)
    assert (found["moved"] == 0).all()
    assert found["index_low"].tolist() == pytest.approx(found["index"].tolist())


@pytest.mark.parametrize(
    ("error", "asked", "told"),
    [
        ({"x": -0.1}, {}, "the error of 'x' is -0.1 at unit 'u0', year 2020"),
        ({"x": np.nan}, {}, "the error of 'x' is nan at unit 'u0', year 2020"),
        ({}, {"n": 0}, "n is 0"),
        ({}, {"year": 1999}, "year 1999"),
    ],
)
def test_errors_that_cannot_be_are_refused(world, error, asked, told):
    matrix, framework = world
    card = score(matrix, framework)
    amount = (matrix * 0).assign(**error)
    with pytest.raises(ValueError, match=told):
        propagate(matrix, card, amount, **{"year": 2021, "n": 2, **asked})


# --- Goals


def test_one_goal_out_is_the_framework_without_it(world):
    matrix, framework = world
    framework = framework.revised("index", {"aggregate": "arithmetic"})
    card = score(matrix, framework)
    shifts = one_out(card, 2021, parts=["g", "h"])
    for goal in shifts:
        slow = score(matrix, framework.without(goal)).ranks["index"].xs(2021, level=1)
        assert shifts[goal].tolist() == (slow - card.ranks["index"].xs(2021, level=1)).tolist()
    assert shifts.abs().to_numpy().sum() > 0


def test_an_indicator_goes_with_its_goal_and_with_the_rest_of_it(world):
    matrix, framework = world
    card = score(matrix.drop(index=["u1", "u2"]), framework)
    found, here = own_correlations(card, 2021), card.parts.xs(2021, level=1)
    for goal, leaves in TREE.items():
        (other,) = {*TREE} - {goal}
        for leaf in leaves:
            rest = here[[name for name in leaves if name != leaf]].mean(axis=1)
            told = found.loc[leaf]
            assert (told["goal"], told["other_goal"]) == (goal, other)
            by_hand = [here[leaf].corr(each) for each in (here[goal], rest, here[other])]
            assert told[["own", "rest", "other"]].tolist() == pytest.approx(by_hand)


def test_ranks_differ_by_places_with_ties_in_the_middle():
    scores = pd.DataFrame(
        {"index": [4.0, 3, 2, 1], "one": [1.0, 1, 1, 1], "two": [4.0, 3, 2, None]}
    )
    found = rank_differences(scores, beyond=1)
    assert found.loc["one", ["beyond", "mean"]].tolist() == [0.5, 1.0]  # all at 2.5
    assert found.loc["two", ["beyond", "mean", "n"]].tolist() == [0, 0, 3]
