"""Quality tiers and how sure they are."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from quyu.index import score
from quyu.index.alternatives import STATED, Factors
from quyu.index.draws import draw
from quyu.index.uncertainty import tier_of, tiers

UNITS = list("abcdefghij")


@pytest.fixture
def card(framework_of, matrix_of):
    figures = {"x": range(20), "y": [(7 * i) % 20 for i in range(20)]}
    matrix = matrix_of(UNITS, [2020, 2021], **figures)
    return score(matrix, framework_of({"x": {}, "y": {}}))


def test_nothing_varied_leaves_nothing_uncertain(card):
    table = tiers(draw(card, n=5, factors=STATED))
    stated = card.scores["index"].xs(2021, level=1)
    breaks = card.state.tiers["index"]
    assert table["tier"].tolist() == [1 + sum(s < b - 1e-9 for b in breaks) for s in stated]
    assert (table["probability"] == 1).all()
    assert not table["uncertain"].any()


@pytest.mark.parametrize("breaks", [[20, 40, 60], [1], [100], [34.2, 34.2]])
def test_any_bands_agree_with_the_nominal_scores(card, breaks):
    table = tiers(draw(card, n=2, factors=STATED), breaks=breaks)
    assert (table["probability"] == 1).all()


def test_each_draw_is_cut_at_its_own_quintiles(card):
    """On another scale the same shares of the panel belong to each tier."""
    factors = replace(STATED, normalisation=("zscore",))
    draws = draw(card, n=3, factors=factors)
    table = tiers(draws)
    panel = (card.treated - card.treated.mean()).div(card.treated.std()).mean(axis=1)
    cuts = np.quantile(panel, [0.2, 0.4, 0.6, 0.8])
    for unit in UNITS:
        tier = 1 + sum(panel[(unit, 2021)] < cut - 1e-12 for cut in cuts)
        assert table.at[unit, tier] == 1


def test_probabilities_are_shares_of_draws(card):
    factors = replace(STATED, left_out=None)
    draws = draw(card, n=300, factors=factors)
    table = tiers(draws, breaks=[50], names=["高", "低"])
    x_only = (draws.choices["left_out"] == "y").mean()
    both, y_only = (
        (draws.choices["left_out"] == "").mean(),
        (draws.choices["left_out"] == "x").mean(),
    )
    assert x_only + both + y_only == 1
    for unit in UNITS:
        low = table.at[unit, "低"]
        assert any(low == pytest.approx(s) for s in (0, 1, x_only, both, y_only, x_only + both,
                                                     x_only + y_only, both + y_only))  # fmt: skip
        assert table.at[unit, "高"] + low == pytest.approx(1)
        assert table.at[unit, "uncertain"] == (table.at[unit, "probability"] < 0.9)


def test_a_unit_without_score_has_no_tier(framework_of, matrix_of):
    matrix = matrix_of(["a", "b", "c"], [2021], x=[1, 2, None], y=[2, 1, None])
    table = tiers(draw(score(matrix, framework_of({"x": {}, "y": {}}, years=[2021])), n=20,
                       factors=Factors(weighting=("equal",))), breaks=[50])  # fmt: skip
    assert table.loc["c", ["tier", "probability", 1, 2]].isna().all()
    assert not table.at["c", "uncertain"]
    assert table.loc[["a", "b"], [1, 2]].sum(axis=1).tolist() == pytest.approx([1, 1])


def test_the_official_bands_by_hand():
    scores = pd.Series([74.99, 75, 80, 84.99, 90, None])
    names = ["≥90", "85–90", "80–85", "75–80", "<75"]
    found = tier_of(scores, breaks=[75, 80, 85, 90], names=names)
    assert found.tolist()[:5] == ["<75", "75–80", "80–85", "80–85", "≥90"]
    assert pd.isna(found.iloc[5])
    assert tier_of(pd.Series([0.1 + 0.2]), breaks=[0.3]).tolist() == [1], "noise is no difference"


def test_bad_bands_are_refused(card):
    draws = draw(card, n=1, factors=STATED)
    with pytest.raises(ValueError, match="must be numbers that do not fall"):
        tiers(draws, breaks=[80, 75])
    with pytest.raises(ValueError, match="2 breaks make 3 tiers"):
        tiers(draws, breaks=[75, 80], names=["good", "bad"])


def test_a_score_equal_to_a_break_is_above_it(card):
    draws = draw(card, n=1, factors=STATED)
    for unit, value in card.scores["index"].xs(2021, level=1).items():
        table = tiers(draws, breaks=[value])
        assert table.at[unit, "tier"] == 1
        assert (table["probability"] == 1).all()


@pytest.mark.parametrize("count", [2, 3, 10])
def test_a_break_at_any_score_belongs_to_that_score(framework_of, matrix_of, count):
    matrix = matrix_of(UNITS[:count], [2021], x=[i * i for i in range(count)])
    card = score(matrix, framework_of({"x": {}}, years=[2021]))
    draws = draw(card, n=1, factors=STATED)
    for cut in card.scores["index"]:
        table = tiers(draws, breaks=[cut])
        assert (table["probability"] == 1).all(), cut
        assert table["tier"].tolist() == [1 if s >= cut else 2 for s in card.scores["index"]]
    assert list(table) == ["tier", "probability", "uncertain", 1, 2]


def test_nine_draws_in_ten_are_sure_enough(card):
    draws = draw(card, n=10, factors=STATED)
    standing = draws.standing.copy()
    first = UNITS.index("a")
    best = tiers(draws, breaks=[50]).at["a", "tier"] == 1
    standing[0, first] = 0 if best else 1
    table = tiers(replace(draws, standing=standing), breaks=[50])
    assert table.at["a", "probability"] == 0.9
    assert not table.at["a", "uncertain"]
    standing[1, first] = standing[0, first]
    assert tiers(replace(draws, standing=standing), breaks=[50]).at["a", "uncertain"]


def test_tiers_are_named_and_breaks_are_needed():
    assert tier_of(pd.Series([1, 3]), breaks=[2]).rename_axis("unit").name == "tier"
    with pytest.raises(ValueError, match="must be numbers"):
        tier_of(pd.Series([1.0]), breaks=[])
