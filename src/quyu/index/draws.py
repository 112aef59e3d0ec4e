"""Random draws of the method: the same units ranked again under other admissible choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from quyu.index.alternatives import NOISE, Alternatives, Factors, alternatives
from quyu.index.climb import climb, competition_ranks, in_index
from quyu.index.guards import refuse_year
from quyu.index.score import Scorecard
from quyu.words.nouns import Noun

CHUNK = 2**13  # draws worked on at a time
CELLS = 2**17  # draw × row climbed at a time: fits the cache however many draws there are


@dataclass(frozen=True, repr=False)
class Draws(Noun):
    """What `draw` returns; arrays have one row per draw that did not fail.

    options   the admissible combinations, with those excluded and why
    year      the year whose units are ranked, in the order of `units`
    n, seed   as asked for; n = len(number) + len(failures)
    interval  the share of the draws that an interval of ranks holds, the middle ones
    failures  the draws that failed: draw, reason, and the choices made
    number    the number of each draw, from 0, as in `failures`
    method    its row of `options.methods`;  case  its row of `options.cases`
    weights   weight of each indicator in the index (columns of `card.normalised`)
    scores    index score;  ranks  1 = best, ties share the better rank, 0 where there is no score
    standing  share of the other unit-years of the panel that the unit does not fall behind
    """

    options: Alternatives
    year: int
    n: int
    seed: int
    interval: float
    failures: pd.DataFrame
    number: np.ndarray
    method: np.ndarray
    case: np.ndarray
    weights: np.ndarray
    scores: np.ndarray
    ranks: np.ndarray
    standing: np.ndarray

    @property
    def card(self) -> Scorecard:
        """The scorecard that was varied."""
        return self.options.card

    @property
    def ends(self) -> tuple[float, float]:
        """The quantiles at which an interval of ranks begins and ends."""
        return (1 - self.interval) / 2, (1 + self.interval) / 2

    @cached_property
    def units(self) -> pd.Index:
        """The units, in the order of the columns of ranks, scores and standing."""
        rows = self.card.scores.index
        return rows[rows.get_level_values(1) == self.year].get_level_values(0)

    @property
    def choices(self) -> pd.DataFrame:
        """The level of every factor in each draw, indexed by the draw's number."""
        return _choices(self.options, self.method, self.case, self.number)

    def nominal(self) -> pd.Series:
        """The rank of each unit by the stated method; missing where it has no score."""
        return self.card.ranks["index"].xs(self.year, level=1).loc[self.units]

    def worlds(self) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
        """Each normalised panel of the methods, with the draws that rest on it.

        The second is an array of positions in `weights`, `scores` and `ranks`. This is how other
        calculations use the same draws as the index.
        """
        yield from _by(self.options, self.method)


WORLD = ["imputation", "goalposts", "normalisation"]  # what the normalised panel hangs on
JOINING = ["aggregation", "inside"]  # and how nodes are joined


def _by(options: Alternatives, method: np.ndarray, *factors: str) -> Iterator[tuple]:
    """Each normalised panel with the levels of `factors`, and the draws that have them all.

    Where goalposts play no part there is one panel for all of them.
    """
    found: dict[tuple, tuple] = {}
    group = []
    for row in options.methods[[*WORLD, *factors]].itertuples(index=False, name=None):
        panel, levels = options.normalised[row[: len(WORLD)]], row[len(WORLD) :]
        group.append(found.setdefault((id(panel), *levels), (len(found), panel, *levels))[0])
    of_draw = np.array(group)[method]
    for number, *what in found.values():
        yield *what, np.flatnonzero(of_draw == number)


def draw(
    card: Scorecard,
    *,
    n: int = 10_000,
    seed: int = 1,
    interval: float = 0.9,
    year: int | None = None,
    factors: Factors | Alternatives | None = None,
) -> Draws:
    """Rank the units of `card` in `year` n times, each time by choices drawn at random.

    Every level of a factor is equally likely, whatever the others; in half of the draws one
    indicator is left out, where `factors` lets it; the noise on the weights is fresh in every draw.
    `year` is the report year unless given; `interval` is the share of the draws that an interval of
    ranks is to hold. The same seed gives the same draws. A draw that fails is listed with its
    reason, never replaced. What `alternatives` made of the factors does not hang on the year and
    may be given in their place, to be shared.

    Raises ValueError for a year outside the panel, n below 1, alternatives of another card, and
    whatever `alternatives` refuses.
    """
    year = card.framework.report_year if year is None else year
    asked = {"n": n, "seed": seed, "interval": interval, "factors": factors}
    return draw_years(card, (year,), **asked)[year]


