"""The parts of the lenses, in a world of five units whose scores are its figures."""

import numpy as np
import pandas as pd
import pytest

from quyu.index import Framework, score
from quyu.index.alternatives import Factors
from quyu.index.draws import draw
from quyu.regions.advantage import comparative_advantage
from quyu.regions.figure_measures import catch_up, changes, distinctive_industry, level_with_change
from quyu.regions.goal_measures import (
    closeness,
    gain_on_nation,
    mean_of_goals,
    mean_of_indicators,
    top_goals,
    weakest_goal,
)
from quyu.regions.lens_input import lens_input

UNITS = list("abcde")
YEARS = [2020, 2021]
REGISTER = pd.DataFrame({"region": ["東部", "東部", "中西部", "中西部", "東北"]}, index=UNITS)
STATED = Factors(*[("stated",)] * 4, "none", ("stated",), ("stated",), ())
# Normalised on [0, 100] between 0 and 100, each figure is its own score. Units a to e, 2020 and 2021.
FIGURES = {
    "x": [90, 100, 20, 50, 0, 0, 80, 75, 30, 25],
    "v": [70, 80, 95, 100, 0, 20, 65, 60, 10, 0],
    "g": [50, 60, 30, 40, 90, 100, 10, 0, 0, 20],
    "r": [0, 90, 0, 70, 0, 10, 100, 55, 0, 12],
}


def leaf(name, **keys):
    text = {"zh-hant": name, "en": name}
    return {"id": name, "name": text, "unit": text, "formula": name, "direction": "+"} | {
        "evidence": "direct",
        "phrase": name,
        **keys,
    }


def node(name, *children, **keys):
    return {"id": name, "name": {"zh-hant": name, "en": name}, "children": list(children), **keys}


GOALS = (
    node("economy", leaf("x")),
    node("industry", leaf("v")),
    node("governance", leaf("g")),
)


def framework(*goals, **keys):
    raw = {"name": {"zh-hant": "小世界", "en": "small world"}, "version": "test", "years": YEARS}
    raw |= {"report_year": 2021, "base_year": 2020, "scale": (0, 100)}
    return Framework.model_validate(raw | {"index": node("index", *goals)} | keys)


def laid_out(*goals, figures=None, year=2021, n=1, factors=STATED, **keys):
    rows = pd.MultiIndex.from_product([UNITS, YEARS], names=["place", "when"])
    matrix = pd.DataFrame({**FIGURES, **(figures or {})}, index=rows, dtype=float)
    card = score(matrix, framework(*(goals or GOALS), **keys))
    return lens_input(draw(card, n=n, year=year, factors=factors), matrix, REGISTER)


@pytest.fixture(scope="module")
def here():
    return laid_out()


def values(found):
    assert list(found.values.index) == UNITS
    assert all(missing(found).values())
    return [round(value, 12) for value in found.values]


def missing(found):
    """Why each unit without a value has none."""
    return {unit: found.why(unit) for unit in found.values.index[found.values.isna()]}


def third(*parts):
    return pytest.approx([sum(part) / 3 for part in parts])


def test_top_goals(here):
    """At a quarter the best 1 + (5 − 1)/4 = 2 of five units are in; at a fifth, 1.8, one is."""
    found = top_goals(here, top=0.25)
    assert values(found) == third([100] * 3, [100], [100], [100], [0])
    assert found.detail["goals"].tolist() == [
        ("economy", "industry", "governance"),
        ("industry",),
        ("governance",),
        ("economy",),
        (),
    ]
    assert values(top_goals(here, top=0.2)) == third([100], [100], [100], [0], [0])
    np.testing.assert_array_equal(found.drawn[0], found.values)


def test_who_ties_shares_the_better_place():
    tied = laid_out(figures={"x": [0, 100, 0, 100, 0, 50, 0, 50, 0, 0]})
    assert top_goals(tied, top=0.25).detail["goals"]["b"] == ("economy", "industry")
    assert "economy" in top_goals(tied, top=0.0).detail["goals"]["b"]


def test_closeness(here):
    found = closeness(here)
    wanted = third([100, 80, 60], [50, 100, 40], [0, 20, 100], [75, 60, 0], [25, 0, 20])
    assert values(found) == wanted
    assert found.detail["furthest"].tolist() == [
        "governance", "governance", "economy", "governance", "industry",
    ]  # fmt: skip


