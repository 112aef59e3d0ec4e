"""The whole calculation in worlds small enough to do by hand."""

import numpy as np
import pandas as pd
import pytest

from quyu.index import score
from quyu.index.weigh import WEIGH

UNITS, YEARS = ["a", "b", "c"], [2020, 2021]
N = None


def at(table, unit, year, column="index"):
    return table.loc[(unit, year), column]


def test_two_goals_worked_out_exactly(framework_of, matrix_of):
    """x runs 0…10, y 0…4, z 2…6 (less is better), on a scale of 0…1."""
    matrix = matrix_of(UNITS, [2021], x=[0, 5, 10], y=[4, 1, 0], z=[2, 3, 6])
    framework = framework_of(
        {"goal": {"x": {}, "y": {}}, "other": {"z": {"direction": "-"}}}, years=[2021], scale=[0, 1]
    )
    card = score(matrix, framework)
    assert card.normalised.to_numpy().tolist() == [[0, 1, 1], [0.5, 0.25, 0.75], [1, 0, 0]]
    assert card.scores["goal"].tolist() == [1 / 2, 3 / 8, 1 / 2]
    assert card.scores["other"].tolist() == [1, 3 / 4, 0]
    assert card.scores["index"].tolist() == [3 / 4, 9 / 16, 1 / 4]
    assert card.ranks["index"].tolist() == [1, 2, 3]
    assert card.ranks["goal"].tolist() == [1, 3, 1], "two firsts, no second"
    assert card.weights.to_dict() == {"x": 1 / 4, "y": 1 / 4, "z": 1 / 2}
    assert (card.coverage == 1).all(axis=None)
    assert card.capped.empty
    assert card.dropped.empty
    assert card.scores.index.names == ["place", "when"]


def test_geometric_across_goals(framework_of, matrix_of):
    matrix = matrix_of(UNITS, [2021], x=[0, 1, 3], y=[3, 1, 0])
    card = score(matrix, framework_of({"x": {}, "y": {}}, years=[2021], aggregate="geometric"))
    assert at(card.scores, "a", 2021) == pytest.approx(10), "√(1 · 100)"
    assert at(card.scores, "b", 2021) == pytest.approx(34), "√(34 · 34)"


def test_depth_three_with_stated_weights(framework_of, matrix_of):
    tree = {
        "top": {"_weight": 3, "sub": {"_weight": 1, "x": {"weight": 1}, "y": {"weight": 3}},
                "deep": {"_weight": 1, "_aggregate": "harmonic", "z": {"weight": 2}}},
        "w": {"weight": 1},
    }  # fmt: skip
    matrix = matrix_of(["a", "b"], [2021], x=[0, 1], y=[1, 0], z=[0, 1], w=[0, 1])
    card = score(matrix, framework_of(tree, years=[2021], weigh="stated", scale=[1, 5]))
    assert card.weights.to_dict() == {"x": 3 / 32, "y": 9 / 32, "z": 12 / 32, "w": 8 / 32}
    assert card.scores.loc[("a", 2021)].to_dict() == {
        "index": 0.75 * (4 + 1) / 2 + 0.25 * 1, "sub": 4, "deep": 1, "top": 2.5, "w": 1,
    }  # fmt: skip


def test_formula_first_imputation_after(framework_of, matrix_of):
    """x/y is 1, missing, 9 → the ratio of 2021 is 5, not (1+9)/2 over (1+1)/2 of the parts."""
    matrix = matrix_of(["a"], [2020, 2021, 2022], x=[2, 4, 9], y=[2, N, 1])
    framework = framework_of(
        {"i": {"formula": "x / y"}}, years=[2020, 2021, 2022], report_year=2022
    )
    card = score(
        matrix,
        framework.model_copy(update={"missing": {"indicator_coverage": 0.5}}),
    )
    np.testing.assert_array_equal(card.raw["i"], [1, np.nan, 9])
    assert card.imputed["i"].tolist() == [1, 5, 9]
    assert card.flags["i"].tolist() == ["", "interpolated", ""]
    assert card.coverage["index"].tolist() == [1, 0, 1]
    assert card.filled["index"].tolist() == [0, 1, 0]


