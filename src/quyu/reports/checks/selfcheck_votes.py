"""The Handbook's voting rules, computed again from who beats whom.

One table of duels, as `outranking` gives it, holds them all: Borda's count is its row sum, Condorcet
orders by duels won (Copeland), and the order of Condorcet, Kemeny, Young and Levenglick has the
greatest sum of the duels it agrees with.
"""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pandas as pd

from quyu.index.aggregate import copeland
from quyu.index.outrank import outranking
from quyu.index.weigh import equal
from quyu.reports.checks.selfcheck import Check, Read, told
from quyu.reports.checks.selfcheck_handbook import HANDBOOK
from quyu.words import Words, words


def voting(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Tables 25 to 34: Borda, the outranking matrix, Condorcet, CKYL, Borda's dependence on losers."""
    profiles, printed = read("handbook_votes"), read("handbook_votes_expected")
    votes = {number: profiles.loc[number] for number in profiles.index.unique()}
    checks = []
    for number, said in printed.groupby(level=0):
        won = duels(votes[number])
        shorter = votes[number].assign(order=votes[number]["order"].str.replace("d", ""))
        found = {
            "borda": won.sum(axis=1),
            "borda_without_d": duels(shorter).sum(axis=1),
            "outranking": _pairs(won),
            "ckyl": _agreement(won),
            "condorcet_order": _points(votes[number]).pipe(copeland, _voters(votes[number])),
            "ckyl_order": _places(_agreement(won).idxmax()),
        }
        for measure, rows in said.groupby("measure", sort=False):
            want = rows.set_index("key")["value"]
            got = found[measure]
            if measure.endswith("_order"):
                want = _places(want.index[0])
                got = got.rank(ascending=measure == "ckyl_order")
            checks.append(
                told(
                    say,
                    HANDBOOK,
                    measure,
                    got,
                    want,
                    tolerance=0,
                    reason="same_votes",
                    table=number,
                )
            )
    return checks


def outranked(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Table 36 from Table 35: on how much of the weight each of five countries beats each other."""
    impact, printed = read("tai_impact"), read("tai_outranking")
    share = outranking(impact.to_numpy(dtype=float), equal(impact).to_numpy())
    np.fill_diagonal(share, 0)  # as printed
    found = pd.DataFrame(share, impact.index, impact.index)
    reason = "same_weight"
    return [told(say, HANDBOOK, "table_36", found, printed, tolerance=0, reason=reason)]


def duels(votes: pd.DataFrame) -> pd.DataFrame:
    """How many voters place the row's candidate before the column's; 0 on the diagonal.

    `votes` has one row per camp: voters, and the order in which they rank, as in "cab".

    >>> duels(pd.DataFrame({"voters": [2, 1], "order": ["ab", "ba"]})).round(9).to_numpy().tolist()
    [[0.0, 2.0], [1.0, 0.0]]
    """
    points, voters = _points(votes), _voters(votes)
    won = voters.sum() * outranking(points.to_numpy(), voters.to_numpy())
    np.fill_diagonal(won, 0)
    return pd.DataFrame(won, points.index, points.index)


def _points(votes: pd.DataFrame) -> pd.DataFrame:
    """Candidates × camps: the higher, the better the place."""
    camps = [
        pd.Series({c: -float(place) for place, c in enumerate(order)}) for order in votes["order"]
    ]
    return pd.concat(camps, axis=1).sort_index()


def _voters(votes: pd.DataFrame) -> pd.Series:
    return votes["voters"].reset_index(drop=True).astype(float)


def _pairs(won: pd.DataFrame) -> pd.Series:
    return pd.Series({a + b: won.at[a, b] for a, b in permutations(won.index, 2)})


def _agreement(won: pd.DataFrame) -> pd.Series:
    """For each order of the candidates, the votes of all duels that come out as in it."""
    orders = permutations(won.index)
    return pd.Series(
        {"".join(order): sum(won.at[a, b] for a, b in combinations(order, 2)) for order in orders}
    )


def _places(order: str) -> pd.Series:
    return pd.Series({candidate: float(place) for place, candidate in enumerate(order, start=1)})
