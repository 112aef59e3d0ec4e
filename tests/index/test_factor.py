"""Factor weights: Tables 9 and 18, varimax, what is refused or warned of."""

import numpy as np
import pandas as pd
import pytest

from quyu.facts import embedded
from quyu.index.multivariate import (
    correlation_matrix,
    factor,
    kmo,
    loading_weights,
    rotated_loadings,
)


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(embedded() / "geodata" / "published" / name, index_col=0)


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
    found = rotated_loadings(correlation_matrix(published("tai_figures.csv")), factors=4)
    expected = published("tai_loadings.csv")
    agreement = found.to_numpy().T @ expected.to_numpy()
    match = np.abs(agreement).argmax(axis=0)
    assert sorted(match) == [0, 1, 2, 3]
    turned = found.to_numpy()[:, match] * np.sign(agreement[match, range(4)])
    assert np.abs(turned - expected).to_numpy().max() < 0.0131


def test_handbook_table_18():
    r = correlation_matrix(published("tai_figures.csv"))
    found = loading_weights(rotated_loadings(r, factors=4))
    expected = published("tai_factor_weights.csv").loc["principal components"]
    assert (found - expected).abs().max() < 0.006


def test_four_components_of_the_index_are_kept_by_default():
    r = correlation_matrix(published("tai_figures.csv"))  # 42, 22, 12, 11, 6 %
    assert list(rotated_loadings(r).columns) == [1, 2, 3, 4]


def test_more_are_kept_until_three_fifths_are_explained():
    twelve = pd.DataFrame(np.eye(12))  # 8 % each: none passes alone, eight explain 2/3
    assert rotated_loadings(twelve).shape == (12, 8)
    five = pd.DataFrame(np.eye(5))  # 20 % each: all pass alone
    assert rotated_loadings(five).shape == (5, 5)


def test_the_technology_index_has_too_little_in_common_for_factor_weights():
    figures = published("tai_figures.csv")
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


def test_unrelated_indicators_are_refused():
    contrasts = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]]
    y = pd.DataFrame(contrasts * 4, columns=["a", "b", "c"])
    with pytest.raises(ValueError, match="too little in common"):
        factor(y)


def test_constant_or_tied_indicators_are_refused():
    y = two_blocks()
    with pytest.raises(ValueError, match="'f' is the same in all 80 rows"):
        factor(y.assign(f=1.0))
    with pytest.raises(ValueError, match="combinations of each other"):
        factor(y.assign(f=y["a"] + y["b"]))


@pytest.mark.parametrize("factors", [0, 6])
def test_factors_that_cannot_be_had_are_refused(factors):
    with pytest.raises(ValueError, match="1 to 5 exist"):
        rotated_loadings(correlation_matrix(two_blocks()), factors=factors)
