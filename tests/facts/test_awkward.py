"""Awkward and malformed tables, each with what must be said of it, or with exactly its figures."""

import datetime
import re
import zipfile

import openpyxl
import pytest

from quyu.facts import check
from quyu.facts.given import known_facts
from quyu.facts.reading import Answers

RATE = "manufacturing_product_pass_rate"  # a declared gap: nothing known helps to guess
HEAD = "地区,制造业产品质量合格率（%）"


def rates(*values, year=2023, codes=("110000", "120000", "130000")):
    return {(code, year, RATE): value for code, value in zip(codes, values, strict=False)}


TEXTS = {
    # what is said, without a figure
    "empty": ("", None, "an empty file"),
    "blank lines": ("\n\n\n", None, "an empty file"),
    "no provinces": ("a,b\n1,2\n", None, "no column of provinces"),
    "no figures": ("地区,情况\n北京,好\n天津,好\n", None, "no column of figures"),
    "no year": (f"{HEAD}\n北京,93\n天津,94\n", None, "of which year are the figures; allowed: --year YEAR"),
    "two years in titles": (f"2022年和2023年\n{HEAD}\n北京,93\n", None, "2022 or 2023"),
    "no indicator": ("地区,2022,2023\n北京,93,94\n", None, "--indicator ID"),
    "unknown indicator": ("指标：合格率情况\n地区,2022,2023\n北京,93,94\n", None, "which indicator is"),
    "two indicators in titles": (
        "指标：GDP\n指标：年末常住人口\n地区,2022,2023\n北京,93,94\n", None, "gdp or population_resident"),
    "unknown column": ("2023年\n地区,怪指标\n北京,93\n", None, "--column '怪指标=ID' takes it"),
    "no unit": ("2023年\n地区,制造业产品质量合格率\n北京,93\n天津,93\n", None, "no unit is stated"),
    "unit of other things": ("2023年\n地区,制造业产品质量合格率（吨）\n北京,93\n", None, "does not count %"),
    "shares under per cent": (
        "2023年\n" + HEAD + "\n北京,0.93\n天津,0.94\n河北,0.95\n山西,0.93\n辽宁,0.92\n", None,
        "between 0 and 1 under a head in %"),
    "unknown province": (f"2023年\n{HEAD}\n北京,93\n天津,94\n北平,94\n", None, "'北平', which is no province"),
    "an unknown province first": (f"2023年\n{HEAD}\n北平,94\n北京,93\n", None, "row 3.*'北平', which is no province"),
    "no name beside a figure": (f"2023年\n{HEAD}\n北京,93\n,94\n", None, "row 4.*'', which is no province"),
    "text in a number": (f"2023年\n{HEAD}\n北京,93\n天津,约94\n", None, "'约94'; allowed: a number"),
    "an error of a spreadsheet": (f"2023年\n{HEAD}\n北京,93\n天津,#N/A\n", None, "'#N/A'; allowed"),
    "two numbers in a cell": (f"2023年\n{HEAD}\n北京,93\n天津,93/94\n", None, "'93/94'"),
    "a decimal comma among commas": (f'2023年\n{HEAD}\n北京,93\n天津,"93,5"\n', None, "'93,5'"),
    "a thousand or a fraction": ("2023年\n地区;GDP（亿元）\n北京;1,234\n天津;2,345\n", None, "may be a thousand"),
    "infinite": (f"2023年\n{HEAD}\n北京,93\n天津,inf\n", None, "'inf'"),
    "too large for a number": (f"2023年\n{HEAD}\n北京,93\n天津,1e999\n", None, "'1e999'"),
    "beyond the bounds": (f"2023年\n{HEAD}\n北京,93\n天津,194\n", None, "'194'; allowed: 0 to 100 %"),
    "twice, two values": (f"2023年\n{HEAD}\n北京,93\n北京市,94\n", None, "given twice, with two values"),
    "same year twice": ("指标：GDP(亿元)\n地区,2023,2023年\n北京,1,2\n", None, "two columns are of the same year"),
    "a bad year in a column": (f"地区,年份,{HEAD[3:]}\n北京,23,93\n天津,2023,94\n", None, "'23'; allowed: a year"),
    "a year far off": (f"地区,年份,{HEAD[3:]}\n北京,1950,93\n天津,1950,94\n", None, "whole year from 2000"),
    "years both ways": ("指标：GDP(亿元)\n地区,年份,2022,2023\n北京,2021,1,2\n", None, "years stand in a column and"),
    "side by side": (
        "2023年\n地区,GDP（亿元）,地区,GDP（亿元）\n北京,1,山西,4\n天津,2,辽宁,5\n河北,3,吉林,6\n", None,
        "row 3 names '北京' and '山西'"),
    "one under the other": (
        f"2023年\n{HEAD}\n北京,93\n天津,94\n\n地区,GDP（亿元）\n北京,1\n", None, "a second table begins in row 6"),
    "one under the other, of years": (
        "指标：GDP(亿元)\n地区,2022,2023\n北京,1,2\n\n,2020,2021\n北京,1,2\n", None, "second table begins in row 5"),
    "an open quote": (f'2023年\n{HEAD}\n北京,"93\n天津,94\n', None, "broken quotes"),
    "a letter between quotes": ('2023年\n地区,"GDP"x\n北京,1\n', None, "broken quotes"),
    "zero bytes": ("a\0b\n", None, "no text that is UTF-8"),
    "of another column": (f"2023年\n{HEAD}\n北京,93\n", {"columns": {"合格": RATE}}, "which no column is called"),
    "percent under another unit": ("2023年\n地区,GDP（亿元）\n北京,93%\n天津,1\n", None, "'93%'"),
    "our own shape without a column": ("adcode,year,indicator\n110000,2023,gdp\n", None, "no such column"),
    "our own shape, ragged": (
        "adcode,year,indicator,value,source\n110000,2023,gdp,1,nd-gdp,x\n", None, "6 cells"),
    "our own shape with commas": (
        'adcode,year,indicator,value,source\n110000,2023,gdp,"47,353.7",nd-gdp\n', None, "without separators"),
    "our own shape, unknown source": (
        "adcode,year,indicator,value,source\n110000,2023,gdp,47353.7,xyz\n", None, "a key of sources.csv"),
    # what is read, with what is said
    "title with the year": (f"2023年各省\n{HEAD}\n北京,93\n天津,94\n", rates(93, 94), "of 2023"),
    "the year by option": (f"{HEAD}\n北京,93\n", (rates(93), {"year": 2023}), "of 2023"),
    "a unit by option": (
        "2023年\n地区,制造业产品质量合格率\n北京,0.93\n天津,0.94\n", (rates(93, 94), {"unit": "1"}), "times 100"),
    "a per cent sign": (
        "2023年\n地区,制造业产品质量合格率\n北京,93%\n天津,94.5％\n",
        rates(93, 94.5), "2 figures are in %, by their sign"),
    "per mille": ("2023年\n地区,制造业产品质量合格率（‰）\n北京,930\n天津,945\n", rates(93, 94.5), "times 0.1"),
    "missing in nine ways": (
        f"2023年\n{HEAD}\n北京,93\n天津,…\n河北,-\n山西,NaN\n辽宁,\n吉林,——\n上海,n/a\n江苏,..\n浙江,缺\n",
        rates(93), "8 cells without a figure, which are missing and not 0"),
    "a nought is a nought": (f"2023年\n{HEAD}\n北京,0\n天津,94\n", rates(0, 94), "of 2023"),
    "full-width digits": (f"２０２３年\n{HEAD}\n北京,９３．５\n天津,94\n", rates(93.5, 94), "of 2023"),
    "a footnote on a figure": (f"2023年\n{HEAD}\n北京,93①\n天津,94²\n", rates(93, 94), "marks taken off 2 figures"),
    "a footnote on a name": (f"2023年\n{HEAD}\n北京①,93\n天津*,94\n", rates(93, 94), "of 2023"),
    "a footnote on a head": ("2023年\n地区,制造业产品质量合格率①（%）\n北京,93\n", rates(93), "of 2023"),
    "sums and zones": (
        f"2023年\n{HEAD}\n全 国,95\n东部地区,94\n北京,93\n合  计,95\n", rates(93), "全国, 东部地区, 合计"),
    "a title that begins with the nation": (f"全国各省合格率（2023年）\n{HEAD}\n北京,93\n", rates(93), "of 2023"),
    "the unit beside the title": (
        "各省情况（2023年）,单位：%\n地区,制造业产品质量合格率\n北京,93\n天津,94\n", rates(93, 94), "unit %"),
    "a row of units": ("2023年\n地区,制造业产品质量合格率\n单位,%\n北京,93\n天津,94\n", rates(93, 94), "unit %"),
    "a row of definitions": (
        f"2023年\n{HEAD}\n说明,抽检合格的比例\n北京,93\n天津,94\n", rates(93, 94), "of 2023"),
    "names in any script": (
        f"2023年\n{HEAD}\nBeijing,93\n天津市,94\nHebei,95\n", rates(93, 94, 95), "of 2023"),
    "codes and names": (
        f"2023年\n代码,{HEAD}\n110000,北京,93\n120000,天津,94\n130000,河北,95\n", rates(93, 94, 95), "of 2023"),
    "turned": (",北京,天津,河北\n制造业产品质量合格率（%）2023年,93,94,95\n", None, "turned"),
    "turned, of years": (
        "指标：制造业产品质量合格率（%）\n年份,北京,天津,河北\n2022,91,92,93\n2023,93,94,95\n",
        rates(93, 94, 95) | rates(91, 92, 93, year=2022), "the table is read turned"),
    "two levels, indicator over years": (
        ",制造业产品质量合格率（%）,\n地区,2022年,2023年\n北京,91,93\n天津,92,94\n",
        rates(93, 94) | rates(91, 92, year=2022), "of 2022–2023"),
    "tabs": (f"2023年\n{HEAD.replace(',', chr(9))}\n北京\t93\n天津\t94\n", rates(93, 94), "of 2023"),
    "semicolons, decimal commas": (
        f"2023年\n{HEAD.replace(',', ';')}\n北京;93,5\n天津;94,25\n", rates(93.5, 94.25), "comma is the decimal"),
    "a line sep=": (f"sep=;\n2023年\n{HEAD.replace(',', ';')}\n北京;93\n", rates(93), "of 2023"),
    "twice, one value": (f"2023年\n{HEAD}\n北京,93\n北京市,93\n", rates(93), "given twice, with one value"),
    "remarks under it": (f"2023年\n{HEAD}\n北京,93\n注：抽检。\n来源：本局\n", rates(93), "row 4, the note"),
    "years as first days": (
        "指标：制造业产品质量合格率（%）\n地区,2022-01-01,2023-01-01\n北京,91,93\n",
        rates(93) | rates(91, year=2022), "of 2022–2023"),
    "an older Mac's line ends": (f"2023年\r{HEAD}\r北京,93\r天津,94\r", rates(93, 94), "of 2023"),
    "a figure like a code": ("2023年\n地区,GDP（亿元）\n山西,500000\n", None, "mine.csv, row 3, GDP（亿元） 2023"),
    "codes alone": (f"2023年\n{HEAD}\n110000,93\n120000,94\n", rates(93, 94), "of 2023"),
    "a number with spaces": ("2023年\n地区,GDP（亿元）\n北京,47 353.7\n天津,17 211.8\n", {
        ("110000", 2023, "gdp"): 47353.7, ("120000", 2023, "gdp"): 17211.8}, "gdp"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_file(tmp_path, name, write, read):
    content, expected, said = TEXTS[name]
    answers = None
    if isinstance(expected, tuple):
        expected, options = expected
        answers = Answers(**options)
    elif expected and "columns" in expected:
        expected, answers = None, Answers(**expected)
    told, figures = read(write(tmp_path, content), answers)
    if name == "a figure like a code":
        told, figures = "\n".join(map(str, check(tmp_path / "mine.csv"))), {}
    assert re.search(said, told, re.S), told
    assert figures == pytest.approx(expected or {}), told


GOOD = [["地区", "制造业产品质量合格率（%）"], ["北京", 93], ["天津", 94.5]]  # as in conftest
BOOKS = {
    "a year as a date": (
        {"s": [["地区", "年份", GOOD[0][1]], ["北京", datetime.date(2023, 1, 1), 93]]}, rates(93), "a column"),
    "a year formatted as a date": (
        {"s": [["地区", "年份", GOOD[0][1]], ["北京", datetime.date(1905, 7, 15), 93]]}, None, "allowed: a year"),
    "a sheet a year": ({"2022年": GOOD, "2023年": GOOD}, rates(93, 94.5) | rates(93, 94.5, year=2022), "of 2022"),
    "the same year twice": ({"2023年": GOOD, "2023年 (2)": [*GOOD[:2], ["天津", 1]]}, None, "with two values"),
    "an error of a formula": ({"2023年": [*GOOD, ["河北", "#N/A"]]}, None, "cell B4: an error, #N/A; mend"),
    "numbers as text": ({"2023年": [GOOD[0], ["北京", "93"], ["天津", "94.5"]]}, rates(93, 94.5), "of 2023"),
    "true is no figure": ({"2023年": [*GOOD, ["河北", True]]}, None, "'True'"),
    "notes beside": ({"说明": [["此表由本局填"]], "2023年": GOOD}, rates(93, 94.5), "no column of provinces"),
    "no cell at all": ({"s": [[]]}, None, "an empty file"),
    "one option for two sheets": ({"甲": [["地区", 2023], ["北京", 1]], "乙": [["地区", 2023], ["北京", 2]]}, None,
                                  "sheets of different names", {"indicator": "gdp"}),
    "an option of no use": ({"2023年": [["地区", "GDP（亿元）", "人口"], ["北京", 1, 2]]}, None, "of no use here",
                            {"indicator": "gdp"}),
}  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook(tmp_path, name, write, read):
    content, expected, said, *options = BOOKS[name]
    answers = Answers(**options[0]) if options else None
    told, figures = read(write(tmp_path, content, "xlsx"), answers)
    assert said in told
    assert figures == pytest.approx(expected or {}), told


def test_a_hidden_sheet_is_said(tmp_path, write, read):
    path = write(tmp_path, {"2023年": GOOD, "x": [["y"]]}, "xlsx")
    book = openpyxl.load_workbook(path)
    book["2023年"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    told, figures = read(path)
    assert "a hidden sheet, read like the others" in told
    assert figures == rates(93, 94.5)


def test_merged_heads_and_names_stand_over_what_they_cover(tmp_path, write, read):
    rows = [
        ["地区", "年份", "合格率", None],
        [None, None, "制造业产品质量合格率（%）", "GDP"],
        ["北京", 2022, 91, 5],
        [None, 2023, 93, 6],
        ["天津", 2023, 94, 7],
    ]
    path = write(tmp_path, {"s": rows}, "xlsx")
    book = openpyxl.load_workbook(path)
    for span in ("A1:A2", "B1:B2", "C1:D1", "A3:A4"):
        book["s"].merge_cells(span)
    book.save(path)
    columns = {"制造业产品质量合格率": RATE}
    told, figures = read(path, Answers(columns=columns))
    assert "'合格率GDP' is no indicator known by that name" in told
    assert figures == rates(93, 94) | rates(91, year=2022)


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8-sig", "utf-16"])
def test_an_encoding(tmp_path, encoding, write, read):
    head = "地區,製造業產品質量合格率（%）" if encoding == "big5" else HEAD
    path = write(tmp_path, f"2023年\n{head}\n北京,93\n天津,94.5\n", encoding=encoding)
    told, figures = read(path)
    assert figures == rates(93, 94.5), told
    said = {"gb18030": "read as GB18030", "big5": "read as Big5"}.get(encoding, "")
    assert said in told


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b"<!DOCTYPE x [<!ENTITY a '" + b"a" * 1000 + b"'>" + b"".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 20}'>".encode() for n in range(8)
) + b"]>"  # fmt: skip
HURT = {
    "cells far apart": (SHEET, b'r="A2"', b'r="XFD1048576"', "1,048,576 rows by 16,384 columns"),
    "a cell that ends early": (SHEET, b"</row>", b"</ro", "broken sheet"),
    "a sheet that is not there": ("xl/workbook.xml", b"rId1", b"rId9", ""),
    "an uncalculated formula": (SHEET, b"<v>93</v>", b"<f>1+1</f><v></v>", "cell B2: a formula"),
}


@pytest.mark.parametrize("name", HURT)
def test_a_hurt_workbook(tmp_path, name, read, damaged):
    part, old, new, said = HURT[name]
    told, figures = read(damaged(tmp_path, part, old, new))
    assert said in told and "mine.xlsx" in told
    assert figures == {}


def test_entities_are_not_unfolded(tmp_path, read, damaged):
    path = damaged(tmp_path, SHEET, b"<worksheet", ENTITIES + b"<worksheet")
    told, figures = read(path)
    assert figures in ({}, rates(93, 94.5)), told
    path = damaged(tmp_path, SHEET, b"<sheetData>", b"<sheetData><!-- " + b"&i;" * 1000 + b" -->")
    assert read(path)[1] == rates(93, 94.5)


def test_a_zip_bomb_is_refused(tmp_path, write):
    path = write(tmp_path, {"2023年": GOOD}, "xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", bytes(200 << 20))
    assert path.stat().st_size < 1 << 20
    (fault,) = check(path)
    assert "it unpacks to 200 MB" in fault.found


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path, write):
    path = write(tmp_path, {"2023年": GOOD}, "xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", bytes(8 << 20))
    raw = path.read_bytes()
    path.write_bytes(raw.replace((8 << 20).to_bytes(4, "little"), (9).to_bytes(4, "little")))
    (fault,) = check(path)
    assert "no workbook that can be read" in fault.found


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04", bytes(600)])
def test_what_only_bears_the_name_of_a_workbook(tmp_path, kind, content, write):
    (fault,) = check(write(tmp_path, content, kind))
    assert "no workbook that can be read" in fault.found


