"""Batches of tiny notebooks on a made-up study: nothing lost, nothing done twice, nothing believed falsely.

Run as a script it is one such batch, a process of its own that can be killed.
"""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import Future
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from unittest.mock import Mock, patch

import nbformat
import psutil
import pytest

from quyu.batch import cluster
from quyu.batch import plan as main_job
from quyu.batch.execute import Run, execute
from quyu.batch.jobs import Job, ended
from quyu.batch.kernels.client import ForkServer
from quyu.batch.kernels.limits import Limits
from quyu.batch.plan import Plan, write
from quyu.batch.report import report
from quyu.batch.request import Request
from quyu.batch.store import alone, met
from quyu.study import report_year
from quyu.words import words

YEAR = report_year()

CHOICES = SimpleNamespace(name=SimpleNamespace(en="made up"), version="1")
STUDY = SimpleNamespace(
    facts=SimpleNamespace(sha256="made up", own_units=False),
    card=SimpleNamespace(framework=CHOICES),
    framework_sha256="made up",
    say=words("zh-hant"),
    lang="zh-hant",
)
GOOD = "print('report', name)"
THREE = {"a": GOOD, "b": GOOD, "c": GOOD}


def jobs(where, cells):
    """A job for each name: its parameter, one cell of its own, an end."""
    where.mkdir(parents=True, exist_ok=True)
    made = []
    for name, cell in cells.items():
        parts = ["name = ''", cell, "'the end'"]
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(part) for part in parts])
        book.cells[0].metadata["tags"] = ["parameters"]
        book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
        for number, cell in enumerate(book.cells):
            cell["id"] = str(number)
        nbformat.write(book, where / f"{name}.ipynb")
        made.append(Job(f"reports/{name}", name, where / f"{name}.ipynb", {"name": name}))
    return tuple(made)


def batch(folder, cells, *, server=None, made_by=None, **options):
    """Write the jobs into `folder`/run: a page each, and one file that lists the pages.

    `made_by` are other functions of the main job that make pages.
    """
    options = {"workers": 2, "limits": Limits(30, 60)} | options
    request = Request(out=folder, run="run", **options)
    planned = Plan(request, STUDY, YEAR, jobs(folder / "notebooks", cells))
    with tiny(**made_by or {}), alone(planned.folder, say=print):
        return write(planned, asked="tiny", server=server or ForkServer())


def tiny(**made_by):
    """The main job with pages that are notebooks, and one file that lists the pages."""
    simple = {
        "job_page": lambda notebook, *_: nbformat.writes(notebook),
        "relinked": lambda text, *_: text,
        "parts": lambda _, there, others: {"list.json": ("json:dumps", {"obj": sorted(there)}, {})},
        "notes": lambda *_: [],
        "preparation": lambda *_: ("", {}),
    }
    return patch.multiple(main_job, **simple | made_by)


def hashes(folder):
    """The SHA-256 of every file of a run folder, but for the manifest: it tells seconds."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def states(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    return {row["key"].removeprefix("reports/"): row["status"] for row in manifest["reports"]}


class Counting:
    """One server for all tests, which remembers what it was asked to run since it was last handed out."""

    def __init__(self):
        self.one = ForkServer()
        self.refusal, self.call, self.fork = self.one.refusal, self.one.call, self.one.fork
        self.ran = []

    def close(self):
        """Kept open for the next batch."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@pytest.fixture(scope="module")
def shared():
    made = Counting()
    yield made
    made.one.close()


