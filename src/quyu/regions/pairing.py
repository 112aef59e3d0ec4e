"""Mutual assistance: which province could best pass on to which what it is ahead in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.draws import Draws
from quyu.index.score import TOLERANCE
from quyu.regions.structure import Assistance, Structure
from quyu.words.nouns import Noun


class Leads(NamedTuple):
    """What `leads` returns; arrays are receivers × givers × indicators.

    lead    by how much the giver is ahead where the receiver is weak; 0 elsewhere
    unseen  whether either of the two lacks the indicator, so that it says nothing
    weak    receivers × indicators: whether the receiver is weak in it
    """

    lead: np.ndarray
    unseen: np.ndarray
    weak: pd.DataFrame


def leads(scores: pd.DataFrame, receivers: list[str], givers: list[str], *, below: float) -> Leads:
    """Where each of the `givers` is ahead of each of the `receivers` in what these are weak in.

    `scores` holds all units × indicators, normalised, more is better, NaN where not observed. A
    receiver is weak in an indicator where it lies below the quantile `below` of all units that have
    it. A missing score has no lead and is marked unseen.

    >>> scores = pd.DataFrame({"x": [9.0, 5.0, 1.0], "y": [4.0, 6.0, 8.0]}, index=["g", "h", "r"])
    >>> leads(scores, ["r"], ["g", "h"], below=0.5).lead.tolist()
    [[[8.0, 0.0], [4.0, 0.0]]]
    """
    weak = scores.loc[receivers] < scores.quantile(below) - TOLERANCE
    apart = scores.loc[givers].to_numpy() - scores.loc[receivers].to_numpy()[:, None]
    ahead = np.fmax(apart, 0.0)  # 0 where the difference is missing
    return Leads(ahead * weak.to_numpy()[:, None, :], np.isnan(apart), weak)


def drivers(
    found: Leads, scores: pd.DataFrame, weights: pd.Series, flags: pd.DataFrame, givers: list[str]
) -> pd.DataFrame:
    """The indicators behind every pair: their contributions sum to the pair's complementarity.

    One row per receiver, giver and indicator with a lead, the greatest first: `contribution`
    (weight × lead), the two scores, and the two flags that say where a score does not rest on a
    figure of the year ("structural", "carried", "interpolated"; "" where it does).
    """
    parts = found.lead * weights[scores.columns].to_numpy()
    places = np.nonzero(parts > 0)
    receiver, giver = found.weak.index[places[0]], pd.Index(givers)[places[1]]

    def at(table: pd.DataFrame, units: pd.Index) -> np.ndarray:
        return table[scores.columns].to_numpy()[table.index.get_indexer(units), places[2]]

    table = pd.DataFrame(
        {
            "receiver": receiver,
            "giver": giver,
            "indicator": scores.columns[places[2]],
            "contribution": parts[places],
            "receiver_score": at(scores, receiver),
            "giver_score": at(scores, giver),
            "receiver_flag": at(flags, receiver),
            "giver_flag": at(flags, giver),
        }
    )
    order = ["receiver", "giver", "contribution"]
    return table.sort_values(order, ascending=[True, True, False], kind="stable", ignore_index=True)


@dataclass(frozen=True, repr=False)
class Pairs(Noun):
    """What `pairing` returns.

    table, one row per receiver that some giver is ahead of where it is weak:
      giver            the proposed giver, by the stated method
      complementarity  of the pair, in points of the index;  distance  of the two in structure
      fit              complementarity × damping: what the assignment adds up
      weak             in how many indicators the receiver is weak
      missing          share of the weight of indicators that either of the two lacks
      stability        share of the draws with the same pair
      runner_up, runner_up_share  the other giver that the draws propose most often, which may be
                       more often than the stated method's; "" and 0 if there is none
      no_giver         share of the draws in which the giver left to it is ahead in nothing it is weak in,
                       so that none is proposed
      flagged          share of the complementarity that rests on a score which is not of the year:
                       structural, carried or interpolated, for either of the two
    unpaired  the other receivers, with in how many indicators each is weak
    left_out  receivers and givers of the zones that have no structure
    shares    receivers × givers: share of the draws in which each pair is proposed; with `no_giver`
              rows sum to 1
    drivers   see `drivers`
    n         the draws that stability is told from
    """

    table: pd.DataFrame
    unpaired: pd.Series
    left_out: list[str]
    shares: pd.DataFrame
    drivers: pd.DataFrame
    year: int
    n: int


def pairing(
    draws: Draws, structure: Structure, choices: Assistance, register: pd.DataFrame
) -> Pairs:
    """Propose one giver for every receiver, with how stable each proposal is over `draws`.

    Every receiver gets one giver, a giver at most `choices.capacity` receivers, so that the summed
    fit is greatest; a receiver that would be left with a giver who is ahead in nothing gets none.
    Fit is complementarity × exp(−damping · d / d̄), with d the distance in `structure` and d̄ its
    mean over the possible pairs. The stated method uses the scores and weights of the card; each of
    the first `choices.replications` draws (all, if there are fewer) its own.

    `register` is indexed by unit and says its `zone`; units without structure are left out. Refused:
    a zone without a unit, givers or receivers of whom none has a structure, and too small a
    capacity, with the one needed.
    """
    known = structure.distance.index
    wanted = [
        _in_zones(register, draws.units, zones) for zones in (choices.receivers, choices.givers)
    ]
    receivers, givers = ([unit for unit in units if unit in known] for units in wanted)
    _refuse_too_few(receivers, givers, choices.capacity)
    apart = structure.distance.loc[receivers, givers]
    apart = apart.rename_axis(index="receiver", columns="giver")
    damping = np.exp(-choices.damping * apart.to_numpy() / apart.to_numpy().mean())

    card = draws.card
    scores, flags = (table.xs(draws.year, level=1) for table in (card.normalised, card.flags))
    weights = card.weights[scores.columns]
    found = leads(scores, receivers, givers, below=choices.weak_below)
    complementarity = found.lead @ weights.to_numpy()
    fit = complementarity * damping
    own = assign(fit, choices.capacity)

    drawn = _assigned(draws, receivers, givers, damping, choices)
    shares = (drawn[:, :, None] == np.arange(len(givers))).mean(axis=0)
    here = (np.arange(len(receivers)), own)
    others = shares.copy()
    others[here] = 0.0
    second, named = others.argmax(axis=1), np.array(givers, dtype=object)
    weak, behind = found.weak.sum(axis=1), drivers(found, scores, weights, flags, givers)
    marked = behind["contribution"].where(
        (behind[["receiver_flag", "giver_flag"]] != "").any(axis=1)
    )
    table = pd.DataFrame(
        {
            "giver": named[own],
            "complementarity": complementarity[here],
            "distance": apart.to_numpy()[here],
            "fit": fit[here],
            "weak": weak.to_numpy(),
            "missing": (found.unseen @ weights.to_numpy())[here],
            "stability": shares[here],
            "runner_up": np.where(others.max(axis=1) > 0, named[second], ""),
            "runner_up_share": others.max(axis=1),
            "no_giver": (drawn < 0).mean(axis=0),
        },
        index=apart.index,
    )
    sums = marked.groupby([behind["receiver"], behind["giver"]]).sum()
    pairs = pd.MultiIndex.from_arrays([table.index, table["giver"]])
    table["flagged"] = sums.reindex(pairs).to_numpy() / table["complementarity"]
    paired = table["fit"] > 0
    return Pairs(
        table=table[paired],
        unpaired=weak[~paired.to_numpy()],
        left_out=[unit for units in wanted for unit in units if unit not in known],
        shares=pd.DataFrame(shares, index=apart.index, columns=apart.columns),
        drivers=behind,
        year=draws.year,
        n=len(drawn),
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
    count, rows = min(choices.replications, len(draws.weights)), np.arange(len(receivers))
    found = np.empty((count, len(receivers)), dtype=int)
    for panel, positions in draws.worlds():
        these = positions[positions < count]
        scores = panel.xs(draws.year, level=1)
        lead = leads(scores, receivers, givers, below=choices.weak_below).lead
        fits = np.einsum("dj,rgj->drg", draws.weights[these].astype(float), lead) * damping
        for position, fit in zip(these, fits, strict=True):
            best = assign(fit, choices.capacity)
            found[position] = np.where(fit[rows, best] > 0, best, -1)
    return found


def _in_zones(register: pd.DataFrame, units: pd.Index, zones: tuple[str, ...]) -> list[str]:
    known = register["zone"].reindex(units).dropna()
    for zone in zones:
        if zone not in set(known):
            there = ", ".join(sorted(set(known)))
            raise ValueError(f"no unit lies in the zone {zone!r}; the zones are {there}.")
    return sorted(known.index[known.isin(zones)])


def _refuse_too_few(receivers: list[str], givers: list[str], capacity: int) -> None:
    for who, units in (("receivers", receivers), ("givers", givers)):
        if not units:
            told = f"no structure is known of any of the {who}; it needs their figures."
            raise Refusal(told, "nobody")
    needed = -(-len(receivers) // len(givers))
    if capacity < needed:
        raise ValueError(
            f"{len(receivers)} receivers need {len(receivers)} places, but {len(givers)} givers "
            f"with a capacity of {capacity} have {capacity * len(givers)}; raise the capacity to "
            f"{needed}."
        )


PERMUTATIONS = 10_000


class Concordance(NamedTuple):
    """What `concordance` returns.

    compared  ties of a receiver for whom a giver is proposed
    both      those of them that are proposed, as (giver, receiver)
    expected  how many would be, if the same givers were dealt out to the receivers by chance
    chance    share of such deals in which at least as many agree
    """

    compared: int
    both: list[tuple[str, str]]
    expected: float
    chance: float


def concordance(proposed: pd.Series, official: pd.DataFrame, *, seed: int = 1) -> Concordance:
    """How many of the official ties are among the proposed pairs, and how many chance would give.

    `proposed` holds the giver of each receiver, by receiver; `official` has giver, receiver, one row
    per tie and scheme: a tie that stands in several counts once. Chance deals out the proposed
    givers, each as often as it was proposed, to the receivers at random: the expectation is exact,
    Σ over ties of (times proposed / receivers), the probability is told from 10,000 deals by `seed`.

    >>> proposed = pd.Series({"r": "g", "s": "h"})
    >>> read = pd.DataFrame({"giver": ["g", "g"], "receiver": ["r", "s"]})
    >>> concordance(proposed, read)
    Concordance(compared=2, both=[('g', 'r')], expected=1.0, chance=1.0)
    """
    ties = official[["giver", "receiver"]].drop_duplicates()
    ties = ties[ties["receiver"].isin(proposed.index)]
    known = pd.Index(proposed).append(pd.Index(ties["giver"])).unique()
    givers = known.get_indexer(proposed)
    tied = np.zeros((len(proposed), len(known)), dtype=bool)
    tied[proposed.index.get_indexer(ties["receiver"]), known.get_indexer(ties["giver"])] = True
    here = np.arange(len(proposed))
    met = tied[here, givers]
    times = np.bincount(givers, minlength=len(known))
    deals = np.random.default_rng(seed).permuted(np.tile(givers, (PERMUTATIONS, 1)), axis=1)
    return Concordance(
        compared=len(ties),
        both=list(zip(proposed[met], proposed.index[met], strict=True)),
        expected=float((tied * times).sum() / len(proposed)),
        chance=float((tied[here, deals].sum(axis=1) >= met.sum()).mean()),
    )


def by_choice(
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