def test_years_outside_the_panel_are_used_but_not_shown(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2019, 2020, 2021], x=[1, 3, 5, 7, 1, 1])
    card = score(matrix, framework_of({"i": {"formula": "mean2(x)"}}))
    assert card.raw["i"].tolist() == [2, 4, 4, 1]


def test_a_cross_section_from_outside_the_panel_is_told_apart(framework_of, matrix_of):
    matrix = matrix_of(UNITS, [2020, 2021, 2030], x=[1, 2, N, 3, 4, N, 5, 6, N],
                       s=[N, N, 4, N, N, 8, N, N, N])  # fmt: skip
    card = score(matrix, framework_of({"x": {}, "s": {"structural": True}}))
    assert card.raw["s"].isna().all()
    np.testing.assert_array_equal(card.imputed["s"], [4, 4, 8, 8, np.nan, np.nan])
    assert card.coverage["index"].tolist() == [0.5] * 6
    assert card.structural["index"].tolist() == [0.5] * 4 + [0] * 2
    assert (card.filled == 0).all(axis=None)


@pytest.mark.parametrize(("observed", "kept"), [(13, True), (12, False)])
def test_an_indicator_needs_65_in_100(framework_of, matrix_of, observed, kept):
    units = [f"u{i}" for i in range(20)]
    thin = [float(i) if i < observed else N for i in range(20)]
    matrix = matrix_of(units, [2021], x=list(range(20)), thin=thin)
    framework = framework_of({"x": {}, "thin": {}}, years=[2021])
    card = score(matrix, framework)
    assert ("thin" in card.weights.index) == kept
    if not kept:
        assert card.dropped.to_dict() == {
            "thin": "published for 60% of the cells, below the 65% asked for"
        }
        assert card.weights.to_dict() == {"x": 1}
        assert card.state.indicators["thin"].dropped
        full = matrix.assign(thin=range(20))
        assert list(score(full, framework, state=card.state).dropped.index) == ["thin"]


def test_exactly_two_thirds_is_enough(framework_of, matrix_of):
    matrix = matrix_of(list("abcd"), [2021], x=[0, 1, 2, 3], y=[3, 2, 1, 0], z=[N, 1, 2, 3])
    framework = framework_of({"x": {}, "y": {}, "z": {}}, years=[2021])
    assert score(matrix, framework).scores["index"].notna().all()
    stricter = framework.model_copy(update={"missing": {"node_coverage": 0.667}})
    assert score(matrix, stricter).scores["index"].isna().tolist() == [True, False, False, False]


def test_below_two_thirds_is_missing_and_never_zero(framework_of, matrix_of):
    matrix = matrix_of(
        list("abcd"), [2021], x=[0, 1, 2, 3], y=[N, 2, 1, 0], z=[1, 1, 2, 3], w=[2, 3, 4, 5]
    )
    card = score(matrix, framework_of({"g": {"x": {}, "y": {}}, "z": {}, "w": {}}, years=[2021]))
    assert np.isnan(at(card.scores, "a", 2021, "g"))
    assert at(card.scores, "a", 2021) == 1, "two of three goals, the weights of both scaled up"
    assert np.isnan(at(card.ranks, "a", 2021, "g"))
    assert at(card.coverage, "a", 2021) == pytest.approx(1 / 6 + 2 / 3)


def test_a_unit_without_any_figure_is_kept_without_score(framework_of, matrix_of):
    matrix = matrix_of(list("abcd"), [2021], x=[0, 1, 2, N])
    card = score(matrix, framework_of({"x": {}}, years=[2021]))
    assert np.isnan(at(card.scores, "d", 2021))
    assert np.isnan(at(card.ranks, "d", 2021))
    assert at(card.coverage, "d", 2021) == 0
    assert card.ranks["index"].tolist()[:3] == [3, 2, 1]


