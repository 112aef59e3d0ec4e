"""A broken file gets every fault named, and nothing but its faults."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.facts import check, embedded, load
from quyu.facts.tables import read_csv, tabulate

HEADER = ["adcode", "year", "indicator", "value", "source"]
# A synthetic table: the second column says what its row must be blamed for.
BROKEN = [
    (["440000", "2023", "rd_intensity", "3.54", "rd2023"], None),
    (["Guangdon", "2023", "rd_intensity", "3.54", "rd2023"], ("adcode", "'Guangdon'", "廣東")),
    (["廣東", "2023", "rd_intensity", "3.6", "rd2023"], ("", "again, first in row 2", "one row")),
    (["310000", "1985", "rd_intensity", "3.54", "rd2023"], ("year", "'1985'", "2000 to 2030")),
    (["320000", "2023.5", "rd_intensity", "3.5", "rd2023"], ("year", "'2023.5'", "whole year")),
    (["330000", "2023", "rd_intensity", "3,5", "rd2023"], ("value", "'3,5'", "plain digits")),
    (
        ["340000", "2023", "rd_intensty", "3.5", "rd2023"],
        ("indicator", "'rd_intensty'", "(closest: rd_intensity"),
    ),
    (
        ["350000", "2023", "rd_intensity", "354", "rd2023"],
        ("value", "'354'", "0 to 20 % for rd_intensity"),
    ),
    (["360000", "2023", "rd_intensity", "3.5", "rd2032"], ("source", "'rd2032'", "(closest: rd2")),
    (
        ["370000", "2023", "rd_intensity", "", "rd2023"],
        ("value", "a blank cell", "leave the whole row out"),
    ),
    (["410000", "2023", "rd_intensity", "inf", "rd2023"], ("value", "'inf'", "a number")),
    (["420000", "2023", "rd_intensity", "nan", "rd2023"], ("value", "'nan'", "a number")),
    (["999999", "2023", "rd_intensity", "3.5", "rd2023"], ("adcode", "'999999'", "a province")),
]


def blamed(faults):
    return [(fault.row, fault.column, fault.found, fault.allowed) for fault in faults]


def assert_exactly(faults):
    expected = [(row, why) for row, (_, why) in enumerate(BROKEN, start=2) if why]
    assert [fault.row for fault in faults] == [row for row, _ in expected]
    for fault, (_, (column, found, allowed)) in zip(faults, expected, strict=True):
        assert fault.column == column
        assert found in fault.found
        assert allowed in fault.allowed


def write_csv(path: Path, rows, encoding="utf-8") -> Path:
    path.write_text("\n".join(",".join(f'"{c}"' for c in row) for row in rows), encoding=encoding)
    return path


def good(**cells) -> list[list[str]]:
    row = dict(zip(HEADER, ["440000", "2023", "rd_intensity", "3.54", "rd2023"], strict=True))
    row |= cells
    return [list(row), list(row.values())]


def test_embedded_data_are_clean():
    assert check() == []


def test_a_csv_broken_in_twelve_ways_has_twelve_named_faults(tmp_path):
    path = write_csv(tmp_path / "mine.csv", [HEADER, *(row for row, _ in BROKEN)])
    assert_exactly(check(path))


def test_a_workbook_broken_in_twelve_ways_has_twelve_named_faults(tmp_path, write):
    def as_excel(cell):
        try:
            return float(cell) if cell not in ("", "inf", "nan") else cell or None
        except ValueError:
            return cell

    rows = [[as_excel(cell) for cell in row] for row, _ in BROKEN]
    assert rows[0][:2] == [440000.0, 2023.0]  # what Excel makes of codes and years
    path = write(tmp_path, {"notes": [["free text"]], "figures": [HEADER, *rows]}, "xlsx")
    faults = check(path)
    assert_exactly(faults)
    assert {fault.file for fault in faults} == {"mine.xlsx [figures]"}


def test_a_clean_file_has_no_fault_with_codes_as_numbers_and_names_in_any_script(tmp_path, write):
    rows = [HEADER]
    places = (110000.0, 120000, "河北省", "山西", "Inner Mongolia", "遼寧", "全國")
    for place, value in zip(places, (6.7, 3.6, 2.2, 1.2, 0.9, 2.2, 2.6), strict=True):
        rows.append([place, 2023, "rd_intensity", value, "rd2023"])
    assert check(write(tmp_path, {"figures": rows}, "xlsx")) == []


def test_a_byte_order_mark_and_blank_rows_do_no_harm(tmp_path):
    rows = [*good(), [""] * 5, ["310000", "2023", "rd_intensity", "x", "rd2023"]]
    faults = check(write_csv(tmp_path / "mine.csv", rows, encoding="utf-8-sig"))
    assert [(fault.row, fault.found) for fault in faults] == [(4, "'x'")]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16"])
def test_a_file_in_another_encoding_is_read_as_what_it_is(tmp_path, encoding):
    rows = good(adcode="遼寧" if encoding == "big5" else "辽宁", value="2.2")
    assert check(write_csv(tmp_path / "mine.csv", rows, encoding=encoding)) == []
    rows[1][0] = "遼宁" if encoding == "utf-16" else "寧遼" if encoding == "big5" else "宁辽"
    faults = check(write_csv(tmp_path / "mine.csv", [*rows, good(value="x")[1]], encoding=encoding))
    assert [fault.row for fault in faults] == [3] if encoding == "utf-16" else [2, 3]


def test_bytes_that_may_be_two_texts_are_refused(tmp_path):
    path = write_csv(tmp_path / "mine.csv", [["x", "y"], ["譜", "1"]], encoding="big5")
    (fault,) = check(path)
    assert "beyond doubt" in fault.found
    assert "UTF-8" in fault.found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "an empty file"),
        ("\n\n", "an empty file"),
        ("adcode,year,indicator,value,source\n", "a header without rows"),
        ('adcode,year\n"440000,2023', "broken quotes"),
    ],
)
def test_a_file_without_a_table_says_so(tmp_path, text, found):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    (fault,) = check(path)
    assert found in fault.found


def test_missing_unknown_and_repeated_columns_are_named(tmp_path):
    rows = [
        ["adcode", "year", "indicator", "value", "value", "remark"],
        ["440000", "2023", "rd_intensity", "3.5", "3.5", "x"],
    ]
    faults = check(write_csv(tmp_path / "mine.csv", rows))
    assert [(fault.row, fault.column) for fault in faults] == [
        (1, "source"),
        (1, "value"),
        (1, "remark"),
    ]


def test_a_row_with_more_cells_than_the_header_is_named(tmp_path):
    rows = [*good(), ["310000", "2023", "rd_intensity", "4", "rd2023", "stray"]]
    (fault,) = check(write_csv(tmp_path / "mine.csv", rows))
    assert (fault.row, fault.found) == (3, "6 cells")


@pytest.mark.parametrize("unit", ["億元", "亿元", "100 million yuan"])
def test_the_codebooks_unit_is_welcome_in_any_language(tmp_path, unit):
    rows = good(indicator="gdp", value="130000", source="nd-gdp", unit=unit)
    assert check(write_csv(tmp_path / "mine.csv", rows)) == []


def test_another_unit_is_refused(tmp_path):
    rows = good(indicator="gdp", value="130000", source="nd-gdp", unit="萬元")
    (fault,) = check(write_csv(tmp_path / "mine.csv", rows))
    assert (fault.column, fault.found, fault.allowed) == ("unit", "'萬元'", "億元 for gdp")


def test_a_value_below_the_plausible_is_refused(tmp_path):
    rows = good(indicator="gdp", value="13.5", source="nd-gdp")  # in trillions
    (fault,) = check(write_csv(tmp_path / "mine.csv", rows))
    assert fault.allowed.startswith("100 to ")


def test_a_header_may_stand_under_a_title(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("title\nadcode,year,indicator\n1,2,3\n", encoding="utf-8")
    lacking = [fault.column for fault in check(path) if fault.found == "no such column"]
    assert lacking == ["value", "source"]


def test_a_formula_that_was_never_computed_is_named_by_its_cell(tmp_path, write):
    (fault,) = check(write(tmp_path, {"figures": good(value="=1+2")}, "xlsx"))
    assert "cell D2: a formula that was never calculated" in fault.found


def test_of_many_faults_the_first_are_told_and_all_counted(tmp_path):
    rows = [HEADER, *([str(n), "2023", "gdp", "1", "nd-gdp"] for n in range(70))]
    path = write_csv(tmp_path / "mine.csv", rows)
    with pytest.raises(ValueError, match="140 faults in the data") as refusal:
        load(path)
    assert str(refusal.value).endswith("… and 90 more")
    assert len(str(refusal.value).splitlines()) == 52


def test_a_name_beside_another_provinces_code_is_refused(tmp_path):
    (fault,) = check(write_csv(tmp_path / "mine.csv", good(province="浙江")))
    assert (fault.row, fault.column, fault.found) == (2, "province", "'浙江'")
    assert check(write_csv(tmp_path / "mine.csv", good(province="广东"))) == []


def test_a_workbook_may_bring_its_own_indicators_and_sources(tmp_path, write):
    indicator = {
        "indicator": "synthetic_pass_rate",
        "name_zh_hans": "虚构合格率",
        "name_zh_hant": "虛構合格率",
        "name_en": "Synthetic pass rate",
        "definition": "A synthetic indicator for this test.",
        "unit": "%",
        "unit_zh_hans": "%",
        "unit_en": "per cent",
        "factor": 0.01,
        "canonical_unit": "share",
        "by_province": "yes",
        "min": 0,
        "max": 100,
    }
    free = ["years", "official_source", "grade", "caveat", "caveat_zh_hant", "verification"]
    codebook = [[*indicator, *free], [*indicator.values(), *[None] * len(free)]]
    names = ["publication_zh_hans", "publication_en", "publisher_en"]
    columns = ["key", "publication", "publisher", *names]
    columns += ["table", "edition", "years", "terms", "grade", "note"]
    sources = [columns, ["own", "虛構年報", "虛構機構", *[None] * 9]]
    figures = good(indicator="synthetic_pass_rate", value=93.5, source="own")
    sheets = {"figures": figures, "codebook": codebook, "sources": sources}
    path = write(tmp_path, sheets, "xlsx")
    assert check(path) == []
    codebook[1][0] = "Synthetic rate"
    write(tmp_path, sheets, "xlsx")
    assert [(fault.file, fault.row) for fault in check(path)] == [
        ("mine.xlsx [codebook]", 2),  # the figures mean it by its English name
    ]


def test_a_workbook_without_figures_names_its_sheets(tmp_path, write):
    sheets = {"Sheet1": [["x"], ["y"]], "Sheet2": [["x"], ["y"]]}
    (fault,) = check(write(tmp_path, sheets, "xlsx"))
    assert all(f"[{name}]: no column of provinces" in fault.found for name in sheets)


def test_a_sheet_that_stands_alone_holds_the_figures(tmp_path, write):
    assert check(write(tmp_path, {"Sheet1": good()}, "xlsx")) == []
    faults = check(write(tmp_path, {"Sheet1": good(value="many")}, "xlsx"))
    assert [fault.file for fault in faults] == ["mine.xlsx [Sheet1]"]


@pytest.mark.parametrize("name", ["provinces.geojson", "dashline.geojson"])
def test_a_folder_without_sound_shapes_is_refused(world, name):
    assert check(world) == []
    (world / name).write_text("no shapes", encoding="utf-8")
    (fault,) = check(world)
    assert fault.file == name
    (world / name).unlink()
    (fault,) = check(world)
    assert "copy" in fault.found


def test_shapes_of_other_units_are_refused(world):
    path = world / "provinces.geojson"
    path.write_text(path.read_text().replace("120000", "130000"))
    (fault,) = check(world)
    assert "these differ: 120000, 130000" in fault.found


@pytest.mark.parametrize("name", ["mine.xlsx", "mine.txt"])
def test_a_file_of_another_kind_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text("no table", encoding="utf-8")
    (fault,) = check(path)
    assert ".xlsx" in fault.allowed


def test_nothing_there_is_said():
    (fault,) = check(Path("nowhere.csv"))
    assert fault.found == "nothing there"
    with pytest.raises(ValueError, match=r"nowhere: nothing there; allowed: a folder, a text file"):
        load(Path("nowhere"))


def test_a_folder_that_lacks_files_names_each(tmp_path):
    for name in ("provinces", "codebook", "sources", "figures"):
        source = embedded() / "geodata" / f"{name}.csv"
        (tmp_path / source.name).write_bytes(source.read_bytes())
    assert [fault.file for fault in check(tmp_path)] == ["targets.csv", "assistance_pairs.csv"]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1).map(
    lambda text: text.strip() or "x"
)


@settings(max_examples=30)
@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_is_what_is_read(tmp_path_factory, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", "b"], *rows])
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    table = read_csv(path)
    assert table.faults == []
    assert table.cells.to_numpy().tolist() == rows
    assert list(table.cells.index) == list(range(2, 2 + len(rows)))


def test_short_rows_are_padded_and_blank_rows_keep_the_count():
    table = tabulate("t.csv", [["a", " b ", ""], ["1"], [" ", ""], ["2", "3", " "]])
    assert table.cells.to_dict("index") == {2: {"a": "1", "b": ""}, 4: {"a": "2", "b": "3"}}
    assert table.faults == []


def test_cells_judged_by_hand_are_checked(world):
    head = "adcode,year,indicator,judgement,why,note_zh_hant,note_en\n"
    (world / "doubtful.csv").write_text(
        head
        + "110000,2020,output,slip,Synthetic.,說明,Note.\n"
        + "110000,2021,output,doubtful,Synthetic.,說明,Note.\n"
        + "110000,2022,output,wrong,Synthetic.,,\n"
        + "120000,2020,output,slip,Synthetic.,說明,\n",
        encoding="utf-8",
    )
    told = [str(fault) for fault in check(world)]
    assert told == [
        "doubtful.csv, row 4, judgement: found 'wrong'; allowed: one of slip, doubtful, real jump",
        "doubtful.csv, row 5, note_en: found a blank cell; allowed: what a reader should know of a "
        "cell not scored",
    ]
