"""Which choice moves the ranks, where the answer is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample

from quyu.index import draws, score
from quyu.index.alternatives import STATED, Factors, alternatives
from quyu.index.sensitivity import one_out, sensitivity, sobol_indices


@pytest.fixture
def card(framework_of, matrix_of):
    """Without z, a and b change places; nothing else can move them. c is last."""
    matrix = matrix_of(["a", "b", "c"], [2021], x=[9, 8, 0], y=[9, 8, 0], z=[1, 10, 0])
    tree = {"x": {}, "y": {}, "z": {"evidence": "proxy"}}
    return score(matrix, framework_of(tree, years=[2021], weigh="equal"))


@pytest.fixture
def card_of_eight(framework_of, matrix_of):
    rng = np.random.default_rng(5)
    figures = {name: rng.uniform(1, 9, 16) for name in "xyzvw"}
    matrix = matrix_of([f"u{i}" for i in range(8)], [2020, 2021], **figures)
    tree = {"g": {"x": {}, "y": {}}, "h": {"z": {}, "v": {}, "w": {}}}
    return score(matrix, framework_of(tree).revised("index", {"aggregate": "geometric"}))


def test_all_is_due_to_the_factor_that_moves_the_ranks(card):
    factors = replace(STATED, noise="uniform", left_out=("z",))
    groups = pd.Series({"a": "east", "b": "west", "c": "west"})
    found = sensitivity(card, n=256, factors=factors, grouping=groups)
    assert found.runs == 256 * 4
    for table in (found.mean_shift, found.units.loc["a"], found.groups.loc["east"]):
        assert table.loc["left_out", ["S1", "ST"]].tolist() == pytest.approx([1, 1], abs=0.05)
        assert table.loc["noise", "ST"] == pytest.approx(0, abs=0.01)
    assert found.unexplained.to_dict() == {"c": "the same in every run"}
    assert found.units.loc["c"].isna().all(axis=None)


def test_the_runs_are_those_of_the_draws(card, monkeypatch):
    """Every level as likely as the others, as in the draws."""
    seen = {}

    def join(options, method, case, noise, *, years):
        seen["methods"], seen["case"] = options.methods.iloc[method], options.cases.iloc[case]
        return draws.join(options, method, case, noise, years=years)

    monkeypatch.setattr("quyu.index.sensitivity.join", join)
    found = sensitivity(card, n=64, factors=Factors(weighting=("equal",), goalposts=("stated",)))
    assert set(found.mean_shift.index) == {
        "imputation", "normalisation", "noise", "aggregation", "left_out",
    }  # fmt: skip
    assert found.runs == 64 * 7
    for factor, column in seen["methods"].items():
        shares = column.value_counts(normalize=True)
        assert shares.to_numpy() == pytest.approx(1 / len(shares), abs=0.03), factor
    assert (seen["case"]["left_out"] == "").mean() == pytest.approx(0.5, abs=0.03)


def test_shares_are_those_of_plain_pick_freeze(card_of_eight):
    """By other means: two free samples, and what they share held fixed, one factor at a time."""
    card = card_of_eight
    factors = Factors(weighting=("equal",), imputation=("stated",), noise="none")
    found = sensitivity(card, n=2048, factors=factors).mean_shift
    options = alternatives(card, factors)
    rng, n, levels = np.random.default_rng(8), 20_000, options.methods.nunique()
    levels = levels[levels > 1]

    def sample():
        return {f: rng.integers(k, size=n) for f, k in levels.items()} | {"left_out": rng.random(n)}

    def shift(picked):
        shape = options.methods.nunique()
        places = [picked.get(f, np.zeros(n, dtype=int)) for f in shape.index]
        method = np.ravel_multi_index(places, shape.to_list())
        case = draws.cases_drawn(options, picked["left_out"])
        run = draws.join(options, method, case, np.ones((n, len(options.parts))), years=(2021,))
        nominal = card.ranks["index"].xs(2021, level=1).to_numpy()
        return np.abs(run[2021].ranks - nominal).mean(axis=1)

    one, two = sample(), sample()
    y = shift(one)
    for factor in found.index:
        shared = shift(two | {factor: one[factor]})  # only this factor in common
        rest = shift(one | {factor: two[factor]})  # all but this one
        first = np.cov(y, shared)[0, 1] / y.var()
        total = 1 - np.cov(y, rest)[0, 1] / y.var()
        assert found.at[factor, "S1"] == pytest.approx(first, abs=0.05), factor
        assert found.at[factor, "ST"] == pytest.approx(total, abs=0.05), factor


def test_a_unit_not_scored_in_every_run_is_named(framework_of, matrix_of):
    matrix = matrix_of(
        ["a", "b", "c"], [2020, 2021], x=[1, 2, 3, 4, 5, None], y=[4, 3, 2, 5, 0, None]
    )
    card = score(matrix, framework_of({"x": {}, "y": {}}))
    found = sensitivity(card, n=16, factors=Factors(weighting=("equal",)))
    assert found.unexplained["c"] == "not scored in every run"
    assert found.units.loc["c"].isna().all(axis=None)
    assert not found.mean_shift["ST"].isna().any()


def test_the_same_seed_gives_the_same_indices(card):
    one, two, other = (sensitivity(card, n=32, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.units, two.units, check_exact=True)
    assert not np.allclose(one.units["ST"].fillna(0), other.units["ST"].fillna(0))


def test_bad_requests_are_refused(card, framework_of, matrix_of):
    with pytest.raises(ValueError, match="n is 500; a Sobol sequence"):
        sensitivity(card, n=500)
    with pytest.raises(ValueError, match=r"needs 2 factors that vary; only \['noise'\] does"):
        sensitivity(card, factors=replace(STATED, noise="uniform"))
    with pytest.raises(ValueError, match="year 1999"):
        sensitivity(card, year=1999)
    tree = {"x": {"weight": 1}, "y": {"weight": 0}, "z": {"weight": 0}}
    failing = score(card.raw, framework_of(tree, years=[2021], weigh="stated"))
    with pytest.raises(ValueError, match=r"runs fail; run \d+, without x: .* sum to 0"):
        sensitivity(failing, n=16, factors=replace(STATED, left_out=None, noise="uniform"))


# --- The estimators against SALib's own, and against a function whose indices are known.

PROBLEM = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * 3}


@pytest.fixture(scope="module")
def ishigami():
    x = sample.sample(PROBLEM, 1024, calc_second_order=False, seed=4)
    a, b, c = x.T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def test_the_numbers_of_salib(ishigami):
    outputs = np.column_stack([ishigami, ishigami**2, np.round(ishigami)])
    found = sobol_indices(outputs, factors=3, resamples=60, seed=11)
    for place, y in enumerate(outputs.T):
        theirs = analyze.analyze(PROBLEM, y, calc_second_order=False, num_resamples=60, seed=11)
        for key in ("S1", "S1_conf", "ST", "ST_conf"):
            np.testing.assert_allclose(found[key][:, place], theirs[key], rtol=1e-9, atol=1e-12)


def test_ishigami_as_published(ishigami):
    """Ishigami & Homma 1990; S1 .314 .442 0, ST .558 .442 .244 (Saltelli et al. 2008, p. 179)."""
    found = sobol_indices(ishigami[:, None], factors=3)
    assert found["S1"].ravel() == pytest.approx([0.3139, 0.4424, 0], abs=0.03)
    assert found["ST"].ravel() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert (found["ST_conf"] < 0.15).all()


def test_what_never_varies_has_no_indices(ishigami):
    found = sobol_indices(np.column_stack([ishigami, np.ones_like(ishigami)]), factors=3)
    assert np.isnan(found["ST"][:, 1]).all()
    assert not np.isnan(found["ST"][:, 0]).any()


def test_another_number_of_runs_is_refused(ishigami):
    with pytest.raises(ValueError, match="5119 runs are no Saltelli design of 3 factors"):
        sobol_indices(ishigami[:-1, None], factors=3)


# --- Ranks without one indicator, against `score` itself.

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


def test_a_unit_without_a_rank_stays_without(framework_of, matrix_of):
    matrix = matrix_of(["a", "b", "c"], [2021], x=[1, 2, 3], y=[1, 2, None], z=[2, 1, None])
    found = one_out(score(matrix, framework_of({"x": {}, "y": {}, "z": {}}, years=[2021])))
    assert found.loc["c"].isna().all()


def test_no_such_year(framework_of, matrix_of):
    tree = {"x": {"evidence": "proxy"}}
    card = score(matrix_of(["a", "b"], [2021], x=[1, 2]), framework_of(tree, years=[2021]))
    with pytest.raises(ValueError, match="year 1999"):
        one_out(card, 1999)
