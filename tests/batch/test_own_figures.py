"""What is imported is what is scored; nothing is written while anything is open."""

import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from quyu.batch.store import foundations
from quyu.cli import app
from quyu.facts import check, embedded, load
from quyu.facts.given import known_facts
from quyu.study import open_study

CASES = Path(__file__).parents[1] / "facts" / "cases"
KEY = ["adcode", "year", "indicator"]


def run(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def case(number):
    (path,) = CASES.glob(f"{number:02}_*")
    return path


def test_pass_rates_fill_a_declared_gap_and_that_is_said(tmp_path):
    into = tmp_path / "mine"
    code, told = run("import", case(8), "--into", into, "--source", "Synthetic office, 2024")
    assert code == 0, told
    assert "fills a declared gap: the indicator manufacturing_pass_rate" in told
    for said in (
        "figures of 2022, 2023",
        "published: false",
        "--rebase",
        "no provinces: 合计",
        "33% of",
    ):
        assert said in told
    assert {path.name for path in into.iterdir()} == {"figures.csv", "sources.csv"}
    facts = load(into)
    own = facts.figures[facts.figures["source"] == "own-08-internal-pass-rates-synthetic"]
    assert len(own) == 62 and {*own["value"]} >= {93.3, 93.4}
    assert facts.sources.at[own["source"].iloc[0], "publication"] == "Synthetic office, 2024"
    code, told = run("import", case(7), "--into", into)
    assert code == 0 and "declared gap" not in told
    assert len(pd.read_csv(into / "figures.csv")) == 62 + 372


@pytest.mark.parametrize("number", [6, 13, 14, 15, 16])
def test_nothing_is_written_while_anything_is_open(tmp_path, number):
    code, told = run("import", case(number), "--into", tmp_path / "mine")
    assert code in (1, 2)
    assert list(tmp_path.iterdir()) == [], told


def test_precedence_is_asked_for(tmp_path):
    into, file = tmp_path / "mine", tmp_path / "a.csv"
    file.write_text("2023年\n地区,GDP（亿元）\n北京,50000\n天津,17000\n", encoding="utf-8")
    assert run("import", file, "--into", into)[0] == 0
    file.write_text("2023年\n地区,GDP（亿元）\n北京,51000\n河北,45000\n", encoding="utf-8")
    code, told = run("import", file, "--into", into)
    assert code == 1 and "110000 2023 gdp with 50000, now 51000. Say --keep or --replace" in told
    before = (into / "figures.csv").read_bytes()

    def values():
        rows = pd.read_csv(into / "figures.csv", dtype={"adcode": str}).set_index("adcode")
        return rows["value"].to_dict()

    assert run("import", file, "--into", into, "--keep")[0] == 0
    assert values() == {"110000": 50000, "120000": 17000, "130000": 45000}
    (into / "figures.csv").write_bytes(before)
    assert run("import", file, "--into", into, "--replace")[0] == 0
    assert values() == {"110000": 51000, "120000": 17000, "130000": 45000}
    assert run("import", file, "--into", into, "--keep", "--replace")[0] == 2
    again = (into / "figures.csv").read_bytes()
    assert run("import", file, "--into", into)[0] == 0, "the same figures do not clash"
    assert (into / "figures.csv").read_bytes() == again


def test_what_looks_like_a_slip_is_accepted_in_writing(tmp_path):
    into, file = tmp_path / "mine", tmp_path / "a.csv"
    file.write_text("2023年\n地区,GDP（亿元）\n北京,500000\n", encoding="utf-8")
    code, told = run("import", file, "--into", into)
    assert code == 1 and "a.csv, row 3, GDP（亿元） 2023: found 500000" in told
    assert run("import", file, "--into", into, "--accept")[0] == 0
    judged = pd.read_csv(into / "doubtful.csv", dtype=str).set_index("adcode")
    assert judged.at["110000", "judgement"] == "real jump"
    assert judged.at["110000", "why"].startswith("accepted when a.csv was imported: 500000")
    assert check(into) == []
    file.write_text("2023年\n地区,GDP（亿元）\n北京,5000\n", encoding="utf-8")
    assert run("import", file, "--into", into, "--replace")[0] == 1, (
        "another value is another question"
    )


def test_two_files_of_one_name_are_two_sources(tmp_path):
    into = tmp_path / "mine"
    for place, value, source in (("北京", 47000, "one"), ("天津", 17000, "other")):
        file = tmp_path / "a.csv"
        file.write_text(f"2023年\n地区,GDP（亿元）\n{place},{value}\n", encoding="utf-8")
        assert run("import", file, "--into", into, "--source", source)[0] == 0
    facts = load(into)
    own = facts.figures[facts.figures["source"].str.startswith("own-")].set_index("adcode")[
        "source"
    ]
    assert own.map(facts.sources["publication"]).to_dict() == {"110000": "one", "120000": "other"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--column", "人口"], "is not HEAD=ID"),
        (["--column", "人口=populatoin"], "No indicator is called"),
        (["--indicator", "gdq"], "No indicator is called"),
        (["--source", "a\nb"], "--source is one line"),
    ],
)
def test_answers_are_refused_at_the_door(tmp_path, options, said):
    code, told = run("import", case(1), "--into", tmp_path / "mine", *options)
    assert code == 2 and said in told
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_stands_by_itself_is_left_alone(tmp_path):
    (tmp_path / "provinces.csv").write_text("x")
    assert "stands by itself" in run("import", case(1), "--into", tmp_path)[1]


