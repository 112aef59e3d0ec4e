"""What a framework refuses, and how a what-if is made."""

from textwrap import dedent

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from quyu.facts import published
from quyu.index import Framework, read_framework, score
from quyu.index.alternatives import Factors, alternatives
from quyu.index.draws import draw
from quyu.index.framework import FROM_DATA, WEIGH
from quyu.index.weigh import WEIGH as RULES

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
    ({"direction": None}, "direction is missing; write"),
    ({"direction": 2}, 'direction is 2; write "\\+"'),
    ({"goalposts": [3, 1]}, "goalposts must rise"),
    ({"goalposts": [0, 1], "transform": "log"}, "log needs values above 0"),
    ({"outliers": "trim"}, "unknown outlier treatment 'trim'; known are none, winsorise"),
    ({"outliers": "winsorise"}, "winsorise is for one cross-section"),
    ({"direction": "up"}, "direction is 'up'"),
    ({"transform": "sqrt"}, "unknown transform 'sqrt'; known are none, log"),
    ({"normalise": ["minmax"]}, "unknown normalisation .*; known are minmax, zscore"),
    ({"evidence": "hearsay"}, "'direct' or 'proxy'"),
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


def test_a_direction_that_is_missing_is_asked_for():
    tree = {"id": "index", "children": [{"id": "x"}]}
    with pytest.raises(
        ValueError, match=r'direction is missing; write "\+" \(more is better\) or "-"'
    ):
        Framework(name="Mine", years=[2020], index=tree)


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


# --- Weights that experts judged, chosen in a framework: worked by hand, read from YAML, refused.

GOALS = {"g": ["1", 3], "w": ["1/3", 1]}
INSIDE = {"x": [2, "4"], "y": [2], "z": []}  # 4 : 2 : 1
TREE_JUDGEMENTS = {
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
    return framework_of(TREE_JUDGEMENTS, weigh="ahp", years=[2021])


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
    state = score(matrix, framework_of(TREE_JUDGEMENTS, weigh="ahp", years=[2021])).state
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


def test_a_what_if_is_a_checked_copy_judgements(judged, matrix):
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
    table = published("drinks_judgements")
    expected = published("drinks_weights")
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
    with pytest.raises(
        ValueError, match=r"drinks.yaml, line \d+: node 'index': .*'coffee' against 'water'"
    ):
        read_framework(path)


# --- A framework file: every fault is told by file and node.

GOOD = """
name: {zh-hant: 小世界, en: small world}
version: "1"
years: [2020]
report_year: 2020
base_year: 2020
index:
  id: index
  name: {zh-hant: 指數, en: index}
  children:
    - id: goal
      name: {zh-hant: 目標, en: goal}
      children:
        - id: leaf
          name: {zh-hant: 葉, en: leaf}
          formula: x
          direction: "+"
          evidence: direct
          phrase: 句
          unit: {zh-hant: 元, en: yuan}
"""


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "my.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write


def test_reads(file):
    assert read_framework(file(GOOD)).indicators[0].name.zh_hant == "葉"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("formula: x", "formul: x", "my.yaml, line 16: node 'leaf': unknown key 'formul'; known keys are id"),
        ("formula: x", "weight: -1\n          formula: x", "line 16: node 'leaf', weight: .*found -1"),
        ("formula: x", "formula: x.y", "node 'leaf': formula: 'x.y', character 1: the expression"),
        ('direction: "+"', "direction: up", "line 17: node 'leaf', direction: direction is 'up'"),
        ('direction: "+"', "direction: -", r"(?s)my.yaml is not valid YAML.*line 17.*need quotes"),
        ("    - id: goal", "    - id: goal\n      aggregate: mean", "line 12: node 'goal', aggregate: unknown agg"),
        ("id: leaf", "id: no", "id: YAML reads this as False; put it in quotes"),
        ("id: leaf", "id: goal", "line 14: the id 'goal' is used more than once"),
        ("report_year: 2020", "report_year: 2020\nreport_year: 2021", "'report_year' is written twice"),
        ("zh-hant: 葉,", "", "line 15: node 'leaf', name.zh-hant: missing; write the text in Chinese"),
    ],
)  # fmt: skip
def test_tells_the_fault(file, old, new, message):
    assert old in GOOD
    with pytest.raises(ValueError, match=message):
        read_framework(file(GOOD.replace(old, new)))


def test_tells_every_fault_at_once(file):
    broken = GOOD.replace("evidence: direct", "evidence: none").replace('"+"', "up")
    with pytest.raises(ValueError, match=r"(?s)direction.*\n.*evidence"):
        read_framework(file(broken))


def test_what_a_file_would_hold_is_read_and_told_alike(file):
    given = yaml.safe_load(GOOD)
    assert read_framework(given) == read_framework(file(GOOD))
    del given["years"]
    with pytest.raises(ValueError, match=r"The framework given: years: missing; write the years"):
        read_framework(given)


@pytest.mark.parametrize("text", ["", "- a\n- b", "just words"])
def test_something_else_is_no_framework(file, text):
    with pytest.raises(ValueError, match="must hold keys"):
        read_framework(file(text))


