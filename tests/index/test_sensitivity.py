"""Which choice moves the ranks, where the answer is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from quyu.index import score
from quyu.index.alternatives import STATED, Factors
from quyu.index.sensitivity import sensitivity


@pytest.fixture
def card(framework_of, matrix_of):
    """Without its proxy, z, a and b change places; nothing else can move them. c is last."""
    matrix = matrix_of(["a", "b", "c"], [2021], x=[9, 8, 0], y=[9, 8, 0], z=[1, 10, 0])
    tree = {"x": {}, "y": {}, "z": {"evidence": "proxy"}}
    return score(matrix, framework_of(tree, years=[2021], weigh="equal"))


def test_all_is_due_to_the_factor_that_moves_the_ranks(card):
    factors = replace(STATED, evidence=("all", "direct"), noise="uniform", left_out=())
    groups = pd.Series({"a": "east", "b": "west", "c": "west"})
    found = sensitivity(card, n=256, factors=factors, grouping=groups)
    assert found.runs == 256 * 4
    for table in (found.mean_shift, found.units.loc["a"], found.groups.loc["east"]):
        assert table.loc["evidence", ["S1", "ST"]].tolist() == pytest.approx([1, 1], abs=0.05)
        assert table.loc["noise", "ST"] == pytest.approx(0, abs=0.01)
    assert found.unexplained.to_dict() == {"c": "the same in every run"}
    assert found.units.loc["c"].isna().all(axis=None)
    assert found.replaced.empty


def test_combinations_that_are_replaced_are_listed(card):
    factors = Factors(weighting=("equal",), goalposts=("stated",))
    found = sensitivity(card, n=64, factors=factors)
    told = found.replaced.set_index(["normalisation", "aggregation"])
    assert set(told.index) == {("zscore", "geometric"), ("zscore", "harmonic")}
    assert set(told["replaced_by"]) == {"normalisation minmax"}
    assert (told["runs"] > 0).all()
    assert set(found.mean_shift.index) == {
        "imputation", "normalisation", "noise", "aggregation", "evidence", "left_out",
    }  # fmt: skip


def test_a_unit_not_scored_in_every_run_is_named(framework_of, matrix_of):
    matrix = matrix_of(
        ["a", "b", "c"], [2020, 2021], x=[1, 2, 3, 4, 5, None], y=[4, 3, 2, 5, 0, None]
    )
    card = score(matrix, framework_of({"x": {}, "y": {}}))
    found = sensitivity(card, n=16, factors=Factors(weighting=("equal",)))
    assert found.unexplained["c"] == "not scored in every run"
    assert found.units.loc["c"].isna().all(axis=None)
    assert not found.mean_shift["ST"].isna().any()


def test_the_same_seed_gives_the_same_indices(card):
    one, two, other = (sensitivity(card, n=32, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.units, two.units, check_exact=True)
    assert not np.allclose(one.units["ST"].fillna(0), other.units["ST"].fillna(0))


def test_bad_requests_are_refused(card, framework_of, matrix_of):
    with pytest.raises(ValueError, match="n is 500; a Sobol sequence"):
        sensitivity(card, n=500)
    with pytest.raises(ValueError, match=r"needs 2 factors that vary; only \['noise'\] does"):
        sensitivity(card, factors=replace(STATED, noise="uniform"))
    with pytest.raises(ValueError, match="year 1999"):
        sensitivity(card, year=1999)
    tree = {"x": {"weight": 1}, "y": {"weight": 0}, "z": {"weight": 0}}
    failing = score(card.raw, framework_of(tree, years=[2021], weigh="stated"))
    with pytest.raises(ValueError, match=r"runs fail; run \d+, without x: .* sum to 0"):
        sensitivity(failing, n=16, factors=replace(STATED, left_out=None, noise="uniform"))


def test_normalisation_is_given_up_before_the_aggregation(card):
    factors = replace(
        STATED, normalisation=("zscore", "minmax"), aggregation=("arithmetic", "geometric")
    )
    told = sensitivity(card, n=16, factors=factors).replaced
    assert told[["normalisation", "aggregation", "replaced_by"]].to_numpy().tolist() == [
        ["zscore", "geometric", "normalisation minmax"]
    ]
