"""Comparative advantage: what a unit is better at than its own level, against the nation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.score import TOLERANCE
from quyu.index.uncertainty import SURE
from quyu.regions.lenses.drawn import View
from quyu.regions.lenses.ground import Ground, Measured, over_draws, without


def comparative_advantage(here: Ground, *, best: int) -> Measured:
    """The mean of a unit's `best` greatest advantages, in standard deviations of the nation.

    The advantage of unit i in indicator j is the double-centred difference

        a_ij = z_ij − z̄_i· − z̄_·j + z̄

    of z, the normalised scores of the year standardised over the units, so that indicators of
    unlike spread can be compared: then z̄_·j and z̄ are 0. z̄_i· is the mean by the weights of the
    index, over the indicators that the unit has: its own level. Indicators that are the same
    everywhere have z = 0. Those that a draw leaves out play no part in it.

    `best` names the greatest, `gaps` tells their a; `clear` counts the indicators, and `clearly`
    names them, in which a > 0 in at least 95 % of the draws that hold them. A unit with fewer than
    `best` indicators has no value.
    """
    names = here.draws.card.normalised.columns
    if best > len(names):
        raise ValueError(f"best is {best}; the framework scores {len(names)} indicators.")
    values, drawn = over_draws(here, lambda view: _top(view, best))
    detail = _named(here, best)
    sure = _share_above(here) >= SURE
    detail["clear"] = sure.sum(axis=1)
    detail["clearly"] = [tuple(names[row]) for row in sure]
    reason = f"fewer than {best} indicators have a score in {here.year}"
    return Measured(values, without(values, reason), detail, drawn=drawn)


def standardised(scores: np.ndarray) -> np.ndarray:
    """Each column less its mean, over its standard deviation (n − 1); 0 where nothing differs.

    >>> standardised(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, np.nan]]))
    array([[-1.,  0.],
           [ 0.,  0.],
           [ 1., nan]])
    """
    seen = ~np.isnan(scores)
    count = np.maximum(seen.sum(axis=0), 1)
    apart = scores - np.where(seen, scores, 0.0).sum(axis=0) / count
    squares = np.where(seen, apart, 0.0) ** 2
    spread = np.sqrt(squares.sum(axis=0) / np.maximum(count - 1, 1))
    differs = np.nanmax(np.abs(np.where(seen, apart, 0.0)), axis=0) > TOLERANCE
    return np.where(seen, np.where(differs, apart / np.where(differs, spread, 1.0), 0.0), np.nan)


def _own_level(view: View, z: np.ndarray) -> np.ndarray:
    """z̄_i·, draws × units."""
    seen = ~np.isnan(z)
    whole = view.weights @ seen.T
    total = view.weights @ np.where(seen, z, 0.0).T
    return np.divide(total, whole, out=np.full_like(total, np.nan), where=whole > 0)


def _top(view: View, best: int) -> np.ndarray:
    """Draws × units. Within a draw a differs from z by one number per unit, so z orders it."""
    z = standardised(view.at(view.year))
    greatest = np.empty((len(view.weights), len(z)))
    for held, where in _patterns(view):
        known = np.where(held & ~np.isnan(z), z, -np.inf)
        top = np.sort(known, axis=1)[:, -best:].mean(axis=1)
        greatest[where] = np.where(np.isfinite(top), top, np.nan)
    return greatest - _own_level(view, z)


def _share_above(here: Ground) -> np.ndarray:
    """For each unit and indicator the share of the draws that hold it in which a > 0."""
    above, all_draws = 0.0, 0.0
    for view in here.drawn:
        z = standardised(view.at(view.year))
        own = _own_level(view, z)
        for held, where in _patterns(view):
            level = np.sort(own[where], axis=0) + TOLERANCE
            below = [np.searchsorted(*pair) for pair in zip(level.T, np.nan_to_num(z), strict=True)]
            above = above + np.array(below) * (held & ~np.isnan(z))
            all_draws = all_draws + len(where) * (held & ~np.isnan(z))
    return np.divide(above, all_draws, out=np.zeros_like(above), where=all_draws > 0)


def _patterns(view: View) -> list[tuple[np.ndarray, np.ndarray]]:
    """The sets of indicators that draws hold, each with the draws that hold just these."""
    held, which = np.unique(view.weights > 0, axis=0, return_inverse=True)
    return [(row, np.flatnonzero(which.ravel() == number)) for number, row in enumerate(held)]


def _named(here: Ground, best: int) -> pd.DataFrame:
    """The greatest advantages by the stated method, by name and by number."""
    names = here.draws.card.normalised.columns
    z = standardised(here.stated.at(here.year))
    z = np.where(here.stated.weights[0] > 0, z, np.nan)
    apart = z - _own_level(here.stated, z)[0][:, None]
    # Ties keep the framework's order; what is missing comes last.
    tops = [
        [place for place in places[:best] if not np.isnan(row[place])]
        for row, places in zip(apart, np.argsort(-apart, axis=1, kind="stable"), strict=True)
    ]
    columns = {
        "best": [tuple(names[top]) for top in tops],
        "gaps": [tuple(row[top]) for row, top in zip(apart, tops, strict=True)],
    }
    return pd.DataFrame(columns, index=here.units)
