"""Weights: by hand, refusals, the laws that each rule declares, the ranks of Table 23."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.facts import published
from quyu.index.weigh import (
    ALL,
    LAWS,
    WEIGH,
    benefit_of_the_doubt,
    budget_allocation,
    critic,
    entropy,
    equal,
    most_favourable,
    stated,
)

Y = pd.DataFrame({"a": [0.0, 1.0], "b": [1.0, 0.5], "c": [0.2, 0.4]})


def test_equal_ignores_missing_values():
    assert equal(Y.mask(Y == 0)).tolist() == [1 / 3, 1 / 3, 1 / 3]


def test_stated_weights_follow_the_columns():
    found = stated(Y, weights=pd.Series({"c": 2.0, "a": 1.0, "b": 1.0}))
    assert found.to_dict() == {"a": 0.25, "b": 0.25, "c": 0.5}
    assert list(found.index) == ["a", "b", "c"]


def test_budget_allocation_averages_the_experts():
    points = pd.DataFrame({"c": [50, 0], "a": [50, 20], "b": [0, 80]}, index=["one", "two"])
    assert budget_allocation(Y, points=points).to_dict() == {"a": 0.35, "b": 0.4, "c": 0.25}


@pytest.mark.parametrize("method", ["EW", "BAP"])
def test_handbook_table_23_ranks(method):
    figures, posts = published("tai_figures"), published("tai_goalposts")
    y = ((figures - posts["low"]) / (posts["high"] - posts["low"])).clip(upper=1)
    index = y @ stated(y, weights=published("tai_weights").loc[method])
    expected = published("tai_ranks_by_weighting")[method]
    assert index.rank(ascending=False).loc[expected.index].tolist() == expected.tolist()


@pytest.mark.parametrize(("method", "least"), [("FA", 19), ("AHP", 20)])
def test_handbook_table_23_ranks_from_weights_of_two_decimals(method, least):
    figures, posts = published("tai_figures"), published("tai_goalposts")
    y = ((figures - posts["low"]) / (posts["high"] - posts["low"])).clip(upper=1)
    index = y @ stated(y, weights=published("tai_weights").loc[method])
    expected = published("tai_ranks_by_weighting")[method]
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


# --- Entropy, CRITIC: by hand, published, and the columns on which other libraries fail.


def test_entropy_by_hand():
    # p = (0, 1), (½, ½), (¼, ¾): e = 0, 1, .8113
    y = pd.DataFrame({"all": [0.0, 2.0], "even": [3.0, 3.0], "part": [1.0, 3.0]})
    with pytest.warns(UserWarning, match=r"\['even'\] are the same in every row"):
        found = entropy(y)
    part = 1 - (0.25 * np.log(4) + 0.75 * np.log(4 / 3)) / np.log(2)
    assert found.tolist() == pytest.approx([1 / (1 + part), 0, part / (1 + part)])
    assert found["even"] == 0


def test_entropy_counts_the_rows_observed_in_a_column():
    whole = pd.DataFrame({"a": [1.0, 3.0], "b": [1.0, 2.0]})
    padded = pd.DataFrame({"a": [1.0, 3.0, np.nan], "b": [np.nan, 1.0, 2.0]})
    assert entropy(padded).tolist() == pytest.approx(entropy(whole).tolist())


def test_entropy_of_a_pooled_panel_is_that_of_its_rows():
    rows = pd.MultiIndex.from_product([["x", "y"], [2020, 2021]], names=["unit", "year"])
    values = {"a": [0.0, 0.2, 0.9, 1.0], "b": [0.5, 0.0, 0.3, 1.0]}
    panel, pooled = pd.DataFrame(values, index=rows), pd.DataFrame(values)
    assert entropy(panel).equals(entropy(pooled))


def test_entropy_of_two_invented_columns():
    """Ten rows on [0, 1] with zeros, worked out in R."""
    left = "0.75910 0.55424 0.50218 0 0.55158 0.68035 1 0.57838 0.67084 0.51764"
    right = "0.73976 1 0.24418 0 0.65004 0.22774 0.19703 0.09267 0.57279 0.79606"
    y = pd.DataFrame({"a": left.split(), "c": right.split()}, dtype=float)
    e = np.array([0.94360, 0.86898])
    assert entropy(y).tolist() == pytest.approx(((1 - e) / (1 - e).sum()).tolist(), abs=5e-5)


def test_critic_of_diakoulaki():
    figures = published("critic_firms")
    y = (figures - figures.min()) / (figures.max() - figures.min())
    expected = published("critic_weights")["weight"]
    assert critic(y).tolist() == pytest.approx(expected.tolist(), abs=5e-5)


def test_critic_gives_a_constant_column_nothing():
    y = pd.DataFrame({"a": [0.0, 1, 0, 1], "flat": [0.1] * 4, "b": [0.0, 0, 3, 3]})
    with pytest.warns(UserWarning, match=r"\['flat'\].*critic gives them weight 0"):
        found = critic(y)
    assert found.to_dict() == pytest.approx({"a": 0.25, "flat": 0.0, "b": 0.75})


def test_critic_of_one_varying_column_is_one():
    assert critic(pd.DataFrame({"a": [0.0, 1.0]})).to_dict() == {"a": 1.0}
    with pytest.warns(UserWarning):
        assert critic(pd.DataFrame({"a": [0.0, 1.0], "b": [1.0, 1.0]})).tolist() == [1, 0]


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(values=arrays(float, (5, 3), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0, 100.0])))
def test_weights_are_shares_or_refused_but_never_nan(values):
    for rule in (entropy, critic):
        try:
            found = rule(pd.DataFrame(values, columns=["a", "b", "c"]))
        except ValueError:
            continue
        assert (found >= 0).all()
        assert found.sum() == pytest.approx(1)
        flat = np.ptp(values, axis=0) == 0
        assert (found[flat] == 0).all()


@pytest.mark.parametrize("rule", [entropy, critic])
def test_a_warning_and_a_refusal_say_whose_they_are(rule):
    y = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3.0, 1.0, 1.0], "flat": 1.0})
    with pytest.warns(UserWarning, match=f"{rule.__name__} gives them") as told:
        rule(y)
    assert told[0].filename == __file__, "the line that asked for the weights"
    with pytest.raises(ValueError, match=f"^{rule.__name__} weights: indicator 'a'"):
        rule(y.assign(a=np.nan))


def test_noise_on_large_numbers_is_no_difference():
    y = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3.0, 1.0, 1.0], "c": [1e9, 1e9 + 1e-4, 1e9]})
    with pytest.warns(UserWarning, match=r"\['c'\] are the same"):
        assert critic(y)["c"] == 0


@pytest.mark.parametrize("rows", range(2, 12))
@pytest.mark.parametrize("step", [1e-11, 1e-10, 1e-9])
def test_entropy_of_a_nearly_even_column_is_never_negative(rows, step):
    y = pd.DataFrame({"even": 1.0, "spread": np.arange(float(rows))}, index=range(rows))
    y.loc[0, "even"] += step
    assert (entropy(y) >= 0).all()


# --- The benefit of the doubt: Table 19, bounds, refusals, what its scores never depend on.

LEVELS = st.sampled_from([0.0, 0.1, 0.4, 0.5, 0.9, 1.0])
WORLDS = arrays(float, (4, 3), elements=LEVELS).filter(lambda values: values.max() > 0)


def test_handbook_table_19():
    figures = published("tai_figures")
    y = (figures - figures.min()) / (figures.max() - figures.min())
    expected = published("tai_doubt")["score"]
    found = most_favourable(y, least=0.10, most=0.15)
    assert (found.scores - expected).abs().max() < 0.0071
    assert found.scores[expected == 1].tolist() == pytest.approx([1, 1, 1])
    assert most_favourable(y).scores.equals(found.scores)  # the default of eight indicators


def test_by_hand():
    # one: ¾·4 + ¼·1 against ¾·1 + ¼·2; two: at best ¼·1 + ¾·2 against ¼·4 + ¾·1 = 1
    y = pd.DataFrame({"a": [4.0, 1.0], "b": [1.0, 1.5]}, index=["one", "two"])
    found = most_favourable(y, least=0.25, most=0.75)
    assert found.scores.to_dict() == pytest.approx({"one": 1.0, "two": 1.375 / 1.75})
    assert found.weights.loc["two"].to_dict() == pytest.approx({"a": 0.25, "b": 0.75})
    assert benefit_of_the_doubt(y, least=0.25, most=0.75).to_dict() == pytest.approx(
        {"a": 0.5, "b": 0.5}
    )


def test_a_leader_gets_the_weights_of_its_greatest_lead():
    y = pd.DataFrame({"a": [3.0, 2.0], "b": [3.0, 1.0]})  # best by any weights, most by b
    assert most_favourable(y, least=0.2, most=0.8).weights.loc[0].tolist() == pytest.approx(
        [0.2, 0.8]
    )


def test_without_bounds_the_best_in_anything_is_best():
    y = pd.DataFrame({"a": [1.0, 0.0, 0.4], "b": [0.0, 1.0, 0.4]})
    found = most_favourable(y, least=0, most=1)
    assert found.scores.tolist() == pytest.approx([1, 1, 0.8])


def test_a_row_of_zeros_scores_zero_and_prefers_nothing():
    found = most_favourable(pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 0.5]}))
    assert found.scores.tolist() == pytest.approx([0, 1])
    assert found.weights.loc[0].tolist() == [0.5, 0.5]


def test_a_single_row_is_best():
    assert most_favourable(pd.DataFrame({"a": [2.0], "b": [1.0]})).scores.tolist() == [1]


@settings(max_examples=50, deadline=None)
@given(values=WORLDS)
def test_no_admissible_weights_do_better(values):
    found = most_favourable(pd.DataFrame(values, columns=list("abc")), least=0.2, most=0.5)
    assert found.scores.between(0, 1).all()
    assert found.weights.sum(axis=1).tolist() == pytest.approx([1] * 4)
    assert found.weights.stack().between(0.2 - 1e-7, 0.5 + 1e-7).all()
    for other in ([0.2, 0.3, 0.5], [0.5, 0.3, 0.2], [0.3, 0.5, 0.2], [1 / 3] * 3):
        totals = values @ other
        assert (totals / totals.max() <= found.scores.to_numpy() + 1e-7).all()
    own = (values * found.weights.to_numpy()).sum(axis=1)
    best = (found.weights.to_numpy() @ values.T).max(axis=1)
    assert (own / best).tolist() == pytest.approx(found.scores.tolist(), abs=1e-7)


@settings(max_examples=50, deadline=None)
@given(values=WORLDS, rows=st.permutations(range(4)), columns=st.permutations(range(3)))
def test_scores_do_not_depend_on_the_order(values, rows, columns):
    y = pd.DataFrame(values, columns=list("abc"))
    there = most_favourable(y.iloc[rows, columns]).scores.sort_index()
    assert there.tolist() == pytest.approx(most_favourable(y).scores.tolist(), abs=1e-7)


@settings(max_examples=50, deadline=None)
@given(values=WORLDS, row=st.integers(0, 3), column=st.integers(0, 2))
def test_a_better_figure_never_lowers_the_score(values, row, column):
    better = values.copy()
    better[row, column] += 0.3
    before, after = (most_favourable(pd.DataFrame(v)).scores[row] for v in (values, better))
    assert after >= before - 1e-7
