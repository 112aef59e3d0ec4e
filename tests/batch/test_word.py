"""A page for Word: what an office edits is made of real headings, tables, pictures and links."""

import io
import zipfile

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from matplotlib.figure import Figure

from quyu.batch.word import word
from quyu.maps.picture import picture
from quyu.pages.links import over
from quyu.pages.page import page
from quyu.pages.tables import table
from quyu.words import words

FOOT = "僅用於統計展示"


def made(lang):
    return word(_page(lang, _body()), foot=FOOT)


def _body():
    frame = pd.DataFrame(
        {"name": ["遼寧", "吉林"], "全國中位數的位次": ["47.6", "40.1"], "goal": ["甲", "乙"]}
    )
    told = table(
        frame, title="R&D", numbers=["全國中位數的位次"], group="goal", focus=["吉林"], note="注"
    ).data
    drawn = over(picture(Figure(figsize=(2, 1)), "一個空框").svg, {"1": ["u0"]}, {"1": "甲省"})
    return f"""<dl class='facts'><div><dt>指數</dt><dd>47.6 <small>分</small></dd></div>
    <div><dt>位次</dt><dd>14</dd></div></dl><dl class='answers'><div><dt>誰領先？</dt>
    <dd><b>遼寧第一</b>。其後：<ul class='plain'><li>吉林</li><li>黑龍江</li></ul></dd></div>
    <div><dt>缺甚麼？</dt><dd>三項。</dd></div></dl><p class="lead">前言<sup>2</sup>
    <a href="#source-1">1</a> <a href="../reports/b.html">乙省</a></p><h2>一</h2>{told}
    <figure><figcaption class="finding">發現</figcaption>{drawn}</figure><h2>二</h2><h3>來源</h3>
    <ol class="plain note"><li id="source-1">年鑑</li><li>公報 <a href="https://stats.gov.cn/a">址</a></li></ol>
    <a href="data:text/csv;base64,YQ==" download="a.csv">CSV</a>"""


def _page(lang, body):
    return page(
        body, say=words(lang), title="甲 & 乙", description="", year=2024, colophon=["版本"],
        links=[("總覽", "../index.html")], languages=[],
    )  # fmt: skip


def of(body, lang="zh-hant"):
    return Document(io.BytesIO(word(_page(lang, body), foot=FOOT)))


@pytest.fixture(scope="module")
def file():
    return Document(io.BytesIO(made("zh-hant")))


def test_headings_are_headings_and_the_screen_stays_behind(file):
    heads = [(p.style.name, p.text) for p in file.paragraphs if p.style.name.startswith("Heading")]
    assert heads == [
        ("Heading 1", "甲 & 乙"),
        ("Heading 2", "一"),
        ("Heading 2", "二"),
        ("Heading 3", "來源"),
    ]
    texts = " ".join(p.text for p in file.paragraphs)
    assert "前言2 1 乙省" in texts and "版本" in texts
    assert "總覽" not in texts and "CSV" not in texts


def cells(table):
    return [
        ["".join(cell.xpath(".//w:t/text()")) for cell in row.tc_lst] for row in table._tbl.tr_lst
    ]


def test_figures_stand_side_by_side_and_an_answer_under_its_question(file):
    assert cells(file.tables[0]) == [["指數", "位次"], ["47.6 分", "14"]]
    told = [p for p in file.paragraphs if p.text.strip()][1:7]
    assert [p.text.strip() for p in told] == [
        "誰領先？",
        "遼寧第一。其後：",
        "•\t吉林",
        "•\t黑龍江",
        "缺甚麼？",
        "三項。",
    ]
    bold = [[run.bold for run in p.runs if run.text.strip()] for p in told]
    assert bold == [[True], [True, None], [None, None], [None, None], [True], [None]]
    assert [p.paragraph_format.keep_with_next for p in told[:2]] == [True, None]


def test_a_table_has_its_heads_on_every_sheet(file):
    each = file.tables[-1]
    assert cells(each) == [
        ["name", "全國中位數的位次"],
        ["甲"],
        ["遼寧", "47.6"],
        ["乙"],
        ["吉林", "40.1"],
    ]
    heads = [
        row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None
        for row in each._tbl.tr_lst
    ]
    assert heads == [True, False, False, False, False]
    assert each._tbl.tr_lst[2].tc_lst[1].xpath(".//w:jc/@w:val") == ["right"]
    bold = [bool(row.xpath(".//w:b")) for row in each._tbl.tr_lst]
    assert bold == [True, True, False, True, True]
    kept = [bool(row.xpath(".//w:keepNext")) for row in each._tbl.tr_lst]
    assert kept == [True, True, False, True, False]


