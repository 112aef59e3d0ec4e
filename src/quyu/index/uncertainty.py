"""質量分級: the tier of each unit by bands of its score, with the probability that it belongs there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quyu.index.draws import Draws
from quyu.index.score import Scorecard


def tiers(
    draws: Draws,
    *,
    breaks: Sequence[float] | None = None,
    names: Sequence[str] | None = None,
    borderline: float = 0.6,
) -> pd.DataFrame:
    """The tier that most draws give each unit, and how sure that is.

    tier, probability   the tier with the greatest share of the draws (of equals the better), and
                        that share;  second  the tier next to it in share, where any draw gives one
    borderline          whether the share is below `borderline`: then both are to be named
    nominal_tier, nominal_probability   the tier by the stated method, and its share

    then one column of probabilities per tier. `breaks` are scores in rising order, a score equal to
    a break belonging above it; without them the stored quintiles of the panel are used. `names` are
    the tiers from the best down, by default 1, 2, …

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
    scored = table[nominal.notna() & (total > 0)]
    order = np.argsort(-scored.to_numpy(), axis=1, kind="stable")
    shares_ = np.take_along_axis(scored.to_numpy(), order, axis=1)
    named = np.array(labels, dtype=object)
    own = [scored.at[unit, nominal[unit]] for unit in scored.index]
    found = pd.DataFrame(
        {
            "tier": named[order[:, 0]],
            "probability": shares_[:, 0],
            "second": np.where(shares_[:, 1] > 0, named[order[:, 1]], np.nan),
            "borderline": shares_[:, 0] < borderline,
            "nominal_tier": nominal[scored.index],
            "nominal_probability": own,
        },
        index=scored.index,
    ).reindex(table.index)
    return found.assign(borderline=found["borderline"].eq(True)).join(table)


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


SURE = 0.95  # from here on one unit is said to outrank another


def uncertainty(draws: Draws) -> pd.DataFrame:
    """What the draws say of the rank of each unit, one row each.

    nominal   rank by the stated method: the headline; missing where the unit has no score
    median, low, high  of its rank over the draws in which it has one; low–high holds `draws.interval`
    shift     mean rank less nominal: above 0, other methods place it lower
    outside   whether the nominal rank lies outside low–high; see `by_level` for what moves it
    group     units that cannot be told apart share a number, 1 the best
    """
    stated = draws.nominal()
    first, last = draws.ends
    low, median, high = (rank_quantile(draws.ranks, share) for share in (first, 0.5, last))
    ranks = pd.DataFrame(
        {"nominal": stated, "median": median, "low": low, "high": high}, index=draws.units
    )
    ranks["shift"] = _mean_rank(draws, np.ones(len(draws.ranks), dtype=bool)) - stated
    ranks["outside"] = (stated < low) | (stated > high)
    return ranks.assign(group=groups(draws))


def probability_top(draws: Draws, k: int) -> pd.Series:
    """The share of the draws in which a unit ranks among the first k, of those that rank it."""
    top = ((draws.ranks > 0) & (draws.ranks <= k)).sum(axis=0)
    return pd.Series(_share(top, (draws.ranks > 0).sum(axis=0)), index=draws.units, name=f"top {k}")


def rank_shares(draws: Draws) -> pd.DataFrame:
    """The share of the draws in which a unit has each rank, of those that rank it: units × ranks."""
    places = range(1, draws.ranks.shape[1] + 1)
    ranked = (draws.ranks > 0).sum(axis=0)
    shares = [_share((draws.ranks == place).sum(axis=0), ranked) for place in places]
    return pd.DataFrame(np.transpose(shares), index=draws.units, columns=places)


def dominance(draws: Draws) -> pd.DataFrame:
    """P(row outranks column): the share of the draws that rank both in which the row is ahead.

    With ties counted for neither, P(i ahead of k) + P(k ahead of i) + P(tie) = 1.
    """
    by_unit = np.ascontiguousarray(draws.ranks.T)
    table = np.array([_ahead(by_unit, leader) for leader in range(len(by_unit))])
    np.fill_diagonal(table, np.nan)
    return pd.DataFrame(table, index=draws.units, columns=draws.units)


