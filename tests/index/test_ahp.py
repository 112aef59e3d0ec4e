"""The hierarchy process: Table 20, Saaty's drinks, perfect judgements, every refusal."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.facts import published
from quyu.index.ahp import RANDOM_INDEX, ahp, priorities


def judgements(*upper: float) -> pd.DataFrame:
    """The reciprocal table of the judgements above its diagonal, row by row."""
    size = round((1 + (1 + 8 * len(upper)) ** 0.5) / 2)
    table = np.ones((size, size))
    rows, columns = np.triu_indices(size, 1)
    table[rows, columns] = upper
    table[columns, rows] = 1 / np.array(upper)
    names = list("abcdefghijkl"[:size])
    return pd.DataFrame(table, names, names)


def rows_of(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame([[0.5] * len(table)], columns=table.columns)


def test_handbook_table_20():
    found = priorities(published("tai_judgements"))
    assert found.eigenvalue == pytest.approx(8.2111, abs=5e-5)
    assert found.ci == pytest.approx(0.03015, abs=5e-5)
    assert found.cr == pytest.approx(0.0214, abs=5e-5)
    assert found.weights.round(4).to_dict() == {
        "PATENTS": 0.2291,
        "ROYALTIES": 0.1346,
        "INTERNET": 0.0594,
        "EXPORTS": 0.1761,
        "TELEPHONES": 0.0385,
        "ELECTRICITY": 0.0385,
        "SCHOOLING": 0.2522,
        "UNIVERSITY": 0.0715,
    }


def test_saatys_drinks():
    table = published("drinks_judgements")
    expected = published("drinks_weights")["weight"]
    found = ahp(rows_of(table), judgements=table)
    assert found.tolist() == pytest.approx(expected.tolist(), abs=5.1e-4)
    assert priorities(table).cr == pytest.approx(0.022, abs=5e-4)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=10))
def test_consistent_judgements_give_back_the_weights_behind_them(weights):
    w = np.array(weights)
    names = [f"i{k}" for k in range(len(w))]
    found = priorities(pd.DataFrame(w[:, None] / w, names, names))
    assert found.weights.tolist() == pytest.approx((w / w.sum()).tolist())
    assert found.eigenvalue == pytest.approx(len(w))
    assert found.cr == pytest.approx(0, abs=1e-9)


def test_weights_follow_the_columns_whatever_the_order_of_the_judgements():
    table = judgements(2, 6, 3)
    turned = table.loc[["c", "a", "b"], ["b", "c", "a"]]
    found = ahp(rows_of(table), judgements=turned)
    assert (found * 10).round(9).to_dict() == {"a": 6.0, "b": 3.0, "c": 1.0}
    assert list(found.index) == ["a", "b", "c"]


@pytest.mark.parametrize("table", [judgements(9), judgements()])
def test_two_indicators_cannot_contradict_each_other(table):
    assert (priorities(table).ci, priorities(table).cr) == (0, 0)
    assert ahp(rows_of(table), judgements=table).sum() == pytest.approx(1)


def test_random_index_is_that_of_the_size():
    # a beats b, b beats c, c beats a, each twice: λ = 1 + 2 + ½
    found = priorities(judgements(2, 0.5, 2))
    assert found.eigenvalue == pytest.approx(3.5)
    assert found.cr == pytest.approx(0.25 / 0.58)
    assert RANDOM_INDEX == (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)


def test_contradiction_is_refused_naming_the_judgement_furthest_off():
    table = judgements(2, 4, 8, 2, 1 / 4, 2)  # 8 : 4 : 2 : 1 but for b against d
    with pytest.raises(ValueError, match=r"CR is 0\.\d+.*'b' against 'd': 0\.25"):
        ahp(rows_of(table), judgements=table)


def test_contradiction_is_refused_from_a_tenth():
    table = judgements(3, 2, 2)
    assert priorities(table).cr == pytest.approx(0.117, abs=5e-4)
    with pytest.raises(ValueError, match=r"CR is 0\.117, it must be below 0\.1"):
        ahp(rows_of(table), judgements=table)
    nearer = judgements(3, 2, 1.6)
    assert 0.05 < priorities(nearer).cr < 0.1
    assert ahp(rows_of(nearer), judgements=nearer).sum() == pytest.approx(1)


def test_consistency_ratio_of_exactly_the_limit_is_refused(monkeypatch):
    table = judgements(2, 0.5, 2)
    monkeypatch.setattr("quyu.index.ahp.LARGEST_CR", priorities(table).cr)
    with pytest.raises(ValueError, match="contradict"):
        ahp(rows_of(table), judgements=table)


def test_a_third_in_three_decimals_passes_as_reciprocal_but_less_exactly_does_not():
    table = judgements(3)
    table.loc["b", "a"] = 0.333
    priorities(table)
    table.loc["b", "a"] = 0.331
    with pytest.raises(ValueError, match="1 divided by the other"):
        priorities(table)


def test_ten_indicators_can_be_compared_and_eleven_not():
    names = [f"i{k}" for k in range(11)]
    ones = pd.DataFrame(np.ones((11, 11)), names, names)
    assert priorities(ones.iloc[:10, :10]).weights.tolist() == pytest.approx([0.1] * 10)
    with pytest.raises(ValueError, match="11 indicators are compared; 1 to 10"):
        priorities(ones)
