"""What a folder holds is what load gives, laid out as a matrix and as land, or every fault of it."""

import numpy as np
import pandas as pd
import pytest

from quyu.facts import boundaries, check, dashline, embedded, load, matrix, national, published


def test_every_table_of_a_small_world(world):
    facts = load(world)
    assert facts.path == world
    assert facts.figures.iloc[0].to_dict() == {
        "adcode": "110000",
        "year": 2020,
        "indicator": "output",
        "value": 10.5,
        "source": "yb",
        "grade": "A",
    }
    assert list(facts.provinces.index) == ["110000", "120000", "810000"]
    assert facts.provinces.at["120000", "area_km2"] == 200.5
    assert facts.provinces.at["120000", "aliases"] == ""
    assert facts.codebook.at["output", "factor"] == 1e8
    assert facts.sources.at["yb", "publication"] == "虛構年鑑"
    assert facts.targets[["target", "relation"]].to_numpy().tolist() == [[98, ">="]]
    assert facts.pairs[["giver", "receiver", "valid_from"]].to_numpy().tolist() == [
        ["110000", "120000", 2016]
    ]


def test_names_are_resolved_once_at_the_door(world, spoil):
    spoil("figures", "110000,2020", "东,2020")
    spoil("figures", "110000,2022", "orient,2022.0")
    spoil("figures", "100000", "全國")
    spoil("assistance_pairs", "120000", "West")
    facts = load(world)
    assert list(facts.figures["adcode"]) == ["110000", "110000", "120000", "120000", "100000"]
    assert list(facts.figures["year"]) == [2020, 2022, 2020, 2020, 2020]
    assert facts.pairs.at[0, "receiver"] == "120000"


def test_a_guarding_unit_and_name_do_not_stay(world):
    (world / "figures.csv").write_text(
        "value,unit,source,province,adcode,year,indicator\n3,亿元,yb,West,120000,2020,output\n",
        encoding="utf-8",
    )
    assert list(load(world).figures) == ["adcode", "year", "indicator", "value", "source", "grade"]


def test_one_error_lists_every_fault_of_every_file(world, spoil):
    spoil("provinces", "200.5", "-3")
    spoil("codebook", "yes,1,500", "maybe,1,500")
    spoil("figures", "12,yb", "twelve,yb")
    spoil("figures", "120000,2020,output,3,yb", "110000,2020,output,3,yb")
    spoil("targets", ">=", "=>")
    spoil("assistance_pairs", "120000", "全国")
    with pytest.raises(ValueError, match="6 faults in the data") as error:
        load(world)
    lines = str(error.value).splitlines()[1:]
    assert lines == [f"  {fault}" for fault in check(world)]
    for line, said in zip(
        lines,
        [
            "provinces.csv, row 3, area_km2: found '-3'; allowed: a number above 0",
            "codebook.csv, row 3, by_province: found 'maybe'; allowed: yes or no",
            "figures.csv, row 3, value: found 'twelve'; allowed: a number",
            "figures.csv, row 4: found 110000, 2020, output again, first in row 2",
            "targets.csv, row 2, relation: found '=>'",
            "assistance_pairs.csv, row 2, receiver: found '全国'; allowed: a province",
        ],
        strict=True,
    ):
        assert said in line


def test_a_register_that_gives_one_name_twice_is_refused(world, spoil):
    spoil("provinces", "E;Orient", "west")
    (fault,) = check(world)
    assert fault.found == "the name 'west' for both 110000 and 120000"


def test_a_key_given_twice_in_the_codebook_is_refused(world):
    path = world / "codebook.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    assert [fault.found for fault in check(world)] == ["output again, first in row 2"]


def test_a_missing_file_is_a_fault(world):
    (world / "sources.csv").unlink()
    with pytest.raises(ValueError, match=r"sources\.csv: found no such file"):
        load(world)


def test_the_fingerprint_follows_the_bytes(world, spoil):
    before = load(world).sha256
    assert load(world).sha256 == before
    spoil("figures", "10.50", "10.5")
    assert load(world).sha256 != before


def test_scored_provinces_by_every_year_in_canonical_units(world):
    panel = matrix(load(world))
    assert list(panel.columns) == ["output", "heads"]  # pass_rate has no figure
    assert panel.index.names == ["adcode", "year"]
    assert list(panel.index) == [
        (code, year) for code in ("110000", "120000") for year in (2020, 2021, 2022)
    ]
    yuan = [10.5e8, np.nan, 12e8, 3e8, np.nan, np.nan]
    pd.testing.assert_series_equal(
        panel["output"], pd.Series(yuan, index=panel.index, name="output")
    )
    assert panel["heads"].dropna().to_dict() == {("120000", 2020): 20_000}


def test_the_nation_stands_apart(world):
    assert national(load(world)).to_dict() == {"output": {2020: 14e8}}


def test_nothing_is_lost_on_the_embedded_data():
    facts = load()
    panel = matrix(facts)
    assert panel.shape[0] == 31 * (2025 - 2005 + 1)
    blank = facts.doubtful["judgement"].ne("real jump").sum()
    held = panel.notna().sum().sum() + national(facts).notna().sum().sum() + blank
    assert held == len(facts.figures)


def test_land_carries_the_register_in_its_order(world):
    land = boundaries(load(world))
    assert list(land.index) == ["110000", "120000", "810000"]
    assert land.at["120000", "name_zh_hant"] == "西省"
    assert land.crs == "EPSG:4326"
    assert len(dashline(load(world))) == 10


FOLDER = embedded() / "geodata" / "published"
NAMES = sorted(path.stem for path in FOLDER.glob("*.csv"))


@pytest.mark.parametrize("name", NAMES)
def test_every_table_reads_and_has_its_birth_certificate(name):
    table = published(name)
    assert len(table) and table.shape[1]
    assert f"`{name}.csv`" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["tai_figure", "../figures", "tai_figures.csv", ""])
def test_an_unknown_table_is_refused_with_the_known_ones(name):
    with pytest.raises(ValueError, match=r"no published table is .*known are critic_firms"):
        published(name)


def test_a_near_miss_is_pointed_out():
    with pytest.raises(ValueError, match=r"closest: tai_figures"):
        published("tai_figure")


def test_a_slip_is_not_scored_and_a_real_jump_is(world):
    assert load(world).doubtful.empty, "a folder may do without the table"
    head = "adcode,year,indicator,judgement,why,note_zh_hant,note_en\n"
    (world / "doubtful.csv").write_text(
        f"{head}110000,2020,output,slip,Synthetic.,說明,Note.\n120000,2020,output,real jump,,,\n".replace(
            "real jump,,", "real jump,Synthetic.,"
        ),
        encoding="utf-8",
    )
    facts = load(world)
    scored = matrix(facts)["output"]
    assert scored.isna().loc[("110000", 2020)]
    assert scored.loc[("120000", 2020)] == 3e8
    assert len(facts.figures) == 5, "what was published is kept"
