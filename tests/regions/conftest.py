"""What the tests of the room share: a graph from a table, PySAL's Mexican states, the provinces."""

import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph

from quyu.facts import boundaries, load
from quyu.facts.boundaries import DRAWN_ONLY


def graph_of(table):
    """The Graph of a table of weights, units × units; rows sum to 1 or to 0."""
    values = np.asarray(table, dtype=float)
    units = np.array(list(getattr(table, "columns", "abcdefghij"[: len(values)])))
    focal, near = np.nonzero(values)
    lonely = np.flatnonzero(~values.any(axis=1))
    order = np.argsort(np.concatenate([focal, lonely]), kind="stable")
    arrays = (
        np.concatenate([units[focal], units[lonely]]),
        np.concatenate([units[near], units[lonely]]),
        np.concatenate([values[focal, near], np.zeros(len(lonely))]),
    )
    return Graph.from_arrays(*(each[order] for each in arrays)).transform("R")


@pytest.fixture(scope="session", name="graph_of")
def _graph_of():
    return graph_of


@pytest.fixture(scope="session")
def row():
    """Six units in a row, a to f, each beside the next."""
    return graph_of(np.eye(6, k=1) + np.eye(6, k=-1))


@pytest.fixture(scope="session")
def mexico():
    """GDP per head of 32 states by decade, with their shapes, in the wheel of libpysal."""
    import geopandas as gpd
    from libpysal import examples

    return gpd.read_file(examples.get_path("mexicojoin.shp")).set_index("NAME").sort_index()


@pytest.fixture(scope="session")
def land():
    """The shapes of all 34 units."""
    return boundaries(load())


@pytest.fixture(scope="session")
def provinces(land):
    """The adcodes of the 31 that have figures."""
    return pd.Index(land.index.difference(DRAWN_ONLY))
