"""The face: what `import quyu` gives, and what a researcher may ask of a study."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import quyu
from quyu.study import report_year

YEAR = report_year()


def test_the_package_shows_its_face_and_nothing_else():
    assert dir(quyu) == sorted([*quyu.__all__, "__version__"])
    assert all(getattr(quyu, name) is not None for name in quyu.__all__)
    with pytest.raises(AttributeError, match="has no 'open_studie'; it has Study, check"):
        _ = quyu.open_studie


def test_importing_it_reads_no_data_library():
    told = "import sys, quyu; print({'pandas', 'numpy', 'matplotlib'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_study_shows_what_it_is_and_how_to_go_on(study):
    s = study("en")
    assert len(repr(s)) < 120
    assert "31 units" in repr(s)
    shown = s._repr_html_()
    assert "s.ranks(year)" in shown
    assert "2019–2024" in shown


def test_units_have_names_groups_and_shapes(study):
    units = study("zh-hans").units
    assert list(units) == ["full_name", "zone", "region", "geometry"]
    assert units.loc["440000", "full_name"] == "广东省"
    assert (units["zone"] == "").sum() == 3  # drawn, never scored
    assert units.crs == "EPSG:4326"


@pytest.mark.parametrize("name", ["廣東", "广东省", "Guangdong", "440000", "guangdong"])
def test_a_unit_is_known_by_any_of_its_names(study, name):
    assert study("en").unit(name) == "440000"


@pytest.mark.parametrize(
    "name", ["rd_intensity", "R&D intensity", "研發經費投入強度", "研发经费投入强度"]
)
def test_an_indicator_is_known_by_any_of_its_names(study, name):
    assert study("en").part(name) == "rd_intensity"


def own(values, *, year=2022, years=None):
    """Figures of one's own, a row for each value, each of another year unless `years` is 1."""
    when = [year + (0 if years == 1 else row) for row in range(len(values))]
    return pd.DataFrame({"unit": "廣東", "year": when, "indicator": "gdp", "value": values})


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"weights": {"econmy": 2}}, "No goal or indicator is called 'econmy'. Did you mean"),
        ({"without": ["rd_intensty"]}, "rd_intensity"),
        ({"aggregate": "geometrc"}, "unknown aggregation 'geometrc'"),
        ({"normalise": "zscore"}, "geometric aggregation cannot join z-scores"),
        ({"weights": {"economy": -1}}, "the weight of 'economy' is -1"),
        ({"weights": {"economy": "a"}}, "the weight of 'economy' is 'a'"),
        ({"weights": {"economy": True}}, "the weight of 'economy' is True"),
        ({"weights": ["economy"]}, "weights are .*give a dict"),
        ({"weights": {"rd_intensity": 2, "R&D intensity": 3}}, "'rd_intensity' twice"),
        ({"weights": {"index": 2}}, "'index' is the whole"),
        ({"without": ["index"]}, "'index' is the whole"),
        ({"figures": [1.0]}, "figures are a list; give a DataFrame"),
        ({"without": "rd_intensty"}, "rd_intensity"),
        ({"figures": pd.DataFrame({"unit": ["廣東"]})}, "figures lack the column 'year'"),
        ({"figures": own([1.0, "x"])}, "row 1: .*'value': 'x'"),
        ({"figures": own([float("nan")])}, "row 0: .*nan"),
        ({"figures": own([1.0], year=2023.5)}, "row 0: .*2023.5"),
        ({"figures": own([1.0, 2.0], years=1)}, "more than once"),
        (
            {"figures": own([1.0]).assign(indicator="rd_intensity")},
            "is made of gdp, rd_expenditure",
        ),
    ],
)
def test_what_cannot_be_supposed_is_refused_by_name(study, choice, told):
    with pytest.raises(ValueError, match=told):
        study("en").what_if(**choice)


@pytest.mark.parametrize("year", [1999, "2023", None])
@pytest.mark.parametrize(
    "ask",
    [
        lambda s, year: s.scores(year),
        lambda s, year: s.trace("廣東", year),
        lambda s, year: s.lens("East", year),
        lambda s, year: s.peers("廣東", year),
        lambda s, year: s.partners(year),
        lambda s, year: s.neighbours(year),
        lambda s, year: s.sensitivity(year),
        lambda s, year: s.audit("points", year),
        lambda s, year: s.map("index", year),
    ],
)
def test_a_year_outside_the_panel_is_refused_alike_by_every_question(study, ask, year):
    with pytest.raises(ValueError, match=f"year is {year!r}; the framework's panel has 2019–2024"):
        ask(study("en"), year)


def test_a_region_that_is_none_is_refused_with_the_three(study):
    for name in ("Western", 3, None):
        with pytest.raises(ValueError, match="is not a region of the strategy; there are 東部"):
            study("en").lens(name, YEAR)


