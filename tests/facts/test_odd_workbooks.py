"""Workbooks as other programs write them: what would read as a blank or as nought is told instead."""

import re
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart

from quyu.facts import check

RATE = "manufacturing_product_pass_rate"
SHEET = "xl/worksheets/sheet1.xml"
SOUND = {("110000", 2023, RATE): 93, ("120000", 2023, RATE): 94.5}
CELL = b'<c r="B2" t="n"><v>93</v></c>'


def prefixed(text):
    """The XML of a sheet, every name of an element with a prefix."""
    text = text.replace(b' xmlns="', b' xmlns:x="')
    return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", text)


def remade(path, change, part=SHEET):
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


FORMULAS = {
    "without a value": (
        b'<c r="B2"><f>1+1</f></c>',
        "cell B2: a formula that was never calculated",
    ),
    "with an empty value": (
        b'<c r="B2"><f>1+1</f><v/></c>',
        "cell B2: a formula that was never calculated",
    ),
    "with a blank value": (
        b'<c r="B2"><f>1+1</f><v> </v></c>',
        "cell B2: a formula that was never calculated",
    ),
    "shared": (
        b'<c r="B2"><f t="shared" si="0"/><v></v></c>',
        "cell B2: a formula that was never calculated",
    ),
    "as a section": (
        b'<c r="B2"><f><![CDATA[1<2]]></f></c>',
        "cell B2: a formula that was never calculated",
    ),
    "in single quotes": (
        b"<c r='B2'><f>1+1</f></c>",
        "cell B2: a formula that was never calculated",
    ),
    "whose place is not said": (
        b"<c><f>1+1</f></c>",
        "a cell: a formula that was never calculated",
    ),
    "nought, to be calculated on opening": (
        b'<c r="B2"><f>1+1</f><v>0</v></c>',
        "cell B2: a formula that was never",
    ),
    "an error": (
        b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        "cell B2: an error, #DIV/0!; mend the formula",
    ),
    "an error in single quotes": (
        b"<c t='e' r='B2'><v>#N/A</v></c>",
        "cell B2: an error, #N/A; mend",
    ),
}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("form", [bytes, prefixed], ids=["plain", "prefixed"])
def test_a_formula_that_would_read_as_nothing(tmp_path, name, form, damaged, read):
    cell, said = FORMULAS[name]
    path = damaged(tmp_path, SHEET, CELL, cell)
    told, figures = read(remade(path, form))
    assert said in told, told
    assert figures == {}


@pytest.mark.parametrize("form", [bytes, prefixed], ids=["plain", "prefixed"])
def test_a_formula_that_was_calculated_is_a_figure_or_a_blank(tmp_path, form, damaged, read):
    path = damaged(tmp_path, SHEET, CELL, b'<c r="B2"><f>90+3</f><v>93</v></c>')
    assert read(remade(path, form))[1] == SOUND
    blank = b'<c r="B2" t="str"><f>IF(1=1,"","x")</f><v></v></c>'
    told, figures = read(remade(damaged(tmp_path, SHEET, CELL, blank), form))
    assert figures == {key: value for key, value in SOUND.items() if value == 94.5}, told
    path = damaged(tmp_path, SHEET, CELL, b'<c r="B2"><f>0*1</f><v>0</v></c>')
    path = remade(path, lambda text: text.replace(b' fullCalcOnLoad="1"', b""), "xl/workbook.xml")
    assert read(remade(path, form))[1] == {**SOUND, ("110000", 2023, RATE): 0}


@pytest.mark.parametrize("form", [bytes, prefixed], ids=["plain", "prefixed"])
@pytest.mark.parametrize(
    "cell", [b'<c r="XFD1048576"><v>1</v></c>', b"<c r='XFD1048576'><v>1</v></c>"]
)
def test_cells_far_apart(tmp_path, form, cell, damaged):
    (fault,) = check(remade(damaged(tmp_path, SHEET, CELL, cell), form))
    assert "1,048,576 rows by 16,384 columns" in fault.found


