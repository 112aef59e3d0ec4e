"""Our notebooks on units of one's own: from top to bottom, what there is not told in a sentence."""

import re
import shutil
from pathlib import Path

import pytest

from quyu.batch.execute import execute
from quyu.facts import embedded
from quyu.pages import examples, refusals
from quyu.study import open_study

CITIES = Path(__file__).parent / "cities"
NOTEBOOKS = embedded() / "notebooks"
ARGUED = [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb")) if "report" not in path.stem]
ALONE = {"0-selfcheck"}  # which rests on no data


def told(path, **given):
    """What the cells of a notebook show, as one text; it must have run to its end."""
    run = execute(path, {"lang": "en", **given})
    assert run.error == ""
    shown = [
        "".join(output.get("data", {}).get(kind, ""))
        for cell in run.notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        for kind in ("text/html", "image/svg+xml")
    ]
    unseen = r"<(script|style|iframe)\b.*?</\1>|<[^>]*>"
    return re.sub(unseen, "", "\n".join(shown), flags=re.S)


@pytest.mark.prove
@pytest.mark.parametrize("name", [name for name in ARGUED if name not in ALONE])
def test_a_notebook_runs_on_cities_by_their_folder_alone(name):
    said = told(NOTEBOOKS / f"{name}.ipynb", data=str(CITIES))
    assert "Hangzhou" in said or name == "5-assistance"  # which is of provinces alone
    assert "Guangdong" not in said


@pytest.mark.prove
def test_regions_of_units_without_groups_and_shapes_are_all_of_them(tmp_path):
    here = shutil.copytree(CITIES, tmp_path / "own", ignore=shutil.ignore_patterns("*.geojson"))
    lines = (here / "units.csv").read_text("utf-8").splitlines()
    bare = [",".join(line.split(",")[:3]) for line in lines]
    (here / "units.csv").write_text("\n".join(bare), "utf-8")
    said = told(NOTEBOOKS / "4-regions.ipynb", data=str(here))
    assert "add units.geojson" in said


def test_targets_of_cities_are_told_in_words_and_the_rest_is_shown():
    said = told(NOTEBOOKS / "6-targets.ipynb", data=str(CITIES))
    assert said.count("Official targets are of the nation and of provinces") >= 3
    assert "Hangzhou" in said


def test_an_example_is_what_was_written_on_or_the_first(cities):
    provinces = open_study(lang="en")
    assert examples.indicator(provinces, "rd_intensity") == "rd_intensity"
    assert examples.indicator(cities, "rd_intensity") == "made_1_scored"
    assert (examples.goal(cities, "economy"), examples.figure(cities, "gdp")) == (
        "goal_1",
        "made_1",
    )
    assert examples.year(cities, 2022) == 2022 and examples.year(cities, 2012) == 2019
    assert examples.unit(cities, "440000") == "330100"
    assert examples.unit(cities, "440000", "Ningbo") == "330200"
    assert examples.region(cities, "northeast").name == "浙東北"
    with pytest.raises(ValueError, match="Guangdng"):
        examples.unit(cities, "440000", "Guangdng")


def test_of_provinces_a_refusal_stays_an_error(cities, capsys):
    with refusals.told(cities):
        cities.targets()
    with pytest.raises(ValueError, match="No goal"), refusals.told(cities):
        cities.map("nonsense", 2023)
    with pytest.raises(ValueError, match="made for a test"), refusals.told(open_study(lang="en")):
        raise refusals.Refusal("made for a test")
