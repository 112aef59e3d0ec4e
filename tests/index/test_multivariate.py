"""Correlations and reliability: Tables 6 and 11, Holm by hand, flags, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from quyu.facts import embedded
from quyu.index.multivariate import (
    alpha_if_deleted,
    complete,
    correlation_matrix,
    correlations,
    cronbach_alpha,
    within_goal_flags,
)


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(embedded() / "geodata" / "published" / name, index_col=0)


def test_handbook_table_6():
    off = correlation_matrix(published("tai_figures.csv")) - published("tai_correlations.csv")
    assert off.abs().to_numpy().max() < 0.0181


def test_handbook_table_11():
    figures, expected = published("tai_figures.csv"), published("tai_cronbach.csv")["alpha"]
    assert cronbach_alpha(figures) == pytest.approx(expected["none"], abs=0.005)
    found = alpha_if_deleted(figures)
    assert found["TELEPHONES"] == pytest.approx(expected["TELEPHONES"], abs=0.005)
    assert found["EXPORTS"] == pytest.approx(expected["EXPORTS"], abs=0.005)
    assert (found.idxmin(), found.idxmax()) == ("TELEPHONES", "EXPORTS")


def test_alpha_is_that_of_the_variances_of_standardised_indicators():
    figures = published("tai_figures.csv")
    z = (figures - figures.mean()) / figures.std()
    assert cronbach_alpha(figures) == pytest.approx(8 / 7 * (1 - 8 / z.sum(axis=1).var()))


def test_alpha_if_deleted_is_alpha_of_the_others():
    figures = published("tai_figures.csv")
    found = alpha_if_deleted(figures)
    for name in figures:
        assert found[name] == pytest.approx(cronbach_alpha(figures.drop(columns=name)))


def test_alpha_refuses_a_single_indicator():
    y = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]})
    with pytest.raises(ValueError, match=r"only \['a'\] is left"):
        cronbach_alpha(y[["a"]])
    with pytest.raises(ValueError, match=r"only \['b'\] is left"):
        alpha_if_deleted(y)


def test_correlations_hold_over_the_rows_that_a_pair_has():
    y = pd.DataFrame({"a": [1, 2, 3, 4, np.nan], "b": [1, 2, 3, 5, 9], "c": [4.0, 1, np.nan, 3, 1]})
    found = correlations(y).set_index(["first", "second"])
    assert found["n"].to_dict() == {("a", "b"): 4, ("a", "c"): 3, ("b", "c"): 4}
    r, p = stats.pearsonr([1, 2, 4], [4, 1, 3])
    assert found.loc[("a", "c"), ["r", "p"]].tolist() == pytest.approx([r, p])


def test_spearman_is_pearson_of_ranks():
    y = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 10, 1000, 100]})
    assert correlations(y, method="spearman")["r"].tolist() == pytest.approx([0.8])
    assert correlations(y)["r"].tolist() != pytest.approx([0.8], abs=0.1)
    with pytest.raises(
        ValueError, match=r"unknown correlation 'kendall'; known are pearson, spear"
    ):
        correlations(y, method="kendall")


def test_holm_multiplies_the_smallest_by_all_and_never_falls():
    rng = np.random.default_rng(3)
    y = pd.DataFrame(rng.normal(size=(15, 3)), columns=list("abc"))
    y["b"] += y["a"]
    found = correlations(y).sort_values("p", ignore_index=True)
    p = found["p"]
    second = max(3 * p[0], 2 * p[1])
    assert found["p_holm"].tolist() == pytest.approx(
        [min(3 * p[0], 1), min(second, 1), min(max(second, p[2]), 1)]
    )


def test_one_indicator_has_no_pairs():
    assert correlations(pd.DataFrame({"a": [1.0, 2.0, 3.0]})).empty


@pytest.mark.parametrize("b", [[1.0, 2, np.nan, np.nan], [5.0, 5, 5, 5], [np.nan, 5, 5, 5]])
def test_a_pair_without_correlation_is_named(b):
    y = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": b})
    with pytest.raises(ValueError, match="'a' and 'b' have no correlation"):
        correlations(y)


def test_flags_are_for_pairs_of_one_goal_beyond_the_bounds():
    pairs = pd.DataFrame(
        {
            "first": list("aabaab"),
            "second": list("bccdee"),
            "r": [-0.21, 0.93, 0.92, -0.9, -0.2, 0.1],
        }
    )
    goals = pd.Series({"a": "one", "b": "one", "c": "one", "d": "two", "e": "one"})
    found = within_goal_flags(pairs, goals)
    assert found[["first", "second", "goal", "flag"]].to_numpy().tolist() == [
        ["a", "b", "one", "opposed"],
        ["a", "c", "one", "redundant"],
    ]
    assert "flag" not in pairs
    with pytest.raises(ValueError, match=r"no goal is given for \['d'\]"):
        within_goal_flags(pairs, goals.drop("d"))


def test_complete_rows_are_all_taken_without_a_word(recwarn):
    y = pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 3, 2]})
    assert complete(y).equals(y)
    assert not recwarn


def test_incomplete_rows_are_left_out_with_a_warning():
    y = pd.DataFrame({"a": [1.0, 2, 3, np.nan], "b": [1.0, 3, 2, 50]})
    with pytest.warns(UserWarning, match="1 of 4 rows are left out"):
        assert len(complete(y)) == 3
    with pytest.warns(UserWarning):
        assert correlation_matrix(y).loc["a", "b"] == pytest.approx(0.5)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_too_few_complete_rows_names_what_is_missing():
    y = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 3, np.nan, np.nan]})
    with pytest.raises(ValueError, match=r"only 2 rows .* most often missing are \{'b': 2\}"):
        correlation_matrix(y)


def test_a_constant_indicator_is_named():
    with pytest.raises(ValueError, match="'b' is the same in all 3 rows"):
        correlation_matrix(pd.DataFrame({"a": [1.0, 2, 3], "b": [0.1] * 3}))


@given(factor=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3))
def test_alpha_ignores_units(factor, shift):
    y = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [1.0, 3, 2, 4], "c": [2.0, 1, 4, 3]})
    moved = y.assign(b=y["b"] * factor + shift)
    assert cronbach_alpha(moved) == pytest.approx(cronbach_alpha(y), abs=1e-6)
