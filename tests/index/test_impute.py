"""What may stand in for an unpublished figure, and how it is flagged."""

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.facts import embedded, load, matrix
from quyu.index import read_framework, score
from quyu.index.alternatives import Factors
from quyu.index.draws import draw
from quyu.index.impute import FILL, LAWS, fill, impute
from quyu.index.normalise import OUTLIER_LAWS, OUTLIERS, shape, winsorise

N = None


def filled(series, *, years=None, first=2019, **rule):
    calendar = list(range(first, first + len(series)))
    rows = pd.MultiIndex.from_product([["a"], calendar], names=["unit", "year"])
    table = pd.DataFrame({"x": series}, index=rows, dtype=float)
    values, flags = impute(table, years=tuple(years or calendar), **rule)
    return values["x"].tolist(), flags["x"].tolist()


def same(left, right):
    np.testing.assert_array_equal(np.array(left, float), np.array(right, float))


@pytest.mark.parametrize(
    ("series", "expected", "flags"),
    [
        ([1, N, 3], [1, 2, 3], ["", "interpolated", ""]),
        ([1, N, N, 4], [1, 2, 3, 4], ["", "interpolated", "interpolated", ""]),
        ([1, N, N, N, 5], [1, N, N, N, 5], [""] * 5),  # too long: not even its first two years
        ([N, 2, 3], [2, 2, 3], ["carried", "", ""]),
        ([1, 2, N], [1, 2, 2], ["", "", "carried"]),
        ([1, 2, N, N], [1, 2, 2, N], ["", "", "carried", ""]),
        ([N, N, 2, 1], [N, 2, 2, 1], ["", "carried", "", ""]),
        ([N, N, N], [N, N, N], ["", "", ""]),
        ([N, 5, N], [5, 5, 5], ["carried", "", "carried"]),
        ([1, 2, 3], [1, 2, 3], ["", "", ""]),
    ],
)
def test_near_years(series, expected, flags):
    values, told = filled(series)
    same(values, expected)
    assert told == flags


def test_the_reach_is_a_choice():
    same(filled([1, N, N, N, 5], interior=3)[0], [1, 2, 3, 4, 5])
    same(filled([1, N, 3], interior=0)[0], [1, N, 3])
    same(filled([1, N, N], edge=2)[0], [1, 1, 1])
    same(filled([1, N, N], edge=0)[0], [1, N, N])


def test_years_outside_the_panel_help_but_are_not_returned():
    values, flags = filled([1, N, 3, 4], years=(2020, 2021))
    same(values, [2, 3])
    assert flags == ["interpolated", ""]


def test_a_later_panel_year_does_not_take_a_carried_figure_away():
    same(filled([1, 2, N, N], years=(2019, 2020, 2021))[0], [1, 2, 2])
    same(filled([1, 2, N, N], years=(2019, 2020, 2021, 2022))[0], [1, 2, 2, N])


def test_one_cross_section_stands_in_every_panel_year():
    series = [N, 4, 6, N, N, N, 8]
    values, flags = filled(series, years=(2021, 2022, 2023), structural={"x": True})
    same(values, [6, 6, 6])
    assert flags == ["structural"] * 3
    same(filled(series, structural={"x": (2020,)})[0], [4] * 7)
    same(filled(series, structural={"x": (2020, 2021)})[0], [5] * 7)


def test_a_unit_outside_the_cross_section_stays_missing():
    values, flags = filled([N, N, 3], structural={"x": (2020,)})
    same(values, [N] * 3)
    assert flags == ["", "", ""]


def test_units_do_not_lend_to_each_other():
    rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]])
    values, _ = impute(
        pd.DataFrame({"x": [1, 2, N, N]}, index=rows, dtype=float), years=(2020, 2021)
    )
    same(values["x"], [1, 2, N, N])


@given(st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=8))
def test_published_figures_are_never_touched_and_every_other_is_flagged(series):
    values, flags = filled(series)
    for before, after, flag in zip(series, values, flags, strict=True):
        if before is not None:
            assert (after, flag) == (before, "")
        else:
            assert np.isnan(after) == (flag == "")


def test_a_line_is_drawn_from_wherever_the_gap_begins():
    values, flags = filled([7, 1, N, N, 4, 9])
    same(values, [7, 1, 2, 3, 4, 9])
    assert flags == ["", "", "interpolated", "interpolated", "", ""]


def test_each_cross_section_is_the_mean_of_its_own_years():
    rows = pd.MultiIndex.from_product([["a", "b", "c"], [2020, 2021]], names=["place", "when"])
    table = pd.DataFrame({"x": [2, 4, 7, N, N, N]}, index=rows, dtype=float)
    values, flags = impute(table, years=(2020, 2021), structural={"x": True})
    same(values["x"], [3, 3, 7, 7, N, N])
    assert flags["x"].tolist() == ["structural"] * 4 + [""] * 2
    assert values.index.equals(rows)
    assert values.index.names == flags.index.names == ["place", "when"]


