"""Who holds a goalpost, and what a rank owes to it."""

import pandas as pd
import pytest

from quyu.index import score
from quyu.index.leverage import goalpost_holders

UNITS = ["a", "b", "c"]


@pytest.fixture
def card(framework_of, matrix_of):
    """d's 100 in x of 2020 squeezes the others; without it x tells b (6) from c (2)."""
    matrix = matrix_of(
        [*UNITS, "d"], [2020, 2021], x=[8, 9, 6, 6, 1, 2, 100, 3], y=[9, 9, 1, 1, 2, 2, 2, 0]
    )
    return score(matrix, framework_of({"x": {}, "y": {}}))


def test_holders_by_hand(card):
    found = goalpost_holders(card).set_index(["indicator", "end"])
    assert found.loc[("x", "high"), ["unit", "year", "value", "next"]].tolist() == [
        "d",
        2020,
        100,
        9,
    ]
    assert found.loc[("x", "low"), ["unit", "year", "value", "next"]].tolist() == ["c", 2020, 1, 3]
    assert found.loc[("y", "high"), ["unit", "year", "shared", "next"]].tolist() == [
        "a",
        2020,
        0,
        2,
    ]


def test_shifts_are_those_of_a_score_with_the_other_goalpost(card, framework_of):
    """By `score` itself with the state changed: c is ahead of b, and falls behind without d."""
    found = goalpost_holders(card).set_index(["indicator", "end"])
    for (name, end), row in found.iterrows():
        stored = card.state.indicators
        moved = stored[name].model_copy(update={end: row["next"]})
        state = card.state.model_copy(update={"indicators": stored | {name: moved}})
        again = score(card.raw, card.framework, state=state).ranks["index"].xs(2021, level=1)
        shift = (again - card.ranks["index"].xs(2021, level=1)).abs()
        assert row["mean_shift"] == shift.mean(), (name, end)
        assert row["most_shift"] == shift.max()
    assert found.at[("x", "high"), "most_shift"] == 1
    assert found.at[("x", "high"), "moved"] in ("b", "c")


def test_a_goalpost_between_cells_has_no_holder(card):
    wide = card.framework.model_copy(update={"goalpost_quantiles": (0.1, 0.9)})
    found = goalpost_holders(score(card.raw, wide))
    assert found["unit"].isna().any()
    assert found.loc[found["unit"].isna(), "mean_shift"].isna().all()


def test_another_year_and_a_wrong_one(card):
    assert isinstance(goalpost_holders(card, 2020), pd.DataFrame)
    with pytest.raises(ValueError, match="year 1999"):
        goalpost_holders(card, 1999)