def test_the_ratio_is_to_the_best_of_the_year():
    lower = laid_out(figures={"v": [100, 40, 0, 50, 0, 10, 0, 30, 0, 0]})
    assert values(closeness(lower))[0] == pytest.approx((100 + 80 + 60) / 3)


def test_weakest_goal(here):
    found = weakest_goal(here)
    assert values(found) == [60, 40, 0, 0, 0]
    assert found.detail["goal"].tolist() == [
        "governance", "governance", "economy", "governance", "industry",
    ]  # fmt: skip


def test_a_unit_without_index_has_no_part_of_the_goals():
    """Of b two goals of three have a score, which is enough; of a only one."""
    gaps = {"x": [None, None, 20, 50, 0, 0, 80, 75, 30, 25]}
    gaps |= {"v": [None, None, None, None, 0, 20, 100, 60, 10, 0]}
    here = laid_out(figures=gaps, missing={"indicator_coverage": 0.5})
    for found, b in (
        (top_goals(here, top=0.4), 50),
        (closeness(here), (100 * 50 / 75 + 40) / 2),
        (weakest_goal(here), 40),
    ):
        assert np.isnan(values(found)[0])
        assert values(found)[1] == pytest.approx(b)
        assert np.isnan(found.drawn[0, 0])
        assert "33% of the weight of the index is observed" in found.why("a")


def test_an_indicator_that_a_draw_leaves_out_is_not_missed_in_it():
    gaps = {"r": [0, 90, 0, 70, 0, 10, 100, None, 0, 12]}
    keys = {"missing": {"edge": 0, "node_coverage": 0.5}}
    here = laid_out(
        node("economy", leaf("x"), leaf("r")), figures=gaps, n=80, factors=Factors(), **keys
    )
    found = mean_of_indicators(here, indicators=("x", "r"))
    without = here.draws.weights[:, 1] == 0
    assert 0 < without.sum() < 80
    assert (np.isnan(found.drawn[:, 3]) == ~without).all()


def test_mean_of_indicators_by_their_weights():
    goals = (node("economy", leaf("x", weight=3), leaf("r", weight=1), weight=1),)
    found = mean_of_indicators(laid_out(*goals, weigh="stated"), indicators=("x", "r"))
    assert values(found) == [97.5, 55.0, 2.5, 70.0, 21.75]
    assert found.detail["r"].tolist() == pytest.approx([90, 70, 10, 55, 12])


def test_a_unit_without_one_of_the_indicators_has_no_mean():
    gaps = {"r": [0, 90, 0, 70, 0, 10, 100, None, 0, 12]}
    keys = {"missing": {"edge": 0, "node_coverage": 0.5}}
    goals = (node("economy", leaf("x"), leaf("r")),)
    found = mean_of_indicators(laid_out(*goals, figures=gaps, **keys), indicators=("x", "r"))
    assert np.isnan(values(found)[3])
    assert missing(found) == {"d": "no score in 2021 of r"}


def test_indicators_without_weight():
    goals = (node("economy", leaf("x", weight=1), leaf("r", weight=0), weight=1),)
    found = mean_of_indicators(laid_out(*goals, weigh="stated"), indicators=("r",))
    assert set(missing(found).values()) == {"the framework gives no weight to r"}


def test_mean_of_goals(here):
    found = mean_of_goals(here, goals=("economy", "governance"))
    assert values(found) == [80, 45, 50, 37.5, 22.5]
    assert list(found.detail) == ["economy", "governance"]


def test_the_gain_of_a_goal_on_the_nation(here):
    """Industry: medians 65 and 60, so −5 for the nation; gains 10, 5, 20, −5, −10."""
    found = gain_on_nation(here, node="industry", since=2020)
    assert values(found) == [15, 10, 25, 0, -5]
    assert found.detail.loc["c"].tolist() == [0, 20, -5]


def test_the_gain_of_the_index_on_the_nation(here):
    """Thirds of 210, 145, 90, 155, 40 and of 240, 190, 120, 135, 45: median 145 to 135."""
    found = gain_on_nation(here, node="index", since=2020)
    assert values(found) == third([30, 10], [45, 10], [30, 10], [-20, 10], [5, 10])


