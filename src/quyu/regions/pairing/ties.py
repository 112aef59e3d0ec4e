"""Agreement: how many official ties of assistance are among the pairs that the figures propose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PERMUTATIONS = 10_000


@dataclass(frozen=True)
class Agreement:
    """What `agreement` returns.

    compared  ties of a receiver for whom a giver is proposed; `left_out` the others
    agreed    how many of them are proposed; `both` lists them as (giver, receiver)
    expected  how many would be, if the same givers were dealt out to the receivers by chance
    chance    share of such deals in which at least as many agree
    unread    receivers for whom no tie was read, so that nothing can be compared
    """

    compared: int
    left_out: int
    agreed: int
    both: list[tuple[str, str]]
    expected: float
    chance: float
    unread: list[str]


def agreement(proposed: pd.Series, official: pd.DataFrame, *, seed: int = 1) -> Agreement:
    """How many of the official ties are among the proposed pairs, and how many chance would give.

    `proposed` holds the giver of each receiver, by receiver. Chance deals out the proposed givers,
    each as often as it was proposed, to the receivers at random: the expectation is exact, Σ over
    ties of (times proposed / receivers), the probability is told from 10,000 deals by `seed`. A tie
    that stands in several schemes counts once. The ties differ in year, and where one is no longer
    in force an agreement with it says nothing about today.

    `official` has giver, receiver, one row per tie and scheme.

    >>> proposed = pd.Series({"r": "g", "s": "h"})
    >>> read = pd.DataFrame({"giver": ["g", "g"], "receiver": ["r", "s"]})
    >>> found = agreement(proposed, read)
    >>> found.agreed, found.expected, found.chance
    (1, 1.0, 1.0)
    """
    each = official[["giver", "receiver"]].drop_duplicates()
    able = each[each["receiver"].isin(proposed.index)]
    known = pd.Index(proposed).append(pd.Index(able["giver"])).unique()
    givers = known.get_indexer(proposed)
    tied = np.zeros((len(proposed), len(known)), dtype=bool)
    rows = proposed.index.get_indexer(able["receiver"])
    tied[rows, known.get_indexer(able["giver"])] = True
    here = np.arange(len(proposed))
    met = tied[here, givers]
    times = np.bincount(givers, minlength=len(known))
    deals = np.random.default_rng(seed).permuted(np.tile(givers, (PERMUTATIONS, 1)), axis=1)
    by_chance = tied[here, deals].sum(axis=1)
    return Agreement(
        compared=len(able),
        left_out=len(each) - len(able),
        agreed=int(met.sum()),
        both=list(zip(proposed[met], proposed.index[met], strict=True)),
        expected=float((tied * times).sum() / len(proposed)),
        chance=float((by_chance >= met.sum()).mean()),
        unread=sorted(set(proposed.index) - set(each["receiver"])),
    )
