"""Every value has exactly one class, a missing one none."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quyu.maps.palette import YLGNBU, Classes


def test_a_value_on_a_break_belongs_above_it():
    values = pd.Series([19.9, 20.0, 40.0, 60.0, 80.0, None])
    colours = Classes((20, 40, 60, 80)).colour(values)
    assert colours[:5].tolist() == list(YLGNBU)
    assert pd.isna(colours[5])


@given(st.floats(-1e6, 1e6))
def test_no_value_is_outside_the_legend(value):
    assert Classes((20, 40, 60, 80)).colour(pd.Series([value]))[0] in YLGNBU


def test_labels_write_a_real_minus_sign():
    assert Classes((-0.5, 0.5), ("a", "b", "c")).labels() == ("< −0.5", "−0.5–0.5", "≥ 0.5")


@pytest.mark.parametrize(
    ("breaks", "says"),
    [((20, 40, 40, 80), "rise"), ((20, 40, float("nan"), 80), "finite"), ((20, 40), "3 classes")],
)
def test_unclear_breaks_are_refused(breaks, says):
    with pytest.raises(ValueError, match=says):
        Classes(breaks)


def test_noise_carries_no_value_over_its_break():
    values = pd.Series([0.1 + 0.2, 0.3, 0.3 - 1e-7])
    assert Classes((0.3,), ("low", "high")).colour(values).tolist() == ["high", "high", "low"]
    assert Classes((0.1 + 0.2,), ("low", "high")).colour(values).tolist() == ["high", "high", "low"]
