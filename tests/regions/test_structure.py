"""Structural distance: by hand, its laws, its refusals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.regions.structure import block_distances, peers, read_assistance, structural_distance

BLOCKS = {"income": ["i", "j"], "size": ["k"]}
VALUES = pd.DataFrame(
    {"i": [1.0, 2.0, 3.0], "j": [5.0, 5.0, 8.0], "k": [0.0, 10.0, 5.0]}, index=list("abc")
)
NAME = {"zh-hant": "名", "en": "name"}


def test_by_hand():
    # sd over n: √(2/3) of i, √2 of j, √(50/3) of k
    found = block_distances(VALUES, BLOCKS)
    a_b = {"income": (1.5 + 0) / 2 / 2, "size": 6 / 2}
    a_c = {"income": (6 + 4.5) / 2 / 2, "size": 1.5 / 2}
    assert found.contributions.loc[("a", "b")].to_dict() == pytest.approx(a_b)
    assert found.contributions.loc[("a", "c")].to_dict() == pytest.approx(a_c)
    assert found.distance.at["a", "b"] == pytest.approx(1.5 * 1.5**0.5)
    assert found.distance.at["c", "a"] == pytest.approx(1.5 * 1.5**0.5)


def test_a_second_variable_of_a_block_does_not_make_the_block_count_twice():
    doubled = VALUES.assign(l=VALUES["k"])
    found = block_distances(doubled, {"income": ["i", "j"], "size": ["k", "l"]})
    pd.testing.assert_frame_equal(found.distance, block_distances(VALUES, BLOCKS).distance)


tables = arrays(float, (5, 3), elements=st.integers(-50, 50)).filter(
    lambda t: (np.ptp(t, axis=0) > 0).all()
)


@given(table=tables, order=st.permutations(range(5)), scale=st.floats(0.01, 100))
def test_laws(table, order, scale):
    values = pd.DataFrame(table, index=list("abcde"), columns=list("ijk"))
    found = block_distances(values, BLOCKS)
    d = found.distance.to_numpy()
    assert np.diag(d).tolist() == [0] * 5
    assert d == pytest.approx(d.T)
    assert (d[:, None, :] <= d[:, :, None] + d[None, :, :] + 1e-9).all()  # triangle
    whole = found.contributions.sum(axis=1).unstack().loc[values.index, values.index]
    assert whole.to_numpy() == pytest.approx(d**2)
    shuffled = block_distances(scale * values.iloc[order] + 7, BLOCKS).distance
    assert shuffled.loc[values.index, values.index].to_numpy() == pytest.approx(d)


def small(formula, transform="none"):
    block = {
        "id": "b",
        "name": NAME,
        "variables": [{"id": "v", "name": NAME, "formula": formula, "transform": transform}],
    }
    return read_assistance().model_copy(update={"structure": [block]})


ROWS = pd.MultiIndex.from_product([["a", "b"], [2022, 2023]], names=["adcode", "year"])
FIGURES = pd.DataFrame({"gdp": [1.0, 2.0, 3.0, 8.0], "pop": [1.0, 1.0, np.nan, 2.0]}, index=ROWS)


def test_figures_of_the_year_and_the_transform():
    third = FIGURES.loc[["a"]].rename(index={"a": "c"}, level="adcode") * [8, 1]
    found = structural_distance(
        pd.concat([FIGURES, third]), small("gdp / pop", "log"), year=2023
    ).distance
    # 2, 4 and 16: their logarithms lie 1 and 2 doublings apart
    assert found.at["b", "c"] == pytest.approx(2 * found.at["a", "b"])


def test_a_unit_that_lacks_a_variable_is_left_out_and_named():
    third = FIGURES.loc[["a"]].rename(index={"a": "c"}, level="adcode") * [3, 1]
    found = structural_distance(pd.concat([FIGURES, third]), small("gdp / pop"), year=2022)
    assert found.left_out == {"b": ["v"]}
    assert list(found.distance) == ["a", "c"]
    assert found.distance.at["a", "c"] == pytest.approx(2)
    assert structural_distance(FIGURES, small("gdp / pop"), year=2023).left_out == {}


@pytest.mark.parametrize(
    ("figures", "variable", "year", "told"),
    [
        (FIGURES, small("gdp / pop"), 2022, "1 units have every variable in 2022; 2 are needed"),
        (FIGURES.assign(pop=np.nan), small("gdp / pop"), 2022, "'v' cannot be worked out for any"),
        (FIGURES, small("gdp"), 2024, "no figures of 2024"),
        (FIGURES, small("3 * (gdp - gdp) + 0.1"), 2023, "'v' is the same for every unit"),
        (FIGURES, small("gdp - 2", "log"), 2023, "a logarithm needs values above 0"),
    ],
)
def test_refusals_name_the_culprit(figures, variable, year, told):
    with pytest.raises(ValueError, match=told):
        structural_distance(figures, variable, year=year)


# ---- peers

CROSS = block_distances(
    pd.DataFrame(
        {"i": [0.0, -1.0, 1.0, 0.0, 3.0], "k": [0.0, 0.0, 0.0, 2.0, 1.0]},
        index=["o", "w", "e", "n", "z"],
    ),
    {"income": ["i"], "size": ["k"]},
)


def test_nearest_first_ties_by_code():
    assert list(peers(CROSS, "o", count=4).index) == ["e", "w", "n", "z"]


def test_the_noise_of_floating_point_breaks_no_tie():
    noisy = CROSS.distance.copy()
    noisy.loc["o", "e"] = noisy.loc["e", "o"] = noisy.at["o", "w"] + 1e-15
    assert list(peers(replace(CROSS, distance=noisy), "o", count=2).index) == ["e", "w"]


def test_parts_sum_to_the_squared_distance_and_say_what_is_alike():
    found = peers(CROSS, "o", count=3)
    assert (found["income"] + found["size"]).tolist() == pytest.approx(found["distance"] ** 2)
    assert found.loc["n", "income"] == 0
    assert found.loc["e", "size"] == 0


@pytest.mark.parametrize(
    ("unit", "count", "told"),
    [
        ("q", 5, "'q' has no structure; there are o, w, e, n, z"),
        ("o", 5, "1 to 4 exist"),
        ("o", 0, "1 to 4 exist"),
    ],
)
def test_peers_that_are_not_there_are_refused(unit, count, told):
    with pytest.raises(ValueError, match=told):
        peers(CROSS, unit, count=count)
