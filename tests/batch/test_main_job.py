"""A small run of the main job, as a user asks for it, with one province that fails."""

import json
import subprocess
import sys

import nbformat
import pytest

from quyu.batch import run
from quyu.batch.jobs import execute
from quyu.batch.plan import plan
from quyu.batch.report import report
from quyu.batch.run import write


def _plan(out, **asked):
    given = {
        "provinces": [], "region": "", "year": None, "data": None,
        "framework": None, "lang": "zh-hant", "out": out, "run": "",
    }  # fmt: skip
    return plan(**{**given, **asked})


def test_plans_everything_by_default(tmp_path):
    jobs = _plan(tmp_path).jobs
    assert len([j for j in jobs if j.key.startswith("reports/")]) == 31
    assert [j.key for j in jobs if j.key.startswith("regions/")] == [
        "regions/east", "regions/central-west", "regions/northeast"
    ]  # fmt: skip
    assert "reports/150000-inner-mongolia" in {j.key for j in jobs}


@pytest.mark.parametrize("name", ["廣東", "广东省", "Guangdong", "440000", "guangdong"])
def test_a_province_has_many_names(tmp_path, name):
    (job,) = _plan(tmp_path, provinces=[name]).jobs
    assert job.key == "reports/440000-guangdong"


def test_a_region_means_its_brief_and_its_members(tmp_path):
    keys = [job.key for job in _plan(tmp_path, region="东北").jobs]
    assert keys == [
        "reports/210000-liaoning", "reports/220000-jilin", "reports/230000-heilongjiang",
        "regions/northeast",
    ]  # fmt: skip


def test_named_twice_is_written_once(tmp_path):
    assert len(_plan(tmp_path, provinces=["廣東", "440000"]).jobs) == 1


ASKED = {
    "provinces": ["廣東"], "region": "東北", "year": None, "data": None, "framework": None,
    "lang": "zh-hant", "run": "trial",
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return report(**ASKED, out=out, workers=2), out / "trial"


def test_a_run_writes_what_it_promises_and_no_more(written):
    code, folder = written
    assert code == 0
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    reports = ["210000-liaoning", "220000-jilin", "230000-heilongjiang", "440000-guangdong"]
    assert there == {
        "scores.csv",
        "manifest.json",
        "zh-hant/index.html",
        "zh-hant/atlas.html",
        "zh-hant/regions/northeast.html",
        *(f"zh-hant/reports/{name}.html" for name in reports),
        *(f"zh-hant/reports/{name}.ipynb" for name in reports),
    }


def test_the_manifest_tells_the_hash_of_every_file(written):
    import hashlib

    _, folder = written
    manifest = json.loads((folder / "manifest.json").read_text())
    files = dict(manifest["files"])
    for row in manifest["reports"]:
        assert row["status"] == "done"
        files |= row["files"]
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(files) == there - {"manifest.json"}
    for name, digest in files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert str(folder) not in json.dumps(manifest)


def test_a_report_is_the_same_from_a_process_with_nothing_ready(written):
    # What the others found rehearsed and opened, an ordinary kernel works out for itself.
    _, folder = written
    kept = nbformat.read(folder / "zh-hant/reports/440000-guangdong.ipynb", as_version=4)
    (job,) = _plan(folder.parent, provinces=["440000"]).jobs
    assert execute(job.notebook, job.parameters).notebook == kept


def test_what_has_not_changed_is_found_so_without_pandas(written):
    _, folder = written
    program = (
        "import sys\nfrom pathlib import Path\nfrom quyu.batch.report import report\n"
        f"code = report(**{ASKED!r}, out=Path({str(folder.parent)!r}), workers=2)\n"
        "print(code, [name for name in ('pandas', 'nbformat', 'papermill') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        f"Nothing has changed. Open {folder / 'zh-hant/index.html'}",
        "0 []",
    ]


def test_pages_hold_only_relative_links_that_exist(written):
    import re

    _, folder = written
    for page in folder.rglob("*.html"):
        # Leaflet's own code holds the text of a link that is never drawn.
        text = re.sub(r"<script.*?</script>", "", page.read_text(), flags=re.S)
        for href in re.findall(r'<a [^>]*href=["\']([^"\'#]+)["\']', text):
            assert not href.startswith(("http", "/")), href
            assert (page.parent / href).exists(), f"{page.name}: {href}"


def test_the_province_report_says_whose_it_is(written):
    _, folder = written
    text = (folder / "zh-hant/reports/440000-guangdong.html").read_text()
    assert "廣東" in text
    for part in ("各目標", "強項", "弱項", "五年變化", "全部指標", "方法與數據說明", "未公布"):
        assert part in text
    assert "Traceback" not in text
    assert "findfont" not in text


def test_a_failing_province_does_not_stop_the_others(tmp_path, monkeypatch, capsys):
    # One notebook of the batch raises; the other must come out, and the failure must be told.
    planned = _plan(tmp_path, provinces=["北京", "廣東"])
    broken = nbformat.read(planned.jobs[0].notebook, as_version=4)
    broken.cells.append(nbformat.v4.new_code_cell("assert adcode != '110000', 'made to fail'"))
    nbformat.write(broken, tmp_path / "broken.ipynb")
    jobs = tuple(
        run.Job(job.key, job.label, tmp_path / "broken.ipynb", job.parameters)
        for job in planned.jobs
    )
    stale = tmp_path / "2023/zh-hant/reports/110000-beijing.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("a page of an earlier run")
    code = write(run.Plan(planned.study, 2023, "zh-hant", jobs, tmp_path / "2023"), workers=2)
    assert code == 1
    assert not stale.exists()
    assert (tmp_path / "2023/zh-hant/reports/440000-guangdong.html").exists()
    assert (tmp_path / "2023/failed/zh-hant/110000-beijing.ipynb").exists()
    told = capsys.readouterr().out
    assert "made to fail" in told
    manifest = json.loads((tmp_path / "2023/manifest.json").read_text())
    states = {report["key"]: report["status"] for report in manifest["reports"]}
    assert states == {"reports/110000-beijing": "failed", "reports/440000-guangdong": "done"}
