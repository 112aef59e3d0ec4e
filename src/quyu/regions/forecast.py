"""A forecast of the year in which one series reaches its target, if it goes on as it has."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

FORECAST_INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Forecast:
    """What `forecast` returns; whatever does not exist is NaN, or infinite where it is never.

    outcome  "reached" (the last value meets the target), "expected", "unclear" (the trend gets there,
             but it erred more than drift on what was held out, or the last two steps together are at
             most half of the pace before them, or its doubt has no end and it erred by more than is
             left to go), "not rising" (it leads away or nowhere), "too slow" (beyond the horizon),
             "too few points"
    reached  the first year that meets the target: observed if "reached", else on the trend
    low, high  of that year, 5–95 % over the bootstrap; infinite where the trend never gets there
    points   how many values were used
    holdout_trend, holdout_drift  mean absolute error of the one-step forecasts of the last values
             (at most `holdout`, at least 3 being left to draw from), by the linear trend and by the
             last value moved on at the mean pace so far (random walk with drift)
    """

    outcome: str
    reached: float = math.nan
    low: float = math.nan
    high: float = math.nan
    points: int = 0
    holdout_trend: float = math.nan
    holdout_drift: float = math.nan


def forecast(
    series: pd.Series,
    target: float,
    *,
    downwards: bool = False,
    breaks: tuple[int, ...] = (),
    least_points: int = 5,
    horizon: int = 100,
    holdout: int = 2,
    replications: int = 2000,
    seed: int = 1,
) -> Forecast:
    """When `series`, values by year, reaches `target` on its linear trend.

    A `break` is a year from which the series is on another footing; only what is published from the
    last break on is used, and with fewer than `least_points` values no trend is drawn. A target is a
    floor, with `downwards` a ceiling. The year on the trend is the first whole year after the last
    value in which the line meets the target. Its interval comes from refitting the line to the
    fitted values plus resampled residuals (divided by √(1 − leverage) and centred; Davison & Hinkley
    1997, 6.2.4): the doubt about the line, too narrow rather than too wide.

    Raises ValueError for an infinite value or target.

    >>> line = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0], index=range(2019, 2024))
    >>> found = forecast(line, 7.0)
    >>> found.outcome, found.reached, found.low, found.high
    ('expected', 2025.0, 2025.0, 2025.0)
    """
    if np.isinf(series.to_numpy(dtype=float)).any() or not math.isfinite(target):
        raise ValueError("a forecast needs a finite series and a finite target.")
    assert series.index.is_unique and least_points > 3, "a trend with a hold-out needs 4 years"
    used = series.dropna().sort_index()
    used = used[used.index >= max(breaks, default=-math.inf)]
    if len(used) < least_points:
        return Forecast("too few points", points=len(used))
    sign = -1.0 if downwards else 1.0
    years, values = used.index.to_numpy(dtype=float), sign * used.to_numpy(dtype=float)
    aim, last = sign * target, years[-1]

    fitted, coefficients = _line(years, values)
    crossing = _crossing(coefficients[None, :], aim, last, horizon)[0]
    low, high = np.quantile(
        _crossing(_refits(years, values, fitted, replications, seed), aim, last, horizon),
        FORECAST_INTERVAL,
        method="inverted_cdf",  # interpolation between a year and never would be no number
    )
    errors = _one_step_errors(years, values, min(holdout, len(used) - 3))
    if values[-1] >= aim:
        outcome, low, high = "reached", math.nan, math.nan
        crossing = years[values >= aim][0]
    elif math.isfinite(crossing):
        least = 1e-9 * np.ptp(values)
        worse = errors[0] - errors[1] > least
        lost = math.isinf(high) and errors[0] - (aim - values[-1]) > least
        outcome = "unclear" if worse or lost or _slowed(years, values) else "expected"
    else:
        within = coefficients[1] * horizon > 1e-9 * (aim - values[-1])
        outcome = "too slow" if within else "not rising"
    return Forecast(
        outcome=outcome,
        reached=float(crossing),
        low=float(low),
        high=float(high),
        points=len(used),
        holdout_trend=errors[0],
        holdout_drift=errors[1],
    )


def _line(years: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The fitted values and (value in the last year, slope) of the least-squares line."""
    slope, level = np.polyfit(years - years[-1], values - values[0], 1)
    level += values[0]  # fitted without it, so that the slope of a level series is exactly 0
    return level + slope * (years - years[-1]), np.array([level, slope])


def _refits(
    years: np.ndarray, values: np.ndarray, fitted: np.ndarray, replications: int, seed: int
) -> np.ndarray:
    """(value in the last year, slope) of the lines through resampled residuals."""
    design = np.column_stack([np.ones_like(years), years - years[-1]])
    solve = np.linalg.pinv(design)
    leverage = np.einsum("ij,ji->i", design, solve)
    residuals = (values - fitted) / np.sqrt(1 - leverage)
    residuals -= residuals.mean()
    shape = (replications, len(years))
    drawn = np.random.default_rng(seed).choice(residuals, size=shape)
    return (fitted + drawn) @ solve.T


def _crossing(lines: np.ndarray, aim: float, last: float, horizon: int) -> np.ndarray:
    """The first whole year after the last in which each line is at `aim`; infinite if none is."""
    level, slope = lines.T
    short = aim - level
    rising = slope * horizon > np.maximum(short, 0)  # within the horizon
    ahead = np.where(rising, short / np.where(rising, slope, 1), np.inf)
    years = np.where(np.isfinite(ahead), np.ceil(ahead - 1e-6), np.inf)
    return last + np.maximum(years, 1.0)


def _one_step_errors(years: np.ndarray, values: np.ndarray, held_out: int) -> tuple[float, float]:
    trend, drift = [], []
    for k in range(len(values) - held_out, len(values)):
        _, (level, slope) = _line(years[:k], values[:k])
        step = years[k] - years[k - 1]
        pace = (values[k - 1] - values[0]) / (years[k - 1] - years[0])
        trend.append(abs(values[k] - level - slope * step))
        drift.append(abs(values[k] - values[k - 1] - pace * step))
    return float(np.mean(trend)), float(np.mean(drift))


def _slowed(years: np.ndarray, values: np.ndarray) -> bool:
    """Whether the last two steps were at most half as fast as those before: no line tells where it ends."""
    before = (values[-3] - values[0]) / (years[-3] - years[0])
    return bool(before > 0 and (values[-1] - values[-3]) / (years[-1] - years[-3]) <= before / 2)


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
