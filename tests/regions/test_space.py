"""Space: weights on known maps, Moran's I and LISA by hand, all draws counted, against esda."""

from itertools import permutations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libpysal.graph import Graph
from shapely import box

from quyu.facts.boundaries import DRAWN_ONLY
from quyu.regions.disparity import read_disparity
from quyu.regions.graphs import contiguity, matched, nearest
from quyu.regions.moran import lisa, moran

VALUES = pd.Series([1.0, 2, 4, 4, 7, 9], index=list("abcdef"))


def grid(rows, columns):
    """Unit squares named by row and column: a0 a1 … b0 b1 …"""
    cells = {
        f"{chr(97 + r)}{c}": box(c, r, c + 1, r + 1) for r in range(rows) for c in range(columns)
    }
    return gpd.GeoDataFrame(geometry=list(cells.values()), index=list(cells), crs=3857)


def points(*places, crs=4326):
    names = list("abcdef"[: len(places)])
    return gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*zip(*places, strict=True)), index=names, crs=crs
    )


def with_isle():
    isle = gpd.GeoDataFrame(geometry=[box(9, 9, 10, 10)], index=["isle"], crs=3857)
    return pd.concat([grid(1, 2), isle])


def slipped(slip):
    world = grid(1, 3)
    world.loc["a1", "geometry"] = box(1 - slip, 0, 2, 1)
    return world


# ---- weights


def test_a_corner_makes_neighbours():
    found = contiguity(grid(3, 3), bridges={})
    assert found["b1"].tolist() == [1 / 8] * 8
    assert found["a0"].to_dict() == {"a1": 1 / 3, "b0": 1 / 3, "b1": 1 / 3}


def test_an_island_has_no_neighbours_before_the_bridge():
    assert list(contiguity(with_isle(), bridges={}).isolates) == ["isle"]
    bridged = contiguity(with_isle(), bridges={"isle": "a1"})
    assert bridged["isle"].to_dict() == {"a1": 1.0}
    assert bridged["a1"].to_dict() == {"a0": 0.5, "isle": 0.5}


def test_a_bridge_over_a_land_border_changes_nothing():
    joined = contiguity(grid(2, 2), bridges={"a0": "a1"})
    assert joined.equals(contiguity(grid(2, 2), bridges={}))


@pytest.mark.parametrize("build", [lambda land: contiguity(land, bridges={}), nearest])
def test_the_order_of_the_units_does_not_matter(build):
    world = grid(3, 3)
    assert build(world.iloc[::-1]).equals(build(world))


def test_every_province_has_a_neighbour_by_hainans_bridge(land, provinces):
    found = contiguity(land, bridges=read_disparity().bridges)
    assert found.unique_ids.equals(provinces.rename("focal"))
    assert not set(DRAWN_ONLY) & set(found.unique_ids)
    assert found.n_edges == 2 * (68 + 1)  # 68 land borders among 31 provinces
    assert found["460000"].to_dict() == {"440000": 1.0}
    assert found.cardinalities[["130000", "610000"]].tolist() == [7, 8]
    assert found.adjacency.groupby(level=0).sum().to_numpy() == pytest.approx(1, abs=1e-12)


def test_distances_are_not_measured_in_degrees():
    # at 50° north a degree of longitude is 0.64 of one of latitude: in degrees, north is nearer
    assert list(nearest(points((105, 50), (106.2, 50), (105, 51)), k=1)["a"].index) == ["b"]


def test_four_nearest_of_31(land):
    found = nearest(land)
    assert (found.cardinalities == 4).all()
    assert (found.adjacency == 0.25).all()


def test_water_between_units_is_no_slit():
    assert list(contiguity(slipped(-0.01), bridges={}).isolates) == ["a0"]


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (
            lambda: contiguity(grid(2, 2), bridges={"isle": "a0"}),
            "the bridge 'isle' to 'a0' joins no two.*bridges={}",
        ),
        (lambda: contiguity(grid(2, 2), bridges={"a0": "a0"}), "the bridge 'a0' to 'a0' joins"),
        (lambda: contiguity(grid(1, 2), bridges={}), "at least 3 units; got 2"),
        (lambda: nearest(grid(2, 3), k=0), "k is 0; 6 units have from 1 to 5 others"),
        (lambda: nearest(grid(2, 3), k=6), "k is 6; 6 units have from 1 to 5 others"),
        *(
            (lambda slip=slip: contiguity(slipped(slip), bridges={}), "of a0, a1 overlap others or")
            for slip in (0.01, 1e-9, -1e-9, -1e-6)
        ),
    ],
)
def test_maps_that_give_no_weights_are_refused(build, told):
    with pytest.raises(ValueError, match=told):
        build()


