"""Local Moran's I: by hand, all draws counted, against esda, masks, false discovery, refusals."""

from itertools import permutations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libpysal import examples
from libpysal.graph import Graph
from shapely import box

from quyu.regions.space import CLUSTERS, lisa, moran, queen, standardised


def path(n):
    """Weights of n units in a row, a b c …, each beside the next."""
    raw = np.eye(n, k=1) + np.eye(n, k=-1)
    units = list("abcdefghij"[:n])
    return pd.DataFrame(raw / raw.sum(axis=1, keepdims=True), index=units, columns=units)


ROW = path(6)
VALUES = pd.Series([1.0, 2, 4, 4, 7, 9], index=list(ROW))


def lattice():
    """A 12 × 12 board, high in one corner, low in the opposite, noise between."""
    cells = {f"{r:02}{c:02}": box(c, r, c + 1, r + 1) for r in range(12) for c in range(12)}
    land = gpd.GeoDataFrame(geometry=list(cells.values()), index=list(cells))
    values = pd.Series(np.random.default_rng(3).standard_normal(144), index=land.index)
    corner = [name for name in cells if int(name[:2]) < 3 and int(name[2:]) < 3]
    opposite = [name for name in cells if int(name[:2]) > 8 and int(name[2:]) > 8]
    values[corner] += 4
    values[opposite] -= 4
    return values, queen(land, land.index, bridges={}), corner, opposite


def test_by_hand():
    # mean 3, Σ z² / n = 14/3; lags of the deviations −2 −1 3 are −1, 0.5, −1
    found = lisa(pd.Series({"a": 1.0, "b": 2.0, "c": 6.0}), path(3)).units
    assert (found["z"] ** 2 * 14 / 3).tolist() == pytest.approx([4, 1, 9])
    assert found["local_i"].tolist() == pytest.approx([2 * 3 / 14, -0.5 * 3 / 14, -3 * 3 / 14])
    assert found["quadrant"].tolist() == ["LL", "LH", "HL"]


def every_draw(values, weights, unit):
    """Two-sided p of the unit's lag over all orders of the other values."""
    z, row = standardised(values), weights.loc[unit]
    others = row.index.drop(unit)
    lags = np.array([np.dot(order, row[others]) for order in permutations(z[others])])
    lag = row @ z
    return min(1.0, 2 * min(np.mean(lags <= lag + 1e-12), np.mean(lags >= lag - 1e-12)))


def test_all_120_draws_around_each_of_six_units():
    found = lisa(VALUES, ROW).units
    assert found["exact"].all()
    assert found["p"].tolist() == pytest.approx([every_draw(VALUES, ROW, u) for u in ROW])


def test_p_by_hand():
    # the one neighbour of f is e with 7: of the five others only 7 itself is as high
    assert lisa(VALUES, ROW).units.at["f", "p"] == pytest.approx(2 / 5)
    # the one neighbour of a is b with 2, the lowest of five
    assert lisa(VALUES, ROW).units.at["a", "p"] == pytest.approx(2 / 5)


def test_unequal_weights_are_drawn_at_random():
    raw = np.array([[abs(i - j) for j in range(6)] for i in range(6)], dtype=float)
    weights = pd.DataFrame(raw / raw.sum(axis=1, keepdims=True), index=list(ROW), columns=list(ROW))
    found = lisa(VALUES, weights, permutations=20_000).units
    assert not found["exact"].any()
    expected = [every_draw(VALUES, weights, unit) for unit in ROW]
    assert found["p"].tolist() == pytest.approx(expected, abs=0.02)


def test_the_unit_as_it_is_counts_as_a_draw():
    raw = np.array([[abs(i - j) for j in range(6)] for i in range(6)], dtype=float)
    weights = pd.DataFrame(raw / raw.sum(axis=1, keepdims=True), index=list(ROW), columns=list(ROW))
    assert lisa(VALUES, weights, permutations=1).units["p"].tolist() == [1.0] * 6  # 2 · 1 / 2


def test_where_nothing_is_random_nothing_is_significant():
    # everyone is everyone's neighbour: all draws of the lag are the same but for rounding
    units = list(ROW)
    everyone = pd.DataFrame((1 - np.eye(6)) / 5, index=units, columns=units)
    for permutations_ in (1, 99_999):
        assert lisa(VALUES, everyone, permutations=permutations_).units["p"].tolist() == [1.0] * 6


@pytest.fixture(scope="module")
def mexico():
    return gpd.read_file(examples.get_path("mexicojoin.shp")).set_index("NAME")


def test_mexican_states_agree_with_esda(mexico):
    from esda import Moran_Local

    n = len(mexico)
    values = mexico["PCGDP2000"]
    graph = Graph.build_contiguity(mexico, rook=False)
    expected = Moran_Local(values, graph, permutations=0)
    found = lisa(values, queen(mexico, mexico.index, bridges={})).units
    assert (found["local_i"] * (n - 1) / n).tolist() == pytest.approx(expected.Is.tolist())
    names = {1: "HH", 2: "LH", 3: "LL", 4: "HL"}
    assert found["quadrant"].tolist() == [names[q] for q in expected.q]


