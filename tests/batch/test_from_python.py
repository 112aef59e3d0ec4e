"""Reports and sweeps asked for from Python: a row for each page, a failure told as one."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import quyu


def notebook(path, source):
    cells = [new_code_cell("a = 1", metadata={"tags": ["parameters"]}), new_code_cell(source)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


def test_a_sweep_gives_a_row_for_each_combination_and_tells_the_one_that_failed(tmp_path):
    made = notebook(tmp_path / "half.ipynb", "1 / (a - 2)")
    rows = quyu.sweep(made, {"a": [1, 2]}, out=tmp_path / "out", quiet=True, workers=2)
    assert rows.set_index("a")["status"].to_dict() == {1: "done", 2: "failed"}
    assert "ZeroDivisionError" in rows.set_index("a").loc[2, "error"]
    for row in rows.itertuples():
        assert all((tmp_path / "out" / "half" / name).is_file() for name in row.files)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"outt": "x"}, "'outt' is no option; there are out, run, region"),
        ({"lang": "fr"}, "lang is 'fr'"),
        ({"run": "a/b"}, "no folder's name"),
    ],
)
def test_what_cannot_be_written_is_refused_by_name(asked, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        quyu.write_reports("廣東", **{"out": tmp_path, "quiet": True} | asked)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.prove
def test_reports_are_told_with_their_files(tmp_path):
    rows = quyu.write_reports("廣東", out=tmp_path, quiet=True, lang="en", run="mine")
    (row,) = rows.itertuples()
    assert (row.status, row.lang, row.label) == ("done", "en", "Guangdong")
    assert all((tmp_path / "mine" / name).is_file() for name in row.files)
