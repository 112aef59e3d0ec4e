"""Correlations and reliability: Tables 6 and 11, Holm by hand, flags, refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.outliers_influence import variance_inflation_factor

from quyu.facts import published
from quyu.index.multivariate import (
    alpha_if_deleted,
    bartlett,
    complete,
    correlation_matrix,
    correlations,
    cronbach_alpha,
    factor,
    kmo,
    kmo_by_indicator,
    loading_weights,
    principal_components,
    rotated_loadings,
    vif,
    within_goal_flags,
)


def test_handbook_table_6():
    off = correlation_matrix(published("tai_figures")) - published("tai_correlations")
    assert off.abs().to_numpy().max() < 0.0181


def test_handbook_table_11():
    figures, expected = published("tai_figures"), published("tai_cronbach")["alpha"]
    assert cronbach_alpha(figures) == pytest.approx(expected["none"], abs=0.005)
    found = alpha_if_deleted(figures)
    assert found["TELEPHONES"] == pytest.approx(expected["TELEPHONES"], abs=0.005)
    assert found["EXPORTS"] == pytest.approx(expected["EXPORTS"], abs=0.005)
    assert (found.idxmin(), found.idxmax()) == ("TELEPHONES", "EXPORTS")


def test_alpha_is_that_of_the_variances_of_standardised_indicators():
    figures = published("tai_figures")
    z = (figures - figures.mean()) / figures.std()
    assert cronbach_alpha(figures) == pytest.approx(8 / 7 * (1 - 8 / z.sum(axis=1).var()))


def test_alpha_if_deleted_is_alpha_of_the_others():
    figures = published("tai_figures")
    found = alpha_if_deleted(figures)
    for name in figures:
        assert found[name] == pytest.approx(cronbach_alpha(figures.drop(columns=name)))


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


@given(factor=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3))
def test_alpha_ignores_units(factor, shift):
    y = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [1.0, 3, 2, 4], "c": [2.0, 1, 4, 3]})
    moved = y.assign(b=y["b"] * factor + shift)
    assert cronbach_alpha(moved) == pytest.approx(cronbach_alpha(y), abs=1e-6)


# --- KMO, Bartlett, VIF, principal components: closed forms, Table 7, refusals.

CONTRASTS = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])


def equally_correlated() -> pd.DataFrame:
    """Three indicators, every correlation exactly one half."""
    return pd.DataFrame(CONTRASTS @ [[1, 1, 0], [1, 0, 1], [0, 1, 1]], columns=["a", "b", "c"])


def test_handbook_table_7():
    found, expected = (
        principal_components(published("tai_figures")),
        published("tai_eigenvalues"),
    )
    assert (found["eigenvalue"] - expected["eigenvalue"]).abs().max() < 0.061
    assert (100 * found["share"] - expected["percent"]).abs().max() < 0.12
    assert found["eigenvalue"].sum() == pytest.approx(8)
    assert found["cumulative"].iloc[-1] == pytest.approx(1)


def test_kmo_in_closed_form():
    # partial r = r / (1 + r) = 1/3, so KMO = (1/4) / (1/4 + 1/9)
    assert kmo(equally_correlated()) == pytest.approx(9 / 13)
    assert kmo_by_indicator(equally_correlated()).to_dict() == pytest.approx(
        {"a": 9 / 13, "b": 9 / 13, "c": 9 / 13}
    )


def test_kmo_of_a_pair_is_always_one_half():
    assert kmo(pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 3, 2, 5]})) == pytest.approx(0.5)
    assert kmo(pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 3, 2]})) == pytest.approx(0.5)


def test_kmo_by_indicator_takes_each_row_of_the_matrix():
    y = published("tai_figures")
    r = np.corrcoef(y, rowvar=False)
    inverse = np.linalg.inv(r)
    for k, name in enumerate(y):
        others = [j for j in range(8) if j != k]
        squared = sum(r[k, j] ** 2 for j in others)
        partial = sum(inverse[k, j] ** 2 / (inverse[k, k] * inverse[j, j]) for j in others)
        assert kmo_by_indicator(y)[name] == pytest.approx(squared / (squared + partial))


def test_kmo_of_unrelated_indicators_is_undefined():
    y = pd.DataFrame(CONTRASTS[:, :2], columns=["a", "b"])
    assert np.isnan(kmo(y))


def test_bartlett_in_closed_form():
    # |R| = 1 − 3/4 + 2/8 = 1/2, n − 1 − 11/6 = 7/6
    found = bartlett(equally_correlated())
    assert found.statistic == pytest.approx(7 / 6 * np.log(2))
    assert found.degrees == 3
    assert found.p == pytest.approx(0.847, abs=5e-4)  # χ²₃ > .8087


def test_bartlett_counts_complete_rows_only():
    with pytest.warns(UserWarning, match="1 of 5 rows"):
        found = bartlett(pd.concat([equally_correlated(), pd.DataFrame({"a": [9.0]})]))
    assert found.statistic == pytest.approx(7 / 6 * np.log(2))


def test_vif_is_that_of_statsmodels():
    y = published("tai_figures")
    design = np.column_stack([np.ones(len(y)), y])
    expected = [variance_inflation_factor(design, k + 1) for k in range(8)]
    assert vif(y).tolist() == pytest.approx(expected)


# --- Factor weights: Tables 9 and 18, varimax, what is refused or warned of.


def two_blocks(rows: int = 80, seed: int = 5) -> pd.DataFrame:
    """Invented rows: a, b, c share one factor; d, e another that leans on the first."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(rows, 1))
    second = 0.5 * first + rng.normal(size=(rows, 1))
    noise = rng.normal(size=(rows, 5)) * [0.3, 0.5, 0.7, 0.4, 0.6]
    return pd.DataFrame(
        np.hstack([first.repeat(3, 1), second.repeat(2, 1)]) + noise, columns=list("abcde")
    )


