"""GM(1,1): Deng's series, an exact geometric series, refusals."""

import numpy as np
import pandas as pd
import pytest

from quyu.facts import embedded
from quyu.index.practice import gm11


def test_dengs_series():
    table = pd.read_csv(embedded() / "geodata" / "published" / "grey_series.csv", index_col=0)
    found = gm11(table["observed"].dropna(), ahead=3)
    assert found.a == pytest.approx(-0.0372, abs=5e-5)
    assert found.b == pytest.approx(3.0654, abs=5e-5)
    assert found.modelled.tolist() == pytest.approx(table["modelled"].tolist(), abs=5.1e-5)
    off = (found.modelled / table["observed"] - 1).abs().loc[2:5]
    assert off.mean() == pytest.approx(0.0160, abs=5e-5)


def test_years_go_on():
    found = gm11(pd.Series([1.0, 2, 4, 8], index=[2019, 2020, 2021, 2022]), ahead=2)
    assert list(found.modelled.index) == [2019, 2020, 2021, 2022, 2023, 2024]
    assert found.modelled[2019] == 1
    assert len(gm11(pd.Series([1.0, 2, 4, 8])).modelled) == 4
    assert (found.modelled[2024] / found.modelled[2023]) == pytest.approx(np.exp(2 / 3))


@pytest.mark.parametrize("values", [[1, 2, 3], [1, 2, 0, 4], [1, 2, -3, 4], [1, 2, np.nan, 4]])
def test_short_or_not_positive_series_are_refused(values):
    with pytest.raises(ValueError, match="at least 4 values, each above 0"):
        gm11(pd.Series(values, dtype=float))


def test_gaps_and_standstill_are_refused():
    with pytest.raises(ValueError, match="consecutive"):
        gm11(pd.Series([1.0, 2, 3, 4], index=[2019, 2020, 2022, 2023]))
    with pytest.raises(ValueError, match="neither grows nor declines"):
        gm11(pd.Series([2.0, 3.0, 3.0, 3.0]))
