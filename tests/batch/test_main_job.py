"""The main job as a user asks for it: refused before it costs anything, all of it there in the end."""

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pikepdf
import pytest
from docx import Document
from lxml import html

from quyu.batch import plan as main_job
from quyu.batch.execute import execute
from quyu.batch.plan import Plan, parts, plan
from quyu.batch.report import report
from quyu.batch.request import Request
from quyu.batch.site import archive
from quyu.batch.store import alone
from quyu.study import certainty, report_year
from quyu.words import LANGUAGES, unmarked

YEAR = report_year()


def keys(**asked):
    return [job.key for job in plan(Request(**asked)).jobs]


def test_plans_everything_by_default():
    planned = keys()
    assert len([key for key in planned if key.startswith("reports/")]) == 31
    assert [key for key in planned if key.startswith("regions/")] == [
        "regions/east", "regions/central-west", "regions/northeast"
    ]  # fmt: skip
    assert "reports/150000-inner-mongolia" in planned


def test_a_province_has_many_names_and_is_written_once():
    names = ("廣東", "广东省", "Guangdong", "440000", "guangdong")
    assert keys(provinces=names) == ["reports/440000-guangdong"]


def test_a_region_means_its_brief_and_its_members():
    assert keys(region="东北") == [
        "reports/210000-liaoning", "reports/220000-jilin", "reports/230000-heilongjiang",
        "regions/northeast",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../escape", "a/b", "..", "a\\b", "C:x"])
def test_a_run_stays_in_its_folder(name):
    with pytest.raises(ValueError, match="--run"):
        Request(run=name).folder(YEAR)


def test_a_folder_in_use_is_refused_before_anything_is_planned(tmp_path, monkeypatch):
    monkeypatch.setattr(main_job, "plan", lambda *_: pytest.fail("planned"))
    with (
        alone(tmp_path / str(YEAR), say=print),
        pytest.raises(ValueError, match="another command is writing into"),
    ):
        report(Request(provinces=("西藏",), out=tmp_path, lang="en"))


def test_a_request_that_is_refused_leaves_no_folder(tmp_path):
    with pytest.raises(ValueError, match="Nowhere"):
        report(Request(provinces=("Nowhere",), out=tmp_path / "out", lang="en"))
    assert [*tmp_path.iterdir()] == []


def test_scores_are_the_same_file_whatever_the_language():
    made = [
        parts(Plan(Request(), SimpleNamespace(lang=lang), YEAR, ()), set(), {})["scores.csv"][:2]
        for lang in LANGUAGES
    ]
    assert made[0] == made[1] == made[2]
    assert certainty.read_robustness().draws == 10_000


def links(page):
    """Where a page leads to; Leaflet's own code holds the text of a link that is never drawn."""
    text = re.sub(r"<script.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.S)
    return re.findall(r'<a [^>]*href=["\'](?!data:)([^"\'#]+)["\']', text)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    asked = Request(provinces=("廣東",), region="東北", out=out, run="trial", workers=2)
    assert report(asked) == 0
    return out / "trial"


@pytest.mark.prove
def test_a_run_writes_what_it_promises_and_no_more(written):
    there = {path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file()}
    reports = ["210000-liaoning", "220000-jilin", "230000-heilongjiang", "440000-guangdong"]
    assert there == {
        "scores.csv",
        "manifest.json",
        "zh-hant/index.html",
        "zh-hant/atlas.html",
        "zh-hant/compare.html",
        "zh-hant/glossary.html",
        "zh-hant/regions/northeast.html",
        *(f"zh-hant/reports/{name}.html" for name in reports),
        *(f"zh-hant/reports/{name}.ipynb" for name in reports),
        *(f"zh-hant/summaries/{name}.html" for name in [*reports, "northeast"]),
    }
    manifest = json.loads((written / "manifest.json").read_text())
    files = dict(manifest["files"])
    for row in manifest["reports"]:
        assert row["status"] == "done"
        files |= row["files"]
    assert set(files) == there - {"manifest.json"}
    for name, digest in files.items():
        assert hashlib.sha256((written / name).read_bytes()).hexdigest() == digest
    assert str(written) not in json.dumps(manifest)


@pytest.mark.prove
def test_a_report_is_the_same_from_a_process_with_nothing_ready(written):
    # What the others found rehearsed and opened, an ordinary kernel works out for itself.
    kept = nbformat.read(written / "zh-hant/reports/440000-guangdong.ipynb", as_version=4)
    (job,) = plan(Request(provinces=("440000",))).jobs
    assert execute(job.notebook, job.parameters).notebook == kept


@pytest.mark.prove
def test_pages_hold_only_relative_links_that_exist(written):
    for page in written.rglob("*.html"):
        for href in links(page):
            assert not href.startswith(("http", "/")), href
            assert (page.parent / href).exists(), f"{page.name}: {href}"


@pytest.mark.prove
def test_the_province_report_says_whose_it_is(written):
    text = (written / "zh-hant/reports/440000-guangdong.html").read_text()
    assert "廣東" in text
    for part in (
        "各目標",
        "強項",
        "弱項",
        "考察期的變化",
        "全部指標",
        "方法與數據說明",
        "未公布",
    ):
        assert part in text
    assert "Traceback" not in text
    assert "findfont" not in text


REPORT = "reports/540000-xizang.html"


@pytest.fixture(scope="module")
def in_all(tmp_path_factory):
    """A report in every language, with PDFs where there is a browser, and its zip."""
    out = tmp_path_factory.mktemp("languages")
    asked = Request(
        provinces=("西藏",), lang="all", out=out, workers=2, packed=True, docx=True,
        pdf=bool(shutil.which("chromium")),
    )  # fmt: skip
    assert report(asked) == 0
    return asked, out / str(YEAR)


@pytest.mark.prove
def test_every_page_leads_to_itself_in_the_other_languages(in_all):
    folder = in_all[-1]
    headings = ("## 官方目標", "## 官方目标", "## Official targets")
    for lang, heading in zip(LANGUAGES, headings, strict=True):
        for page, up in (("index.html", "../"), (REPORT, "../../")):
            there = links(folder / lang / page)
            assert {f"{up}{other}/{page}" for other in set(LANGUAGES) - {lang}} <= {*there}
        # The kept notebook reads in the language of its page.
        kept = (folder / lang / REPORT).with_suffix(".ipynb").read_text(encoding="utf-8")
        assert heading in ["".join(cell["source"]) for cell in json.loads(kept)["cells"]]


@pytest.mark.prove
def test_the_zip_holds_all_pages_and_its_links_lead_inside(in_all):
    asked, folder = in_all
    packed = (folder / f"{YEAR}.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        names = set(file.namelist())
    assert {f"{YEAR}/{lang}/{REPORT}" for lang in LANGUAGES} <= names
    assert f"{YEAR}/scores.csv" in names and not [n for n in names if n.endswith(".ipynb")]
    assert any(name.endswith(".pdf") for name in names) == asked.pdf
    assert {f"{YEAR}/{lang}/{REPORT[:-5]}.docx" for lang in LANGUAGES} <= names
    page = folder / "en" / REPORT
    for href in links(page):
        inside = (page.parent / href).resolve().relative_to(folder.parent.resolve())
        assert inside.as_posix() in names, href
    assert packed == archive(folder, [name.removeprefix(f"{YEAR}/") for name in names])


@pytest.mark.prove
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_document_says_what_its_page_says(in_all, lang):
    page = in_all[-1] / lang / REPORT
    tree = html.fromstring(re.sub(r"<svg.*?</svg>", "", page.read_text("utf-8"), flags=re.S))
    file = Document(page.with_suffix(".docx"))
    heads = [said(p.text) for p in file.paragraphs if p.style.name.startswith("Heading")]
    assert heads == [
        said(each.text_content())
        for each in tree.xpath("//article//*[self::h1 or self::h2 or self::h3]")
    ]
    tables = [[[said(c) for c in cells(row)] for row in each._tbl.tr_lst] for each in file.tables]
    rows = [
        [row.xpath("th|td") for row in each.iter("tr")] for each in tree.xpath("//article//table")
    ]
    told = [[[said(cell.text_content()) for cell in row] for row in each] for each in rows]
    assert [each for each in tables if each in told] == told


def cells(row):
    return ["".join(cell.xpath(".//w:t/text()")) for cell in row.tc_lst]


def said(text):
    return " ".join(unmarked(text).replace("\xad", "").split())


@pytest.mark.prove
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_office_opens_the_word_document(in_all, lang, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("no LibreOffice on this machine")
    page = in_all[-1] / lang / REPORT
    given = [
        f"-env:UserInstallation={tmp_path.as_uri()}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    command = ["soffice", *given, "--outdir", str(tmp_path), str(page.with_suffix(".docx"))]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    made = tmp_path / f"{page.stem}.pdf"
    if not made.is_file() and "source file could not be loaded" in told.stderr + told.stdout:
        pytest.skip("this LibreOffice has no Writer")
    with pikepdf.open(made) as file:
        assert 4 <= len(file.pages) <= 20


@pytest.mark.prove
def test_nothing_is_done_again_and_a_lost_pdf_alone_is_printed_anew(in_all, capsys):
    asked, folder = in_all

    def times():
        return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}

    written = times()
    assert report(asked) == 0
    assert "Nothing has changed" in capsys.readouterr().out
    assert times() == written
    if asked.pdf:
        lost = (folder / "en" / REPORT).with_suffix(".pdf")
        lost.unlink()
        assert report(asked) == 0
        assert lost.read_bytes().startswith(b"%PDF-")
        page = folder / "zh-hant" / REPORT
        assert page.stat().st_mtime_ns == written[page]


@pytest.mark.prove
def test_without_a_browser_pdfs_are_refused_and_the_pages_stand(monkeypatch, tmp_path):
    monkeypatch.setenv("QUYU_CHROMIUM", "/nowhere/chrome")
    asked = Request(provinces=("西藏",), lang="en", out=tmp_path, workers=2, pdf=True)
    with pytest.raises(ValueError, match="install one"):
        report(asked)
    assert (tmp_path / str(YEAR) / "en" / REPORT).is_file()
    assert report(replace(asked, pdf=False)) == 0


@pytest.mark.prove
def test_a_later_run_keeps_what_still_stands_in_the_manifest(tmp_path):
    def keys_after(name):
        assert report(Request(provinces=(name,), out=tmp_path, workers=1)) == 0
        reports = json.loads((tmp_path / f"{YEAR}/manifest.json").read_text())["reports"]
        return {row["key"] for row in reports}

    keys_after("海南")
    assert keys_after("廣東") == {"reports/460000-hainan", "reports/440000-guangdong"}
    Path(tmp_path / f"{YEAR}/zh-hant/reports/460000-hainan.html").write_text("touched")
    assert keys_after("廣東") == {"reports/440000-guangdong"}
