"""Sobol indices for many outputs of one Saltelli design at once."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.index.alternatives import NOISE, Alternatives, Factors, alternatives
from quyu.index.climb import climb, competition_ranks, weights_of
from quyu.index.draws import cases_drawn, join
from quyu.index.guards import refuse_year
from quyu.index.score import Scorecard
from quyu.words.nouns import Noun

CONFIDENCE = 0.95


def sobol_indices(
    outputs: np.ndarray, *, factors: int, resamples: int = 100, seed: int = 1
) -> dict[str, np.ndarray]:
    """S1, ST and half the width of their 95 % intervals, each factors × outputs.

    `outputs` has one row per run of a Saltelli design without second order, N × (factors + 2) runs
    in the order of `SALib.sample.sobol` (A, A with each column from B in turn, B), and one column
    per output. First order after Saltelli et al. (2010), total order after Jansen (1999), intervals
    from `resamples` bootstrap samples: the numbers of `SALib.analyze.sobol`, for all outputs
    together. An output that never varies has no variance to apportion: its indices are missing.

    The function x₁ + 2 x₂ of two independent uniform numbers: shares 1/5 and 4/5.

    >>> from SALib.sample import sobol
    >>> problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1], [0, 1]]}
    >>> x = sobol.sample(problem, 1024, calc_second_order=False, seed=1)
    >>> found = sobol_indices((x[:, 0] + 2 * x[:, 1])[:, None], factors=2)
    >>> found["S1"].round(2).ravel().tolist(), found["ST"].round(2).ravel().tolist()
    ([0.2, 0.8], [0.2, 0.8])
    """
    size, rest = divmod(len(outputs), factors + 2)
    if rest or size < 2:
        raise ValueError(
            f"{len(outputs)} runs are no Saltelli design of {factors} factors; it has "
            f"N × {factors + 2}."
        )
    deviation = outputs.std(axis=0)
    deviation = np.where(deviation > 1e-12, deviation, np.nan)
    runs = ((outputs - outputs.mean(axis=0)) / deviation).reshape(size, factors + 2, -1)
    first, total = _orders(runs)
    # the same resamples as SALib draws for this seed
    picks = np.random.default_rng(seed).integers(size, size=(size, resamples))
    again = [_orders(runs[pick]) for pick in picks.T]
    from scipy.special import ndtri  # SciPy is slow to import, and only this needs it

    width = ndtri(0.5 + CONFIDENCE / 2)
    return {
        "S1": first,
        "S1_conf": width * np.std([one for one, _ in again], axis=0, ddof=1),
        "ST": total,
        "ST_conf": width * np.std([all_ for _, all_ in again], axis=0, ddof=1),
    }


def _orders(runs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, mixed, b = runs[:, :1], runs[:, 1:-1], runs[:, -1:]
    variance = np.concatenate([a, b]).var(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (b * (mixed - a)).mean(axis=0) / variance
        total = 0.5 * ((a - mixed) ** 2).mean(axis=0) / variance
    return first, total


def one_out(
    card: Scorecard, year: int | None = None, *, parts: Sequence[str] | None = None
) -> pd.DataFrame:
    """How far each unit falls in `year` without each part, all else as stated: a column each.

    `parts` are indicators or nodes, every indicator unless given. The siblings of a part take its
    weight in proportion. One that is alone in its node cannot be left out, and has no column: that
    would be another index, with a goal less.
    """
    year = card.framework.report_year if year is None else year
    wanted = list(card.normalised) if parts is None else list(parts)
    siblings = {part: len(below) for below in card.child_weights.values() for part in below.index}
    wanted = [part for part in wanted if siblings[part] > 1]
    ranks = competition_ranks(np.round(scores_without(card, wanted, year)["index"], 9))
    own = card.ranks["index"].xs(year, level=1)
    shifts = np.where(ranks == 0, np.nan, ranks) - own.to_numpy()
    return pd.DataFrame(shifts.T, index=own.index, columns=wanted)


def scores_without(card: Scorecard, parts: Sequence[str], year: int) -> dict[str, np.ndarray]:
    """The score of every node in `year` without each of `parts`: node → parts × units.

    Raises ValueError for a year outside the panel.
    """
    refuse_year(year, card.framework.years)
    weights = pd.concat([weights_of(card.child_weights)] * max(len(parts), 1), ignore_index=True)
    for place, part in enumerate(parts):
        weights.loc[place, part] = 0.0
    here = card.normalised.xs(year, level=1, drop_level=False)
    return climb(card.framework, card.child_weights, here, weights)[0]


@dataclass(frozen=True, repr=False)
class Sensitivity(Noun):
    """What `sensitivity` returns.

    mean_shift  factor → S1, S1_conf, ST, ST_conf for the mean |rank − nominal rank| of a run
    units       (unit, factor) → the same for the rank of each unit
    groups      (group, factor) → the same for the mean rank of each group
    unexplained unit or group → why it has no indices
    runs, seed  runs = n × (factors + 2)
    """

    mean_shift: pd.DataFrame
    units: pd.DataFrame
    groups: pd.DataFrame
    unexplained: pd.Series
    runs: int
    seed: int


def sensitivity(
    card: Scorecard,
    *,
    n: int = 4096,
    seed: int = 1,
    year: int | None = None,
    factors: Factors | None = None,
    grouping: pd.Series | None = None,
) -> Sensitivity:
    """Apportion the variance of the ranks of `year` to the factors that were varied.

    One Saltelli design of n × (factors + 2) runs serves every output; n must be a power of 2.
    S1 is what a factor explains on its own, ST what it explains with all its interactions; `_conf`
    is half the width of a 95 % bootstrap interval. What is sampled is what `draw` draws from: all
    levels of a factor equally likely, factors independent. `left_out` counts as one factor, and so
    does the noise on the weights, a fresh set of multipliers for each value of its number.
    `grouping` names the group of each unit. (Saltelli et al. 2008, Global Sensitivity Analysis,
    ch. 4.)

    Raises ValueError for n that is no power of 2, fewer than 2 factors that vary, and for a run
    that fails.
    """
    if n < 2 or n & (n - 1):
        raise ValueError(f"n is {n}; a Sobol sequence is balanced for powers of 2, such as 4096.")
    year = card.framework.report_year if year is None else year
    refuse_year(year, card.framework.years)
    options = alternatives(card, factors or Factors())
    names = _varying(options)
    if len(names) < 2:
        raise ValueError(f"sensitivity needs 2 factors that vary; only {names} does.")
    design = _design(names, n, seed)
    numbers = {name: design[:, place] for place, name in enumerate(names)}
    nothing = np.zeros(len(design))
    method = _methods(options, numbers, nothing)
    case = cases_drawn(options, numbers.get("left_out", nothing))
    noise = _noise(options, numbers.get("noise", nothing), seed)
    found = join(options, method, case, noise, years=(year,))[year]
    if found.reasons:
        run, reason = next(iter(found.reasons.items()))
        left = options.cases.at[case[run], "left_out"] or "nothing"
        raise ValueError(
            f"{len(found.reasons)} of {len(design)} runs fail; run {run}, without {left}: {reason}. "
            f"Take that level out of the factors."
        )

    in_year = card.ranks["index"].xs(year, level=1)
    ranks = pd.DataFrame(np.where(found.ranks == 0, np.nan, found.ranks), columns=in_year.index)
    shift = (ranks - in_year).abs().mean(axis=1).to_frame("mean_shift")
    labels = (grouping if grouping is not None else pd.Series(dtype=object)).reindex(in_year.index)
    means = pd.DataFrame(
        {g: ranks.loc[:, labels == g].mean(axis=1) for g in labels.dropna().unique()}
    )
    tables = [_table(part, names, seed) for part in (shift, ranks, means)]
    outputs = ranks.join(means)
    why = {
        name: "not scored in every run" if column.isna().any() else "the same in every run"
        for name, column in outputs.items()
        if column.isna().any() or column.max() - column.min() <= 1e-12
    }
    return Sensitivity(
        mean_shift=tables[0].droplevel(0),
        units=tables[1],
        groups=tables[2],
        unexplained=pd.Series(why, dtype=object),
        runs=len(design),
        seed=seed,
    )


def _varying(options: Alternatives) -> list[str]:
    names = [name for name, column in options.methods.items() if column.nunique() > 1]
    names += ["noise"] if options.factors.noise != "none" else []
    return names + [name for name, column in options.cases.items() if column.nunique() > 1]


def _design(names: list[str], n: int, seed: int) -> np.ndarray:
    from SALib.sample import sobol  # slow to import, and only this needs it

    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    return sobol.sample(problem, n, calc_second_order=False, seed=seed)


def _methods(
    options: Alternatives, numbers: dict[str, np.ndarray], nothing: np.ndarray
) -> np.ndarray:
    """The row of `options.methods`, which has every combination, for each run."""
    counts = options.methods.nunique()
    places = [
        np.minimum((numbers.get(name, nothing) * count).astype(int), count - 1)
        for name, count in counts.items()
    ]
    return np.ravel_multi_index(places, counts.to_list())


def _noise(options: Alternatives, numbers: np.ndarray, seed: int) -> np.ndarray:
    distinct, place = np.unique(numbers, return_inverse=True)
    uniform = np.random.default_rng(seed).random((len(distinct), len(options.parts)))
    return NOISE[options.factors.noise](uniform)[place]


def _table(outputs: pd.DataFrame, names: list[str], seed: int) -> pd.DataFrame:
    columns = ["S1", "S1_conf", "ST", "ST_conf"]
    rows = pd.MultiIndex.from_product([outputs.columns, names], names=[None, "factor"])
    if outputs.empty:
        return pd.DataFrame(columns=columns, index=rows, dtype=float)
    with warnings.catch_warnings():  # a missing output has no indices, as `unexplained` tells
        warnings.simplefilter("ignore", RuntimeWarning)
        found = sobol_indices(outputs.to_numpy(dtype=float), factors=len(names), seed=seed)
    return pd.DataFrame({key: found[key].T.ravel() for key in columns}, index=rows)