def test_no_change_without_an_earlier_year():
    early = laid_out(year=2020)
    told = {"a change since 2020 cannot be measured in 2020"}
    ratios = {"formula": "x / v", "since": 2020}
    for found in (
        gain_on_nation(early, node="index", since=2020),
        level_with_change(early, **ratios),
        changes(early, indicators=("x",), since=2020),
    ):
        assert found.values.isna().all()
        assert set(missing(found).values()) == told
        values(found)


def test_double_centred_advantage():
    """In x and v, a to c stand at −1, 0, 1 and at 1, 0, −1; d and e at 0 everywhere."""
    spread = np.sqrt(2 / 5)
    moved = {"x": [0, 0, 0, 50, 0, 100, 100, 50, 0, 50], "v": [0, 100, 0, 50, 0, 0, 100, 50, 0, 50]}
    steady = {"g": [0, 50, 100, 50, 0, 50, 0, 50, 0, 50]}  # the same everywhere in 2021
    here = laid_out(figures=moved | steady)
    found = comparative_advantage(here, best=1)
    assert values(found) == pytest.approx([1 / spread, 0, 1 / spread, 0, 0])
    assert found.detail["best"].tolist()[:3] == [("v",), ("x",), ("x",)]
    assert comparative_advantage(here, best=3).values.tolist() == pytest.approx([0] * 5)
    assert found.detail["clear"].tolist() == [1, 0, 1, 0, 0]
    assert found.detail["clearly"]["a"] == ("v",)


def test_advantage_is_over_ones_own_level():
    """Whoever is better by the same step in everything has the same advantages as before."""
    base = np.array([[10, 40], [20, 10], [30, 30], [40, 20], [50, 0]])
    z = (base - base.mean(axis=0)) / base.std(axis=0)
    wanted = z.max(axis=1) - z.mean(axis=1)
    figures = {"x": np.column_stack([[0, 100, 0, 0, 0], base[:, 0]]).ravel()}
    figures |= {"v": np.column_stack([[0, 100, 0, 0, 0], base[:, 1]]).ravel()}
    here = laid_out(GOALS[0], GOALS[1], figures=figures)
    assert values(comparative_advantage(here, best=1)) == pytest.approx(list(wanted))


def test_the_own_level_is_by_the_weights_of_the_index():
    goals = (node("economy", leaf("x", weight=3), leaf("v", weight=1), weight=1),)
    here = laid_out(*goals, weigh="stated")
    table = here.nominal.at(2021)
    z = (table - table.mean(axis=0)) / table.std(axis=0)
    wanted = z.max(axis=1) - z @ [0.75, 0.25]
    assert values(comparative_advantage(here, best=1)) == pytest.approx(list(wanted))


def test_clear_advantages_are_counted_over_the_draws():
    """Slowly: every draw, every indicator it holds."""
    goals = (node("economy", leaf("x"), leaf("v")), node("other", leaf("g"), leaf("r")))
    here = laid_out(*goals, n=300, factors=Factors())
    above, held = np.zeros((5, 4)), np.zeros((5, 4))
    for view in here.drawn:
        table = view.at(2021)
        z = (table - table.mean(axis=0)) / table.std(axis=0)
        for weights in view.weights:
            own = z @ weights / weights.sum()
            above += (z > own[:, None]) * (weights > 0)
            held += weights > 0
    found = comparative_advantage(here, best=2)
    assert held.sum() < 5 * 4 * 300
    assert found.detail["clear"].tolist() == (above / held >= 0.95).sum(axis=1).tolist()
    for view in here.drawn:
        table = view.at(2021)
        z = (table - table.mean(axis=0)) / table.std(axis=0)
        for weights, place in zip(view.weights, view.positions, strict=True):
            top = np.sort(z[:, weights > 0], axis=1)[:, -2:].mean(axis=1)
            own = z @ weights / weights.sum()
            np.testing.assert_allclose(found.drawn[place], top - own, atol=1e-8)


def test_too_few_indicators_for_an_advantage():
    gaps = {"r": [0, None, 0, 70, 0, 10, 100, 55, 0, 12]}
    keys = {"missing": {"edge": 0, "node_coverage": 0.5}}
    here = laid_out(node("economy", leaf("x"), leaf("r")), figures=gaps, **keys)
    found = comparative_advantage(here, best=2)
    assert np.isnan(values(found)[0])
    assert missing(found) == {"a": "fewer than 2 indicators have a score in 2021"}
    with pytest.raises(ValueError, match="best is 3; the framework scores 2 indicators"):
        comparative_advantage(here, best=3)