def test_an_indicator_without_any_figure_is_dropped_with_the_reason(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2021], x=[0, 1], y=[N, N])
    card = score(matrix, framework_of({"x": {}, "y": {}}, years=[2021]))
    assert card.dropped.to_dict() == {"y": "published for 0% of the cells, below the 65% asked for"}
    with pytest.raises(ValueError, match="no indicator has enough published figures"):
        score(matrix, framework_of({"y": {}}, years=[2021]))


def test_an_indicator_that_is_the_same_everywhere_is_refused(framework_of, matrix_of):
    matrix = matrix_of(["a", "b"], [2021], x=[0, 1], y=[5, 5])
    with pytest.raises(ValueError, match="'y' has no range"):
        score(matrix, framework_of({"x": {}, "y": {}}, years=[2021]))


def test_one_unit_alone(framework_of, matrix_of):
    card = score(matrix_of(["only"], YEARS, x=[1, 2]), framework_of({"x": {}}))
    assert card.scores["index"].tolist() == [1, 100]
    assert card.ranks["index"].tolist() == [1, 1]


def test_ranks_are_taken_before_rounding_and_per_year(framework_of, matrix_of):
    matrix = matrix_of(UNITS, YEARS, x=[0, 9, 1e-6, 9, 10, 0])
    assert score(matrix, framework_of({"x": {}})).ranks["index"].tolist() == [3, 1, 2, 1, 1, 3]


def test_noise_of_floating_point_is_a_tie(framework_of, matrix_of):
    matrix = matrix_of(UNITS, [2021], x=[0.1 + 0.2, 0.3, 0])
    assert score(matrix, framework_of({"x": {}}, years=[2021])).ranks["index"].tolist() == [1, 1, 3]


def test_values_beyond_stored_goalposts_are_capped_and_listed(framework_of, matrix_of):
    framework = framework_of({"x": {}})
    state = score(matrix_of(UNITS, YEARS, x=[0, 1, 2, 3, 4, 5]), framework).state
    card = score(matrix_of(UNITS, YEARS, x=[-1, 1, 2, 3, 4, 6]), framework, state=state)
    assert card.scores["index"].min() == 1
    assert card.scores["index"].max() == 100
    assert card.capped.to_numpy().tolist() == [
        ["a", 2020, "x", -1, 0, 5],
        ["c", 2021, "x", 6, 0, 5],
    ]


def test_adding_a_year_changes_no_earlier_score(framework_of, matrix_of):
    tree = {"g": {"x": {}, "y": {"transform": "log"}}, "z": {"direction": "-"}}
    short, long = [2020, 2021], [2020, 2021, 2022]
    matrix = matrix_of(UNITS, long, x=[1, 2, 90, 3, 4, -5, 6, 5, 7], y=[1, 2, 9, 4, 5, 6, 7, 8, 0.1],
                       z=[9, 8, 70, 6, 5, 4, 3, 2, 1])  # fmt: skip
    framework = framework_of(tree, aggregate="geometric")
    before = score(matrix[matrix.index.get_level_values(1) < 2022], framework)
    longer = framework.model_copy(update={"years": tuple(long), "report_year": 2022})
    after = score(matrix, longer, state=before.state)
    for table in ("scores", "ranks", "normalised", "coverage"):
        old, new = getattr(before, table), getattr(after, table)
        pd.testing.assert_frame_equal(old, new.loc[old.index], check_exact=True)
    assert set(after.capped["when"]) == {2022}
    assert short == list(framework.years)


def test_doubling_a_figure_of_which_less_is_better_never_helps(framework_of, matrix_of):
    framework = framework_of({"x": {}, "bad": {"direction": "-", "transform": "log"}})
    matrix = matrix_of(UNITS, YEARS, x=[1, 2, 3, 4, 5, 6], bad=[1, 2, 3, 4, 5, 6])
    state = score(matrix, framework).state
    before = score(matrix, framework, state=state).scores["index"]
    for row in matrix.index:
        worse = matrix.copy()
        worse.loc[row, "bad"] *= 2
        after = score(worse, framework, state=state).scores["index"]
        assert after[row] <= before[row]
        assert after.drop(row).equals(before.drop(row))


