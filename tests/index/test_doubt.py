"""The benefit of the doubt: Table 19, bounds, refusals, what its scores never depend on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.facts import embedded
from quyu.index.weigh import benefit_of_the_doubt, most_favourable

LEVELS = st.sampled_from([0.0, 0.1, 0.4, 0.5, 0.9, 1.0])
WORLDS = arrays(float, (4, 3), elements=LEVELS).filter(lambda values: values.max() > 0)


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(embedded() / "geodata" / "published" / name, index_col=0)


def test_handbook_table_19():
    figures = published("tai_figures.csv")
    y = (figures - figures.min()) / (figures.max() - figures.min())
    expected = published("tai_doubt.csv")["score"]
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


@pytest.mark.parametrize(
    ("least", "most"), [(0.4, 0.9), (0.1, 0.3), (-0.1, 1), (0, 1.1), (np.nan, 1)]
)
def test_infeasible_bounds_are_refused(least, most):
    y = pd.DataFrame({"a": [1.0, 2], "b": [2.0, 1], "c": [1.0, 1]})
    with pytest.raises(
        ValueError, match=r"no 3 weights from.* from 0 to 0\.333, `most` from 0\.333 to 1"
    ):
        most_favourable(y, least=least, most=most)


@pytest.mark.parametrize("bad", [np.nan, -0.5, np.inf])
def test_a_missing_or_negative_cell_is_named(bad):
    rows = pd.MultiIndex.from_product([["x", "y"], [2021]], names=["unit", "year"])
    y = pd.DataFrame({"good": [0.0, 1.0], "bad": [0.5, bad]}, index=rows)
    with pytest.raises(ValueError, match=r"'bad' is .* at unit 'y', year 2021"):
        most_favourable(y)


def test_nothing_but_zeros_is_refused():
    with pytest.raises(ValueError, match="0 in every row"):
        benefit_of_the_doubt(pd.DataFrame({"a": [0.0, 0.0]}))


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