@pytest.mark.parametrize(
    ("kind", "said"), [("pdf", ".csv, .tsv, .txt"), ("doc", "of the kind .doc")]
)
def test_another_kind_of_file(tmp_path, kind, said, write):
    (fault,) = check(write(tmp_path, "x", kind))
    assert said in str(fault)


def test_too_many_rows_are_refused(tmp_path, write):
    (fault,) = check(write(tmp_path, "a,b\n" * 200_001))
    assert "more than 200,000 rows" in fault.found


def test_too_many_cells_are_refused(tmp_path, write):
    (fault,) = check(write(tmp_path, "1," * 2_000_001))
    assert "2,000,000 cells" in fault.found


def test_few_cells_that_stand_for_many_are_refused(tmp_path):
    path = tmp_path / "mine.ods"
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    cell = '<t:table-cell t:number-columns-repeated="900" o:value="1"><x:p>1</x:p></t:table-cell>'
    row = f'<t:table-row t:number-rows-repeated="900">{cell}</t:table-row>'
    row = row.replace("<t:", "<table:").replace("</t:", "</table:").replace(" t:", " table:")
    row = row.replace("x:p", "text:p").replace("o:value", "office:value")
    names = "".join(f' xmlns:{n}="{space}{n}:1.0"' for n in ("office", "table", "text"))
    body = f"<office:document-content{names}><table:table>{row * 3}</table:table></office:document-content>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("content.xml", body)
    (fault,) = check(path)
    assert "2,430,000 cells by repetition" in fault.found


def test_a_cell_without_end_is_refused(tmp_path, write):
    (fault,) = check(write(tmp_path, "x" * 10_001 + ",b\n1,2\n"))
    assert "row 1: a cell of more than 10,000 signs" in fault.found


def test_the_widest_table_of_all_provinces_is_read_whole(tmp_path, write, read):
    names = known_facts()["provinces"].query("zone != ''")
    body = "".join(f"{name},{90 + n / 10:g}\n" for n, name in enumerate(names["name_zh_hans"]))
    told, figures = read(write(tmp_path, f"2023年\n{HEAD}\n{body}"))
    assert list(figures.values()) == [90 + n / 10 for n in range(31)], told