def test_rules_of_single_indicators(framework_of, matrix_of):
    tree = {
        "x": {},
        "share": {"normalise": "target", "target": 8},
        "middle": {"normalise": "best", "best": 2, "transform": "log"},
    }
    matrix = matrix_of(UNITS, [2021], x=[0, 1, 2], share=[4, 8, 9], middle=[1, 2, 4])
    card = score(matrix, framework_of(tree, years=[2021], scale=[0, 1]))
    assert list(card.normalised.columns) == ["x", "share", "middle"]
    assert card.normalised["share"].tolist() == [0.5, 1, 1]
    assert card.normalised["middle"].tolist() == pytest.approx([0, 1, 0])


def test_the_profile_is_shown_and_not_scored(framework_of, matrix_of):
    entry = {
        "id": "p",
        "name": {"zh-hant": "p", "en": "p"},
        "formula": "y / x",
        "unit": {"zh-hant": "", "en": ""},
        "reason": {"zh-hant": "不", "en": "no"},
    }
    matrix = matrix_of(["a"], [2019, 2020, 2021, 2022], x=[1, 2, 4, 4], y=[1, 1, N, 3])
    later = entry | {"id": "q", "formula": "y"}
    card = score(matrix, framework_of({"x": {}}, profile=[entry], latest=[later]))
    np.testing.assert_array_equal(card.profile["p"], [1, 0.5, np.nan, 0.75])
    np.testing.assert_array_equal(card.profile["q"], [1, 1, np.nan, 3])
    assert not {"p", "q"} & {*card.weights.index, *card.raw, *card.scores}


@pytest.mark.parametrize("part", ["profile", "latest"])
def test_an_unknown_figure_beside_the_score_is_refused_like_one_in_it(
    framework_of, matrix_of, part
):
    entry = {
        "id": "beside",
        "name": {"zh-hant": "p", "en": "p"},
        "formula": "people / x",
        "unit": {"zh-hant": "", "en": ""},
        "reason": {"zh-hant": "不", "en": "no"},
    }
    matrix = matrix_of(["a"], [2020, 2021], x=[1, 2], people_resident=[1, 2])
    told = r"'beside': 'people / x': no figure or .* is named 'people'; closest: people_resident"
    with pytest.raises(ValueError, match=told):
        score(matrix, framework_of({"x": {}}, **{part: [entry]}))


def test_the_matrix_is_not_touched(framework_of, matrix_of):
    matrix = matrix_of(UNITS, YEARS, x=[1, N, 3, 4, 5, 6])
    before = matrix.copy()
    score(matrix, framework_of({"x": {"transform": "log"}}))
    pd.testing.assert_frame_equal(matrix, before)


def test_an_unknown_figure_is_named(framework_of, matrix_of):
    with pytest.raises(ValueError, match=r"'i'.*named 'gpd'; closest: gdp"):
        score(matrix_of(["a"], YEARS, gdp=[1, 2]), framework_of({"i": {"formula": "gpd"}}))


def test_variance_shares_sum_to_one(framework_of, matrix_of):
    matrix = matrix_of(UNITS, YEARS, x=[1, 2, 3, 5, 8, 13], y=[2, 1, 4, 3, 6, 5])
    for rule in ("arithmetic", "geometric"):
        card = score(matrix, framework_of({"x": {}, "y": {}}, aggregate=rule))
        for year in (None, 2020):
            assert card.variance_shares(year).sum() == pytest.approx(1)
    with pytest.raises(ValueError, match=r"variance shares need .*; this one is harmonic"):
        score(matrix, framework_of({"x": {}, "y": {}}, aggregate="harmonic")).variance_shares()


def test_variance_shares_by_hand(framework_of, matrix_of):
    """y repeats x at half its spread around the middle: it carries a third of the variance."""
    matrix = matrix_of(UNITS, [2021], x=[0, 2, 4], y=[1, 2, 3])
    framework = framework_of({"x": {}, "y": {}}, years=[2021])
    posts = score(matrix.assign(y=[0, 2, 4]), framework).state
    shares = score(matrix, framework, state=posts).variance_shares(2021)
    assert shares.to_dict() == pytest.approx({"x": 2 / 3, "y": 1 / 3})


