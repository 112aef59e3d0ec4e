"""Published tables are read by name, and a wrong name is refused with the right ones."""

import pytest

from quyu.facts import embedded, published

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