def draw_years(
    card: Scorecard,
    years: Sequence[int],
    *,
    n: int = 10_000,
    seed: int = 1,
    interval: float = 0.9,
    factors: Factors | Alternatives | None = None,
) -> dict[int, Draws]:
    """What `draw` gives for each of `years`, in far less time than one by one.

    The choices drawn are the same in every year, and each scores the whole panel. Raises as `draw`.
    """
    for year in years:
        refuse_year(year, card.framework.years)
    if n < 1:
        raise ValueError(f"n is {n}; ask for at least 1 draw.")
    if not 0 < interval < 1:
        raise ValueError(f"interval is {interval}; it is a share of the draws, between 0 and 1.")
    if isinstance(factors, Alternatives):
        options = factors
        if options.card is not card:
            raise ValueError("the alternatives were worked out for another scorecard.")
    else:
        options = alternatives(card, factors or Factors())
    chosen, noisy = np.random.default_rng(seed).spawn(2)
    method = chosen.integers(len(options.methods), size=n).astype(np.int32)
    case = cases_drawn(options, chosen.random(n))

    runs = []
    for start in range(0, n, CHUNK):
        these = slice(start, min(start + CHUNK, n))
        uniform = noisy.random((these.stop - start, len(options.parts)))
        noise = NOISE[options.factors.noise](uniform)
        runs.append(join(options, method[these], case[these], noise, years=years))
    weights = _single([next(iter(run.values())).weights for run in runs])  # of all years the same
    asked = (seed, interval)
    return {
        year: _gathered(options, year, asked, method, case, weights, [run[year] for run in runs])
        for year in years
    }


@dataclass(frozen=True, repr=False)
class Joined(Noun):
    """What comes of a run of draws in one year; one row per draw, one column per unit.

    Fields as of `Draws`, of all draws; reasons name those that failed.
    """

    weights: np.ndarray
    scores: np.ndarray
    ranks: np.ndarray
    standing: np.ndarray
    reasons: dict[int, str]


