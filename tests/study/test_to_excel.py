"""The workbook of one year: its formulas give, in a spreadsheet, what the index gives in Python."""

import os
import re
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml

from quyu.facts import embedded
from quyu.facts.faults import Refusal
from quyu.study import open_study
from quyu.words import words

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SHEETS = ("ranking", "weights", "figures", "indicators", "treated", "normalised", "goals")


@pytest.fixture(scope="session")
def framework_of_own(tmp_path_factory):
    """`framework_of_own(key=value, …)`: the shipped framework with some keys changed, as a file."""

    def write(**keys):
        text = (embedded() / "params" / "framework.yaml").read_text(encoding="utf-8")
        choices = yaml.safe_load(text)
        if "index" in keys:
            choices |= {"profile": [], "latest": []}
        aggregate = keys.pop("index_aggregate", None)
        leaves = keys.pop("leaves", {})
        choices |= keys
        if aggregate:
            choices["index"]["aggregate"] = aggregate
        for goal in choices["index"]["children"]:
            for each in goal.get("children", []):
                each |= leaves.get(each["id"], {})
        file = tmp_path_factory.mktemp("framework") / "own.yaml"
        file.write_text(yaml.safe_dump(choices, allow_unicode=True), encoding="utf-8")
        return file

    return write


def sheets_of(file, lang, *, values=True):
    """The sheets of steps by what they are."""
    book = openpyxl.load_workbook(file, data_only=values)
    return {key: book[words(lang)(f"workbook.sheet.{key}")] for key in SHEETS}


def table_of(sheet):
    """Units × names of a sheet with a row for each unit, names from the row above the numbers' heads."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    first = next(n for n, row in enumerate(rows) if str(row[0] or "").isdigit())
    said = {words(lang)("workbook.head.name") for lang in ("zh-hant", "zh-hans", "en")}
    heads = next(row for row in rows if row[1] in said)
    body = [row for row in rows[first:] if row[0]]
    frame = pd.DataFrame(body).set_index(0)
    return frame.set_axis(heads[1:], axis=1).iloc[:, 1:].apply(pd.to_numeric)


def apart(sheet, expected):
    """The greatest distance, relative beyond 1, of a sheet's numbers from a frame by unit and part."""
    found = table_of(sheet)
    assert list(found.index) == list(expected.index)
    here = found.iloc[:, : expected.shape[1]].set_axis(expected.columns, axis=1)
    assert (here.isna() == expected.isna()).all(axis=None)
    return float(((here - expected).abs() / expected.abs().clip(lower=1)).max(axis=None))


