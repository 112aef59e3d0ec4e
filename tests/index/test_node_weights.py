"""What each child weighs, stated or drawn from the data."""

import pandas as pd
import pytest

from quyu.index import score
from quyu.index.weigh import WEIGH

N = None


@pytest.mark.parametrize("rule", ["entropy", "critic", "benefit_of_the_doubt"])
def test_weights_are_drawn_from_rows_observed_in_full(framework_of, matrix_of, rule):
    units = list("abcde")
    framework = framework_of({"g": {"x": {}, "y": {}, "z": {}}, "w": {}}, years=[2021], weigh=rule)
    matrix = matrix_of(
        units, [2021], x=[1, 2, 3, 4, 9], y=[4, 1, 3, 2, 9], z=[2, 4, 1, 3, N], w=[1, 2, 3, 4, 5]
    )
    card = score(matrix, framework)
    complete = card.normalised.loc[pd.IndexSlice[units[:4], :], ["x", "y", "z"]]
    pd.testing.assert_series_equal(
        card.child_weights["g"], WEIGH[rule](complete), check_names=False
    )
    assert card.child_weights["index"].to_dict() == {"g": 0.5, "w": 0.5}, "nodes are equal"
    assert card.state.weights[rule]["g"] == card.child_weights["g"].to_dict()


def test_no_row_in_full_is_refused(framework_of, matrix_of):
    framework = framework_of(
        {"g": {"x": {}, "y": {}}}, years=[2021], weigh="critic", missing={"indicator_coverage": 0.5}
    )
    matrix = matrix_of(list("abcd"), [2021], x=[1, 2, N, N], y=[N, N, 1, 2])
    with pytest.raises(ValueError, match=r"critic weights are drawn .* none for \['x', 'y'\]"):
        score(matrix, framework)


def test_what_is_dropped_leaves_its_weight_to_its_siblings(framework_of, matrix_of):
    tree = {"x": {"weight": 1}, "y": {"weight": 3}, "z": {"weight": 4}}
    matrix = matrix_of(["a", "b"], [2021], x=[1, 2], y=[2, 1], z=[N, N])
    card = score(matrix, framework_of(tree, years=[2021], weigh="stated"))
    assert card.weights.to_dict() == {"x": 0.25, "y": 0.75}


def test_weights_that_vanish_with_what_was_dropped(framework_of, matrix_of):
    tree = {"g": {"x": {"weight": 0}, "y": {"weight": 1}}, "w": {}}
    matrix = matrix_of(["a", "b"], [2021], x=[1, 2], y=[N, N], w=[1, 2])
    with pytest.raises(ValueError, match=r"node 'g': the weights .* left, \['x'\], sum to 0"):
        score(matrix, framework_of(tree, years=[2021], weigh="stated"))


def test_dropped_lists_only_what_the_framework_holds(framework_of, matrix_of):
    framework = framework_of({"x": {}, "y": {}, "z": {}}, years=[2021])
    matrix = matrix_of(["a", "b"], [2021], x=[1, 2], y=[2, 1], z=[N, N])
    state = score(matrix, framework).state
    assert score(matrix, framework.without("z"), state=state).dropped.empty