# --- Any index: what a first draft may leave out, and what it may say.


def test_a_first_draft_in_english_is_a_framework():
    """51 units, 49 indicators in two pillars of eight, written as a stranger would write it."""
    rng = np.random.default_rng(49)
    names = [f"x{number}" for number in range(49)]
    pillars = [
        {
            "id": f"pillar{number}",
            "name": f"Pillar {number}",
            "children": [
                {
                    "id": name,
                    "name": f"Indicator {name}",
                    "direction": [1, -1][place % 2],
                    "unit": "%",
                }
                for place, name in enumerate(names[number::8])
            ],
        }
        for number in range(8)
    ]
    draft = {
        "name": "Connectivity and sustainability",
        "years": 2018,
        "missing": {"method": "group_mean"},
        "index": {
            "id": "connectivity_index",
            "children": [
                {"id": "connectivity", "name": "Connectivity", "children": pillars[:5]},
                {"id": "burden", "name": "Burden", "direction": "-", "children": pillars[5:]},
            ],
        },
    }
    framework = Framework.model_validate(draft)  # not one fault
    assert (framework.report_year, framework.base_year, framework.version) == (2018, None, "1")
    assert framework.index.name.zh_hant == "Connectivity and sustainability"
    assert len(framework.indicators) == 49
    units = [f"u{number}" for number in range(51)]
    rows = pd.MultiIndex.from_product([units, [2018]], names=["unit", "year"])
    figures = pd.DataFrame(rng.uniform(1, 9, (51, 49)), index=rows, columns=names)
    figures.loc[("u3", 2018), "x5"] = np.nan
    card = score(figures, framework, groups=pd.Series("all", units))
    assert card.scores.notna().all(axis=None)
    assert card.flags.at[("u3", 2018), "x5"] == "group_mean"
    assert card.imputed.at[("u3", 2018), "x5"] == pytest.approx(figures["x5"].mean())
    draws = draw(card, n=50, factors=Factors())
    assert draws.failures.empty
    # Burden counts the other way round: leaves with + are better when they are lower.
    burden = next(leaf for leaf in framework.indicators if leaf.id == "x5")
    assert burden.direction == "-"


def test_a_turned_node_is_the_mirror_of_itself(framework_of, matrix_of):
    """On 1–100 and joined arithmetically, the score of a turned node is 101 less the plain one."""
    matrix = matrix_of(["a", "b", "c"], [2020, 2021], x=range(6), y=[3, 1, 4, 1, 5, 9])
    tree = {"g": {"x": {}, "h": {"y": {"direction": "-"}}}, "z": {"formula": "x"}}
    plain = score(matrix, framework_of(tree))
    turned = score(matrix, framework_of({**tree, "g": {**tree["g"], "_direction": "-"}}))
    pd.testing.assert_series_equal(turned.scores["g"], 101 - plain.scores["g"])
    twice = {"x": {}, "_direction": "-", "h": {"y": {"direction": "-"}, "_direction": "-"}}
    leaves = {leaf.id: leaf.direction for leaf in framework_of({"g": twice}).indicators}
    assert leaves == {"x": "-", "y": "-"}
    copied = framework_of({"g": twice}).model_copy(update={"version": "2"})
    assert {leaf.id: leaf.direction for leaf in copied.indicators} == leaves, "turned once for all"


def test_an_indicator_may_have_goalposts_and_outliers_of_its_own(framework_of, matrix_of):
    matrix = matrix_of([*"abcdefgh"], [2021], x=range(8), y=[1, 2, 3, 4, 5, 6, 7, 400])
    tree = {"x": {"goalposts": [0, 14]}, "y": {"outliers": "winsorise"}}
    card = score(matrix, framework_of(tree, years=[2021]))
    assert card.normalised["x"].tolist() == pytest.approx([1 + 99 * x / 14 for x in range(8)])
    assert card.treated["y"].max() == 7
    again = score(matrix, framework_of(tree, years=[2021]), state=card.state)
    pd.testing.assert_frame_equal(again.scores, card.scores)
    factors = Factors(goalposts=((0.1, 0.9),), normalisation=("stated",), weighting=("equal",))
    drawn = alternatives(card, factors).normalised["stated", (0.1, 0.9), "minmax"]
    pd.testing.assert_series_equal(drawn["x"], card.normalised["x"])


def test_a_chain_needs_a_base_year(raw_framework):
    raw = raw_framework({"x": {"formula": "chain(x, y)"}})
    del raw["base_year"]
    with pytest.raises(ValueError, match=r"'x' has a chain.*no base_year is stated"):
        Framework.model_validate(raw)


def test_what_is_the_same_everywhere_is_told_as_it_is_shown(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[0.05] * 4, y=range(4))
    tree = {"x": {"transform": "log", "factor": 100}, "y": {}}
    with pytest.raises(ValueError, match="'x' has no range: it is 5 everywhere"):
        score(matrix, framework_of(tree))
