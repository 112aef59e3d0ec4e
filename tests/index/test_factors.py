"""The levels of the factors."""

import numpy as np
import pytest

from quyu.index.alternatives import NOISE, STATED, Factors, nominal


def test_stated_is_what_the_framework_says(framework_of):
    framework = framework_of({"x": {}, "y": {}}, aggregate="harmonic", normalise="percentile")
    assert nominal(framework) == {
        "imputation": "stated",
        "goalposts": (0.0, 1.0),
        "normalisation": "percentile",
        "weighting": "equal",
        "aggregation": "harmonic",
    }
    levels = Factors().levels(framework)
    assert levels["normalisation"] == ("percentile", "minmax", "zscore")
    assert levels["aggregation"] == ("harmonic", "geometric", "arithmetic")
    assert STATED.levels(framework) == {
        name: (level,) for name, level in nominal(framework).items()
    }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"imputation": ("mean",)}, "unknown imputation 'mean'; known are stated, published, knn"),
        ({"weighting": ("ahp",)}, "unknown weighting 'ahp'"),
        ({"noise": "normal"}, "unknown noise 'normal'; known are uniform, none"),
        ({"evidence": ("proxy",)}, "unknown evidence 'proxy'; known are all, direct"),
        ({"goalposts": ((0.9, 0.1),)}, "are no quantiles"),
        ({"aggregation": ()}, "'aggregation' has no level"),
    ],
)
def test_unknown_levels_are_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        Factors(**wrong)


def test_noise_multiplies_by_positive_numbers():
    u = np.array([0.0, 0.5, 1 - 2**-53])
    assert NOISE["uniform"](u).tolist() == pytest.approx([0.75, 1, 1.25])
    assert NOISE["none"](u).tolist() == [1, 1, 1]
