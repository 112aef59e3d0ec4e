"""The descriptor says what the files are: every hash, size and column."""

import csv
import json
import runpy

from quyu.facts import embedded

GEODATA = embedded() / "geodata"
PACKAGE = json.loads((GEODATA / "datapackage.json").read_text(encoding="utf-8"))


def test_the_descriptor_is_up_to_date():
    fresh = runpy.run_path(str(GEODATA / "describe.py"))["describe"](GEODATA)
    assert fresh == PACKAGE, "data changed: run python geodata/describe.py"


def test_every_data_file_is_described():
    described = {resource["path"] for resource in PACKAGE["resources"]}
    present = {
        path.relative_to(GEODATA).as_posix()
        for path in GEODATA.rglob("*")
        if path.suffix in (".csv", ".geojson", ".json") and path.name != "datapackage.json"
    }
    assert present == described
    names = [resource["name"] for resource in PACKAGE["resources"]]
    assert len(set(names)) == len(names)


def test_described_columns_are_the_files_columns():
    for resource in PACKAGE["resources"]:
        if "schema" in resource:
            with (GEODATA / resource["path"]).open(encoding="utf-8", newline="") as file:
                header = next(csv.reader(file))
            assert header == [field["name"] for field in resource["schema"]["fields"]]
            assert set(resource["schema"]["primaryKey"]) <= set(header)
