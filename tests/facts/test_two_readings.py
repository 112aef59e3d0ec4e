"""Where a file can be read in two ways it is asked which; no way is taken silently."""

import re

import pytest

from quyu.facts.reading import Answers

RATE = "manufacturing_product_pass_rate"  # a declared gap: nothing known helps to guess
HEAD = "地区,制造业产品质量合格率（%）"
GDP = "2023年\n地区;GDP（亿元）\n"
BEIJING, TIANJIN, HEBEI = (f"{n}0000" for n in (11, 12, 13))


def rates(*values, year=2023):
    places = (BEIJING, TIANJIN, HEBEI)
    return {(code, year, RATE): value for code, value in zip(places, values, strict=False)}


def gdp(*values):
    places = (BEIJING, TIANJIN, HEBEI)
    return {(code, 2023, "gdp"): value for code, value in zip(places, values, strict=False)}


TIDY = "adcode;year;indicator;value;source\n"
POINTS_AND_COMMAS = {
    # of semicolons
    "thousands with a point, decimals with a comma": (
        GDP + "北京;47.353,7\n天津;17.211,8\n", {}, gdp(47353.7, 17211.8), "a comma is the decimal point"),
    "a thousand beside both": (
        GDP + "北京;47.353,7\n天津;17.211\n", {}, gdp(47353.7, 17211), "points part thousands"),
    "millions with points": (
        GDP + "北京;47.353.700\n天津;17.211\n", {"unit": "万元"}, None, "GDP"),
    "a point beside a decimal comma": (
        GDP + "北京;47353,7\n天津;17.211\n", {}, None, "'17.211' may be a thousand or a fraction"),
    "points alone": (GDP + "北京;47.353\n天津;17.211\n", {}, None, "'47.353' may be a thousand or a fraction"),
    "commas alone": (GDP + "北京;47,353\n天津;17,211\n", {}, None, "'47,353' may be a thousand or a fraction"),
    "a fraction below one": (
        f"2023年\n{HEAD.replace(',', ';')}\n北京;93,125\n天津;0,125\n", {}, rates(93.125, 0.125), "a comma is"),
    "points that are decimal": (GDP + "北京;47353.7\n天津;17211.8\n", {}, gdp(47353.7, 17211.8), "gdp"),
    "a decimal point beside a thousand": (
        GDP + "北京;47,353\n天津;17211.8\n", {}, gdp(47353, 17211.8), "commas part thousands"),
    "decimals of both kinds": (
        GDP + "北京;47353,7\n天津;17211.8\n", {}, None, "'47353,7' has a decimal comma, '17211.8' a decimal point"),
    "per cent with a comma": (
        "2023年\n地区;制造业产品质量合格率\n北京;93,5%\n天津;94%\n", {}, rates(93.5, 94), "2 figures are in %"),
    "whole numbers": (GDP + "北京;47353\n天津;17211\n", {}, gdp(47353, 17211), "gdp"),
    "no figure but a sign": (GDP + "北京;47353\n天津;…\n", {}, gdp(47353), "missing"),
    # of tabs, where a point is decimal as long as nothing speaks against it
    "tabs with decimal commas": (
        GDP.replace(";", "\t") + "北京\t47353,7\n天津\t17211,85\n", {}, gdp(47353.7, 17211.85), "a comma is"),
    "tabs with points": (
        f"2023年\n{HEAD.replace(',', chr(9))}\n北京\t93.125\n天津\t94.125\n", {}, rates(93.125, 94.125), "of 2023"),
    "tabs with commas alone": (
        GDP.replace(";", "\t") + "北京\t47,353\n天津\t17,211\n", {}, None, "'47,353' may be a thousand or a fraction"),
    # of our own shape
    "our own shape with points alone": (
        TIDY + "110000;2023;gdp;47.353;nd-gdp\n120000;2023;gdp;17.211;nd-gdp\n", {}, None, "'47.353' may be"),
    "our own shape with both": (
        TIDY + "110000;2023;gdp;47.353,7;nd-gdp\n120000;2023;gdp;17.211;nd-gdp\n", {}, gdp(47353.7, 17211), "part"),
    "our own shape with per cent": (
        TIDY + "110000;2023;gdp;47353,7%;nd-gdp\n", {}, None, "'47353,7%'"),
    "our own shape with decimals of both kinds": (
        TIDY + "110000;2023;gdp;47353,7;nd-gdp\n120000;2023;gdp;17211.8;nd-gdp\n", {}, None, "a decimal comma"),
}  # fmt: skip