def agrees(file, study, year, *, ranks=True):
    """Raise unless every step of the workbook is that of the study, to 1e-9."""
    found, card = sheets_of(file, study.lang), study.card
    kept = [i for node in card.child_weights.values() for i in node.index if i in card.normalised]
    factor = {leaf.id: leaf.factor for leaf in card.framework.indicators}

    def of(table):
        return table.xs(year, level="year")

    shown = of(card.imputed)[kept] * pd.Series(factor)[kept]
    assert apart(found["indicators"], shown) < 1e-9
    assert apart(found["treated"], of(card.treated)[kept]) < 1e-9
    assert apart(found["normalised"], of(card.normalised)[kept]) < 1e-9
    goals = table_of(found["goals"])
    index = study.say("workbook.head.index")
    scores = of(card.scores)
    assert (goals[index].isna() == scores["index"].isna()).all()
    assert (goals[index] - scores["index"]).abs().max() < 1e-9
    for node in (n for n in card.framework.index.nodes() if n.id != "index"):
        if node.id in scores and study.say.of(node.name) in goals and scores[node.id].notna().any():
            assert (goals[study.say.of(node.name)] - scores[node.id]).abs().max() < 1e-9
    placed = of(card.ranks)["index"]
    assert goals[study.say("workbook.head.rank")].fillna(0).eq(placed.fillna(0)).all()
    listed = [row[1].value for row in found["ranking"].iter_rows(min_row=4)]
    expected = placed.sort_values(kind="stable", na_position="last").index
    assert listed == list(study.short[expected])


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory):
    """`recalculated(file, weights={id: 2})`: the file as LibreOffice works it out, no value of ours left."""
    if OFFICE is None:
        if os.environ.get("QUYU_REQUIRE_OFFICE") == "1":
            pytest.fail("QUYU_REQUIRE_OFFICE=1, but there is no LibreOffice on PATH")
        pytest.skip("no LibreOffice on this machine: apt-get install libreoffice-calc")
    profile = tmp_path_factory.mktemp("office")

    def convert(file, changes=None, kind="xlsx"):
        folder = tmp_path_factory.mktemp("bare")
        book = openpyxl.load_workbook(file)  # which keeps formulas and forgets their values
        for (sheet, part), value in (changes or {}).items():
            page = book[sheet]
            row = next(row for row in page.iter_rows() if row[1].value == part)
            row[2].value = value
        bare = folder / file.name
        book.save(bare)
        assert openpyxl.load_workbook(bare, data_only=True).worksheets[2]["D9"].value is None
        command = [OFFICE, f"-env:UserInstallation=file://{profile}", "--headless"]
        command += ["--convert-to", kind, "--outdir", str(folder / "out"), str(bare)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return folder / "out" / file.with_suffix(f".{kind}").name

    return convert


@pytest.fixture(scope="module")
def made(opened, tmp_path_factory):
    """`made(year, lang)`: the workbook of the shipped framework, once."""

    @cache
    def make(year, lang="en"):
        file = tmp_path_factory.mktemp("made") / f"{year}.xlsx"
        return opened(lang).to_excel(file, year)

    return make


@pytest.mark.parametrize("year", [2021, 2024])
def test_the_values_written_beside_the_formulas_are_those_of_the_index(made, opened, year):
    agrees(made(year), opened("en"), year)


def test_every_number_from_indicator_to_rank_is_a_formula(made):
    found = sheets_of(made(2024), "en", values=False)
    first = {"indicators": 9, "treated": 6, "normalised": 9, "goals": 6}
    for key, row in first.items():
        cells = [
            c
            for r in found[key].iter_rows(min_row=row, min_col=3)
            for c in r
            if c.value is not None
        ]
        plain = {c.column_letter for c in cells if c.data_type != "f"}
        assert len(cells) > 200
        stated = {"L", "M"} if key == "goals" else set()  # index and rank as stated
        assert plain == stated


@pytest.mark.prove
@pytest.mark.parametrize("year", [2019, 2021, 2023, 2024])
def test_a_spreadsheet_works_out_what_python_did(made, opened, recalculated, year):
    agrees(recalculated(made(year)), opened("en"), year)


def leaf(name, formula, **keys):
    return {"id": name, "formula": formula, "direction": "+"} | keys


NESTED = [  # leaves beside nodes, three levels, a node alone
    {"id": "growth", "children": [
        {"id": "income", "aggregate": "geometric", "children": [
            leaf("head", "gdp / mean2(population_resident)", transform="log", weight=2),
            leaf("earned", "disposable_income_per_capita", weight=1),
        ], "weight": 3},
        leaf("tertiary", "value_added_tertiary / gdp - 0.1 * (gdp - value_added_tertiary) / gdp", weight=1),
        {"id": "alone", "children": [leaf("port", "broadband_access_ports / population_resident", weight=1)],
         "weight": 1},
    ], "weight": 1},
    leaf("smoke", "so2_emissions / gdp", direction="-", transform="log", weight=0.5),
]  # fmt: skip
FLAT = [{key: part for key, part in each.items() if key != "weight"} for each in (
    leaf("head", "chain(gdp, gdp_index_prev_year) / population_resident"),
    leaf("smoke", "so2_emissions / gdp", direction="-"),
    leaf("firms", "sum3(hnte_certified_in_year) / population_resident", structural=[2021, 2022]),
)]  # fmt: skip
OTHERS = {
    "nested": {"index": {"id": "index", "children": NESTED}, "weigh": "stated"},
    "flat": {"index": {"id": "index", "aggregate": "harmonic", "children": FLAT}},
    "arithmetic": {"index_aggregate": "arithmetic"},
    "harmonic": {"index_aggregate": "harmonic"},
    "topsis": {"aggregate": "topsis", "index_aggregate": "arithmetic"},
    "zscore": {"normalise": "zscore", "index_aggregate": "arithmetic"},
    "mpi": {"normalise": "zscore", "aggregate": "mpi", "index_aggregate": "mpi"},
    "ampi": {"normalise": "reference", "aggregate": "ampi", "index_aggregate": "ampi"},
    "zscaled": {"normalise": "zscaled"},
    "rank": {"normalise": "rank"},
    "group_mean": {"missing": {"method": "group_mean", "interior": 0, "edge": 0}},
    "group_median": {"missing": {"method": "group_median", "interior": 2, "edge": 0}},
    "strict": {
        "missing": {"interior": 0, "edge": 0, "node_coverage": 0.9, "indicator_coverage": 0.1}
    },
    "critic": {"weigh": "critic"},
    "one year": {
        "years": [2023],
        "report_year": 2023,
        "normalise": "percentile",
        "outliers": "winsorise",
    },
    "aims": {
        "leaves": {
            "tertiary_share": {"normalise": "target", "target": 0.6},
            "so2_per_gdp": {"normalise": "target", "target": 2e-7, "transform": "none"},
            "students": {"normalise": "best", "best": 0.03},
            "rd_intensity": {"normalise": "best", "best": 0.03, "goalposts": [0.001, 0.08]},
        }
    },
}


@pytest.mark.prove
@pytest.mark.parametrize("name", OTHERS)
def test_every_rule_that_has_a_formula_gives_what_python_does(
    name, framework_of_own, recalculated, tmp_path
):
    study = open_study(framework=framework_of_own(**OTHERS[name]), lang="en")
    file = study.to_excel(tmp_path / "own.xlsx", 2023)
    agrees(file, study, 2023)
    agrees(recalculated(file), study, 2023)


@pytest.mark.prove
def test_an_indicator_that_a_unit_never_had_is_empty_and_its_weight_is_shared(
    opened, recalculated, tmp_path
):
    s = opened("en")
    own = s.facts.figures
    lacking = own[~((own["adcode"] == "210000") & (own["indicator"] == "rd_expenditure"))]
    folder = tmp_path / "data"
    shutil.copytree(s.facts.path, folder)
    lacking.drop(columns="grade").to_csv(folder / "figures.csv", index=False)
    study = open_study(folder, lang="en")
    assert study.card.imputed["rd_intensity"]["210000"].isna().all()
    file = study.to_excel(tmp_path / "own.xlsx", 2023)
    agrees(recalculated(file), study, 2023)


@pytest.mark.prove
def test_a_weight_that_is_changed_moves_scores_and_ranks_as_a_what_if_does(
    made, opened, recalculated
):
    s = opened("en")
    changes = {
        ("Weights", "economy"): 3,
        ("Weights", "rd_intensity"): 0,
        ("Weights", "students"): 2.5,
    }
    other = s.what_if(weights={"economy": 3, "rd_intensity": 0, "students": 2.5})
    file = recalculated(made(2024), changes)
    agrees(file, other, 2024)
    rows = {row[1].value: row for row in sheets_of(file, "en")["weights"].iter_rows(min_row=8)}
    for siblings in other.card.child_weights.values():
        assert {part: rows[part][3].value for part in siblings.index} == pytest.approx({**siblings})
    whole = {part: rows[part][4].value for part in other.card.weights.index}
    assert whole == pytest.approx({**other.card.weights})
    moved = [row[-1].value for row in sheets_of(file, "en")["ranking"].iter_rows(min_row=4)]
    assert sum(moved) == 0 and any(moved)


@pytest.mark.prove
def test_units_of_ones_own_have_a_workbook_too(recalculated, tmp_path):
    cities = Path(__file__).parents[1] / "worlds" / "cities"
    study = open_study(cities, lang="en")
    year = study.card.framework.report_year
    agrees(recalculated(study.to_excel(tmp_path / "own.xlsx")), study, year)


@pytest.mark.prove
def test_no_cell_of_the_file_is_an_error(made, recalculated):
    book = openpyxl.load_workbook(recalculated(made(2024, "zh-hant")), data_only=True)
    told = [c.value for sheet in book for row in sheet.iter_rows() for c in row]
    assert [text for text in told if isinstance(text, str) and text.startswith("#")] == []


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        ({"missing": {"method": "knn"}}, "knn"),
        ({"missing": {"method": "iterative"}}, "iterative"),
        ({"normalise": "percentile"}, "percentile"),
    ],
)
def test_what_no_formula_repeats_is_refused_with_what_is_possible(
    framework_of_own, tmp_path, keys, rule
):
    study = open_study(framework=framework_of_own(**keys), lang="en")
    with pytest.raises(Refusal, match=rf"'{rule}'.*possible are \w+") as told:
        study.to_excel(tmp_path / "no.xlsx", 2023)
    assert (told.value.code, told.value.values["rule"]) == ("no_formula", rule)
    assert list(tmp_path.iterdir()) == []


