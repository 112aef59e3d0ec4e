"""Ranks without one indicator or without the proxies, against `score` itself."""

import numpy as np
import pytest

from quyu.index import score
from quyu.index.sensitivity import direct_evidence, one_out

UNITS = [f"u{i}" for i in range(8)]
TREE = {
    "g": {"x": {}, "y": {"evidence": "proxy"}, "z": {}},
    "h": {"_aggregate": "arithmetic", "v": {}, "w": {"evidence": "proxy"}},
    "alone": {"s": {"evidence": "proxy"}},
}


@pytest.fixture
def world(framework_of, matrix_of):
    rng = np.random.default_rng(5)
    matrix = matrix_of(UNITS, [2020, 2021], **{name: rng.uniform(1, 9, 16) for name in "xyzvws"})
    return matrix, framework_of(TREE, aggregate="geometric")


def test_as_if_scored_without(world):
    matrix, framework = world
    card = score(matrix, framework)
    shifts = one_out(card, 2020)
    assert shifts.columns.tolist() == list("xyzvw"), "s is alone in its node"
    for name in shifts:
        slow = score(matrix, framework.without(name)).ranks["index"].xs(2020, level=1)
        assert shifts[name].tolist() == (slow - card.ranks["index"].xs(2020, level=1)).tolist()
    assert shifts.abs().to_numpy().sum() > 0


def test_direct_evidence_as_if_scored(world):
    matrix, framework = world
    found = direct_evidence(score(matrix, framework))
    slow = score(matrix, framework.only("direct")).ranks["index"].xs(2021, level=1)
    assert found["direct"].tolist() == slow.tolist()
    assert (found["shift"] == found["direct"] - found["nominal"]).all()
    assert found["shift"].any()


def test_a_unit_without_a_rank_stays_without(framework_of, matrix_of):
    matrix = matrix_of(["a", "b", "c"], [2021], x=[1, 2, 3], y=[1, 2, None], z=[2, 1, None])
    found = one_out(score(matrix, framework_of({"x": {}, "y": {}, "z": {}}, years=[2021])))
    assert found.loc["c"].isna().all()


def test_no_direct_evidence_and_no_such_year(framework_of, matrix_of):
    tree = {"x": {"evidence": "proxy"}}
    card = score(matrix_of(["a", "b"], [2021], x=[1, 2]), framework_of(tree, years=[2021]))
    with pytest.raises(ValueError, match="no indicator is direct evidence"):
        direct_evidence(card)
    with pytest.raises(ValueError, match="year 1999"):
        one_out(card, 1999)
