"""Files made to eat a machine are refused in a line, in less than 5 seconds and 500 MB."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SECONDS, MEGABYTES = 5, 500
LOOK = """
import json, re, sys, time
from pathlib import Path
from quyu.facts import check
from quyu.facts.given import known_facts
from quyu.facts.params import read_params
known_facts()
path, begun = Path(sys.argv[1]), time.process_time()
try:
    told = read_params(path) if path.suffix == ".yaml" else [str(fault) for fault in check(path)]
except ValueError as refusal:
    told = [str(refusal)]
seconds = time.process_time() - begun
most = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())  # ru_maxrss holds the parent's
print(json.dumps([told, seconds, int(most[1]) / 1024]))
"""
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPACE = "urn:oasis:names:tc:opendocument:xmlns:"


def looked_at(path):
    """What a process of its own tells of a file, and what that took of processor and memory."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def book(path, sheet=HEAD + END, strings=None, more=()):
    """The least workbook, with that sheet, those shared strings and further parts."""
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    listed = {"s": "worksheet", **({"t": "sharedStrings"} if strings else {})}
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{rels}"><sheets><sheet name="s" sheetId="1" '
        'r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="{n}" Type="{rels}/{kind}" Target="{kind}.xml"/>'
            for n, kind in listed.items()
        )
        + "</Relationships>",
        "xl/worksheet.xml": sheet,
        **({"xl/sharedStrings.xml": strings} if strings else {}),
        **dict(more),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def cells(number, text=b'<c r="A%d"><v>1</v></c>', row=b'<row r="%d">%s</row>'):
    return (
        HEAD
        + b"".join(row % (n, text % n if b"%d" in text else text) for n in range(1, number + 1))
        + END
    )


def entities(tail):
    """The billion laughs: nine entities, each ten of the one before."""
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "{"ha" * 50}">{steps}]>{tail}'.encode()


def open_document(path, body):
    names = "".join(f' xmlns:{name}="{SPACE}{name}:1.0"' for name in ("office", "table", "text"))
    whole = f"<office:document-content{names}><office:body><office:spreadsheet>{body}"
    entry = '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{SPACE}manifest:1.0">{entry}</m:manifest>',
        )
        packed.writestr(
            "content.xml", f"{whole}</office:spreadsheet></office:body></office:document-content>"
        )


def bytes_of(content):
    return lambda path: path.write_bytes(content)


def laughs():
    steps = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10))
    return f"l0: &l0 [x]\n{steps}\n".encode()


