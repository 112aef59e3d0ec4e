"""Studies, years and units side by side, and lifts, against the scores they are made of."""

import numpy as np
import pandas as pd
import pytest

import quyu

YEAR = 2023
LEAVES = ["rd_intensity", "broadband_ports", "so2_per_gdp"]


def test_a_change_is_the_difference_of_two_years_and_stands_against_the_median(study):
    s = study("en")
    found = s.change_since(2019, YEAR)
    before, after = s.scores(2019), s.scores(YEAR)
    change = (after["index"] - before["index"])[found.index]
    assert found["change"].to_numpy() == pytest.approx(change.to_numpy())
    assert (found["places"] == (before["rank"] - after["rank"])[found.index]).all()
    nation = after["index"].median() - before["index"].median()
    assert (found["change"] - found["beyond"]).to_numpy() == pytest.approx(nation)
    assert found["change"].is_monotonic_decreasing
    last = s.change_since(2019)
    pd.testing.assert_series_equal(
        last["index"], s.scores(s.card.framework.report_year)["index"][last.index]
    )


def test_a_study_beside_itself_does_not_move_and_beside_another_moves_by_its_scores(study):
    s = study("en")
    assert (s.compare(s, YEAR)[["change", "places"]] == 0).all(axis=None)
    other = s.what_if(weights={"economy": 3})
    found, there = s.compare(other, YEAR), other.scores(YEAR)
    assert (found["other_rank"] == there["rank"][found.index]).all()
    assert (found["rank"] - found["other_rank"] == found["places"]).all()
    assert found["change"].to_numpy() == pytest.approx(
        (there["index"] - s.scores(YEAR)["index"])[found.index].to_numpy()
    )
    assert found["places"].abs().sum() > 0


def test_units_stand_side_by_side_with_what_each_has_on_its_own(study):
    s = study("en")
    found = s.compare_units(["Liaoning", "吉林", "黑龙江"], YEAR)
    assert found.index[:2].tolist() == ["index", "economy"]
    for code in ("210000", "220000", "230000"):
        own = s.indicators(code, YEAR)
        shared = found.loc[own.index, [code, f"{code}_rank"]]
        pd.testing.assert_frame_equal(
            shared.astype(float),
            own[["value", "rank"]].astype(float).set_axis(shared.columns, axis=1),
        )
        assert found.at["index", code] == s.scores(YEAR).at[code, "index"]
        assert found.at["index", f"{code}_rank"] == s.scores(YEAR).at[code, "rank"]
    assert "Jilin" in quyu.show(found).data


@pytest.mark.parametrize("reference", ["median", "zone"])
def test_a_lift_to_a_median_adds_what_the_distance_to_it_adds(study, reference):
    s = study("en")
    told, column = s.distances("Liaoning", YEAR), {"median": "nation"}.get(reference, reference)
    behind = told[told[f"{column}_adds"].notna()].index
    assert len(behind) > 1
    for name in behind:
        row = s.lift("Liaoning", name, to=reference, year=YEAR).iloc[0]
        assert row["to"] == pytest.approx(told.at[name, column], rel=1e-9)
        # A median of scores is not the score of a median where an even number stands on a log scale.
        assert row["adds"] == pytest.approx(told.at[name, f"{column}_adds"], rel=0.05)
        assert row["lifted_index"] - row["index"] == pytest.approx(row["adds"])


def test_who_is_ahead_of_a_median_stays_where_it_is(study):
    row = study("en").lift("Beijing", "rd_intensity", year=YEAR).iloc[0]
    assert (row["to"], row["adds"]) == (row["value"], pytest.approx(0))


# Every unit is tried with every aim; ranks, which are many, with a fourth of them before `make prove`.
@pytest.mark.parametrize(
    ("aim", "every"),
    [("tier", 1), ("rank", 4), pytest.param("rank", 1, marks=pytest.mark.prove)],
)
@pytest.mark.parametrize("name", LEAVES)
def test_the_least_lift_brings_the_next_one_and_less_does_not(study, aim, name, every):
    s, met = study("en"), 0
    ids = ["tier 1", "tier 2", "tier 3", "tier 4", "tier 5"]
    for unit in s.provinces.index[::every]:
        try:
            row = s.lift(unit, name, to=aim, year=YEAR).iloc[0]
        except ValueError as refusal:
            assert f"has no {aim} above" in str(refusal)
            continue
        better = (
            ids.index(row["lifted_tier"]) < ids.index(row["nominal_tier"])
            if aim == "tier"
            else row["lifted_rank"] < row["rank"]
        )
        assert better == row["reached"]
        if row["reached"]:
            met += 1
            less = row["value"] + 0.999 * row["gap"]
            short = s.lift(unit, name, to=less, year=YEAR).iloc[0]
            assert short[f"lifted_{aim}"] == row[{"tier": "nominal_tier"}.get(aim, aim)]
    assert met > 0


