"""A synthetic world of three provinces, small enough to know by heart."""

import csv
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from quyu.facts.given import read_given

PROVINCES = """\
adcode,name_zh_hans,name_zh_hant,name_en,short_zh_hans,short_zh_hant,aliases,zone,region,area_km2
110000,东省,東省,East,东,東,E;Orient,東部,東部,100
120000,西省,西省,West,西,西,,西部,中西部,200.5
810000,港,港,Port,港口,港口,,,,1
"""
CODEBOOK = """\
indicator,name_zh_hans,name_zh_hant,name_en,definition,unit,unit_zh_hans,unit_en,factor,canonical_unit,years,official_source,grade,caveat,caveat_zh_hant,verification,by_province,min,max
output,产出,產出,Output,Synthetic output.,億元,亿元,100 million yuan,100000000,yuan,2020–2022,Synthetic Yearbook,A,,,Synthetic.,yes,0,1000
heads,人数,人數,Heads,Synthetic heads.,萬人,万人,"10,000 persons",10000,persons,2020,Synthetic Yearbook,B,,,Synthetic.,yes,1,500
pass_rate,合格率,合格率,Pass rate,Synthetic rate.,%,%,per cent,0.01,share,,,,,,,no,0,100
"""  # noqa: E501
SOURCES = """\
key,publication,publication_zh_hans,publication_en,publisher,publisher_en,table,edition,years,terms,grade,note
yb,虛構年鑑,虚构年鉴,Synthetic Yearbook,虛構局,Synthetic Bureau,表一,2023,2020–2022,none,,synthetic
"""
FIGURES = """\
adcode,year,indicator,value,source
110000,2020,output,10.50,yb
110000,2022,output,12,yb
120000,2020,output,3,yb
120000,2020,heads,2,yb
100000,2020,output,14,yb
"""
TARGETS = """\
adcode,year,indicator,target,relation,unit,document
110000,2025,pass_rate,98,>=,%,虛構規劃
"""
PAIRS = """\
giver,receiver,scheme,valid_from,superseded,as_read,document,note
110000,120000,虛構協作,2016,not known,2016,虛構文件,
"""


def shapes(kind: str, properties: list[dict]) -> str:
    """A GeoJSON of squares, or of dashes, side by side."""
    square = [[0, 0], [0.9, 0], [0.9, 0.9], [0, 0.9], [0, 0]]
    features = []
    for place, own in enumerate(properties):
        ring = [[x + place, y] for x, y in square]
        coordinates = [ring] if kind == "Polygon" else ring[:2]
        geometry = {"type": kind, "coordinates": coordinates}
        features.append({"type": "Feature", "properties": own, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features})


CODES = ("110000", "120000", "810000")
LAND = shapes("Polygon", [{"adcode": code, "label_lon": 0, "label_lat": 0} for code in CODES])
DASHES = shapes("LineString", [{"dash": number} for number in range(1, 11)])


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A folder shaped like geodata/."""
    folder = tmp_path / "world"
    folder.mkdir()
    for name, text in {
        "provinces": PROVINCES,
        "codebook": CODEBOOK,
        "sources": SOURCES,
        "figures": FIGURES,
        "targets": TARGETS,
        "assistance_pairs": PAIRS,
    }.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "provinces.geojson").write_text(LAND)
    (folder / "dashline.geojson").write_text(DASHES)
    return folder


@pytest.fixture
def spoil(world: Path):
    """Replaces a word in one of the world's tables, once."""

    def replace(table: str, old: str, new: str) -> Path:
        path = world / f"{table}.csv"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        assert list(csv.reader(path.open(encoding="utf-8")))
        return world

    return replace


GOOD = [["地区", "制造业产品质量合格率（%）"], ["北京", 93], ["天津", 94.5]]


@pytest.fixture
def write():
    """Writes a file of figures: bytes, text, or a workbook of rows by sheet."""

    def written(folder, content, kind="csv", encoding="utf-8"):
        path = folder / f"mine.{kind}"
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_bytes(content.encode(encoding))
        else:
            book = openpyxl.Workbook()
            book.remove(book.active)
            for name, rows in content.items():
                sheet = book.create_sheet(name)
                for row in rows:
                    sheet.append(row)
            book.save(path)
        return path

    return written


@pytest.fixture
def damaged(write):
    """Writes a sound workbook, one part of it changed; `sheets` are other sheets than the usual."""

    def hurt(folder, part, old, new, sheets=None):
        path = write(folder, sheets or {"2023年": GOOD}, "xlsx")
        with zipfile.ZipFile(path) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in parts.items():
                packed.writestr(name, content)
        return path

    return hurt


@pytest.fixture
def read():
    """What is told of a file, and its own figures, none where anything is open."""

    def made_of(path, answers=None):
        try:
            given = read_given(path, answers)
        except ValueError as refusal:
            return str(refusal), {}
        told = "\n".join([*map(str, given.faults), *given.own.told, *given.own.left])
        if given.faults:
            return told, {}
        figures = given.typed["figures"]
        figures = figures[figures.index > 0]
        keys = zip(
            figures["adcode"], figures["year"].astype(int), figures["indicator"], strict=True
        )
        return told, dict(zip(keys, figures["value"].tolist(), strict=True))

    return made_of
