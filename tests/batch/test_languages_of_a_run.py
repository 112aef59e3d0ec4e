"""One request for all languages: pages that lead to each other, PDFs beside them, one zip."""

import io
import json
import re
import shutil
import zipfile

import pytest

from quyu.batch.plan import plan
from quyu.batch.report import report
from quyu.batch.run import parts
from quyu.batch.site import archive
from quyu.batch.store import Ledger
from quyu.study import certainty
from quyu.words import LANGUAGES

REPORT = "reports/540000-tibet.html"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("languages of a run")
    asked = {
        "provinces": ["西藏"], "region": "", "year": None, "data": None, "framework": None,
        "out": out, "run": "", "workers": 2, "quiet": True,
    }  # fmt: skip
    pdf = bool(shutil.which("chromium"))
    assert report(**asked, lang="all", pdf=pdf, packed=True) == 0
    return asked, pdf, out / "2023"


def test_every_page_leads_to_itself_in_the_other_languages(run):
    folder = run[-1]
    for lang in LANGUAGES:
        for page, up in (("index.html", "../"), (REPORT, "../../")):
            said = (folder / lang / page).read_text(encoding="utf-8")
            for other in set(LANGUAGES) - {lang}:
                assert f'href="{up}{other}/{page}"' in said


def test_the_kept_notebook_reads_in_the_language_of_its_page(run):
    folder = run[-1]
    for lang, heading in zip(
        LANGUAGES, ("## 官方目標", "## 官方目标", "## Official targets"), strict=True
    ):
        kept = (folder / lang / REPORT).with_suffix(".ipynb").read_text(encoding="utf-8")
        assert heading in ["".join(c["source"]) for c in json.loads(kept)["cells"]]


def test_the_zip_holds_all_pages_and_its_links_lead_inside(run):
    _, pdf, folder = run
    packed = (folder / "2023.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        names = set(file.namelist())
        page = file.read(f"2023/en/{REPORT}").decode()
    assert {f"2023/{lang}/{REPORT}" for lang in LANGUAGES} <= names
    assert "2023/scores.csv" in names and not [n for n in names if n.endswith(".ipynb")]
    assert any(name.endswith(".pdf") for name in names) == pdf
    for href in re.findall(r'<a href="((?:\.\./)[^"#]+)"', page):
        parts_ = ["2023", "en", "reports", *href.split("/")]
        while ".." in parts_:
            at = parts_.index("..")
            del parts_[at - 1 : at + 1]
        assert "/".join(parts_) in names, href
    assert packed == archive(folder, [name.removeprefix("2023/") for name in names])


def test_nothing_is_done_again_and_a_lost_pdf_alone_is_printed_anew(run, capsys):
    asked, pdf, folder = run
    written = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert report(**{**asked, "quiet": False}, lang="all", pdf=pdf, packed=True) == 0
    assert "Nothing has changed" in capsys.readouterr().out
    assert written == {
        path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }
    if pdf:
        lost = (folder / "en" / REPORT).with_suffix(".pdf")
        lost.unlink()
        assert report(**asked, lang="all", pdf=True, packed=True) == 0
        assert lost.read_bytes().startswith(b"%PDF-")
        page = folder / "zh-hant" / REPORT
        assert page.stat().st_mtime_ns == written[page]


def test_without_a_browser_pdfs_are_refused_and_the_pages_stand(run, monkeypatch, tmp_path):
    asked = {**run[0], "out": tmp_path}
    monkeypatch.setenv("QUYU_CHROMIUM", "/nowhere/chrome")
    with pytest.raises(ValueError, match="install one"):
        report(**asked, lang="en", pdf=True)
    assert (tmp_path / "2023" / "en" / REPORT).is_file()


def test_scores_are_the_same_file_whatever_the_language(run):
    asked = {k: v for k, v in run[0].items() if k not in ("workers", "quiet")}
    made = [
        parts(planned := plan(**asked, lang=lang), set(), Ledger(planned).elsewhere)["scores.csv"]
        for lang in LANGUAGES
    ]
    assert made[0] == made[1] == made[2]
    assert certainty.read_robustness().draws == 10_000
