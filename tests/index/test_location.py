"""Location quotients: a closed form, missing figures, refusals, what they average to."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.index.practice import location_quotient

EMPLOYMENT = pd.DataFrame(
    [[120.0, 80, 40], [60, 30, 10], [40, 50, 20]], ["x", "y", "z"], ["farms", "mines", "mills"]
)


def test_three_invented_regions():
    # farms in x: (120 / 240) / (220 / 450) = 45/44
    found = location_quotient(EMPLOYMENT, EMPLOYMENT.sum(axis=1))
    expected = [
        [45 / 44, 15 / 16, 15 / 14],
        [27 / 22, 27 / 32, 9 / 14],
        [90 / 121, 225 / 176, 90 / 77],
    ]
    assert found.to_numpy() == pytest.approx(np.array(expected))


def test_sizes_are_matched_by_name():
    size = EMPLOYMENT.sum(axis=1)
    found = location_quotient(EMPLOYMENT, size.iloc[::-1])
    pd.testing.assert_frame_equal(found, location_quotient(EMPLOYMENT, size))


def test_the_nation_is_the_units_with_both_figures():
    holed = EMPLOYMENT.copy()
    holed.loc["z", "farms"] = np.nan
    found = location_quotient(holed, EMPLOYMENT.sum(axis=1))
    assert found["farms"].tolist()[:2] == pytest.approx(
        [(1 / 2) / (180 / 340), (6 / 10) / (180 / 340)]
    )
    assert np.isnan(found.loc["z", "farms"])
    size = EMPLOYMENT.sum(axis=1).where(lambda s: s.index != "z")
    without = location_quotient(EMPLOYMENT, size)
    assert without.loc["z"].isna().all()
    assert without["farms"].tolist()[:2] == pytest.approx(found["farms"].tolist()[:2])


def test_an_industry_that_a_unit_lacks_is_zero():
    found = location_quotient(pd.DataFrame({"sea": [5.0, 0.0]}), pd.Series([10.0, 10.0]))
    assert found["sea"].tolist() == [2, 0]


def test_refusals_name_the_culprit():
    size = EMPLOYMENT.sum(axis=1)
    with pytest.raises(ValueError, match=r"no size is given for \['z'\]"):
        location_quotient(EMPLOYMENT, size.drop("z"))
    with pytest.raises(ValueError, match="the size of 'y' is 0"):
        location_quotient(EMPLOYMENT, size * [1, 0, 1])
    with pytest.raises(ValueError, match="'mines' is -30 at row 'y'"):
        location_quotient(EMPLOYMENT.replace(30, -30), size)
    with pytest.raises(ValueError, match="industry 'mills' exists in no unit"):
        location_quotient(EMPLOYMENT * [1, 1, 0], size)


@given(arrays(float, (4, 2), elements=st.floats(0.1, 100)))
def test_the_mean_weighted_by_size_is_one(values):
    size = pd.Series(values.sum(axis=1))
    found = location_quotient(pd.DataFrame(values), size)
    assert (found.mul(size, axis=0).sum() / size.sum()).tolist() == pytest.approx([1, 1])
