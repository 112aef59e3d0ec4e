"""A folder's framework.yaml is its framework, at every door; one that is given wins."""

import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import quyu
from quyu.batch.report import _hash
from quyu.batch.request import Request
from quyu.batch.store import foundations
from quyu.cli import app
from quyu.facts import embedded
from quyu.pages.parameters import Parameters
from quyu.study.opening import keep_ready, open_study, report_year

CITIES = Path(__file__).parent / "cities"
FRAMEWORK = embedded() / "params/framework.yaml"


def quyu_(*words):
    done = CliRunner().invoke(app, [*map(str, words)])
    return done.exit_code, " ".join((done.stdout + done.stderr).split())


def changed(file, **keys):
    """The framework file with some keys written anew."""
    choices = yaml.safe_load(file.read_text("utf-8")) | keys
    file.write_text(yaml.safe_dump(choices, allow_unicode=True), "utf-8")


@pytest.fixture
def folder(tmp_path):
    """The cities, whose framework reports 2021."""
    here = shutil.copytree(CITIES, tmp_path / "cities")
    changed(here / "framework.yaml", report_year=2021)
    return here


@pytest.fixture
def provinces(tmp_path):
    """A province's own figure, beside a framework that reports 2021."""
    here = tmp_path / "own"
    here.mkdir()
    known = (embedded() / "geodata/figures.csv").read_text("utf-8").splitlines()
    (here / "figures.csv").write_text("\n".join(known[:2]), "utf-8")
    shutil.copy(FRAMEWORK, here)
    changed(here / "framework.yaml", report_year=2021)
    return here


def test_it_is_the_framework_of_a_study_and_of_its_notebooks(folder):
    assert quyu.open_study(folder).card.framework.report_year == 2021 == report_year("", folder)
    assert Parameters.read({"data": str(folder)}).year == 2021
    assert Request(data=folder).folder().name == "2021"
    given = Parameters.read({"data": str(folder), "framework": str(CITIES / "framework.yaml")})
    assert given.year == quyu.open_study(folder, given.framework).card.framework.report_year == 2023


def test_it_is_a_ground_of_what_is_written_and_so_are_its_goalposts(folder):
    told = [foundations(str(folder)), _hash(Request(data=folder))]
    changed(folder / "framework.yaml", aggregate="geometric")
    told += [foundations(str(folder)), _hash(Request(data=folder))]
    (folder / "framework.state.yaml").write_text("other")
    told += [foundations(str(folder)), _hash(Request(data=folder))]
    assert len({str(each) for each in told}) == 6


def test_a_study_kept_ready_is_that_of_the_framework_as_it_stands(folder):
    kept = open_study(folder)
    keep_ready(kept, folder)
    assert open_study(folder) is kept
    keep_ready(kept, folder)
    changed(folder / "framework.yaml", report_year=2020)
    assert open_study(folder) is not kept


def test_commands_go_by_it_and_say_so(folder, tmp_path):
    code, told = quyu_("score", "--data", folder, "--out", tmp_path / "out", "--rebase")
    assert code == 0 and (folder / "framework.state.yaml").is_file()
    assert "框架是數據文件夾自帶的 framework.yaml" in told and "2021" in told
    assert quyu_("check", folder)[1].startswith(f"The framework is {folder / 'framework.yaml'}.")
    assert quyu_("workbook", tmp_path / "a.xlsx", "--data", folder)[0] == 0
    assert quyu_("map", "index", tmp_path / "a.svg", "--data", folder)[0] == 0
    assert quyu_("atlas", "--data", folder, "--out", tmp_path / "out")[0] == 0
    assert (tmp_path / "out/2021/zh-hant/atlas.html").is_file()
    code, told = quyu_("compare", folder, CITIES, "--lang", "en")
    assert code == 0 and "report_year: 2021 → 2023" in told
    code, told = quyu_("template", tmp_path / "t.xlsx", "--data", folder)
    assert code == 2 and "figures.csv" in told


def test_a_fault_of_it_is_one_of_the_folder(folder):
    changed(folder / "framework.yaml", years=[1999])
    (fault,) = quyu.check(folder)
    assert (fault.file, quyu_("check", folder)[0]) == ("framework.yaml", 1)


def test_figures_of_provinces_go_by_it_too(provinces, tmp_path):
    assert open_study(provinces).card.framework.report_year == 2021
    assert open_study(provinces, FRAMEWORK).card.framework.report_year > 2021
    choices = yaml.safe_load((provinces / "framework.yaml").read_text("utf-8"))
    changed(
        provinces / "framework.yaml",
        index=choices["index"] | {"children": choices["index"]["children"][:2]},
    )
    code, told = quyu_("template", tmp_path / "t.xlsx", "--data", provinces)
    assert code == 0
    assert quyu_("template", tmp_path / "all.xlsx")[1].split()[1] > told.split()[1]


def test_units_of_ones_own_without_it_or_with_another_are_told_what_they_need(folder):
    with pytest.raises(ValueError, match="give no other, it has one"):
        open_study(folder, FRAMEWORK)
    (folder / "framework.yaml").unlink()
    with pytest.raises(
        ValueError, match=r"units of its own.*embedded framework.*edit a copy of"
    ) as told:
        open_study(folder)
    assert str(folder / "framework.yaml") in str(told.value)
