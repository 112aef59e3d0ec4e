"""The decomposition of a change: exact, whatever the means and however deep the tree."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.index import score
from quyu.index.change import (
    SLOPE,
    change,
    gain,
    multipliers,
    scored_weights,
    sole_movers,
)

rules = st.sampled_from(sorted(SLOPE))
figures = st.lists(st.integers(0, 50), min_size=40, max_size=40)


def deep(framework_of, top="geometric", inner="arithmetic", deepest="harmonic", **keys):
    tree = {
        "g": {"_aggregate": inner, "sub": {"_aggregate": deepest, "x": {}, "y": {}}, "z": {}},
        "h": {"w": {}, "s": {"structural": True}},
    }
    return framework_of(tree, aggregate="arithmetic", **keys).revised("index", {"aggregate": top})


@settings(max_examples=40, deadline=None)
@given(values=figures, top=rules, inner=rules, deepest=rules)
def test_the_parts_sum_to_the_change(framework_of, values, top, inner, deepest):
    rows = pd.MultiIndex.from_product([list("abcd"), [2020, 2021]], names=["place", "when"])
    matrix = pd.DataFrame(
        np.reshape(values, (8, 5)), index=rows, columns=list("xyzws"), dtype=float
    )
    matrix.iloc[0], matrix.iloc[1] = 0, 60  # no indicator without range
    card = score(matrix, deep(framework_of, top, inner, deepest))
    for node in ("index", "g", "sub"):
        found = change(card, 2020, 2021, node=node)
        scores = card.scores[node]
        moved = scores.xs(2021, level=1) - scores.xs(2020, level=1)
        np.testing.assert_allclose(found.total, moved, atol=1e-12)
        np.testing.assert_allclose(found.contributions.sum(axis=1), moved, atol=1e-12)
        assert found.refused.empty
    whole = change(card, 2020, 2021).contributions
    assert (whole["s"] == 0).all()
    still = card.normalised.xs(2021, level=1) == card.normalised.xs(2020, level=1)
    assert (whole.where(still, 0) == 0).all(axis=None)
    assert (
        (whole * (card.normalised.xs(2021, level=1) - card.normalised.xs(2020, level=1))) >= 0
    ).all(axis=None), "what rises never pulls down"


def test_it_can_be_read_backwards(framework_of, matrix_of):
    rng = np.random.default_rng(2)
    matrix = matrix_of(
        list("abc"), [2020, 2021], **{name: rng.uniform(0, 9, 6) for name in "xyzws"}
    )
    card = score(matrix, deep(framework_of))
    there, back = change(card, 2020, 2021), change(card, 2021, 2020)
    pd.testing.assert_frame_equal(there.contributions, -back.contributions)


def test_arithmetic_is_weight_times_change(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[0, 1, 4, 2], y=[0, 4, 2, 4])
    card = score(matrix, framework_of({"x": {}, "y": {}}, scale=[0, 100]))
    found = change(card, 2020, 2021)
    assert found.contributions.to_numpy().tolist() == [[12.5, 50], [-25, 25]]
    assert found.total.tolist() == [62.5, 0]


def test_geometric_by_hand():
    """Both double: √(1·4) = 2 → √(2·8) = 4. ln 2 each, so one point each of the two."""
    before, after = pd.DataFrame({"x": [1.0], "y": [4.0]}), pd.DataFrame({"x": [2.0], "y": [8.0]})
    worth = multipliers(before, after, pd.Series({"x": 1.0, "y": 1.0}), "geometric")
    assert (worth * (after - before)).to_numpy().tolist() == [pytest.approx([1, 1])]


def test_offsetting_changes_cancel_exactly():
    """1 · 4 → 4 · 1: no change in the mean, but 2 ln 2 for and against at the level of 2."""
    before, after = pd.DataFrame({"x": [1.0], "y": [4.0]}), pd.DataFrame({"x": [4.0], "y": [1.0]})
    worth = multipliers(before, after, pd.Series({"x": 1.0, "y": 1.0}), "geometric")
    parts = (worth * (after - before)).to_numpy()[0]
    assert parts == pytest.approx([2 * np.log(2), -2 * np.log(2)])
    assert abs(parts.sum()) < 1e-12


def test_missing_in_both_years_is_no_obstacle(framework_of, matrix_of):
    matrix = matrix_of(
        ["a", "b"], [2020, 2021], x=[1, 2, 3, 4], y=[4, 3, 2, 1], z=[None, None, 1, 2]
    )
    framework = framework_of({"x": {}, "y": {}, "z": {}}, missing={"indicator_coverage": 0.5})
    found = change(score(matrix, framework), 2020, 2021)
    assert found.refused.empty
    assert found.contributions.loc["a", "z"] == 0
    assert found.contributions.sum(axis=1).tolist() == pytest.approx(found.total.tolist())


def test_what_came_or_went_is_refused_with_the_reason(framework_of, matrix_of):
    matrix = matrix_of(
        ["a", "b", "c"], [2020, 2021, 2022],
        x=[1, 2, 3, 4, 5, 6, 7, 8, None], y=[4, 3, 2, 1, 2, 3, 5, 5, None],
        z=[None, 1, 2, 2, 3, 4, 5, 5, None],
    )  # fmt: skip
    framework = framework_of(
        {"x": {}, "y": {}, "z": {}}, years=[2020, 2021, 2022], report_year=2022,
        missing={"edge": 0},
    )  # fmt: skip
    found = change(score(matrix, framework), 2020, 2022)
    assert found.refused.to_dict() == {
        "a": "'z' is observed in 2022 only, so that the weights moved as well",
        "c": "no score of 'index' in 2022",
    }
    assert found.contributions.loc[["a", "c"]].isna().all(axis=None)
    assert not found.contributions.loc["b"].isna().any()
    assert not np.isnan(found.total["a"])


def test_what_happens_below_a_node_without_score_is_no_obstacle(framework_of, matrix_of):
    """g of a has no score in either year, so it does not matter that y came."""
    matrix = matrix_of(
        list("ab"), [2020, 2021], x=[None, None, 3, 4], y=[None, 3, 2, 1], u=[None, None, 3, 1],
        v=[1, 2, 3, 1], w=[2, 3, 1, 2],
    )  # fmt: skip
    framework = framework_of(
        {"g": {"x": {}, "y": {}, "u": {}}, "v": {}, "w": {}},
        missing={"indicator_coverage": 0.5, "edge": 0},
    )
    found = change(score(matrix, framework), 2020, 2021)
    assert found.refused.empty
    assert found.contributions.loc["a", ["x", "y", "u"]].tolist() == [0, 0, 0]
    assert found.contributions.loc["a"].sum() == pytest.approx(found.total["a"])


def test_carried_cells_are_flagged(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[1, 2, 3, 4], y=[None, 3, 2, 1])
    found = change(score(matrix, framework_of({"x": {}, "y": {}})), 2020, 2021)
    assert found.flags["y"].tolist() == ["carried", ""]
    assert found.contributions.loc["a", "y"] == 0


def test_bad_requests_are_refused(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[1, 2, 3, 4], y=[4, 3, 2, 1])
    card = score(matrix, framework_of({"x": {}, "y": {}}))
    with pytest.raises(ValueError, match="year 2019 is not in the panel"):
        change(card, 2019, 2021)
    with pytest.raises(ValueError, match="no scored node is 'x'; there are index"):
        change(card, 2020, 2021, node="x")
    topsis = score(matrix, framework_of({"x": {}, "y": {}}, aggregate="topsis"))
    with pytest.raises(ValueError, match="'index' is joined by topsis; only means"):
        change(topsis, 2020, 2021)


@pytest.mark.parametrize("to", [2.0, 4.0, 0.5, 1.0 + 1e-12])
def test_geometric_whatever_the_step(to):
    before, after = pd.DataFrame({"x": [1.0], "y": [9.0]}), pd.DataFrame({"x": [to], "y": [9.0]})
    worth = multipliers(before, after, pd.Series({"x": 1.0, "y": 1.0}), "geometric")
    assert worth.at[0, "x"] * (to - 1) == pytest.approx(3 * to**0.5 - 3, rel=1e-3)


def test_a_point_is_worth_its_weight_in_an_arithmetic_mean():
    before, after = pd.DataFrame({"x": [1.0], "y": [4.0]}), pd.DataFrame({"x": [2.0], "y": [9.0]})
    worth = multipliers(before, after, pd.Series({"x": 3.0, "y": 1.0}), "arithmetic")
    assert worth.to_numpy().tolist() == [[0.75, 0.25]]


def test_flags_tell_both_years_where_they_differ(framework_of, matrix_of):
    matrix = matrix_of(
        ["a", "b"], [2020, 2021, 2022],
        x=[1, 2, 3, 4, 5, 6], y=[None, 3, None, 2, 1, 4], s=[None, 2, None, 3, None, None],
    )  # fmt: skip
    framework = framework_of(
        {"x": {}, "y": {}, "s": {"structural": True}}, years=[2020, 2021, 2022],
        report_year=2022, missing={"indicator_coverage": 0.1},
    )  # fmt: skip
    card = score(matrix, framework)
    assert change(card, 2020, 2022).flags.loc["a"].tolist() == ["", "carried", "structural"]
    assert change(card, 2021, 2022).flags.loc["a"].tolist() == ["", "carried", "structural"]
    assert change(card, 2020, 2021).flags.loc["b"].tolist() == ["", "", "structural"]


def test_a_reason_names_the_year_that_lacks_or_has_it(framework_of, matrix_of):
    matrix = matrix_of(
        ["a", "b", "c"], [2020, 2021, 2022],
        x=[None, 2, 3, 4, 5, 6, 7, 8, 9], y=[None, 3, 2, 1, 2, 3, 5, 5, 6],
        z=[None, 1, 2, 2, 3, None, 5, 5, 7],
    )  # fmt: skip
    framework = framework_of(
        {"x": {}, "y": {}, "z": {}}, years=[2020, 2021, 2022], report_year=2022,
        missing={"edge": 0},
    )  # fmt: skip
    found = change(score(matrix, framework), 2020, 2022)
    assert found.refused.to_dict() == {
        "a": "no score of 'index' in 2020",
        "b": "'z' is observed in 2020 only, so that the weights moved as well",
    }
    assert (found.refused.name, found.refused.index.name) == ("reason", "place")
    assert found.total.name == "change"


def test_what_happens_outside_the_node_is_no_obstacle_to_it(framework_of, matrix_of):
    matrix = matrix_of(
        ["a", "b"], [2020, 2021], x=[1, 2, 3, 4], y=[4, 3, 2, 1], u=[None, 2, 3, 4],
        v=[1, 2, 4, 3], w=[1, 3, 2, 4],
    )  # fmt: skip
    framework = framework_of(
        {"g": {"x": {}, "y": {}}, "h": {"u": {}, "v": {}, "w": {}}}, missing={"edge": 0}
    )
    card = score(matrix, framework)
    assert change(card, 2020, 2021, node="g").refused.empty
    assert list(change(card, 2020, 2021).refused.index) == ["a"]


@pytest.mark.parametrize("odd", ["p", "q", "r"])
def test_a_rule_that_is_no_mean_is_found_wherever_it_is(framework_of, matrix_of, odd):
    tree = {"p": {"r": {"x": {}, "y": {}}, "z": {}}, "q": {"u": {}, "v": {}}}
    framework = framework_of(tree).revised(odd, {"aggregate": "topsis"})
    figures = {name: [1, 2, 3, 4] for name in "xyzuv"}
    card = score(matrix_of(["a", "b"], [2020, 2021], **figures), framework)
    with pytest.raises(ValueError, match=f"node '{odd}' is joined by topsis; .*: arithmetic, geo"):
        change(card, 2020, 2021)


def test_what_happens_deep_below_a_node_without_score_is_no_obstacle(framework_of, matrix_of):
    """h of a has a score and x came to it, but g above has none in either year."""
    names = ["x", "y", "k", "z", "u", "v", "w"]
    matrix = matrix_of(list("ab"), [2020, 2021], **{name: [1, 2, 4, 3] for name in names})
    matrix.loc[("a", 2020), "x"] = None
    matrix.loc["a", ["z", "u"]] = None
    tree = {"g": {"h": {"x": {}, "y": {}, "k": {}}, "z": {}, "u": {}}, "v": {}, "w": {}}
    framework = framework_of(tree, missing={"indicator_coverage": 0.5, "edge": 0})
    card = score(matrix, framework)
    assert card.scores.loc["a", "h"].notna().all()
    assert change(card, 2020, 2021).refused.empty
    with pytest.raises(ValueError, match="no scored node is 'x'; there are h, g, index"):
        change(card, 2020, 2021, node="x")


# --- What one indicator alone would do: against rescoring, by hand, where nothing can be told.

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


def test_a_sibling_has_the_weight_of_what_is_missing(framework_of, matrix_of):
    """Of three in g one is missing for b: ¼ each instead of 1/6."""
    tree = {"g": {"x": {}, "y": {}, "z": {}}, "h": {"w": {}}}
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[1, 2, 3, 4], y=[4, 2, 1, 3], z=[1, 2, 3, None],
                       w=[5, 6, 7, 8])  # fmt: skip
    framework = framework_of(tree, missing={"node_coverage": 0.5, "edge": 0})
    found = scored_weights(score(matrix, framework))
    assert found.loc[("a", 2021)].tolist() == pytest.approx([1 / 6] * 3 + [1 / 2])
    assert found.loc[("b", 2021)].tolist() == pytest.approx([1 / 4, 1 / 4, 0, 1 / 2])
    assert found.sum(axis=1).tolist() == pytest.approx([1] * 4)


def test_a_gain_goes_as_far_as_asked(framework_of, matrix_of):
    card = card_of(framework_of, matrix_of)
    here = card.normalised.loc[("m", 2020)]
    assert gain(card, "m", 2020, to=here).tolist() == pytest.approx([0] * len(here))
    top = pd.Series(card.framework.scale[1], here.index)
    pd.testing.assert_series_equal(gain(card, "m", 2020, to=top), gain(card, "m", 2020))
    some = gain(card, "m", 2020, to=here.iloc[:1] + 1)
    assert some.iloc[0] > 0 and some.iloc[1:].isna().all()


def test_the_one_that_can_move_a_goal(framework_of, matrix_of):
    held = {"structural": True}
    tree = {"g": {"x": {}, "y": held}, "h": {"z": {}}, "k": {"v": held, "w": held}}
    figures = {name: [1, 2, 3, 5] for name in "xyzvw"}
    card = score(matrix_of(["a", "b"], [2020, 2021], **figures), framework_of(tree))
    assert sole_movers(card) == {"g": "x"}, "z stands for itself, and k stands still"
