"""What is said of each rank, in worlds of two to four units."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from quyu.index import score
from quyu.index.alternatives import STATED, Factors
from quyu.index.draws import draw
from quyu.index.uncertainty import (
    by_level,
    dominance,
    groups,
    over,
    probability_top,
    tier_of,
    tiers,
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


# --- Quality tiers and how sure they are.

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
    assert table["second"].isna().all()
    assert table["nominal_tier"].tolist() == table["tier"].tolist()
    assert not table["borderline"].any()


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
        assert table.at[unit, "probability"] == max(low, table.at[unit, "高"])
        assert table.at[unit, "borderline"] == (table.at[unit, "probability"] < 0.6)
        other = {"高": "低", "低": "高"}[table.at[unit, "tier"]]
        assert table.at[unit, "second"] == other or table.at[unit, "probability"] == 1
        own = table.at[unit, "nominal_tier"]
        assert table.at[unit, "nominal_probability"] == table.at[unit, own]
    everyone = tiers(draws, breaks=[50], names=["高", "低"], borderline=0.99)
    assert (everyone["borderline"] == (everyone["probability"] < 0.99)).all()


def test_a_unit_without_score_has_no_tier(framework_of, matrix_of):
    matrix = matrix_of(["a", "b", "c"], [2021], x=[1, 2, None], y=[2, 1, None])
    table = tiers(draw(score(matrix, framework_of({"x": {}, "y": {}}, years=[2021])), n=20,
                       factors=Factors(weighting=("equal",))), breaks=[50])  # fmt: skip
    assert table.loc["c", ["tier", "probability", "second", "nominal_tier", 1, 2]].isna().all()
    assert not table.at["c", "borderline"]
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
    told = ["tier", "probability", "second", "borderline", "nominal_tier", "nominal_probability"]
    assert list(table) == [*told, 1, 2]


def test_six_draws_in_ten_are_no_border(card):
    draws = draw(card, n=10, factors=STATED)
    standing = draws.standing.copy()
    first = UNITS.index("a")
    own = tiers(draws, breaks=[50]).at["a", "tier"]
    standing[:4, first] = 0 if own == 1 else 1
    table = tiers(replace(draws, standing=standing), breaks=[50])
    assert table.loc["a", ["tier", "probability"]].tolist() == [own, 0.6]
    assert not table.at["a", "borderline"]
    standing[4:6, first] = standing[0, first]
    table = tiers(replace(draws, standing=standing), breaks=[50])
    assert table.loc["a", ["tier", "second", "nominal_tier"]].tolist() == [3 - own, own, own]
    assert table.loc["a", ["probability", "nominal_probability"]].tolist() == [0.6, 0.4]
    standing[5, first] = draws.standing[5, first]
    assert tiers(replace(draws, standing=standing), breaks=[50]).at["a", "borderline"]


def test_tiers_are_named_and_breaks_are_needed():
    assert tier_of(pd.Series([1, 3]), breaks=[2]).rename_axis("unit").name == "tier"
    with pytest.raises(ValueError, match="must be numbers"):
        tier_of(pd.Series([1.0]), breaks=[])
