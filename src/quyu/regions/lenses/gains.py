"""The part of a lens that sets the rise of a score against the nation's, in every draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.regions.lenses.drawn import View, gain
from quyu.regions.lenses.ground import Ground, Measured, over_draws, refuse_unknown_goals, without


def gain_on_nation(here: Ground, *, node: str, since: int) -> Measured:
    """The change of the score of `node` since `since`, less the change of the nation's median.

    `node` is a goal, or "index". Both years rest on the same indicators: what a unit lacks in one
    is left out in both. The nation is the units that have both scores. `then`, `now` and `nation`
    (the change of the median) are the terms.
    """
    if node != "index":
        refuse_unknown_goals(here, (node,))
    refuse_other_year(here, since)
    if since >= here.year:
        return too_early(here, since)

    def ends(view: View) -> tuple[np.ndarray, np.ndarray]:
        then, now = gain(view, node, since)
        lost = np.isnan(then) | np.isnan(now)
        return np.where(lost, np.nan, then), np.where(lost, np.nan, now)

    def measure(view: View) -> np.ndarray:
        then, now = ends(view)
        return now - then - (medians(now) - medians(then))

    values, drawn = over_draws(here, measure)
    then, now = (year[0] for year in ends(here.stated))
    nation = medians(now[None]) - medians(then[None])
    detail = pd.DataFrame({"then": then, "now": now, "nation": nation[0, 0]}, index=here.units)
    reason = f"no score of {node!r} in both {since} and {here.year}"
    return Measured(values, without(values, reason), detail, drawn=drawn)


def medians(rows: np.ndarray) -> np.ndarray:
    """The median of what is there in each row, as a column.

    >>> medians(np.array([[3.0, np.nan, 1.0, 2.0], [4.0, 1.0, 2.0, 3.0]])).tolist()
    [[2.0], [2.5]]
    """
    ordered = np.sort(rows, axis=1)  # missing ones last
    count = (~np.isnan(rows)).sum(axis=1, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, rows.shape[1] - 1)
    pair = [np.take_along_axis(ordered, place, axis=1) for place in (low, high)]
    return (pair[0] + pair[1]) / 2


def refuse_other_year(here: Ground, since: int) -> None:
    """Raise ValueError for a year whose scores are not worked out."""
    years = here.draws.card.framework.years
    if since not in years:
        raise ValueError(f"since {since}: the panel of the framework has {years[0]}–{years[-1]}.")


def too_early(here: Ground, since: int) -> Measured:
    """No value for anyone: a change needs a year before the one measured."""
    nothing = pd.Series(np.nan, index=here.units)
    reason = f"a change since {since} cannot be measured in {here.year}"
    return Measured(nothing, without(nothing, reason), pd.DataFrame(index=here.units))
