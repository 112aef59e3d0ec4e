"""質量分級: the tier of each unit by bands of its score, with the probability that it belongs there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quyu.index.draws import Draws

SURE = 0.9  # below it the tier is called uncertain


def tiers(
    draws: Draws, *, breaks: Sequence[float] | None = None, names: Sequence[str] | None = None
) -> pd.DataFrame:
    """For each unit: tier, probability, uncertain, then one column of probabilities per tier.

    `breaks` are scores in rising order, a score equal to a break belonging above it; without them
    the stored quintiles of the panel are used. `names` are the tiers from the best down, by default
    1, 2, … A tier is uncertain if fewer than 90 % of the draws agree with it.

    A draw by another method has another scale, so each break is carried over as the share of the
    unit-years of the panel below it: in every draw the tiers are cut from that draw's own panel at
    the same shares. Probabilities are among the draws in which the unit has a score and sum to 1; a
    unit without nominal score has no tier.

    Raises ValueError for breaks that fall and for another number of names than tiers.
    """
    cuts = np.asarray(draws.card.state.tiers["index"] if breaks is None else breaks, dtype=float)
    labels = list(range(1, len(cuts) + 2) if names is None else names)
    _refuse_bad_bands(cuts, labels)

    panel = np.sort(draws.card.scores["index"].dropna().round(9))
    below = np.searchsorted(panel, np.round(cuts, 9))
    shares = (below - 0.5) / max(len(panel) - 1, 1)  # between the last one below and the next

    ranked = ~np.isnan(draws.standing)
    passed = sum((draws.standing >= share).astype(np.int16) for share in shares)
    place = len(cuts) - passed  # 0 is the best
    counts = np.array([((place == tier) & ranked).sum(axis=0) for tier in range(len(labels))])
    total = ranked.sum(axis=0)
    probability = np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)
    table = pd.DataFrame(probability.T, index=draws.units, columns=labels)

    score = draws.card.scores["index"].xs(draws.year, level=1).loc[draws.units]
    nominal = tier_of(score, breaks=cuts, names=labels)
    sure = [table.at[u, t] if pd.notna(t) else np.nan for u, t in nominal.items()]
    table.insert(0, "tier", nominal)
    table.insert(1, "probability", sure)
    table.insert(2, "uncertain", table["probability"] < SURE)
    return table


def tier_of(
    scores: pd.Series, *, breaks: Sequence[float], names: Sequence[object] | None = None
) -> pd.Series:
    """The tier of each score; missing where the score is.

    >>> tier_of(pd.Series({"a": 80.0, "b": 74.9, "c": None}), breaks=[75, 80]).tolist()
    [1, 3, nan]
    """
    cuts = np.asarray(breaks, dtype=float)
    labels = list(range(1, len(cuts) + 2) if names is None else names)
    _refuse_bad_bands(cuts, labels)
    place = len(cuts) - np.searchsorted(np.round(cuts, 9), scores.round(9), side="right")
    found = [labels[p] if pd.notna(s) else np.nan for p, s in zip(place, scores, strict=True)]
    return pd.Series(found, index=scores.index, name="tier", dtype=object)


def _refuse_bad_bands(cuts: np.ndarray, labels: Sequence[object]) -> None:
    if len(cuts) == 0 or not np.isfinite(cuts).all() or (np.diff(cuts) < 0).any():
        raise ValueError(f"tier breaks must be numbers that do not fall; they are {cuts.tolist()}.")
    if len(labels) != len(cuts) + 1 or len(set(labels)) < len(labels):
        raise ValueError(
            f"{len(cuts)} breaks make {len(cuts) + 1} tiers, each with a name of its own, best "
            f"first; the names are {list(labels)}."
        )
