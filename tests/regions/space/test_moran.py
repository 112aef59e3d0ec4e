"""Moran's I: by hand, all orders counted, against esda, laws, refusals."""

from itertools import permutations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libpysal import examples
from libpysal.graph import Graph

from quyu.regions.space import matched, moran, moran_under, queen, standardised, two_sided


def path(n):
    """Weights of n units in a row, a b c …, each beside the next."""
    raw = np.eye(n, k=1) + np.eye(n, k=-1)
    units = list("abcdefghij"[:n])
    return pd.DataFrame(raw / raw.sum(axis=1, keepdims=True), index=units, columns=units)


ROW = path(6)
VALUES = pd.Series([1.0, 2, 4, 4, 7, 9], index=list(ROW))


@pytest.fixture(scope="module")
def mexico():
    return gpd.read_file(examples.get_path("mexicojoin.shp")).set_index("NAME")


def test_by_hand():
    # mean 3, z −2 −1 3; lags −1, 0.5, −1; Σ z·lag = 2 − 0.5 − 3 = −1.5; Σ z² = 14; n = S₀
    found = moran(pd.Series({"a": 1.0, "b": 2.0, "c": 6.0}), path(3))
    assert found.i == pytest.approx(-1.5 / 14)
    assert found.expectation == -1 / 2
    assert found.n == 3


def test_opposites_side_by_side():
    ring = np.roll(np.eye(4), 1, axis=1) / 2 + np.roll(np.eye(4), -1, axis=1) / 2
    weights = pd.DataFrame(ring, index=list("abcd"), columns=list("abcd"))
    found = moran(pd.Series([0.0, 1, 0, 1], index=list("abcd")), weights)
    assert found.i == pytest.approx(-1)


def all_orders(values, weights):
    """Moran's I of every order of the values, by the double sum."""
    table = weights.to_numpy()
    z = [np.array(order) - values.mean() for order in permutations(values)]
    n, whole = len(values), table.sum()
    return np.array([n / whole * (np.outer(one, one) * table).sum() / (one @ one) for one in z])


def test_all_720_orders_of_six_units():
    every = all_orders(VALUES, ROW)
    found = moran(VALUES, ROW)
    assert found.i == pytest.approx(every[0])
    assert found.expectation == pytest.approx(every.mean())
    assert found.sd == pytest.approx(every.std(), rel=0.01)
    tail = np.mean(every >= found.i - 1e-12)
    assert 0.004 < tail < 0.02  # this world lies in the upper tail
    assert found.p == pytest.approx(2 * tail, rel=0.1)


def test_p_counts_the_nearer_tail_on_either_side():
    alike, unlike = VALUES, pd.Series([4.0, 4, 1, 9, 2, 7], index=list(ROW))
    for values, side in ((alike, np.greater_equal), (unlike, np.less_equal)):
        every = all_orders(values, ROW)
        tail = np.mean(side(every, every[0] + (1e-12 if side is np.less_equal else -1e-12)))
        assert moran(values, ROW).p == pytest.approx(min(1, 2 * tail), rel=0.1)


def test_the_map_as_it_is_counts_as_a_draw():
    assert moran(VALUES, ROW, permutations=9).p == 2 / 10


def test_two_sided_counts_ties_on_both_sides():
    assert two_sided(1.0, np.array([1.0, 1.0, 1.0])) == 1.0
    assert two_sided(0.1 + 0.2, np.array([0.3, 0.0, 0.0, 0.0])) == 0.5
    assert two_sided(0.0, np.array([0.0, 1.0, 1.0, 1.0])) == 0.5


def test_mexican_states_agree_with_esda(mexico):
    from esda import Moran

    weights = queen(mexico, mexico.index, bridges={})
    graph = Graph.build_contiguity(mexico, rook=False)
    for decade in ("PCGDP1940", "PCGDP2000"):
        expected = Moran(mexico[decade], graph, permutations=0)
        found = moran(mexico[decade], weights)
        assert found.i == pytest.approx(expected.I, abs=1e-12)
        assert found.expectation == pytest.approx(expected.EI, abs=1e-12)
        assert found.sd == pytest.approx(expected.seI_rand, rel=0.01)
        assert found.z == pytest.approx(expected.z_rand, rel=0.01)


