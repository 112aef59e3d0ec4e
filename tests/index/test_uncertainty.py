"""What is said of each rank, in worlds of two to four units."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from quyu.index import score
from quyu.index.alternatives import STATED
from quyu.index.draws import draw
from quyu.index.uncertainty import (
    by_level,
    dominance,
    groups,
    over,
    probability_top,
    uncertainty,
    why_no_score,
)


@pytest.fixture
def draws(framework_of, matrix_of):
    """On a scale of 0 to 1, a: (1, 0), b: (0, ½), c: (0, ¼). In half of the draws x or y is out.

    The year before gives y its upper goalpost.
    """
    matrix = matrix_of(["a", "b", "c"], [2020, 2021], x=[0, 4, 0, 0, 0, 0], y=[4, 0, 0, 2, 0, 1])
    card = score(matrix, framework_of({"x": {}, "y": {}}, scale=[0, 1]))
    return draw(card, n=400, factors=replace(STATED, left_out=None))


def test_shares_are_counted_exactly(draws):
    """Only without x is a last; b and c tie without y."""
    out = draws.choices["left_out"]
    without_x, without_y = (out == "x").mean(), (out == "y").mean()
    assert without_x + without_y + (out == "").mean() == 1
    assert without_x > 0.15
    assert without_y > 0.15
    ahead = dominance(draws)
    assert ahead.at["b", "a"] == ahead.at["c", "a"] == without_x
    assert ahead.at["a", "b"] == pytest.approx(1 - without_x)
    assert ahead.at["b", "c"] == pytest.approx(1 - without_y), "a tie is ahead for neither"
    assert ahead.at["c", "b"] == 0
    assert probability_top(draws, 1).to_dict() == pytest.approx(
        {"a": 1 - without_x, "b": without_x, "c": 0}
    )
    assert probability_top(draws, 2)["c"] == pytest.approx(without_x + without_y)


def test_intervals_are_ranks_that_occur(draws):
    table = uncertainty(draws)
    assert table[["median", "low", "high"]].to_numpy().tolist() == [[1, 1, 3], [2, 1, 2], [3, 2, 3]]
    out = draws.choices["left_out"]
    assert table.at["a", "shift"] == pytest.approx(2 * (out == "x").mean())
    assert not table["outside"].any()


@pytest.mark.parametrize(
    ("ranks", "low", "median", "high"),
    [
        ([1] * 19 + [2], 1, 1, 1),  # one in twenty is not above the 95 %
        ([1] * 18 + [2] * 2, 1, 1, 2),
        ([1] + [2] * 19, 1, 2, 2),
        ([0] * 19 + [2], 2, 2, 2),  # draws without a score say nothing
    ],
)
def test_quantiles_by_hand(draws, ranks, low, median, high):
    ranks = np.array([ranks, [1] * 20, [3] * 20], dtype=np.int16).T
    made = replace(draws, ranks=ranks, method=draws.method[:20], case=draws.case[:20],
                   number=draws.number[:20])  # fmt: skip
    table = uncertainty(made)
    assert table.loc["a", ["low", "median", "high"]].tolist() == [low, median, high]


def test_units_are_apart_from_95_in_100(draws):
    def made(times):
        rows = [[1, 2, 3]] * times + [[2, 1, 3]] * (100 - times)
        return replace(draws, ranks=np.array(rows, dtype=np.int16))

    stated = draws.nominal()
    assert stated.tolist() == [1, 2, 3]
    assert groups(made(95)).tolist() == [1, 2, 3]
    assert groups(made(94)).tolist() == [1, 1, 2], "the first of the group, a, is always ahead of c"


def test_a_group_is_led_by_its_first(draws):
    """c is told apart from a, the leader, even if not from b in between."""
    rows = [[1, 2, 3]] * 50 + [[2, 1, 3]] * 10 + [[1, 3, 2]] * 40
    assert groups(replace(draws, ranks=np.array(rows, dtype=np.int16))).tolist() == [1, 1, 2]


def test_a_nominal_rank_outside_is_flagged(framework_of, matrix_of):
    """Unbalanced a leads the arithmetic mean, even b the others."""
    matrix = matrix_of(["a", "b", "c"], [2021], x=[10, 5, 0], y=[0, 4, 10], z=[9, 5, 0])
    card = score(matrix, framework_of({"x": {}, "y": {}, "z": {}}, years=[2021]))
    levels = ("stated", "geometric", "harmonic")
    draws = draw(card, n=90, factors=replace(STATED, aggregation=levels))
    assert draws.nominal().tolist() == [1, 2, 3]
    means = by_level(draws)
    assert means.loc[("aggregation", "arithmetic")].tolist() == [1, 2, 3]
    assert means.loc[("aggregation", "geometric"), "b"] == 1
    rare = np.r_[np.flatnonzero(draws.choices["aggregation"] == "arithmetic")[:1],
                 np.flatnonzero(draws.choices["aggregation"] != "arithmetic")]  # fmt: skip
    few = replace(draws, **{name: getattr(draws, name)[rare]
                            for name in ("number", "method", "case", "ranks")})  # fmt: skip
    table = uncertainty(few)
    assert table["outside"].tolist()[:2] == [True, True]


def test_a_unit_without_a_score_has_its_reason(framework_of, matrix_of):
    matrix = matrix_of(["a", "b", "c"], [2021], x=[1, 2, None], y=[1, 2, 3], z=[2, 1, None])
    card = score(matrix, framework_of({"g": {"x": {}}, "y": {}, "z": {}}, years=[2021]))
    row = uncertainty(draw(card, n=20, factors=STATED)).loc["c"]
    assert row[["nominal", "median", "low", "high", "shift", "group"]].isna().all()
    assert why_no_score(card, "c", 2021) == (
        "no score in 2021: 33% of the weight of the index is observed, 67% is needed; "
        "without score: g, z"
    )


def test_means_over_groups_of_units(draws):
    table = over(draws, pd.Series({"a": "east", "b": "west", "c": "west", "elsewhere": "west"}))
    assert table.loc["west", ["units", "nominal"]].tolist() == [2, 2.5]
    assert table.loc["west", ["low", "high"]].tolist() == [1.5, 2.5]
    assert table.loc["east", "units"] == 1
    assert over(draws, pd.Series({"a": "east", "b": None})).index.tolist() == ["east"]
