"""Goals in every draw: what the draws keep of the index comes out of the same tree again."""

import numpy as np
import pandas as pd
import pytest

from quyu.index import Framework, score
from quyu.index.alternatives import Factors
from quyu.index.draws import draw
from quyu.regions.lens_input import drawn_views, goal_scores, nominal_view, then_and_now

YEARS = [2020, 2021]


def leaf(name, **keys):
    text = {"zh-hant": name, "en": name}
    return {"id": name, "name": text, "unit": text, "formula": name, "direction": "+"} | {
        "evidence": "direct",
        "phrase": name,
        **keys,
    }


def node(name, *children, **keys):
    return {"id": name, "name": {"zh-hant": name, "en": name}, "children": list(children), **keys}


def framework(*goals, **keys):
    raw = {"name": {"zh-hant": "小世界", "en": "small world"}, "version": "test", "years": YEARS}
    raw |= {"report_year": 2021, "base_year": 2020, "index": node("index", *goals)}
    return Framework.model_validate(raw | keys)


@pytest.fixture(scope="module")
def deep():
    """Three levels, three rules, an indicator as a goal, proxies, carried and missing cells."""
    tree = framework(
        node(
            "g",
            node("inner", leaf("p"), leaf("q", evidence="proxy"), aggregate="geometric"),
            leaf("r"),
        ),
        node("h", leaf("s", evidence="proxy"), leaf("t"), aggregate="harmonic"),
        leaf("u"),
        aggregate="arithmetic",
        missing={"indicator_coverage": 0.5, "node_coverage": 0.5},
    )
    tree = tree.revised("index", {"aggregate": "geometric"})
    rng = np.random.default_rng(8)
    rows = pd.MultiIndex.from_product([list("abcdefg"), YEARS], names=["place", "when"])
    matrix = pd.DataFrame(rng.uniform(1, 9, (14, 6)), index=rows, columns=list("pqrstu"))
    matrix.loc[("a", 2020), ["p", "t"]] = np.nan  # carried back
    matrix.loc[("b", slice(None)), "q"] = np.nan
    matrix.loc[("c", slice(None)), ["s", "u"]] = np.nan
    matrix.loc[("d", slice(None)), ["s", "t", "u"]] = np.nan  # no index in some draws
    return draw(score(matrix, tree), n=400, seed=3)


def test_the_index_of_every_draw_comes_out_again(deep):
    seen = 0
    for view in drawn_views(deep):
        expected = deep.scores[view.positions]
        np.testing.assert_allclose(view.scores["index"], expected, rtol=1e-4)
        seen += len(view.positions)
    assert seen == len(deep.scores)
    assert np.isnan(deep.scores).any() and not np.isnan(deep.scores).all()


def test_the_stated_method_gives_the_card(deep):
    view = nominal_view(deep)
    for name, found in view.scores.items():
        wanted = deep.card.scores[name].xs(2021, level=1)
        np.testing.assert_allclose(found[0], wanted, rtol=1e-12)


def test_an_indicator_that_is_a_goal_can_be_left_out_too():
    tree = framework(leaf("p"), leaf("q", evidence="proxy"), aggregate="arithmetic")
    rows = pd.MultiIndex.from_product([list("ab"), YEARS])
    matrix = pd.DataFrame({"p": [1, 2, 3, 4], "q": [4, 3, 2, 1]}, index=rows, dtype=float)
    draws = draw(score(matrix, tree), n=60)
    for view in drawn_views(draws):
        lost = np.isnan(view.scores["q"]).all(axis=1)
        assert (lost == (view.weights[:, 1] == 0)).all()
    assert 0 < (draws.weights[:, 1] == 0).sum() < 60


def test_a_gain_rests_on_the_same_indicators_in_both_years():
    """y of b is published in 2021 only, y of d in 2020 only: their goals rise by what x does."""
    tree = framework(
        node("g", leaf("x"), leaf("y")), scale=(0, 100), missing={"edge": 0, "node_coverage": 0.5}
    )
    rows = pd.MultiIndex.from_product([list("abcd"), YEARS])
    values = {"x": [0, 50, 20, 30, 50, 100, 0, 1], "y": [0, 100, None, 100, 20, 10, 90, None]}
    draws = draw(score(pd.DataFrame(values, index=rows, dtype=float), tree), n=1)
    view = nominal_view(draws)
    then, now = then_and_now(view, "g", 2020)
    assert then[0].tolist() == [0, 20, 35, 0]
    assert now[0].tolist() == [75, 30, 55, 1]
    assert goal_scores(view, view.at(2021))["g"][0].tolist() == [75, 65, 55, 1]


def test_too_little_is_no_score():
    """Of weights 1, 3 and 2, two thirds are not too little, though single precision says so."""
    tree = framework(
        node("g", leaf("x", weight=1), leaf("y", weight=3), leaf("z", weight=2), weight=1),
        scale=(0, 100),
        weigh="stated",
        missing={"edge": 0, "indicator_coverage": 0.1, "node_coverage": "2/3"},
    )
    rows = pd.MultiIndex.from_product([list("abc"), YEARS])
    gaps = {"x": [0, 100, 1, 1, 2, 2], "y": [0, 100, 1, None, 2, 2], "z": [0, 9, 1, None, 2, None]}
    stated = Factors(*[("stated",)] * 4, "none", ("stated",), ("stated",), ())
    draws = draw(score(pd.DataFrame(gaps, index=rows, dtype=float), tree), n=2, factors=stated)
    for view in [nominal_view(draws), *drawn_views(draws)]:
        lost = np.isnan(view.scores["g"])
        assert lost.tolist() == [[False, True, False]] * len(lost)
