"""Which combinations are admissible, which are refused, and why."""

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


def test_what_is_refused_is_listed_with_its_reason(framework_of, card):
    flat = card.framework.revised("g", {"aggregate": "arithmetic"})
    flat = flat.revised("h", {"aggregate": "arithmetic"}).model_copy(
        update={"aggregate": "arithmetic"}
    )
    flat = flat.revised("index", {"aggregate": "geometric"})
    options = alternatives(score(card.raw, flat), Factors())
    told = options.excluded.set_index(["normalisation", "aggregation", "weighting", "left_out"])
    reasons = told["reason"].to_dict()
    assert len(reasons) == 4
    for rule in ("geometric", "harmonic"):
        assert "cannot join z-scores" in reasons["zscore", rule, "", ""]
    assert "Kaiser–Meyer–Olkin" in reasons["", "", "factor", ""]
    assert reasons["", "", "", "w"] == "node 'h' would have no indicator left"
    drawn = options.methods
    assert len(drawn) == 2 * 2 * (3 * 3 - 2) * 3
    assert not ((drawn["normalisation"] == "zscore") & (drawn["aggregation"] != "arithmetic")).any()
    assert options.cases.query("evidence == 'direct'")["left_out"].tolist() == ["", "x", "y"]
    assert options.cases.query("evidence == 'all'")["left_out"].tolist() == ["", *"xyzw"]


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


def test_goalposts_without_range_are_refused_not_fatal(framework_of, matrix_of):
    """Of 100 values 98 are equal: winsorising leaves nothing between the goalposts."""
    units = [f"u{i}" for i in range(100)]
    matrix = matrix_of(units, [2021], x=[0, *[5] * 98, 9], y=range(100))
    card = score(matrix, framework_of({"x": {}, "y": {}}, years=[2021]))
    options = alternatives(card, Factors())
    refused = options.excluded[options.excluded["goalposts"] != ""]
    assert set(refused["goalposts"]) == {(0.025, 0.975)}
    assert refused["reason"].str.contains("'x' has no range").all()
    assert set(refused["normalisation"]) == {"minmax"}
    between = options.methods[options.methods["normalisation"] == "minmax"]
    assert set(between["goalposts"]) == {(0.0, 1.0)}, "percentiles need none"


def test_nothing_admissible_is_refused(card):
    with pytest.raises(ValueError, match=r"no combination .* cannot join z-scores"):
        alternatives(card, Factors(normalisation=("zscore",)))


def test_rules_that_are_no_means_are_refused(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2021], x=[0, 1], y=[1, 0])
    card = score(matrix, framework_of({"x": {}, "y": {}}, years=[2021], aggregate="topsis"))
    with pytest.raises(ValueError, match="'index' is joined by topsis"):
        alternatives(card, Factors())


def test_unknown_indicators_and_no_direct_evidence(framework_of, matrix_of, card):
    with pytest.raises(ValueError, match="no scored indicator is 'certificates'; there are x, y"):
        alternatives(card, Factors(left_out=("certificates",)))
    tree = {"x": {"evidence": "proxy"}, "y": {"evidence": "proxy"}}
    matrix = matrix_of(["a", "b"], [2021], x=[0, 1], y=[1, 0])
    options = alternatives(score(matrix, framework_of(tree, years=[2021])), Factors())
    assert "no indicator is direct evidence" in set(options.excluded["reason"])
    assert set(options.cases["evidence"]) == {"all"}


# --- The levels of the factors.


def test_stated_is_what_the_framework_says(framework_of):
    framework = framework_of({"x": {}, "y": {}}, aggregate="harmonic", normalise="percentile")
    assert nominal(framework) == {
        "imputation": "stated",
        "goalposts": (0.0, 1.0),
        "normalisation": "percentile",
        "weighting": "equal",
        "aggregation": "harmonic",
    }
    levels = Factors().levels(framework)
    assert levels["normalisation"] == ("percentile", "minmax", "zscore")
    assert levels["aggregation"] == ("harmonic", "geometric", "arithmetic")
    assert STATED.levels(framework) == {
        name: (level,) for name, level in nominal(framework).items()
    }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"imputation": ("mean",)}, "unknown imputation 'mean'; known are stated, published, knn"),
        ({"weighting": ("ahp",)}, "unknown weighting 'ahp'"),
        ({"noise": "normal"}, "unknown noise 'normal'; known are uniform, none"),
        ({"evidence": ("proxy",)}, "unknown evidence 'proxy'; known are all, direct"),
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
