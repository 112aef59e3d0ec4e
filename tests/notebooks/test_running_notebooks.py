"""Every notebook runs from its defaults, and as the README types it."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from quyu.batch.execute import execute

pytestmark = pytest.mark.prove
ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_its_defaults_without_a_word_of_noise(path):
    run = execute(path, {})
    assert run.error == ""
    streams = [
        output.text
        for cell in run.notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    ]
    assert streams == []


@pytest.mark.parametrize(("name", "region"), [("east", "東部"), ("central-west", "中西部")])
def test_the_other_regions_have_a_file_for_papermill(name, region, tmp_path):
    line = f"papermill notebooks/report-region.ipynb {tmp_path}/out.ipynb -f params/{name}.yaml"
    done = _typed(line)
    assert done.returncode == 0, done.stderr
    text = nbformat.writes(nbformat.read(tmp_path / "out.ipynb", as_version=4))
    assert f"{region} " in text


def test_a_mistyped_parameter_does_not_write_the_default_report(tmp_path):
    # papermill itself only logs an unknown parameter
    done = _typed(f"papermill notebooks/report-province.ipynb {tmp_path}/out.ipynb -p provnce 北京")
    assert done.returncode != 0
    assert "did you mean 'province'" in done.stderr


def _typed(line: str) -> subprocess.CompletedProcess:
    program = shutil.which("papermill", path=str(Path(sys.executable).parent)) or "papermill"
    words = [program, *line.split()[1:]]
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT)


def test_where_nobody_can_answer_sliders_are_a_table_and_a_map(tmp_path):
    done = _typed(f"papermill notebooks/explore.ipynb {tmp_path}/out.ipynb -p lang en")
    assert done.returncode == 0, done.stderr
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    made = [out.data for cell in cells for out in cell.get("outputs", []) if "data" in out]
    assert not any("application/vnd.jupyter.widget-view+json" in data for data in made)
    assert sum("1,000 draws" in data.get("text/html", "") for data in made) == 1
