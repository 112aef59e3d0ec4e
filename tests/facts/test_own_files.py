"""Files in the shapes that people have come to exactly their figures, or to one clear line."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quyu.facts import check, load
from quyu.facts.given import known_facts, read_given
from quyu.facts.reading import Answers

CASES = Path(__file__).parent / "cases"
KEY = ["adcode", "year", "indicator"]


def case(number):
    (path,) = CASES.glob(f"{number:02}_*")
    return path


def own_figures(given):
    figures = given.typed["figures"]
    return figures[figures.index > 0].set_index(KEY)["value"]


def embedded(index):
    return known_facts()["figures"].set_index(KEY)["value"].reindex(index)


def assert_known(given, count, *, within=1e-9):
    """As many figures, each as embedded: to the digits that the file prints."""
    assert [str(fault) for fault in given.faults] == []
    own = own_figures(given)
    assert len(own) == count
    np.testing.assert_allclose(own, embedded(own.index), rtol=within)


@pytest.mark.parametrize(
    ("number", "count", "indicator", "within"),
    [
        (1, 310, "gdp", 1e-9),
        (2, 310, "population_resident", 1e-9),
        (3, 279, "software_business_revenue", 1e-4),  # 萬元 without decimals
        (4, 310, "rd_expenditure", 1e-9),
    ],
)
def test_exports_of_the_national_site(number, count, indicator, within):
    given = read_given(case(number))
    assert_known(given, count, within=within)
    assert {*own_figures(given).index.get_level_values("indicator")} == {indicator}
    assert check(case(number)) == []
    notes = [text for text in given.own.left if "the note" in text]
    assert any("数据来源：国家统计局" in text for text in notes)


def test_units_are_converted_and_said():
    told = read_given(case(3)).own.told
    assert any("万元 converted to 億元, times 0.0001" in text for text in told)
    assert any("read as GB18030" in text for text in read_given(case(1)).own.told)


def test_a_yearbook_table_with_heads_of_two_levels():
    first = read_given(case(5))
    assert "industrial_rd_expenditure" in str(first.faults[0])
    columns = {
        "R&D经费": "industrial_rd_expenditure",
        "销售收入": "industrial_new_product_sales",
        "有效发明专利": "industrial_valid_invention_patents",
    }
    given = read_given(case(5), Answers(columns=columns))
    assert_known(given, 39, within=1e-4)
    assert {*own_figures(given).index.get_level_values("year")} == {2023}
    (areas,) = [text for text in given.own.left if "no provinces" in text]
    assert "全国" in areas and "东部地区" in areas
    assert any("no figure under 'R&D经费#政府资金①'" in text for text in given.own.left)


def test_a_sheet_whose_title_says_another_unit():
    (fault,) = read_given(case(6)).faults
    assert "0.0001 times them: the unit 万元 is in doubt" in fault.found
    assert fault.allowed == ("--column 'R&D经费（万元）=industrial_rd_expenditure' --unit 億元")
    (fault,) = read_given(case(6), Answers(indicator="industrial_rd_expenditure")).faults
    assert "0.0001 times those known" in fault.found and "--unit 億元" in fault.allowed
    answers = Answers(indicator="industrial_rd_expenditure", unit="億元")
    assert_known(read_given(case(6), answers), 186, within=1e-6)


def test_a_thesis_panel():
    given = read_given(case(7))
    left = "\n".join(given.own.left)
    assert "'lngdp' is a logarithm" in left and "'id' numbers" in left
    assert "--column '人口=ID' takes it (closest: population_resident)" in left
    assert_known(given, 372)
    assert_known(read_given(case(7), Answers(columns={"人口": "常住人口"})), 558)


def test_pass_rates_of_two_years_for_a_declared_gap():
    given = read_given(case(8))
    own = own_figures(given)
    assert {*own.index.get_level_values("indicator")} == {"manufacturing_product_pass_rate"}
    assert own.groupby("year").size().to_dict() == {2022: 31, 2023: 31}
    assert own["110000", 2022].item() == 93.3
    assert any("合计" in text for text in given.own.left)


@pytest.mark.parametrize("number", [9, 10, 11])
def test_tables_of_our_own_shape_however_they_were_saved(number):
    assert_known(read_given(case(number)), 5)
    assert check(case(number)) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (12, "[figures]: a chart, not a sheet of cells"),
        (13, "[figures]: a broken sheet"),
        (14, "cell D3: a formula that was never calculated"),
        (15, "568.972, 10 times the 56.8972 known"),
        (16, "0.0001 times what is known in half of 310 figures: another unit?"),
    ],
)
def test_what_is_wrong_is_one_line(number, said):
    (fault,) = check(case(number))
    assert said in str(fault)
    if number < 15:
        with pytest.raises(ValueError, match=f"{number}_"):
            load(case(number))


def test_a_file_lies_over_the_embedded_figures():
    facts = load(case(1))
    assert len(facts.figures) == len(known_facts()["figures"])
    row = facts.figures.set_index(KEY).loc[("440000", 2024, "gdp")]
    assert facts.sources.at[row["source"], "publication"] == "01_nbs_gb18030.csv"


def folder(tmp_path, **tables):
    home = tmp_path / "mine"
    home.mkdir()
    for name, text in tables.items():
        (home / f"{name}.csv").write_text(text, encoding="utf-8")
    return home


def test_a_folder_holds_only_what_differs(tmp_path):
    text = "adcode,year,indicator,value,source\n廣東,2023,GDP,140000,nd-gdp\n"
    facts = load(folder(tmp_path, figures=text))
    rows = facts.figures.set_index(KEY)["value"]
    assert rows["440000", 2023, "gdp"] == 140000
    assert len(rows) == len(known_facts()["figures"])
    assert facts.sha256 != load().sha256


def test_what_was_judged_does_not_hold_for_another_figure(tmp_path):
    text = "adcode,year,indicator,value,source\n130000,2020,software_business_revenue,390,csy-software\n"
    keys = load(folder(tmp_path, figures=text)).doubtful.set_index(KEY).index
    assert ("130000", 2020, "software_business_revenue") not in keys
    assert ("150000", 2021, "software_business_revenue") in keys


def test_another_unit_for_figures_that_stay_is_refused(tmp_path):
    book = pd.read_csv(Path(load().path) / "codebook.csv", dtype=str, keep_default_na=False)
    own = book[book["indicator"] == "gdp"].assign(unit="元", factor="1", max="1e16")
    (unit, factor) = check(folder(tmp_path, codebook=own.to_csv(index=False)))
    assert (unit.column, factor.column) == ("unit", "factor")
    assert "億元, which" in unit.allowed