@pytest.mark.parametrize("name", POINTS_AND_COMMAS)
def test_a_point_or_a_comma(tmp_path, name, write, read):
    content, options, expected, said = POINTS_AND_COMMAS[name]
    told, figures = read(write(tmp_path, content), Answers(**options))
    assert re.search(said, told, re.S), told
    assert figures == pytest.approx(expected or {}), told


PER_10K = "high_value_invention_patents_per_10k"
INVENTIONS = "每万人口高价值发明专利拥有量"
FIVE = "北京,{}\n天津,{}\n河北,{}\n山西,{}\n辽宁,{}\n"
UNITS = {
    # the unit of the option and that of the head
    "another size": (
        "2023年\n地区,GDP（亿元）\n北京,47353.7\n", {"unit": "万元"}, None, "states the unit 亿元, --unit says 万元"),
    "another thing": (
        "2023年\n地区,GDP（亿元）\n北京,47353.7\n", {"unit": "吨"}, None, "states the unit 亿元, --unit says 吨"),
    "of a title": (
        "指标：GDP（亿元）\n地区,2022,2023\n北京,1,2\n", {"unit": "元"}, None, "states the unit 亿元, --unit says 元"),
    "of one of two columns": (
        "2023年\n地区,GDP（亿元）,年末常住人口（万人）\n北京,47353.7,2185\n", {"unit": "亿元"}, None,
        "population_resident.* states the unit 万人, --unit says 亿元"),
    "of a sign in the cells": (
        "2023年\n地区,制造业产品质量合格率\n北京,93%\n", {"unit": "1"}, None, "states the unit %, --unit says 1"),
    "the same in another script": ("2023年\n地区,GDP（亿元）\n北京,47353.7\n", {"unit": "億元"}, gdp(47353.7), "gdp"),
    "the same by another name": (
        "2023年\n地区,GDP（亿元）\n北京,47353.7\n", {"unit": "100 million yuan"}, gdp(47353.7), "gdp"),
    "proved by the figures known": (
        "2023年\n地区,GDP（元）\n" + FIVE.format(47353.7, 17211.8, 45660, 26050.8, 31389.8), {"unit": "亿元"}, ...,
        "states the unit 元, --unit says 亿元: so taken, for the figures are 1(.0\\d*)? times those known"),
    # one part of a unit alone
    "a count where a rate is meant": (
        "2023年\n地区,高价值发明\n北京,262.9\n", {"unit": "件", "columns": {"高价值发明": PER_10K}},
        None, "'件' does not say by what it is divided; allowed: --unit 件/萬人"),
    "the same in the head": (
        "2023年\n地区,高价值发明（件）\n北京,26290\n", {"columns": {"高价值发明": PER_10K}},
        None, "'件' does not say by what it is divided; allowed: --unit 件/萬人"),
    "completed by the option": (
        "2023年\n地区,高价值发明（件）\n北京,26.29\n",
        {"unit": "件/万人", "columns": {"高价值发明": PER_10K}},
        {(BEIJING, 2023, PER_10K): 26.29}, "of 2023"),
    "divided by the name": (
        f"2023年\n地区,{INVENTIONS}（件）\n北京,26.29\n", {},
        {(BEIJING, 2023, PER_10K): 26.29}, "of 2023"),
    "each of them, in the head": (
        "2023年\n地区,人均GDP（万元）\n北京,20.03\n", {}, {(BEIJING, 2023, "gdp_per_capita"): 200300}, "times 10000"),
    "divided as the figures known": (
        "2019年\n地区,产值（元）\n" + FIVE.format(172373, 101858, 47904, 49467, 59911),
        {"columns": {"产值": "gdp_per_capita"}}, ..., "gdp_per_capita: 5 figures, 5 of the 5 that were known equal"),
    "divided by another name": (
        "2023年\n地区,每千人口高价值发明（件）\n北京,2.6\n",
        {"columns": {"每千人口高价值发明": PER_10K}}, None, "by what it is divided"),
    # per cent or shares
    "three shares under per cent": (f"2023年\n{HEAD}\n北京,0.93\n天津,0.94\n河北,0.95\n", {}, None, "between 0 and 1"),
    "one share under per cent": (f"2023年\n{HEAD}\n北京,0.93\n", {}, None, "--unit 1 if they are shares"),
    "shares, as said": (f"2023年\n{HEAD}\n北京,0.93\n天津,1\n", {"unit": "1"}, rates(93, 100), "times 100"),
    "per cent, as said": (f"2023年\n{HEAD}\n北京,0.93\n天津,1\n", {"unit": "%"}, rates(0.93, 1), "of 2023"),
    "shares among per cent": (
        f"2023年\n{HEAD}\n北京,93\n天津,0.94\n河北,95\n", {}, None, "0.94 beside others up to 95"),
    "per cent where shares are meant": (
        "2023年\n地区,制造业产品质量合格率（比例）\n北京,93\n天津,94\n", {}, None, "9300"),
    "shares without a unit": ("2023年\n地区,制造业产品质量合格率\n北京,0.93\n", {}, None, "no unit is stated"),
    "noughts say nothing": (f"2023年\n{HEAD}\n北京,0\n天津,0\n", {}, rates(0, 0), "of 2023"),
    "small per cent as known": (
        "2023年\n地区,研发经费投入强度（%）\n" + FIVE.format(0.51, 0.52, 0.53, 0.54, 0.55),
        {"columns": {"研发经费投入强度": "rd_intensity"}}, None, "between 0 and 1"),
    "small per cent of a place": (
        "2023年\n地区,R&D经费投入强度（%）\n西藏,0.31\n", {}, {("540000", 2023, "rd_intensity"): 0.31}, "of 2023"),
    "a share where per cent is known": (
        "2023年\n地区,城镇化率（%）\n北京,0.878\n", {}, None, "between 0 and 1"),
    "our own shape, shares": (
        f"adcode,year,indicator,value,source\n110000,2023,{RATE},0.93,nd-gdp\n", {}, None, "between 0 and 1"),
    "our own shape, per cent said": (
        f"adcode,year,indicator,value,unit,source\n110000,2023,{RATE},0.93,%,nd-gdp\n", {}, rates(0.93), ""),
}  # fmt: skip
YEARS = {
    # what the years of a title are of
    "a yearbook": (
        f"中国统计年鉴2024\n{HEAD}\n北京,93\n", {}, None, "2024 stands in the title of a yearbook.*--year YEAR"),
    "a yearbook in traditional script": (
        f"中國統計年鑑—2024\n{HEAD}\n北京,93\n", {}, None, "2024 stands in the title of a yearbook"),
    "a yearbook in English": (f"China Statistical Yearbook 2024\n{HEAD}\n北京,93\n", {}, None, "a yearbook"),
    "an abstract": (f"2024中国统计摘要\n{HEAD}\n北京,93\n", {}, None, "a yearbook"),
    "a source above": (f"数据来源：国家统计局2024\n{HEAD}\n北京,93\n", {}, None, "--year YEAR"),
    "a day": (f"填报日期：2024年3月1日\n{HEAD}\n北京,93\n", {}, None, "2024 is of a month or a day"),
    "a month": (f"2024年1-11月各省情况\n{HEAD}\n北京,93\n", {}, None, "2024 is of a month or a day"),
    "a day in figures": (f"更新于2024-03-01\n{HEAD}\n北京,93\n", {}, None, "2024 is of a month or a day"),
    "the year of prices": (f"按2020年不变价计算\n{HEAD}\n北京,93\n", {}, None, "2020 is the year of the prices"),
    "the base of an index": (f"各省情况（2020年=100）\n{HEAD}\n北京,93\n", {}, None, "2020 is the year of the prices"),
    "within the title's years": (f"2019–2024年\n{HEAD}\n北京,93\n", {"year": 2023}, rates(93), "of 2023"),
    "a yearbook and a year": (f"中国统计年鉴2024\n各省情况（2023年）\n{HEAD}\n北京,93\n", {}, rates(93), "of 2023"),
    "a yearbook and a year in a line": (
        f"各省情况（2023年）——中国统计年鉴2024\n{HEAD}\n北京,93\n", {}, None, "2023 or 2024"),
    "a yearbook, and the option": (f"中国统计年鉴2024\n{HEAD}\n北京,93\n", {"year": 2023}, rates(93), "of 2023"),
    "another year than the title's": (
        f"2022年各省情况\n{HEAD}\n北京,93\n", {"year": 2023}, None, "a title says 2022, --year says 2023"),
    "one of the title's years": (f"2022年和2023年\n{HEAD}\n北京,93\n", {"year": 2023}, rates(93), "of 2023"),
    "a communiqué": (f"2023年统计公报\n{HEAD}\n北京,93\n", {}, rates(93), "of 2023"),
}  # fmt: skip


