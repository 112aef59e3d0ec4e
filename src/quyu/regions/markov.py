"""Markov transitions: how often a unit moves from one class of a figure to another in a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from quyu.facts.faults import within
from quyu.regions.disparity import complete_years
from quyu.regions.graphs import matched
from quyu.words.nouns import Noun

if TYPE_CHECKING:
    from libpysal.graph import Graph

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
    wide, steps = _steps(panel, k)
    classes, names = classed(wide, k), range(1, k + 1)
    moves = _moves(steps, {"class": classes}, classes)
    counts = pd.crosstab(moves["class"], moves["next"]).reindex(
        index=names, columns=names, fill_value=0
    )
    leaving = counts.sum(axis=1)
    chances = counts.div(leaving.where(leaving > 0), axis=0)
    steady, reason = _steady(chances)
    pairs = zip(wide.columns[:-1], wide.columns[1:], strict=True)
    return Chain(
        counts,
        chances,
        steady,
        reason,
        None if reason == "unvisited" else float((k - np.trace(chances)) / (k - 1)),
        int(counts.to_numpy().sum() - np.trace(counts)),
        tuple(leaving.index[leaving < LEAST_PER_CELL * k].tolist()),
        tuple((int(t), int(u)) for t, u in pairs if (t, u) not in steps),
        int(steps[0][1] - steps[0][0]),
    )


class Homogeneity(NamedTuple):
    """Pearson's `q` with its degrees of freedom; `p` by shuffling, `p_chi2` for very many transitions.

    Both are missing where `df` is 0: there is nothing to compare.
    """

    q: float
    df: int
    p: float
    p_chi2: float


@dataclass(frozen=True, repr=False)
class SpatialChain(Noun):
    """What `spatial_markov` returns; classes are numbered from 1, the lowest.

    counts         (class of the neighbours' mean, own class) × own class of the next year
    probabilities  counts over the sum of their row; missing of fewer than `least` transitions
    least          5 k, as of `Chain.few`
    homogeneity    whether the rows of a class are the same whatever the neighbours' class
    """

    counts: pd.DataFrame
    probabilities: pd.DataFrame
    least: int
    homogeneity: Homogeneity


def spatial_markov(
    panel: pd.Series, weights: Graph, *, k: int = 4, permutations: int = 9_999, seed: int = 1
) -> SpatialChain:
    """The transitions of `markov`, apart for each class of the mean of the neighbours at their start.

    The means under `weights` (as from `contiguity`) are cut at their own pooled quantiles into `k`
    classes. Q is the sum of Pearson's χ² over the tables neighbours' class × next class of each own
    class, with df = Σ (rows − 1)(columns − 1) of what occurs (Bickenbach & Bode 2003, Int. Regional
    Science Review 26: 363–392). Cells are far too thin for the χ² distribution: `p` is the share of
    `permutations` random tables with the same margins that reach q. It takes transitions as
    independent; those of a unit follow on one another, so that p rather comes out too small.

    Raises ValueError for what `markov` and `matched` refuse, naming a unit without neighbours, and
    for means so tied that there are not k classes. (Rey 2001, Geographical Analysis 33: 195–214.)

    Low a moves up beside high c; low b stays beside low d; c and d stay.

    >>> from libpysal.graph import Graph
    >>> rows = pd.MultiIndex.from_product([list("abcd"), [2020, 2021]])
    >>> pairs = Graph.from_dicts({"a": ["c"], "b": ["d"], "c": ["a"], "d": ["b"]})
    >>> found = spatial_markov(pd.Series([1.0, 5, 1, 1, 8, 8, 1, 1], index=rows), pairs, k=2)
    >>> found.counts.to_numpy().tolist(), found.homogeneity.q
    ([[2, 0], [0, 1], [0, 1], [0, 0]], 3.0)
    """
    wide, steps = _steps(panel, k)
    _, table = matched(wide.sum(axis=1), weights)  # a sum is finite if all years are
    alone = table.index[~table.any(axis=1)]
    if len(alone):
        raise ValueError(
            f"no neighbours of {', '.join(map(str, alone))}: join islands by bridges, or leave them "
            f"out."
        )
    with within("the means of neighbours"):
        around = classed(table @ wide.loc[table.index], k)
    own, names = classed(wide, k), range(1, k + 1)
    moves = _moves(steps, {"neighbours": around, "class": own}, own)
    counts = pd.crosstab([moves["neighbours"], moves["class"]], moves["next"]).reindex(
        index=pd.MultiIndex.from_product([names, names], names=["neighbours", "class"]),
        columns=names,
        fill_value=0,
    )
    leaving, least = counts.sum(axis=1), LEAST_PER_CELL * k
    chances = counts.div(leaving.where(leaving >= least), axis=0)
    return SpatialChain(counts, chances, least, _homogeneity(counts, permutations, seed))


def _steps(panel: pd.Series, k: int) -> tuple[pd.DataFrame, list[tuple[int, int]]]:
    """Units × complete years, and the pairs of years that a transition leads from and to."""
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
    return wide, steps


def classed(wide: pd.DataFrame, k: int) -> pd.DataFrame:
    """The class, from 1, of each cell of units × years among `k`, cut at the quantiles of all cells.

    A value on a break belongs below it. Raises ValueError for values so tied that not all occur.

    >>> classed(pd.DataFrame({2020: [1.0, 2.0], 2021: [3.0, 4.0]}), 2).to_numpy().tolist()
    [[1, 2], [1, 2]]
    """
    breaks = np.quantile(wide.to_numpy(), np.arange(1, k) / k)
    classes = np.searchsorted(breaks, wide, side="left") + 1
    if len(np.unique(classes)) < k:
        raise ValueError(f"the values are so tied that {k} classes are not distinct; lower k.")
    return pd.DataFrame(classes, index=wide.index, columns=wide.columns)


def _moves(
    steps: list[tuple[int, int]], before: dict[str, pd.DataFrame], after: pd.DataFrame
) -> pd.DataFrame:
    """A row per transition: the classes `before` at its start, and the `next`."""
    return pd.concat(
        [
            pd.DataFrame({name: table[t] for name, table in before.items()} | {"next": after[u]})
            for t, u in steps
        ]
    )


def _homogeneity(counts: pd.DataFrame, permutations: int, seed: int) -> Homogeneity:
    from scipy.stats import chi2, random_table

    rng, q, df, drawn = np.random.default_rng(seed), 0.0, 0, np.zeros(permutations)
    for _, table in counts.groupby(level="class"):
        seen = table.loc[table.any(axis=1), table.any()].to_numpy()
        if min(seen.shape) < 2:
            continue  # nothing to compare
        rows, columns = seen.sum(axis=1), seen.sum(axis=0)
        expected = np.outer(rows, columns) / seen.sum()
        shuffled = random_table(rows, columns).rvs(size=permutations, random_state=rng)
        q += float(((seen - expected) ** 2 / expected).sum())
        drawn += ((shuffled - expected) ** 2 / expected).sum(axis=(1, 2))
        df += (len(rows) - 1) * (len(columns) - 1)
    if not df:
        return Homogeneity(q, df, np.nan, np.nan)
    as_far = int((drawn >= q - 1e-9).sum())
    return Homogeneity(q, df, (1 + as_far) / (1 + permutations), float(chi2.sf(q, df)))


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
