"""A grid of parameters becomes one folder for each combination."""

import json

import nbformat
import pytest

from quyu.reports.batch.combinations import batch_command
from quyu.reports.batch.grid import grid_jobs


@pytest.fixture
def world(tmp_path):
    """A notebook with two parameters, and a way to write a grid for it."""
    cells = ["year = 2023\nname = 'a'", "assert name != 'bad', 'made to fail'", "print(name, year)"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.cells[0].metadata["tags"] = ["parameters"]
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    nbformat.write(book, tmp_path / "mine.ipynb")

    def grid(text):
        (tmp_path / "grid.yaml").write_text(text)
        return tmp_path / "mine.ipynb", tmp_path / "grid.yaml"

    return grid


def test_the_product_in_the_order_of_the_file(world):
    jobs = grid_jobs(*world("year: [2022, 2023]\nname: [b, 'c/d']"))
    assert [job.parameters for job in jobs] == [
        {"year": year, "name": name} for year in (2022, 2023) for name in ("b", "c/d")
    ]
    assert jobs[0].key == "year=2022,name=b"
    assert "/" not in jobs[1].key
    assert len({job.key for job in jobs}) == 4


def test_one_value_is_the_same_for_all(world):
    assert [job.key for job in grid_jobs(*world("year: 2022\nname: [a, b]"))] == [
        "name=a",
        "name=b",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("yaer: [2022]", r"'yaer' is no parameter of mine.ipynb \(known: year, name\)"),
        (
            "name: [011000]",
            "name is 4608, a int; mine.ipynb takes str, like 'a'. Codes need quotes",
        ),
        ("year: ['2022']", "takes int"),
        ("year: [true]", "takes int"),
        ("year: []", "year must list"),
        ("name: [[a]]", "name must list"),
        ("name: [2020-01-01]", "name must list"),
        ("- year", "must map parameters"),
        ("name: [a, a]", "listed twice"),
    ],
)
def test_a_grid_that_cannot_be_meant_is_refused(world, text, told):
    with pytest.raises(ValueError, match=told):
        grid_jobs(*world(text))


def test_each_combination_has_its_folder_and_is_run_once(world, tmp_path, capsys):
    notebook, grid = world("year: [2022, 2023]\nname: [good, bad]")
    given = {"grid": grid, "out": tmp_path / "out", "workers": 2}
    assert batch_command(notebook, **given) == 1
    folder = tmp_path / "out/mine"
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    assert there == [
        "manifest.json",
        *(f"year={year},name=bad/failed.ipynb" for year in (2022,)),
        "year=2022,name=good/notebook.ipynb",
        "year=2022,name=good/page.html",
        "year=2023,name=bad/failed.ipynb",
        "year=2023,name=good/notebook.ipynb",
        "year=2023,name=good/page.html",
    ]
    assert "good 2022" in (folder / "year=2022,name=good/page.html").read_text()
    assert "made to fail" in capsys.readouterr().out
    world("year: [2022, 2023]\nname: [good, better]")
    assert batch_command(notebook, **given) == 0
    assert "2 of 4 reports written, 2 left as they were" in capsys.readouterr().out
    runs = json.loads((folder / "manifest.json").read_text())["runs"]
    assert {row["status"] for row in runs} == {"done"}