def test_an_indicator_of_ones_own_stays_known(tmp_path):
    into, file = tmp_path / "mine", tmp_path / "a.csv"
    into.mkdir()
    book = pd.read_csv(load().path / "codebook.csv", dtype=str, keep_default_na=False)
    own = book[book["indicator"] == "gdp"].assign(
        indicator="green_gdp",
        name_zh_hans="绿色产值",
        name_zh_hant="綠色產值",
        name_en="Green product",
        aliases="",
    )
    own.to_csv(into / "codebook.csv", index=False)
    file.write_text(
        "2023年\n地区,绿色产值（万元）\n北京,470000000\n天津,170000000\n", encoding="utf-8"
    )
    code, told = run("import", file, "--into", into)
    assert code == 0 and "green_gdp: 2 figures" in told, told
    assert load(into).figures.query("indicator == 'green_gdp'")["value"].tolist() == [47000, 17000]


def test_no_text_becomes_a_formula(tmp_path):
    into, file = tmp_path / "mine", tmp_path / "=cmd.csv"
    file.write_text("2023年\n地区,GDP（亿元）\n北京,47000\n", encoding="utf-8")
    code, told = run("import", file, "--into", into, "--source", "=cmd|' /C calc'!A0")
    assert code == 0, told
    for path in into.iterdir():
        cells = pd.read_csv(path, dtype=str, keep_default_na=False).to_numpy().ravel()
        assert not [cell for cell in cells if cell[:1] in "=+-@" and cell], path.name


