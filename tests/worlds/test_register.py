"""What a folder of units of one's own must hold, and what is said where it does not."""

import json
import shutil
from pathlib import Path

import pytest

from quyu.facts import check, load, matrix
from quyu.facts.boundaries import DRAWN_ONLY, boundaries, dashline

CITIES = Path(__file__).parent / "cities"


@pytest.fixture
def own(tmp_path):
    """A copy of the cities to be spoiled: `own(file, old, new)` returns its folder."""

    def spoil(file="", old="", new=""):
        folder = tmp_path / "own"
        if not folder.exists():
            shutil.copytree(CITIES, folder)
        if file:
            text = (folder / file).read_text(encoding="utf-8")
            assert old in text
            (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return spoil


def test_the_cities_have_no_fault():
    assert check(CITIES) == []


def test_they_need_neither_targets_nor_pairs_nor_more_than_names_and_units_of_their_series():
    facts = load(CITIES)
    assert (len(facts.targets), len(facts.pairs), len(facts.doubtful)) == (0, 0, 0)
    assert facts.groups == {"zone": "片區", "都市圈": "都市圈"}
    assert facts.provinces.at["330800", "都市圈"] == "—"  # of no metropolitan area
    assert facts.codebook.at["made_1", "name_zh_hans"] == "虚构指标1"
    assert matrix(facts).shape == (55, 9)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("units.csv", "330100,", "33 01,", "id: found '33 01'; allowed: an id of up to 24 letters"),
        ("units.csv", "330200,寧波市", "330100,寧波市", "found 330100 again, first in row 2"),
        ("units.csv", "330100,杭州市,Hangzhou", "330100,,", "row 2, name: found a blank cell"),
        (
            "units.csv",
            "id,name,name_en",
            "id,title,English",
            "row 1, name: found no such column; allowed: the columns id, name, and any",
        ),
        ("figures.csv", "330100,2019,made_1,", "杭洲,2019,made_1,", "Did you mean Hangzhou 杭州市"),
        ("figures.csv", "330100,2019,made_1,", "330100,2019,made_x,", "'made_x'"),
        ("codebook.csv", "made_1,虛構指標1", "made_1,", "codebook.csv, row 2, name: found a blank"),
        ("sources.csv", "made,", "other,", "'made'; allowed: a key of sources.csv"),
    ],
)
def test_what_is_wrong_is_told_by_file_row_and_the_owners_own_column(own, file, old, new, told):
    faults = "\n".join(map(str, check(own(file, old, new))))
    assert told in faults and "adcode" not in faults


def test_two_units_may_share_a_name_and_are_then_told_apart_by_their_ids(own):
    folder = own("units.csv", "寧波市,Ningbo", "杭州市,Hangzhou")
    assert check(folder) == []
    own("figures.csv", "330100,2019,made_1,", "杭州市,2019,made_1,")
    assert "'杭州市'" in str(check(folder)[0])


def test_any_number_of_groups_by_any_name_or_none(own):
    folder = own()
    rows = (folder / "units.csv").read_text(encoding="utf-8").splitlines()
    bare = [",".join(row.split(",")[:3]) for row in rows]
    (folder / "units.csv").write_text("\n".join(bare), encoding="utf-8")
    assert load(folder).groups == {}
    heads = ["coast", "metro area", "a:b", *("xyz")]
    many = [",".join([bare[0], *heads])] + [f"{row},a,b,c,d,e,f" for row in bare[1:]]
    (folder / "units.csv").write_text("\n".join(many), encoding="utf-8")
    assert [*load(folder).groups.values()] == heads


def test_shapes_are_those_of_the_units_or_there_are_none(own):
    folder = own("units.geojson", '"330100"', '"339999"')
    assert "these differ: 330100, 339999" in str(check(folder)[0])
    (folder / "units.geojson").write_text("{", encoding="utf-8")
    assert "no GeoJSON that can be read" in str(check(folder)[0])
    (folder / "units.geojson").unlink()
    assert check(folder) == []
    facts = load(folder)
    sides = boundaries(facts).bounds.eval("maxx - minx")  # all alike: a diagram
    assert sides.max() == pytest.approx(sides.min()) and dashline(facts).empty


def test_points_are_no_shapes(own):
    folder = own()
    point = {"type": "Point", "coordinates": [120, 30]}
    rows = json.loads((folder / "units.geojson").read_text(encoding="utf-8"))
    rows["features"][0]["geometry"] = point
    (folder / "units.geojson").write_text(json.dumps(rows), encoding="utf-8")
    assert "must hold polygons alone" in str(check(folder)[0])


def test_provinces_are_no_units_of_ones_own(own):
    folder = own()
    text = (folder / "units.csv").read_text(encoding="utf-8")
    for n, row in enumerate(text.splitlines()[1:]):
        text = text.replace(row.split(",")[0], f"{n + 31}0000")
    (folder / "units.csv").write_text(text, encoding="utf-8")
    (folder / "figures.csv").write_text("id,year,indicator,value,source\n", encoding="utf-8")
    row = "310000,2023,made_1,1,made\n"
    (folder / "figures.csv").open("a", encoding="utf-8").write(row)
    assert "codes of provinces alone" in str(check(folder)[0])


def test_parts_of_all_provinces_are_a_map_of_china_with_all_that_such_a_map_draws(tmp_path, made):
    facts, write_study = load(), made.write_study

    codes = [code for code in facts.provinces.index if code not in DRAWN_ONLY]
    land = boundaries(facts).geometry[codes]
    units = facts.provinces.loc[codes, ["name_zh_hant", "zone"]].reset_index(names="id")
    units = units.assign(id=[f"{code[:2]}0100" for code in codes])
    units.columns = ["id", "name", "zone of it"]
    shapes = land.set_axis(units["id"])
    own = write_study(
        tmp_path / "parts", units, years=range(2022, 2024), indicators=3, goals=1, shapes=shapes
    )
    assert check(own) == []
    parts = load(own)
    assert set(DRAWN_ONLY) <= set(boundaries(parts).index) and len(dashline(parts)) == 10
    assert not set(DRAWN_ONLY) & set(parts.scored)
    named = units.assign(id=[f"u{code}" for code in codes])
    other = write_study(
        tmp_path / "named", named, years=range(2022, 2024), indicators=3, goals=1,
        shapes=land.set_axis(named["id"]),
    )  # fmt: skip
    assert "is a map of all of China" in str(check(other)[0])


def test_figures_are_imported_over_the_embedded_ones_and_never_into_such_a_folder(own):
    from quyu.batch.own_figures import answers_of, import_figures

    folder = own()
    with pytest.raises(ValueError, match="stands by itself"):
        import_figures(folder / "figures.csv", folder, answers_of("", "", None, [], ""))
