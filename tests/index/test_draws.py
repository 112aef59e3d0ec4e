"""The draws: what they promise whatever the figures."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.index import score
from quyu.index.alternatives import STATED, Factors, alternatives
from quyu.index.draws import draw, draw_years
from quyu.index.uncertainty import dominance, probability_top, tiers, uncertainty

TREE = {"g": {"x": {}, "y": {"evidence": "proxy"}}, "h": {"z": {}, "w": {"evidence": "proxy"}}}
UNITS = ["a", "b", "c", "d", "e"]


def table(framework_of, values, units=UNITS):
    """A card of five synthetic units in two years from 40 numbers."""
    rows = pd.MultiIndex.from_product([UNITS, [2020, 2021]], names=["place", "when"])
    matrix = pd.DataFrame(
        np.reshape(values, (10, 4)), index=rows, columns=list("xyzw"), dtype=float
    )
    matrix.loc[("a", 2020)] = 0.0  # no indicator without range
    matrix.loc[("b", 2020)] = 9.0
    framework = framework_of(TREE, aggregate="geometric", missing={"indicator_coverage": 0.2})
    return score(matrix.loc[list(units)], framework)


worlds = st.lists(st.integers(0, 9), min_size=40, max_size=40)


@settings(max_examples=15, deadline=None)
@given(values=worlds, order=st.permutations(UNITS), seed=st.integers(0, 99))
def test_the_order_of_units_plays_no_part(framework_of, values, order, seed):
    factors = Factors(weighting=("equal",))
    one = draw(table(framework_of, values), n=60, seed=seed, factors=factors)
    other = draw(table(framework_of, values, order), n=60, seed=seed, factors=factors)
    expected = pd.DataFrame(one.ranks, columns=one.units)
    pd.testing.assert_frame_equal(pd.DataFrame(other.ranks, columns=other.units)[UNITS], expected)
    found, wanted = uncertainty(other), uncertainty(one)
    pd.testing.assert_frame_equal(
        found.loc[UNITS].drop(columns="group"), wanted.drop(columns="group")
    )


@settings(max_examples=15, deadline=None)
@given(values=worlds, holes=st.sets(st.integers(0, 39), max_size=12), seed=st.integers(0, 99))
def test_laws_of_probability(framework_of, values, holes, seed):
    values = [np.nan if place in holes else float(value) for place, value in enumerate(values)]
    card = table(framework_of, values)
    draws = draw(card, n=80, seed=seed, factors=Factors(weighting=("equal",), noise="uniform"))
    assert len(draws.number) + len(draws.failures) == draws.n == 80
    assert not set(draws.number) & set(draws.failures["draw"])
    assert len(draws.choices) == len(draws.ranks) == len(draws.weights)
    np.testing.assert_allclose(draws.weights.sum(axis=1), 1, rtol=1e-5)
    ranked = (draws.ranks > 0).any(axis=0)

    bands = tiers(draws)
    np.testing.assert_allclose(bands[[1, 2, 3, 4, 5]].sum(axis=1)[ranked], 1)
    places = [(draws.ranks == place).sum(axis=0) for place in range(1, 6)]
    assert (np.sum(places, axis=0) == (draws.ranks > 0).sum(axis=0)).all()
    assert (probability_top(draws, 5)[ranked] == 1).all()
    assert (probability_top(draws, 1) <= probability_top(draws, 2)).loc[draws.units[ranked]].all()

    ahead = dominance(draws).to_numpy()
    for i, k in np.argwhere(~np.isnan(ahead)):
        both = (draws.ranks[:, i] > 0) & (draws.ranks[:, k] > 0)
        tied = (draws.ranks[both, i] == draws.ranks[both, k]).mean()
        assert ahead[i, k] + ahead[k, i] + tied == pytest.approx(1)

    summary = uncertainty(draws)
    inside = summary[summary["median"].notna()]
    assert (inside["low"] <= inside["median"]).all()
    assert (inside["median"] <= inside["high"]).all()


def test_the_same_seed_gives_the_same_bytes(framework_of):
    card = table(framework_of, range(40))
    one, again, other = (draw(card, n=200, seed=seed) for seed in (5, 5, 6))
    assert one.ranks.tobytes() == again.ranks.tobytes()
    assert one.scores.tobytes() == again.scores.tobytes()
    assert one.weights.tobytes() == again.weights.tobytes()
    assert one.weights.tobytes() != other.weights.tobytes()


def test_more_draws_begin_with_the_same_noise(framework_of):
    """Fresh noise in each draw, never a small pool of weight sets."""
    card = table(framework_of, range(40))
    noise_only = Factors(*[("stated",)] * 4, "uniform", ("stated",), ("all",), ())
    draws = draw(card, n=500, factors=noise_only)
    assert len(np.unique(draws.weights, axis=0)) == 500
    shorter = draw(card, n=20, factors=noise_only)
    np.testing.assert_array_equal(draws.weights[:20], shorter.weights)


def test_the_chance_that_one_unit_is_ahead(framework_of, matrix_of):
    """a leads where x outweighs y; their stated weights are 5 to 4.

    With u, v uniform on [¾, 1¼], P(5u > 4v) = 27/32.
    """
    matrix = matrix_of(["a", "b"], [2021], x=[1, 0], y=[0, 1])
    framework = framework_of({"x": {"weight": 5}, "y": {"weight": 4}}, years=[2021], weigh="stated")
    factors = Factors(*[("stated",)] * 4, "uniform", ("stated",), ("all",), ())
    draws = draw(score(matrix, framework), n=20_000, factors=factors)
    assert dominance(draws).at["a", "b"] == pytest.approx(27 / 32, abs=0.012)
    assert probability_top(draws, 1).sum() == pytest.approx(1)


def test_a_draw_that_ranks_nobody_is_listed(framework_of, matrix_of, monkeypatch):
    monkeypatch.setattr("quyu.index.draws.CHUNK", 9)
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[1, None, 2, None])
    framework = framework_of({"x": {}}, missing={"indicator_coverage": 0.5})
    draws = draw(score(matrix, framework), n=100)
    assert set(draws.failures["reason"]) == {"no unit has a score in 2021"}
    assert set(draws.failures["imputation"]) == {"published"}
    assert set(draws.choices["imputation"]) == {"stated"}
    assert len(draws.failures) + len(draws.ranks) == 100
    assert 20 < len(draws.failures) < 80
    assert sorted([*draws.number, *draws.failures["draw"]]) == list(range(100))


def test_the_draws_can_be_followed_by_others(framework_of):
    """From a world's normalised panel with the weights comes each draw's score again."""
    card = table(framework_of, range(40))
    factors = Factors(aggregation=("arithmetic",), weighting=("equal",))
    flat = card.framework.revised("g", {"aggregate": "arithmetic"})
    flat = flat.revised("h", {"aggregate": "arithmetic"})
    matrix = card.raw
    draws = draw(score(matrix, flat), n=50, factors=factors)
    seen = []
    for normalised, where in draws.worlds():
        panel = normalised.xs(2021, level=1)
        seen += where.tolist()
        for place in where:
            np.testing.assert_allclose(panel @ draws.weights[place], draws.scores[place], rtol=1e-5)
    assert sorted(seen) == list(range(50))


def test_the_cases_and_methods_are_drawn_evenly(framework_of):
    choices = draw(table(framework_of, range(40)), n=12_000, factors=Factors()).choices
    assert (choices["evidence"] == "all").mean() == pytest.approx(0.5, abs=0.02)
    both = choices[choices["evidence"] == "all"]["left_out"].value_counts(normalize=True)
    assert both[""] == pytest.approx(0.5, abs=0.02)
    assert both.drop("").to_numpy() == pytest.approx(1 / 8, abs=0.02)


def test_bad_requests_are_refused(framework_of):
    card = table(framework_of, range(40))
    with pytest.raises(ValueError, match="n is 0"):
        draw(card, n=0)
    with pytest.raises(ValueError, match=r"year 1999 is not in the panel \[2020, 2021\]"):
        draw(card, n=1, year=1999)


def test_other_years_can_be_ranked(framework_of):
    card = table(framework_of, range(40))
    draws = draw(card, n=2, year=2020, factors=STATED)
    assert draws.ranks[0].tolist() == card.ranks["index"].xs(2020, level=1).tolist()


def test_years_drawn_together_are_as_drawn_one_by_one(framework_of, matrix_of, monkeypatch):
    """Nobody has a score in 2021 where only what is published counts: failures differ by year."""
    monkeypatch.setattr("quyu.index.draws.CHUNK", 9)
    matrix = matrix_of(["a", "b"], [2020, 2021], x=[1, None, 2, None])
    framework = framework_of({"x": {}}, missing={"indicator_coverage": 0.5})
    card = score(matrix, framework)
    together = draw_years(card, (2021, 2020), n=40, seed=7)
    assert list(together) == [2021, 2020]
    assert len(together[2021].failures) > 10 and together[2020].failures.empty
    for year, found in together.items():
        alone = draw(card, n=40, seed=7, year=year)
        assert (found.year, found.n, found.seed) == (year, 40, 7)
        pd.testing.assert_frame_equal(found.failures, alone.failures)
        for name in ("number", "method", "case", "weights", "scores", "ranks", "standing"):
            np.testing.assert_array_equal(getattr(found, name), getattr(alone, name))
            assert getattr(found, name).dtype == getattr(alone, name).dtype
    with pytest.raises(ValueError, match="year 1999 is not in the panel"):
        draw_years(card, (2020, 1999), n=1)


def test_alternatives_may_be_shared_between_years_but_not_between_cards(framework_of):
    card = table(framework_of, np.random.default_rng(5).uniform(1, 9, 40))
    options = alternatives(card, Factors())
    fresh, shared = draw(card, n=50, seed=3), draw(card, n=50, seed=3, factors=options)
    assert (fresh.ranks == shared.ranks).all() and (fresh.weights == shared.weights).all()
    with pytest.raises(ValueError, match="another scorecard"):
        draw(replace(card), n=50, factors=options)
