"""The draws: what they promise whatever the figures."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.index import Node, score
from quyu.index.alternatives import STATED, Factors, alternatives
from quyu.index.climb import competition_ranks
from quyu.index.draws import draw, draw_years, join
from quyu.index.normalise import goalposts
from quyu.index.state import state_of
from quyu.index.uncertainty import dominance, probability_top, tiers, uncertainty

TREE = {"g": {"x": {}, "y": {"evidence": "proxy"}}, "h": {"z": {}, "w": {"evidence": "proxy"}}}
UNITS = ["a", "b", "c", "d", "e"]


def table(framework_of, values, units=UNITS):
    """A card of five synthetic units in two years from 40 numbers."""
    rows = pd.MultiIndex.from_product([UNITS, [2020, 2021]], names=["place", "when"])
    matrix = pd.DataFrame(
        np.reshape(values, (10, 4)), index=rows, columns=list("xyzw"), dtype=float
    )
    matrix.loc[("a", 2020)] = 0.0  # no indicator without range
    matrix.loc[("b", 2020)] = 9.0
    framework = framework_of(TREE, aggregate="geometric", missing={"indicator_coverage": 0.2})
    return score(matrix.loc[list(units)], framework)


worlds = st.lists(st.integers(0, 9), min_size=40, max_size=40)


@settings(max_examples=15, deadline=None)
@given(values=worlds, order=st.permutations(UNITS), seed=st.integers(0, 99))
def test_the_order_of_units_plays_no_part(framework_of, values, order, seed):
    factors = Factors(weighting=("equal",))
    one = draw(table(framework_of, values), n=60, seed=seed, factors=factors)
    other = draw(table(framework_of, values, order), n=60, seed=seed, factors=factors)
    expected = pd.DataFrame(one.ranks, columns=one.units)
    pd.testing.assert_frame_equal(pd.DataFrame(other.ranks, columns=other.units)[UNITS], expected)
    found, wanted = uncertainty(other), uncertainty(one)
    pd.testing.assert_frame_equal(
        found.loc[UNITS].drop(columns="group"), wanted.drop(columns="group")
    )


@settings(max_examples=15, deadline=None)
@given(values=worlds, holes=st.sets(st.integers(0, 39), max_size=12), seed=st.integers(0, 99))
def test_laws_of_probability(framework_of, values, holes, seed):
    values = [np.nan if place in holes else float(value) for place, value in enumerate(values)]
    card = table(framework_of, values)
    draws = draw(card, n=80, seed=seed, factors=Factors(weighting=("equal",), noise="uniform"))
    assert len(draws.number) + len(draws.failures) == draws.n == 80
    assert not set(draws.number) & set(draws.failures["draw"])
    assert len(draws.choices) == len(draws.ranks) == len(draws.weights)
    np.testing.assert_allclose(draws.weights.sum(axis=1), 1, rtol=1e-5)
    ranked = (draws.ranks > 0).any(axis=0)

    bands = tiers(draws)
    np.testing.assert_allclose(bands[[1, 2, 3, 4, 5]].sum(axis=1)[ranked], 1)
    places = [(draws.ranks == place).sum(axis=0) for place in range(1, 6)]
    assert (np.sum(places, axis=0) == (draws.ranks > 0).sum(axis=0)).all()
    assert (probability_top(draws, 5)[ranked] == 1).all()
    assert (probability_top(draws, 1) <= probability_top(draws, 2)).loc[draws.units[ranked]].all()

    ahead = dominance(draws).to_numpy()
    for i, k in np.argwhere(~np.isnan(ahead)):
        both = (draws.ranks[:, i] > 0) & (draws.ranks[:, k] > 0)
        tied = (draws.ranks[both, i] == draws.ranks[both, k]).mean()
        assert ahead[i, k] + ahead[k, i] + tied == pytest.approx(1)

    summary = uncertainty(draws)
    inside = summary[summary["median"].notna()]
    assert (inside["low"] <= inside["median"]).all()
    assert (inside["median"] <= inside["high"]).all()


def test_the_same_seed_gives_the_same_bytes(framework_of):
    card = table(framework_of, range(40))
    one, again, other = (draw(card, n=200, seed=seed) for seed in (5, 5, 6))
    assert one.ranks.tobytes() == again.ranks.tobytes()
    assert one.scores.tobytes() == again.scores.tobytes()
    assert one.weights.tobytes() == again.weights.tobytes()
    assert one.weights.tobytes() != other.weights.tobytes()


def test_more_draws_begin_with_the_same_noise(framework_of):
    """Fresh noise in each draw, never a small pool of weight sets."""
    card = table(framework_of, range(40))
    noise_only = replace(STATED, noise="uniform")
    draws = draw(card, n=500, factors=noise_only)
    assert len(np.unique(draws.weights, axis=0)) == 500
    shorter = draw(card, n=20, factors=noise_only)
    np.testing.assert_array_equal(draws.weights[:20], shorter.weights)


def test_the_chance_that_one_unit_is_ahead(framework_of, matrix_of):
    """a leads where x outweighs y; their stated weights are 5 to 4.

    With u, v uniform on [¾, 1¼], P(5u > 4v) = 27/32.
    """
    matrix = matrix_of(["a", "b"], [2021], x=[1, 0], y=[0, 1])
    framework = framework_of({"x": {"weight": 5}, "y": {"weight": 4}}, years=[2021], weigh="stated")
    factors = replace(STATED, noise="uniform")
    draws = draw(score(matrix, framework), n=20_000, factors=factors)
    assert dominance(draws).at["a", "b"] == pytest.approx(27 / 32, abs=0.012)
    assert probability_top(draws, 1).sum() == pytest.approx(1)


def test_a_draw_that_ranks_nobody_is_listed(framework_of, matrix_of, monkeypatch):
    monkeypatch.setattr("quyu.index.draws.CHUNK", 9)
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[1, None, 2, None])
    framework = framework_of({"x": {}}, missing={"indicator_coverage": 0.5})
    draws = draw(score(matrix, framework), n=100)
    assert set(draws.failures["reason"]) == {"no unit has a score in 2021"}
    assert set(draws.failures["imputation"]) == {"published"}
    assert set(draws.choices["imputation"]) == {"stated"}
    assert len(draws.failures) + len(draws.ranks) == 100
    assert 20 < len(draws.failures) < 80
    assert sorted([*draws.number, *draws.failures["draw"]]) == list(range(100))


def test_the_draws_can_be_followed_by_others(framework_of):
    """From a world's normalised panel with the weights comes each draw's score again."""
    card = table(framework_of, range(40))
    factors = Factors(aggregation=("arithmetic",), inside=("arithmetic",), weighting=("equal",))
    flat = card.framework.revised("g", {"aggregate": "arithmetic"})
    flat = flat.revised("h", {"aggregate": "arithmetic"})
    matrix = card.raw
    draws = draw(score(matrix, flat), n=50, factors=factors)
    seen = []
    for normalised, where in draws.worlds():
        panel = normalised.xs(2021, level=1)
        seen += where.tolist()
        for place in where:
            np.testing.assert_allclose(panel @ draws.weights[place], draws.scores[place], rtol=1e-5)
    assert sorted(seen) == list(range(50))


def test_every_level_is_drawn_as_often_as_the_others(framework_of):
    choices = draw(table(framework_of, range(40)), n=12_000, factors=Factors()).choices
    for factor in choices.columns.drop("left_out"):
        shares = choices[factor].value_counts(normalize=True)
        assert shares.to_numpy() == pytest.approx(1 / len(shares), abs=0.02), factor
    out = choices["left_out"].value_counts(normalize=True)
    assert out[""] == pytest.approx(0.5, abs=0.02)
    assert out.drop("").to_numpy() == pytest.approx(1 / 8, abs=0.02)


@pytest.mark.parametrize("interval", [0.5, 0.9])
def test_an_interval_holds_the_share_asked_for(framework_of, interval):
    found = draw(table(framework_of, np.random.default_rng(2).uniform(0, 9, 40)), n=2000,
                 factors=Factors(weighting=("equal",)), interval=interval)  # fmt: skip
    ends = uncertainty(found)[["low", "high"]].to_numpy()
    expected = np.quantile(found.ranks, found.ends, axis=0, method="inverted_cdf").T
    assert ends.tolist() == expected.tolist()
    assert found.ends == pytest.approx(((1 - interval) / 2, (1 + interval) / 2))


def test_bad_requests_are_refused(framework_of):
    card = table(framework_of, range(40))
    with pytest.raises(ValueError, match="n is 0"):
        draw(card, n=0)
    with pytest.raises(ValueError, match=r"year 1999 is not in the panel \[2020, 2021\]"):
        draw(card, n=1, year=1999)
    with pytest.raises(ValueError, match="interval is 90; it is a share of the draws"):
        draw(card, n=1, interval=90)


def test_other_years_can_be_ranked(framework_of):
    card = table(framework_of, range(40))
    draws = draw(card, n=2, year=2020, factors=STATED)
    assert draws.ranks[0].tolist() == card.ranks["index"].xs(2020, level=1).tolist()


def test_years_drawn_together_are_as_drawn_one_by_one(framework_of, matrix_of, monkeypatch):
    """Nobody has a score in 2021 where only what is published counts: failures differ by year."""
    monkeypatch.setattr("quyu.index.draws.CHUNK", 9)
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[1, None, 2, None])
    framework = framework_of({"x": {}}, missing={"indicator_coverage": 0.5})
    card = score(matrix, framework)
    together = draw_years(card, (2021, 2020), n=40, seed=7)
    assert list(together) == [2021, 2020]
    assert len(together[2021].failures) > 10 and together[2020].failures.empty
    for year, found in together.items():
        alone = draw(card, n=40, seed=7, year=year)
        assert (found.year, found.n, found.seed) == (year, 40, 7)
        pd.testing.assert_frame_equal(found.failures, alone.failures)
        for name in ("number", "method", "case", "weights", "scores", "ranks", "standing"):
            np.testing.assert_array_equal(getattr(found, name), getattr(alone, name))
            assert getattr(found, name).dtype == getattr(alone, name).dtype
    with pytest.raises(ValueError, match="year 1999 is not in the panel"):
        draw_years(card, (2020, 1999), n=1)


def test_alternatives_may_be_shared_between_years_but_not_between_cards(framework_of):
    card = table(framework_of, np.random.default_rng(5).uniform(1, 9, 40))
    options = alternatives(card, Factors())
    fresh, shared = draw(card, n=50, seed=3), draw(card, n=50, seed=3, factors=options)
    assert (fresh.ranks == shared.ranks).all() and (fresh.weights == shared.weights).all()
    with pytest.raises(ValueError, match="another scorecard"):
        draw(replace(card), n=50, factors=options)


# --- The products of matrices against the slow way: `score` once per draw, with changed frameworks.

UNITS_JOIN, YEARS = [f"u{i}" for i in range(9)], [2019, 2020, 2021]
TREE_JOIN = {
    "first": {"a": {}, "b": {"evidence": "proxy"}, "c": {"direction": "-"}},
    "second": {
        "deep": {"_aggregate": "harmonic", "d": {}, "e": {"evidence": "proxy"}},
        "f": {"structural": True},
    },
    "third": {"g": {"transform": "log"}, "h": {}, "k": {"normalise": "percentile"}},
}
MISSING = {"indicator_coverage": 0.3, "node_coverage": 0.6}


@pytest.fixture(scope="module")
def world(framework_of, matrix_of):
    """Nine synthetic units with holes: inside, at the edge, and one unit that lacks much."""
    rng = np.random.default_rng(7)
    matrix = matrix_of(UNITS_JOIN, YEARS, **{name: rng.uniform(1, 9, 27) for name in "abcdefghk"})
    matrix.loc[("u1", 2020), "a"] = np.nan
    matrix.loc[("u2", 2021), ["a", "d"]] = np.nan
    matrix.loc[(UNITS_JOIN, [2019, 2021]), "f"] = np.nan
    matrix.loc[("u3", 2020), "f"] = np.nan
    matrix.loc["u4", ["g", "h"]] = np.nan
    matrix.loc["u5", list("bcdeh")] = np.nan
    framework = framework_of(TREE_JOIN, years=[2020, 2021], aggregate="arithmetic", missing=MISSING)
    top = {"index": framework.index.model_copy(update={"aggregate": "geometric"})}
    return matrix, framework.model_copy(update=top)


def weighted(node, weights):
    """The node with the given weight on every part below it."""
    children = tuple(
        (weighted(child, weights) if isinstance(child, Node) else child).model_copy(
            update={"weight": weights[child.id]}
        )
        for child in node.children
    )
    return node.model_copy(update={"children": children})


def slowly(matrix, card, options, method, case, noise):
    """One draw by `score` itself."""
    chosen, what = options.methods.iloc[method], options.cases.iloc[case]
    weights = dict(zip(options.parts, options.weights[chosen.weighting] * noise, strict=True))
    framework = card.framework.revised("index", {"aggregate": chosen.aggregation, "weight": None})
    if chosen.inside != "stated":
        for node in ("first", "deep", "second", "third"):
            framework = framework.revised(node, {"aggregate": chosen.inside})
    update = {
        "normalise": chosen.normalisation,
        "goalpost_quantiles": chosen.goalposts,
        "weigh": "stated",
        "index": weighted(framework.index, weights),
    }
    if chosen.imputation == "published":
        update["missing"] = card.framework.missing.model_copy(update={"interior": 0, "edge": 0})
    framework = framework.model_copy(update=update)
    if what.left_out:
        framework = framework.without(what.left_out)
    posts = goalposts(card.treated, quantiles=chosen.goalposts)
    stored = card.state.goalposts()
    posts = posts.assign(mean=stored["mean"], sd=stored["sd"])
    return score(matrix, framework, state=state_of(framework, posts, {}))


def test_every_combination_ranks_as_score_does(world):
    matrix, framework = world
    card = score(matrix, framework)
    options = alternatives(card, Factors(weighting=("equal", "entropy", "critic")))
    rng = np.random.default_rng(1)
    method = np.arange(len(options.methods)).repeat(2)
    case = rng.integers(len(options.cases), size=len(method))
    noise = rng.uniform(0.5, 1.5, (len(method), len(options.parts)))
    found = join(options, method, case, noise, years=(2021,))[2021]
    assert len(method) > 100
    assert not found.reasons
    for i in rng.permutation(len(method))[:60]:
        slow = slowly(matrix, card, options, method[i], case[i], noise[i])
        index = slow.scores["index"].xs(2021, level=1)
        np.testing.assert_allclose(found.scores[i], index, atol=2e-9)
        ranks = slow.ranks["index"].xs(2021, level=1).fillna(0)
        assert found.ranks[i].tolist() == ranks.tolist()
        weights = pd.Series(found.weights[i], index=card.normalised.columns)
        pd.testing.assert_series_equal(
            weights[slow.weights.index], slow.weights, check_names=False, atol=1e-12
        )
        assert weights.drop(slow.weights.index).eq(0).all()
        pooled = np.sort(slow.scores["index"].dropna())
        for score_, standing in zip(index, found.standing[i], strict=True):
            for share in (0.2, 0.4, 0.6, 0.8):
                if not np.isnan(score_):
                    above = score_ >= np.quantile(pooled, share) - 1e-9
                    assert above == (standing >= share - 1e-12)


def test_nothing_varied_gives_the_stated_ranks(world):
    card = score(*world)
    draws = draw(card, n=3, factors=STATED)
    assert np.isnan(card.scores["index"].xs(2021, level=1)).sum() == 1, "u5 has no score"
    for ranks in draws.ranks:
        assert ranks.tolist() == draws.nominal().fillna(0).tolist()


def test_the_size_of_a_block_plays_no_part(world, monkeypatch):
    card = score(*world)
    whole = draw(card, n=300, seed=3)
    monkeypatch.setattr("quyu.index.draws.CELLS", 40)
    monkeypatch.setattr("quyu.index.draws.CHUNK", 7)
    small = draw(card, n=300, seed=3)
    for name in ("number", "method", "case", "weights", "scores", "ranks", "standing"):
        assert getattr(whole, name).tobytes() == getattr(small, name).tobytes(), name


def test_weights_that_all_vanish_are_a_failure_with_its_reason(framework_of, matrix_of):
    tree = {"x": {"weight": 1}, "y": {"weight": 0}, "z": {"weight": 0}}
    matrix = matrix_of(["a", "b"], [2021], x=[1, 2], y=[2, 1], z=[1, 2])
    card = score(matrix, framework_of(tree, years=[2021], weigh="stated"))
    draws = draw(card, n=50, factors=replace(STATED, left_out=("x",)))
    reason = "node 'index': the weights of the children that are left sum to 0"
    assert set(draws.failures["reason"]) == {reason}
    assert set(draws.failures["left_out"]) == {"x"}
    assert len(draws.failures) + len(draws.ranks) == 50
    assert (draws.choices["left_out"] == "").all()


def test_a_score_of_zero_or_less_fails_a_geometric_mean(framework_of, matrix_of):
    """With the stored goalposts of a narrower panel the reference scale reaches below 0."""
    tree = {"x": {"normalise": "reference"}, "y": {}}
    framework = framework_of(tree, years=[2021])
    state = score(matrix_of(["a", "b"], [2021], x=[1, 2], y=[1, 2]), framework).state
    card = score(matrix_of(["a", "b"], [2021], x=[-9, 2], y=[1, 2]), framework, state=state)
    draws = draw(card, n=40, factors=replace(STATED, aggregation=("stated", "geometric")))
    assert set(draws.failures["reason"]) == {
        "node 'index': geometric aggregation needs scores above 0; 'x' is -530 at unit 'a', year 2021"
    }
    assert set(draws.failures["aggregation"]) == {"geometric"}
    assert set(draws.choices["aggregation"]) == {"arithmetic"}


def test_ties_share_the_better_rank():
    scores = np.array([[3.0, 5.0, 3.0, 1.0, np.nan], [np.nan] * 5])
    assert competition_ranks(scores).tolist() == [[2, 1, 2, 4, 0], [0] * 5]


def test_noise_of_floating_point_is_a_tie(framework_of, matrix_of):
    matrix = matrix_of(["a", "b", "c"], [2021], x=[0.1 + 0.2, 0.3, 0], y=[1, 1, 0])
    card = score(matrix, framework_of({"x": {}, "y": {}}, years=[2021]))
    assert draw(card, n=2, factors=STATED).ranks.tolist() == [[1, 1, 3]] * 2
