"""A request is refused before it costs anything, and leaves no link to a page that failed."""

import json
import re
from dataclasses import replace

import nbformat
import pytest

from quyu.batch import report as request
from quyu.batch import run
from quyu.batch.files import alone
from quyu.batch.report import report

ASKED = {
    "provinces": ["西藏"], "region": "", "year": None, "data": None, "framework": None,
    "run": "", "workers": 2,
}  # fmt: skip
PAGE = "reports/540000-tibet.html"


def test_a_folder_in_use_is_refused_before_anything_is_planned(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "plan", lambda **_: pytest.fail("planned"))
    with (
        alone(tmp_path / "2023", say=print),
        pytest.raises(ValueError, match="another batch is writing into"),
    ):
        report(**ASKED, out=tmp_path, lang="en")


def test_a_request_that_is_refused_leaves_no_folder(tmp_path):
    with pytest.raises(ValueError, match="Nowhere"):
        report(**{**ASKED, "provinces": ["Nowhere"]}, out=tmp_path / "out", lang="en")
    assert [*tmp_path.iterdir()] == []


def test_no_page_leads_to_one_that_failed_in_another_language(tmp_path, monkeypatch, capsys):
    real = run.plan
    failing = True

    def plan(**wish):
        planned = real(**wish)
        if not failing or planned.lang != "en":
            return planned
        (job,) = planned.jobs
        book = nbformat.read(job.notebook, as_version=4)
        book.cells.insert(0, nbformat.v4.new_code_cell("1 / 0"))
        nbformat.write(book, tmp_path / "report-province.ipynb")
        return replace(planned, jobs=(replace(job, notebook=tmp_path / "report-province.ipynb"),))

    monkeypatch.setattr(run, "plan", plan)
    monkeypatch.setattr(request, "LANGUAGES", ("zh-hant", "en"))
    out = tmp_path / "out"
    assert report(**ASKED, out=out, lang="all") == 1
    assert "Preparing" in capsys.readouterr().out
    folder = out / "2023"
    assert (folder / "zh-hant" / PAGE).exists() and not (folder / "en" / PAGE).exists()
    assert _dead(folder) == []
    rows = json.loads((folder / "manifest.json").read_text())["reports"]
    assert {row["lang"]: row["status"] for row in rows} == {
        "zh-hant": "done", "en": "failed",
    }  # fmt: skip
    assert (folder / "failed/en/540000-tibet.ipynb").is_file()
    failing = False
    assert report(**ASKED, out=out, lang="all", quiet=True) == 0
    assert _dead(folder) == []
    assert f'href="../../en/{PAGE}"' in (folder / "zh-hant" / PAGE).read_text()


def _dead(folder):
    """The links of all pages that lead nowhere."""
    found = []
    for page in folder.rglob("*.html"):
        text = re.sub(r"<script.*?</script>", "", page.read_text(), flags=re.S)
        for href in re.findall(r'<a [^>]*href=["\']([^"\'#:]+)["\']', text):
            if not (page.parent / href).exists():
                found.append((page.name, href))
    return found
