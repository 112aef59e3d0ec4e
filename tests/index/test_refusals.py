"""What the methods of the room refuse, and that each says which cell, name or number it is."""

import numpy as np
import pandas as pd
import pytest

from quyu.index import practice, weigh
from quyu.index.aggregate import AGGREGATE
from quyu.index.ahp import ahp, priorities
from quyu.index.impute import fill
from quyu.index.multivariate import (
    alpha_if_deleted,
    bartlett,
    correlation_matrix,
    correlations,
    cronbach_alpha,
    factor,
    kmo,
    kmo_by_indicator,
    rotated_loadings,
    vif,
)
from quyu.index.normalise import NORMALISE, goalposts, target, treat

NAN, INF = np.nan, np.inf
EVEN = pd.Series({"a": 1.0, "b": 1.0})
UP = pd.Series({"a": 1})
POSTS = pd.DataFrame({"low": 1.0, "high": 1.0, "mean": 1.0, "sd": 0.0, "best": 1.0}, ["a"])


def at(**columns):
    """A row each for the units x, y, z in 2021."""
    rows = [("x", 2021), ("y", 2021), ("z", 2021)][: len(next(iter(columns.values())))]
    index = pd.MultiIndex.from_tuples(rows, names=["unit", "year"])
    return pd.DataFrame(columns, index=index, dtype=float)


def judged(*changed, names=("a", "b", "c")):
    """Judgements 4 : 2 : 1, with some cells changed."""
    worth = dict(zip(names, (4.0, 2.0, 1.0), strict=False))
    table = pd.DataFrame({k: {i: worth[i] / worth[k] for i in names} for k in names})
    for row, column, value in changed:
        table.loc[row, column] = value
    return table


def eleven():
    names = [f"i{k}" for k in range(11)]
    return pd.DataFrame(1.0, names, names)


MIXED = at(a=[0.2, 0.6], b=[0.5, 0.5])
TIED = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [5.0, 1, 2, 2]}).assign(
    sum=lambda y: y["a"] + y["b"]
)
APART = pd.DataFrame([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]], columns=list("abc"))
WORK = pd.DataFrame({"mills": [10.0, 0], "mines": [5.0, 5]}, ["x", "y"])
SIZE = pd.Series({"x": 100.0, "y": 100.0})
BAD_WEIGHTS = ([1.0, NAN], [1.0, -1.0], [0.0, 0.0], [1.0, INF])

