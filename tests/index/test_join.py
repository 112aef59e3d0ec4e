"""The products of matrices against the slow way: `score` once per draw, with changed frameworks."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from quyu.index import Node, score
from quyu.index.alternatives import STATED, Factors, alternatives
from quyu.index.climb import competition_ranks
from quyu.index.draws import draw, join
from quyu.index.normalise import goalposts
from quyu.index.state import state_of

UNITS, YEARS = [f"u{i}" for i in range(9)], [2019, 2020, 2021]
TREE = {
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
    matrix = matrix_of(UNITS, YEARS, **{name: rng.uniform(1, 9, 27) for name in "abcdefghk"})
    matrix.loc[("u1", 2020), "a"] = np.nan
    matrix.loc[("u2", 2021), ["a", "d"]] = np.nan
    matrix.loc[(UNITS, [2019, 2021]), "f"] = np.nan
    matrix.loc[("u3", 2020), "f"] = np.nan
    matrix.loc["u4", ["g", "h"]] = np.nan
    matrix.loc["u5", list("bcdeh")] = np.nan
    framework = framework_of(TREE, years=[2020, 2021], aggregate="arithmetic", missing=MISSING)
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
    update = {
        "normalise": chosen.normalisation,
        "goalpost_quantiles": chosen.goalposts,
        "weigh": "stated",
        "index": weighted(framework.index, weights),
    }
    if chosen.imputation == "published":
        update["missing"] = card.framework.missing.model_copy(update={"interior": 0, "edge": 0})
    framework = framework.model_copy(update=update)
    if what.evidence == "direct":
        framework = framework.only("direct")
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