# --- Imputers beyond the near years: options, flagged, never the default.


def world(**columns) -> pd.DataFrame:
    units = list("abcdef")[: len(next(iter(columns.values())))]
    rows = pd.MultiIndex.from_product([units, [2023]], names=["unit", "year"])
    return pd.DataFrame(columns, index=rows, dtype=float)


@pytest.mark.parametrize("method", ["knn", "iterative"])
def test_what_was_seen_comes_back_to_the_last_bit(method):
    seen = world(x=[0.1, 0.2, 0.7, np.nan, 0.3], y=[1e9, 3e9, 2e9, 5e9, 4e9])
    filled = fill(seen, method)
    assert filled.notna().all(axis=None)
    assert filled.where(seen.notna()).equals(seen)


def test_a_linear_world_is_continued_by_the_iterative_imputer():
    seen = world(x=[1, 2, 3, 4, np.nan], y=[10, 20, 30, 40, 50])
    assert fill(seen, "iterative").loc[("e", 2023), "x"] == pytest.approx(5, abs=0.05)


def test_knn_takes_the_mean_of_the_nearest():
    seen = world(x=[1, 2, 3, 4, 5, np.nan], y=[1, 1, 1, 1, 1, 1])
    assert fill(seen, "knn").loc[("f", 2023), "x"] == pytest.approx(3)


def test_group_median_keeps_to_group_and_year():
    rows = pd.MultiIndex.from_product([list("abc"), [2022, 2023]], names=["unit", "year"])
    seen = pd.DataFrame({"x": [1.0, 10.0, 3.0, 30.0, None, None]}, index=rows)
    groups = pd.Series({"a": "g", "b": "g", "c": "g"})
    assert fill(seen, "group_median", groups=groups)["x"].tolist()[-2:] == [2.0, 20.0]
    alone = pd.Series({"a": "g", "b": "g", "c": "h"})
    assert fill(seen, "group_median", groups=alone)["x"].isna().sum() == 2
    with pytest.raises(ValueError, match="none for 'c'"):
        fill(seen, "group_median", groups=groups.drop("c"))
    with pytest.raises(ValueError, match="none for any unit"):
        fill(seen, "group_median")


@pytest.mark.parametrize("method", FILL)
def test_a_column_without_any_cell_stays_missing(method):
    seen = world(x=[1, 2, 3, 4], y=[np.nan] * 4)
    groups = pd.Series("g", index=list("abcd"))
    assert fill(seen, method, groups=groups)["y"].isna().all()


@pytest.fixture(scope="module")
def real():
    facts = load()
    return matrix(facts), facts.provinces["zone"]


@pytest.mark.parametrize("method", ["group_median", "knn", "iterative"])
def test_chosen_by_name_in_the_framework_and_flagged(real, tmp_path, method):
    figures, zones = real
    text = yaml.safe_load((embedded() / "params" / "framework.yaml").read_text("utf-8"))
    text["missing"]["method"] = method
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    plain = score(figures, read_framework(embedded() / "params" / "framework.yaml"))
    card = score(figures, read_framework(path), groups=zones)
    holes = plain.imputed["certificates"].isna()
    assert holes.sum() == 8 * len(plain.framework.years)
    assert (card.flags.loc[holes, "certificates"] == method).all()
    assert card.flags[~holes].equals(plain.flags[~holes])
    assert card.imputed["certificates"].gt(0).all()
    # an estimate is no publication: coverage does not rise
    pd.testing.assert_frame_equal(card.coverage, plain.coverage)


def test_an_unknown_method_in_the_framework_lists_the_known(tmp_path):
    text = (embedded() / "params" / "framework.yaml").read_text("utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("method: none", "method: guess"), encoding="utf-8")
    with pytest.raises(ValueError, match="unknown imputation 'guess'; known are none"):
        read_framework(path)
    path.write_text(text.replace("outliers: none", "outliers: drop"), encoding="utf-8")
    with pytest.raises(ValueError, match="unknown outlier treatment 'drop'; known are none"):
        read_framework(path)
    path.write_text(text.replace("outliers: none", "outliers: winsorise"), encoding="utf-8")
    with pytest.raises(ValueError, match="winsorise is for one cross-section"):
        read_framework(path)


def test_imputers_are_factors_of_the_uncertainty(real):
    figures, _ = real
    card = score(figures, read_framework(embedded() / "params" / "framework.yaml"))
    draws = draw(card, n=400, factors=Factors(imputation=("stated", "knn")))
    assert set(draws.choices["imputation"]) == {"stated", "knn"}
    assert len(draws.failures) == 0


def test_winsorising_draws_in_the_far_point_only():
    column = [1, 2, 3, 4, 5, 6, 7, 8, 9, 500]
    drawn = winsorise(pd.DataFrame({"x": column}, dtype=float))["x"].tolist()
    assert drawn == [*map(float, column[:-1]), 9.0]
    mirrored = winsorise(pd.DataFrame({"x": [-c for c in column]}, dtype=float))["x"].tolist()
    assert mirrored == [-value for value in drawn]


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=40, unique=True))
def test_winsorising_never_flattens_and_moves_at_most_five(values):
    before = pd.DataFrame({"x": values})
    after = winsorise(before)
    assert after["x"].nunique() > 1
    assert (after["x"] != before["x"]).sum() <= 5
    assert after["x"].between(min(values), max(values)).all()
    if not shape(before)["out_of_range"].iloc[0]:
        assert after.equals(before)


