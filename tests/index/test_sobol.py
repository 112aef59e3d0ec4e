"""The estimators against SALib's own, and against a function whose indices are known."""

import numpy as np
import pytest
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample

from quyu.index.sensitivity import sobol_indices

PROBLEM = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * 3}


@pytest.fixture(scope="module")
def ishigami():
    x = sample.sample(PROBLEM, 1024, calc_second_order=False, seed=4)
    a, b, c = x.T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def test_the_numbers_of_salib(ishigami):
    outputs = np.column_stack([ishigami, ishigami**2, np.round(ishigami)])
    found = sobol_indices(outputs, factors=3, resamples=60, seed=11)
    for place, y in enumerate(outputs.T):
        theirs = analyze.analyze(PROBLEM, y, calc_second_order=False, num_resamples=60, seed=11)
        for key in ("S1", "S1_conf", "ST", "ST_conf"):
            np.testing.assert_allclose(found[key][:, place], theirs[key], rtol=1e-9, atol=1e-12)


def test_ishigami_as_published(ishigami):
    """Ishigami & Homma 1990; S1 .314 .442 0, ST .558 .442 .244 (Saltelli et al. 2008, p. 179)."""
    found = sobol_indices(ishigami[:, None], factors=3)
    assert found["S1"].ravel() == pytest.approx([0.3139, 0.4424, 0], abs=0.03)
    assert found["ST"].ravel() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert (found["ST_conf"] < 0.15).all()


def test_what_never_varies_has_no_indices(ishigami):
    found = sobol_indices(np.column_stack([ishigami, np.ones_like(ishigami)]), factors=3)
    assert np.isnan(found["ST"][:, 1]).all()
    assert not np.isnan(found["ST"][:, 0]).any()


def test_another_number_of_runs_is_refused(ishigami):
    with pytest.raises(ValueError, match="5119 runs are no Saltelli design of 3 factors"):
        sobol_indices(ishigami[:-1, None], factors=3)
