"""Laws that always hold, run for the default method and for each rule that declares them.

A law is about the whole calculation with one rule in place. Worlds are small and complete; the
figures are kept on a coarse grid so that a law is not judged on the last digit of a float.
"""

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from quyu.index import score
from quyu.index.aggregate import AGGREGATE
from quyu.index.aggregate import LAWS as AGGREGATE_LAWS
from quyu.index.framework import PAIRED
from quyu.index.normalise import LAWS as NORMALISE_LAWS
from quyu.index.normalise import NORMALISE

UNITS, YEARS, FIGURES = ["a", "b", "c", "d"], [2020, 2021], ["x", "y", "z"]
LAWS = {"aggregate": AGGREGATE_LAWS, "normalise": NORMALISE_LAWS}
RULES = [("aggregate", name) for name in AGGREGATE] + [("normalise", name) for name in NORMALISE]

figure = st.integers(4, 400).map(lambda quarter: quarter / 4)
rows = st.tuples(figure, figure, figure)
panels = st.lists(rows, min_size=8, max_size=8)
additions = st.lists(rows, min_size=4, max_size=4)
cells = st.tuples(st.integers(0, 7), st.integers(0, 2))

health = [HealthCheck.filter_too_much, HealthCheck.too_slow]
thorough = settings(max_examples=25, deadline=None, suppress_health_check=health)
brief = settings(max_examples=6, deadline=None, suppress_health_check=health)


def holding(law):
    declared = [(family, rule) for family, rule in RULES if law in LAWS[family][rule]]
    return pytest.mark.parametrize(("family", "rule"), declared)


def default(framework_of):
    """The method of the default framework: arithmetic inside goals, geometric across."""
    tree = {"g": {"x": {"transform": "log"}, "y": {"direction": "-"}}, "h": {"z": {}}}
    return framework_of(tree).revised("index", {"aggregate": "geometric"})


def with_rule(framework_of, family, rule):
    """The same tree with one rule in place, and what that rule needs."""
    if family == "aggregate":
        wanted = {"aggregate": rule, "normalise": PAIRED.get(rule, "minmax")}
        return default(framework_of).revised("index", {"aggregate": None}).model_copy(update=wanted)
    aims = {"target": {"target": 50.0}, "best": {"best": 50.0}}.get(rule, {})
    keys = {name: {**aims, "direction": "-" if name == "y" else "+"} for name in FIGURES}
    return framework_of(
        {"g": {"x": keys["x"], "y": keys["y"]}, "h": {"z": keys["z"]}}, normalise=rule
    )


def matrix(panel, years=YEARS):
    index = pd.MultiIndex.from_product([UNITS, years], names=["unit", "year"])
    table = pd.DataFrame(panel, columns=FIGURES, index=index)
    assume((table.nunique() > 1).all())
    return table


def scored(table, framework, state=None):
    """The scorecard; worlds on which a rule is not defined are passed over: TOPSIS of equal rows,
    the Mazziotta–Pareto mean so far below the stored goalposts that it is negative."""
    try:
        card = score(table, framework, state=state)
    except ValueError as refusal:
        assume("means above 0" not in str(refusal))
        raise
    assume(card.scores.notna().all(axis=None))
    return card


def check_monotone(framework, panel, cell, more):
    table = matrix(panel)
    row, column = cell
    better = table.copy()
    better.iloc[row, column] += -more if framework.indicators[column].direction == "-" else more
    assume(better.iloc[row, column] > 0)
    before = scored(table, framework)
    after = scored(better, framework, before.state)
    assert after.scores["index"].iloc[row] >= before.scores["index"].iloc[row] - 1e-9


def check_unit_invariant(framework, panel, factor):
    table = matrix(panel)
    restated = framework
    for leaf in framework.indicators:
        aims = {key: getattr(leaf, key) for key in ("target", "best")}
        aims = {key: aim * factor for key, aim in aims.items() if aim is not None}
        restated = restated.revised(leaf.id, aims)
    before, after = scored(table, framework), scored(table * factor, restated)
    pd.testing.assert_frame_equal(before.scores, after.scores, rtol=1e-7)


def check_permutation_invariant(framework, panel, order):
    table = matrix(panel)
    before, after = scored(table, framework), scored(table.iloc[order, ::-1], framework)
    for name in ("scores", "ranks"):
        one, other = getattr(before, name).sort_index(), getattr(after, name).sort_index()
        pd.testing.assert_frame_equal(one, other, rtol=1e-12)


def check_year_stable(framework, panel, addition):
    table = matrix(panel)
    before = scored(table, framework)
    index = pd.MultiIndex.from_product([UNITS, [2022]], names=["unit", "year"])
    longer = pd.concat([table, pd.DataFrame(addition, columns=FIGURES, index=index)])
    further = framework.model_copy(update={"years": (2020, 2021, 2022), "report_year": 2022})
    after = scored(longer, further, before.state)
    for name in ("scores", "ranks"):
        old, new = getattr(before, name), getattr(after, name)
        pd.testing.assert_frame_equal(old, new.loc[old.index], check_exact=True)


@thorough
@given(panels, cells, figure)
def test_default_is_monotone(framework_of, panel, cell, more):
    check_monotone(default(framework_of), panel, cell, more)


@thorough
@given(panels, st.sampled_from([0.01, 3.0, 1e8]))
def test_default_is_unit_invariant(framework_of, panel, factor):
    check_unit_invariant(default(framework_of), panel, factor)


@thorough
@given(panels, st.permutations(range(8)))
def test_default_is_permutation_invariant(framework_of, panel, order):
    check_permutation_invariant(default(framework_of), panel, order)


@thorough
@given(panels, additions)
def test_default_is_year_stable(framework_of, panel, addition):
    check_year_stable(default(framework_of), panel, addition)


@holding("monotone")
@brief
@given(panel=panels, cell=cells, more=figure)
def test_rule_is_monotone(framework_of, family, rule, panel, cell, more):
    check_monotone(with_rule(framework_of, family, rule), panel, cell, more)


@holding("unit_invariant")
@brief
@given(panel=panels, factor=st.sampled_from([0.01, 3.0, 1e8]))
def test_rule_is_unit_invariant(framework_of, family, rule, panel, factor):
    check_unit_invariant(with_rule(framework_of, family, rule), panel, factor)


@holding("permutation_invariant")
@brief
@given(panel=panels, order=st.permutations(range(8)))
def test_rule_is_permutation_invariant(framework_of, family, rule, panel, order):
    check_permutation_invariant(with_rule(framework_of, family, rule), panel, order)


@holding("year_stable")
@brief
@given(panel=panels, addition=additions)
def test_rule_is_year_stable(framework_of, family, rule, panel, addition):
    check_year_stable(with_rule(framework_of, family, rule), panel, addition)


def test_the_default_method_declares_all_four():
    all_four = {"monotone", "unit_invariant", "permutation_invariant", "year_stable"}
    assert NORMALISE_LAWS["minmax"] == all_four
    assert AGGREGATE_LAWS["arithmetic"] == AGGREGATE_LAWS["geometric"] == all_four


def test_why_the_mazziotta_pareto_mean_is_not_monotone():
    """50, 50 and 200 score 100 − 5000/100 = 50; 230 instead of 200 scores 110 − 7200/110 = 44.5."""
    children = pd.DataFrame({"p": [50.0, 50.0], "q": [50.0, 50.0], "r": [200.0, 230.0]})
    scores = AGGREGATE["mpi"](children, pd.Series(1.0, ["p", "q", "r"]))
    assert scores.tolist() == pytest.approx([50, 110 - 7200 / 110])
