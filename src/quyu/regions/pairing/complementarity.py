"""Complementarity: what a giver is ahead in, where the receiver is weak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.index.score import TOLERANCE


@dataclass(frozen=True)
class Gaps:
    """What `gaps` returns; arrays are receivers × givers × indicators.

    lead    by how much the giver is ahead where the receiver is weak; 0 elsewhere
    unseen  whether either of the two lacks the indicator, so that it says nothing
    weak    receivers × indicators: whether the receiver is weak in it
    """

    lead: np.ndarray
    unseen: np.ndarray
    weak: pd.DataFrame


def gaps(scores: pd.DataFrame, receivers: list[str], givers: list[str], *, below: float) -> Gaps:
    """Where each of the `givers` is ahead of each of the `receivers` in what these are weak in.

    `scores` holds all units × indicators, normalised, more is better, NaN where not observed. A
    receiver is weak in an indicator where it lies below the quantile `below` of all units that have
    it. A missing score has no lead and is marked unseen.

    >>> scores = pd.DataFrame({"x": [9.0, 5.0, 1.0], "y": [4.0, 6.0, 8.0]}, index=["g", "h", "r"])
    >>> gaps(scores, ["r"], ["g", "h"], below=0.5).lead.tolist()
    [[[8.0, 0.0], [4.0, 0.0]]]
    """
    weak = scores.loc[receivers] < scores.quantile(below) - TOLERANCE
    mine = scores.loc[receivers].to_numpy(dtype=float)[:, None, :]
    theirs = scores.loc[givers].to_numpy(dtype=float)[None, :, :]
    ahead = np.fmax(theirs - mine, 0.0)  # 0 where the difference is missing
    return Gaps(ahead * weak.to_numpy()[:, None, :], np.isnan(theirs - mine), weak)


def drivers(
    found: Gaps, scores: pd.DataFrame, weights: pd.Series, flags: pd.DataFrame, givers: list[str]
) -> pd.DataFrame:
    """The indicators behind every pair: their contributions sum to the pair's complementarity.

    One row per receiver, giver and indicator with a lead, the greatest first: `contribution`
    (weight × lead), the two scores, and the two flags that say where a score does not rest on a
    figure of the year ("structural", "carried", "interpolated"; "" where it does).
    """
    parts = found.lead * weights[scores.columns].to_numpy()
    receivers = found.weak.index
    where = np.argwhere(parts > 0)
    receiver, giver = receivers[where[:, 0]], pd.Index(givers)[where[:, 1]]
    rows, columns = (
        (scores.index.get_indexer(receiver), scores.index.get_indexer(giver)),
        where[:, 2],
    )
    values, marks = scores.to_numpy(dtype=float), flags[scores.columns].loc[scores.index].to_numpy()
    table = pd.DataFrame(
        {
            "receiver": receiver,
            "giver": giver,
            "indicator": scores.columns[columns],
            "contribution": parts[tuple(where.T)],
            "receiver_score": values[rows[0], columns],
            "giver_score": values[rows[1], columns],
            "receiver_flag": marks[rows[0], columns],
            "giver_flag": marks[rows[1], columns],
        }
    )
    order = ["receiver", "giver", "contribution"]
    return table.sort_values(order, ascending=[True, True, False], kind="stable", ignore_index=True)
