"""Every measure of a figure's inequality by year: the same as its own function gives."""

import numpy as np
import pandas as pd
import pytest

from quyu.regions.disparity import inequality
from quyu.regions.inequality import cv, dagum, gini, theil, weighted_cv

UNITS = list("abcdefg")
ROWS = pd.MultiIndex.from_product([UNITS, [2020, 2021, 2022]], names=["unit", "year"])
RANDOM = np.random.default_rng(4)
VALUES = pd.Series(RANDOM.uniform(1, 9, len(ROWS)), index=ROWS)
PEOPLE = pd.Series(RANDOM.uniform(1, 5, len(ROWS)), index=ROWS)
GROUPS = {
    "region": pd.Series(list("xxxyyyz"), index=UNITS),
    "zone": pd.Series(list("xxxpqqz"), index=UNITS),
}


def test_each_column_is_what_its_own_function_gives():
    found = inequality(VALUES, PEOPLE, GROUPS).table
    for year, row in found.iterrows():
        value, people = VALUES.xs(year, level=1), PEOPLE.xs(year, level=1)
        expected = {"gini": gini(value), "cv": cv(value), "cv_weighted": weighted_cv(value, people)}
        expected |= {
            "theil": theil(value).total,
            "theil_weighted": theil(value, weights=people).total,
        }
        for name, groups in GROUPS.items():
            for column, weights in ((f"theil_{name}", None), (f"theil_weighted_{name}", people)):
                expected[column] = theil(value, weights=weights, groups=groups).row()[
                    "between_share"
                ]
            parts = dagum(value, groups).row()
            parts.pop("total")
            expected |= {f"{part}_{name}": term for part, term in parts.items()}
        assert row.to_dict() == pytest.approx(expected, abs=1e-12)


def test_units_that_are_all_alike_have_no_share_between_them():
    found = inequality(VALUES * 0 + 2, PEOPLE, GROUPS).table
    assert (found[["theil", "gini", "cv"]] < 1e-12).all(axis=None)
    assert found["theil_region"].isna().all()


def test_what_cannot_be_shared_is_refused_with_its_year():
    alone = VALUES.where(VALUES.index.get_level_values(0) == "a", 0.0)
    nobody = PEOPLE.where(PEOPLE.index.get_level_values(0) != "a", 0.0)
    with pytest.raises(ValueError, match="2020: every figure that has any weight is 0"):
        inequality(alone, nobody, GROUPS)


def test_a_year_without_a_weight_is_left_out():
    holed = PEOPLE.copy()
    holed["b", 2021] = np.nan
    found = inequality(VALUES, holed, GROUPS)
    assert found.table.index.tolist() == [2020, 2022]
    assert found.left_out[["year", "unit"]].to_numpy().tolist() == [[2021, "b"]]