@pytest.fixture
def counting(shared, monkeypatch):
    def counted(notebook, parameters, **options):
        shared.ran.append(parameters["name"])
        return execute(notebook, parameters, **options)

    shared.ran = []
    monkeypatch.setattr(cluster, "execute", counted)
    return shared


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, shared):
    """What three good reports come to if nothing happens."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert batch(folder, THREE, server=shared) == 0
    return hashes(folder / "run")


def test_two_runs_are_the_same_bytes(undisturbed, tmp_path, counting):
    assert batch(tmp_path, THREE, server=counting) == 0
    assert hashes(tmp_path / "run") == undisturbed


def test_ordinary_kernels_do_where_nothing_can_be_forked(undisturbed, tmp_path, capsys, counting):
    server = ForkServer("importlib:import_module", {"name": "no_such_module"})
    assert batch(tmp_path, THREE, server=server) == 0
    assert hashes(tmp_path / "run") == undisturbed
    told = [line for line in capsys.readouterr().out.splitlines() if "Ordinary" in line]
    assert len(told) == 1
    assert "No module named 'no_such_module'" in told[0]


@pytest.fixture
def done(tmp_path, counting):
    assert batch(tmp_path, THREE, server=counting) == 0
    counting.ran = []
    return tmp_path


def test_what_stands_is_left(done, capsys, counting):
    assert batch(done, THREE, server=counting) == 0
    assert counting.ran == []
    assert "3 left as they were" in capsys.readouterr().out
    assert len(met(done / "run", "reports", "tiny")) == 3
    assert met(done / "run", "reports", "something else") == []


def test_what_stands_is_told_without_a_data_library(done):
    program = (
        "import sys\nfrom pathlib import Path\nfrom quyu.batch import report\n"
        "from quyu.batch.request import Request\nreport._hash = lambda _: 'tiny'\n"
        "code = report.report(Request(out=Path(sys.argv[1])))\n"
        "heavy = {'pandas', 'numpy', 'nbformat', 'papermill'}\n"
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", program, done], capture_output=True, text=True)
    page = done / "run/zh-hant/index.html"
    assert told.stdout.splitlines() == [f"Nothing has changed. Open {page}", "0 []"], told.stderr


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"corrupted")])
@pytest.mark.parametrize("kind", ["html", "ipynb"])
def test_a_harmed_output_is_redone_and_nothing_else(done, undisturbed, harm, kind, counting):
    harm(done / f"run/zh-hant/reports/b.{kind}")
    assert met(done / "run", "reports", "tiny") == []
    assert batch(done, THREE, server=counting) == 0
    assert counting.ran == ["b"]
    assert hashes(done / "run") == undisturbed
    assert met(done / "run", "reports", "tiny")


def test_another_file_that_is_harmed_is_made_anew(done, undisturbed, counting):
    (done / "run/list.json").write_text("corrupted")
    assert batch(done, THREE, server=counting) == 0
    assert counting.ran == []
    assert hashes(done / "run") == undisturbed


def test_a_changed_notebook_is_run_and_nothing_else(done, counting):
    assert batch(done, THREE | {"c": "print('changed')"}, server=counting) == 0
    assert counting.ran == ["c"]


def test_other_grounds_make_all_anew(done, counting):
    with patch.object(main_job, "grounds", lambda **_: "other figures"):
        assert batch(done, THREE, server=counting) == 0
    assert sorted(counting.ran) == ["a", "b", "c"]


def test_what_rests_on_other_grounds_is_neither_told_nor_linked(done, counting):
    with patch.object(main_job, "grounds", lambda **_: "other figures"):
        assert batch(done, {"d": GOOD}, server=counting) == 0
    assert states(done / "run") == {"d": "done"}
    assert json.loads((done / "run/list.json").read_text()) == ["reports/d.html"]


def test_what_failed_is_tried_again_when_it_is_asked_for_again(tmp_path, counting):
    assert batch(tmp_path, THREE, server=counting) == 0
    assert batch(tmp_path, THREE | {"b": "1 / 0"}, server=counting) == 1
    pages = (tmp_path / "run/zh-hant/reports").iterdir()
    assert sorted(page.name for page in pages) == ["a.html", "a.ipynb", "c.html", "c.ipynb"]
    counting.ran = []
    assert batch(tmp_path, {"c": GOOD}, server=counting) == 0
    assert (counting.ran, states(tmp_path / "run")["b"]) == ([], "failed")
    assert batch(tmp_path, THREE | {"b": "1 / 0"}, server=counting) == 1
    assert counting.ran == ["b"]


@pytest.fixture
def papers(tmp_path, counting):
    """Three reports with first pages, printed, for Word, and as a zip; how to ask for more, and what is there."""
    printed = []

    def asked(cells, *, first=True, paper=True, **more):
        texts = {
            "summary_page": lambda book, *_: nbformat.writes(book) if first else "",
            "source": lambda _: "",
        }
        printed.clear()
        kinds = dict.fromkeys(("pdf", "docx"), paper)
        made_by = texts | more
        return batch(tmp_path, cells, server=counting, made_by=made_by, packed=True, **kinds)

    def there(name):
        """The files of a report in the folder, and those of them in the zip, as ending or first page."""
        run = tmp_path / "run"
        with zipfile.ZipFile(run / "run.zip") as packed:
            inside = {PurePosixPath(each).relative_to("run") for each in packed.namelist()}
        files = [path.relative_to(run) for path in (run / "zh-hant").rglob(f"{name}.*")]
        told = {path: f"{path.parent.name[0]}{path.suffix}" for path in files}
        return {*told.values()}, {told[path] for path in files if path in inside}

    with (
        patch("quyu.batch.site.browser"),
        patch(
            "quyu.batch.site.print_pdf", lambda page, *_: printed.append(page.stem) or b"printed"
        ),
        patch("quyu.batch.word.word", lambda *_, **__: b"for Word"),
    ):
        assert asked(THREE) == 0
        yield SimpleNamespace(asked=asked, there=there, printed=printed, run=tmp_path / "run")


PRINTED = {f"{kind}.{end}" for kind in "rs" for end in ("html", "pdf", "docx")}


def test_nothing_of_a_report_that_fails_stays_beside_it_or_in_the_zip(papers):
    assert papers.there("b") == (PRINTED | {"r.ipynb"}, PRINTED)
    assert papers.asked(THREE | {"b": "1 / 0"}) == 1
    assert papers.there("b")[0] == set()
    assert papers.asked({"c": GOOD}) == 0
    assert papers.there("b") == (set(), set())
    with zipfile.ZipFile(papers.run / "run.zip") as packed:
        assert not [name for name in packed.namelist() if "/b." in name]
    assert papers.there("a") == papers.there("c") == (PRINTED | {"r.ipynb"}, PRINTED)


def test_a_page_that_says_something_else_does_not_stand_beside_what_was_printed_of_it(papers):
    assert papers.asked(THREE | {"b": "print('new')"}, paper=False) == 0
    assert papers.there("b") == ({"r.html", "r.ipynb", "s.html"}, {"r.html", "s.html"})
    assert papers.there("a") == (PRINTED | {"r.ipynb"}, PRINTED)
    with patch.object(main_job, "grounds", lambda **_: "other figures"):
        assert papers.asked({"c": "print('new')"}, paper=False) == 0
        assert papers.there("c") == ({"r.html", "r.ipynb", "s.html"}, {"r.html", "s.html"})
        # Nor is what rests on other figures told; it is as it was, the page and its print.
        assert papers.there("a") == (PRINTED | {"r.ipynb"}, set())
        assert papers.asked({"a": "1 / 0"}) == 1
        assert papers.there("a")[0] == set()


def test_a_report_that_loses_its_first_page_keeps_none(papers):
    assert papers.asked(THREE | {"b": "print('new')"}, first=False) == 0
    reports = {name for name in PRINTED if name[0] == "r"}
    assert papers.there("b") == (reports | {"r.ipynb"}, reports)


def test_a_word_document_that_was_edited_is_nobody_elses_to_remove(papers):
    edited = papers.run / "zh-hant/reports/b.docx"
    edited.write_bytes(b"edited")
    assert papers.asked(THREE | {"b": "print('new')"}, paper=False) == 0
    assert edited.read_bytes() == b"edited"
    assert "r.docx" not in papers.there("b")[1]


def test_pages_that_come_and_go_let_what_was_printed_of_others_stand(papers):
    def relinked(text, key, study, there, elsewhere):
        return f'<nav aria-label="x"><ul>{sorted(there)}</ul></nav>{text.rpartition("</nav>")[2]}'

    def linked(book, key, study, year, there, elsewhere):
        return relinked(nbformat.writes(book), key, study, there, elsewhere)

    more = {"relinked": relinked, "job_page": linked, "summary_page": linked}
    assert papers.asked(dict.fromkeys("abc", "print(1)"), **more) == 0
    assert sorted(papers.printed) == ["a", "a", "b", "b", "c", "c"]
    before = (papers.run / "zh-hant/reports/a.html").read_text()
    assert papers.asked({"d": GOOD}, **more) == 0
    assert papers.printed == ["d", "d"]
    assert (papers.run / "zh-hant/reports/a.html").read_text() != before
    assert papers.asked({"d": "1 / 0"}, paper=False, **more) == 1
    assert papers.there("a") == (PRINTED | {"r.ipynb"}, PRINTED)


def test_a_manifest_that_cannot_be_read_is_not_believed(done, counting):
    (done / "run/manifest.json").write_text('{"grounds"')
    assert batch(done, THREE, server=counting) == 0
    assert sorted(counting.ran) == ["a", "b", "c"]


HARM = {
    "asked": ["x", {"tiny": None}, {"tiny": [1]}],
    "files": [[], {"list.json": 1}],
    "made_from": [3, {"list.json": None}],
    "reports": [None, {}, [1], [{}], [{"key": "reports/a", "status": "done"}]],
}


@pytest.mark.parametrize(("part", "shape"), [(p, s) for p, many in HARM.items() for s in many])
def test_a_manifest_of_any_shape_means_to_run_again(done, counting, part, shape):
    path = done / "run/manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {part: shape}))
    assert met(done / "run", "reports", "tiny") == []
    assert batch(done, {"a": GOOD}, server=counting) == 0
    assert counting.ran == ["a"]


@pytest.mark.parametrize("lost", ["run", "run/zh-hant/reports"])
def test_a_folder_that_vanishes_meanwhile_is_told(tmp_path, counting, lost):
    gone = f"import shutil; shutil.rmtree({str(tmp_path / lost)!r})"
    with pytest.raises(OSError, match="it vanished while reports") as told:
        batch(tmp_path, {"a": GOOD, "b": gone}, server=counting, workers=1)
    assert told.value.errno == errno.ESTALE


def test_more_reports_join_those_that_stand(done, counting):
    assert batch(done, {"d": GOOD}, server=counting) == 0
    assert counting.ran == ["d"]
    assert states(done / "run") == dict.fromkeys("abcd", "done")
    listed = json.loads((done / "run/list.json").read_text())
    assert listed == [f"reports/{name}.html" for name in "abcd"]


def test_pages_are_linked_anew_as_others_come_and_go_without_a_run(done, counting):
    def linked(cells):
        """Write these reports, each page with the list of those that it leads to."""
        lists = {
            "job_page": lambda *given: json.dumps(sorted(given[4])),
            "relinked": lambda *given: json.dumps(sorted(given[3])),
        }
        counting.ran = []
        code = batch(done, cells, server=counting, made_by=lists)
        shown = {page.stem: json.loads(page.read_text()) for page in pages.glob("*.html")}
        return code, counting.ran, shown

    pages = done / "run/zh-hant/reports"
    every = [f"reports/{name}.html" for name in "abcd"]
    assert linked({"d": GOOD}) == (0, ["d"], dict.fromkeys("abcd", every))
    assert len(met(done / "run", "reports", "tiny")) == 1
    # One that fails is gone from all that led to it, those of an earlier request too.
    assert linked({"d": "1 / 0"}) == (1, ["d"], dict.fromkeys("abc", every[:3]))


def test_half_written_files_of_a_dead_process_are_removed(done, counting):
    left, own = (done / f"run/zh-hant/reports/.a.{end}" for end in ("html.quyu.part", "iso.part"))
    left.write_text("half")
    own.write_text("not ours")
    assert batch(done, THREE, server=counting) == 0
    assert (left.exists(), own.exists()) == (False, True)


def test_no_page_leads_to_one_that_failed_in_another_language(tmp_path, capsys, counting):
    cells = {"zh-hant": GOOD, "en": "1 / 0"}

    def plan(request, lang=""):
        made = jobs(tmp_path / lang, {"a": cells[lang]})
        return Plan(request, SimpleNamespace(**{**vars(STUDY), "lang": lang}), YEAR, made)

    def listed(*given):
        return json.dumps([*given[-1]])

    def asked():
        with (
            tiny(plan=plan, job_page=listed, relinked=listed),
            patch("quyu.batch.kernels.client.ForkServer", lambda *_: counting),
            patch.object(cluster, "ForkServer", lambda *_: counting),
            patch("quyu.words.LANGUAGES", (*cells,)),
        ):
            code = report(Request(out=tmp_path, run="run", lang="all", workers=1))
        return code, json.loads((tmp_path / "run/zh-hant/reports/a.html").read_text())

    assert asked() == (1, [])
    assert "Preparing" in capsys.readouterr().out
    assert not (tmp_path / "run/en/reports/a.html").exists()
    assert (tmp_path / "run/failed/en/a.ipynb").is_file()
    rows = json.loads((tmp_path / "run/manifest.json").read_text())["reports"]
    assert {row["lang"]: row["status"] for row in rows} == {"zh-hant": "done", "en": "failed"}
    cells["en"] = GOOD
    assert asked() == (0, ["en"])
    assert json.loads((tmp_path / "run/en/reports/a.html").read_text()) == ["zh-hant"]


FAULTS = {
    "raises": "1 / 0",
    "exits": "import sys; sys.exit(0)",
    "quits": "import os; os._exit(0)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "hangs": "while True: pass",
    "killed": "import os; os.kill(os.getpid(), 9)",
    "bursts": "import resource\n"
    "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); bytearray(1 << 31)",
}


def test_every_fault_is_told_and_kept_and_stops_no_other(tmp_path, capsys, counting):
    assert batch(tmp_path, FAULTS | THREE, limits=Limits(1.5, 10), server=counting) == 1
    run = tmp_path / "run"
    assert states(run) == dict.fromkeys(FAULTS, "failed") | dict.fromkeys(THREE, "done")
    rows = json.loads((run / "manifest.json").read_text())["reports"]
    errors = {row["label"]: row["error"] for row in rows if row["error"]}
    assert all(error.startswith("cell 3: ") for error in errors.values()), errors
    assert "MemoryError" in errors["bursts"]
    assert "longer than 1.5 s" in errors["hangs"]
    assert {path.stem for path in (run / "failed/zh-hant").iterdir()} == set(FAULTS)
    pages = {path.stem for path in (run / "zh-hant/reports").glob("*.html")}
    assert pages == set(THREE)
    assert met(tmp_path / "run", "reports", "tiny") == []
    told = capsys.readouterr().out
    assert all(name in told for name in FAULTS)
    counting.ran = []
    # Mended, only they are run; nothing of the failure is left.
    assert batch(tmp_path, dict.fromkeys(FAULTS, GOOD) | THREE, server=counting) == 0
    assert sorted(counting.ran) == sorted(FAULTS)
    assert [*(run / "failed/zh-hant").iterdir()] == []


ONCE = """
import os
if not os.path.exists({seen!r}):
    open({seen!r}, "w").close()
    os.kill({pid}, 9)
