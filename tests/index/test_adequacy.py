"""KMO, Bartlett, VIF, principal components: closed forms, Table 7, refusals."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.outliers_influence import variance_inflation_factor

from quyu.facts import embedded
from quyu.index.multivariate import bartlett, kmo, kmo_by_indicator, principal_components, vif

CONTRASTS = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(embedded() / "geodata" / "published" / name, index_col=0)


def equally_correlated() -> pd.DataFrame:
    """Three indicators, every correlation exactly one half."""
    return pd.DataFrame(CONTRASTS @ [[1, 1, 0], [1, 0, 1], [0, 1, 1]], columns=["a", "b", "c"])


def test_handbook_table_7():
    found, expected = (
        principal_components(published("tai_figures.csv")),
        published("tai_eigenvalues.csv"),
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
    y = published("tai_figures.csv")
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
    y = published("tai_figures.csv")
    design = np.column_stack([np.ones(len(y)), y])
    expected = [variance_inflation_factor(design, k + 1) for k in range(8)]
    assert vif(y).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("check", [kmo, kmo_by_indicator, bartlett, vif])
def test_combinations_of_each_other_are_named(check):
    y = equally_correlated().assign(d=[5.0, 1, 2, 2])
    y = y.assign(sum=y["a"] + y["d"]).drop(columns="c")
    with pytest.raises(ValueError, match=r"\['a', 'd', 'sum'\] are combinations of each other"):
        check(y)