def apart(draws: Draws, unit: str) -> pd.Series:
    """Whether the order of one unit and each other is sure: either outranks the other in 95 % of draws."""
    by_unit = np.ascontiguousarray(draws.ranks.T)
    own = draws.units.get_loc(unit)
    mine, both = by_unit[own], (by_unit > 0) & (by_unit[own] > 0)
    behind = _share(((by_unit < mine) & both).sum(axis=1), both.sum(axis=1))
    return pd.Series((_ahead(by_unit, own) >= SURE) | (behind >= SURE), draws.units)


def groups(draws: Draws) -> pd.Series:
    """Units that cannot be told apart, numbered from the best; missing without a nominal rank.

    From the top of the nominal ranking down, a unit joins the group above it until the group's
    first outranks it in at least 95 % of the draws: then it opens a group of its own.
    """
    by_unit = np.ascontiguousarray(draws.ranks.T)
    order = draws.nominal().reset_index(drop=True).dropna().sort_values(kind="stable").index
    number, ahead = 0, np.empty(0)
    found = np.full(len(by_unit), np.nan)
    for unit in order:
        if number == 0 or ahead[unit] >= SURE:
            number, ahead = number + 1, _ahead(by_unit, unit)
        found[unit] = number
    return pd.Series(found, index=draws.units, name="group")


def over(draws: Draws, grouping: pd.Series) -> pd.DataFrame:
    """The mean rank of each group of units: units, nominal, median, low–high (`draws.interval`).

    `grouping` names the group of each unit; units without one are left out. Within a draw the mean
    is over the units that it ranks.
    """
    label = grouping.reindex(draws.units)
    stated = draws.nominal()
    rows = {}
    for name in label.dropna().unique():
        members = (label == name).to_numpy(dtype=bool, na_value=False)
        inside = draws.ranks[:, members].astype(float)
        means = _share(inside.sum(axis=1), (inside > 0).sum(axis=1))
        quantiles = np.nanquantile(means, [0.5, *draws.ends])
        rows[name] = (members.sum(), stated[members].mean(), *quantiles)
    columns = ["units", "nominal", "median", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype({"units": int})


def by_level(draws: Draws) -> pd.DataFrame:
    """The mean rank of each unit (columns) among the draws with each level of each factor."""
    choices = draws.choices.astype({"goalposts": str})
    rows = {
        (factor, level): _mean_rank(draws, (column == level).to_numpy())
        for factor, column in choices.items()
        for level in column.unique()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=draws.units).set_axis(
        pd.MultiIndex.from_tuples(rows, names=["factor", "level"])
    )


def why_no_score(card: Scorecard, unit: object, year: int) -> str:
    """In words, what a unit without an index score lacks."""
    weights = card.child_weights["index"]
    row = card.parts.loc[(unit, year), weights.index]
    missing = ", ".join(row.index[row.isna()])
    return (
        f"no score in {year}: {weights[row.notna()].sum():.0%} of the weight of the index is "
        f"observed, {card.framework.missing.node_coverage:.0%} is needed; without score: {missing}"
    )


def rank_quantile(ranks: np.ndarray, share: float) -> np.ndarray:
    """The least rank that at least this share of a unit's draws do not exceed."""
    ordered = np.sort(ranks, axis=0)  # draws without a score, 0, come first
    count = (ranks > 0).sum(axis=0)
    place = len(ranks) - count + np.ceil(share * count - 1e-9).astype(int) - 1
    found = np.take_along_axis(ordered, np.minimum(place, len(ranks) - 1)[None], axis=0)[0]
    return np.where(count > 0, found, np.nan)


def _mean_rank(draws: Draws, among: np.ndarray) -> np.ndarray:
    ranks = draws.ranks[among]
    return _share(ranks.sum(axis=0, dtype=float), (ranks > 0).sum(axis=0))


def _ahead(by_unit: np.ndarray, leader: int) -> np.ndarray:
    """How often one unit outranks each other, as a share of the draws that rank both."""
    mine = by_unit[leader]
    both = (by_unit > 0) & (mine > 0)
    return _share(((mine < by_unit) & both).sum(axis=1), both.sum(axis=1))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
