"""Structural distance: by hand, its laws, its refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.regions.structure import distances, read_assistance, structure

BLOCKS = {"income": ["i", "j"], "size": ["k"]}
VALUES = pd.DataFrame(
    {"i": [1.0, 2.0, 3.0], "j": [5.0, 5.0, 8.0], "k": [0.0, 10.0, 5.0]}, index=list("abc")
)
NAME = {"zh-hant": "名", "en": "name"}


def test_by_hand():
    # z of i: −1 0 1, of k: −1 1 0; j has mean 6 and sd √3: −1/√3, −1/√3, 2/√3
    found = distances(VALUES, BLOCKS)
    a_b = {"income": (1 + 0) / 2 / 2, "size": 4 / 2}
    a_c = {"income": (4 + 3) / 2 / 2, "size": 1 / 2}
    assert found.contributions.loc[("a", "b")].to_dict() == pytest.approx(a_b)
    assert found.contributions.loc[("a", "c")].to_dict() == pytest.approx(a_c)
    assert found.distance.at["a", "b"] == pytest.approx(1.5)
    assert found.distance.at["c", "a"] == pytest.approx(1.5)


def test_a_second_variable_of_a_block_does_not_make_the_block_count_twice():
    doubled = VALUES.assign(l=VALUES["k"])
    found = distances(doubled, {"income": ["i", "j"], "size": ["k", "l"]})
    pd.testing.assert_frame_equal(found.distance, distances(VALUES, BLOCKS).distance)


tables = arrays(float, (5, 3), elements=st.integers(-50, 50)).filter(
    lambda t: (np.ptp(t, axis=0) > 0).all()
)


@given(table=tables, order=st.permutations(range(5)), scale=st.floats(0.01, 100))
def test_laws(table, order, scale):
    values = pd.DataFrame(table, index=list("abcde"), columns=list("ijk"))
    found = distances(values, BLOCKS)
    d = found.distance.to_numpy()
    assert np.diag(d).tolist() == [0] * 5
    assert d == pytest.approx(d.T)
    assert (d[:, None, :] <= d[:, :, None] + d[None, :, :] + 1e-9).all()  # triangle
    whole = found.contributions.sum(axis=1).unstack().loc[values.index, values.index]
    assert whole.to_numpy() == pytest.approx(d**2)
    shuffled = distances(scale * values.iloc[order] + 7, BLOCKS).distance
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
    found = structure(FIGURES, small("gdp / pop", "log"), year=2023)  # 2 and 4
    assert found.standardised["v"].tolist() == pytest.approx([-(0.5**0.5), 0.5**0.5])


def test_a_unit_that_lacks_a_variable_is_left_out_and_named():
    third = FIGURES.loc[["a"]].rename(index={"a": "c"}, level="adcode") * [3, 1]
    found = structure(pd.concat([FIGURES, third]), small("gdp / pop"), year=2022)
    assert found.left_out == {"b": ["v"]}
    assert list(found.distance) == ["a", "c"]
    assert found.standardised["v"].tolist() == pytest.approx([-(0.5**0.5), 0.5**0.5])
    assert structure(FIGURES, small("gdp / pop"), year=2023).left_out == {}


def test_refusals_name_the_culprit():
    with pytest.raises(ValueError, match=r"1 units have every variable in 2022; 2 are needed"):
        structure(FIGURES, small("gdp / pop"), year=2022)
    with pytest.raises(ValueError, match=r"'v' cannot be worked out for any unit in 2022"):
        structure(FIGURES.assign(pop=np.nan), small("gdp / pop"), year=2022)
    with pytest.raises(ValueError, match="no figures of 2024"):
        structure(FIGURES, small("gdp"), year=2024)
    with pytest.raises(ValueError, match="'v' is the same for every unit"):
        structure(FIGURES, small("3 * (gdp - gdp) + 0.1"), year=2023)
    with pytest.raises(ValueError, match="a logarithm needs values above 0"):
        structure(FIGURES, small("gdp - 2", "log"), year=2023)
