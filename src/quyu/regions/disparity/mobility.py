"""Rank mobility: how much the order of the units changed between two years."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from quyu.regions.disparity.ratio import numbers


@dataclass(frozen=True)
class Mobility:
    """What `rank_mobility` returns.

    spearman    correlation of the ranks of the two years, 1 = same order, −1 = reversed
    kendall     tau-b: share of pairs in the same order minus share in the other, ties apart
    mean_shift  mean number of places moved, up or down
    moved       share of units that are at another place
    ranks       units × (start, end, shift): competition ranks, 1 = largest; shift > 0 = moved up
    """

    spearman: float
    kendall: float
    mean_shift: float
    moved: float
    ranks: pd.DataFrame

    def row(self) -> dict[str, float]:
        """The summary as one row of a table."""
        names = ("spearman", "kendall", "mean_shift", "moved")
        return {name: getattr(self, name) for name in names}


def rank_mobility(start: pd.Series, end: pd.Series) -> Mobility:
    """Compare the order of the same units in two years, of a figure or of a score.

    Ranks need no true zero, so they serve scores as well. They are taken before any rounding, ties
    share the better place, and values that differ by less than 1e-9 are ties, as in the index.
    What moves by a place may not be distinguishable from standing still: see the rank intervals.

    Raises ValueError naming a unit that is missing or without value in one of the years, and for a
    year in which all units are equal, which has no order.
    (Spearman 1904, American Journal of Psychology 15: 72–101; Kendall 1945, Biometrika 33: 239–251.)

    Of three pairs one changed its order: tau = (2 − 1) / 3; 1 − 6 · (1 + 1 + 0) / (3 · 8) = 1/2.

    >>> before, after = pd.Series([3.0, 2, 1], list("abc")), pd.Series([5.0, 6, 4], list("abc"))
    >>> {name: round(value, 4) for name, value in rank_mobility(before, after).row().items()}
    {'spearman': 0.5, 'kendall': 0.3333, 'mean_shift': 0.6667, 'moved': 0.6667}
    """
    from scipy import stats

    first, last = (_ordered(values, when) for values, when in ((start, "start"), (end, "end")))
    odd = first.index.symmetric_difference(last.index)
    if len(odd):
        raise ValueError(f"{odd[0]!r} is in one of the two years only; compare the same units.")
    last = last.loc[first.index]
    ranks = pd.DataFrame({"start": _places(first), "end": _places(last)})
    ranks["shift"] = ranks["start"] - ranks["end"]
    moved = ranks["shift"].abs()
    return Mobility(
        float(first.rank().corr(last.rank())),
        float(stats.kendalltau(first, last).statistic),
        float(moved.mean()),
        float((moved > 0).mean()),
        ranks,
    )


def _ordered(values: pd.Series, when: str) -> pd.Series:
    try:
        found = numbers(values).round(9)
    except ValueError as refusal:
        raise ValueError(f"{when}: {refusal}") from refusal
    if found.nunique() < 2:
        raise ValueError(f"{when}: all units are equal, there is no order to compare.")
    return found


def _places(values: pd.Series) -> pd.Series:
    return values.rank(ascending=False, method="min").astype(int)
