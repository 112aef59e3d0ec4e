"""The matrix is the figures, placed and in canonical units, and nothing else."""

import numpy as np
import pandas as pd

from quyu.facts import load, matrix, national


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
    assert panel.notna().sum().sum() + national(facts).notna().sum().sum() == len(facts.figures)
