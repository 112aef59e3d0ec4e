"""The stored state: written in full, read back equal, refused for another framework."""

import pandas as pd
import pytest

from quyu.index import read_state, score, state_text
from quyu.index.state import tiers_of

TREE = {"goal": {"x": {"transform": "log"}, "y": {}}, "other": {"z": {"direction": "-"}}}
THIRD = 1 / 3


@pytest.fixture
def matrix(matrix_of):
    return matrix_of(
        ["a", "b"], [2020, 2021], x=[1, 2, 3, 4], y=[THIRD, 0.1, 7, 1e-9], z=[1, 2, 3, 9]
    )


def test_round_trip_is_exact(framework_of, matrix, tmp_path):
    card = score(matrix, framework_of(TREE))
    (tmp_path / "state.yaml").write_text(state_text(card.state), encoding="utf-8")
    assert read_state(tmp_path / "state.yaml") == card.state
    again = score(matrix, framework_of(TREE), state=read_state(tmp_path / "state.yaml"))
    assert again.scores.equals(card.scores)
    assert [path.name for path in tmp_path.iterdir()] == ["state.yaml"], "no draft is left behind"


def test_holds_goalposts_of_treated_values_and_quintiles(framework_of, matrix):
    state = score(matrix, framework_of(TREE)).state
    assert state.indicators["y"].low == 1e-9
    assert state.indicators["x"].low == 0, "ln 1"
    assert state.indicators["x"].transform == "log"
    assert set(state.tiers) == {"index", "goal", "other"}
    assert len(state.tiers["index"]) == 4


def test_stored_tiers_are_kept(framework_of, matrix):
    framework = framework_of(TREE)
    stored = score(matrix, framework).state
    lower = matrix.assign(z=9.0)
    assert score(lower, framework, state=stored).state == stored


@pytest.mark.parametrize(
    ("part", "update", "message"),
    [
        ("y", {"formula": "y * 2"}, r"'y' was stored with the formula 'y'.*now has 'y \* 2'"),
        ("y", {"transform": "log"}, "'y' was stored with the transform 'none'"),
        ("z", {"direction": "+"}, "'z' was stored with the direction '-'"),
    ],
)
def test_refuses_an_indicator_made_differently(framework_of, matrix, part, update, message):
    framework = framework_of(TREE)
    state = score(matrix, framework).state
    with pytest.raises(ValueError, match=f"{message}.*quyu score --rebase"):
        score(matrix, framework.revised(part, update), state=state)


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ({"base_year": 2021}, "base year 2020, the framework 2021; run `quyu score --rebase`"),
        ({"goalpost_quantiles": (0.1, 0.9)}, "asks for .0.1, 0.9.; run `quyu score --rebase`"),
        ({"weigh": "critic"}, "weights by 'equal', the framework asks for 'critic'; run"),
    ],
)
def test_refuses_another_framework(framework_of, matrix, update, message):
    framework = framework_of(TREE)
    state = score(matrix, framework).state
    with pytest.raises(ValueError, match=message):
        score(matrix, framework.model_copy(update=update), state=state)


def test_a_changed_definition_is_a_changed_formula(framework_of, matrix):
    tree = {"i": {"formula": "d / 2"}, "x": {}}
    state = score(matrix, framework_of(tree, definitions={"d": "y"})).state
    with pytest.raises(ValueError, match="stored with the formula 'y / 2'"):
        score(matrix, framework_of(tree, definitions={"d": "z"}), state=state)
    spelt = framework_of({"i": {"formula": "(y)/2"}, "x": {}})
    assert score(matrix, spelt, state=state) is not None, "spelling alone changes nothing"


def test_an_indicator_without_goalposts_needs_a_rebase(framework_of, matrix):
    state = score(matrix, framework_of({"x": {}})).state
    with pytest.raises(ValueError, match="no goalposts are stored for indicator 'y'; run"):
        score(matrix, framework_of({"x": {}, "y": {}}), state=state)


def test_fewer_indicators_need_none(framework_of, matrix):
    framework = framework_of(TREE)
    state = score(matrix, framework).state
    assert list(score(matrix, framework.without("y"), state=state).weights.index) == ["x", "z"]


def test_weights_drawn_from_data_are_stored(framework_of, matrix_of):
    framework = framework_of({"g": {"x": {}, "y": {}}, "z": {}}, weigh="critic", years=[2021])
    before = matrix_of(list("abcd"), [2021], x=[1, 2, 3, 4], y=[2, 1, 4, 3], z=[1, 2, 3, 5])
    card = score(before, framework)
    assert {rule: set(nodes) for rule, nodes in card.state.weights.items()} == {"critic": {"g"}}
    other = before.assign(y=[1.0, 2, 3, 4])
    kept = score(other, framework, state=card.state)
    assert kept.weights.equals(card.weights)


@pytest.mark.parametrize("text", ["", "- 1", "framework: x", "a: [", "years: {}"])
def test_anything_else_is_no_state(tmp_path, text):
    (tmp_path / "state.yaml").write_text(text)
    with pytest.raises(
        ValueError, match=r"(?s)state.yaml.*no stored state; run `quyu score --rebase`"
    ):
        read_state(tmp_path / "state.yaml")


def test_goalposts_are_stored_whole(framework_of, matrix, tmp_path):
    path = tmp_path / "state.yaml"
    path.write_text(state_text(score(matrix, framework_of(TREE)).state), encoding="utf-8")
    path.write_text(path.read_text().replace("    low: 1.0\n", "", 1))
    with pytest.raises(ValueError, match=r"indicators.z: .*low, high, mean and sd must all be"):
        read_state(path)


def test_quintiles_skip_nodes_without_score():
    frame = pd.DataFrame({"index": [1.0, 2.0], "gap": [None, None]}, dtype=float)
    assert list(tiers_of(frame)) == ["index"]