def test_the_mean_of_the_local_is_the_global(mexico):
    weights = queen(mexico, mexico.index, bridges={})
    found = lisa(mexico["PCGDP2000"], weights).units
    assert found["local_i"].mean() == pytest.approx(
        moran(mexico["PCGDP2000"], weights).i, abs=1e-12
    )


def test_local_getis_ord_has_the_same_p():
    """G and G* of every draw, given the unit's own value, order the draws as the local I does."""
    values = VALUES - VALUES.min() + 1
    for unit in ROW:
        row = ROW.loc[unit]
        others = row.index.drop(unit)
        for own in (0.0, 0.5):  # the weight of the unit itself: G, G*
            drawn = np.array([np.dot(order, row[others]) for order in permutations(values[others])])
            g = (drawn + own * values[unit]) / values.sum()
            here = (row @ values + own * values[unit]) / values.sum()
            tails = np.mean(g <= here + 1e-12), np.mean(g >= here - 1e-12)
            assert lisa(values, ROW).units.at[unit, "p"] == pytest.approx(min(1, 2 * min(tails)))


def test_planted_corners_are_found_and_false_finds_are_fewer():
    values, weights, corner, opposite = lattice()
    found = lisa(values, weights, permutations=9_999).units
    assert found.at["0101", "cluster"] == "HH"  # the middle of the high corner
    assert found.at["1010", "cluster"] == "LL"
    outside = found.drop(index=[*corner, *opposite])
    before, after = ((outside[name] != "ns").mean() for name in ("cluster_unadjusted", "cluster"))
    assert after < 0.05 < before


def test_false_discovery_is_controlled_as_by_statsmodels():
    from statsmodels.stats.multitest import multipletests

    values, weights, *_ = lattice()
    found = lisa(values, weights, alpha=0.1, permutations=9_999)
    rejected, adjusted, *_ = multipletests(found.units["p"], alpha=0.1, method="fdr_bh")
    assert found.units["p_fdr"].tolist() == pytest.approx(adjusted.tolist())
    assert (found.units["cluster"] != "ns").tolist() == rejected.tolist()
    assert found.alpha == 0.1


def test_masked_units_are_no_tests():
    # an island with the highest value, and a unit exactly at the mean
    weights = path(7).copy()
    weights.loc["g"], weights["g"] = 0.0, 0.0
    weights.loc["f"] = [0, 0, 0, 0, 1, 0, 0]
    values = pd.Series([1.0, 2, 4, 3, 6, 5, 7], index=list(weights))
    found = lisa(values, weights)
    island, mean = found.units.loc["g"], found.units.loc["c"]
    assert (island["reason"], mean["reason"]) == ("no neighbours", "value at the mean")
    for unit in (island, mean):
        assert unit["cluster"] == unit["cluster_unadjusted"] == "masked"
        assert unit["quadrant"] == ""
        assert not unit["exact"]
        assert np.isnan(unit["p"]) and np.isnan(unit["p_fdr"])
    tested = found.units.drop(index=["c", "g"])
    assert (tested["reason"] == "").all()
    assert tested["p_fdr"].min() == pytest.approx(
        min(p * 5 / rank for rank, p in enumerate(sorted(tested["p"]), 1))
    )


def test_clusters_are_those_that_a_legend_lists():
    values, weights, *_ = lattice()
    found = lisa(values, weights, permutations=999).units
    assert set(found["cluster"]) | set(found["cluster_unadjusted"]) <= set(CLUSTERS)


@settings(max_examples=20)
@given(st.permutations(list(ROW)), st.permutations(list(ROW)))
def test_the_order_of_the_rows_does_not_matter_to_the_last_digit(rows, others):
    found = lisa(VALUES[rows], ROW.loc[others, others], permutations=3)
    expected = lisa(VALUES, ROW, permutations=3)
    pd.testing.assert_frame_equal(found.units, expected.units.loc[rows], check_exact=True)


def test_same_seed_same_bytes():
    values, weights, *_ = lattice()
    one, two = (lisa(values, weights, permutations=99).units for _ in range(2))
    assert one.to_csv() == two.to_csv()
    assert one.to_csv() != lisa(values, weights, permutations=99, seed=2).units.to_csv()


def test_where_all_draws_are_counted_the_seed_does_not_matter():
    one, two = (lisa(VALUES, ROW, seed=seed).units for seed in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_high_and_low_change_places_with_the_sign():
    found, turned = lisa(VALUES, ROW).units, lisa(-VALUES, ROW).units
    swapped = found["quadrant"].str.translate(str.maketrans("HL", "LH"))
    assert turned["quadrant"].tolist() == swapped.tolist()
    assert turned["p"].tolist() == pytest.approx(found["p"].tolist())


def test_missing_values_and_constant_ones_are_refused():
    with pytest.raises(ValueError, match="no value for c"):
        lisa(VALUES.where(VALUES.index != "c"), ROW)
    with pytest.raises(ValueError, match="all 6 units have the value 5"):
        lisa(VALUES * 0 + 5, ROW)


@pytest.mark.parametrize("alpha", [0, 1, 5])
def test_a_level_outside_0_to_1_is_refused(alpha):
    with pytest.raises(ValueError, match=f"alpha is {alpha}"):
        lisa(VALUES, ROW, alpha=alpha)


def test_no_permutations_are_no_test():
    with pytest.raises(ValueError, match="0 permutations make no test"):
        lisa(VALUES, ROW, permutations=0)