def test_a_figure_leads_to_its_row_and_the_row_to_its_publication(made, opened):
    s, found = opened("en"), sheets_of(made(2024), "en", values=False)
    page = found["indicators"]
    column = next(c.column for row in page.iter_rows() for c in row if c.value == "tertiary_share")
    row = next(row[0].row for row in page.iter_rows() if row[0].value == "440000")
    read = {}
    for at in re.findall(r"!\$I\$(\d+)", page.cell(row, column).value):
        told = [cell.value for cell in found["figures"][int(at)]]
        read[told[1]] = told
    assert set(read) == {"value_added_tertiary", "gdp"}
    assert read["gdp"][2:6] == [
        2024,
        "440000",
        "Guangdong",
        s.origin("Guangdong", "gdp").at[2024, "value"],
    ]
    assert read["gdp"][11] == s.origin("Guangdong", "gdp").at[2024, "publication"]


def test_cells_not_of_the_year_are_marked_with_the_year_that_they_are_of(made, opened):
    card = opened("en").card
    page = sheets_of(made(2024), "en")["indicators"]
    names = {c.value: c.column for row in page.iter_rows(max_row=8) for c in row if c.value}
    places = {row[0].value: row[0].row for row in page.iter_rows()}
    flags = card.flags.xs(2024, level="year")
    looks = {}
    for part in card.normalised:
        for unit in flags.index:
            cell = page.cell(places[unit], names[part])
            flag = flags.at[unit, part] if cell.value is not None else "missing"
            looks.setdefault(flag, set()).add((cell.fill.start_color.rgb, cell.border.left.style))
    assert {"", "carried", "structural", "missing"} <= set(looks)
    assert all(len(colours) == 1 for colours in looks.values())
    assert len(set.union(*looks.values())) == len(looks)
    carried = [(p, u) for p in card.normalised for u in flags.index if flags.at[u, p] == "carried"]
    for part, unit in carried:
        said = page.cell(places[unit], names[part]).number_format + page.cell(8, names[part]).value
        assert any(str(year) in said for year in (2022, 2023))


