"""The pull of the leading units on their neighbours: one coefficient with its interval.

Read as a spatial lag of what was there before: the neighbours' level at the start. The other
reading, ρ of a spatial autoregression, has the gains of one period on both sides of the equation,
cannot say who pulls whom, and knows no East.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.regions.graphs import matched
from quyu.regions.regression import Fit, ols
from quyu.words.nouns import Noun

if TYPE_CHECKING:
    from libpysal.graph import Graph

_ONE = 1 - 1e-9  # a leverage of 1: the fit passes through the unit whatever its value


@dataclass(frozen=True, repr=False)
class Pull(Noun):
    """What `pull` returns; in points of gain per point, over the years from start to end.

    fit      terms "constant", "own" (the unit's own level at the start) and "leaders" (θ)
    exposed  how many units have a leader among their neighbours
    units    one row per unit in the order of `start`: exposure, leverage (the share of its own
             gain in its fitted one), without (θ if the unit were left out of the equation, though
             not of the map)
    """

    fit: Fit
    exposed: int
    units: pd.DataFrame


def pull(start: pd.Series, end: pd.Series, weights: Graph, *, leaders: Iterable[str]) -> Pull:
    """Did units gain more, the further ahead their leading neighbours were at the start?

    Least squares over all units, errors HC3 with t(n − 3), of

        endᵢ − startᵢ = a + b startᵢ + θ xᵢ + eᵢ,   xᵢ = Σ_{j in leaders} wᵢⱼ (startⱼ − mean start):

    conditional β-convergence with a spatial lag of X (SLX: Vega & Elhorst 2015, Journal of Regional
    Science 55: 339–363) that counts leaders only. The arbitrary zero of a score drops out. It
    cannot tell a cause, nor leaders' pull from that of neighbours of any kind.

    `start` and `end` hold one level per unit, scores or logarithms; `weights` as from `contiguity`.
    Raises ValueError for what `matched` refuses, for leaders that are not among the units, none or
    all of them, if fewer than two units have a leading neighbour, and naming a unit that alone
    would decide a coefficient.

    Pairs of a leader and another; each gains 1, and half a point per point of exposure.

    >>> from libpysal.graph import Graph
    >>> pairs = Graph.from_dicts({a: [a.swapcase()] for a in "ABCDabcd"})
    >>> start = pd.Series([8.0, 6, 4, 4, 2, 1, 2, 1], index=list("ABCDabcd"))  # mean 3.5
    >>> end = start + [1, 1, 1, 1, 3.25, 2.25, 1.25, 1.25]
    >>> found = pull(start, end, pairs, leaders="ABCD")
    >>> found.exposed, found.units["exposure"].tolist()
    (4, [0.0, 0.0, 0.0, 0.0, 4.5, 2.5, 0.5, 0.5])
    >>> found.fit.coefficients["estimate"].round(9)["leaders"].item()
    0.5
    """
    before, table = matched(start, weights)
    after, _ = matched(end, weights)
    leads = _known(leaders, before.index)
    near = table.loc[:, leads]
    exposure = near @ (before[leads] - before.mean())
    exposed = int((near.sum(axis=1) > 0).sum())
    if exposed < 2:
        raise ValueError(
            f"{exposed} of {len(before)} units have a leading neighbour; a coefficient needs several."
        )
    terms = pd.DataFrame({"own": before, "leaders": exposure})
    leverage, gives = _hat(terms)
    fit = ols(after - before, terms, errors="HC3")
    theta = fit.coefficients.at["leaders", "estimate"]
    without = theta - gives * fit.residuals / (1 - leverage)
    units = pd.DataFrame({"exposure": exposure, "leverage": leverage, "without": without})
    return Pull(fit, exposed, units.loc[start.index])


def _known(leaders: Iterable[str], units: pd.Index) -> pd.Index:
    named = pd.Index(list(leaders), dtype=units.dtype).unique().sort_values()
    strangers = named.difference(units)
    if len(strangers):
        raise ValueError(f"leaders {', '.join(map(str, strangers))} are not among the units.")
    if not 0 < len(named) < len(units):
        raise ValueError(f"{len(named)} of {len(units)} units lead; name some, not none or all.")
    return named


def _hat(terms: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Leverage, the diagonal of the hat matrix, with what a point of gain of each unit adds to θ.

    A unit of leverage 1 has no residual, and HC3 would divide nothing by nothing: refused.
    """
    design = terms.assign(constant=1.0).to_numpy()
    inverse = np.linalg.pinv(design)
    leverage = (design * inverse.T).sum(axis=1)
    alone = terms.index[leverage > _ONE]
    if len(alone):
        raise ValueError(
            f"{', '.join(map(str, alone))} alone decides a coefficient: no other unit has such a "
            f"level with such neighbours; n is too small for these leaders."
        )
    return leverage, inverse[list(terms).index("leaders")]