def test_a_lift_is_the_score_of_a_study_with_that_indicator(study):
    """By figures of one's own: R&D spending that makes the intensity what it was lifted to."""
    s = study("en")
    row = s.lift("Liaoning", "rd_intensity", to=3.0, year=YEAR).iloc[0]
    gdp = s.figures.at[("210000", YEAR), "gdp"]
    factor = s.facts.codebook.at["rd_expenditure", "factor"]
    own = {
        "unit": "遼寧",
        "year": YEAR,
        "indicator": "rd_expenditure",
        "value": 0.03 * gdp / factor,
    }
    other = s.what_if(figures=pd.DataFrame([own])).scores(YEAR).loc["210000"]
    assert row["lifted_index"] == pytest.approx(other["index"], abs=1e-9)
    assert row["lifted_rank"] == other["rank"]


def test_a_lift_moves_others_where_units_are_placed_among_each_other(study):
    s = study("en").what_if(normalise="percentile", aggregate="arithmetic")
    row = s.lift("Liaoning", "rd_intensity", to=4.0, year=YEAR).iloc[0]
    assert row["adds"] > 0
    assert np.isfinite(row["lifted_rank"])


@pytest.mark.parametrize("name", ["Northeast", "东北", "東北"])
def test_the_name_of_a_zone_or_region_stands_for_its_units(study, name):
    s = study("en")
    found = s.compare_units([name, "Beijing", "吉林"], YEAR)
    assert [code for code in found if code.isdigit()] == ["210000", "220000", "230000", "110000"]
    alt = s.chart("rd_intensity", units=[name]).alt
    assert all(unit in alt for unit in ("Liaoning", "Jilin", "Heilongjiang"))


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda s: s.lift("Liaonin", "rd_intensity"), "Liaoning"),
        (lambda s: s.lift("Liaoning", "rd_intensty"), "rd_intensity"),
        (lambda s: s.lift("Liaoning", "economy"), "no indicator that is scored"),
        (lambda s: s.lift("Liaoning", "rd_intensity", to="mean"), "'median' .*'tier' and 'rank'"),
        (lambda s: s.lift("Liaoning", "rd_intensity", to=float("nan")), "to is nan"),
        (lambda s: s.lift("Liaoning", "rd_intensity", to=True), "to is True"),
        (lambda s: s.lift("Liaoning", "rd_intensity", year=1999), "year is 1999"),
        (lambda s: s.lift("Beijing", "rd_intensity", to="rank"), "Beijing has no rank above"),
        (lambda s: s.lift("Beijing", "rd_intensity", to="tier"), "Beijing has no tier above"),
        (lambda s: s.compare(3, YEAR), "not with a int"),
        (lambda s: s.compare(s, 1999), "year is 1999"),
        (lambda s: s.change_since(1999), "year is 1999"),
        (lambda s: s.change_since(2019, 2031), "year is 2031"),
        (lambda s: s.compare_units(["Liaoning"], YEAR), "name two or more"),
        (lambda s: s.compare_units("Liaoning", YEAR), "name two or more"),
        (lambda s: s.compare_units(["Liaoning", "遼寧"], YEAR), "name two or more"),
        (lambda s: s.compare_units(["Liaoning", "Jilinn"], YEAR), "Jilin"),
        (lambda s: s.compare_units(["Norteast"], YEAR), "Northeast 東北"),
        (lambda s: s.compare_units(["China"], YEAR), "is the nation"),
        (lambda s: s.compare_units(["Taiwan"], YEAR), "drawn on every map but not scored"),
    ],
)
def test_what_cannot_be_compared_or_lifted_is_refused_by_name(study, ask, told):
    with pytest.raises(ValueError, match=told):
        ask(study("en"))
