"""What an indicator counts for: shares of variance that sum to one, by hand and by law."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.index.practice import effective_weights

CROSSED = pd.DataFrame({"a": [0.0, 0, 4, 4], "b": [0.0, 2, 0, 2]})


def test_weights_make_up_for_spread():
    found = effective_weights(CROSSED, pd.Series({"b": 2.0, "a": 1.0}), CROSSED.sum(axis=1))
    assert found["weight"].to_dict() == pytest.approx({"a": 1 / 3, "b": 2 / 3})
    assert found["effective"].to_dict() == pytest.approx({"a": 0.5, "b": 0.5})
    # with the plain sum: cov(a, a + b) / (sd a · sd(a + b)) = √(4/5), for b √(1/5)
    assert found["correlation"].to_dict() == pytest.approx({"a": 0.8**0.5, "b": 0.2**0.5})
    assert found["n"].tolist() == [4, 4]


def test_a_child_against_the_rest_counts_below_zero():
    scores = pd.DataFrame({"a": [0.0, 4, 8], "b": [2.0, 1, 0]})
    found = effective_weights(scores, pd.Series({"a": 1, "b": 1}), scores.mean(axis=1))
    assert found["effective"].to_dict() == pytest.approx({"a": 4 / 3, "b": -1 / 3})
    assert found["correlation"].tolist() == pytest.approx([1, -1])


def test_a_geometric_mean_is_told_from_logarithms():
    scores = np.exp(CROSSED)
    index = np.exp(CROSSED.mean(axis=1))
    found = effective_weights(np.log(scores), pd.Series({"a": 1, "b": 1}), np.log(index))
    assert found["effective"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2})


def test_rows_that_miss_something_are_left_out_but_counted():
    scores = pd.concat(
        [CROSSED, pd.DataFrame({"a": [99.0, np.nan], "b": [1.0, 50]})], ignore_index=True
    )
    index = CROSSED.mean(axis=1).reindex(range(6))
    found = effective_weights(scores, pd.Series({"a": 1, "b": 1}), index.fillna({5: 7.0}))
    assert found["effective"].to_dict() == pytest.approx({"a": 0.8, "b": 0.2})
    assert found["n"].tolist() == [4, 4]


def test_too_little_to_tell_is_refused():
    equal = pd.Series({"a": 1, "b": 1})
    with pytest.raises(ValueError, match="2 of 2 rows"):
        effective_weights(CROSSED[:2], equal, CROSSED.mean(axis=1)[:2])
    with pytest.raises(ValueError, match="an index that differs"):
        effective_weights(CROSSED, equal, pd.Series([0.1] * 4))
    with pytest.raises(ValueError, match="an index that differs"):
        effective_weights(CROSSED, equal, pd.Series([0.0] * 4))
    with pytest.raises(ValueError, match="not all vanish"):
        effective_weights(CROSSED, equal * 0, CROSSED.mean(axis=1))


@given(arrays(float, (6, 3), elements=st.integers(0, 100).map(float)))
def test_shares_sum_to_one(values):
    scores = pd.DataFrame(values, columns=list("abc"))
    index = scores.mean(axis=1)
    assume(index.std() > 0.01)
    assume((scores.std() > 0).all())
    found = effective_weights(scores, pd.Series({"a": 1, "b": 1, "c": 1}), index)
    assert found["effective"].sum() == pytest.approx(1)
    assert found["correlation"].abs().max() <= 1 + 1e-9
