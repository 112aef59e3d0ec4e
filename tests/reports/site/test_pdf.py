"""A page on paper: A4, numbered, its Chinese found by a search; and what happens without a browser."""

import re
import shutil
import subprocess

import pytest

from quyu.reports.site.pdf import browser, print_pdf

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
    sheets = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert len(sheets) == 2
    for width, height in sheets:
        assert (float(width), float(height)) == pytest.approx((595.3, 841.9), abs=1)
    assert b"file:" not in printed and b"/Dest" in printed
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
    monkeypatch.setattr("quyu.reports.site.pdf.SECONDS", 0.3)
    with pytest.raises(ValueError, match=r"no PDF after 0\.3 seconds"):
        print_pdf(page)


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine")
def test_the_same_page_gives_the_same_bytes(page):
    assert print_pdf(page) == print_pdf(page)
