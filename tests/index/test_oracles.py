"""Other people's programs on data where they are right: entropy, CRITIC, TOPSIS, AHP weights."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.index.aggregate import topsis
from quyu.index.ahp import priorities
from quyu.index.weigh import critic, entropy

pytestmark = pytest.mark.filterwarnings("ignore:Alternatives with indices")  # of the oracle
pymcdm = pytest.importorskip("pymcdm", reason="pymcdm is installed with the tests only")
ahpy = pytest.importorskip("ahpy", reason="ahpy is installed with the tests only")

# Positive, with variance in every column: there the library's weights are right.
worlds = (
    arrays(float, st.tuples(st.integers(4, 12), st.integers(2, 5)), elements=st.integers(1, 1000))
    .map(lambda y: y + np.arange(len(y))[:, None] * np.linspace(0.1, 0.7, y.shape[1]))
    .filter(lambda y: np.ptp(y, axis=0).min() > 0.5)
)


@given(worlds)
@settings(max_examples=40)
def test_entropy_weights(values):
    found = entropy(pd.DataFrame(values)).to_numpy()
    np.testing.assert_allclose(found, pymcdm.weights.entropy_weights(values), atol=1e-12)


@given(worlds)
@settings(max_examples=40)
def test_critic_weights(values):
    # pymcdm min–max normalises inside; here that is the caller's step.
    scaled = (values - values.min(axis=0)) / np.ptp(values, axis=0)
    assume(np.abs(np.corrcoef(scaled.T) - 1).max() > 1e-6)
    found = critic(pd.DataFrame(scaled)).to_numpy()
    np.testing.assert_allclose(found, pymcdm.weights.critic_weights(values), atol=1e-9)


@given(worlds, st.data())
@settings(max_examples=40)
def test_topsis_scores(values, data):
    columns = values.shape[1]
    drawn = data.draw(st.lists(st.integers(1, 9), min_size=columns, max_size=columns))
    weights = np.array(drawn) / sum(drawn)
    vector = pymcdm.normalizations.vector_normalization
    theirs = pymcdm.methods.TOPSIS(vector)(values, weights, np.ones(columns))
    ours = topsis(pd.DataFrame(values / np.sqrt((values**2).sum(axis=0))), pd.Series(weights))
    np.testing.assert_allclose(ours.to_numpy() / 100, theirs, atol=1e-9)


@pytest.mark.parametrize("first", [2, 3, 5])
def test_ahp_weights(first):
    judged = {("a", "b"): first, ("a", "c"): 5, ("b", "c"): 2}
    theirs = ahpy.Compare("goal", judged, precision=8).target_weights
    rows = [[1, first, 5], [1 / first, 1, 2], [1 / 5, 1 / 2, 1]]
    ours = priorities(pd.DataFrame(rows, index=list("abc"), columns=list("abc"))).weights
    for name, weight in theirs.items():
        assert ours[name] == pytest.approx(weight, abs=1e-7)
