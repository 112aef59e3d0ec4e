import io
import os
import zipfile

import pytest

from quyu.batch.site import archive


@pytest.fixture
def folder(tmp_path):
    run = tmp_path / "2023"
    (run / "en").mkdir(parents=True)
    (run / "en" / "index.html").write_text("<p>index</p>", encoding="utf-8")
    (run / "scores.csv").write_text("x\n", encoding="utf-8")
    (run / "left out.txt").write_text("no", encoding="utf-8")
    return run


def test_it_unpacks_to_the_same_files_under_the_run_s_name(folder):
    packed = archive(folder, ["scores.csv", "en/index.html"])
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        assert file.namelist() == ["2023/en/index.html", "2023/scores.csv"]
        assert file.read("2023/en/index.html") == b"<p>index</p>"
        assert file.testzip() is None


def test_the_same_pages_give_the_same_bytes_whenever_they_were_written(folder):
    first = archive(folder, ["scores.csv", "en/index.html"])
    os.utime(folder / "scores.csv", (1, 1))
    assert archive(folder, ["en/index.html", "scores.csv"]) == first


def test_a_file_that_is_gone_is_named(folder):
    with pytest.raises(ValueError, match=r"gone.html is not in"):
        archive(folder, ["gone.html"])
