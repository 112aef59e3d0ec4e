"""What the room refuses, by whom and in which words: one row each."""

import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph

from quyu.facts.faults import Refusal
from quyu.regions.convergence import beta, panel_beta, sigma
from quyu.regions.density import density
from quyu.regions.disparity import complete_years, inequality
from quyu.regions.inequality import cv, dagum, gini, numbers, rank_mobility, ratio_scale, theil
from quyu.regions.markov import markov, spatial_markov
from quyu.regions.regression import ols

AB = pd.Series({"a": 1.0, "b": 2.0})
GROUPS = pd.Series({"a": "x", "b": "y"})
TEN = pd.Series(np.arange(1.0, 12), [f"u{n:02}" for n in range(11)])
X = pd.DataFrame({"x": np.sin(np.arange(20.0)), "z": np.cos(np.arange(20.0) ** 2)})


def panel(rows, years=range(2019, 2031)):
    table = pd.DataFrame(rows, dtype=float).T
    return table.set_axis(list(years)[: table.shape[1]], axis=1).stack()


def grown(start=TEN, end=TEN * 2, **controls):
    """β from 2015 to 2023 of these levels."""
    world = pd.DataFrame({2015: start, 2023: end}).stack()
    return beta(
        world, 2015, 2023, form="log", controls=pd.DataFrame(controls) if controls else None
    )


EIGHT = panel({"a": range(1, 9), "b": range(2, 10), "c": [4, 9, 2, 7, 1, 8, 3, 5]})
SIX = panel({unit: [n, 2 * n] for n, unit in enumerate("abcdef")})
AB_ONLY = Graph.from_dicts({"a": ["b"], "b": ["a"], "c": []})
THREE = Graph.from_dicts({"a": ["b"], "b": ["a", "c"], "c": ["b"]})
LEVEL = panel({"a": [1, 3], "b": [2, 2], "c": [3, 1]})  # whose neighbours all have 2

