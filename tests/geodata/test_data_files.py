"""The embedded tables hold what they claim, and the descriptor says what the files are."""

import csv
import hashlib
import json
import math
import re
import runpy

import pandas as pd
import pytest

from quyu.facts import embedded, load, matrix, national, stand_out
from quyu.index import read_framework, read_state
from quyu.index.formula import names_in

GEODATA = embedded() / "geodata"
PACKAGE = json.loads((GEODATA / "datapackage.json").read_text(encoding="utf-8"))
# What a word of Simplified Chinese would leave behind in a Traditional name.
SIMPLIFIED = set("业产亿万务发经济应费质图国区东辽苏广关兴农价总标证设备检测药验为实际专级师岁网")


@pytest.fixture(scope="module")
def facts():
    return load()


def test_all_series_and_all_figures_are_there(facts):
    assert len(facts.figures) == 22_670
    assert facts.figures["indicator"].nunique() == 105
    assert facts.figures["adcode"].nunique() == 32  # 31 provinces, the nation


def test_the_codebook_gives_the_years_of_each_series(facts):
    for indicator, years in facts.figures.groupby("indicator")["year"]:
        spans = [part.split("–") for part in facts.codebook.at[indicator, "years"].split(", ")]
        said = {year for span in spans for year in range(int(span[0]), int(span[-1]) + 1)}
        assert said == set(years), indicator


def test_every_series_has_a_grade_a_check_and_a_source(facts):
    held = facts.codebook.loc[facts.figures["indicator"].unique()]
    for column in ("grade", "verification", "official_source", "years"):
        assert (held[column] != "").all(), column
    unheld = facts.codebook.drop(held.index)
    assert (unheld["by_province"] == "no").all()
    assert (unheld["caveat"] != "").all()


def test_every_caveat_is_said_in_both_languages(facts):
    said = facts.codebook[["caveat", "caveat_zh_hant"]] != ""
    assert (said["caveat"] == said["caveat_zh_hant"]).all()


def test_every_source_is_cited_and_says_how_it_was_read(facts):
    assert set(facts.sources.index) == set(facts.figures["source"])
    for column in ("publication", "publication_en", "publisher", "table", "terms", "note", "years"):
        assert (facts.sources[column] != "").all(), column


def test_a_publication_that_is_named_by_its_year_has_no_edition_of_that_year(facts):
    named = facts.sources[facts.sources["edition"].str.isdigit()]
    twice = [key for key, row in named.iterrows() if row["edition"] in row["publication"]]
    assert twice == [], "it would be cited as the communiqué of 2025, 2025 edition"


def test_traditional_text_is_traditional(facts):
    columns = [
        facts.codebook[["name_zh_hant", "caveat_zh_hant", "unit"]],
        facts.provinces[["name_zh_hant", "short_zh_hant"]],
        facts.sources[["publication", "publisher", "table"]],
        facts.targets[["document"]],
        facts.doubtful[["note_zh_hant"]],
    ]
    for frame in columns:
        for text in frame.to_numpy().ravel():
            assert not SIMPLIFIED & set(text), text


def test_letters_are_entered_as_the_midpoints_of_their_bands(facts):
    grades = facts.figures.query("indicator == 'quality_work_assessment_grade'")
    assert grades["value"].value_counts().to_dict() == {84.5: 22, 69.5: 5, 95.0: 4}
    assert set(grades.loc[grades["value"] == 95, "adcode"]) == {
        *("310000", "320000", "330000", "440000")
    }


def test_derived_and_inferred_figures_say_so(facts):
    notes = facts.sources["note"]
    assert notes["mpass-2022"].startswith("DERIVED")
    assert notes["qci-2020"].startswith("INFERRED")
    derived = facts.figures[facts.figures["source"].map(notes).str.startswith("DERIVED")]
    index = derived.query("indicator == 'manufacturing_quality_competitiveness_index'")
    assert len(index) == 9  # eight provinces in 2005, Anhui in 2007


def test_the_three_sectors_sum_to_the_product(facts):
    panel = matrix(facts).loc[(slice(None), slice(2019, 2023)), :]
    sectors = panel[[f"value_added_{s}" for s in ("primary", "secondary", "tertiary")]]
    assert (sectors.sum(axis=1, skipna=False) / panel["gdp"]).between(0.9999, 1.0001).all()


