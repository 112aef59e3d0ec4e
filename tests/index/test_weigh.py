"""Weights: by hand, refusals, the laws that each rule declares, the ranks of Table 23."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quyu.facts import embedded
from quyu.index.weigh import ALL, LAWS, WEIGH, budget_allocation, equal, stated

Y = pd.DataFrame({"a": [0.0, 1.0], "b": [1.0, 0.5], "c": [0.2, 0.4]})


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(embedded() / "geodata" / "published" / name, index_col=0)


def test_equal_ignores_missing_values():
    assert equal(Y.mask(Y == 0)).tolist() == [1 / 3, 1 / 3, 1 / 3]


def test_stated_weights_follow_the_columns():
    found = stated(Y, weights=pd.Series({"c": 2.0, "a": 1.0, "b": 1.0}))
    assert found.to_dict() == {"a": 0.25, "b": 0.25, "c": 0.5}
    assert list(found.index) == ["a", "b", "c"]


@pytest.mark.parametrize("bad", [np.nan, -0.1, np.inf])
def test_stated_refuses_what_is_no_weight(bad):
    with pytest.raises(ValueError, match="numbers of at least 0"):
        stated(Y, weights=pd.Series({"a": 1.0, "b": bad, "c": 1.0}))


def test_stated_refuses_weights_that_sum_to_zero():
    with pytest.raises(ValueError, match="not all vanish"):
        stated(Y, weights=pd.Series({"a": 0.0, "b": 0.0, "c": 0.0}))


def test_stated_names_indicators_without_weight_with_weights_without_indicator():
    with pytest.raises(ValueError, match=r"without one are \['c'\], not an indicator are \['z'\]"):
        stated(Y, weights=pd.Series({"a": 1.0, "b": 1.0, "z": 1.0}))
    with pytest.raises(ValueError, match="every indicator once"):
        stated(Y, weights=pd.Series([1.0, 1.0, 1.0, 1.0], index=["a", "b", "c", "c"]))


def test_budget_allocation_averages_the_experts():
    points = pd.DataFrame({"c": [50, 0], "a": [50, 20], "b": [0, 80]}, index=["one", "two"])
    assert budget_allocation(Y, points=points).to_dict() == {"a": 0.35, "b": 0.4, "c": 0.25}


def test_budget_allocation_refuses_unequal_budgets_by_name():
    points = pd.DataFrame(
        {"a": [50, 50, 50], "b": [50, 50, 50], "c": [0, 0, 20]}, index=["one", "two", "three"]
    )
    with pytest.raises(ValueError, match="'three' spends 120, the median of all is 100"):
        budget_allocation(Y, points=points)


@pytest.mark.parametrize("bad", [np.nan, -50.0])
def test_budget_allocation_refuses_bad_points_by_expert(bad):
    points = pd.DataFrame({"a": [50.0, bad], "b": [50.0, 100], "c": [0.0, 50]}, index=["x", "y"])
    with pytest.raises(ValueError, match="the points of 'y'"):
        budget_allocation(Y, points=points)


def test_budget_allocation_refuses_no_experts_and_other_indicators():
    with pytest.raises(ValueError, match="no expert"):
        budget_allocation(Y, points=pd.DataFrame(columns=["a", "b", "c"]))
    with pytest.raises(ValueError, match=r"without one are \['b', 'c'\]"):
        budget_allocation(Y, points=pd.DataFrame({"a": [100]}))


@pytest.mark.parametrize("method", ["EW", "BAP"])
def test_handbook_table_23_ranks(method):
    figures, posts = published("tai_figures.csv"), published("tai_goalposts.csv")
    y = ((figures - posts["low"]) / (posts["high"] - posts["low"])).clip(upper=1)
    index = y @ stated(y, weights=published("tai_weights.csv").loc[method])
    expected = published("tai_ranks_by_weighting.csv")[method]
    assert index.rank(ascending=False).loc[expected.index].tolist() == expected.tolist()


@pytest.mark.parametrize(("method", "least"), [("FA", 19), ("AHP", 20)])
def test_handbook_table_23_ranks_from_weights_of_two_decimals(method, least):
    figures, posts = published("tai_figures.csv"), published("tai_goalposts.csv")
    y = ((figures - posts["low"]) / (posts["high"] - posts["low"])).clip(upper=1)
    index = y @ stated(y, weights=published("tai_weights.csv").loc[method])
    expected = published("tai_ranks_by_weighting.csv")[method]
    off = (index.rank(ascending=False).loc[expected.index] - expected).abs()
    assert (off == 0).sum() == least
    assert off.max() <= 2


# --- laws ---------------------------------------------------------------------------------------

NAMES = ["a", "b", "c", "d"]


def raw_world(seed: int) -> pd.DataFrame:
    """24 invented rows of four indicators that share something."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(24, 1))
    return pd.DataFrame(common + rng.normal(size=(24, 4)) * rng.uniform(0.4, 1, 4), columns=NAMES)