def test_a_unit_without_neighbours_agrees_with_esda(mexico):
    from esda import Moran

    weights = queen(mexico, mexico.index, bridges={})
    lonely = weights.index[0]
    weights.loc[lonely], weights[lonely] = 0.0, 0.0
    weights = weights.div(weights.sum(axis=1).replace(0, 1), axis=0)
    adjacency = weights.stack()[lambda w: w > 0]
    graph = Graph.from_arrays(
        [*adjacency.index.get_level_values(0), lonely],
        [*adjacency.index.get_level_values(1), lonely],
        [*adjacency, 0.0],
    )
    values = mexico["PCGDP2000"].loc[graph.unique_ids]
    found = moran(values, weights)
    assert found.i == pytest.approx(Moran(values, graph, permutations=0).I, abs=1e-12)


@given(st.permutations(list(ROW)), st.permutations(list(ROW)))
def test_the_order_of_the_rows_does_not_matter_to_the_last_digit(rows, others):
    found = moran(VALUES[rows], ROW.loc[others, others], permutations=99)
    assert found == moran(VALUES, ROW, permutations=99)


@given(st.floats(0.01, 100), st.floats(-100, 100))
def test_scale_and_origin_do_not_matter(scale, origin):
    found = moran(VALUES * scale + origin, ROW, permutations=99)
    expected = moran(VALUES, ROW, permutations=99)
    assert found.i == pytest.approx(expected.i, abs=1e-9)
    assert found.p == expected.p


def test_same_seed_same_number_and_numpys_own_state_is_left_alone():
    np.random.seed(1)
    expected = np.random.random()
    np.random.seed(1)
    assert moran(VALUES, ROW, permutations=99) == moran(VALUES, ROW, permutations=99)
    assert np.random.random() == expected
    seeds = {moran(VALUES, ROW, permutations=99, seed=seed).sd for seed in range(5)}
    assert len(seeds) == 5


def test_a_row_for_each_matrix():
    both = {
        "row": ROW,
        "all": pd.DataFrame((1 - np.eye(6)) / 5, index=list(ROW), columns=list(ROW)),
    }
    found = moran_under(VALUES, both)
    assert list(found.index) == ["row", "all"]
    assert found.loc["row", "i"] == moran(VALUES, ROW).i
    # where everyone is a neighbour of everyone, every order has I = −1/(n − 1)
    assert found.loc["all", "i"] == pytest.approx(-1 / 5)
    assert found.loc["all", "p"] == 1
    assert np.isnan(found.loc["all", "z"])


def test_missing_values_are_named():
    holed = VALUES.copy()
    holed[["b", "e"]] = np.nan, np.inf
    with pytest.raises(ValueError, match="no value for b, e: leave such units out"):
        moran(holed, ROW)


def test_units_of_one_side_only_are_named():
    with pytest.raises(ValueError, match=r"these differ: f\. Build weights of these"):
        moran(VALUES.drop("f"), ROW)
    with pytest.raises(ValueError, match="these differ: g"):
        moran(pd.concat([VALUES, pd.Series({"g": 1.0})]), ROW)
    with pytest.raises(ValueError, match="these differ: repeated ones"):
        moran(pd.concat([VALUES, VALUES[["a"]]]), ROW)


def test_values_that_are_all_the_same_are_refused():
    with pytest.raises(ValueError, match=r"all 6 units have the value 0\.1"):
        moran(pd.Series(0.1, index=list(ROW)), ROW)
    with pytest.raises(ValueError, match="all 6 units have the value 0;"):
        standardised(pd.Series(0.0, index=list(ROW)))


@pytest.mark.parametrize(
    "slip",
    [
        lambda w: w * 2,
        lambda w: -w,
        lambda w: w.where(w > 0),
        lambda w: w.mask(np.eye(6, dtype=bool), 0.5).div(1.5),
    ],
)
def test_weights_that_are_none_are_refused(slip):
    with pytest.raises(ValueError, match="weights must be at least 0, 0 from a unit to itself"):
        matched(VALUES, slip(ROW))


def test_weights_with_other_rows_than_columns_are_refused():
    with pytest.raises(ValueError, match="the same units in rows and columns"):
        matched(VALUES, ROW[list("bacdef")])


def test_a_map_of_islands_is_refused():
    with pytest.raises(ValueError, match="no unit has a neighbour"):
        moran(VALUES, ROW * 0)


def test_no_permutations_are_no_test():
    with pytest.raises(ValueError, match="0 permutations make no test"):
        moran(VALUES, ROW, permutations=0)