def test_a_cross_section_is_winsorised_and_the_cells_are_listed(real):
    figures, _ = real
    framework = read_framework(embedded() / "params" / "framework.yaml")
    one = framework.model_copy(
        update={"years": (2023,), "report_year": 2023, "outliers": "winsorise"}
    )
    card = score(figures, one)
    same = framework.model_copy(update={"years": (2023,), "report_year": 2023})
    out = shape(score(figures, same).treated)
    changed = set(out.index[out["out_of_range"]])
    assert changed
    assert set(card.capped["indicator"]) == changed
    assert not shape(card.treated)["out_of_range"].any()


# The declared laws, on panels of 4 units and 2 years with holes.
ROWS = pd.MultiIndex.from_product([list("abcd"), [2022, 2023]], names=["unit", "year"])
GROUPS = pd.Series({"a": "g", "b": "g", "c": "h", "d": "h"})
figure = st.integers(1, 400).map(float)
holes = st.lists(st.tuples(figure, st.one_of(figure, st.none())), min_size=8, max_size=8)


def panel(rows, index=ROWS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["x", "y"], index=index, dtype=float)


def holding(law):
    return pytest.mark.parametrize("method", [name for name in FILL if law in LAWS[name]])


@holding("unit_invariant")
@settings(max_examples=20)
@given(rows=holes, factor=st.sampled_from([0.01, 3.0, 1e6]))
def test_filling_is_unit_invariant(method, rows, factor):
    found = fill(panel(rows), method, groups=GROUPS) * factor
    again = fill(panel(rows) * factor, method, groups=GROUPS)
    pd.testing.assert_frame_equal(found, again, rtol=1e-4, atol=1e-3 * factor)


@holding("permutation_invariant")
@settings(max_examples=20)
@given(rows=holes, order=st.permutations(range(8)))
def test_filling_is_permutation_invariant(method, rows, order):
    found = fill(panel(rows), method, groups=GROUPS)
    again = fill(panel(rows).iloc[order], method, groups=GROUPS).loc[found.index]
    pd.testing.assert_frame_equal(found, again, rtol=1e-4, atol=1e-3)


@holding("year_stable")
@settings(max_examples=20)
@given(rows=holes, more=st.lists(st.tuples(figure, figure), min_size=4, max_size=4))
def test_filling_is_year_stable(method, rows, more):
    later = pd.MultiIndex.from_product([list("abcd"), [2024]], names=["unit", "year"])
    longer = pd.concat([panel(rows), panel(more, later)])
    found = fill(panel(rows), method, groups=GROUPS)
    pd.testing.assert_frame_equal(fill(longer, method, groups=GROUPS).loc[ROWS], found)


@holding("monotone")
@settings(max_examples=20)
@given(rows=holes, place=st.integers(0, 7), more=figure)
def test_filling_is_monotone(method, rows, place, more):
    better = panel(rows)
    better.iloc[place, 1] += more  # a hole stays a hole
    before = fill(panel(rows), method, groups=GROUPS)
    after = fill(better, method, groups=GROUPS)
    assert (after.fillna(0) >= before.fillna(0)).all(axis=None)


@pytest.mark.parametrize("rule", OUTLIERS)
@given(values=st.lists(st.integers(-1000, 1000), min_size=5, max_size=20), data=st.data())
def test_outlier_treatment_obeys_its_laws(rule, values, data):
    column = pd.DataFrame({"x": values}, dtype=float)
    treated = OUTLIERS[rule](column)
    assert {"unit_invariant", "permutation_invariant"} <= OUTLIER_LAWS[rule]
    pd.testing.assert_frame_equal(OUTLIERS[rule](column * 4.0), treated * 4.0)
    order = data.draw(st.permutations(range(len(values))))
    pd.testing.assert_frame_equal(OUTLIERS[rule](column.iloc[order]).loc[column.index], treated)
