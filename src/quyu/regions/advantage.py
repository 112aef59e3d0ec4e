"""Comparative advantage: in which indicators a unit lies above its own level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.score import TOLERANCE
from quyu.index.uncertainty import SURE
from quyu.regions.lens_input import LensInput, Measured, View, over_draws, quotient


def comparative_advantage(here: LensInput, *, best: int) -> Measured:
    """The mean of a unit's `best` greatest advantages, in standard deviations of the nation.

    The advantage of unit i in indicator j is the double-centred difference

        a_ij = z_ij − z̄_i· − z̄_·j + z̄

    of z, the normalised scores of the year standardised over the units: then z̄_·j and z̄ are 0.
    z̄_i· is the mean by the weights of the index, over the indicators that the unit has: its own
    level. Indicators that a draw leaves out play no part in it.

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
    return Measured(values, reason, detail, drawn=drawn)


def standardised(scores: np.ndarray) -> np.ndarray:
    """Each column less its mean, over its standard deviation (over n, as everywhere); 0 where nothing differs.

    >>> standardised(np.array([[1.0, 5.0], [3.0, 5.0], [1.0, np.nan], [3.0, 5.0]]))
    array([[-1.,  0.],
           [ 1.,  0.],
           [-1., nan],
           [ 1.,  0.]])
    """
    table = pd.DataFrame(scores)
    apart = table - table.mean()
    spread = table.std(ddof=0).where(apart.abs().max() > TOLERANCE, np.inf)
    return (apart / spread).to_numpy()


def _own_level(view: View, z: np.ndarray) -> np.ndarray:
    """z̄_i·, draws × units."""
    return quotient(view.weights @ np.nan_to_num(z).T, view.weights @ (~np.isnan(z)).T)


def _top(view: View, best: int) -> np.ndarray:
    """Draws × units. Within a draw a differs from z by one number per unit, so z orders it."""
    z = standardised(view.at(view.draws.year))
    greatest = np.empty((len(view.weights), len(z)))
    for held, where in _patterns(view):
        known = np.where(held & ~np.isnan(z), z, -np.inf)
        top = np.sort(known, axis=1)[:, -best:].mean(axis=1)
        greatest[where] = np.where(np.isfinite(top), top, np.nan)
    return greatest - _own_level(view, z)


def _share_above(here: LensInput) -> np.ndarray:
    """For each unit and indicator the share of the draws that hold it in which a > 0."""
    above, all_draws = np.zeros((2, len(here.units), here.draws.card.normalised.shape[1]))
    for view in here.drawn:
        z = standardised(view.at(view.draws.year))
        own = _own_level(view, z)
        for held, where in _patterns(view):
            level = np.sort(own[where], axis=0) + TOLERANCE
            below = [np.searchsorted(*pair) for pair in zip(level.T, np.nan_to_num(z), strict=True)]
            above += np.array(below) * (held & ~np.isnan(z))
            all_draws += len(where) * (held & ~np.isnan(z))
    return np.nan_to_num(quotient(above, all_draws))


def _patterns(view: View) -> list[tuple[np.ndarray, np.ndarray]]:
    """The sets of indicators that draws hold, each with the draws that hold just these."""
    held, which = np.unique(view.weights > 0, axis=0, return_inverse=True)
    return [(row, np.flatnonzero(which.ravel() == number)) for number, row in enumerate(held)]


def _named(here: LensInput, best: int) -> pd.DataFrame:
    """The greatest advantages by the stated method, by name and by number."""
    names = here.draws.card.normalised.columns
    z = standardised(here.nominal.at(here.year))
    z = np.where(here.nominal.weights[0] > 0, z, np.nan)
    apart = z - _own_level(here.nominal, z)[0][:, None]
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
