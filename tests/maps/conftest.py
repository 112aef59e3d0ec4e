"""The real boundaries with figures made up for drawing."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from quyu.facts import boundaries, dashline, load

UNSCORED = ["710000", "810000", "820000"]


@dataclass(frozen=True)
class World:
    """Land, dashes, and synthetic values for the 31 scored provinces."""

    land: gpd.GeoDataFrame
    dashes: gpd.GeoDataFrame
    values: pd.Series


@pytest.fixture(scope="session")
def world() -> World:
    facts = load()
    land = boundaries(facts)
    scored = land.index.difference(UNSCORED)
    synthetic = pd.Series(np.linspace(5.0, 95.0, len(scored)), index=scored, name="synthetic")
    return World(land, dashline(facts), synthetic)