# ---- Moran's I


def test_by_hand(graph_of):
    # mean 3, z −2 −1 3; lags −1, 0.5, −1; Σ z·lag = 2 − 0.5 − 3 = −1.5; Σ z² = 14; n = S₀
    three = pd.Series({"a": 1.0, "b": 2.0, "c": 6.0})
    path = graph_of(np.eye(3, k=1) + np.eye(3, k=-1))
    found, local = moran(three, path), lisa(three, path)
    assert (found.i, found.expectation) == (pytest.approx(-1.5 / 14), -1 / 2)
    assert (local["z"] ** 2 * 14 / 3).tolist() == pytest.approx([4, 1, 9])
    assert local["local_i"].tolist() == pytest.approx([2 * 3 / 14, -0.5 * 3 / 14, -3 * 3 / 14])
    assert local["quadrant"].tolist() == ["LL", "LH", "HL"]
    assert local["local_i"].mean() == pytest.approx(found.i, abs=1e-12)


def all_orders(values, weights):
    """Moran's I of every order of the values, by the double sum."""
    table = weights.sparse.toarray()
    z = [np.array(order) - values.mean() for order in permutations(values)]
    n, whole = len(values), table.sum()
    return np.array([n / whole * (np.outer(one, one) * table).sum() / (one @ one) for one in z])


@pytest.mark.parametrize(
    ("values", "side"), [(VALUES.tolist(), 1), ([4.0, 4, 1, 9, 2, 7], -1)], ids=["alike", "unlike"]
)
def test_all_720_orders_of_six_units(row, values, side):
    values = pd.Series(values, index=VALUES.index)
    every, found = all_orders(values, row), moran(values, row)
    assert found.i == pytest.approx(every[0])
    assert found.expectation == pytest.approx(every.mean())
    assert found.z == pytest.approx((found.i - every.mean()) / every.std(), rel=0.01)
    tail = np.mean(side * every >= side * found.i - 1e-12)
    assert found.p == pytest.approx(min(1, 2 * tail), rel=0.1)


def test_the_map_as_it_is_counts_as_a_draw(row):
    assert moran(VALUES, row, permutations=9).p == 2 / 10


def test_where_nothing_is_random_nothing_is_significant(graph_of):
    # everyone is everyone's neighbour: all draws are the same but for rounding
    everyone = graph_of(1 - np.eye(6))
    found = moran(VALUES, everyone)
    assert (found.i, found.p) == (pytest.approx(-1 / 5), 1)
    assert np.isnan(found.z)
    for draws in (1, 99_999):
        assert lisa(VALUES, everyone, permutations=draws)["p"].tolist() == [1.0] * 6


def test_mexican_states_agree_with_esda(mexico):
    from esda import Moran, Moran_Local

    graph, n = Graph.build_contiguity(mexico, rook=False), len(mexico)
    for values in (mexico["PCGDP1940"], mexico["PCGDP2000"]):
        expected, found = Moran(values, graph, permutations=0), moran(values, graph)
        assert found.i == pytest.approx(expected.I, abs=1e-12)
        assert found.z == pytest.approx(expected.z_rand, rel=0.01)
        theirs, ours = Moran_Local(values, graph, permutations=0), lisa(values, graph)
        assert (ours["local_i"] * (n - 1) / n).tolist() == pytest.approx(theirs.Is.tolist())
        names = {1: "HH", 2: "LH", 3: "LL", 4: "HL"}
        assert ours["quadrant"].tolist() == [names[q] for q in theirs.q]


def test_a_unit_without_neighbours_agrees_with_esda(mexico, graph_of):
    from esda import Moran

    graph = Graph.build_contiguity(mexico, rook=False)
    table = pd.DataFrame(graph.sparse.toarray(), graph.unique_ids, list(graph.unique_ids))
    table.iloc[0], table.iloc[:, 0] = 0.0, 0.0
    found, values = graph_of(table), mexico["PCGDP2000"]
    expected = Moran(values, found, permutations=0).I
    assert moran(values, found).i == pytest.approx(expected, abs=1e-12)


