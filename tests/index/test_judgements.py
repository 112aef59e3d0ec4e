"""Weights that experts judged, chosen in a framework: worked by hand, read from YAML, refused."""

import pandas as pd
import pytest
import yaml

from quyu.facts import embedded
from quyu.index import read_framework, score
from quyu.index.framework import WEIGH
from quyu.index.weigh import WEIGH as RULES

GOALS = {"g": ["1", 3], "w": ["1/3", 1]}
INSIDE = {"x": [2, "4"], "y": [2], "z": []}  # 4 : 2 : 1
TREE = {
    "_judgements": GOALS,
    "g": {"_judgements": INSIDE, "x": {}, "y": {}, "z": {}},
    "w": {},
}
CONTRARY = {"x": [2, 0.5], "y": [2], "z": []}  # x beats y, y beats z, z beats x


@pytest.fixture
def matrix(matrix_of):
    figures = {"x": [1, 2, 3, 9], "y": [4, 1, 3, 2], "z": [2, 4, 1, 3], "w": [1, 2, 3, 4]}
    return matrix_of(list("abcd"), [2021], **figures)


@pytest.fixture
def judged(framework_of):
    return framework_of(TREE, weigh="ahp", years=[2021])


def test_every_weighting_can_be_chosen_by_name():
    assert set(WEIGH) == set(RULES)


def test_judgements_hold_at_every_level(judged, matrix):
    card = score(matrix, judged)
    assert (card.child_weights["index"] * 4).round(9).to_dict() == {"g": 3, "w": 1}
    assert (card.child_weights["g"] * 7).round(9).to_dict() == {"x": 4, "y": 2, "z": 1}
    assert (card.weights * 28).round(9).to_dict() == {"x": 12, "y": 6, "z": 3, "w": 7}
    assert card.state.weights == {}, "nothing was drawn from the data"


def test_a_full_table_says_the_same_as_its_upper_half(judged, matrix):
    full = {"x": [1, 2, 4], "y": ["1/2", 1, 2], "z": [0.25, "1/2", 1]}
    again = score(matrix, judged.revised("g", {"judgements": full}))
    pd.testing.assert_series_equal(again.weights, score(matrix, judged).weights)


def test_points_are_averaged_over_experts(framework_of, matrix):
    points = {"Li": {"x": 30, "w": 70}, "Wang": {"w": 90, "x": 10}}
    framework = framework_of(
        {"_points": points, "x": {}, "w": {}}, weigh="budget_allocation", years=[2021]
    )
    assert score(matrix, framework).weights.round(9).to_dict() == {"x": 0.2, "w": 0.8}


def test_a_single_child_needs_no_judgement(framework_of, matrix):
    tree = {"_judgements": {"g": [3], "w": []}, "g": {"x": {}}, "w": {}}
    card = score(matrix, framework_of(tree, weigh="ahp", years=[2021]))
    assert card.weights.round(9).to_dict() == {"x": 0.75, "w": 0.25}


def test_what_is_left_out_leaves_the_others_their_proportions(judged, matrix):
    without = score(matrix, judged.without("y"))
    assert (without.child_weights["g"] * 5).round(9).to_dict() == {"x": 4, "z": 1}
    thin = score(matrix.assign(y=None).astype(float), judged)
    assert thin.child_weights["g"].equals(without.child_weights["g"])


def test_a_gap_may_be_judged_before_it_is_published(framework_of, matrix):
    tree = {"_judgements": INSIDE, "x": {}, "y": {"published": False}, "z": {}}
    card = score(matrix, framework_of(tree, weigh="ahp", years=[2021]))
    assert card.weights.round(9).to_dict() == {"x": 0.8, "z": 0.2}


def test_a_state_without_the_part_drawn_from_data_is_refused(framework_of, matrix):
    state = score(matrix, framework_of(TREE, weigh="ahp", years=[2021])).state
    tree = {"g": {"x": {}, "y": {}, "z": {}}, "w": {}}
    framework = framework_of(tree, weigh="critic", years=[2021])
    with pytest.raises(ValueError, match=r"weights by 'ahp', .* asks for 'critic'; run"):
        score(matrix, framework, state=state)


def test_an_indicator_that_moved_to_another_node_has_no_stored_weight(framework_of, matrix):
    first = framework_of({"g": {"x": {}, "y": {}}, "w": {}, "z": {}}, years=[2021], weigh="critic")
    moved = framework_of({"g": {"x": {}, "y": {}, "z": {}}, "w": {}}, years=[2021], weigh="critic")
    with pytest.raises(
        ValueError, match=r"no weight is stored for indicator 'z' beside .*--rebase"
    ):
        score(matrix, moved, state=score(matrix, first).state)


