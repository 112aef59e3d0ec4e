"""TOPSIS by hand, with missing values and equal rows."""

import numpy as np
import pandas as pd

from quyu.index.aggregate import topsis

EQUAL = pd.Series({"p": 1.0, "q": 1.0})


def test_topsis_by_hand():
    scores = pd.DataFrame({"p": [3.0, 0.0, 0.0], "q": [4.0, 0.0, 4.0]})
    assert topsis(scores, EQUAL).round(12).tolist() == [100, 0, round(100 * 4 / 7, 12)]


def test_topsis_of_equal_rows_is_missing():
    assert topsis(pd.DataFrame({"p": [3.0, 3.0], "q": [1.0, 1.0]}), EQUAL).isna().all()


def test_topsis_leaves_missing_children_out():
    scores = pd.DataFrame({"p": [2.0, 0.0, 1.0, None], "q": [2.0, 0.0, None, None]})
    np.testing.assert_allclose(topsis(scores, EQUAL), [100, 0, 50, np.nan])


def test_rows_compete_within_their_year():
    rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]])
    scores = pd.DataFrame({"p": [1.0, 40.0, 2.0, 30.0], "q": [1.0, 40.0, 2.0, 30.0]}, index=rows)
    assert topsis(scores, EQUAL).tolist() == [0, 100, 100, 0]