@pytest.mark.parametrize("name", [*UNITS, *YEARS])
def test_a_unit_or_a_year(tmp_path, name, write, read):
    content, options, expected, said = (UNITS | YEARS)[name]
    told, figures = read(write(tmp_path, content), Answers(**options))
    assert re.search(said, told, re.S), told
    if expected is ...:
        assert figures
    else:
        assert figures == pytest.approx(expected or {}), told


PANEL = "adcode,year,GDP（亿元）,年末常住人口（万人）\n110000,2023,47353.7,2185.8\n"
USELESS = {
    "our own shape and --unit": ({"unit": "元"}, "--unit"),
    "our own shape and --year": ({"year": 2022}, "--year"),
    "our own shape and --source": ({"source": "a yearbook"}, "--source"),
    "our own shape and --indicator": ({"indicator": "gdp"}, "--indicator"),
    "our own shape and --column": ({"columns": {"value": "gdp"}}, "--column"),
}


@pytest.mark.parametrize("name", USELESS)
def test_an_option_that_does_nothing_is_refused(tmp_path, name, write, read):
    options, option = USELESS[name]
    tidy = "adcode,year,indicator,value,source\n110000,2023,gdp,47353.7,nd-gdp\n"
    told, figures = read(write(tmp_path, tidy), Answers(**options))
    assert f"{option} is of no use" in told and "columns say it themselves" in told
    assert figures == {}
    assert read(write(tmp_path, tidy))[1] == gdp(47353.7)


