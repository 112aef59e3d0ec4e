"""What one indicator alone would do: against rescoring, by hand, where nothing can be told."""

import numpy as np
import pandas as pd
import pytest

from quyu.index import score
from quyu.index.change import gain

TREE = {
    "_aggregate": "geometric",
    "left": {"_aggregate": "arithmetic", "a": {}, "b": {}},
    "right": {"c": {}},
}


def card_of(framework_of, matrix_of, tree=TREE, **keys):
    # goalposts 0 and 10 stand in every column, so that "m" scores between
    figures = {"a": [0, 10, 2], "b": [0, 10, 6], "c": [0, 10, 4]}
    matrix = matrix_of(["low", "high", "m"], [2020], **figures)
    return score(matrix, framework_of(tree, years=[2020], report_year=2020, **keys))


def test_the_tree_is_climbed_by_hand(framework_of, matrix_of):
    # on 1–100: a 20.8, b 60.4, c 40.6; left 40.6, right 40.6, index √(40.6 · 40.6)
    card = card_of(framework_of, matrix_of)
    gains = gain(card, "m", 2020)
    assert gains["a"] == pytest.approx(np.sqrt((100 + 60.4) / 2 * 40.6) - 40.6)
    assert gains["b"] == pytest.approx(np.sqrt((100 + 20.8) / 2 * 40.6) - 40.6)
    assert gains["c"] == pytest.approx(np.sqrt(40.6 * 100) - 40.6)


def test_the_order_can_differ_from_that_of_weighted_distances(framework_of, matrix_of):
    """b lacks less than c, but its goal is the weaker one."""
    figures = {"a": [0, 10, 0], "b": [0, 10, 0], "c": [0, 10, 3]}
    matrix = matrix_of(["low", "high", "m"], [2020], **figures)
    card = score(matrix, framework_of(TREE, years=[2020], report_year=2020))
    lacking = (card.weights * (100 - card.normalised.loc[("m", 2020)])).idxmax()
    assert lacking == "c"
    assert gain(card, "m", 2020).idxmax() in ("a", "b")


def test_what_is_at_full_score_or_missing(framework_of, matrix_of):
    card = card_of(framework_of, matrix_of)
    assert gain(card, "high", 2020).tolist() == pytest.approx([0, 0, 0])
    figures = {"a": [0, 10, None], "b": [0, 10, 6], "c": [0, 10, 4]}
    matrix = matrix_of(["low", "high", "m"], [2020], **figures)
    missing = {"indicator_coverage": 0.1, "node_coverage": 0.1}
    holed = score(matrix, framework_of(TREE, years=[2020], report_year=2020, missing=missing))
    gains = gain(holed, "m", 2020)
    assert np.isnan(gains["a"])
    assert gains["b"] == pytest.approx(np.sqrt(100 * 40.6) - np.sqrt(60.4 * 40.6))


def test_a_unit_without_an_index_gains_nothing_that_can_be_told(framework_of, matrix_of):
    figures = {"a": [0, 10, 2], "b": [0, 10, 6], "c": [0, 10, None]}
    matrix = matrix_of(["low", "high", "m"], [2020], **figures)
    missing = {"indicator_coverage": 0.1, "node_coverage": 0.9}
    card = score(matrix, framework_of(TREE, years=[2020], report_year=2020, missing=missing))
    assert np.isnan(card.scores.at[("m", 2020), "index"])
    assert gain(card, "m", 2020).isna().all()


@pytest.mark.parametrize("rule", ["topsis"])
def test_a_rule_that_compares_units_tells_no_gain(framework_of, matrix_of, rule):
    card = card_of(framework_of, matrix_of, {"_aggregate": rule, "a": {}, "b": {}, "c": {}})
    assert gain(card, "m", 2020).isna().all()


def test_an_unknown_unit_is_refused(framework_of, matrix_of):
    with pytest.raises(ValueError, match="'nowhere' is not scored in 2020"):
        gain(card_of(framework_of, matrix_of), "nowhere", 2020)


def test_the_index_itself_is_where_it_starts(framework_of, matrix_of):
    """Raising what is full already shows that the climb gives the card's own index back."""
    card = card_of(framework_of, matrix_of)
    top = card.normalised.copy()
    top.loc[("m", 2020), "a"] = 100.0
    gains = gain(card, "m", 2020)
    again = np.sqrt(top.loc[("m", 2020), ["a", "b"]].mean() * 40.6)
    assert card.scores.at[("m", 2020), "index"] + gains["a"] == pytest.approx(again)
    assert isinstance(gains, pd.Series)