def test_a_sheet_under_another_name_is_looked_at(tmp_path, damaged):
    path = damaged(tmp_path, SHEET, CELL, b'<c r="XFD1048576"><v>1</v></c>')
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/other/mine.xml"] = parts.pop(SHEET)
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"worksheets/sheet1.xml", b"other/mine.xml")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    (fault,) = check(path)
    assert "1,048,576 rows by 16,384 columns" in fault.found


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_that_nobody_sees_is_read_and_said(tmp_path, state, write, read):
    good = [["地区", "制造业产品质量合格率（%）"], ["北京", 93], ["天津", 94.5]]
    path = write(tmp_path, {"说明": [["填报说明"]], "2023年": good}, "xlsx")
    book = openpyxl.load_workbook(path)
    book["2023年"].sheet_state = state
    book.save(path)
    told, figures = read(path)
    assert figures == SOUND and "mine.xlsx [2023年]: a hidden sheet, read like the others" in told


def test_a_chart_beside_the_figures_is_passed_over(tmp_path, write, read):
    good = [["地区", "制造业产品质量合格率（%）"], ["北京", 93], ["天津", 94.5]]
    path = write(tmp_path, {"2023年": good}, "xlsx")
    book = openpyxl.load_workbook(path)
    book.create_chartsheet("图").add_chart(BarChart())
    book.save(path)
    assert read(path)[1] == SOUND


def test_charts_alone_are_no_figures(tmp_path):
    book = openpyxl.Workbook()
    book.create_chartsheet("图").add_chart(BarChart())
    book.remove(book.worksheets[0])
    book.save(tmp_path / "mine.xlsx")
    (fault,) = check(tmp_path / "mine.xlsx")
    assert "a workbook without a sheet of cells" in fault.found