LAUGH = '<c r="A1" t="inlineStr"><is><t>&l9;</t></is></c>'
FAR = (
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)
BOMBS = {
    "zeros.xlsx": (lambda path: book(path, more={"xl/media/a.png": bytes(300 << 20)}.items()), "it unpacks to 300 MB"),
    "sheet of blanks.xlsx": (lambda path: book(path, HEAD + b" " * (200 << 20) + END), "it unpacks to 200 MB"),
    "many parts.xlsx": (
        lambda path: book(path, more=((f"xl/x{n}.xml", "<x/>") for n in range(6000))), "parts; up to 128 MB in 5,000"),
    "many rows.xlsx": (lambda path: book(path, cells(200_001)), "more than 200,000 rows"),
    "many cells.xlsx": (
        lambda path: book(path, cells(50_000, b"<c><v>1</v></c>" * 41)), "2,050,000 cells"),
    "far apart.xlsx": (lambda path: book(path, HEAD + FAR + END), "1,048,576 rows by 16,384 columns"),
    "deep.xlsx": (lambda path: book(path, HEAD + b"<x>" * 2_000_000 + b"</x>" * 2_000_000 + END), "deep.xlsx"),
    "open tags.xlsx": (lambda path: book(path, HEAD + b"<row>" * 5_000_000), "open tags.xlsx"),
    "entities.xlsx": (lambda path: book(path, entities(f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{LAUGH}</row>'
                                                       "</sheetData></worksheet>")), "entities.xlsx"),
    "entities in strings.xlsx": (
        lambda path: book(path, HEAD + b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>' + END,
                          entities(f'<sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>')), "entities in strings.xlsx"),
    "one string often.xlsx": (
        lambda path: book(path, cells(100_000, b'<c t="s"><v>0</v></c>' * 10),
                          b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (MAIN.encode(), b"a" * 9_000)),
        "8589 MB of text in its cells"),
    "one text often.ods": (
        lambda path: open_document(
            path, '<table:table table:name="s"><table:table-row table:number-rows-repeated="1000"><table:table-cell '
            f'table:number-columns-repeated="1000"><text:p>{"a" * 9_000}</text:p></table:table-cell></table:table-row>'
            "</table:table>"), "MB of text in its cells"),
    "repeated.ods": (
        lambda path: open_document(
            path, '<table:table table:name="s"><table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'table:number-columns-repeated="16384" office:value-type="float" office:value="1"><text:p>1</text:p>'
            "</table:table-cell></table:table-row></table:table>"), "cells by repetition"),
    "deep.ods": (lambda path: open_document(path, "<table:table>" * 1_000_000), "deep.ods"),
    "zeros.xls": (bytes_of(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(8 << 20)), "no workbook that can be read"),
    "full.xls": (bytes_of(bytes.fromhex("d0cf11e0a1b11ae1") + b"\xff" * (8 << 20)), "no workbook that can be read"),
    "large.csv": (bytes_of(b"a,b\n" * (9 << 20)), "36 MB; a file may have up to 32 MB"),
    "commas.csv": (bytes_of(b"," * (31 << 20)), "2,000,000 cells"),
    "lines.csv": (bytes_of(b"\n" * (31 << 20)), "2,000,000 cells"),
    "one cell.csv": (bytes_of(b'"' + b"a" * (31 << 20) + b'"'), "one cell.csv"),
    "quotes.csv": (bytes_of(b'"' * (31 << 20)), "quotes.csv"),
    "open quote.csv": (bytes_of(b'a,"' + b"b,c\n" * 400_000), "open quote.csv"),
    "blanks in figures.csv": (
        bytes_of("2023年\n地区,GDP（亿元）\n".encode() + f"北京,1{' ' * 9_000}\n".encode() * 3_000), "blanks in"),
    "brackets in heads.csv": (bytes_of(("地区," + "(" * 9_000 + "\n北京,1\n").encode() * 100), "brackets in heads.csv"),
    "brackets.yaml": (bytes_of(b"a: " + b"[" * 5_000 + b"]" * 5_000), "more than 100 levels"),
    "open brackets.yaml": (bytes_of(b"[" * 3_000_000), "more than 100 levels"),
    "braces.yaml": (bytes_of(b"a: " + b"{a: " * 5_000 + b"}" * 5_000), "more than 100 levels"),
    "dashes.yaml": (bytes_of(b"- " * 1_000_000), "more than 100 levels"),
    "keys.yaml": (bytes_of(b"a: 1\n" * 100_000), "is written twice"),
    "other keys.yaml": (bytes_of(b"".join(b"k%d: 1\n" % n for n in range(100_000)) + b"k0: 2\n"), "is written twice"),
    "laughs.yaml": (bytes_of(laughs()), "unfolds to more than 500,000 values"),
    "large.yaml": (bytes_of(b"#" * (5 << 20)), "up to 4 MB are read"),
}  # fmt: skip


@pytest.mark.prove
@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="what a process took is told there"
)
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb(tmp_path, name):
    make, said = BOMBS[name]
    path = tmp_path / name
    make(path)
    told, seconds, megabytes = looked_at(path)
    assert said in str(told), str(told)[:500]
    assert len(told) < 60
    assert seconds < SECONDS and megabytes < MEGABYTES, (seconds, megabytes)


@pytest.mark.parametrize(("row", "times"), [(b"x\n", 2_000_001), (b"," * 1_000, 16_001)])
def test_a_table_of_a_folder_has_bounds_too(tmp_path, row, times):
    for name in ("units.csv", "codebook.csv", "sources.csv"):
        shutil.copy(Path(__file__).parents[1] / "worlds/cities" / name, tmp_path)
    (tmp_path / "figures.csv").write_bytes(b"id,year,indicator,value,source\n" + row * times)
    told, seconds, megabytes = looked_at(tmp_path)
    assert any("figures.csv: found" in each and "up to 2,000,000 rows" in each for each in told)
    assert seconds < SECONDS and megabytes < MEGABYTES
