"""Which combinations are admissible, which are refused, and why."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from quyu.index import score
from quyu.index.alternatives import NOISE, STATED, Factors, alternatives, nominal

TREE = {"g": {"x": {}, "y": {}}, "h": {"z": {"evidence": "proxy"}, "w": {"evidence": "direct"}}}


@pytest.fixture
def card(framework_of, matrix_of):
    rng = np.random.default_rng(3)
    figures = {name: rng.uniform(1, 9, 20) for name in "xyzw"}
    matrix = matrix_of([f"u{i}" for i in range(10)], [2020, 2021], **figures)
    return score(matrix, framework_of(TREE, aggregate="geometric"))


def test_what_is_refused_is_listed_with_its_reason(card):
    wide = ("stated", "percentile", "zscaled", "zscore")
    asked = Factors(normalisation=wide, weighting=("stated", "entropy", "critic", "factor"))
    options = alternatives(card, asked)
    told = options.excluded.set_index(["normalisation", "weighting"])["reason"]
    assert len(told) == 2
    assert "cannot join z-scores" in told["zscore", ""]
    assert "Kaiser–Meyer–Olkin" in told["", "factor"]
    assert options.cases["left_out"].tolist() == ["", *"xyzw"]


def test_every_level_meets_every_other(card):
    """Whatever is left is a full table: so all levels of a factor are equally likely."""
    drawn = alternatives(card, Factors()).methods
    assert len(drawn) == 2 * 2 * 3 * 3 * 3 * 2 == np.prod(drawn.nunique())
    for factor in drawn:
        assert drawn[factor].value_counts().nunique() == 1, factor
    assert not drawn.duplicated().any()


def test_inside_is_joined_as_drawn(framework_of, card):
    options = alternatives(card, Factors())
    assert options.rules("harmonic", "geometric") == {"index": "harmonic"}, "geometric is its own"
    assert options.rules("geometric", "arithmetic") == {
        "index": "geometric", "g": "arithmetic", "h": "arithmetic",
    }  # fmt: skip
    mixed = score(card.raw, card.framework.revised("g", {"aggregate": "harmonic"}))
    options = alternatives(mixed, Factors())
    assert options.methods["inside"].unique().tolist() == ["stated", "geometric", "arithmetic"]
    assert options.rules("geometric", "stated") == {"index": "geometric"}


def test_a_flat_framework_has_no_inside(framework_of, matrix_of):
    matrix = matrix_of(["a", "b", "c"], [2021], x=[0, 1, 2], y=[1, 0, 3])
    card = score(matrix, framework_of({"x": {}, "y": {}}, years=[2021]))
    assert alternatives(card, Factors()).methods["inside"].nunique() == 1


def test_nothing_left_out_where_a_node_would_be_empty(framework_of, matrix_of):
    matrix = matrix_of(["a", "b", "c"], [2021], x=[0, 1, 2], y=[1, 0, 3], z=[1, 0, 3])
    card = score(matrix, framework_of({"g": {"x": {}}, "h": {"y": {}, "z": {}}}, years=[2021]))
    told = alternatives(card, Factors()).excluded.set_index("left_out")["reason"]
    assert told["x"] == "node 'g' would have no indicator left"


def test_weights_are_those_a_score_would_draw(card):
    options = alternatives(card, Factors(weighting=("entropy", "critic")))
    for rule in ("entropy", "critic"):
        drawn = score(card.raw, card.framework.model_copy(update={"weigh": rule}))
        flat = pd.concat(list(drawn.child_weights.values()))[options.parts]
        np.testing.assert_allclose(options.weights[rule], flat)


def test_stated_levels_come_first_and_once(card):
    options = alternatives(card, Factors())
    first = options.methods.iloc[0].to_dict()
    assert first == {
        "imputation": "stated",
        "goalposts": (0.0, 1.0),
        "normalisation": "minmax",
        "weighting": "equal",
        "aggregation": "geometric",
        "inside": "geometric",
    }
    assert not options.methods.duplicated().any()


def test_published_only_leaves_imputed_cells_out(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[1, None, 2, 3], s=[5, None, 6, None])
    framework = framework_of({"x": {}, "s": {"structural": True}}, missing={"node_coverage": 0.5})
    options = alternatives(score(matrix, framework), Factors())
    published = options.normalised["published", (0.0, 1.0), "minmax"]
    assert published.isna().to_numpy().tolist() == [
        [False, False],
        [True, False],
        [False] * 2,
        [False] * 2,
    ]
    assert options.normalised["stated", (0.0, 1.0), "minmax"].notna().all(axis=None)


def test_goalposts_make_a_panel_only_where_they_play_a_part(card, framework_of):
    made = alternatives(card, Factors()).normalised
    ends, winsorised = (0.0, 1.0), (0.025, 0.975)
    assert made["stated", ends, "percentile"] is made["stated", winsorised, "percentile"]
    assert made["stated", ends, "minmax"] is not made["stated", winsorised, "minmax"]
    framework = card.framework.revised("x", {"normalise": "minmax"})  # its own, whatever the rest
    made = alternatives(score(card.raw, framework), Factors()).normalised
    lifted = made["stated", winsorised, "percentile"] - made["stated", ends, "percentile"]
    assert lifted.abs().max().gt(0).to_dict() == {"x": True, "y": False, "z": False, "w": False}


def test_goalposts_without_range_are_refused_not_fatal(framework_of, matrix_of):
    """Of 100 values 98 are equal: winsorising leaves nothing between the goalposts."""
    units = [f"u{i}" for i in range(100)]
    matrix = matrix_of(units, [2021], x=[0, *[5] * 98, 9], y=range(100))
    card = score(matrix, framework_of({"x": {}, "y": {}}, years=[2021]))
    options = alternatives(card, Factors())
    refused = options.excluded[options.excluded["goalposts"] != ""]
    assert set(refused["goalposts"]) == {(0.025, 0.975)}
    assert refused["reason"].str.contains("'x' has no range").all()
    assert set(options.methods["goalposts"]) == {(0.0, 1.0)}
    assert set(options.methods["normalisation"]) == {"minmax", "percentile", "zscaled"}


def test_nothing_admissible_is_refused(card):
    with pytest.raises(ValueError, match=r"no combination .* cannot join z-scores"):
        alternatives(card, Factors(normalisation=("zscore",)))


def test_rules_that_are_no_means_are_refused(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2021], x=[0, 1], y=[1, 0])
    card = score(matrix, framework_of({"x": {}, "y": {}}, years=[2021], aggregate="topsis"))
    with pytest.raises(ValueError, match="'index' is joined by topsis"):
        alternatives(card, Factors())


def test_unknown_indicators_are_refused(card):
    with pytest.raises(ValueError, match="no scored indicator is 'certificates'; there are x, y"):
        alternatives(card, Factors(left_out=("certificates",)))


# --- The levels of the factors.


def test_stated_is_what_the_framework_says(framework_of):
    framework = framework_of({"x": {}, "y": {}}, aggregate="harmonic", normalise="percentile")
    assert nominal(framework) == {
        "imputation": "stated",
        "goalposts": (0.0, 1.0),
        "normalisation": "percentile",
        "weighting": "equal",
        "aggregation": "harmonic",
        "inside": "stated",
    }
    levels = Factors().levels(framework)
    assert levels["normalisation"] == ("percentile", "minmax", "zscaled")
    assert levels["aggregation"] == ("harmonic", "geometric", "arithmetic")
    assert STATED.levels(framework) == {
        name: (level,) for name, level in nominal(framework).items()
    }


@pytest.mark.parametrize(
    ("asked", "varied"),
    [
        ({"imputation": ("stated", "knn")}, "imputation"),
        ({"imputation": ("stated", "stated")}, ""),
        ({"goalposts": ((0.0, 1.0), (0.05, 0.95))}, "goalposts"),
        ({"noise": "uniform"}, "noise"),
        ({"left_out": None}, "left_out"),
        ({"left_out": ("x",)}, "left_out"),
        ({"inside": ("stated", "harmonic"), "weighting": ("entropy",)}, "inside"),
    ],
)
def test_what_has_one_alternative_only_is_not_varied(asked, varied):
    assert replace(STATED, **asked).varied == tuple(varied.split())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"imputation": ("mean",)}, "unknown imputation 'mean'; known are stated, published, knn"),
        ({"weighting": ("ahp",)}, "unknown weighting 'ahp'"),
        ({"noise": "normal"}, "unknown noise 'normal'; known are uniform, none"),
        ({"inside": ("median",)}, "unknown inside 'median'; known are stated, arithmetic"),
        ({"goalposts": ((0.9, 0.1),)}, "are no quantiles"),
        ({"aggregation": ()}, "'aggregation' has no level"),
    ],
)
def test_unknown_levels_are_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        Factors(**wrong)


def test_noise_multiplies_by_positive_numbers():
    u = np.array([0.0, 0.5, 1 - 2**-53])
    assert NOISE["uniform"](u).tolist() == pytest.approx([0.75, 1, 1.25])
    assert NOISE["none"](u).tolist() == [1, 1, 1]
