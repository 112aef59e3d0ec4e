"""What a reader takes from the atlas: a CSV that spreadsheets read rightly, a PNG that is a whole map."""

import csv
import io

import pytest
from PIL import Image

pytestmark = pytest.mark.browser


def download(tab, button):
    with tab.expect_download() as coming:
        tab.click(button)
    return coming.value.suggested_filename, coming.value.path().read_bytes()


def test_the_csv_has_a_mark_the_right_characters_and_every_figure(visit, atlas_file, panel):
    seen = visit(atlas_file, act=lambda tab: download(tab, "#csv"))
    file, content = seen.answer[0]
    assert seen.troubles == []
    assert file == "quyu-atlas-zh-hant.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head[:5] == ["代碼", "省份", "年份", "合成指數", "合成目標（%）"]
    assert len(rows) == 34 * 3 and {len(row) for row in rows} == {len(head)}
    found = {(row[0], int(row[2])): row for row in rows}
    assert found["440000", 2022][1] == "廣東"
    assert float(found["440000", 2022][3]) == pytest.approx(
        panel.loc[("440000", 2022), "index"], abs=5e-4
    )
    assert found["540000", 2023][4] == ""  # missing stays missing
    assert found["440000", 2023][5:] == ["13", "11", "15", "60.0–80.0", "0.6"]


def test_the_csv_speaks_the_language_that_is_shown(visit, atlas_file):
    def act(tab):
        tab.click("#languages [value=en]")
        return download(tab, "#csv")

    file, content = visit(atlas_file, act=act).answer[0]
    assert file == "quyu-atlas-en.csv"
    assert content.decode("utf-8-sig").startswith(
        "Code,Province,Year,Made-up index,Made-up goal (%)"
    )


FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "\u200e=1",
    '=HYPERLINK("x")',
)


def test_the_csv_holds_no_formula_and_negative_numbers_stay_numbers(
    visit, write, names, panel, tmp_path
):
    path, changed = tmp_path / "atlas.html", names.copy()
    for code, name in zip(names.index[1:], FORMULAS, strict=False):
        changed.loc[code] = name
    html = write(names=changed, values=panel - 100)
    path.write_text(html, encoding="utf-8")
    _, content = visit(path, act=lambda tab: download(tab, "#csv")).answer[0]
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    found = {row[0]: row[1] for row in rows}
    for code, name in zip(names.index[1:], FORMULAS, strict=False):
        assert found[code] == f"'{name}"
    assert "110000,北京,2021,-95," in content.decode()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_png_is_the_whole_map_with_title_legend_and_sources(visit, atlas_file, width):
    seen = visit(atlas_file, width=width, act=lambda tab: download(tab, "#png"))
    file, content = seen.answer[0]
    assert seen.troubles == []
    assert file == "quyu-atlas-2023-index-zh-hant.png"
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    assert picture.width == 2400 and 2200 < picture.height < 2800
    colours = {colour for _, colour in picture.getcolors(maxcolors=10**6)}
    for shade in ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494", "#ececec"):
        assert tuple(bytes.fromhex(shade[1:])) in colours
    taiwan = picture.crop((1700, 1460, 1850, 1620)).getcolors(maxcolors=10**6)
    assert sum(number for number, colour in taiwan if colour == (0xEC, 0xEC, 0xEC)) > 500
    bands = {
        "title": (0, 200),
        "inset": (1500, 1980),
        "legend": (2020, 2200),
        "sources": (2230, picture.height),
    }
    for part, (top, bottom) in bands.items():
        left = 1850 if part == "inset" else 0
        dark = picture.crop((left, top, 2400, bottom)).convert("L").point(lambda at: at < 120)
        assert dark.getbbox(), f"no {part}"


def test_the_png_follows_what_is_chosen(visit, atlas_file):
    def act(tab):
        before = download(tab, "#png")[1]
        tab.select_option("#dimension", "goal")
        tab.select_option("#outlines", "region")
        tab.select_option("#ties", "proposed")
        tab.click("#languages [value=en]")
        return before, *download(tab, "#png")

    seen = visit(atlas_file, act=act)
    before, file, after = seen.answer[0]
    assert seen.troubles == []
    assert file == "quyu-atlas-2023-goal-en.png"
    xinjiang = [
        Image.open(io.BytesIO(each)).convert("RGB").getpixel((395, 660)) for each in (before, after)
    ]
    assert xinjiang == [(0x25, 0x34, 0x94), (0xFF, 0xFF, 0xCC)]  # 97 in the index, 5 in the goal
