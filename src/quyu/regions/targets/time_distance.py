"""Time distance: by how many years one path trails another."""

from __future__ import annotations

import numpy as np
import pandas as pd


def time_distance(
    paths: pd.DataFrame, benchmark: pd.Series, *, year: int, direction: str = "+"
) -> pd.DataFrame:
    """The years that lie between each unit and the benchmark at the level both have known.

    `paths` holds one row per unit and one column per year, `benchmark` one value per year, in the
    same unit; blanks are years without publication, bridged by a straight line. `direction` "-"
    says that less is better. Years after `year` play no part. The columns of the result:

    years     above 0: so long before `year` the benchmark was last where the unit is; below 0: so
              long before it the unit was last where the benchmark is; 0: level
    censored  the level was never seen in the years published: the distance is more than `years`
    reason    why there is no distance, else empty

    The S-time-distance of Sicherl (1973, Kyklos 26: 559–575). Where a path has come down and risen
    again the last time counts, so that no setback adds to the distance. Raises ValueError for
    another direction, and for a benchmark that is not known in `year`.

    The benchmark was at 15 half way between 2019 and 2020, that is 1.5 years before 2021:

    >>> benchmark = pd.Series({2019: 10.0, 2020: 20.0, 2021: 30.0})
    >>> paths = pd.DataFrame({2020: [12.0, 20.0, 3.0], 2021: [15.0, 40.0, 5.0]}, list("abc"))
    >>> time_distance(paths, benchmark, year=2021)[["years", "censored"]].to_numpy().tolist()
    [[1.5, False], [-0.5, False], [2.0, True]]
    """
    if direction not in ("+", "-"):
        raise ValueError(f'direction is {direction!r}; write "+" (more is better) or "-".')
    sign = 1.0 if direction == "+" else -1.0
    leader = sign * _until(benchmark, year)
    if year not in leader.index:
        raise ValueError(f"the benchmark is not known in {year}; it is in {list(leader.index)}.")
    rows = {}
    for unit, path in paths.iterrows():
        own = sign * _until(path, year)
        if year not in own.index:
            rows[unit] = (np.nan, False, f"not published for {year}")
        elif own[year] == leader[year]:
            rows[unit] = (0.0, False, "")
        elif own[year] < leader[year]:
            rows[unit] = (*_since(leader, own[year], year), "")
        else:
            years, censored = _since(own, leader[year], year)
            rows[unit] = (-years, censored, "")
    columns = ["years", "censored", "reason"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).reindex(paths.index)


def _until(path: pd.Series, year: int) -> pd.Series:
    """What is published of `path` up to `year`, in order."""
    return path[path.index <= year].dropna().astype(float).sort_index()


def _since(path: pd.Series, level: float, year: int) -> tuple[float, bool]:
    """How long ago `path`, now above `level`, was last at it; whether it is longer than is known."""
    below = np.flatnonzero(path.to_numpy() <= level)
    if not len(below):
        return float(year - path.index[0]), True
    start, end = path.iloc[below[-1]], path.iloc[below[-1] + 1]
    before, after = path.index[below[-1]], path.index[below[-1] + 1]
    return float(year - (before + (after - before) * (level - start) / (end - start))), False
