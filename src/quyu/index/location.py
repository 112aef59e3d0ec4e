"""區位商: how far a unit is specialised in an industry, against the nation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.panel import cell


def location_quotient(activity: pd.DataFrame, size: pd.Series) -> pd.DataFrame:
    """LQ = (e_ij / e_i) / (E_j / E): above 1, the industry is larger than in the nation.

    `activity` holds the e_ij, one row per unit, one column per industry; `size` the e_i, each
    unit's whole economy by the same measure. The nation is the sum of the units for which both are
    published; where one is missing the quotient is NaN. Official figures only, never scores, whose
    zero is arbitrary. Raises ValueError naming unit and industry of a negative activity, a size
    not above 0, a unit without size, and an industry that exists nowhere. (Haig 1926; Isard 1960.)

    >>> activity = pd.DataFrame({"software": [30.0, 10.0]}, index=["one", "two"])
    >>> size = pd.Series({"one": 100.0, "two": 100.0})
    >>> location_quotient(activity, size)["software"].round(9).to_dict()
    {'one': 1.5, 'two': 0.5}
    """
    without = [unit for unit in activity.index if unit not in size.index]
    if without:
        raise ValueError(f"no size is given for {without}; give the whole economy of every unit.")
    whole = size.loc[activity.index]
    for unit in whole.index[whole <= 0]:
        raise ValueError(f"the size of {unit!r} is {whole[unit]:g}; it must be above 0.")
    bad = np.argwhere((activity < 0).to_numpy())
    if len(bad):
        row, column = bad[0]
        raise ValueError(
            f"{activity.columns[column]!r} is {activity.iat[row, column]:g} at "
            f"{cell(activity.index[row])}; an activity is at least 0."
        )
    published = activity.notna().mul(whole.notna(), axis=0)
    nation = activity.where(published).sum()
    for industry in nation.index[nation == 0]:
        raise ValueError(f"industry {industry!r} exists in no unit; it has no location quotient.")
    share = nation / published.mul(whole, axis=0).sum()
    return activity.div(whole, axis=0) / share