TABLE = [
    *(
        (AGGREGATE[rule], (at(a=[1, 1], b=[8, value]), EVEN), told)
        for rule in ("geometric", "harmonic")
        for value, told in (
            (0, rf"^{rule} .*'b' is 0 at unit 'y', year 2021\. .*\[1, 100\]"),
            (-1, rf"^{rule} .*'b' is -1 at unit 'y'"),
        )
    ),
    (AGGREGATE["mpi"], (at(a=[-8], b=[8]), EVEN), "above 0; it is 0 at unit 'x', year 2021"),
    *(
        (rule, (MIXED, pd.Series(bad, ["a", "b"])), "weights must be numbers")
        for rule in AGGREGATE.values()
        for bad in BAD_WEIGHTS
    ),
    *((rule, (MIXED, EVEN.drop("b")), r"without one are \['b'\]") for rule in AGGREGATE.values()),
    *(
        (priorities, (judged(("b", "c", bad)),), r"'b' against 'c' is judged .*above 0")
        for bad in (0, -1, NAN, INF)
    ),
    (priorities, (judged(("c", "a", 0.3)),), r"'a' against 'c' is judged 4, the reverse 0\.3"),
    (priorities, (judged(("b", "a", 0.495)),), "1 divided by the other"),
    (priorities, (judged(("a", "a", 2)),), "'a' against itself"),
    (priorities, (judged().rename(columns={"a": "z"}),), "square table"),
    (priorities, (judged().loc[["a", "a"], ["a", "a"]],), "square table"),
    (priorities, (eleven(),), "11 indicators are compared; 1 to 10"),
    (
        ahp,
        (MIXED[["a"]], judged(names=("a", "b"))),
        r"\['a', 'b'\], but the indicators are \['a'\]",
    ),
    (
        ahp,
        (at(a=[1], b=[1], c=[1]), judged(("a", "c", 0.25), ("c", "a", 4))),
        "contradict .*'a' ag",
    ),
    (cronbach_alpha, (MIXED[["a"]].assign(a=[1, 2]).iloc[[0, 1, 1, 0]],), r"only \['a'\] is left"),
    (alpha_if_deleted, (at(a=[1, 2, 3], b=[1, 3, 2]),), r"only \['b'\] is left"),
    (correlations, (MIXED, "kendall"), "unknown correlation 'kendall'; known are pearson, spear"),
    *(
        (correlations, (at(a=[1, 2, 3], b=b),), "'a' and 'b' have no correlation")
        for b in ([1, 2, NAN], [5, 5, 5], [NAN, 5, 5])
    ),
    (correlation_matrix, (at(a=[1, 2, 3], b=[1, NAN, NAN]),), r"most often missing are \{'b': 2\}"),
    (correlation_matrix, (at(a=[1, 2, 3], b=[0.1] * 3),), "'b' is the same in all 3 rows"),
    *(
        (check, (TIED,), r"\['a', 'b', 'sum'\] are combinations of each other")
        for check in (kmo, kmo_by_indicator, bartlett, vif, factor)
    ),
    (factor, (pd.concat([APART] * 4),), "too little in common"),
    (factor, (APART.assign(d=1.0),), "'d' is the same in all 4 rows"),
    *((rotated_loadings, (APART.corr(), n), "1 to 3 exist") for n in (0, 4)),
    *(
        (
            practice.coupling_coordination,
            (at(a=[0.5], b=[bad]),),
            "system 'b' is .* at unit 'x', ye",
        )
        for bad in (-0.01, 1.01)
    ),
    (practice.coupling_coordination, (MIXED[["a"]],), r"at least 2 systems; given are \['a'\]"),
    *(
        (method, (MIXED, pd.Series(bad, ["a", "b"])), "weights must be numbers of")
        for method in (practice.coupling_coordination, practice.obstacle_degrees, weigh.stated)
        for bad in BAD_WEIGHTS
    ),
    *(
        (method, (MIXED, EVEN.rename({"b": "z"})), r"are \['b'\], not an indicator are \['z'\]")
        for method in (practice.coupling_coordination, practice.obstacle_degrees, weigh.stated)
    ),
    (weigh.stated, (MIXED, pd.Series([1, 1, 1], ["a", "b", "b"])), "every indicator once"),
    *(
        (
            practice.obstacle_degrees,
            (at(a=[0, 0], b=[0, bad]), EVEN),
            r"'b' is .*'y', .* − 1\) / 99",
        )
        for bad in (-0.1, 1.1, 57)
    ),
    (practice.location_quotient, (WORK, SIZE.drop("y")), r"no size is given for \['y'\]"),
    (practice.location_quotient, (WORK, SIZE * [1, 0]), "the size of 'y' is 0"),
    (practice.location_quotient, (-WORK, SIZE), "'mills' is -10 at row 'x'"),
    (practice.location_quotient, (WORK * [0, 1], SIZE), "industry 'mills' exists in no unit"),
    (practice.effective_weights, (MIXED, EVEN, MIXED["a"]), "2 of 2 rows"),
    *(
        (
            practice.effective_weights,
            (APART[["a", "b"]], EVEN, pd.Series([same] * 4)),
            "that differs",
        )
        for same in (0.1, 0.0)
    ),
    (practice.effective_weights, (APART[["a", "b"]], EVEN * 0, APART["c"]), "not all vanish"),
    (
        weigh.budget_allocation,
        (MIXED, at(a=[50, 50, 50], b=[50, 50, 70])),
        "spends 120, the median of all is 100",
    ),
    *(
        (weigh.budget_allocation, (MIXED, at(a=[50, bad], b=[50, 100])), "points of .*'y'")
        for bad in (NAN, -50)
    ),
    (weigh.budget_allocation, (MIXED, pd.DataFrame(columns=["a", "b"])), "no expert"),
    (weigh.budget_allocation, (MIXED, at(a=[100])), r"without one are \['b'\]"),
    (weigh.entropy, (at(a=[0, 1], b=[0.5, -0.5]),), r"'b' is -0\.5 at unit 'y', year 2021"),
    (weigh.critic, (at(a=[0, 0.5, 1], b=[0, 1, 2]),), r"\['a', 'b'\] are perfectly correlated"),
    (weigh.critic, (at(a=[0, 1, NAN], b=[NAN, 1, 0]),), "'a' and 'b' have too few rows in common"),
    *(
        (rule, (table,), told)
        for rule in (weigh.entropy, weigh.critic)
        for table, told in (
            (at(a=[0, 1], b=[NAN, NAN]), "'b' has no value in any row"),
            (at(a=[1, 1], b=[0, 0]), r"\['a', 'b'\] are the same in every row"),
            (at(a=[0, 1], b=[0, INF]), "'b' is infinite at unit 'y', year 2021"),
        )
    ),
    *(
        (weigh.most_favourable, (at(a=[0, 1], b=[0.5, bad]),), r"'b' is .* at unit 'y', year 2021")
        for bad in (NAN, -0.5, INF)
    ),
    (weigh.benefit_of_the_doubt, (at(a=[0, 0]),), "0 in every row"),
    (target, (at(a=[1, 2]), UP, POSTS.assign(target=0.0)), "'a' has the target 0; it must be abo"),
    (
        target,
        (at(a=[1, -2]), UP, POSTS.assign(target=1.0)),
        "'a' is negative at unit 'y', year 2021",
    ),
    *(
        (NORMALISE[rule], (at(a=[1, 2]), UP, POSTS), "'a' has no range")
        for rule in ("minmax", "zscore", "best", "reference")
    ),
    *(
        (goalposts, (at(fine=[1, 2, 3], flat=flat),), "'flat' has no range")
        for flat in ([3, 3, 3], [3, NAN, NAN], [NAN] * 3)
    ),
    *(
        (treat, (at(a=[1, bad]), {"a": "log"}), f"'a' is {bad} at unit 'y', year 2021: a logarithm")
        for bad in (0, -2)
    ),
    (fill, (at(a=[1, NAN]), "mean"), "known are none, group_median, group_mean, knn, iterative"),
    (fill, (at(a=[1, NAN]), "group_median"), "none for any unit"),
]
NAMED = {  # what is given by name
    ahp: ("judgements",),
    correlations: ("method",),
    rotated_loadings: ("factors",),
    practice.coupling_coordination: ("weights",),
    weigh.stated: ("weights",),
    weigh.budget_allocation: ("points",),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("method", "given", "told"), TABLE)
def test_a_method_refuses_by_name(method, given, told):
    by_name = dict(zip(NAMED.get(method, ()), given[1:], strict=False))
    with pytest.raises(ValueError, match=told):
        method(*(given[:1] if by_name else given), **by_name)


@pytest.mark.parametrize(("least", "most"), [(0.4, 0.9), (0.1, 0.3), (-0.1, 1), (0, 1.1), (NAN, 1)])
def test_bounds_that_no_weights_meet(least, most):
    y = at(a=[1, 2], b=[2, 1], c=[1, 1])
    told = r"no 3 weights from.* from 0 to 0\.333, `most` from 0\.333 to 1"
    with pytest.raises(ValueError, match=told):
        weigh.most_favourable(y, least=least, most=most)
