"""A page on paper: A4, numbered, its Chinese found by a search; and what happens without a browser."""

import io
import os
import re
import shutil
import signal
import subprocess
import tempfile

import pikepdf
import pytest
from matplotlib.figure import Figure

from quyu.batch.faces import cut
from quyu.batch.pdf import browser, for_paper, print_pdf, remove_leftovers
from quyu.maps.picture import picture
from quyu.pages.links import linked, over, unit
from quyu.pages.page import ways

PAGE = """<!doctype html><html lang="zh-Hant"><meta charset="utf-8"><title>頁</title>
<style>@page { size: A4; @bottom-center { content: counter(page); } } h1 { break-before: page; }</style>
<p>質量發展報告 <a class="x" href="reports/a.html">別頁</a> <a href="#b">下</a></p><h1 id="b">第二頁</h1>"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "甲 b.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine")
def test_a_page_is_printed_on_a4_with_text_that_can_be_searched(page):
    printed = print_pdf(page)
    with pikepdf.open(io.BytesIO(printed)) as file:
        assert len(file.pages) == 2
        for sheet in file.pages:
            assert [*map(float, sheet.MediaBox[2:])] == pytest.approx([595.3, 841.9], abs=1)
        told = " ".join(map(repr, file.objects))
    assert "file:" not in told and "/Dest" in told
    if shutil.which("pdftotext"):
        out = page.with_suffix(".pdf")
        out.write_bytes(printed)
        told = subprocess.run(
            ["pdftotext", str(out), "-"], capture_output=True, text=True, check=True
        )
        assert "質量發展報告" in told.stdout and "第二頁" in told.stdout


def test_without_a_browser_it_says_what_to_install(monkeypatch, page):
    monkeypatch.setenv("PATH", str(page.parent))
    monkeypatch.delenv("QUYU_CHROMIUM", raising=False)
    with pytest.raises(ValueError, match=r"no Chromium, Chrome or Edge.*apt-get install chromium"):
        print_pdf(page)


def test_a_named_browser_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("QUYU_CHROMIUM", "/nowhere/chrome")
    with pytest.raises(ValueError, match="there is no /nowhere/chrome"):
        browser()


def test_a_browser_that_writes_nothing_is_an_error_with_its_last_words(monkeypatch, page, tmp_path):
    fake = tmp_path / "fake"
    fake.write_text("#!/bin/sh\necho cannot do it\n")
    fake.chmod(0o755)
    monkeypatch.setenv("QUYU_CHROMIUM", str(fake))
    with pytest.raises(ValueError, match=r"甲 b\.html.*wrote no PDF.*cannot do it"):
        print_pdf(page)


def test_a_browser_that_hangs_is_ended(monkeypatch, page, tmp_path):
    fake = tmp_path / "fake"
    fake.write_text("#!/bin/sh\nsleep 600 & wait\n")
    fake.chmod(0o755)
    monkeypatch.setenv("QUYU_CHROMIUM", str(fake))
    monkeypatch.setattr("quyu.batch.pdf.SECONDS", 0.3)
    with pytest.raises(ValueError, match=r"no PDF after 0\.3 seconds"):
        print_pdf(page)


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine")
@pytest.mark.parametrize("lang", ["zh-Hant", "zh-Hans", "en"])
def test_a_face_is_embedded_once(page, lang, tmp_path):
    face = "SC" if lang == "zh-Hans" else "TC"
    text = PAGE.replace("zh-Hant", lang).replace("<p>", "<p>“A” 前）。<b>粗</b>")
    page.write_text(
        text.replace("<style>", f"<style>body {{ font-family: 'Noto Sans CJK {face}' }}"), "utf-8"
    )
    if not cut(text, tmp_path):
        pytest.skip("no Noto Sans CJK on this machine")
    with pikepdf.open(io.BytesIO(print_pdf(page))) as file:
        kinds = [str(each.Subtype) for each in file.objects if _is_noto(each)]
    assert sorted(kinds) == ["/CIDFontType2"] * 2 + ["/Type0"] * 2  # regular and bold


def _is_noto(each):
    """Whether an object is a font of that name; type 3 has its name in what describes it."""
    named = isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"
    return named and "NotoSansCJK" in repr(each.get("/BaseFont", each.get("/FontDescriptor")))


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine")
def test_a_page_of_one_sheet_that_does_not_fit_is_told(page):
    told = []
    print_pdf(page, told.append)
    assert told == []  # two sheets, as any other page may have
    page.write_text(PAGE.replace("<html", '<html class="one"'), "utf-8")
    with pikepdf.open(io.BytesIO(print_pdf(page, told.append))) as file:
        assert len(file.pages) == 2
    assert told == ["甲 b.html: 2 sheets even without its notes; it is meant to be one."]


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine")
def test_the_same_page_gives_the_same_bytes(page):
    assert print_pdf(page) == print_pdf(page)


def test_paper_does_not_hang_on_which_other_pages_are_there(opened):
    say = opened("en").say
    drawn = over(
        '<svg viewBox="0 0 9 9"><path id="u0"/></svg>', {"220000": ["u0"]}, {"220000": "Jilin"}
    )
    named = f"<p>{unit('Jilin', '220000')}</p>{drawn}"
    there = named, linked(named, ["reports/220000-jilin.html"], "../")
    alone, among = (
        for_paper(f"<title>t</title>{ways(say, links, [])}{body}")
        for body, links in zip(there, ([], [("Jilin", "../reports/x.html")]), strict=True)
    )
    assert alone == among and "Jilin" in alone
    assert alone.count("<svg") == 1  # what lies over a map is for a screen


def test_a_title_stands_in_the_foot_and_ends_nothing(page):
    told = for_paper("<title>質 &lt;/style&gt;&quot; } \\</title><p>")
    assert told.startswith("<title>") and told.endswith("</style><p>")
    assert told.count("</style") == 1
    content = re.search(r'content: "([^"]*)"', told)[1]
    signs = re.findall(r"\\([0-9a-f]+) ", content)
    assert "".join(chr(int(sign, 16)) for sign in signs) == '質 </style>" } \\'


@pytest.mark.browser
@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("pdftotext")), reason="no Chromium or poppler"
)
def test_each_sheet_carries_the_title_of_the_page(page):
    out = page.with_suffix(".pdf")
    out.write_bytes(print_pdf(page))
    told = subprocess.run(["pdftotext", str(out), "-"], capture_output=True, text=True, check=True)
    assert [sheet.count("頁") for sheet in told.stdout.split("\f")[:2]] == [2, 2]


def test_a_hatch_of_a_picture_is_printed_as_lines():
    figure = Figure(figsize=(1, 1))
    figure.subplots().bar(["a"], [1], hatch="/////", edgecolor="#7d8790", facecolor="#ececec")
    drawn = picture(figure, "One bar.").svg
    told = for_paper(drawn)
    name = re.search(r'<pattern id="([^"]+)"', drawn)[1]
    assert "<pattern" not in told and f"url(#{name})" in told
    assert f'<linearGradient id="{name}"' in told
    assert 'x2="2.4"' in told and 'stop-color="#7d8790"' in told and 'stop-color="#ececec"' in told


def test_without_process_groups_the_browser_is_ended_by_its_number(monkeypatch, page, tmp_path):
    fake = tmp_path / "fake"
    fake.write_text("#!/bin/sh\nexec sleep 600\n")
    fake.chmod(0o755)
    killer = tmp_path / "taskkill"
    killer.write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/asked"\nkill -9 "$4"\n')
    killer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("QUYU_CHROMIUM", str(fake))
    monkeypatch.setattr("quyu.batch.pdf.SECONDS", 0.3)
    monkeypatch.delattr(os, "killpg")
    monkeypatch.delattr(signal, "SIGKILL")
    with pytest.raises(ValueError, match=r"no PDF after 0\.3 seconds"):
        print_pdf(page)
    assert (tmp_path / "asked").read_text().startswith("/F /T /PID ")


def test_only_old_folders_of_prints_are_swept(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, fresh, foreign = (tmp_path / f"quyu-pdf-{name}" for name in ("old", "new", "foreign"))
    for folder in (old, fresh, foreign):
        (folder / "profile").mkdir(parents=True)
        (folder / "page.html").touch()
    (foreign / "thesis.txt").touch()
    (tmp_path / "quyu-pdf-link").symlink_to(fresh)
    for folder in (old, foreign):
        os.utime(folder, (0, 0))
    remove_leftovers()
    assert {path.name for path in tmp_path.iterdir()} == {
        "quyu-pdf-new", "quyu-pdf-foreign", "quyu-pdf-link",
    }  # fmt: skip