@pytest.mark.parametrize(
    ("indicator", "year", "total", "within"),
    [
        # National totals of the statistical communiqués, in canonical units.
        ("population_resident", 2022, 1_411_750_000, 0.002),  # which counts the armed forces
        ("higher_education_students", 2023, 37_750_000, 0.001),
        ("rd_expenditure", 2023, 3.33571e12, 0.0001),
        ("mobile_base_stations", 2022, 10_830_000, 0.001),
        ("so2_emissions", 2019, 4_572_900, 0.0001),
        ("undergraduate_institutions", 2025, 1365, 0),
        ("little_giant_enterprises", 2021, 1832, 0),
    ],
)
def test_provinces_sum_to_the_published_nation(facts, indicator, year, total, within):
    assert matrix(facts)[indicator].xs(year, level="year").sum() == pytest.approx(total, rel=within)


def test_the_nations_own_figures(facts):
    nation = national(facts)
    assert nation.at[2024, "manufacturing_product_pass_rate"] == pytest.approx(0.9393)
    assert nation.at[2024, "manufacturing_quality_competitiveness_index"] == 85.6


def test_targets_of_the_outline(facts):
    outline = facts.targets.query("adcode == '100000' and year == 2025").set_index("indicator")
    assert outline["target"].to_dict() == {
        "agri_product_routine_monitoring_pass_rate": 98,
        "food_sampling_pass_rate": 98,
        "manufacturing_product_pass_rate": 94,
        "manufacturing_quality_competitiveness_index": 86,
    }
    assert list(outline["relation"]) == [">=", ">=", "=", "="]
    assert len(facts.targets) == 56


def test_pairs_tie_the_east_to_the_others(facts):
    zones = facts.provinces["zone"]
    assert set(facts.pairs["giver"].map(zones)) == {"東部"}
    assert "東部" not in set(facts.pairs["receiver"].map(zones))
    assert len(facts.pairs) == 12


def test_zones_and_regions(facts):
    zones = facts.provinces["zone"].value_counts().to_dict()
    assert zones == {"西部": 12, "東部": 10, "中部": 6, "東北": 3, "": 3}
    regions = facts.provinces["region"].value_counts().to_dict()
    assert regions == {"中西部": 18, "東部": 10, "東北": 3, "": 3}
    assert 9.5e6 < facts.provinces["area_km2"].sum() < 9.7e6


def test_no_address_and_no_trace_of_where_copies_lay():
    for path in GEODATA.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|www\.|github|\.com\b|\bEPS\b", text), path.name


def test_the_descriptor_is_up_to_date():
    fresh = runpy.run_path(str(GEODATA / "describe.py"))["describe"](GEODATA)
    assert fresh == PACKAGE, "data changed: run python geodata/describe.py"


def test_every_data_file_is_described():
    described = {resource["path"] for resource in PACKAGE["resources"]}
    present = {
        path.relative_to(GEODATA).as_posix()
        for path in GEODATA.rglob("*")
        if path.suffix in (".csv", ".geojson", ".json") and path.name != "datapackage.json"
    }
    assert present == described
    names = [resource["name"] for resource in PACKAGE["resources"]]
    assert len(set(names)) == len(names)


def test_described_columns_are_the_files_columns():
    for resource in PACKAGE["resources"]:
        if "schema" in resource:
            with (GEODATA / resource["path"]).open(encoding="utf-8", newline="") as file:
                header = next(csv.reader(file))
            assert header == [field["name"] for field in resource["schema"]["fields"]]
            assert set(resource["schema"]["primaryKey"]) <= set(header)


def test_every_cell_that_stands_out_was_judged(facts):
    """All that the rule lists among the figures that are scored, by whatever year they enter."""
    choices = read_framework(embedded() / "params" / "framework.yaml")
    scored = set().union(*(names_in(choices.expanded(leaf)) for leaf in choices.indicators))
    listed = stand_out(
        facts.figures[facts.figures["indicator"].isin(scored)], facts.provinces["zone"]
    )
    keys = ["adcode", "year", "indicator"]
    judged = {tuple(row) for row in facts.doubtful[keys].to_numpy()}
    assert {tuple(row) for row in listed[keys].to_numpy()} <= judged
    assert len(listed) > 15
    held = {tuple(row) for row in facts.figures[keys].to_numpy()}
    assert judged <= held


