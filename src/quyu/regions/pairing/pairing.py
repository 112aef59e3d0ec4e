"""Mutual assistance: which province could best pass on to which what it is ahead in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.index.draws import Draws
from quyu.regions.pairing.assistance import Assistance
from quyu.regions.pairing.complementarity import drivers, gaps
from quyu.regions.pairing.structure import Structure


@dataclass(frozen=True)
class Pairs:
    """What `pairing` returns. Frames of pairs are receivers × givers.

    table, one row per receiver that some giver is ahead of where it is weak:
      giver            the proposed giver, by the stated method
      complementarity  of the pair, in points of the index;  distance  of the two in structure
      fit              complementarity × damping: what the assignment adds up
      weak             in how many indicators the receiver is weak
      missing          share of the weight of indicators that either of the two lacks
      stability        share of the draws with the same pair
      runner_up, runner_up_share  the other giver that the draws propose most often, which may be
                       more often than the stated method's; "" and 0 if there is none
      none             share of the draws in which the giver left to it is ahead in nothing it is weak in,
                       so that none is proposed
      flagged          share of the complementarity that rests on a score which is not of the year:
                       structural, carried or interpolated, for either of the two
    unpaired              the other receivers, with in how many indicators each is weak
    left_out              receivers and givers of the zones that have no structure
    complementarity, fit  of every possible pair
    shares                share of the draws in which each pair is proposed; with `none` rows sum to 1
    drivers               see `complementarity.drivers`
    n, seed               the draws that stability is told from
    """

    table: pd.DataFrame
    unpaired: pd.Series
    left_out: list[str]
    complementarity: pd.DataFrame
    fit: pd.DataFrame
    shares: pd.DataFrame
    drivers: pd.DataFrame
    choices: Assistance
    year: int
    n: int
    seed: int


def pairing(
    draws: Draws, structure: Structure, choices: Assistance, register: pd.DataFrame
) -> Pairs:
    """Propose one giver for every receiver, with how stable each proposal is over `draws`.

    Every receiver gets one giver, a giver at most `choices.capacity` receivers, so that the summed
    fit is greatest (Kuhn 1955; `scipy.optimize.linear_sum_assignment` on one column per place); a
    receiver that would be left with a giver who is ahead in nothing gets none. Fit is
    complementarity × exp(−damping · d / d̄), with d the distance in `structure` and d̄ its mean over
    the possible pairs. The stated method uses the scores and weights of the card; each of the first
    `choices.replications` draws (all, if there are fewer) its own.

    `register` is indexed by unit and says its `zone`; units without structure are left out. Raises
    ValueError for a zone without a unit, for givers or receivers of whom none has a structure, and,
    with the places needed, for too small a capacity.
    """
    known = structure.distance.index
    wanted = [
        _in_zones(register, draws.units, zones) for zones in (choices.receivers, choices.givers)
    ]
    receivers, givers = ([unit for unit in units if unit in known] for units in wanted)
    _refuse_nobody(receivers, givers)
    _refuse_too_few_places(len(receivers), len(givers), choices.capacity)
    apart = structure.distance.loc[receivers, givers]
    apart = apart.rename_axis(index="receiver", columns="giver")
    damping = np.exp(-choices.damping * apart.to_numpy() / apart.to_numpy().mean())

    card = draws.card
    scores, flags = (table.xs(draws.year, level=1) for table in (card.normalised, card.flags))
    weights = card.weights[scores.columns]
    found = gaps(scores, receivers, givers, below=choices.weak_below)
    complementarity, fit = (
        pd.DataFrame(table, index=apart.index, columns=apart.columns)
        for table in (found.lead @ weights.to_numpy(), found.lead @ weights.to_numpy() * damping)
    )
    own = assign(fit.to_numpy(), choices.capacity)

    drawn = _assigned(draws, receivers, givers, damping, choices)
    shares = (drawn[:, :, None] == np.arange(len(givers))).mean(axis=0)
    weak = found.weak.sum(axis=1)
    here = (np.arange(len(receivers)), own)
    others = shares.copy()
    others[here] = 0.0
    second = others.argmax(axis=1)
    second_share = others[here[0], second]
    named = np.array(givers, dtype=object)
    behind = drivers(found, scores, weights, flags, givers)
    table = pd.DataFrame(
        {
            "giver": named[own],
            "complementarity": complementarity.to_numpy()[here],
            "distance": apart.to_numpy()[here],
            "fit": fit.to_numpy()[here],
            "weak": weak.to_numpy(),
            "missing": (found.unseen @ weights.to_numpy())[here],
            "stability": shares[here],
            "runner_up": np.where(second_share > 0, named[second], ""),
            "runner_up_share": second_share,
            "none": (drawn < 0).mean(axis=0),
            "flagged": _flagged(behind, receivers, named[own]),
        },
        index=apart.index,
    )
    paired = table["fit"] > 0
    return Pairs(
        table=table[paired],
        unpaired=weak[~paired.to_numpy()],
        left_out=[unit for units in wanted for unit in units if unit not in known],
        complementarity=complementarity,
        fit=fit,
        shares=pd.DataFrame(shares, index=apart.index, columns=apart.columns),
        drivers=behind,
        choices=choices,
        year=draws.year,
        n=len(drawn),
        seed=draws.seed,
    )


def assign(fit: np.ndarray, capacity: int) -> np.ndarray:
    """For each row the column that it is assigned to, a column serving at most `capacity` rows.

    The sum of `fit` over the assigned cells is greatest; there must be places enough.

    >>> fit = np.array([[5.0, 4.0], [5.0, 1.0], [5.0, 3.0]])
    >>> assign(fit, 2).tolist()  # two may go first: 4 + 5 + 5, against 5 + 5 + 3 and 5 + 1 + 5
    [1, 0, 0]
    """
    from scipy.optimize import linear_sum_assignment  # slow to import

    _, places = linear_sum_assignment(np.repeat(fit, capacity, axis=1), maximize=True)
    return places // capacity


def _assigned(
    draws: Draws, receivers: list[str], givers: list[str], damping: np.ndarray, choices: Assistance
) -> np.ndarray:
    """Draws × receivers: the position of the giver that each draw proposes, −1 where none."""
    count = min(choices.replications, len(draws.weights))
    found = np.empty((count, len(receivers)), dtype=int)
    for panel, positions in draws.worlds():
        these = positions[positions < count]
        if not len(these):
            continue
        scores = panel.xs(draws.year, level=1)
        lead = gaps(scores, receivers, givers, below=choices.weak_below).lead
        fits = np.einsum("dj,rgj->drg", draws.weights[these].astype(float), lead) * damping
        for position, fit in zip(these, fits, strict=True):
            best = assign(fit, choices.capacity)
            found[position] = np.where(fit[np.arange(len(best)), best] > 0, best, -1)
    return found


def _flagged(behind: pd.DataFrame, receivers: list[str], givers: np.ndarray) -> np.ndarray:
    """For each proposed pair the share of its complementarity that is not of the year."""
    marked = (behind["receiver_flag"] != "") | (behind["giver_flag"] != "")
    parts = behind.assign(flagged=behind["contribution"].where(marked, 0.0))
    sums = parts.groupby(["receiver", "giver"])[["flagged", "contribution"]].sum()
    here = sums.reindex(pd.MultiIndex.from_arrays([receivers, givers]))
    return (here["flagged"] / here["contribution"]).to_numpy()


def _in_zones(register: pd.DataFrame, units: pd.Index, zones: tuple[str, ...]) -> list[str]:
    for zone in zones:
        if zone not in set(register["zone"].reindex(units)):
            raise ValueError(
                f"no unit lies in the zone {zone!r}; the zones are "
                f"{', '.join(sorted(set(register['zone'].reindex(units).dropna())))}."
            )
    return [unit for unit in sorted(units) if register["zone"].get(unit) in zones]


def _refuse_too_few_places(receivers: int, givers: int, capacity: int) -> None:
    if capacity * givers < receivers:
        raise ValueError(
            f"{receivers} receivers need {receivers} places, but {givers} givers with a capacity "
            f"of {capacity} have {capacity * givers}; raise the capacity to "
            f"{math.ceil(receivers / givers)}."
        )


def _refuse_nobody(receivers: list[str], givers: list[str]) -> None:
    for who, units in (("receivers", receivers), ("givers", givers)):
        if not units:
            raise ValueError(f"no structure is known of any of the {who}; it needs their figures.")
