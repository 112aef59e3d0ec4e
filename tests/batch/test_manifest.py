"""A manifest may come to any shape, by a slip of a hand or a program: it means to run again, no more."""

import copy
import json
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from quyu.batch import cluster, sweep
from quyu.batch.jobs import Job, Outcome
from quyu.batch.request import Request
from quyu.batch.store import Store, met

WRONG = [None, True, 3, -1.5, "x", [], {}, [1], ["x"], {"x": 1}, {"x": "x"}, [{}], [[]]]
TEXTS = ["", "null", "NaN", "{", "[" * 100_000, '{"runs": [NaN]}', "[1e999]", "\x00", "\ud800"]


def shapes(node):
    """The node with any one part of it, near or deep, of another type, or gone, or listed twice."""
    yield from copy.deepcopy(WRONG)
    many = isinstance(node, dict | list)
    for part in ([*node] if isinstance(node, dict) else range(len(node))) if many else ():
        other = copy.copy(node)
        del other[part]
        yield other
        for shape in shapes(node[part]):
            other = copy.copy(node)
            other[part] = shape
            yield other
    if isinstance(node, list) and node:
        yield [*node, node[0]]


@pytest.fixture
def swept(tmp_path, monkeypatch):
    """A sweep of two whose runs write a page and start no kernel; it tells what it ran."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("name = ''")])
    book.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(book, tmp_path / "mine.ipynb")
    (tmp_path / "grid.yaml").write_text("name: [a, b]")

    def run(jobs, store, settle):
        for job in jobs:
            files = store.publish({f"{job.key}/page.html": job.label}, gone=())
            store.note(Outcome(job, 0.1, "", files))
            ran.append(job.parameters["name"])
        return []

    @contextmanager
    def opened(*_):
        yield SimpleNamespace(run=run)

    ran: list[str] = []
    monkeypatch.setattr(cluster, "opened", opened)
    monkeypatch.setattr(sweep, "grounds", lambda *_: "the same")

    def swept():
        ran.clear()
        request = Request(out=tmp_path / "out", quiet=True)
        assert sweep.sweep(tmp_path / "mine.ipynb", tmp_path / "grid.yaml", request) == 0
        return ran

    return swept


def test_a_sweep_goes_on_from_a_manifest_of_any_shape(swept, tmp_path):
    assert swept() == ["a", "b"]
    manifest = tmp_path / "out/mine/manifest.json"
    sound = json.loads(manifest.read_text())
    assert swept() == []
    texts = [json.dumps(shape) for shape in shapes(sound) if not another(shape, sound)]
    assert len(texts) > 300
    for text in [*texts, *TEXTS]:
        manifest.write_text(text, errors="surrogatepass")
        swept()
        found = json.loads(manifest.read_text())
        told = {row["key"]: (row["status"], row["parameters"]) for row in found["runs"]}
        for name in "ab":
            assert told[f"name={name}"] == ("done", {"name": name}), text
        assert swept() == [], text


def another(shape, sound) -> bool:
    """Whether it is the manifest of something else, with which a sweep is refused."""
    if not isinstance(shape, dict) or not shape:
        return False
    named = shape.get("notebook", "")
    return isinstance(named, str) and named != sound["notebook"]


def test_reports_go_on_from_a_manifest_of_any_shape(tmp_path):
    job, about = Job("reports/a", "a", Path("a.ipynb"), {}), {"grounds": "the same"}

    def store():
        return Store(tmp_path, "reports", about=about, lang="en")

    made = store()
    assert made.todo([job], {job.key: "inputs"}) == [job]
    made.note(Outcome(job, 0.1, "", made.publish({"en/reports/a.html": "page"}, gone=())))
    made.put("scores.csv", b"scores", "what it is made from")
    made.close("asked", ["en/reports/a"])
    assert met(tmp_path, "reports", "asked")
    sound = json.loads((tmp_path / "manifest.json").read_text())
    for text in [*map(json.dumps, shapes(sound)), *TEXTS]:
        (tmp_path / "manifest.json").write_text(text, errors="surrogatepass")
        met(tmp_path, "reports", "asked")
        found = store()
        assert found.todo([job], {job.key: "inputs"}) in ([], [job])
        assert found.lacks("scores.csv", "what it is made from") in (True, False)
        found.note(Outcome(job, 0.1, "", {"en/reports/a.html": "0"}))
        assert found.done() >= {job.key}
        found.close("asked", [])