def test_a_figure_that_is_not_scored_is_told_on_its_cell_as_on_a_page(made, opened):
    s, page = opened("en"), sheets_of(made(2021), "en")["indicators"]
    noted = {cell.coordinate: cell for row in page.iter_rows() for cell in row if cell.comment}
    found = {(page.cell(c.row, 1).value, page.cell(5, c.column).value): c for c in noted.values()}
    own = s.indicators("150000", 2021).at["software", "judged"]
    assert found["150000", "software"].comment.text == own and "slip" in own
    for unit, part in found:
        assert s.indicators(unit, 2021).at[part, "judged"]


@pytest.mark.parametrize("lang", ["zh-hant", "zh-hans", "en"])
def test_the_first_sheet_says_in_the_readers_language_what_it_is_and_on_what_terms(
    made, opened, lang
):
    say, book = words(lang), openpyxl.load_workbook(made(2023, lang))
    first = [c.value for row in book.worksheets[0].iter_rows() for c in row if c.value]
    assert first[0] == say(
        "workbook.title", name=say.of(opened(lang).card.framework.name),
        version=opened(lang).card.framework.version, year=2023,
    )  # fmt: skip
    assert say("workbook.about.licence") in first and say("nation.official") in first
    assert say("workbook.mark.structural") in first
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes and sheet.print_title_rows and sheet.page_setup.fitToWidth


