"""Markov transitions: how often a unit moves from one class of a figure to another in a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from quyu.regions.disparity import complete_years
from quyu.words.nouns import Noun

# Expected counts of 5 per cell, the usual least for the large-sample theory of such tables
LEAST_PER_CELL = 5


@dataclass(frozen=True, repr=False)
class Chain(Noun):
    """What `markov` returns; classes are numbered from 1, the lowest.

    counts         class of the year × class of the next: how many transitions
    probabilities  counts over the sum of their row; a row without transitions is missing
    steady         share of units in each class, were the probabilities to hold for ever;
                   None where there is no single answer
    no_steady      why not: "" · "unvisited" (a row without transitions) · "separate" (classes that
                   are never left lead to several answers)
    mobility       Shorrocks' (k − trace) / (k − 1): 0 = nobody moves, 1 = as from a fresh draw;
                   None if a row has no transitions
    moves          how many transitions change class
    few            the classes with fewer than 5 k transitions out of them: too few to trust the row
    skipped        pairs of complete years that are not neighbours and so give no transition
    step           years that a transition takes: 1, or 10 of a panel by decades
    """

    counts: pd.DataFrame
    probabilities: pd.DataFrame
    steady: pd.Series | None
    no_steady: Literal["", "unvisited", "separate"]
    mobility: float | None
    moves: int
    few: tuple[int, ...]
    skipped: tuple[tuple[int, int], ...]
    step: int


def markov(panel: pd.Series, *, k: int = 4) -> Chain:
    """Count the transitions between `k` classes, from a year of the panel to its next, cut at pooled quantiles.

    `panel` is a figure or a score indexed by (unit, year). Take the common movement out first, else
    the growth of all looks like mobility upward: a figure over each year's mean, a score minus it.
    Only years with all units are used, and only neighbouring ones: as far apart as the panel's years
    are at the least, so that a panel may be by decades. The steady state hangs on the few
    transitions that change class: tell their number, `moves`, with it.

    Raises ValueError for k below 2, for fewer than two neighbouring complete years, and for values
    so tied that there are not k classes. (Quah 1993, European Economic Review 37: 426–434;
    Shorrocks 1978, Econometrica 46: 1013–1024.)

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021, 2022]])
    >>> found = markov(pd.Series([1.0, 2.0, 4.0, 6.0, 7.0, 5.0], index=rows), k=2)
    >>> found.counts.to_numpy().tolist(), found.mobility  # b never falls below the median, 4.5
    ([[2, 0], [0, 2]], 0.0)
    """
    if k < 2:
        raise ValueError(f"k is {k}; transitions need at least 2 classes.")
    wide = complete_years(panel)
    pairs = list(zip(wide.columns[:-1], wide.columns[1:], strict=True))
    years = np.unique(panel.index.get_level_values(1))
    step = int(np.diff(years).min(initial=years[-1] - years[0] or 1)) if len(years) else 1
    steps = [(year, later) for year, later in pairs if later - year == step]
    if not steps:
        raise ValueError(
            f"transitions need two neighbouring years in which every unit is published; there are "
            f"{list(wide.columns)}."
        )
    breaks = np.quantile(wide.to_numpy(), np.arange(1, k) / k)  # a value on one belongs below it
    classes = pd.DataFrame(
        np.searchsorted(breaks, wide, side="left") + 1, index=wide.index, columns=wide.columns
    )
    if len(np.unique(classes)) < k:
        raise ValueError(f"the values are so tied that {k} classes are not distinct; lower k.")

    names = range(1, k + 1)
    moves = pd.concat([pd.DataFrame({"class": classes[t], "next": classes[u]}) for t, u in steps])
    counts = pd.crosstab(moves["class"], moves["next"]).reindex(
        index=names, columns=names, fill_value=0
    )
    leaving = counts.sum(axis=1)
    chances = counts.div(leaving.where(leaving > 0), axis=0)
    steady, reason = _steady(chances)
    return Chain(
        counts.rename_axis(index="class", columns="next"),
        chances.rename_axis(index="class", columns="next"),
        steady,
        reason,
        None if reason == "unvisited" else float((k - np.trace(chances)) / (k - 1)),
        int(counts.to_numpy().sum() - np.trace(counts)),
        tuple(leaving.index[leaving < LEAST_PER_CELL * k].tolist()),
        tuple((int(t), int(u)) for t, u in pairs if (t, u) not in steps),
        step,
    )


def _steady(
    chances: pd.DataFrame,
) -> tuple[pd.Series | None, Literal["", "unvisited", "separate"]]:
    """π with π P = π and Σ π = 1, which is unique if P − 1 loses a single dimension."""
    if chances.isna().any(axis=None):
        return None, "unvisited"
    flow = chances.to_numpy().T - np.eye(len(chances))
    if np.linalg.matrix_rank(flow) < len(chances) - 1:
        return None, "separate"
    system = np.vstack([flow, np.ones(len(chances))])
    target = np.append(np.zeros(len(chances)), 1.0)
    share = np.linalg.lstsq(system, target, rcond=None)[0]
    share[share < 1e-12] = 0.0  # a class that is left for ever
    return pd.Series(share / share.sum(), index=chances.index, name="steady"), ""