def test_a_picture_has_its_sentence_and_a_link_its_goal(file):
    (picture,) = file.inline_shapes
    assert picture._inline.docPr.get("descr") == "一個空框"
    near, far = file.element.body.xpath(".//w:hyperlink")
    marks = file.element.body.xpath(".//w:bookmarkStart/@w:name")
    assert near.get(qn("w:anchor")) in marks
    outside = {rel.target_ref for rel in file.part.rels.values() if rel.is_external}
    assert outside == {"https://stats.gov.cn/a"}  # no page beside it: a document is sent alone
    assert file.part.rels[far.get(qn("r:id"))].target_ref == "https://stats.gov.cn/a"
    assert "1.\t年鑑" in [p.text for p in file.paragraphs]


@pytest.mark.parametrize(
    ("lang", "spoken", "face"),
    [("zh-hant", "zh-TW", "TC"), ("zh-hans", "zh-CN", "SC"), ("en", "zh-TW", "TC")],
)
def test_it_tells_its_language_its_face_and_its_sheets(lang, spoken, face):
    content = made(lang)
    assert content == made(lang)
    file = Document(io.BytesIO(content))
    assert file.core_properties.title == "甲 & 乙"
    assert file.core_properties.language == words(lang).html_lang
    (told,) = file.styles.element.xpath("w:docDefaults//w:lang")
    assert told.get(qn("w:eastAsia")) == spoken
    fonts = file.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == f"Noto Sans CJK {face}"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        foot = parts.read("word/footer1.xml").decode()
        assert "altName" in parts.read("word/fontTable.xml").decode()
    assert FOOT in foot and "NUMPAGES" in foot


ROW = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 150 18' width='150' aria-hidden='true'></svg>"


@pytest.mark.parametrize(("kind", "rows"), [("panels three", 2), ("panels", 1)])
def test_small_charts_stand_side_by_side_and_none_leaves_its_column(kind, rows):
    drawn = picture(Figure(figsize=(4, 2)), "圖").svg * 4
    file = of(
        f"<p class='scale'><b style='color:#009E73'>━</b> 甲</p><div class='{kind}'>{drawn}</div>"
    )
    (table,) = file.tables
    assert len(table._tbl.tr_lst) == rows
    assert not table._tbl.xpath(".//w:tblBorders")
    columns = [int(width) for width in table._tbl.xpath("./w:tblGrid/w:gridCol/@w:w")]
    assert len(columns) == 4 - (rows == 2)
    assert [shape.width.twips < columns[0] for shape in file.inline_shapes] == [True] * 4
    (key,) = [p for p in file.paragraphs if "甲" in p.text and "━" in p.text]
    assert str(key.runs[0].font.color.rgb) == "009E73" and key.paragraph_format.keep_with_next


def test_a_row_s_picture_is_a_line_high_has_room_and_is_passed_over_by_voices():
    head = "<tr><th>Quality infra\u00adstructure</th><th>甲</th></tr>"
    file = of(
        f"<table><thead>{head}</thead><tbody><tr><td>{ROW}</td><td>1</td></tr></tbody></table>"
    )
    (shape,) = file.inline_shapes
    assert shape.height.pt == pytest.approx(10, abs=0.3)
    column = int(file.tables[0]._tbl.xpath("./w:tblGrid/w:gridCol/@w:w")[0])
    assert shape.width.twips < column
    assert b"decorative" in etree.tostring(shape._inline.docPr)
    assert len(file.tables[0]._tbl.xpath(".//w:softHyphen")) == 1


def test_a_crowded_table_is_set_smaller_rather_than_broken_within_words():
    cells = "".join(f"<td>Heilongjiang{n}</td>" for n in range(12))
    file = of(f"<table><tbody><tr>{cells}</tr></tbody></table>", "en")
    (size,) = {*file.tables[0]._tbl.xpath(".//w:sz/@w:val")}
    assert 12 <= int(size) < 16  # half points


def test_a_sheet_s_foot_is_two_lines_with_the_number_at_the_right():
    first, second = of("").sections[0].footer.paragraphs
    assert second.text == FOOT and FOOT not in first.text
    tabs = first._p.xpath("./w:pPr/w:tabs/w:tab/@w:val")
    assert tabs[-1] == "right" and {*tabs[:-1]} == {"clear"}


def test_how_to_read_a_table_is_said_without_what_a_phone_folds_it_behind():
    frame = pd.DataFrame({"甲": ["1"]})
    file = of(table(frame, title="表", note="灰線是全國。", fold="怎樣讀這張表").data)
    assert "灰線是全國。" in [p.text for p in file.paragraphs]


def test_what_stands_under_a_heading_stays_with_what_follows():
    kept = [
        p.paragraph_format.keep_with_next for p in of("<h2>一</h2><p>先</p><p>後</p>").paragraphs
    ]
    assert kept[2:4] == [True, None]
