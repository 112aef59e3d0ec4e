"""A notebook is an argument: every section has a picture and something to try, links lead on."""

import re
from pathlib import Path

import nbformat
import pytest

from quyu.study import charting

HERE = Path(__file__).parents[2]
ARGUED = ("1-data", "2-score", "3-robustness", "gallery")
FENCE = re.compile("```python\n(.*?)```", re.S)
GOLDEN = HERE / "tests" / "pages" / "golden" / "en.txt"
LAST = {"next"}  # the section of links


def cells(name):
    return nbformat.read(HERE / "notebooks" / f"{name}.ipynb", as_version=4).cells


@pytest.mark.parametrize("name", ARGUED)
def test_every_section_has_a_picture_and_something_to_try(name):
    said = dict(
        re.findall(rf"^== {name} · (\S+)\n(.*?)(?=^== |\Z)", GOLDEN.read_text("utf-8"), re.M | re.S)
    )
    sections = {}
    for cell in cells(name)[1:]:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            here = sections[cell["id"]] = {"pictures": 0, "tries": 0}
        elif sections and cell.cell_type == "markdown":
            here["tries"] += bool(FENCE.search(cell.source))
        elif sections:
            here["pictures"] += bool(re.search(r"^\{", said[cell["id"]], re.M))
    assert [*sections][-1] == "next"
    for section, found in sections.items():
        if section not in LAST:
            assert found["pictures"], section
            assert found["tries"] or name == "gallery", section


@pytest.mark.parametrize("name", ARGUED)
def test_its_links_lead_to_notebooks(name):
    found = re.findall(r"\]\(([^)]+)\)", cells(name)[-1].source)
    assert len(found) >= 2
    assert all((HERE / "notebooks" / target).is_file() for target in found)


@pytest.mark.parametrize("name", ARGUED)
def test_no_number_is_shown_as_code_writes_it(name):
    for part, said in re.findall(
        rf"^== ({name} · \S+)\n(.*?)(?=^== |\Z)", GOLDEN.read_text("utf-8"), re.M | re.S
    ):
        assert not re.search(r"\de[-+]\d\d|\bnp\.", said), part
        assert len(said.split()) > 2, part  # more than a number by itself


def test_the_gallery_shows_every_chart():
    source = "".join(cell.source for cell in cells("gallery"))
    assert all(
        f's.chart("{kind}"' in source for kind in (*charting.OF_A_YEAR, *charting.OF_ALL_YEARS)
    )