REFUSED = [
    # figures
    (lambda: ratio_scale(pd.Series({"a": 1, "b": np.nan, "c": None})), r"'b' has no value.*\(2 missing"),
    (lambda: ratio_scale(pd.Series({"a": 1, "b": np.inf})), "the value of 'b' is infinite"),
    (lambda: ratio_scale(AB - 1.5), "'a' is -0.5; every figure must be at least 0"),
    (lambda: ratio_scale(pd.Series({"a": -5e-324})), "'a' is -4.9.*e-324; every figure must be"),
    (lambda: ratio_scale(AB - 1, above_zero=True), "'a' is 0; every figure must be above 0"),
    (lambda: ratio_scale(AB * 0), "all figures are 0"),
    (lambda: numbers(AB.astype(str)), "they must be numbers"),
    (lambda: numbers(AB > 0), "they must be numbers"),
    (lambda: numbers(pd.Series(dtype=float)), "there are no values"),
    (lambda: numbers(pd.Series([1, 2, 3, 4], list("abbb"))), r"'b' has more than one value \(2 rep"),
    # inequality
    (lambda: theil(AB, weights=AB[:1]), "weights: 'b' has no value"),
    (lambda: theil(AB, weights=-AB), "weights: 'a' is -1"),
    (lambda: cv(AB, AB * 0), "weights: all figures are 0"),
    (lambda: cv(AB - 1, pd.Series({"a": 1.0, "b": 0})), "every figure that has any weight is 0"),
    (lambda: theil(AB, groups=GROUPS[:1]), r"no group is given for \['b'\]"),
    (lambda: dagum(AB, GROUPS.replace("y", "")), r"no group is given for \['b'\]"),
    (lambda: dagum(AB, GROUPS.replace("y", None)), r"no group is given for \['b'\]"),
    (lambda: gini(-AB), "'a' is -1"),
    (lambda: rank_mobility(AB, AB.where(AB < 2)), "end: 'b' has no value"),
    (lambda: rank_mobility(AB, AB[:1]), "'b' is in one of the two years only"),
    (lambda: rank_mobility(AB[:1], AB), "'b' is in one of the two years only"),
    (lambda: rank_mobility(AB * 0, AB), "start: all units are equal"),
    (lambda: inequality(panel({"a": [1], "b": [-1]}), panel({"a": [1], "b": [1]}), {}), "2019: 'b' is -1"),
    (lambda: complete_years(AB), r"must be indexed by \(unit, year\)"),
    # convergence
    (lambda: sigma(panel({"a": [0, 2], "b": [2, 3]}), form="log"), "2019: 'a' is 0; every figure"),
    (lambda: beta(EIGHT, 2023, 2015, form="log"), "the end, 2015, must come after the start, 2023"),
    (lambda: beta(EIGHT, 2019, 2019, form="log"), "the end, 2019, must come after the start, 2019"),
    (lambda: beta(EIGHT, 2019, 2035, form="log"), r"2035: 'a' has no value.*\(3 missing"),
    (lambda: grown(TEN - 1), "2015: 'u00' is 0; every figure must be above 0"),
    (lambda: grown(TEN[:9], TEN[:9]), "9 units are too few for β with 0 controls, at least 10"),
    (lambda: grown(TEN[:10], TEN[:10], x=TEN[:10]), "10 units are too few.*1 controls, at least 11"),
    (lambda: grown(x=TEN[:10]), "controls: 'u10' has no value"),
    (lambda: grown(x=TEN.astype(str)), "controls: the values are .*; they must be numbers"),
    (lambda: grown(x=np.log(TEN)), "'x' is constant or determined"),
    (lambda: panel_beta(EIGHT.drop(("b", 2022)), form="levels"), "2022 is not published for every"),
    (lambda: panel_beta(EIGHT[EIGHT.index.get_level_values(1) < 2021], form="log"), r"3 years .*\[2019, 2020\]"),
    (lambda: panel_beta(EIGHT - 4, form="log"), "2019: 'a' is -3; every figure must be above 0"),
    (lambda: ols(X["x"], X.assign(twice=2 * X["x"] + 1), errors="HC1"), r"'twice' is constant or.*\(constant, x, z\)"),
    (lambda: ols(X["x"], X.assign(z=3.0), errors="HC1"), "'z' is constant"),
    (lambda: ols(X["x"][:3], X[:3], errors="HC1"), "3 observations cannot give 3 coefficients .* 4 are"),
    (lambda: markov(panel({"a": [1, 2]}), k=1), "k is 1"),
    (lambda: markov(panel({"a": [1, None, 2]})), r"two neighbouring years .*\[2019, 2021\]"),
    (lambda: markov(panel({"a": [1, 1, 1], "b": [1, 1, 2]})), "so tied that 4 classes are not distinct"),
    (lambda: spatial_markov(EIGHT, AB_ONLY, k=2), "no neighbours of c: join"),
    (lambda: spatial_markov(EIGHT.drop("c"), AB_ONLY, k=2), "same units once each; these differ: c"),
    (lambda: spatial_markov(LEVEL, THREE, k=2), "the means of neighbours: the values are so tied that 2"),
    # density
    (lambda: density(panel({"a": [1, None], "b": [None, 2]})), "2019, the fullest, lacks b"),
    (lambda: density(SIX / [*[1] * 11, 0]), "2020: the value of 'f' is infinite"),
    (lambda: density(EIGHT), "'all' has 3 units, a density needs at least 5"),
    (lambda: density(SIX, groups=pd.Series("x", list("abcde"))), r"no group is given for \['f'\]"),
    (lambda: density(SIX, groups=pd.Series(list("xxxxxy"), list("abcdef"))), "'y' has 1 units"),
    (lambda: density(SIX * 0 + 3), "'all' is constant.*values from 3 to 3"),
    (lambda: density(SIX.where(SIX < 10, 1e6)), "'all' is constant, or as good as"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_what_is_refused_says_why(ask, told):
    with pytest.raises(ValueError, match=told):
        ask()


@pytest.mark.parametrize(
    ("ask", "code", "values"),
    [
        (lambda: sigma(panel({"a": [0], "b": [2]}), form="log"), "not_positive", {"unit": "a"}),
        (lambda: beta(EIGHT, 2019, 2035, form="log"), "no_value", {"unit": "a"}),
        (lambda: density(panel({"a": [1, None], "b": [None, 2]})), "no_value", {"unit": "b"}),
    ],
)
def test_what_a_page_may_have_to_say_carries_a_code(ask, code, values):
    with pytest.raises(Refusal) as refusal:
        ask()
    assert (refusal.value.code, refusal.value.values) == (code, values)