@given(st.permutations(list("abcdef")), st.permutations(list("abcdef")))
@settings(max_examples=20)
def test_the_order_of_the_rows_does_not_matter_to_the_last_digit(rows, others):
    beside = {"a": "b", "b": "ac", "c": "bd", "d": "ce", "e": "df", "f": "e"}
    row, turned = (
        Graph.from_dicts({u: list(beside[u]) for u in order}) for order in (beside, others)
    )
    assert moran(VALUES[rows], turned, permutations=99) == moran(VALUES, row, permutations=99)
    found, expected = lisa(VALUES[rows], turned, permutations=3), lisa(VALUES, row, permutations=3)
    pd.testing.assert_frame_equal(found, expected.loc[rows], check_exact=True)


@given(scale=st.floats(0.01, 100), origin=st.floats(-100, 100))
@settings(max_examples=30)
def test_scale_and_origin_do_not_matter(scale, origin):
    row = Graph.from_dicts({"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c"]})
    values = VALUES[:4]
    found = moran(values * scale + origin, row, permutations=99)
    expected = moran(values, row, permutations=99)
    assert found.i == pytest.approx(expected.i, abs=1e-9)
    assert found.p == expected.p


def test_same_seed_same_number_and_numpys_own_state_is_left_alone(row):
    np.random.seed(1)
    expected = np.random.random()
    np.random.seed(1)
    assert moran(VALUES, row, permutations=99) == moran(VALUES, row, permutations=99)
    assert np.random.random() == expected
    assert len({moran(VALUES, row, permutations=99, seed=seed).z for seed in range(5)}) == 5


# ---- local clusters


@pytest.fixture(scope="module")
def lattice():
    """A 12 × 12 board, high in one corner, low in the opposite, noise between."""
    cells = {f"{r:02}{c:02}": box(c, r, c + 1, r + 1) for r in range(12) for c in range(12)}
    land = gpd.GeoDataFrame(geometry=list(cells.values()), index=list(cells))
    values = pd.Series(np.random.default_rng(3).standard_normal(144), index=land.index)
    corner = [name for name in cells if int(name[:2]) < 3 and int(name[2:]) < 3]
    opposite = [name for name in cells if int(name[:2]) > 8 and int(name[2:]) > 8]
    values[corner] += 4
    values[opposite] -= 4
    return values, contiguity(land, bridges={}), [*corner, *opposite]


def every_draw(values, weights, unit):
    """Two-sided p of the unit's lag over all orders of the other values."""
    row = pd.Series(weights.sparse.toarray()[list(values.index).index(unit)], index=values.index)
    others = row.index.drop(unit)
    lags = np.array([np.dot(order, row[others]) for order in permutations(values[others])])
    lag = row @ values
    return min(1.0, 2 * min(np.mean(lags <= lag + 1e-12), np.mean(lags >= lag - 1e-12)))


def test_all_120_draws_around_each_of_six_units(row):
    found = lisa(VALUES, row)
    assert found["exact"].all()
    assert found["p"].tolist() == pytest.approx([every_draw(VALUES, row, u) for u in VALUES.index])
    # the one neighbour of f is e with 7: of the five others only 7 itself is as high;
    # the one neighbour of a is b with 2, the lowest of five
    assert found.loc[["a", "f"], "p"].tolist() == pytest.approx([2 / 5, 2 / 5])
    pd.testing.assert_frame_equal(found, lisa(VALUES, row, seed=2), check_exact=True)


def test_unequal_weights_are_drawn_at_random(graph_of):
    weights = graph_of([[abs(i - j) for j in range(6)] for i in range(6)])
    found = lisa(VALUES, weights, permutations=20_000)
    assert not found["exact"].any()
    expected = [every_draw(VALUES, weights, unit) for unit in VALUES.index]
    assert found["p"].tolist() == pytest.approx(expected, abs=0.02)
    assert (
        lisa(VALUES, weights, permutations=1)["p"].tolist() == [1.0] * 6
    )  # itself a draw: 2 · 1/2


def test_local_getis_ord_has_the_same_p(row):
    """G and G* of every draw, given the unit's own value, order the draws as the local I does."""
    values, table = VALUES - VALUES.min() + 1, row.sparse.toarray()
    p = lisa(values, row)["p"].to_numpy()
    for unit in range(6):
        others = [other for other in range(6) if other != unit]
        orders = np.array(list(permutations(values.to_numpy()[others])))
        for own in (0.0, 0.5):  # the weight of the unit itself: G, G*
            drawn = orders @ table[unit, others] + own * values.iloc[unit]
            here = table[unit] @ values + own * values.iloc[unit]
            tails = np.mean(drawn <= here + 1e-12), np.mean(drawn >= here - 1e-12)
            assert p[unit] == pytest.approx(min(1, 2 * min(tails)))