def test_a_run_follows_the_file_that_it_rests_on(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("2023年\n地区,GDP（亿元）\n北京,47000\n", encoding="utf-8")
    before = foundations(str(file))
    file.write_text("2023年\n地区,GDP（亿元）\n北京,47001\n", encoding="utf-8")
    assert foundations(str(file)) != before


def test_a_filled_template_is_imported_without_options(tmp_path):
    file, into = tmp_path / "rates.xlsx", tmp_path / "mine"
    assert run("template", file)[0] == 0
    assert run("template", file)[0] == 2, "it may have been filled"
    book, written = openpyxl.load_workbook(file), {}
    figures = known_facts()["figures"].set_index(KEY)["value"]
    short = {
        name: code
        for code, name in known_facts()["provinces"].set_index("adcode")["short_zh_hant"].items()
    }
    units = {row.name_zh_hant: row for row in known_facts()["codebook"].itertuples()}
    for sheet in book.worksheets[1:]:
        assert sheet.data_validations.count == sheet.max_column
        for column in range(3, sheet.max_column + 1):
            head = sheet.cell(2, column).value
            (row,) = [row for name, row in units.items() if head == f"{name}（{row.unit}）"]
            for line in range(4, 35):
                code, year = short[sheet.cell(line, 1).value], sheet.cell(line, 2).value
                value = figures.get(
                    (code, year, row.indicator), row.min + (row.max - row.min) * 0.93
                )
                sheet.cell(line, column, value)
                written[code, year, row.indicator] = value
    book.save(file)
    code, told = run("import", file, "--into", into, "--accept")  # made-up figures are no growth
    assert code == 0, told
    read = pd.read_csv(into / "figures.csv", dtype={"adcode": str}).set_index(KEY)["value"]
    assert read.to_dict() == written
    assert told.count("fills a declared gap") >= 8


def filled(file, head, values, years=()):
    """Write values, a province each, under a head of the template; for more years in rows below."""
    book = openpyxl.load_workbook(file)
    (sheet,) = [s for s in book.worksheets[1:] if any(head in str(c.value) for c in s[2])]
    column = next(c.column for c in sheet[2] if head in str(c.value))
    for at, value in enumerate(values):
        sheet.cell(4 + at, column, value)
        for block, year in enumerate(years, start=1):
            line = 4 + at + block * len(values)
            sheet.cell(line, 1, sheet.cell(4 + at, 1).value)
            sheet.cell(line, 2, year)
            sheet.cell(line, column, value - block / 10)
    book.save(file)


def as_told(told, indicator, folder):
    """What a user does who follows the announcement of a filled gap; the studies before and after."""
    said = next(
        part for part in told.split("fills a declared gap: ") if f"indicator {indicator}" in part
    )
    choices = yaml.safe_load((embedded() / "params/framework.yaml").read_text(encoding="utf-8"))
    leaf = next(
        leaf
        for goal in choices["index"]["children"]
        for leaf in goal["children"]
        if leaf["id"] == indicator
    )
    del leaf["published"]
    if also := re.search(r"and write `(structural: .*?)`; then", said):
        leaf |= yaml.safe_load(also[1])
    mine = folder / "own/framework.yaml"
    mine.write_text(yaml.safe_dump(choices, allow_unicode=True), encoding="utf-8")
    code, out = run(
        "score",
        "--data",
        folder / "own",
        "--rebase",
        "--out",
        folder / "output",
    )
    assert code == 0, out
    before = open_study(folder / "own", embedded() / "params/framework.yaml")
    return said, before, open_study(folder / "own")


@pytest.mark.parametrize(
    ("more", "cross_section", "moved"),
    [((), True, range(2019, 2025)), ((2023, 2022, 2021), False, range(2019, 2025))],
)
def test_a_gap_that_is_filled_is_told_with_what_scoring_it_changes(
    tmp_path, more, cross_section, moved
):
    file, into = tmp_path / "mine.xlsx", tmp_path / "own"
    assert run("template", file)[0] == 0
    filled(file, "食品抽檢合格率", [96 + (7 * at % 31) / 10 for at in range(31)], more)
    code, told = run("import", file, "--into", into)
    assert code == 0, told
    said, before, after = as_told(told, "food_pass_rate", tmp_path)
    assert ("structural: [2024]" in said) == cross_section
    assert "food_pass_rate" in after.card.weights and not after.card.dropped.size
    assert "one of 5 of the goal products" in said
    assert f"{after.card.weights['food_pass_rate']:.1%} of the index" in said
    gone = (after.card.scores["index"] - before.card.scores["index"]).unstack()
    years = gone.columns[(gone.abs() > 1e-9).any()]
    assert [*years] == [*moved]
    assert f"Scores of {', '.join(map(str, years))} move" in said
    places = (before.card.ranks["index"] - after.card.ranks["index"]).xs(2024, level=1)
    most, unit = places.abs().max(), places.abs().idxmax()
    told_of = re.search(
        r"in 2024 by up to ([\d.]+) points and (\d+) places \((\S+) (\d+) → (\d+)\)", said
    )
    assert float(told_of[1]) == round(gone[2024].abs().max(), 1)
    assert int(told_of[2]) == most
    assert told_of[3] == before.facts.provinces.at[unit, "short_zh_hant"]
    assert int(told_of[4]) - int(told_of[5]) == places[unit]


def test_a_gap_of_which_too_little_is_filled_says_so(tmp_path):
    file, into = tmp_path / "mine.xlsx", tmp_path / "own"
    assert run("template", file)[0] == 0
    filled(file, "計量技術機構", [50 + at for at in range(9)])
    code, told = run("import", file, "--into", into)
    assert code == 0, told
    assert "it is not scored either: 9 of 31 provinces have a figure" in told
    assert "Scored, it is" not in told


def test_a_gap_that_is_the_same_everywhere_cannot_be_scored_and_that_is_said(tmp_path):
    file, into = tmp_path / "mine.xlsx", tmp_path / "own"
    assert run("template", file)[0] == 0
    filled(file, "食品抽檢合格率", [98.0] * 31)
    code, told = run("import", file, "--into", into)
    assert code == 0, told
    assert "cannot be scored as it stands" in told and "no range" in told
