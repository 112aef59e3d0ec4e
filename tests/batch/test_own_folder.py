"""A folder of figures of one's own loses nothing that nobody gave up, and is whole whenever it is read."""

import io
import shutil

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import quyu.batch.own_folder as own_folder
from quyu.batch.store import alone
from quyu.cli import app
from quyu.facts import check, load

HEAD = (
    "key,publication,publication_zh_hans,publication_en,publisher,publisher_en,table,edition,years,terms,"
    "grade,note\n"
)
MINE = "mine,某刊,某刊,Some journal,某局,Some bureau,,,,,,\n"


def run(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


@pytest.fixture
def into(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def file(tmp_path):
    """Writes a table of products of 2023, by place."""

    def written(name="a.csv", **values):
        rows = "".join(f"{place},{value}\n" for place, value in values.items())
        path = tmp_path / name
        path.write_text(f"2023年\n地区,GDP（亿元）\n{rows}", encoding="utf-8")
        return path

    return written


def table(folder, name):
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def book_of(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in sheets.items():
        sheet = book.create_sheet(name)
        for row in pd.read_csv(
            io.StringIO(text), header=None, dtype=str, keep_default_na=False
        ).to_numpy():
            sheet.append([cell or None for cell in row])
    book.save(path)
    return path


def test_one_at_a_time_writes_into_a_folder(into, file):
    with alone(into, say=print):
        code, told = run("import", file(北京=47000), "--into", into)
    assert code == 2 and "another command is writing into" in told
    assert contents(into) == {}
    assert run("import", file(北京=47000), "--into", into)[0] == 0


def test_a_source_that_nothing_cites_yet_stays(into, file):
    (into / "sources.csv").write_text(HEAD + MINE, encoding="utf-8")
    assert run("import", file(北京=47000), "--into", into)[0] == 0
    assert list(table(into, "sources")["key"]) == ["mine", "own-a"]


def test_a_source_that_was_made_for_a_file_goes_with_its_last_figure(into, file):
    assert run("import", file(北京=47000), "--into", into)[0] == 0
    assert run("import", file("b.csv", 北京=48000), "--into", into, "--replace")[0] == 0
    assert list(table(into, "sources")["key"]) == ["own-b"]
    cited = "adcode,year,indicator,value,source\n110000,2023,gdp,47000,mine\n"
    (into / "figures.csv").write_text(cited)
    (into / "sources.csv").write_text(HEAD + MINE, encoding="utf-8")
    assert run("import", file("b.csv", 北京=48000), "--into", into, "--replace")[0] == 0
    assert list(table(into, "sources")["key"]) == ["mine", "own-b"], "written by hand"


def test_an_equal_figure_keeps_its_source(into, file):
    text = "adcode,year,indicator,value,source\n北京,2023,GDP,47000,nd-gdp\n"
    (into / "figures.csv").write_text(text, encoding="utf-8")
    code, told = run("import", file(北京=47000, 天津=17000), "--into", into)
    assert code == 0 and "1 figures stand there with the same value" in told
    assert table(into, "figures")["source"].to_list() == ["nd-gdp", "own-a"]
    assert run("import", file(北京=47000, 天津=17000), "--into", into, "--replace")[0] == 0
    assert table(into, "figures")["source"].to_list() == ["own-a", "own-a"]


def test_a_source_that_somebody_completed_is_left_so(into, file):
    assert run("import", file(北京=47000), "--into", into)[0] == 0
    own = table(into, "sources").assign(publisher_en="Bureau of Statistics", grade="B")
    own.to_csv(into / "sources.csv", index=False)
    assert run("import", file(北京=47000, 天津=17000), "--into", into)[0] == 0
    assert table(into, "sources")[["publisher_en", "grade"]].to_numpy().tolist() == [
        ["Bureau of Statistics", "B"]
    ]


FIGURE = "adcode,year,indicator,value,source\n110000,2023,gdp,{},mine\n"
TARGET = "adcode,year,indicator,target,relation,unit,document\n{},2025,gdp,{},>=,億元,某規劃\n"


@pytest.mark.parametrize(
    ("name", "there", "new"),
    [
        ("sources", HEAD + MINE, HEAD + MINE.replace("某局", "他局")),
        ("targets", TARGET.format("110000", 50000), TARGET.format("北京市", 51000)),
    ],
)
def test_no_row_is_replaced_unasked(into, tmp_path, name, there, new):
    (into / "sources.csv").write_text(HEAD + MINE, encoding="utf-8")
    (into / f"{name}.csv").write_text(there, encoding="utf-8")
    sheets = {"figures": FIGURE.format(47000), "sources": HEAD + MINE, name: new}
    file, before = book_of(tmp_path / "b.xlsx", **sheets), contents(into)
    code, told = run("import", file, "--into", into)
    assert code == 1 and contents(into) == before
    assert f"{name}.csv has another row" in told and "Say --keep or --replace" in told
    assert run("import", file, "--into", into, "--keep")[0] == 0
    kept = table(into, name)
    pd.testing.assert_frame_equal(
        kept, pd.read_csv(io.StringIO(there), dtype=str, keep_default_na=False)
    )
    assert run("import", file, "--into", into, "--replace")[0] == 0
    assert ("他局" in (into / f"{name}.csv").read_text()) == (name == "sources")
    assert ("51000" in (into / f"{name}.csv").read_text()) == (name == "targets")
    assert len(table(into, name)) == 1, "a place by another name is the same place"


def test_the_same_rows_in_other_words_do_not_clash(into, tmp_path):
    (into / "targets.csv").write_text(TARGET.format("110000", "50000.0"), encoding="utf-8")
    sheets = {
        "figures": FIGURE.format(47000),
        "sources": HEAD + MINE,
        "targets": TARGET.format("北京", 50000),
    }
    code, told = run("import", book_of(tmp_path / "b.xlsx", **sheets), "--into", into)
    assert code == 0, told
    assert len(table(into, "targets")) == 1


def green(unit, factor, top="4e6"):
    book = pd.read_csv(load().path / "codebook.csv", dtype=str, keep_default_na=False)
    own = book[book["indicator"] == "gdp"].assign(
        indicator="green_gdp", unit=unit, factor=factor, min="0", max=top
    )
    return own.assign(
        name_zh_hans="绿色产值", name_zh_hant="綠色產值", name_en="Green product", aliases=""
    ).to_csv(index=False)


@pytest.mark.parametrize("option", ["", "--keep", "--replace"])
def test_figures_never_come_to_be_in_another_unit(into, tmp_path, option):
    figure = FIGURE.replace("gdp", "green_gdp")
    first = {
        "figures": figure.format(47000),
        "codebook": green("億元", "1e8"),
        "sources": HEAD + MINE,
    }
    assert run("import", book_of(tmp_path / "a.xlsx", **first), "--into", into)[0] == 0
    before = contents(into)
    second = {
        "figures": figure.format(480000000).replace("2023", "2024"),
        "codebook": green("萬元", "1e4", "4e10"),
    }
    second["sources"] = HEAD + MINE
    code, told = run(
        "import", book_of(tmp_path / "b.xlsx", **second), "--into", into, *filter(None, [option])
    )
    assert code == 1 and "green_gdp is in 億元 there, in 萬元 here" in told
    assert contents(into) == before


def test_a_strange_table_in_the_folder_is_left_alone(into, file):
    (into / "raw.csv").write_text("地区,2023\n北京,1\n", encoding="utf-8")
    code, told = run("import", file(北京=47000), "--into", into)
    assert code == 0 and "raw.csv is none of its tables and is left alone" in told
    assert {"raw.csv", "figures.csv", "sources.csv"} == {path.name for path in into.iterdir()}
    assert check(into) == []


@pytest.mark.parametrize("name", ["Figures.csv", "figure.csv", "figures .csv", "source.csv"])
def test_a_table_under_nearly_its_name_is_told(into, file, name):
    (into / name).write_text("adcode,year,indicator,value,source\n110000,2023,gdp,1,nd-gdp\n")
    (fault, *_) = check(into)
    assert fault.file == name and ("figures.csv" in fault.allowed or "sources.csv" in fault.allowed)
    code, told = run("import", file(北京=47000), "--into", into)
    assert code == 1 and name in told
    assert [path.name for path in into.iterdir()] == [name]


def test_a_folder_without_a_table_is_told_what_to_do(into):
    (into / "raw.csv").write_text("地区,2023\n北京,1\n", encoding="utf-8")
    (fault,) = check(into)
    assert "none of figures.csv" in fault.found and "quyu import raw.csv --into" in fault.allowed


def test_what_was_judged_of_a_figure_falls_with_it(into, file):
    assert run("import", file(北京=500000, 天津=170000), "--into", into, "--accept")[0] == 0
    assert len(table(into, "doubtful")) == 2
    by_name = table(into, "doubtful").replace({"110000": "北京市"})
    by_name.to_csv(into / "doubtful.csv", index=False)
    assert run("import", file(北京=500000), "--into", into, "--replace")[0] == 0
    assert len(table(into, "doubtful")) == 2, "the same figure"
    code, told = run("import", file(北京=490000), "--into", into, "--replace")
    assert code == 1 and "490000" in told, "another figure is another question"
    assert run("import", file(北京=47000), "--into", into, "--replace")[0] == 0
    assert list(table(into, "doubtful")["adcode"]) == ["120000"]
    assert run("import", file(天津=17000), "--into", into, "--replace")[0] == 0
    assert not (into / "doubtful.csv").exists()


EVIL = "=cmd|' /C calc'!A0"


def texts(path):
    cells = pd.read_csv(path, dtype=str, keep_default_na=False).to_numpy().ravel()
    return [cell for cell in cells if not cell.replace(".", "").lstrip("-").isdecimal()]


def test_a_formula_that_somebody_wrote_into_the_folder_is_none_any_more(into, file, tmp_path):
    (into / "sources.csv").write_text(
        HEAD + MINE.replace("某刊", EVIL).replace("某局", " +1"), encoding="utf-8"
    )
    target = TARGET.format("110000", 50000).replace("某規劃", "＠SUM(A1)")
    sheets = {
        "figures": FIGURE.format(47000),
        "sources": HEAD + MINE.replace("mine", "other"),
        "targets": target,
    }
    assert run("import", book_of(tmp_path / "b.xlsx", **sheets), "--into", into)[0] == 0
    for path in into.iterdir():
        assert not [text for text in texts(path) if text.lstrip()[:1] in "=+-@＝＋－＠" and text], (
            path.name
        )
    assert f"'{EVIL}" in texts(into / "sources.csv") and "'＠SUM(A1)" in texts(into / "targets.csv")


def test_a_template_holds_no_formula(tmp_path):
    text = (load().path.parent / "params" / "framework.yaml").read_text(encoding="utf-8")
    evil = text.replace("zh-hant: 經濟發展質量效益", f'zh-hant: "{EVIL}"').replace(
        "質量", "@質量", 1
    )
    assert evil != text
    (tmp_path / "mine.yaml").write_text(evil, encoding="utf-8")
    code, told = run("template", tmp_path / "t.xlsx", "--framework", tmp_path / "mine.yaml")
    assert code == 0, told
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    cells = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith(f"'{EVIL}") for cell in cells)


def test_of_many_faults_the_first_are_told_and_all_counted(into, file):
    strange = file(**{f"某地{n}": n for n in range(60)}, 北京=47000)
    code, told = run("import", strange, "--into", into)
    assert code == 1 and "… and 10 more." in told
    assert told.count("which is no province") == 50
    code, told = run("check", strange)
    assert code == 1 and "… and 10 more." in told and "60 faults in" in told
    assert told.count("which is no province") == 50


class CutError(Exception):
    """The machine is switched off."""


def interrupted(monkeypatch, after, *words):
    """Run a command, cut off before it changes a file for the time after `after`; whether it was."""
    left = [after]

    def counted(real):
        def changing(*given, **options):
            if not left[0]:
                raise CutError
            left[0] -= 1
            return real(*given, **options)

        return changing

    with monkeypatch.context() as patch:
        patch.setattr(own_folder, "publish", counted(own_folder.publish))
        patch.setattr(own_folder, "remove", counted(own_folder.remove))
        done = CliRunner().invoke(app, [str(word) for word in words])
    return isinstance(done.exception, CutError)


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({"北京": 48000, "河北": 45000}, ()),
        pytest.param({"北京": 480000}, ("--accept",), marks=pytest.mark.prove),
        pytest.param({"天津": 17500}, (), marks=pytest.mark.prove),
        pytest.param({"北京": 48000, "天津": 17500}, (), marks=pytest.mark.prove),
    ],
)
def test_a_folder_cut_off_between_two_files_is_whole(tmp_path, monkeypatch, file, values, options):
    """Old figures or new ones, each with its source; and the same command ends what was begun."""
    old = file(北京=500000, 天津=17000)
    command = ("import", file("b.csv", **values), "--replace", *options, "--into")
    begun = tmp_path / "begun"
    assert run("import", old, "--accept", "--into", begun)[0] == 0
    shutil.copytree(begun, tmp_path / "whole")
    assert run(*command, tmp_path / "whole")[0] == 0
    states = []
    for after in range(20):
        into = tmp_path / f"cut{after}"
        shutil.copytree(begun, into)
        cut = interrupted(monkeypatch, after, *command, into)
        states.append(load(into).figures.query("source.str.startswith('own-')")["value"].sum())
        assert not [
            fault
            for fault in check(into)
            if "beside" not in fault.found and "known" not in fault.found
        ]
        code, told = run(*command, into)
        assert code == 0, told
        assert contents(into) == contents(tmp_path / "whole")
        if not cut:
            break
    assert after >= 2 and len({*states}) == 2
