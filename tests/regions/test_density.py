"""Kernel densities: the bandwidth by hand, other programs, laws of a density."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import gaussian_kde
from statsmodels.nonparametric.bandwidths import bw_silverman

from quyu.regions.density import density

YEARS = [2020, 2021, 2022]
worlds = arrays(float, (9, 3), elements=st.integers(0, 60).map(float)).filter(
    lambda values: np.ptp(values) > 0
)


def panel(values, units=None):
    table = pd.DataFrame(values, columns=YEARS[: values.shape[1]])
    table.index = units or [f"u{number}" for number in range(len(values))]
    return table.stack().rename_axis(["unit", "year"])


def curves(found):
    return found.pivot(index="value", columns="year", values="density")


def test_the_bandwidth_is_that_of_statsmodels_averaged_over_the_years():
    values = np.random.default_rng(3).uniform(size=(31, 3)) * [1, 2, 4]
    expected = np.mean([bw_silverman(values[:, year]) for year in range(3)])  # here s decides
    assert density(panel(values))["bandwidth"].unique() == pytest.approx([expected])


def test_units_far_out_do_not_widen_it():
    """Quartiles of 0 … 8 are 2 and 6; 9^(−1/5) = .6444."""
    values = np.array([[0.0], [1], [2], [3], [4], [5], [6], [7], [800]])
    found = density(panel(values))["bandwidth"].unique()
    assert found == pytest.approx([0.9 * 4 / 1.34 * 0.6444], abs=1e-4)


def test_a_curve_is_that_of_scipy_with_the_same_bandwidth():
    values = np.random.default_rng(4).gamma(2, size=(12, 3))
    found = density(panel(values))
    h = found["bandwidth"].iloc[0]
    for place, (_, curve) in enumerate(curves(found).items()):
        theirs = gaussian_kde(values[:, place], bw_method=h / values[:, place].std(ddof=1))
        assert curve.to_numpy() == pytest.approx(theirs(curve.index.to_numpy()))


def test_where_half_of_the_units_are_equal_the_deviation_decides():
    values = np.array([[0.0]] * 5 + [[1.0]])
    sd = values.std(ddof=1)
    assert density(panel(values))["bandwidth"].unique() == pytest.approx([0.9 * sd * 6**-0.2])


@given(worlds)
@settings(max_examples=40)
def test_a_density_is_positive_and_its_integral_is_one(values):
    found = curves(density(panel(values)))
    assert (found.to_numpy() >= 0).all()
    area = np.trapezoid(found, found.index, axis=0)
    assert area == pytest.approx(np.ones(3), abs=0.003)  # what lies beyond three bandwidths


@given(worlds, st.permutations(range(9)))
@settings(max_examples=40)
def test_the_order_of_units_changes_nothing(values, order):
    one, other = (density(panel(values[list(each)])) for each in (range(9), order))
    pd.testing.assert_frame_equal(one, other)


@given(worlds, st.sampled_from([0.01, 1000.0]), st.sampled_from([0.0, 500.0]))
@settings(max_examples=40)
def test_another_unit_of_measure_stretches_the_values_and_lowers_the_curve(values, times, plus):
    one, other = density(panel(values)), density(panel(values * times + plus * times))
    assert other["value"].to_numpy() == pytest.approx((one["value"].to_numpy() + plus) * times)
    assert other["density"].to_numpy() * times == pytest.approx(one["density"].to_numpy())


def test_a_group_is_as_if_it_were_alone():
    values = np.random.default_rng(5).normal(size=(12, 2))
    groups = pd.Series(["east"] * 7 + ["west"] * 5, [f"u{n}" for n in range(12)])
    found = density(panel(values), groups=groups)
    assert list(found["group"].unique()) == ["east", "west"]
    alone = density(panel(values[:7])).assign(group="east")
    pd.testing.assert_frame_equal(found.query("group == 'east'"), alone)


def test_only_years_with_every_unit_have_a_curve():
    values = np.arange(18.0).reshape(6, 3)
    values[2, 1] = np.nan
    assert list(density(panel(values))["year"].unique()) == [2020, 2022]
