"""Mutual assistance: which province could best pass on to which what it is ahead in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.draws import Draws
from quyu.index.score import TOLERANCE
from quyu.regions.structure import Assistance, Structure


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
            told = f"no structure is known of any of the {who}; it needs their figures."
            raise Refusal(told, "nobody")


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


def varied(
    draws: Draws, structure: Structure, choices: Assistance, register: pd.DataFrame
) -> pd.DataFrame:
    """The giver of every receiver by the stated choices, and with each of `choices.varied`.

    Receivers × (choice, value), by the stated method of the card, "" where no giver is proposed; the
    first column, ("stated", ""), is what `pairing` proposes. Refused is what `pairing` refuses.
    """
    once = choices.model_copy(update={"replications": 1})  # stability is not asked for here
    ways = {("stated", ""): once} | {
        (choice, str(value)): once.model_copy(update={choice: value})
        for choice, values in choices.varied.items()
        for value in values
    }
    found = {way: pairing(draws, structure, made, register) for way, made in ways.items()}
    givers = {
        way: pairs.table["giver"].reindex(pairs.shares.index, fill_value="")
        for way, pairs in found.items()
    }
    return pd.concat(givers, axis="columns", names=["choice", "value"])
