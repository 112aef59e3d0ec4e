"""The command line: what it refuses, how it leaves, what it costs to ask for help."""

import re
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import quyu
from quyu import __version__
from quyu.batch.store import alone
from quyu.cli import app
from quyu.facts import embedded
from quyu.study import report_year

RUNNER = CliRunner()


def test_version():
    done = RUNNER.invoke(app, ["--version"])
    assert (done.exit_code, done.output.strip()) == (0, f"quyu {__version__}")


@pytest.mark.parametrize("module", ["quyu", "quyu.cli"])
def test_a_module_that_is_run_is_the_command(module):
    words = [sys.executable, "-m", module, "--version"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.stdout.strip() == f"quyu {__version__}", done.stderr


def test_help_imports_no_heavy_library():
    # --help is what people type first; a data library behind it would cost a second.
    program = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from quyu.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'geopandas', 'papermill', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["report", "Guangdon"], "Guangdong"),
        (["report", "香港"], "31 mainland provinces"),
        (["report", "--region", "西南"], "there are 東部 (east)"),
        (["report", "廣東", "--year", "2030"], "panel has 2019–2024"),
        (["report", "廣東", "--lang", "fr"], "there are zh-hant, zh-hans, en"),
        (["report", "廣東", "--framework", "none.yaml"], "there is no framework file"),
        (["report", "廣東", "--data", "nowhere"], "nowhere"),
        (["score", "--year", "1999"], "panel has 2019–2024"),
    ],
)
def test_refusals_happen_at_the_door(words, told, tmp_path):
    done = RUNNER.invoke(app, [*words, *([] if words[0] == "check" else ["--out", str(tmp_path)])])
    assert done.exit_code == 2
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_score_writes_every_year(tmp_path):
    import pandas as pd

    done = RUNNER.invoke(app, ["score", "--year", "2022", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    frame = pd.read_csv(tmp_path / "2022" / "scores.csv", dtype={"adcode": str})
    assert len(frame) == 31 * 6
    assert set(frame["year"]) == set(range(2019, 2025))
    assert frame["index"].notna().all()
    for _, year in frame.groupby("year"):
        assert year["rank"].min() == 1
        best = year.set_index("adcode")["index"].idxmax()
        assert year.set_index("adcode").loc[best, "rank"] == 1
    assert (tmp_path / "2022" / "scores.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_check_of_the_embedded_data_finds_nothing():
    done = RUNNER.invoke(app, ["check"])
    assert done.exit_code == 0, done.output
    assert "No fault" in done.output


@pytest.mark.parametrize("words", [["score"], ["atlas"]])
def test_a_folder_that_a_batch_writes_into_is_refused(words, tmp_path):
    with alone(tmp_path / str(report_year()), say=print):
        done = RUNNER.invoke(app, [*words, "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "another command is writing into" in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_stands_where_the_runs_should_go_is_left_alone(tmp_path):
    (tmp_path / "taken").write_text("mine")
    done = RUNNER.invoke(app, ["score", "--out", str(tmp_path / "taken")])
    assert (done.exit_code, (tmp_path / "taken").read_text()) == (2, "mine")
    assert "Another --out may help" in done.stderr


@pytest.mark.parametrize(
    "command", ["report", "batch", "atlas", "map", "score", "check", "notebooks"]
)
def test_help_is_whole(command):
    done = RUNNER.invoke(app, [command, "-h"])
    assert done.exit_code == 0
    assert "…\n" not in done.output  # nothing is cut off
    assert "(quyu)" not in done.output
    assert ("(quyu[cluster])" in " ".join(done.output.split())) == (command in ("report", "batch"))


@pytest.mark.parametrize("option", ["--cell-seconds", "--run-seconds"])
@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf"])
def test_a_limit_that_leaves_no_time_is_refused(option, seconds, tmp_path):
    for words in (["report", "廣東"], ["batch", "n.ipynb", "--grid", "g.yaml"]):
        done = RUNNER.invoke(app, [*words, "--out", str(tmp_path), option, seconds])
        assert done.exit_code == 2
        assert f"{option} is {float(seconds):g}; it must be above 0" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_scheduler_that_does_not_answer_is_told_as_such(monkeypatch, tmp_path):
    def silent(*_, **__):
        raise OSError("Timed out trying to connect to tcp://127.0.0.1:1 after 30 s")

    monkeypatch.setattr("quyu.batch.sweep.sweep", silent)
    done = RUNNER.invoke(app, ["batch", "n.ipynb", "--grid", "g.yaml", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stderr.startswith("quyu: Timed out")
    assert "--out" not in done.stderr


def compared(*words):
    done = RUNNER.invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.output


def test_two_frameworks_side_by_side_say_whose_rank_moves_and_what_differs(tmp_path):
    file = tmp_path / "own.yaml"
    home = embedded() / "params"
    text = (home / "framework.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("normalise: minmax", "normalise: zscaled"), encoding="utf-8")
    shutil.copy(home / "framework.state.yaml", tmp_path / "own.state.yaml")
    told = compared("compare", str(home / "framework.yaml"), str(file), "--lang", "en")
    assert "normalise: minmax → zscaled" in told
    assert told.count("normalise") == 1
    a, b = quyu.open_study(lang="en"), quyu.open_study(framework=file, lang="en")
    found = a.compare(b, a.card.framework.report_year)
    furthest = found.loc[found["places"].abs().idxmax(), "name"]
    assert told.index(furthest) == min(told.index(name) for name in found["name"] if name in told)


def test_two_sets_of_figures_side_by_side_name_the_series_that_differ(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(
        "adcode,year,indicator,value,source\n210000,2024,rd_expenditure,800,nd-rd\n",
        encoding="utf-8",
    )
    source = (
        quyu.open_study().facts.figures.query("indicator == 'rd_expenditure'")["source"].iloc[0]
    )
    own.write_text(own.read_text(encoding="utf-8").replace("nd-rd", source), encoding="utf-8")
    told = compared("compare", str(embedded() / "geodata"), str(own), "--lang", "en")
    assert "(rd_expenditure): 1 cells differ" in told
    same = compared("compare", str(embedded() / "geodata"), str(embedded() / "geodata"))
    assert "No choice and no figure differs." in same


def test_a_workbook_is_written_once_and_never_over_one_that_may_have_been_changed(tmp_path):
    file = tmp_path / "2023.xlsx"
    words = ["workbook", str(file), "--year", "2023", "--lang", "en"]
    done = RUNNER.invoke(app, words)
    assert (done.exit_code, done.output.strip()) == (0, str(file))
    before = file.read_bytes()
    done = RUNNER.invoke(app, words)
    assert done.exit_code == 2
    assert "may have been changed by hand; name another file" in done.stderr
    assert file.read_bytes() == before
    done = RUNNER.invoke(app, ["workbook", str(tmp_path / "2023.csv")])
    assert (done.exit_code, done.stderr) == (2, "quyu: 2023.csv: a workbook is an .xlsx file.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["2023.xlsx"]


def test_a_misspelt_map_is_answered_with_what_can_be_typed(tmp_path):
    done = RUNNER.invoke(app, ["map", "idnex", str(tmp_path / "a.svg"), "--lang", "en"])
    assert done.exit_code == 2
    assert "s.catalogue" not in done.stderr and "s.facts" not in done.stderr
    for word in ("index", "economy", "rd_intensity", "東北", "codebook.csv", "lisa", "partners"):
        assert re.search(rf"\b{word}\b", done.stderr), word
    assert list(tmp_path.iterdir()) == []