BROKEN = {
    "cut off in the middle": (lambda text: text[: len(text) // 2], "mine.xlsx [2023年]: a broken sheet"),
    "no XML at all": (lambda text: b"no XML", "mine.xlsx [2023年]: a broken sheet"),
    "empty": (lambda text: b"", "mine.xlsx [2023年]: a broken sheet"),
    # Which fault is found hangs on the writer's blanks between tags, which differ by its XML library.
    "in UTF-16": (lambda text: text.decode().encode("utf-16"), "mine.xlsx"),
    "a number that is none": (lambda text: text.replace(b"<v>93</v>", b"<v>9x3</v>"), "mine.xlsx"),
    "a text that is not there": (
        lambda text: text.replace(b'<c r="B2" t="n"><v>93', b'<c r="B2" t="s"><v>99'), "mine.xlsx"),
    "a wrong dimension": (lambda text: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', text), None),
    "a dimension without end": (
        lambda text: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', text), None),
    "no dimension": (lambda text: re.sub(rb"<dimension[^>]*/>", b"", text), None),
    "no places of cells": (lambda text: re.sub(rb' r="[A-Z]+[0-9]+"', b"", text), None),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_sheet_that_is_not_as_it_should_be(tmp_path, name, write, read):
    change, said = BROKEN[name]
    good = [["地区", "制造业产品质量合格率（%）"], ["北京", 93], ["天津", 94.5]]
    told, figures = read(remade(write(tmp_path, {"2023年": good}, "xlsx"), change))
    if said is None:
        assert figures == SOUND, told
    else:
        assert said in told and figures == {}, (told, figures)


SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = "".join(f' xmlns:{name}="{SPACE}{name}:1.0"' for name in ("office", "table", "text"))
NAMES += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def opendocument(folder, cell):
    """An OpenDocument sheet of one figure, the cell of which is given."""

    def text(word):
        return f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>'

    rows = [
        (text("地区"), text("制造业产品质量合格率（%）")),
        (text("北京"), cell),
        (text("天津"), number(94.5)),
    ]
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    body = f'<table:table table:name="2023年">{body}</table:table>'
    path, kind = folder / "mine.ods", "application/vnd.oasis.opendocument.spreadsheet"
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", kind)
        entry = f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
        packed.writestr(
            "META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}">{entry}</m:manifest>'
        )
        packed.writestr(
            "content.xml",
            f"<office:document-content{NAMES}><office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def number(value, formula=""):
    return (
        f'<table:table-cell {formula} office:value-type="float" office:value="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


FORMULA = 'table:formula="of:=1+1"'
OPEN = {
    "never calculated": (f"<table:table-cell {FORMULA}/>", "a formula that was never calculated"),
    "never calculated, of a kind": (
        f'<table:table-cell {FORMULA} office:value-type="float"></table:table-cell>', "a formula that was never"),
    "an error": (
        f'<table:table-cell {FORMULA} office:value-type="string" office:string-value="" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell>", "an error, #DIV/0!; mend the formula"),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_a_formula_of_an_open_document(tmp_path, name, read):
    cell, said = OPEN[name]
    told, figures = read(opendocument(tmp_path, cell))
    assert said in told and figures == {}, told


def test_an_open_document(tmp_path, read):
    assert read(opendocument(tmp_path, number(93)))[1] == SOUND
    assert read(opendocument(tmp_path, number(93, FORMULA)))[1] == SOUND
    blank = f"<table:table-cell {FORMULA}><text:p/></table:table-cell>"
    assert list(read(opendocument(tmp_path, blank))[1].values()) == [94.5]


OLD = Path(__file__).parent / "cases" / "04_nbs.xls"
ROW = struct.pack("<HH", 0x00BD, 66)  # ten numbers of a row, as they are kept when they are short


def hurt(raw, number, cell):
    """An old workbook, the numbers of one of its rows taken for one cell and a record of nothing."""
    at = -1
    for _ in range(number):
        at = raw.index(ROW, at + 1)
    room = 70 - len(cell(raw[at + 4 : at + 10])) - 4
    return (
        raw[:at]
        + cell(raw[at + 4 : at + 10])
        + struct.pack("<HH", 0x1234, room)
        + bytes(room)
        + raw[at + 70 :]
    )


ERRONEOUS = {
    "a value": (lambda place: record(0x0205, place + b"\x2a\x01"), "#N/A"),
    "a formula": (
        lambda place: record(0x0006, place + b"\x02\0\x07\0\0\0\xff\xff" + bytes(8)), "#DIV/0!"),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRONEOUS)
def test_an_error_in_an_old_workbook_is_told(tmp_path, name, write, read):
    cell, error = ERRONEOUS[name]
    raw = OLD.read_bytes()
    told, figures = read(write(tmp_path, raw, "xls"))
    assert len(figures) == 310
    told, figures = read(write(tmp_path, hurt(raw, 5, cell), "xls"))
    assert re.search(rf"mine.xls, cell B\d+: an error, {error}; mend the formula", told), told
    assert figures == {}


def compound(stream):
    """A compound file of one stream, Workbook."""
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    tables = -(-(sectors + 2) // 127)
    begins = tables + 1
    chain = (
        [0xFFFFFFFD] * tables
        + [0xFFFFFFFE]
        + [n + 1 for n in range(begins, begins + sectors - 1)]
        + [0xFFFFFFFE]
    )
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    listed, more = [*range(tables)] + [0xFFFFFFFF] * max(109 - tables, 0), tables > 109
    assert not more
    head = OLD.read_bytes()[:30] + struct.pack(
        "<HH6xIII4xIIIII", 9, 6, 0, tables, tables, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    entry = "Workbook".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB12x", 18, 2, 1)
    entry = entry.ljust(116, b"\0") + struct.pack("<II4x", begins, len(stream))
    table = struct.pack(f"<{len(chain)}I", *chain)
    return head + struct.pack("<109I", *listed) + table + entry.ljust(512, b"\0") + stream


def record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def test_a_text_shown_very_often_in_an_old_workbook_is_refused(tmp_path, write):
    first = (
        struct.pack("<II", 1, 2)
        + struct.pack("<HB", 3, 0)
        + b"abc"
        + struct.pack("<HB", 30_000, 0)
        + b"a" * 8_000
    )
    parts = [
        record(0x00FC, first),
        record(0x003C, b"\0" + b"a" * 8_000),
        record(0x003C, b"\1" + b"a\0" * 4_000),
    ]
    parts += [record(0x003C, b"\0" + b"a" * 10_000)]
    label = record(0x00FD, struct.pack("<HHHI", 0, 0, 0, 1))
    path = write(tmp_path, compound(b"".join(parts) + label * 20_000), "xls")
    (fault,) = check(path)
    assert "1144 MB of text in its cells" in fault.found
    few = compound(
        b"".join(parts) + label * 1_000 + record(0x00FD, struct.pack("<HHHI", 0, 0, 0, 0)) * 20_000
    )
    assert "of text in its cells" not in str(check(write(tmp_path, few, "xls")))
