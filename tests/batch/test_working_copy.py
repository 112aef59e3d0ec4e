"""A working copy: the notebooks in a language, with params that count and a place for figures."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

import quyu
from quyu.batch import sweep
from quyu.batch.prose import in_the_runs_language, prose
from quyu.batch.request import Request
from quyu.cli import app
from quyu.facts import embedded
from quyu.facts.params import read_params
from quyu.index import read_framework
from quyu.pages.parameters import RegionReport
from quyu.words import LANGUAGES, simplified, words

OURS = sorted((embedded() / "notebooks").glob("*.ipynb"))
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module", params=LANGUAGES)
def copied(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies") / "study"
    quyu.notebooks(folder, lang=request.param)
    return folder, request.param


def read(path):
    return nbformat.read(path, as_version=4)


def prose_of(book):
    return [cell.source for cell in book.cells if cell.cell_type == "markdown"]


def test_every_notebook_is_there_in_the_language_that_is_asked_for(copied):
    folder, lang = copied
    assert sorted(path.name for path in folder.glob("*.ipynb")) == [path.name for path in OURS]
    for ours in OURS:
        book = read(folder / ours.name)
        nbformat.validate(book)
        assert prose_of(book) == [*prose(ours, words(lang)).values()]
        (own,) = [c.source for c in book.cells if "parameters" in c.metadata.get("tags", [])]
        assert f'lang: str = "{lang}"' in own
        for path in re.findall(r'framework: str = "(.*?)"', own):
            assert (folder / path).is_file()
        texts = "".join(prose_of(book))
        if lang == "zh-hans":
            assert texts == simplified(texts)
        elif lang == "en":
            assert set(HAN.findall(re.sub(r"《.*?》", "", texts))) <= {*"綱要廣東條九"}


def test_its_pages_say_what_is_there(copied):
    folder, lang = copied
    for page in (folder / "README.md", folder / "data/README.md"):
        text = page.read_text(encoding="utf-8")
        assert bool(HAN.search(text)) == (lang != "en")
        assert lang != "zh-hans" or text == simplified(text)
    files = re.findall(
        r"`((?:params/)?[\w-]+\.(?:yaml|ipynb))`", (folder / "README.md").read_text()
    )
    assert len(files) > 7
    assert all((folder / name).is_file() or (folder / "params" / name).is_file() for name in files)
    assert [path.name for path in (folder / "data").iterdir()] == ["README.md"]


def test_its_choices_are_ours_and_its_reports_are_pointed_at_them(copied):
    folder, lang = copied
    for ours in (embedded() / "params").glob("*.yaml"):
        mine = read_params(folder / "params" / ours.name)
        assert mine == read_params(ours) | {
            key: mine[key] for key in ("lang", "framework") if key in mine and "region" in mine
        } | ({"lang": lang, "framework": mine["framework"]} if ours.name == "report.yaml" else {})
    east = RegionReport.read(read_params(folder / "params/east.yaml"))
    assert (east.lang, east.framework) == (lang, "params/framework.yaml")


def test_what_stands_with_the_same_content_is_kept_and_told(tmp_path):
    first = quyu.notebooks(tmp_path / "study", lang="en")
    assert set(first["status"]) == {"written"}
    (tmp_path / "study/params/framework.yaml").unlink()
    again = quyu.notebooks(tmp_path / "study", lang="en").set_index("file")["status"]
    assert again.index[again == "written"].tolist() == ["params/framework.yaml"]


def test_nothing_is_overwritten(tmp_path):
    mine = tmp_path / "study/2-score.ipynb"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(ValueError, match=r"other content: 2-score.ipynb\. Nothing was written"):
        quyu.notebooks(tmp_path / "study")
    assert [path.name for path in mine.parent.iterdir()] == ["2-score.ipynb"]
    assert mine.read_text() == "mine"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["study", "--lang", "fr"], "there are zh-hant, zh-hans, en"),
        (["taken"], "taken"),
        (["taken/study"], "cannot read or write"),
    ],
)
def test_refusals(tmp_path, monkeypatch, asked, told):
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("mine")
    done = CliRunner().invoke(app, ["notebooks", *asked])
    assert (done.exit_code, Path("taken").read_text()) == (2, "mine")
    assert told in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_the_command_says_what_it_wrote_and_what_it_kept(tmp_path):
    words = ["notebooks", str(tmp_path / "study"), "--lang", "en"]
    first, second = (CliRunner().invoke(app, words).output for _ in range(2))
    assert "files written. Read" in first
    assert " 0 files written, " in second and "kept as they stood" in second


def test_a_change_of_the_copied_framework_counts(tmp_path, monkeypatch):
    quyu.notebooks(tmp_path, lang="en")
    monkeypatch.chdir(tmp_path)
    choices = Path("params/framework.yaml")
    assert read_framework(choices) == read_framework(embedded() / "params/framework.yaml")
    choices.write_text(
        choices.read_text(encoding="utf-8").replace('version: "3"', 'version: "mine"'), "utf-8"
    )
    names = {}
    for cell in read("2-score.ipynb").cells[1:3]:
        exec(cell.source.partition("card, year")[0], names)
    assert names["s"].card.framework.version == "mine"
    assert names["s"].lang == "en"


# A sweep of ours


def ran(path, lang):
    """As a run leaves it: no ids but numbers, parameters written down."""
    book = read(path)
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
    return in_the_runs_language(book, path, {"lang": lang} if lang else {})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_of_ours_speaks_its_own_language(copied, lang):
    folder, home = copied
    for given in (lang, ""):
        book, told = ran(folder / "2-score.ipynb", given)
        assert told == (given or home)
        assert prose_of(book) == [*prose(OURS[2], words(told)).values()]


def test_a_notebook_with_prose_of_its_own_is_left_as_it_is(tmp_path):
    for name, change in (("2-score", "# Mine"), ("mine", None)):
        path = tmp_path / f"{name}.ipynb"
        shutil.copy(OURS[2], path)
        book = read(path)
        book.cells[0].source = change or book.cells[0].source
        nbformat.write(book, path)
        found, told = ran(path, "en")
        assert (prose_of(found), told) == (prose_of(book), "")


def test_a_sweep_of_ours_in_three_languages(tmp_path, monkeypatch):
    path = tmp_path / "6-targets.ipynb"
    book = read(embedded() / "notebooks" / path.name)
    for cell in book.cells:  # what it works out is tested elsewhere
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            cell.source = "print(lang)"
    nbformat.write(book, path)
    (tmp_path / "grid.yaml").write_text("lang: [zh-hant, zh-hans, en]\n")
    request = Request(out=tmp_path / "out", workers=1, quiet=True)
    monkeypatch.setattr(sweep, "IMPORTS", ("", {}))
    assert sweep.sweep(path, tmp_path / "grid.yaml", request) == 0
    for lang in LANGUAGES:
        page = (tmp_path / f"out/6-targets/lang={lang}/page.html").read_text(encoding="utf-8")
        assert f'<html lang="{words(lang).html_lang}">' in page
        assert (
            prose(embedded() / "notebooks" / path.name, words(lang))["targets"].splitlines()[0][3:]
            in page
        )


def test_a_sweep_looks_at_the_framework_that_the_notebook_names_itself(
    tmp_path, monkeypatch, capsys
):
    quyu.notebooks(tmp_path / "study", lang="en")
    book = read(tmp_path / "study/6-targets.ipynb")
    book.cells = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
    nbformat.write(book, tmp_path / "study/6-targets.ipynb")
    (tmp_path / "grid.yaml").write_text("year: [2022]\n")
    monkeypatch.setattr(sweep, "IMPORTS", ("", {}))
    request = Request(out=tmp_path / "out", workers=1, cwd=tmp_path / "study")
    asked = (tmp_path / "study/6-targets.ipynb", tmp_path / "grid.yaml", request)
    told = []
    for _ in range(2):
        assert sweep.sweep(*asked) == 0
        told.append("Nothing has changed" in capsys.readouterr().out)
    choices = tmp_path / "study/params/framework.yaml"
    choices.write_text(choices.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    assert sweep.sweep(*asked) == 0
    told.append("Nothing has changed" in capsys.readouterr().out)
    assert told == [False, True, False]