"""


def test_a_lost_server_is_started_again(tmp_path, counting):
    server = ForkServer()
    assert server.refusal(60) == ""
    kill = ONCE.format(seen=str(tmp_path / "seen"), pid=server._process.pid)
    kill += "    import time; time.sleep(30)"
    cells = {"killer": kill} | THREE
    assert batch(tmp_path, cells, server=server, workers=1) == 1
    assert states(tmp_path / "run") == {"killer": "failed"} | dict.fromkeys(THREE, "done")
    counting.ran = []
    assert batch(tmp_path, cells, server=counting) == 0
    assert counting.ran == ["killer"]


def test_no_more_run_at_once_than_are_asked_for_though_the_next_has_started(tmp_path, shared):
    cell = "import pathlib, time; begun = time.time(); time.sleep(1)\n"
    cell += f"(pathlib.Path({str(tmp_path)!r}) / (name + '.times'))"
    cell += ".write_text(f'{begun} {time.time()}')"
    assert batch(tmp_path, dict.fromkeys("abcde", cell), server=shared, workers=2) == 0
    spans = [[*map(float, file.read_text().split())] for file in tmp_path.glob("*.times")]
    together = [sum(a <= begun < b for a, b in spans) for begun, _ in spans]
    assert (len(spans), max(together)) == (5, 2)


SLOW = dict.fromkeys("abcdef", "import time; time.sleep(0.5); print('report', name)")


@pytest.fixture(scope="module")
def calm(tmp_path_factory, shared):
    """What the slow reports come to if nothing happens."""
    folder = tmp_path_factory.mktemp("calm")
    assert batch(folder, SLOW, server=shared) == 0
    return hashes(folder / "run")


def started(folder, cells, *first):
    """The batch as a process, once two of its reports are written."""
    words = [*first, *(f"{name}={cell}" for name, cell in cells.items())]
    process = subprocess.Popen(
        [sys.executable, __file__, str(folder), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    manifest = folder / "run/manifest.json"
    until = time.monotonic() + 60
    while not (manifest.exists() and len(states(folder / "run")) >= 2):
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < until
        time.sleep(0.02)
    family = psutil.Process(process.pid).children(recursive=True)
    return process, family


@pytest.mark.prove
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_batch_that_is_ended_can_be_taken_up(tmp_path, number, counting, calm):
    process, family = started(tmp_path, SLOW)
    assert family  # at least the fork server
    process.send_signal(number)
    process.wait(20)
    if number == signal.SIGINT:
        assert process.returncode == 130
    psutil.wait_procs(family, timeout=5)
    assert [each for each in family if each.is_running()] == []
    there = states(tmp_path / "run")
    assert 2 <= len(there) < len(SLOW)
    assert set(there.values()) == {"done"}
    assert batch(tmp_path, SLOW, server=counting) == 0
    assert sorted(counting.ran) == sorted(SLOW.keys() - there.keys())
    assert hashes(tmp_path / "run") == calm


GATED = """
import os, pathlib, time
pathlib.Path({folder!r}, name + ".began").touch()
while not os.path.exists({folder!r} + "/gate"):
    time.sleep(0.1)