def test_variance_shares_leave_out_units_without_every_goal(framework_of, matrix_of):
    framework = framework_of({"x": {}, "y": {}, "z": {}}, years=[2021])
    whole = {"x": [0, 1, 4, 2], "y": [1, 0, 3, 4], "z": [2, 4, 0, 1]}
    state = score(matrix_of(list("abcd"), [2021], **whole), framework).state
    holed = matrix_of(list("abcd"), [2021], **{**whole, "z": [2, 4, 0, N]})
    shares = score(holed, framework, state=state).variance_shares()
    without = score(holed.drop("d", level=0), framework, state=state).variance_shares()
    assert shares.to_dict() == pytest.approx(without.to_dict())
    assert shares.sum() == pytest.approx(1)


# --- What each child weighs, stated or drawn from the data.


@pytest.mark.parametrize("rule", ["entropy", "critic", "benefit_of_the_doubt"])
def test_weights_are_drawn_from_rows_observed_in_full(framework_of, matrix_of, rule):
    units = list("abcde")
    framework = framework_of({"g": {"x": {}, "y": {}, "z": {}}, "w": {}}, years=[2021], weigh=rule)
    matrix = matrix_of(
        units,
        [2021],
        x=[1, 2, 3, 4, 9],
        y=[4, 1, 3, 2, 9],
        z=[2, 4, 1, 3, N],
        w=[1, 2, 3, 4, 5],
    )
    card = score(matrix, framework)
    complete = card.normalised.loc[pd.IndexSlice[units[:4], :], ["x", "y", "z"]]
    pd.testing.assert_series_equal(
        card.child_weights["g"], WEIGH[rule](complete), check_names=False
    )
    assert card.child_weights["index"].to_dict() == {"g": 0.5, "w": 0.5}, "nodes are equal"
    assert card.state.weights[rule]["g"] == card.child_weights["g"].to_dict()


def test_no_row_in_full_is_refused(framework_of, matrix_of):
    framework = framework_of(
        {"g": {"x": {}, "y": {}}}, years=[2021], weigh="critic", missing={"indicator_coverage": 0.5}
    )
    matrix = matrix_of(
        list("abcd"),
        [2021],
        x=[1, 2, N, N],
        y=[N, N, 1, 2],
    )
    with pytest.raises(ValueError, match=r"critic weights are drawn .* none for \['x', 'y'\]"):
        score(matrix, framework)


def test_what_is_dropped_leaves_its_weight_to_its_siblings(framework_of, matrix_of):
    tree = {"x": {"weight": 1}, "y": {"weight": 3}, "z": {"weight": 4}}
    matrix = matrix_of(["a", "b"], [2021], x=[1, 2], y=[2, 1], z=[N, N])
    card = score(matrix, framework_of(tree, years=[2021], weigh="stated"))
    assert card.weights.to_dict() == {"x": 0.25, "y": 0.75}


def test_weights_that_vanish_with_what_was_dropped(framework_of, matrix_of):
    tree = {"g": {"x": {"weight": 0}, "y": {"weight": 1}}, "w": {}}
    matrix = matrix_of(["a", "b"], [2021], x=[1, 2], y=[N, N], w=[1, 2])
    with pytest.raises(ValueError, match=r"node 'g': the weights .* left, \['x'\], sum to 0"):
        score(matrix, framework_of(tree, years=[2021], weigh="stated"))


def test_dropped_lists_only_what_the_framework_holds(framework_of, matrix_of):
    framework = framework_of({"x": {}, "y": {}, "z": {}}, years=[2021])
    matrix = matrix_of(["a", "b"], [2021], x=[1, 2], y=[2, 1], z=[N, N])
    state = score(matrix, framework).state
    assert score(matrix, framework.without("z"), state=state).dropped.empty
