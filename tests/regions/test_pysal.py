"""PySAL's own programs, on its Mexican states and on random worlds: Theil, Gini, Markov."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from libpysal.graph import Graph
from libpysal.io import open as opened

from quyu.regions.inequality import gini, theil
from quyu.regions.markov import markov, spatial_markov

examples = pytest.importorskip("libpysal").examples
inequality = pytest.importorskip("inequality", reason="inequality is installed with the tests only")
chains = pytest.importorskip("giddy.markov", reason="giddy is installed with the tests only")

DECADES = range(1940, 2010, 10)
positive = arrays(float, st.integers(2, 20), elements=st.floats(0.01, 1000))


@pytest.fixture(scope="module", name="mexico")
def _mexico():
    """GDP per head of 32 states by decade, in the wheel of libpysal, with Hanson's regions."""
    return pd.read_csv(examples.get_path("mexico.csv")).set_index("State")


def test_theil_of_mexico_as_published(mexico):
    """The values in the documentation of `inequality` 1.1."""
    total = [0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832]
    between = [0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872]
    found = [theil(mexico[f"pcgdp{year}"], groups=mexico["hanson98"]) for year in DECADES]
    assert [split.total for split in found] == pytest.approx(total, abs=5e-9)
    assert [split.between for split in found] == pytest.approx(between, abs=5e-9)


def test_theil_and_gini_of_mexico(mexico):
    for year in DECADES:
        figure = mexico[f"pcgdp{year}"]
        theirs = inequality.theil.TheilD(figure.to_numpy(), mexico["inegi"].to_numpy())
        ours = theil(figure, groups=mexico["inegi"])
        assert [ours.total, ours.between, ours.within] == pytest.approx(
            [theirs.T.item(), theirs.bg.item(), theirs.wg.item()], abs=1e-12
        )
        assert gini(figure) == pytest.approx(inequality.gini.Gini(figure.to_numpy()).g, abs=1e-12)


def test_markov_of_mexico(mexico):
    table = mexico[[f"pcgdp{year}" for year in DECADES]].set_axis(range(len(DECADES)), axis=1)
    relative = table / table.mean()  # one step is a decade
    ours = markov(relative.stack())
    pooled = np.searchsorted(np.quantile(relative, [0.25, 0.5, 0.75]), relative.to_numpy())
    theirs = chains.Markov(pooled, summary=False)
    np.testing.assert_array_equal(ours.counts, theirs.transitions)
    np.testing.assert_allclose(ours.probabilities, theirs.p)
    np.testing.assert_allclose(ours.steady, theirs.steady_state, atol=1e-9)
    from giddy.mobility import markov_mobility

    assert ours.mobility == pytest.approx(markov_mobility(theirs.p, measure="P"))


@given(positive, st.data())
@settings(max_examples=50)
def test_theil_and_gini_of_random_worlds(values, data):
    codes = data.draw(st.lists(st.integers(1, 3), min_size=len(values), max_size=len(values)))
    theirs = inequality.theil.TheilD(values, np.array(codes))
    ours = theil(pd.Series(values), groups=pd.Series(codes))
    assert [ours.total, ours.between, ours.within] == pytest.approx(
        [theirs.T.item(), theirs.bg.item(), theirs.wg.item()], abs=1e-12
    )
    assert gini(pd.Series(values)) == pytest.approx(inequality.gini.Gini(values).g, abs=1e-12)


@given(arrays(float, (10, 6), elements=st.floats(0.1, 100), unique=True))
@settings(max_examples=30)
def test_markov_of_random_worlds(values):
    ours = markov(pd.DataFrame(values, columns=range(2018, 2024)).stack(), k=3)
    pooled = np.searchsorted(np.quantile(values, [1 / 3, 2 / 3]), values)
    theirs = chains.Markov(pooled, summary=False)
    np.testing.assert_array_equal(ours.counts, theirs.transitions)
    if ours.steady is not None:
        np.testing.assert_allclose(ours.steady, np.ravel(theirs.steady_state), atol=1e-9)


# Income of 48 US states beside their neighbours: what giddy's documentation prints of Rey's chain.
STAY = [
    [0.96341463, 0.83221477, 0.74, 0.57142857, 0.83333333],
    [0.79831933, 0.88207547, 0.8655914, 0.90196078, 0.80555556],
    [0.84693878, 0.78947368, 0.79274611, 0.87058824, 0.89795918],
    [0.8852459, 0.81395349, 0.77722772, 0.75438596, 0.90338164],
    [0.33333333, 0.77419355, 0.74712644, 0.89637306, 0.97647059],
]


@pytest.fixture(scope="module", name="states")
def _states():
    """Income per head over each year's mean, 48 states by year, and who borders whom."""
    table = pd.read_csv(examples.get_path("usjoin.csv"))
    income = table[[str(year) for year in range(1929, 2010)]].rename(columns=int)
    graph = Graph.from_W(opened(examples.get_path("states48.gal")).read())
    return (income / income.mean()).set_axis(graph.unique_ids), graph


def test_spatial_markov_of_the_states_as_published(states):
    income, graph = states
    found = spatial_markov(income.stack(), graph, k=5, permutations=99)
    counts = found.counts
    chances = counts.div(counts.sum(axis=1), axis=0).to_numpy().reshape(5, 5, 5)
    assert chances.diagonal(axis1=1, axis2=2) == pytest.approx(np.array(STAY), abs=5e-9)
    assert round(found.homogeneity.q, 3) == 200.624
    assert found.homogeneity.df == 60
    assert found.homogeneity.p == 0.01  # none of 99 reaches it
    few = counts.sum(axis=1) < 25
    assert found.probabilities.isna().all(axis=1).equals(few) and few.any()


@given(arrays(float, (10, 6), elements=st.floats(0.1, 100), unique=True))
@settings(max_examples=20)
def test_spatial_markov_of_random_worlds(values):
    near = {i: [j for j in (i - 1, i + 1) if 0 <= j < 10] for i in range(10)}
    graph = Graph.from_dicts(near)
    ours = spatial_markov(pd.DataFrame(values).stack(), graph, k=2, permutations=99)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = chains.Spatial_Markov(values, graph.transform("R").to_W(), k=2, m=2)
    np.testing.assert_array_equal(ours.counts.to_numpy().reshape(2, 2, 2), theirs.T)
    assert ours.homogeneity.df == theirs.dof_hom
    assert ours.homogeneity.q == pytest.approx(theirs.Q)
    if theirs.dof_hom:
        assert ours.homogeneity.p_chi2 == pytest.approx(theirs.Q_p_value)
