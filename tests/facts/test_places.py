"""The embedded folder is found wherever the package lies."""

import sys

import pytest

from quyu.facts import embedded


def test_a_checkout_holds_its_data_beside_the_source():
    assert (embedded() / "geodata" / "figures.csv").is_file()


def test_a_wheel_holds_its_data_inside_the_package(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "quyu"
    data = package / "embedded" / "geodata"
    data.mkdir(parents=True)
    (data / "figures.csv").touch()
    monkeypatch.setattr(
        sys.modules["quyu.facts.params"], "__file__", str(package / "facts" / "places.py")
    )
    assert embedded() == package / "embedded"


def test_no_data_anywhere_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.setattr(
        sys.modules["quyu.facts.params"],
        "__file__",
        str(tmp_path / "a" / "b" / "quyu" / "facts" / "x.py"),
    )
    with pytest.raises(ValueError, match="looked for geodata"):
        embedded()