def minmax(raw: pd.DataFrame) -> pd.DataFrame:
    return (raw - raw.min()) / (raw.max() - raw.min())


def judged(y: pd.DataFrame) -> pd.DataFrame:
    priority = pd.Series(dict(zip(NAMES, [4.0, 2.0, 2.0, 1.0], strict=True)))[y.columns]
    return pd.DataFrame(
        np.divide.outer(priority.to_numpy(), priority.to_numpy()), y.columns, y.columns
    )


STATED = pd.Series(dict(zip(NAMES, [1.0, 2.0, 3.0, 4.0], strict=True)))
INPUTS = {
    "stated": lambda y: {"weights": STATED},
    "budget_allocation": lambda y: {"points": STATED.to_frame("expert").T},
    "ahp": lambda y: {"judgements": judged(y)},
}


def weights_of(method: str, y: pd.DataFrame) -> pd.Series:
    try:
        return WEIGH[method](y, **INPUTS.get(method, lambda y: {})(y))
    except ValueError as refusal:
        assume("Kaiser" not in str(refusal))
        raise


worlds = st.integers(0, 10**6).map(raw_world)
each_method = pytest.mark.parametrize("method", WEIGH)


def declaring(law: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("method", [name for name in WEIGH if law in LAWS[name]])


def test_every_method_declares_known_laws_and_equal_declares_all():
    assert set(LAWS) == set(WEIGH)
    assert all(laws <= ALL for laws in LAWS.values())
    assert LAWS["equal"] == ALL


@each_method
@settings(max_examples=20, deadline=None)
@given(raw=worlds)
def test_weights_are_shares_in_the_order_of_the_columns(method, raw):
    found = weights_of(method, minmax(raw))
    assert list(found.index) == NAMES
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1)


@declaring("permutation_invariant")
@settings(max_examples=20, deadline=None)
@given(raw=worlds, seed=st.integers(0, 10**6))
def test_the_order_of_rows_or_columns_does_not_matter(method, raw, seed):
    y = minmax(raw)
    rng = np.random.default_rng(seed)
    shuffled = y.iloc[rng.permutation(len(y)), rng.permutation(4)]
    there = weights_of(method, shuffled)
    pd.testing.assert_series_equal(
        there[NAMES], weights_of(method, y), check_names=False, rtol=0, atol=1e-6
    )


@declaring("unit_invariant")
@settings(max_examples=20, deadline=None)
@given(raw=worlds, factor=st.floats(1e-3, 1e6), shift=st.floats(-1e3, 1e3))
def test_the_unit_of_a_figure_does_not_matter(method, raw, factor, shift):
    restated = raw.assign(b=raw["b"] * factor + shift)
    pd.testing.assert_series_equal(
        weights_of(method, minmax(restated)),
        weights_of(method, minmax(raw)),
        check_names=False,
        rtol=0,
        atol=1e-5,
    )


@declaring("year_stable")
@settings(max_examples=20, deadline=None)
@given(raw=worlds, later=worlds)
def test_another_year_does_not_move_the_weights(method, raw, later):
    both = pd.concat([raw, later])
    assert weights_of(method, both).equals(weights_of(method, raw))


@declaring("monotone")
@settings(max_examples=20, deadline=None)
@given(y=worlds.map(minmax), row=st.integers(0, 23), column=st.sampled_from(NAMES))
def test_a_better_figure_never_lowers_the_weighted_mean(method, y, row, column):
    better = y.copy()
    better.loc[row, column] += 0.1
    before, after = y @ weights_of(method, y), better @ weights_of(method, better)
    assert after[row] >= before[row] - 1e-12


@pytest.mark.parametrize(
    ("method", "row", "values"),
    [
        ("entropy", 1, {"a": [0.5, 0.51, 0.5], "b": [0.3, 0.9, 0.5]}),
        (
            "critic",
            2,
            {"a": [0.3, 0.3, 0.3, 0.4], "b": [0.3, 0, 0, 0.2], "c": [0.4, 0.1, 0.7, 0.5]},
        ),
    ],
)
def test_weights_from_the_data_are_rightly_not_declared_monotone(method, row, values):
    y = pd.DataFrame(values)
    better = y.copy()
    better.loc[row, "a"] += 0.1
    before, after = y @ WEIGH[method](y), better @ WEIGH[method](better)
    assert "monotone" not in LAWS[method]
    assert after[row] < before[row] - 0.001


@pytest.mark.parametrize("method", ["entropy", "critic", "factor", "benefit_of_the_doubt"])
def test_weights_from_the_data_are_rightly_not_declared_year_stable(method):
    raw = raw_world(7)
    before = WEIGH[method](minmax(raw))
    after = WEIGH[method](minmax(pd.concat([raw, raw_world(8)])))
    assert "year_stable" not in LAWS[method]
    assert (after - before).abs().max() > 1e-3