def test_one_part_left_out_needs_no_list(study):
    s = study("en")
    one, listed = (s.what_if(without=name) for name in ("so2_per_gdp", ["so2_per_gdp"]))
    pd.testing.assert_frame_equal(one.card.scores, listed.card.scores)


def test_the_panel_is_indexed_by_unit_and_year(study):
    s = study("en")
    panel = s.panel()
    assert panel.index.names == ["adcode", "year"]
    assert panel.index.is_unique
    pd.testing.assert_series_equal(panel["index"], s.card.scores["index"], check_like=True)


def test_sensitivity_gives_both_orders_with_intervals_for_every_unit(study):
    found = study("en").sensitivity(YEAR)
    assert found.index.names == ["output", "factor"]
    assert found.index.is_unique
    columns = ["S1", "S1_conf", "ST", "ST_conf"]
    assert found.columns.tolist() == ["name", "factor_name", *columns]
    outputs = found.index.unique("output")
    assert outputs[0] == "mean_shift"
    units = study("en").units
    assert set(study("en").provinces.index) | set(units["zone"]) - {""} < set(outputs)
    assert found.loc["440000", "name"].unique().tolist() == ["Guangdong"]
    assert found.loc["East", "name"].unique().tolist() == ["East"]
    whole = found.loc["mean_shift", columns]
    assert whole.notna().all(axis=None)
    # The total order holds the first, but for the error of either.
    assert (whole["ST"] + whole["ST_conf"] + whole["S1_conf"] >= whole["S1"]).all()


def test_a_what_if_that_changes_nothing_changes_nothing(study):
    s = study("en")
    same = s.what_if(weights={"economy": 1, "rd_intensity": 1.0})
    pd.testing.assert_frame_equal(same.card.scores, s.card.scores, rtol=0, atol=1e-12)
    assert same.framework_sha256 != s.framework_sha256  # the weights are stated now


def test_a_goal_of_twice_the_weight_counts_twice_as_much(study):
    s = study("en")
    twice = s.what_if(weights={"economy": 2})
    weights = twice.card.child_weights["index"]
    assert weights["economy"] == pytest.approx(2 / 7)
    assert weights.drop("economy").to_numpy() == pytest.approx(np.full(5, 1 / 7))
    goals = s.card.scores.drop(columns="index")[weights.index]
    by_hand = np.exp((np.log(goals) * weights).sum(axis=1))
    pd.testing.assert_series_equal(
        twice.card.scores["index"], by_hand, check_names=False, rtol=0, atol=1e-9
    )


def test_one_changed_choice_leaves_the_study_and_its_goalposts_as_they_were(study):
    s = study("en")
    before = s.card.scores.copy()
    other = s.what_if(aggregate="arithmetic", without=["so2_per_gdp"])
    assert "so2_per_gdp" in s.card.normalised
    assert "so2_per_gdp" not in other.card.normalised
    assert other.card.state is s.card.state
    kept = other.card.normalised
    pd.testing.assert_frame_equal(kept, s.card.normalised[[*kept]])
    pd.testing.assert_frame_equal(s.card.scores, before)
    goals = [goal.id for goal in s.card.framework.goals if goal.id in other.card.scores]
    mean = other.card.scores[goals].mean(axis=1)
    pd.testing.assert_series_equal(other.card.scores["index"], mean, check_names=False)


def test_a_figure_of_ones_own_takes_the_place_of_the_published(study):
    s = study("en")
    published = s.facts.figures.query(
        f"adcode == '440000' and year == {YEAR} and indicator == 'rd_expenditure'"
    )["value"].item()
    own = pd.DataFrame(
        {
            "unit": ["廣東"],
            "year": [YEAR],
            "indicator": ["rd_expenditure"],
            "value": [published + 1],
        }
    )
    other = s.what_if(figures=own)
    was, now = (each.figures.loc[("440000", YEAR), "rd_expenditure"] for each in (s, other))
    factor = s.facts.codebook.loc["rd_expenditure", "factor"]
    assert now - was == pytest.approx(factor)
    rest = other.figures.drop(index=("440000", YEAR))
    pd.testing.assert_frame_equal(rest, s.figures.drop(index=("440000", YEAR)))
    assert "what-if" in other.trace("廣東", YEAR)["source"].str.cat(sep=" ")


@pytest.mark.parametrize("what", ["index", "Brand building", "研发经费投入强度", "lisa"])
def test_a_map_is_asked_for_by_any_name_and_shows_itself(study, what):
    s = study("en")
    shown = s.map(what, s.card.framework.report_year)
    assert shown.svg.startswith("<svg")
    assert len(shown.alt) > 40
    assert shown._repr_mimebundle_()["text/plain"] == shown.alt


def test_what_has_no_map_is_refused_with_the_closest(study):
    with pytest.raises(ValueError, match="Did you mean R&D intensity"):
        study("en").map("R&D intensty", 2023)


def test_only_frames_are_shown():
    with pytest.raises(ValueError, match="this is a int"):
        quyu.show(3)