def test_a_formula_in_a_name_or_a_source_stays_a_text(opened, tmp_path):
    s = opened("en")
    folder = tmp_path / "data"
    shutil.copytree(s.facts.path, folder)
    register = pd.read_csv(folder / "provinces.csv", dtype=str, keep_default_na=False)
    evil = "=cmd|' /C calc'!A0"
    register.loc[register["adcode"] == "440000", ["name_en", "short_zh_hant"]] = evil
    register.to_csv(folder / "provinces.csv", index=False)
    sources = pd.read_csv(folder / "sources.csv", dtype=str, keep_default_na=False)
    sources.loc[:, ["publication", "publication_en", "table"]] = "@SUM(1+1)*cmd|x"
    sources.to_csv(folder / "sources.csv", index=False)
    file = open_study(folder, lang="en").to_excel(tmp_path / "own.xlsx", 2023)
    book = openpyxl.load_workbook(file)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if "cmd" in str(c.value)]
    assert len(cells) > 31
    assert {c.data_type for c in cells} == {"s"}
    assert all(str(c.value).startswith("'") for c in cells)


@pytest.mark.parametrize("unit", ['"%', "\\", "a&b", "<%>", "[x]"])
def test_names_and_units_of_any_kind_leave_the_file_whole(framework_of_own, tmp_path, unit):
    keys = {"name": "R&D <index> " * 40, "leaves": {"tertiary_share": {"unit": unit}}}
    study = open_study(framework=framework_of_own(**keys), lang="en")
    book = openpyxl.load_workbook(study.to_excel(tmp_path / "own.xlsx", 2023))
    formats = {c.number_format for row in book["2 Indicators"].iter_rows(min_row=9) for c in row}
    assert all(form.count('"') % 2 == 0 and "\\" not in form for form in formats)
    for sheet in book:
        foot = sheet.oddFooter
        assert len(f"&L{foot.left.text}&R{foot.right.text}") <= 255
        assert re.sub("&&", "", foot.left.text).count("&") == 0


def test_a_file_that_cannot_be_written_leaves_the_one_that_was_there(opened, tmp_path, monkeypatch):
    file = tmp_path / "2023.xlsx"
    file.write_bytes(b"mine")
    monkeypatch.setattr(
        "pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(OSError, match="full"):
        opened("en").to_excel(file, 2023)
    assert file.read_bytes() == b"mine" and [*tmp_path.iterdir()] == [file]


def test_the_parts_of_the_file_are_those_that_a_spreadsheet_reads(made):
    with zipfile.ZipFile(made(2024)) as parts:
        assert parts.testzip() is None
        sheet = parts.read("xl/worksheets/sheet5.xml").decode()
    assert (
        "<v/>" not in sheet
        and "<v />" not in sheet
        and "<v></v></c>" not in sheet.replace('t="str"', "")
    )
    assert re.findall("<v>(?:nan|inf|-inf)", sheet) == []