INDUSTRIES = {
    "chips": [0, 30, 0, 10, 0, 10, 0, 25, 0, 25],
    "code": [0, 10, 0, 40, 0, 10, 0, 20, 0, 20],
    "gdp": [100] * 10,
}


def test_the_greatest_location_quotient():
    """Each industry makes up a fifth of the five units' 500."""
    here = laid_out(figures=INDUSTRIES)
    found = distinctive_industry(here, figures=("chips", "code"), size="gdp")
    assert values(found) == [1.5, 2, 0.5, 1.25, 1.25]
    assert found.detail["industry"].tolist() == ["chips", "code", "chips", "chips", "chips"]
    assert found.detail.loc["a", ["chips", "code"]].tolist() == pytest.approx([1.5, 0.5])
    assert found.drawn is None


def test_an_industry_that_is_not_published():
    part = INDUSTRIES | {"code": [0, 10, 0, None, 0, 10, 0, 20, 0, 20]}
    found = distinctive_industry(laid_out(figures=part), figures=("chips", "code"), size="gdp")
    assert np.isnan(values(found)[1])
    assert found.why("b") == "not all of chips, code, gdp are published for 2021"
    ended = INDUSTRIES | {"chips": [10] * 10, "code": [20, None] * 5}
    found = distinctive_industry(laid_out(figures=ended), figures=("chips", "code"), size="gdp")
    assert set(found.detail["year"]) == {2020}
    none = INDUSTRIES | {"code": [None] * 10}
    found = distinctive_industry(laid_out(figures=none), figures=("chips", "code"), size="gdp")
    assert set(missing(found).values()) == {"code: not published for 2021"}


def test_years_behind_the_median_of_the_east():
    """The East's median of x is 55 in 2020, 75 in 2021."""
    here = laid_out()
    found = catch_up(here, indicator="x", against="east")
    assert found.detail["benchmark"].tolist() == [75] * 5
    assert values(found)[3:] == [0, 1]  # d stands where the East's median does
    assert values(found)[0] == -1  # 90 in 2020 already
    assert values(found)[1:3] == [1, 1]
    assert found.detail["censored"].tolist() == [True, True, True, False, True]
    assert found.order.tolist() == [np.inf, -np.inf, -np.inf, 0, -np.inf]


def test_time_runs_the_other_way_where_less_is_better():
    """The East's median fell from 45 to 30; a, at 40, is where it was a third of a year on."""
    falling = {"x": [80, 40, 10, 20, 90, 20, 50, 30, 30, 60]}
    here = laid_out(node("economy", leaf("x", direction="-")), *GOALS[1:], figures=falling)
    found = catch_up(here, indicator="x", against="東部")
    assert values(found) == pytest.approx([2 / 3, -1, -1 / 7, 0, 1])
    assert found.detail["censored"].tolist() == [False, True, False, False, True]


def test_a_median_that_is_not_known():
    gaps = {"x": [90, None, 20, 50, 0, 0, 80, 75, 30, 100]}
    keys = {"missing": {"edge": 0, "node_coverage": 0.5, "indicator_coverage": 0.5}}
    found = catch_up(laid_out(figures=gaps, **keys), indicator="x", against="east")
    assert set(missing(found).values()) == {"x is not published for all of 東部 in 2021"}
    values(found)


def test_level_with_change(here):
    """r/100 is .9 .7 .1 .55 .12, its changes .9 .7 .1 −.45 .12: ranks 100 75 0 50 25 twice, but
    d's 50 and 0, and c's 0 and 25, e's 25 and 50. Its median goes from 0 to .55."""
    found = level_with_change(here, formula="r / 100", since=2020)
    assert values(found) == [100, 75, 12.5, 25, 37.5]
    assert found.detail["change"].tolist() == pytest.approx([0.9, 0.7, 0.1, -0.45, 0.12])
    against = [0.35, 0.15, -0.45, -1, -0.43]
    assert found.detail["change_against"].tolist() == pytest.approx(against)
    assert found.detail["level_percentile"].tolist() == [100, 75, 0, 50, 25]
    assert found.detail["change_percentile"].tolist() == [100, 75, 25, 0, 50]