def join(
    options: Alternatives,
    method: np.ndarray,
    case: np.ndarray,
    noise: np.ndarray,
    *,
    years: Sequence[int],
) -> dict[int, Joined]:
    """Score and rank every unit in each of `years` for each draw, the panel being climbed once.

    A draw is a row of `options.methods`, a row of `options.cases`, and one positive multiplier per
    part (`options.parts`) for its weight.
    """
    card, n = options.card, len(method)
    of_row = card.normalised.index.get_level_values(1)
    rows = {year: np.flatnonzero(of_row == year) for year in years}
    weights, reasons = _weights(options, method, case, noise)
    scores = {year: np.full((n, len(asked)), np.nan) for year, asked in rows.items()}
    standing = {year: table.copy() for year, table in scores.items()}
    step, rules = max(1, CELLS // len(of_row)), cache(options.rules)
    for values, across, inside, draws in _by(options, method, *JOINING):
        for block in (draws[i : i + step] for i in range(0, len(draws), step)):
            found, bad = climb(
                card.framework,
                card.child_weights,
                values,
                weights.iloc[block],
                rules=rules(across, inside),
            )
            reasons = {int(block[place]): told for place, told in bad.items()} | reasons
            pooled = np.round(found["index"], 9)  # as for ranking
            for year, asked in rows.items():
                scores[year][block] = pooled[:, asked]
                standing[year][block] = _standing(pooled, pooled[:, asked])
    leaves = in_index(card.child_weights, weights)[list(card.normalised)].to_numpy()
    found = {}
    for year in years:
        nobody = np.flatnonzero(np.isnan(scores[year]).all(axis=1)).tolist()
        told = dict.fromkeys(nobody, f"no unit has a score in {year}") | reasons
        ranks = competition_ranks(scores[year])
        found[year] = Joined(leaves, scores[year], ranks, standing[year], told)
    return found


def _weights(
    options: Alternatives, method: np.ndarray, case: np.ndarray, noise: np.ndarray
) -> tuple[pd.DataFrame, dict[int, str]]:
    """The weight of each part in its node, summing to 1, and the draws in which all are 0."""
    rules = list(options.weights)
    base = np.array([options.weights[rule] for rule in rules])
    rule = options.methods["weighting"].map(rules.index).to_numpy()[method]
    kept = options.kept[case]
    weights = base[rule] * kept * noise
    reasons = {}
    for node, below in options.card.child_weights.items():
        mine = [options.parts.index(child) for child in below.index]
        total = weights[:, mine].sum(axis=1, keepdims=True)
        nothing = (total[:, 0] == 0) & kept[:, mine].any(axis=1)
        told = f"node {node!r}: the weights of the children that are left sum to 0"
        reasons |= dict.fromkeys(np.flatnonzero(nothing).tolist(), told)
        weights[:, mine] /= np.where(total == 0, 1, total)
    return pd.DataFrame(weights, columns=options.parts), reasons


def _standing(pooled: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """For each of `scores`, a part of `pooled`, the share of the others that are no greater.

    A score is at or above the p-quantile (linear between order statistics) if and only if this is
    at least p, so that one table serves every choice of tiers.
    """
    ordered = np.sort(pooled, axis=1)  # missing ones last
    reached = [np.searchsorted(*row, side="right") for row in zip(ordered, scores, strict=True)]
    others = (~np.isnan(pooled)).sum(axis=1, keepdims=True) - 1
    share = np.where(others > 0, (np.array(reached) - 1) / np.maximum(others, 1), 1.0)
    return np.where(np.isnan(scores), np.nan, share)


def _gathered(
    options: Alternatives,
    year: int,
    asked: tuple[int, float],
    method: np.ndarray,
    case: np.ndarray,
    weights: np.ndarray,
    runs: list[Joined],
) -> Draws:
    """The draws of one year from their chunks, those that failed set apart."""
    n = len(method)
    scores, standing = (
        _single([getattr(run, name) for run in runs]) for name in ("scores", "standing")
    )
    ranks = np.concatenate([run.ranks for run in runs])
    reasons = {
        chunk * CHUNK + place: reason
        for chunk, run in enumerate(runs)
        for place, reason in run.reasons.items()
    }
    failed = np.array(sorted(reasons), dtype=int)
    used = np.setdiff1d(np.arange(n), failed)
    assert len(used) + len(failed) == n
    failures = _choices(options, method[failed], case[failed], failed).reset_index()
    failures.insert(1, "reason", [reasons[number] for number in failed])
    arrays = (method, case, weights, scores, ranks, standing)
    if len(failed):
        arrays = tuple(array[used] for array in arrays)
    return Draws(options, year, n, *asked, failures, used, *arrays)


def _single(chunks: list[np.ndarray]) -> np.ndarray:
    """In single precision, half the memory: ranks have been taken."""
    return np.concatenate([chunk.astype(np.float32) for chunk in chunks])


def cases_drawn(options: Alternatives, number: np.ndarray) -> np.ndarray:
    """The row of `options.cases` for one number from [0, 1) per draw.

    Below ½ nothing is left out, above it one indicator, each as likely.
    """
    whole = options.cases.index[options.cases["left_out"] == ""]
    less = options.cases.index[options.cases["left_out"] != ""].to_numpy()
    if not len(less):
        return np.full(len(number), whole[0], dtype=np.int32)
    place = (np.clip(2 * number - 1, 0, None) * len(less)).astype(int)
    return np.where(number < 0.5, whole[0], less[place]).astype(np.int32)


def _choices(
    options: Alternatives, method: np.ndarray, case: np.ndarray, number: np.ndarray
) -> pd.DataFrame:
    chosen = options.methods.iloc[method].reset_index(drop=True)
    what = options.cases.iloc[case].reset_index(drop=True)
    return chosen.join(what).set_index(pd.Index(number, name="draw"))
