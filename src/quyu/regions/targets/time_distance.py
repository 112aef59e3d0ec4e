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
    known = benchmark[benchmark.index <= year].dropna().sort_index()
    if year not in known.index:
        raise ValueError(f"the benchmark is not known in {year}; it is in {list(known.index)}.")
    leader = known.index.to_numpy(), sign * known.to_numpy(dtype=float)
    until = paths.loc[:, paths.columns <= year].sort_index(axis="columns")
    rows = {}
    # Arrays, not Series: every page that shows a distance waits for this loop.
    for unit, path in zip(paths.index, sign * until.to_numpy(dtype=float), strict=True):
        seen = ~np.isnan(path)
        own = until.columns.to_numpy()[seen], path[seen]
        if not len(own[0]) or own[0][-1] != year:
            rows[unit] = (np.nan, False, f"not published for {year}")
        elif own[1][-1] == leader[1][-1]:
            rows[unit] = (0.0, False, "")
        elif own[1][-1] < leader[1][-1]:
            rows[unit] = (*_since(*leader, own[1][-1]), "")
        else:
            years, censored = _since(*own, leader[1][-1])
            rows[unit] = (-years, censored, "")
    columns = ["years", "censored", "reason"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).reindex(paths.index)


def _since(years: np.ndarray, path: np.ndarray, level: float) -> tuple[float, bool]:
    """How long ago `path`, now above `level`, was last at it; whether it is longer than is known."""
    below = np.flatnonzero(path <= level)
    if not len(below):
        return float(years[-1] - years[0]), True
    last = below[-1]
    share = (level - path[last]) / (path[last + 1] - path[last])
    return float(years[-1] - (years[last] + (years[last + 1] - years[last]) * share)), False
