"""Entropy, CRITIC: by hand, published, and the columns on which other libraries fail."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.facts import embedded
from quyu.index.weigh import critic, entropy


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(embedded() / "geodata" / "published" / name, index_col=0)


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


def test_entropy_names_the_negative_cell():
    rows = pd.MultiIndex.from_product([["x", "y"], [2021]], names=["unit", "year"])
    y = pd.DataFrame({"good": [0.0, 1.0], "bad": [0.5, -0.5]}, index=rows)
    with pytest.raises(ValueError, match=r"'bad' is -0\.5 at unit 'y', year 2021"):
        entropy(y)


def test_entropy_of_two_invented_columns():
    """Ten rows on [0, 1] with zeros, worked out in R."""
    left = "0.75910 0.55424 0.50218 0 0.55158 0.68035 1 0.57838 0.67084 0.51764"
    right = "0.73976 1 0.24418 0 0.65004 0.22774 0.19703 0.09267 0.57279 0.79606"
    y = pd.DataFrame({"a": left.split(), "c": right.split()}, dtype=float)
    e = np.array([0.94360, 0.86898])
    assert entropy(y).tolist() == pytest.approx(((1 - e) / (1 - e).sum()).tolist(), abs=5e-5)


def test_critic_of_diakoulaki():
    figures = published("critic_firms.csv")
    y = (figures - figures.min()) / (figures.max() - figures.min())
    expected = published("critic_weights.csv")["weight"]
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


def test_critic_refuses_columns_in_step():
    y = pd.DataFrame({"a": [0.0, 0.5, 1.0], "b": [0.0, 1.0, 2.0]})
    with pytest.raises(ValueError, match=r"\['a', 'b'\] are perfectly correlated"):
        critic(y)


def test_critic_refuses_a_pair_without_common_rows():
    y = pd.DataFrame(
        {"a": [0.0, 1, np.nan, np.nan], "b": [0.0, 0.5, 1, 0], "c": [np.nan, np.nan, 1, 0]}
    )
    with pytest.raises(ValueError, match="'a' and 'c' have too few rows in common"):
        critic(y)


@pytest.mark.parametrize("rule", [entropy, critic])
def test_columns_without_value_range_or_bound_are_refused(rule):
    with pytest.raises(ValueError, match="'b' has no value in any row"):
        rule(pd.DataFrame({"a": [0.0, 1.0], "b": [np.nan, np.nan]}))
    with pytest.raises(ValueError, match=r"\['a', 'b'\] are the same in every row"):
        rule(pd.DataFrame({"a": [1.0, 1.0], "b": [0.0, 0.0]}))
    with pytest.raises(ValueError, match="'b' is infinite at row 1"):
        rule(pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, np.inf]}))


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