def test_handbook_table_9():
    found = rotated_loadings(correlation_matrix(published("tai_figures")), factors=4)
    expected = published("tai_loadings")
    agreement = found.to_numpy().T @ expected.to_numpy()
    match = np.abs(agreement).argmax(axis=0)
    assert sorted(match) == [0, 1, 2, 3]
    turned = found.to_numpy()[:, match] * np.sign(agreement[match, range(4)])
    assert np.abs(turned - expected).to_numpy().max() < 0.0131


def test_handbook_table_18():
    r = correlation_matrix(published("tai_figures"))
    found = loading_weights(rotated_loadings(r, factors=4))
    expected = published("tai_factor_weights").loc["principal components"]
    assert (found - expected).abs().max() < 0.006


def test_four_components_of_the_index_are_kept_by_default():
    r = correlation_matrix(published("tai_figures"))  # 42, 22, 12, 11, 6 %
    assert list(rotated_loadings(r).columns) == [1, 2, 3, 4]


def test_more_are_kept_until_three_fifths_are_explained():
    twelve = pd.DataFrame(np.eye(12))  # 8 % each: none passes alone, eight explain 2/3
    assert rotated_loadings(twelve).shape == (12, 8)
    five = pd.DataFrame(np.eye(5))  # 20 % each: all pass alone
    assert rotated_loadings(five).shape == (5, 5)


def test_the_technology_index_has_too_little_in_common_for_factor_weights():
    figures = published("tai_figures")
    assert kmo(figures) == pytest.approx(0.5006, abs=5e-5)
    with pytest.raises(ValueError, match=r"Kaiser–Meyer–Olkin measure is 0\.50, below 0\.6"):
        factor(figures)


def test_rotation_keeps_communalities_and_raises_the_varimax_criterion():
    r = correlation_matrix(two_blocks())
    found = rotated_loadings(r, factors=2)
    values, vectors = np.linalg.eigh(r)
    plain = vectors[:, :-3:-1] * np.sqrt(values[:-3:-1])
    length = (found**2).sum(axis=1)
    assert length.tolist() == pytest.approx((plain**2).sum(axis=1).tolist())

    def spread(loadings: np.ndarray) -> float:
        return ((loadings / np.sqrt(length.to_numpy())[:, None]) ** 2).var(axis=0).sum()

    for angle in np.linspace(0, np.pi, 60):
        turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        assert spread(plain @ turn) <= spread(found.to_numpy()) + 1e-9


def test_the_blocks_are_found():
    found = rotated_loadings(correlation_matrix(two_blocks()), factors=2).idxmax(axis=1)
    assert found["a"] == found["b"] == found["c"] != found["d"] == found["e"]
    weights = factor(two_blocks(), factors=2)
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0.15).all()


def test_components_point_upwards():
    for seed in range(5):
        loadings = rotated_loadings(correlation_matrix(two_blocks(seed=seed)), factors=2)
        assert (loadings.sum() >= 0).all()


def test_a_single_indicator_weighs_one():
    assert factor(pd.DataFrame({"a": [1.0, np.nan]})).to_dict() == {"a": 1.0}


def test_few_rows_are_warned_of_and_enough_are_not(recwarn):
    factor(two_blocks(rows=25))
    assert not recwarn
    with pytest.warns(UserWarning, match="24 rows for 5 indicators; below 25 they are unstable"):
        factor(two_blocks(rows=24))
