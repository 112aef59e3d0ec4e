"""Screens figures for cells that stand out against their years and their zone, to be judged by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

SPIKE, APART = 3.0, 2.0  # times the year beside it; times that, the zone's own change set aside


def stand_out(figures: pd.DataFrame, zones: pd.Series) -> pd.DataFrame:
    """The cells that a slip would look like: adcode, year, indicator, value, before, after, rule.

    `figures` are adcode, year, indicator, value; `zones` the zone of each unit. By their ratio to
    the year before and after, of the years that are there:

    - spike: more than three times up and back, or down and back;
    - apart: more than twice so, once the median change of the unit's zone is set aside;
    - jump: more than three times the year before, or less than a third, and so against the zone.

    Values not above 0 say nothing. The rule lists; whether a cell is a slip, doubtful or a real jump
    is for whoever knows the figures.

    >>> rows = [("a", 2020, 10.0), ("a", 2021, 200.0), ("a", 2022, 11.0), ("b", 2020, 5.0),
    ...         ("b", 2021, 5.0), ("b", 2022, 6.0), ("c", 2020, 5.0), ("c", 2021, 6.0), ("c", 2022, 6.0)]
    >>> table = pd.DataFrame(rows, columns=["adcode", "year", "value"]).assign(indicator="x")
    >>> found = stand_out(table, pd.Series({"a": "east", "b": "east", "c": "east"}))
    >>> found[["adcode", "year", "before", "after", "rule"]].to_numpy().tolist()
    [['a', 2021, 10.0, 11.0, 'spike'], ['a', 2022, 200.0, nan, 'jump']]
    """
    parts = []
    scored = figures[figures["adcode"].map(zones).fillna("").ne("") & (figures["value"] > 0)]
    for name, own in scored.groupby("indicator", sort=True):
        wide = own.pivot(index="adcode", columns="year", values="value")
        if wide.shape[1] < 2:
            continue
        change = np.log(wide).diff(axis=1)
        against = change - change.groupby(zones.reindex(wide.index)).transform("median")

        def back(steps: pd.DataFrame, times: float) -> pd.DataFrame:
            later = steps.shift(-1, axis=1)
            far = (steps.abs() > np.log(times)) & (later.abs() > np.log(times))
            return far & (steps * later < 0)

        jump = (change.abs() > np.log(SPIKE)) & (against.abs() > np.log(SPIKE))
        rule = pd.DataFrame("", index=wide.index, columns=wide.columns, dtype=object)
        rule = rule.mask(jump, "jump").mask(back(against, APART), "apart")
        rule = rule.mask(back(change, SPIKE), "spike")
        tables = {"value": wide, "before": wide.shift(axis=1), "after": wide.shift(-1, axis=1)}
        found = pd.DataFrame({key: table.stack(future_stack=True) for key, table in tables.items()})
        found["rule"] = rule.stack(future_stack=True)
        found = found[found["rule"] != ""].reset_index()
        found.insert(2, "indicator", name)
        parts.append(found)
    columns = ["adcode", "year", "indicator", "value", "before", "after", "rule"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
