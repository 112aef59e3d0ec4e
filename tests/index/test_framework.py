"""What a framework refuses, and how a what-if is made."""

import pytest
from pydantic import ValidationError

from quyu.index import Framework, score
from quyu.index.framework import FROM_DATA
from quyu.index.weigh import WEIGH

TREE = {"goal": {"x": {}, "y": {"evidence": "proxy"}}, "other": {"z": {"direction": "-"}}}


def test_a_tree_of_any_depth(framework_of):
    deep = framework_of({"a": {"b": {"c": {"x": {}}, "y": {}}}, "z": {}})
    assert [node.id for node in deep.index.nodes()] == ["c", "b", "a", "index"]
    assert [leaf.id for leaf in deep.indicators] == ["x", "y", "z"]


def test_defaults(framework_of):
    framework = framework_of(TREE)
    assert (framework.scale, framework.normalise, framework.weigh) == ((1, 100), "minmax", "equal")
    assert framework.aggregation(framework.index) == "arithmetic"
    rule = framework.missing
    assert (rule.interior, rule.edge, rule.indicator_coverage) == (2, 1, 0.65)
    assert rule.node_coverage == 2 / 3


def test_fractions_are_read_exactly(framework_of):
    assert framework_of(TREE, missing={"node_coverage": "3/7"}).missing.node_coverage == 3 / 7


@pytest.mark.parametrize("sign", ["-", "−", "－"])
def test_any_minus_is_a_minus(framework_of, sign):
    assert framework_of({"x": {"direction": sign}}).indicators[0].direction == "-"


LEAF = [
    ({"direction": None}, 'direction is None; write "\\+"'),
    ({"direction": 1}, 'direction is 1; write "\\+"'),
    ({"direction": "up"}, "direction is 'up'"),
    ({"transform": "sqrt"}, "unknown transform 'sqrt'; known are none, log"),
    ({"normalise": ["minmax"]}, "unknown normalisation .*; known are minmax, zscore"),
    ({"evidence": "hearsay"}, "'direct' or 'proxy'"),
    ({"formula": None}, "a published indicator needs a formula"),
    ({"formula": "x **"}, "not a formula"),
    ({"formula": "1 / 2"}, "formula '1 / 2' refers to no figure"),
    ({"factor": 0}, "greater than 0"),
    ({"weight": float("nan")}, "finite number"),
    ({"weight": -1}, "greater than or equal to 0"),
    ({"weights": 1}, "unknown key 'weights'; known keys are id, name, direction"),
    ({"name": {"zh-hant": "x", "en": "x", "fr": "x"}}, "unknown key 'fr'; known keys are zh-hant"),
    ({"name": {"en": "x"}}, "Field required"),
    ({"id": True}, "YAML reads this as True"),
    ({"id": "two words"}, "match pattern"),
    ({"normalise": "target"}, "normalise: target needs its key 'target'"),
    ({"normalise": "best"}, "normalise: best needs its key 'best'"),
    ({"normalise": "target", "target": 2, "transform": "log"}, "ratio of untransformed"),
]


@pytest.mark.parametrize(("keys", "message"), LEAF)
def test_refuses_a_bad_indicator(framework_of, keys, message):
    with pytest.raises(ValueError, match=message):
        framework_of({"x": keys, "y": {}})


WHOLE = [
    ({"aggregat": "geometric"}, "unknown key 'aggregat'; known keys are name, version"),
    ({"aggregate": "median"}, "unknown aggregation 'median'; known are arithmetic, geometric"),
    ({"normalise": "softmax"}, "unknown normalisation 'softmax'; known are minmax"),
    ({"weigh": "guess"}, "unknown weighting 'guess'; known are equal, stated, entropy"),
    ({"years": [2020, 2022]}, "without gaps"),
    ({"years": [2021, 2020]}, "without gaps"),
    ({"years": []}, "at least 1 item"),
    ({"report_year": 1999}, "report_year 1999 is not among"),
    ({"scale": [100, 1]}, "scale must rise"),
    ({"goalpost_quantiles": [0.9, 0.1]}, "goalpost_quantiles must rise"),
    ({"aggregate": "geometric", "scale": [0, 100]}, r"the scale is \[0.0, 100.0\]; use \[1, 100\]"),
    ({"aggregate": "harmonic", "normalise": "zscore"}, "cannot join z-scores"),
    ({"aggregate": "mpi"}, "mpi aggregation goes with normalise: zscore, not with minmax"),
    ({"aggregate": "ampi"}, "goes with normalise: reference"),
    ({"definitions": {"a": "b", "b": "a"}}, "a → b → a"),
    ({"definitions": {"a": "print(b)"}}, "definition 'a': .*the call of print"),
    ({"missing": {"edge": -1}}, "greater than or equal to 0"),
    ({"missing": {"node_coverage": "1/0"}}, "'1/0' is no number; write 0.65 or 2/3"),
    ({"missing": {"node_coverage": "5/3"}}, "less than or equal to 1"),
    ({"missing": {"inside": 1}}, "unknown key 'inside'; known keys are method, interior"),
]