"""


@pytest.mark.prove
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_ordinary_kernels_end_with_their_batch_at_once(tmp_path, number, counting):
    gated = GATED.format(folder=str(tmp_path))
    cells = {"a": GOOD, "b": GOOD, "c": gated, "d": gated, "e": GOOD}
    process, _ = started(tmp_path, cells, "ordinary")
    while not all((tmp_path / f"{name}.began").exists() for name in "cd"):
        time.sleep(0.02)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 2
    process.send_signal(number)
    process.wait(20)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert process.stderr.read() == ""
    psutil.wait_procs(family, timeout=10)
    assert [each for each in family if each.is_running()] == []
    there = states(tmp_path / "run")
    assert there == {"a": "done", "b": "done"}
    (tmp_path / "gate").touch()
    assert batch(tmp_path, cells, server=counting) == 0
    assert sorted(counting.ran) == ["c", "d", "e"]
    assert states(tmp_path / "run") == dict.fromkeys(cells, "done")


def test_a_second_batch_into_the_same_folder_is_refused(tmp_path, counting):
    with (
        alone(tmp_path / "run", say=print),
        pytest.raises(ValueError, match="another command is writing into"),
    ):
        batch(tmp_path, THREE, server=counting)
    assert batch(tmp_path, THREE, server=counting) == 0


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path, undisturbed, counting):
    run = tmp_path / "run"
    run.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(run)], capture_output=True
        ).returncode
    ):
        pytest.skip("a small disk can only be mounted by root")
    try:
        big = "print('x' * 30_000)"
        with pytest.raises(OSError, match=r"No space left.*/run/.*"):
            batch(
                tmp_path,
                {"a": GOOD, "b": GOOD, "c": GOOD, "d": big, "e": big, "f": big},
                workers=1,
                server=counting,
            )
        there = states(run)
        assert set(there.values()) == {"done"}
        for name in run.rglob("*.html"):
            nbformat.read(name, as_version=4)  # each is whole
        assert [*run.rglob(".*.part")] == []
        for row in json.loads((run / "manifest.json").read_text())["reports"]:
            for name, known in row["files"].items():
                assert hashlib.sha256((run / name).read_bytes()).hexdigest() == known
    finally:
        subprocess.run(["umount", str(run)], check=True)
    assert batch(tmp_path, THREE, server=counting) == 0
    assert hashes(run) == undisturbed


@pytest.mark.parametrize("nth", [1, 2, 3, 6, 8])  # page, notebook, manifest of each report
@pytest.mark.parametrize(
    "fault", [errno.ENOSPC, pytest.param(errno.EROFS, marks=pytest.mark.prove)]
)
def test_a_write_that_fails_is_told_and_leaves_nothing_half_written(
    tmp_path, undisturbed, counting, fault, nth
):
    told, whole, calls = os.strerror(fault), os.fsync if fault == errno.ENOSPC else Path.open, []

    def failing(target, *given, **options):
        if fault == errno.ENOSPC or str(target).endswith(".part"):
            calls.append(target)
            if len(calls) >= nth:
                raise OSError(fault, told)
        return whole(target, *given, **options)

    run = tmp_path / "run"
    owner, name = (os, "fsync") if fault == errno.ENOSPC else (Path, "open")
    with (
        patch.object(owner, name, failing),
        pytest.raises(OSError, match=rf"{told}: '{run}/\S+'"),
    ):
        batch(tmp_path, THREE, workers=1, server=counting)
    assert [*run.rglob(".*.part")] == []
    rows = json.loads((run / "manifest.json").read_text())["reports"] if nth > 3 else []
    assert [row["status"] for row in rows] == ["done"] * ((nth - 1) // 3)
    found = hashes(run) if run.exists() else {}
    assert found == {name: undisturbed[name] for name in found}  # each is whole
    assert all(found[name] == known for row in rows for name, known in row["files"].items())
    assert batch(tmp_path, THREE, server=counting) == 0
    assert hashes(run) == undisturbed


def test_a_folder_on_a_disk_that_is_read_only_is_refused_before_anything_runs(tmp_path, counting):
    def read_only(path, *mode):
        if Path(path) == tmp_path / "run":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return mkdir(path, *mode)

    mkdir = os.mkdir
    with patch("os.mkdir", read_only), pytest.raises(OSError, match=r"Read-only.*/run"):
        batch(tmp_path, THREE, server=counting)
    assert counting.ran == []


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(tmp_path, counting):
    (tmp_path / "run").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="run"):
        batch(tmp_path, THREE, server=counting)
    assert counting.ran == []


def test_a_folder_that_cannot_be_locked_is_told_and_used(tmp_path, counting, capsys):
    with patch("fcntl.flock", side_effect=OSError(errno.ENOLCK, "No locks available")):
        assert batch(tmp_path, THREE, server=counting) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "cannot be locked" in line]
    assert len(told) == 1 and str(tmp_path / "run") in told[0]


def test_a_block_that_writes_nothing_leaves_no_folder(tmp_path):
    (tmp_path / "stood").mkdir()
    with alone(tmp_path / "stood/new/run", say=print):
        assert (tmp_path / "stood/new/run").is_dir()
    assert [*tmp_path.rglob("*")] == [tmp_path / "stood"]


def test_only_a_file_that_cannot_be_written_ends_a_batch():
    lost, done, cancelled = Future(), Future(), Future()
    lost.set_exception(OSError("the scheduler is gone"))
    done.set_result(Run(nbformat.v4.new_notebook(), ""))
    cancelled.cancel()
    job = Job("a", "a", Path("x.ipynb"), {})
    nothing, full = Mock(return_value={}), Mock(side_effect=OSError(errno.ENOSPC, "full"))
    assert ended(job, lost, nothing).error == "OSError: the scheduler is gone"
    assert ended(job, done, nothing).error == ""
    assert "are lost; give the same command again" in ended(job, cancelled, nothing).error
    assert ended(job, done, Mock(side_effect=KeyError("x"))).error == "KeyError: 'x'"
    with pytest.raises(OSError, match="full"):
        ended(job, done, full)


def test_a_scheduler_that_does_not_answer_is_no_fault_of_the_disk(tmp_path):
    distributed = pytest.importorskip("distributed", reason="the cluster needs quyu[cluster]")
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(ValueError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
    ):
        assert distributed
        batch(tmp_path, THREE, scheduler="tcp://127.0.0.1:9")


@pytest.mark.prove
def test_a_worker_that_differs_is_named_with_what_differs(tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="the cluster needs quyu[cluster]")
    ours = cluster.foundations() | {"pandas": "1.5.3", "quyu's own files": "0" * 64}
    monkeypatch.setattr(cluster, "foundations", lambda *_: ours)
    told = (
        r"the worker tcp://\S+ would .*: pandas is [\d.]+, not 1.5.3; quyu's own files is another"
    )
    with pytest.raises(ValueError, match=told):
        batch(tmp_path, THREE, scheduler="", workers=1)


def test_a_worker_keeps_one_server(monkeypatch):
    server = lambda *_: Mock(**{"refusal.return_value": ""})  # noqa: E731
    monkeypatch.setattr(cluster, "ForkServer", server)
    limits, first, second = Limits(30, 30), ("time:time", "{}"), ("time:monotonic", "{}")
    with cluster._server(first, limits) as one, cluster._server(second, limits) as two:
        assert not one.close.called  # somebody still runs in it
    with cluster._server(second, limits) as again:
        assert again is two
    assert one.close.called
    with cluster._server(first, limits) as anew:
        assert anew is not one and two.close.called
    cluster._kept.clear()


@pytest.mark.prove
def test_a_dask_cluster_does_the_same_and_bears_the_loss_of_a_worker(tmp_path, undisturbed):
    distributed = pytest.importorskip("distributed", reason="the cluster needs quyu[cluster]")
    worker = "psutil.Process(os.getppid()).parent().ppid()"  # above keeper and fork server
    kill = "import psutil" + ONCE.format(seen=str(tmp_path / "seen"), pid=worker)
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    cells = THREE | {"killer": kill}
    with distributed.LocalCluster(**options) as cluster:
        scheduler = cluster.scheduler_address
        assert batch(tmp_path, cells, scheduler=scheduler) == 1
        assert states(tmp_path / "run")["killer"] == "failed"
        assert batch(tmp_path, cells, scheduler=scheduler) == 0
    assert states(tmp_path / "run") == dict.fromkeys([*THREE, "killer"], "done")
    pages = {name: known for name, known in hashes(tmp_path / "run").items() if name[-6] in "abc"}
    assert pages == {name: undisturbed[name] for name in pages}
    assert len([name for name in pages if name.endswith("html")]) == 3


@pytest.mark.prove
def test_a_cluster_that_is_killed_is_told_and_no_cell_runs_twice(tmp_path):
    pytest.importorskip("distributed", reason="the cluster needs quyu[cluster]")
    file, ran = tmp_path / "scheduler.json", tmp_path / "ran"
    file_option = ["--scheduler-file", str(file)]

    def part(kind, *words):
        module = ["-m", f"distributed.cli.dask_{kind}", *file_option, *words]
        return subprocess.Popen([sys.executable, *module], stderr=subprocess.DEVNULL, cwd=tmp_path)

    def kill():
        while not ran.exists():
            time.sleep(0.05)
        scheduler.kill()
        worker.kill()

    slow = f"open({str(ran)!r}, 'a').write(name)\nimport time; time.sleep(2)"
    cells, told = dict.fromkeys("abc", slow), []
    for doomed in (True, False):
        scheduler = part("scheduler", "--port", "0", "--no-dashboard")
        while not file.exists():
            time.sleep(0.05)
        worker = part("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard")
        killing = threading.Thread(target=kill)
        try:
            if doomed:
                killing.start()
            address = json.loads(file.read_text())["address"]
            told.append(batch(tmp_path, cells, scheduler=address, workers=1))
        finally:
            for each in (scheduler, worker):
                each.kill()
                each.wait()
        if doomed:
            killing.join()
            assert len(ran.read_text()) == 1
            rows = json.loads((tmp_path / "run/manifest.json").read_text())["reports"]
            assert {row["error"] for row in rows} == {
                "it never ended: the scheduler or its workers are lost; give the same command again"
            }
            file.unlink()
    assert told == [1, 0]
    assert sorted(ran.read_text()[1:]) == ["a", "b", "c"]
    assert states(tmp_path / "run") == dict.fromkeys("abc", "done")


if __name__ == "__main__":
    ordinary = "ordinary" in sys.argv
    given = dict(each.split("=", 1) for each in sys.argv[2 + ordinary :])
    unforked = ForkServer("importlib:import_module", {"name": "no_such_module"})
    try:
        sys.exit(batch(Path(sys.argv[1]), given, server=unforked if ordinary else None))
    except KeyboardInterrupt:
        sys.exit(130)
