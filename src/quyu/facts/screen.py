"""Screens figures for cells that stand out against their years and their zone, to be judged by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

SPIKE, APART = 3.0, 2.0  # times the year beside it; times that, the zone's own change set aside
ALIKE = 0.005  # relative difference within which two figures are one, printed differently
MANY = 10  # figures at least before half of them say something of all
KEYS = ["adcode", "year", "indicator"]


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
        if not (rule != "").to_numpy().any():
            continue
        tables = {"value": wide, "before": wide.shift(axis=1), "after": wide.shift(-1, axis=1)}
        found = pd.DataFrame({key: table.stack(future_stack=True) for key, table in tables.items()})
        found["rule"] = rule.stack(future_stack=True)
        found = found[found["rule"] != ""].reset_index()
        found.insert(2, "indicator", name)
        parts.append(found)
    columns = ["adcode", "year", "indicator", "value", "before", "after", "rule"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def doubts(
    own: pd.DataFrame,
    figures: pd.DataFrame,
    zones: pd.Series,
    known: pd.DataFrame,
    judged: pd.DataFrame,
) -> pd.DataFrame:
    """Those of one's own figures that look like a slip of digit or unit: `KEYS`, value, told.

    `figures` are all of the same series, `own` among them; all have adcode, year, indicator and value.
    A figure is doubted

    - against its unit's own years and its zone (`stand_out`);
    - against what is `known` of the same cell: three times that, or a third;
    - against the known series, beyond three times its greatest or least value, and where a series has
      one year alone, so against all other units;
    - in one row for all, where half of a series is three times what is known, or half of all units
      jump three times from one year to the next.

    A figure equal to that known, and one that `judged` lists, has been looked at. One row a cell.

    >>> own = pd.DataFrame([("a", 2020, "x", 10.0)], columns=["adcode", "year", "indicator", "value"])
    >>> doubts(own, own, pd.Series({"a": "east"}), own.assign(value=1.0), own[:0])["told"].item()
    '10, 10 times the 1 known'
    """
    names = own["indicator"].unique()
    placed = figures["adcode"].map(zones).fillna("").ne("") & figures["indicator"].isin(names)
    figures, known = figures[placed], known[known["indicator"].isin(names)]
    both = own[own["adcode"].map(zones).fillna("").ne("")].merge(
        known[[*KEYS, "value"]], on=KEYS, how="left", suffixes=("", "_known")
    )
    both = both[~np.isclose(both["value"], both["value_known"], rtol=ALIKE, atol=0)]
    times = (both["value"] / both["value_known"]).where(
        (both["value"] > 0) & (both["value_known"] > 0)
    )
    both["times"] = times
    middle = both.groupby("indicator")["times"].agg(["median", "count"])
    far = np.log(middle["median"]).abs() > np.log(SPIKE)
    whole = middle[far & (middle["count"] >= MANY)]
    cells = both[~both["indicator"].isin(whole.index)]
    parts = [
        _whole(both, whole),
        _years(cells, figures),
        _against_known(cells),
        _beyond(cells, known),
    ]
    parts.append(_alone(cells, figures))
    found = stand_out(figures, zones)
    parts.append(found.assign(told=[_beside(row) for row in found.itertuples()]))
    frame = pd.concat([part[[*KEYS, "value", "told"]] for part in parts], ignore_index=True)
    keys = pd.MultiIndex.from_frame(frame[KEYS])
    mine, looked = (pd.MultiIndex.from_frame(each[KEYS]) for each in (cells, judged))
    first = len(parts[0])
    frame = frame[(keys.isin(mine) | (frame.index < first)) & ~keys.isin(looked)]
    return frame.drop_duplicates(KEYS).reset_index(drop=True)


def _told(rows: pd.DataFrame, told: list[str]) -> pd.DataFrame:
    return rows.assign(told=np.array(told, dtype=object))


def _whole(both: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """The series that are in another unit as a whole, each at its first cell."""
    rows = both[both["indicator"].isin(whole.index)].drop_duplicates("indicator")
    told = [
        f"{whole.at[name, 'median']:.3g} times what is known in half of {whole.at[name, 'count']} "
        "figures: another unit?"
        for name in rows["indicator"]
    ]
    return _told(rows, told)


def _years(cells: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """The years in which half of the units jump three times at once, each at its first own cell."""
    parts, series = [_told(cells[:0], [])], figures[figures["value"] > 0].groupby("indicator")
    for name, rows in cells.groupby("indicator", sort=False):
        if name not in series.groups:
            continue
        all_of = series.get_group(name)
        wide = all_of.pivot(index="adcode", columns="year", values="value")
        middle, counts = np.log(wide).diff(axis=1).median(), wide.notna().sum()
        years = middle.index[(middle.abs() > np.log(SPIKE)) & (counts >= MANY)]
        first = rows[rows["year"].isin(years)].drop_duplicates("year")
        told = [
            f"{np.exp(middle[year]):.3g} times the year before in half of all units"
            for year in first["year"]
        ]
        parts.append(_told(first, told))
    return pd.concat(parts)


def _against_known(cells: pd.DataFrame) -> pd.DataFrame:
    rows = cells[np.log(cells["times"]).abs() > np.log(SPIKE)]
    three = rows[["value", "times", "value_known"]].to_numpy()
    return _told(rows, [f"{value:g}, {t:.3g} times the {old:g} known" for value, t, old in three])


def _beyond(cells: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """What lies far beyond the greatest and least values known of its series."""
    ends = known[known["value"] > 0].groupby("indicator")["value"].agg(["min", "max"])
    low, high = (cells["indicator"].map(ends[end]).astype(float) for end in ("min", "max"))
    far = (cells["value"] > SPIKE * high) | ((cells["value"] > 0) & (cells["value"] < low / SPIKE))
    told = [
        f"{value:g}, where the series known runs from {least:g} to {most:g}"
        for value, least, most in zip(cells["value"][far], low[far], high[far], strict=True)
    ]
    return _told(cells[far], told)


def _alone(cells: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """What lies far beyond all other units, in a series of one year."""
    parts, series = [_told(cells[:0], [])], figures[figures["value"] > 0].groupby("indicator")
    for name, rows in cells[cells["value"] > 0].groupby("indicator", sort=False):
        all_of = series.get_group(name)
        if all_of["year"].nunique() > 1 or len(all_of) < MANY:
            continue
        least, low, *_, high, most = sorted(all_of["value"])
        value = rows["value"]
        far = rows[
            ((value == most) & (most > SPIKE * high)) | ((value == least) & (least < low / SPIKE))
        ]
        parts.append(
            _told(
                far, [f"{v:g}, where all others run from {low:g} to {high:g}" for v in far["value"]]
            )
        )
    return pd.concat(parts)


def _beside(row) -> str:
    sides = (("before", row.before), ("after", row.after))
    told = " and ".join(f"{value:g} the year {side}" for side, value in sides if value == value)
    return f"{row.value:g} beside {told}"