@pytest.mark.parametrize(("keys", "message"), WHOLE)
def test_refuses_a_bad_framework(framework_of, keys, message):
    with pytest.raises(ValueError, match=message):
        framework_of(TREE, **keys)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"x": {}, "goal": {"x": {}}}, "the id 'x' is used more than once"),
        ({"index": {"x": {}}}, "the id 'index' is used more than once"),
        ({}, "at least 1 item"),
        ({"x": {"published": False}}, "nothing to score"),
        ({"x": {"weight": 1}, "y": {"weight": 1}}, "'x' states a weight, but weigh is 'equal'"),
    ],
)
def test_refuses_a_bad_tree(framework_of, tree, message):
    with pytest.raises(ValueError, match=message):
        framework_of(tree)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"x": {"weight": 1}, "y": {}}, r"a weight for every child or for none; .*\['y'\]"),
        ({"x": {"weight": 0}, "y": {"weight": 0}}, "sum to zero"),
    ],
)
def test_refuses_bad_weights(framework_of, tree, message):
    with pytest.raises(ValueError, match=message):
        framework_of(tree, weigh="stated")


def test_a_gap_needs_no_weight_and_no_formula(framework_of):
    tree = {"x": {"weight": 1}, "gap": {"published": False, "formula": None}}
    framework = framework_of(tree, weigh="stated")
    assert [leaf.id for leaf in framework.gaps] == ["gap"]


def test_is_frozen(framework_of):
    with pytest.raises(ValidationError, match="frozen"):
        framework_of(TREE).version = "2"


def test_a_what_if_is_a_checked_copy(framework_of):
    framework = framework_of(TREE)
    assert framework.model_copy(update={"normalise": "rank"}).normalise == "rank"
    assert framework.normalise == "minmax"
    with pytest.raises(ValueError, match=r"^unknown normalisation 'softmax'; known are minmax"):
        framework.model_copy(update={"normalise": "softmax"})


def test_one_part_revised(framework_of):
    framework = framework_of(TREE)
    revised = framework.revised("y", {"transform": "log"}).revised(
        "goal", {"aggregate": "harmonic"}
    )
    assert [leaf.transform for leaf in revised.indicators] == ["none", "log", "none"]
    assert revised.goals[0].aggregate == "harmonic"
    with pytest.raises(ValueError, match="no 'goa'; it has goal, other, index, x, y, z"):
        framework.revised("goa", {})
    with pytest.raises(ValueError, match=r"^unknown transform 'cube'"):
        framework.revised("y", {"transform": "cube"})


def test_without_a_part(framework_of):
    framework = framework_of(TREE)
    assert [leaf.id for leaf in framework.without("x").indicators] == ["y", "z"]
    assert [goal.id for goal in framework.without("z").goals] == ["goal"], "nothing left of other"
    assert [goal.id for goal in framework.without("goal").goals] == ["other"]
    with pytest.raises(ValueError, match="nothing is left"):
        framework.without("goal", "other")


def test_direct_evidence_only(framework_of):
    framework = framework_of(TREE)
    assert [leaf.id for leaf in framework.only("direct").indicators] == ["x", "z"]
    assert [leaf.id for leaf in framework.only("proxy").indicators] == ["y"]
    with pytest.raises(ValueError, match="unknown evidence 'hard'; known are direct, proxy"):
        framework.only("hard")


def test_a_goal_of_gaps_stays_without_a_score(framework_of, matrix_of):
    tree = {
        "goal": {"x": {}, "y": {}},
        "other": {"z": {"evidence": "proxy"}, "g": {"published": False}},
    }
    direct = framework_of(tree).only("direct")
    assert [goal.id for goal in direct.goals] == ["goal", "other"]
    card = score(matrix_of(["a", "b"], [2020, 2021], x=[1, 2, 3, 4], y=[1, 3, 2, 4]), direct)
    assert card.scores["other"].isna().all()
    assert card.scores["index"].notna().all()


def test_formulas_are_written_out(framework_of):
    framework = framework_of({"x": {"formula": "real/people"}}, definitions={"real": "chain(g, i)"})
    assert framework.expanded(framework.indicators[0]) == "chain(g, i) / people"


def test_every_rule_that_draws_from_data_exists():
    assert set(FROM_DATA) < set(WEIGH)


def test_survives_a_round_trip(framework_of):
    framework = framework_of(TREE, missing={"node_coverage": "2/3"})
    assert Framework.model_validate(framework.model_dump(by_alias=True)) == framework