def test_changes_of_indicators(here):
    """x: 10, 30, 0, −5, −5, its median from 30 to 50; v: 10, 5, 20, −5, −10."""
    found = changes(here, indicators=("x", "v"), since=2020)
    assert found.detail["x"].tolist() == [10, 30, 0, -5, -5]
    assert found.detail["x_against"].tolist() == [-10, 10, -20, -25, -25]
    assert found.detail["v_percentile"].tolist() == [75, 50, 100, 25, 0]
    assert values(found) == [(75 + 75) / 2, (100 + 50) / 2, (50 + 100) / 2, 37.5 / 2, 12.5 / 2]
    turned = laid_out(node("economy", leaf("x", direction="-", factor=10)), *GOALS[1:])
    other = changes(turned, indicators=("x",), since=2020).detail
    assert other["x"].tolist() == [-100, -300, 0, 50, 50]
    assert other["x_against"].tolist() == [100, -100, 200, 250, 250]


def test_figures_as_published_are_not_carried():
    gaps = {"x": [None, 100, 20, 50, 0, 0, 80, 75, 30, 25]}
    found = changes(laid_out(figures=gaps), indicators=("x",), since=2020)
    assert missing(found) == {"a": "not published for both 2020 and 2021"}
    assert values(found)[1:] == pytest.approx([100, 200 / 3, 50 / 3, 50 / 3])


def test_units_without_all_the_changes_are_in_no_ranking():
    """Without e the changes 10, 30, 0, −5 of x and 10, 5, 20, −5 of v rank 2, 3, 1, 0 and 2, 1, 3, 0."""
    gaps = {"v": [70, 80, 95, 100, 0, 20, 65, 60, None, 0]}
    found = changes(laid_out(figures=gaps), indicators=("x", "v"), since=2020)
    assert values(found)[:4] == pytest.approx([200 / 3, 200 / 3, 200 / 3, 0])
    assert list(missing(found)) == ["e"]


BAD = [
    (
        mean_of_goals,
        {"goals": ("steel",)},
        "scores no goal 'steel'; its goals are economy, industry",
    ),
    (gain_on_nation, {"node": "steel", "since": 2020}, "scores no goal 'steel'"),
    (gain_on_nation, {"node": "index", "since": 2015}, "since 2015: the panel .* 2020–2021"),
    (mean_of_indicators, {"indicators": ("y",)}, "no indicator 'y'; it has x, v, g"),
    (changes, {"indicators": ("y",), "since": 2020}, "no indicator 'y'"),
    (catch_up, {"indicator": "y", "against": "east"}, "no indicator 'y'"),
    (catch_up, {"indicator": "x", "against": "south"}, "'south' is not a region"),
    (
        distinctive_industry,
        {"figures": ("xx",), "size": "g"},
        "no figure is named 'xx'",
    ),
    (
        distinctive_industry,
        {"figures": ("x",), "size": "gg"},
        "no figure is named 'gg'",
    ),
    (level_with_change, {"formula": "xx / g", "since": 2020}, "no figure .* named 'xx'"),
]


@pytest.mark.parametrize(("measure", "options", "told"), BAD)
def test_what_is_not_there_is_refused(here, measure, options, told):
    with pytest.raises(ValueError, match=told):
        measure(here, **options)


def test_an_indicator_that_was_dropped_is_refused_with_the_reason():
    gaps = {"r": [0, None, None, None, None, None, None, None, None, 12]}
    here = laid_out(*GOALS, node("thin", leaf("r")), figures=gaps, missing={"node_coverage": 0.5})
    with pytest.raises(ValueError, match="'r' is not scored: published for 20%"):
        mean_of_indicators(here, indicators=("r",))


def test_a_region_without_units_has_no_median():
    east = REGISTER.replace("東部", "東北")
    here = laid_out()
    without = lens_input(here.draws, here.figures, east)
    with pytest.raises(ValueError, match="no unit of the register lies in 東部"):
        catch_up(without, indicator="x", against="east")


def test_scores_below_zero_have_no_ratio():
    below = laid_out(scale=(-50, 50))
    with pytest.raises(ValueError, match="must not be negative"):
        closeness(below)
