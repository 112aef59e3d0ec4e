"""Official ties of assistance as they were read, beside the pairs that the figures propose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PERMUTATIONS = 10_000


def ties(official: pd.DataFrame, unit: str | None = None) -> pd.DataFrame:
    """The ties of `unit`, or of all, in the order of the documents.

    `official` has giver, receiver, scheme, valid_from, superseded, as_read, document, note. A tie is
    told as its document of that year has it, with the year in which it was last read (`as_read`)
    and whether it was found to be superseded ("not known" where later documents were not read):
    nothing here says that a tie is in force today.

    For one unit `partner` and `role` ("giver" or "receiver": what the unit is) come first. A unit
    without a tie gets an empty table: that none was read, not that there is none.

    >>> read = pd.DataFrame({"giver": ["440000"], "receiver": ["450000"], "scheme": ["tie"]})
    >>> ties(read, "450000")[["partner", "role"]].to_numpy().tolist()
    [['440000', 'receiver']]
    """
    if unit is None:
        return official
    mine = official[(official["giver"] == unit) | (official["receiver"] == unit)]
    giving = mine["giver"] == unit
    told = mine.drop(columns=["giver", "receiver"])
    told.insert(0, "partner", mine["receiver"].where(giving, mine["giver"]))
    told.insert(1, "role", np.where(giving, "giver", "receiver"))
    return told.reset_index(drop=True)


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