def test_what_is_not_scored(facts):
    blank = facts.doubtful[facts.doubtful["judgement"] != "real jump"]
    told = blank.set_index(["adcode", "year"])["indicator"].to_dict()
    assert told == {
        ("150000", 2021): "software_business_revenue",
        ("130000", 2020): "software_business_revenue",
        ("540000", 2017): "tech_contract_turnover_output",
        ("540000", 2018): "tech_contract_turnover_output",
        ("540000", 2019): "industrial_new_product_sales",
        ("610000", 2024): "software_business_revenue",
    }
    scored = matrix(facts)
    for (adcode, year), indicator in told.items():
        assert scored[indicator].isna().loc[(adcode, year)]
    state = read_state(embedded() / "params" / "framework.state.yaml")
    # Xinjiang holds the lower goalpost of technology contracts, which Tibet's two years held.
    posts, xinjiang = state.indicators["technology_contracts"], scored.loc["650000"]
    own = xinjiang["tech_contract_turnover_output"].rolling(3).mean() / xinjiang["gdp"]
    assert posts.low == pytest.approx(math.log(own[2019]))


def test_the_late_figures_are_those_that_were_compared_cell_by_cell(facts):
    """929 figures of 2023 to 2025, each compared once with the collection that they were taken from."""
    late = facts.figures[facts.figures["source"].str.match(r"nd202[45]-|com2025-|csy2025-")]
    rows = late[["adcode", "year", "indicator", "value"]].itertuples(index=False)
    text = "\n".join(sorted(f"{u},{y},{i},{v:.10g}" for u, y, i, v in rows))
    assert len(late) == 929
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "ddd65959908bf440e7afacca3b1baf7bc0e137a55b90b17030a3e6b7c3d78c66"
    )


def test_a_figure_has_the_grade_of_its_own_source(facts):
    grade = facts.figures.set_index(["adcode", "year", "indicator"])["grade"].sort_index()
    assert facts.codebook.at["software_business_revenue", "grade"] == "B"
    assert grade[("610000", 2024, "software_business_revenue")] == "C"
    assert grade[("610000", 2023, "software_business_revenue")] == "B"
    assert set(grade) == {"A", "B", "C"}


# By province: recognised 2005–2018, recognised 2018–2025, known at the end of 2025.
PRODUCTS = """
    110000 11 12 22; 120000 9 8 16; 130000 59 35 94; 140000 23 166 187;
    150000 28 50 78; 210000 79 67 146; 220000 42 17 59; 230000 65 112 165;
    310000 7 16 21; 320000 50 116 158; 330000 37 123 153; 340000 68 128 179;
    350000 70 109 170; 360000 38 101 132; 370000 59 265 309; 410000 55 126 180;
    420000 160 188 333; 430000 75 123 189; 440000 139 71 208; 450000 76 168 232;
    460000 9 44 48; 500000 8 60 65; 510000 266 122 388; 520000 133 38 167;
    530000 47 72 118; 540000 35 32 59; 610000 74 81 149; 620000 54 118 163;
    630000 15 45 57; 640000 10 44 51; 650000 35 70 104;
"""


def test_geographical_indications_are_as_counted_with_the_grade_of_each_list(facts):
    counted = [row.split() for row in PRODUCTS.replace("\n", " ").split(";") if row.strip()]
    names = ["gi_products_aqsiq", "gi_products_cnipa", "gi_products_known"]
    expected = pd.DataFrame(counted, columns=["adcode", *names]).set_index("adcode").astype(float)
    held = facts.figures[facts.figures["indicator"].isin(names)]
    found = held.pivot(index="adcode", columns="indicator", values="value")
    pd.testing.assert_frame_equal(found, expected, check_names=False)
    assert expected.sum().tolist() == [1836, 2727, 4400]
    assert held.groupby("indicator")["year"].unique().map(list).to_dict() == {
        "gi_products_aqsiq": [2018], "gi_products_cnipa": [2025], "gi_products_known": [2025],
    }  # fmt: skip
    assert facts.codebook.loc[names, "grade"].tolist() == ["C", "B", "C"]
    assert (facts.codebook.loc[names, "caveat"] != "").all()