def test_a_what_if_is_a_checked_copy(judged, matrix):
    turned = judged.revised("index", {"judgements": {"g": [1], "w": []}})
    assert score(matrix, turned).child_weights["index"].to_dict() == {"g": 0.5, "w": 0.5}
    with pytest.raises(ValueError, match="node 'g' states judgements, but weigh is equal"):
        judged.model_copy(update={"weigh": "equal"})
    with pytest.raises(ValueError, match=r"node 'g': the judgements contradict each other"):
        judged.revised("g", {"judgements": CONTRARY})


REFUSED = [
    ({"_judgements": CONTRARY}, r"node 'g': .* contradict .* CR is 0\.431.*'x' against 'y'"),
    ({}, r"node 'g' states no judgements, which weigh: ahp needs for \['x', 'y', 'z'\]"),
    ({"_judgements": {"x": [2], "y": []}}, r"node 'g': the judgements leave out \['z'\]"),
    ({"_judgements": {"x": [2, 4], "y": [2], "u": []}}, r"leave out \['z'\]; judge every child"),
    ({"_judgements": {"x": [2], "y": [2], "z": []}}, r"rows of \[1, 1, 0\] numbers; .* all 3"),
    ({"_judgements": {"x": [2, "4/0"], "y": [2], "z": []}}, "'4/0' is no number"),
    ({"_judgements": {"x": [2, "four"], "y": [2], "z": []}}, "'four' is no number; write 0.65 or"),
    ({"_judgements": {"x": [2, -4], "y": [2], "z": []}}, "greater than 0"),
    (
        {"_judgements": {"x": [1, 2, 4], "y": [2, 1, 2], "z": [0.25, 0.5, 1]}},
        "node 'g': 'x' against 'y' is judged 2, the reverse 2",
    ),
    (
        {"_judgements": INSIDE, "_points": {"Li": {"x": 100}}},
        "node 'g' states points, but weigh is",
    ),
]


@pytest.mark.parametrize(("keys", "message"), REFUSED)
def test_refuses_bad_judgements_naming_the_node(framework_of, keys, message):
    with pytest.raises(ValueError, match=message):
        framework_of({"g": {**keys, "x": {}, "y": {}, "z": {}}}, weigh="ahp")


BUDGETS = [
    (
        {"Li": {"x": 60, "y": 30}},
        "node 'index': the points of 'Li' sum to 90; they must sum to 100",
    ),
    ({"Li": {"x": 60, "y": 40}, "Wu": {"x": 100}}, r"'Wu' gives points to \['x'\], the first"),
    ({"Li": {"x": 100}}, r"the points leave out \['y'\]"),
    ({"Li": {"x": 110, "y": -10}}, "greater than or equal to 0"),
    ({}, "at least 1 item"),
    (None, "node 'index' states no points"),
]


@pytest.mark.parametrize(("points", "message"), BUDGETS)
def test_refuses_bad_points_naming_node_and_expert(framework_of, points, message):
    with pytest.raises(ValueError, match=message):
        framework_of({"_points": points, "x": {}, "y": {}}, weigh="budget_allocation")


def test_saatys_drinks_through_a_framework_file(raw_framework, matrix_of, tmp_path):
    table = pd.read_csv(embedded() / "geodata" / "published" / "drinks_judgements.csv", index_col=0)
    expected = pd.read_csv(embedded() / "geodata" / "published" / "drinks_weights.csv", index_col=0)
    rows = {drink: [float(number) for number in row] for drink, row in table.iterrows()}
    raw = raw_framework({"_judgements": rows, **{drink: {} for drink in table}}, weigh="ahp")
    path = tmp_path / "drinks.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
    figures = {drink: [1, 2, 3, 4] for drink in table}
    found = score(matrix_of(["a", "b"], [2020, 2021], **figures), read_framework(path)).weights
    assert found.tolist() == pytest.approx(expected["weight"].tolist(), abs=5.1e-4)

    raw["index"]["judgements"]["coffee"][-1] = 9.0
    raw["index"]["judgements"]["water"][0] = "1/9"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(ValueError, match=r"drinks.yaml: node 'index': .*'coffee' against 'water'"):
        read_framework(path)