def test_planted_corners_are_found_and_false_finds_are_fewer(lattice):
    values, weights, planted = lattice
    found = lisa(values, weights, permutations=9_999)
    assert found.loc[["0101", "1010"], "cluster"].tolist() == ["HH", "LL"]  # the middle of each
    outside = found.drop(index=planted)
    before, after = ((outside[name] != "ns").mean() for name in ("cluster_unadjusted", "cluster"))
    assert after < 0.05 < before


def test_false_discovery_is_controlled_as_by_statsmodels(lattice):
    from statsmodels.stats.multitest import multipletests

    found = lisa(*lattice[:2], alpha=0.1, permutations=9_999)
    rejected, adjusted, *_ = multipletests(found["p"], alpha=0.1, method="fdr_bh")
    assert found["p_fdr"].tolist() == pytest.approx(adjusted.tolist())
    assert (found["cluster"] != "ns").tolist() == rejected.tolist()


def test_masked_units_are_no_tests(graph_of):
    # an island with the highest value, and a unit exactly at the mean
    path = np.eye(7, k=1) + np.eye(7, k=-1)
    path[6, 5] = path[5, 6] = 0
    found = lisa(pd.Series([1.0, 2, 4, 3, 6, 5, 7], index=list("abcdefg")), graph_of(path))
    masked, tested = found.loc[["c", "g"]], found.drop(index=["c", "g"])
    assert (masked[["cluster", "cluster_unadjusted"]] == "masked").all(axis=None)
    assert (masked["quadrant"] == "").all() and not masked["exact"].any()
    assert masked[["p", "p_fdr"]].isna().all(axis=None)
    assert tested["p_fdr"].min() == pytest.approx(
        min(p * 5 / rank for rank, p in enumerate(sorted(tested["p"]), 1))
    )


def test_same_seed_same_bytes(lattice):
    one, two, other = (lisa(*lattice[:2], permutations=99, seed=s).to_csv() for s in (1, 1, 2))
    assert one == two != other


def test_high_and_low_change_places_with_the_sign(row):
    found, turned = lisa(VALUES, row), lisa(-VALUES, row)
    swapped = found["quadrant"].str.translate(str.maketrans("HL", "LH"))
    assert turned["quadrant"].tolist() == swapped.tolist()
    assert turned["p"].tolist() == pytest.approx(found["p"].tolist())


# ---- refusals


@pytest.mark.parametrize("test", [moran, lisa])
@pytest.mark.parametrize(
    ("values", "options", "told"),
    [
        (
            VALUES.where(~VALUES.index.isin(["b"]), np.inf).where(VALUES.index != "e"),
            {},
            "no value for b, e: leave",
        ),
        (VALUES.drop("f"), {}, r"these differ: f\. Build weights of these"),
        (pd.concat([VALUES, pd.Series({"g": 1.0})]), {}, "these differ: g"),
        (pd.concat([VALUES, VALUES[["a"]]]), {}, "these differ: repeated ones"),
        (VALUES * 0 + 0.1, {}, r"all 6 units have the value 0\.1"),
        (VALUES * 0, {}, "all 6 units have the value 0"),
        (VALUES, {"permutations": 0}, "0 permutations make no test"),
    ],
)
def test_values_that_cannot_be_tested_are_refused(row, test, values, options, told):
    with pytest.raises(ValueError, match=told):
        test(values, row, **options)


@pytest.mark.parametrize("slip", [-1.0, np.inf, "self"])
def test_weights_that_are_none_are_refused(slip):
    weights = [1.0, 1.0] if slip == "self" else [1.0, slip]
    graph = Graph.from_arrays(["a", "b"], ["b", "b" if slip == "self" else "a"], weights)
    with pytest.raises(ValueError, match="finite, at least 0, and 0 from a unit to itself"):
        matched(VALUES[:2], graph)


@pytest.mark.parametrize("alpha", [0, 1, 5])
def test_a_level_outside_0_to_1_is_refused(row, alpha):
    with pytest.raises(ValueError, match=f"alpha is {alpha}"):
        lisa(VALUES, row, alpha=alpha)


def test_a_map_of_islands_is_refused(graph_of):
    with pytest.raises(ValueError, match="no unit has a neighbour"):
        moran(VALUES, graph_of(np.zeros((6, 6))))