def test_a_year_that_the_table_has_itself_is_refused(tmp_path, write, read):
    told, figures = read(write(tmp_path, PANEL), Answers(year=2023))
    assert "--year is of no use" in told and figures == {}
    years = "指标：GDP(亿元)\n地区,2022,2023\n北京,41540.9,47353.7\n"
    told, figures = read(write(tmp_path, years), Answers(year=2023))
    assert "--year is of no use" in told and figures == {}


def test_a_panel_with_codes_is_no_table_of_our_own_shape(tmp_path, write, read):
    told, figures = read(write(tmp_path, PANEL))
    assert figures == gdp(47353.7) | {(BEIJING, 2023, "population_resident"): 2185.8}, told
    told, figures = read(
        write(
            tmp_path, PANEL.replace("adcode,", "adcode,province,").replace("0,2023", "0,北京,2023")
        )
    )
    assert len(figures) == 2, told


def test_the_sources_of_a_workbook_are_not_guessed(tmp_path, write, read):
    head = [
        "key",
        "publication",
        "publication_zh_hans",
        "publication_en",
        "publisher",
        "publisher_en",
    ]
    head += ["table", "edition", "years", "terms", "grade", "note"]
    rows = [[key, key.upper(), "", "", "局", *[""] * 7] for key in ("one", "other")]
    good = [["地区", HEAD[3:]], ["北京", 93]]
    book = {"2023年": good, "sources": [head, *rows]}
    told, figures = read(write(tmp_path, book, "xlsx"))
    assert "which of one, other" in told and figures == {}
    book["sources"].pop()
    assert read(write(tmp_path, book, "xlsx"))[1] == rates(93)
    told, figures = read(write(tmp_path, book, "xlsx"), Answers(source="a yearbook"))
    assert "--source is of no use" in told and figures == {}
