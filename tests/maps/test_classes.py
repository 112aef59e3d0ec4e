"""Every value has exactly one class, a missing one none; breaks are found as they are named."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.maps.palette import METHODS, PUOR, YLGNBU, Classes, breaks, graded


def test_a_value_on_a_break_belongs_above_it():
    values = pd.Series([19.9, 20.0, 40.0, 60.0, 80.0, None])
    colours = Classes((20, 40, 60, 80)).colour(values)
    assert colours[:5].tolist() == list(YLGNBU)
    assert pd.isna(colours[5])


@given(st.floats(-1e6, 1e6))
def test_no_value_is_outside_the_legend(value):
    assert Classes((20, 40, 60, 80)).colour(pd.Series([value]))[0] in YLGNBU


def test_a_value_has_the_class_that_its_printed_figure_has_in_the_printed_legend():
    # Sichuan and Hebei, both 45.2, are of one class, and Fujian's 54.0 is within "≥ 54.0".
    shades = Classes((45.2149, 54.0312), ("a", "b", "c"))
    values = pd.Series([45.1712, 45.2249, 53.9701, 54.0498, 53.9499])
    assert shades.place(values).tolist() == [1, 1, 2, 2, 1]


@given(
    st.lists(st.floats(0, 100), min_size=4, max_size=4, unique_by=lambda x: round(x, 1)),
    st.floats(0, 100),
)
def test_no_printed_figure_is_outside_the_printed_limits_of_its_class(edges, value):
    shades = Classes(tuple(sorted(edges)))
    label = shades.labels[int(shades.place(pd.Series([value]))[0])]
    shown, limits = float(f"{value:.1f}"), [float(text) for text in re.findall(r"[\d.]+", label)]
    if label.startswith("<"):
        assert shown < limits[0]
    else:
        assert limits[0] <= shown and (label.startswith("≥") or shown < limits[1])


def test_limits_that_would_print_alike_have_more_digits():
    shades = graded(pd.Series([0.0011, 0.0012, 0.0013, 0.0014, 5.1, 5.2, 5.3, 5.4, 9.0, 9.1]))
    assert len(set(shades.labels)) == 5
    assert len({label.split("–")[0] for label in shades.labels}) == 5


def test_labels_write_a_real_minus_sign():
    assert Classes((-0.5, 0.5), ("a", "b", "c")).labels == ("< −0.5", "−0.5 – 0.5", "≥ 0.5")


@pytest.mark.parametrize("method", METHODS)
def test_breaks_rise_inside_the_values_and_missing_ones_do_not_count(method):
    values = pd.Series([*np.geomspace(1, 1000, 40), None, None])
    found = breaks(values, method=method)
    assert len(found) == 4 and list(found) == sorted(set(found))
    assert found[0] >= 1 and found[-1] < 1000
    assert found == breaks(values.dropna()[::-1], method=method)


def test_quantile_breaks_hold_a_fifth_of_the_values_each():
    values = pd.Series(np.arange(100.0))
    edges = [-np.inf, *breaks(values), np.inf]
    assert np.histogram(values, edges)[0].tolist() == pytest.approx([20] * 5, abs=1)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Classes((20, 40, 40, 80)), "rise"),
        (lambda: Classes((20, 40, float("nan"), 80)), "finite"),
        (lambda: Classes((20, 40)), "3 classes"),
        (lambda: Classes((20, 40, 60, 80)).place(pd.Series({"a": np.inf})), "infinite for a"),
        (
            lambda: breaks(pd.Series([1.0, 2.0]), method="jenks"),
            "unknown method 'jenks'; known are quantiles",
        ),
        (
            lambda: breaks(pd.Series([1.0, 2.0, 2.0])),
            "2 distinct values cannot be put into 5 classes",
        ),
    ],
)
def test_classes_that_cannot_be_had_are_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([-6.0, -3.0, -1.0, 1.0, 3.0, 6.0], 4),
        ([-6.0, 0.0, 0.0], 2),
        ([-1.0, 1.0], 2),
    ],
)
def test_classes_around_zero_are_alike_on_both_sides(values, edges):
    found = graded(pd.Series([*values, None]), around=True)
    assert len(found.breaks) == edges
    assert found.breaks == tuple(-edge for edge in reversed(found.breaks))
    assert found.colours[len(found.colours) // 2] == PUOR[2]
    # What falls is orange, what rises purple, and the palest holds zero.
    shades = found.colour(pd.Series([min(values), 0.0, max(values)])).tolist()
    assert shades == [PUOR[0], PUOR[2], PUOR[-1] if max(values) else PUOR[2]]


def test_what_has_few_values_has_a_class_for_each():
    assert graded(pd.Series([1.0, 2.0, 2.0])).breaks == (1.5,)
    assert graded(pd.Series([7.0, 7.0])).labels == ("7",)
    with pytest.raises(ValueError, match="missing"):
        graded(pd.Series([None, None], dtype=float))
