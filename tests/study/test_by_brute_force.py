"""The draws of the embedded study, and what Sobol makes of them, against the slow way."""

import numpy as np
import pandas as pd
import pytest

from quyu.index import Node, score
from quyu.index.alternatives import NOISE, Factors, alternatives
from quyu.index.draws import cases_drawn, draw, join
from quyu.index.normalise import goalposts
from quyu.index.sensitivity import sensitivity
from quyu.index.state import state_of
from quyu.study import report_year
from quyu.study.certainty import read_robustness

pytestmark = pytest.mark.prove
YEAR, DRAWS, RUNS = report_year(), 2_000, 2**14


@pytest.fixture(scope="module")
def study(opened):
    return opened("zh-hant")


@pytest.fixture(scope="module")
def options(study):
    return alternatives(study.card, Factors(**read_robustness().factors))


def from_scratch(study, level, left_out, weights):
    """The scorecard of the published figures by one draw's choices: `score`, and nothing of the draws."""
    card, choices = study.card, study.card.framework.revised("index", {"weight": None})
    choices = choices.revised("index", {"aggregate": level["aggregation"]})
    for goal in choices.goals:
        choices = choices.revised(goal.id, {"aggregate": level["inside"]})

    def weighed(node):
        children = [weighed(c) if isinstance(c, Node) else c for c in node.children]
        told = [c.model_copy(update={"weight": weights.get(c.id, 0.0)}) for c in children]
        return node.model_copy(update={"children": tuple(told)})

    choices = choices.model_copy(
        update={
            "index": weighed(choices.index),
            "weigh": "stated",
            "normalise": level["normalisation"],
            "goalpost_quantiles": level["goalposts"],
        }
    )
    if left_out:
        choices = choices.without(left_out)
    posts = card.state.goalposts()
    if level["goalposts"] != card.framework.goalpost_quantiles:
        ends = goalposts(card.treated, quantiles=level["goalposts"])
        posts = posts.assign(low=ends["low"], high=ends["high"])
    zones = study.facts.provinces["zone"]
    return score(study.figures, choices, state=state_of(choices, posts, {}), groups=zones)


def test_every_draw_is_scored_from_scratch(study, options):
    """Weights from the data by `score` too; then ±25 % on each, one indicator out in half of them."""
    zones = study.facts.provinces["zone"]
    base = {}
    for rule in options.methods["weighting"].unique():
        choices = study.card.framework.model_copy(update={"weigh": rule})
        found = score(study.figures, choices, groups=zones).child_weights
        base[rule] = pd.concat(list(found.values()))
    rng = np.random.default_rng(1914)
    method = rng.integers(len(options.methods), size=DRAWS)
    case = rng.integers(len(options.cases), size=DRAWS)
    case[: DRAWS // 2] = options.cases.index[options.cases["left_out"] == ""][0]
    noise = NOISE[options.factors.noise](rng.random((DRAWS, len(options.parts))))
    found = join(options, method, case, noise, years=(YEAR,))[YEAR]
    assert not found.reasons
    for at in range(DRAWS):
        level, left_out = options.methods.iloc[method[at]], options.cases.at[case[at], "left_out"]
        weights = base[level["weighting"]] * pd.Series(noise[at], options.parts)
        slow = from_scratch(study, level, left_out, weights.to_dict())
        index = slow.scores["index"].xs(YEAR, level="year")
        np.testing.assert_allclose(found.scores[at], index, atol=2e-9, err_msg=f"draw {at}")
        ranks = slow.ranks["index"].xs(YEAR, level="year")
        assert found.ranks[at].tolist() == ranks.tolist(), at


def test_draws_are_joined_from_what_was_drawn(study, options):
    """`draw` gives what `join` gives for the same numbers, and each level as often as the others."""
    drawn = draw(study.card, n=DRAWS, seed=3, factors=options)
    chosen, noisy = np.random.default_rng(3).spawn(2)
    method = chosen.integers(len(options.methods), size=DRAWS)
    case = cases_drawn(options, chosen.random(DRAWS))
    noise = NOISE[options.factors.noise](noisy.random((DRAWS, len(options.parts))))
    found = join(options, method, case, noise, years=(YEAR,))[YEAR]
    assert (drawn.ranks == found.ranks).all()


def test_sobol_against_pick_freeze_of_its_own_sample(study, options):
    """Saltelli's first and Jansen's total order, worked out here over pseudo-random numbers."""
    told = read_robustness()
    found = sensitivity(
        study.card, n=told.sobol, seed=told.seed, year=YEAR, factors=Factors(**told.factors)
    ).mean_shift
    rng, counts = np.random.default_rng(77), options.methods.nunique()
    nominal = study.card.ranks["index"].xs(YEAR, level="year").to_numpy()

    def sample():
        levels = {name: rng.integers(count, size=RUNS) for name, count in counts.items()}
        return levels | {
            "left_out": rng.random(RUNS),
            "noise": rng.random((RUNS, len(options.parts))),
        }

    def shift(picked):
        method = np.ravel_multi_index([picked[name] for name in counts.index], counts.to_list())
        case = cases_drawn(options, picked["left_out"])
        noise = NOISE[options.factors.noise](picked["noise"])
        ranks = join(options, method, case, noise, years=(YEAR,))[YEAR].ranks
        return np.abs(ranks - nominal).mean(axis=1)

    one, two = sample(), sample()
    a, b = shift(one), shift(two)
    variance = np.concatenate([a, b]).var()
    assert set(found.index) == {*counts.index[counts > 1], "left_out", "noise"}
    for factor in found.index:
        mixed = shift(one | {factor: two[factor]})  # a, but for this factor from b
        first = ((b - b.mean()) * (mixed - a)).mean() / variance
        total = 0.5 * ((a - mixed) ** 2).mean() / variance
        # Four standard errors of either, of our own sample and of the design's own.
        for name, own, parts in (
            ("S1", first, (b - b.mean()) * (mixed - a)),
            ("ST", total, 0.5 * (a - mixed) ** 2),
        ):
            error = np.hypot(
                parts.std() / variance / np.sqrt(RUNS), found.at[factor, f"{name}_conf"] / 1.96
            )
            assert abs(found.at[factor, name] - own) < 4 * error, (factor, name)
