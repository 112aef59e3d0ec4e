"""What a reviewer asks of an index: what its weights amount to, and how far its gaps and errors reach."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from quyu.index.aggregate import MEAN
from quyu.index.climb import climb, competition_ranks, weights_of
from quyu.index.formula import names_in
from quyu.index.framework import Framework
from quyu.index.guards import refuse_where, refuse_year, weight_shares
from quyu.index.multivariate import correlation_matrix, of_full_rank
from quyu.index.score import Scorecard, score
from quyu.index.sensitivity import scores_without
from quyu.index.uncertainty import rank_quantile

FEW = 5  # a smooth curve needs so many distinct values; with fewer, each has a mean of its own


def correlation_ratio(x: pd.Series, y: pd.Series) -> float:
    """η² = Var(E[y | x]) / Var(y): what of y's variance goes with x, not taken to be linear.

    E[y | x] is a smoothing spline, its smoothness by generalised cross-validation; where x takes
    fewer than 5 values, the mean of y at each. Over the rows that both have. (Pearson 1905; Becker,
    Saisana, Paruolo & Vandecasteele 2017, Ecological Indicators 80: 12–22.)

    >>> x = pd.Series([-2.0, -1, 0, 1, 2])
    >>> round(correlation_ratio(x, 3 * x), 9)
    1.0
    >>> two = pd.Series([0.0, 0.0, 1.0, 1.0])
    >>> correlation_ratio(two, pd.Series([0.0, 2.0, 2.0, 4.0]))  # means 1 and 3, all from 0 to 4
    0.5
    """
    both = pd.DataFrame({"x": x, "y": y}).dropna()
    if both["x"].nunique() < 2 or both["y"].nunique() < 2:
        return np.nan
    at = ((both["x"] - both["x"].mean()) / both["x"].std()).round(9)
    means = both["y"].groupby(at).agg(["mean", "size"])
    expected = means["mean"]
    if len(means) >= FEW:
        from scipy.interpolate import make_smoothing_spline  # slow to import

        curve = make_smoothing_spline(means.index, expected, w=means["size"])
        expected = pd.Series(curve(means.index), index=means.index)
    return float(min(expected[at].var() / both["y"].var(), 1.0))


def influence(scores: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """What the weights of a mean amount to, and those by which each child would have its due.

    `scores` are the children of Σ w I, their logarithms if the mean is geometric; `weights` what
    each is to count. Over the n rows in which all are observed, one row a child:

    weight      its share of the weights
    eta2        the correlation ratio of Σ w I on it, see `correlation_ratio`
    r2          the same if linear: the squared correlation with Σ w I
    influence   its share of the sum of r2: what the weight amounts to
    equalising  the weights, none negative, by which the correlations with Σ w I come nearest (by
                the angle) to the square roots of `weight`
    equalised   the influence that they give; where it is not `weight`, there are no such weights

    The correlations are in proportion to Rv, v the weights times the deviations, R the correlations
    of the children: without signs R⁻¹√weight solves it, with them it is a problem of non-negative
    least squares, whose optimum is one and is checked. (Becker, Saisana, Paruolo & Vandecasteele
    2017, Ecological Indicators 80: 12–22, who minimise numerically.) Raises ValueError for what
    `correlation_matrix` and `shares` refuse, and for children that are combinations of each other.

    >>> y = pd.DataFrame({"a": [0.0, 0.0, 4.0, 4.0], "b": [0.0, 2.0, 0.0, 2.0]})
    >>> found = influence(y, pd.Series({"a": 0.5, "b": 0.5}))  # a varies twice as much: 4 to 1
    >>> found["influence"].round(9).tolist(), found["equalising"].round(9).tolist()
    ([0.8, 0.2], [0.333333333, 0.666666667])
    """
    share = weight_shares(weights, scores.columns)
    rows = scores.dropna()
    r, deviation = correlation_matrix(rows), rows.std()
    total = rows @ share
    squared = rows.corrwith(total) ** 2
    counted = share.index[share > 0]
    found = _nearest(r.loc[counted, counted], np.sqrt(share[counted])).reindex(share.index)
    due = (found / deviation).fillna(0.0)
    again = rows.corrwith(rows @ due) ** 2
    return pd.DataFrame(
        {
            "weight": share,
            "eta2": pd.Series({name: correlation_ratio(rows[name], total) for name in rows}),
            "r2": squared,
            "influence": squared / squared.sum(),
            "equalising": due / due.sum(),
            "equalised": again / again.sum(),
            "n": len(rows),
        }
    )


def _nearest(r: pd.DataFrame, wanted: pd.Series) -> pd.Series:
    """The v ≥ 0 that minimises |r v − wanted|, checked to be the optimum."""
    from scipy.optimize import nnls  # slow to import

    table = of_full_rank(r).to_numpy()
    found, _ = nnls(table, wanted.to_numpy())
    slope = table @ (table @ found - wanted.to_numpy())
    if slope.min() < -1e-7 or abs(slope @ found) > 1e-7:  # Karush, Kuhn and Tucker's conditions
        raise ValueError(f"no optimum was reached for the weights of {list(r)}.")
    return pd.Series(found, index=r.index)


def own_correlations(card: Scorecard, year: int) -> pd.DataFrame:
    """Whether each indicator goes with its own goal more than with any other, in `year`.

    Columns: goal; own, its correlation with the goal; rest, with the goal without it (missing
    where it is alone); other, the greatest correlation with another goal, and other_goal.
    """
    refuse_year(year, card.framework.years)
    leaves, goals = card.normalised.xs(year, level=1), list(card.child_weights["index"].index)
    parts = card.parts.xs(year, level=1)[goals]
    of = {leaf.id: goal.id for goal in card.framework.goals for leaf in goal.leaves()}
    without = scores_without(card, list(leaves), year)
    rows = {}
    for place, (name, column) in enumerate(leaves.items()):
        own, r = of[name], parts.corrwith(column)
        left = without.get(own)
        rest = np.nan if left is None else column.corr(pd.Series(left[place], leaves.index))
        others = r.drop(own).dropna()
        other = others.idxmax() if len(others) else None
        rows[name] = {"goal": own, "own": r[own], "rest": rest, "other": others.max()}
        rows[name]["other_goal"] = other
    return pd.DataFrame.from_dict(rows, orient="index")


def rank_differences(scores: pd.DataFrame, *, of: str = "index", beyond: int = 5) -> pd.DataFrame:
    """How far the ranks by `of` are from those by each other score: what a composite adds to it.

    Ties take the mean rank. Columns: beyond, the share of the units that differ by more than
    `beyond` places; mean, the mean difference; spearman, the rank correlation; n.

    >>> scores = pd.DataFrame({"index": [4.0, 3, 2, 1], "one": [3.0, 4, 2, 1]})
    >>> rank_differences(scores, beyond=0).loc["one"].round(9).tolist()
    [0.5, 0.5, 0.8, 4.0]
    """
    rows = {}
    for name in scores.columns.drop(of):
        ranks = scores[[of, name]].dropna().round(9).rank(ascending=False)
        apart = (ranks[of] - ranks[name]).abs()
        rows[name] = {
            "beyond": (apart > beyond).mean() if len(apart) else np.nan,
            "mean": apart.mean(),
            "spearman": ranks[of].corr(ranks[name]),
            "n": len(apart),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def bounds(card: Scorecard, year: int) -> pd.DataFrame:
    """How far index and rank in `year` could be off, for what the units lack.

    Whatever a unit lacks is set to the worst and to the best score that any unit has there. Columns:
    lacking, how many indicators; index, index_low, index_high; rank, rank_low (best: it has the
    best of what it lacks, all others the worst of theirs), rank_high (the reverse). Every index
    and rank that values inside the range observed could give lies between the two.
    """
    refuse_year(year, card.framework.years)
    here, children = card.normalised.xs(year, level=1, drop_level=False), card.child_weights
    units = here.index.get_level_values(0)
    worst, best = (
        np.round(climb(card.framework, children, here.fillna(end), weights_of(children))[0]["index"][0], 9)
        for end in (here.min(), here.max())
    )  # fmt: skip
    ahead = pd.DataFrame(
        {
            "lacking": here.isna().sum(axis=1).to_numpy(),
            "index": card.scores["index"].xs(year, level=1).loc[units].to_numpy(),
            "index_low": worst,
            "index_high": best,
            "rank": card.ranks["index"].xs(year, level=1).loc[units].to_numpy(),
        },
        index=units,
    )
    before = worst[None] > best[:, None]  # others at their worst against each at its best
    after = best[None] > worst[:, None]
    np.fill_diagonal(after, False)
    for end, others, own in (("low", before, best), ("high", after, worst)):
        ahead[f"rank_{end}"] = np.where(np.isnan(own), np.nan, 1.0 + others.sum(axis=1))
    return ahead


ALONE = {"minmax", "zscore", "zscaled", "target", "best", "reference"}  # no unit hangs on another


def propagate(
    matrix: pd.DataFrame,
    card: Scorecard,
    error: pd.DataFrame,
    *,
    year: int,
    n: int = 200,
    seed: int = 1,
    interval: float = 0.9,
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """What an error in the figures does to index and rank in `year`, all choices as stated.

    `matrix` is what `card` was scored from; `error` the relative error of each of its cells. Each of n
    times every cell is multiplied by exp(error · z), z standard normal and independent of all other
    cells, and all is scored again between the stored goalposts. Columns: rank, rank_low and
    rank_high, index, index_low and index_high, the low and high holding the middle `interval` of
    the n; moved, the mean distance of the rank from the nominal. `groups` as `score` takes them.

    Raises ValueError for a year outside the panel, n below 1, and an error that is missing where a
    figure is not, negative or infinite.
    """
    refuse_year(year, card.framework.years)
    if n < 1:
        raise ValueError(f"n is {n}; ask for at least 1 draw.")
    matrix = _used(matrix, card.framework)
    amount = error.reindex(index=matrix.index, columns=matrix.columns)
    sound = np.isfinite(amount) & (amount >= 0)
    told = "the error of {column} is {value} at {cell}; give a share from 0."
    refuse_where(~sound & matrix.notna(), amount, told)
    amount = amount.where(sound, 0.0)
    drawn = np.concatenate([*_again(matrix, card, amount, year, n, seed, groups)])
    ranks = competition_ranks(drawn)
    own, nominal = (table["index"].xs(year, level=1) for table in (card.scores, card.ranks))
    ends = (1 - interval) / 2, (1 + interval) / 2
    told = {"rank": nominal}
    told |= {
        f"rank_{e}": rank_quantile(ranks, q) for e, q in zip(("low", "high"), ends, strict=True)
    }
    told["index"] = own
    scored = ~np.isnan(drawn).all(axis=0)
    for end, share in zip(("low", "high"), ends, strict=True):
        told[f"index_{end}"] = np.full(len(own), np.nan)
        told[f"index_{end}"][scored] = np.nanquantile(drawn[:, scored], share, axis=0)
    away = pd.DataFrame(np.where(ranks == 0, np.nan, ranks), columns=own.index) - nominal
    return pd.DataFrame(told, index=own.index).assign(moved=away.abs().mean())


def _used(matrix: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """The figures that the framework uses, from the first year in which there is any of them."""
    formulas = map(framework.expanded, framework.indicators)
    named = {name for formula in formulas for name in names_in(formula)}
    found = matrix[[name for name in matrix if name in named]]
    years = found.index.get_level_values(1)
    return found[years >= years[found.notna().any(axis=1)].min()]


def _again(
    matrix: pd.DataFrame,
    card: Scorecard,
    error: pd.DataFrame,
    year: int,
    size: int,
    seed: int,
    groups: pd.Series | None,
) -> Iterator[np.ndarray]:
    """The index of each unit in `year` from figures with errors, draws × units, a few at a time.

    Where no unit's score hangs on another's, the units of many draws are scored side by side.
    """
    framework = card.framework.model_copy(update={"profile": (), "latest": ()})
    rules = {framework.normalisation(leaf) for leaf in framework.indicators}
    joins = {framework.aggregation(node) for node in framework.index.nodes()}
    treated = {framework.outlier_rule(leaf) for leaf in framework.indicators}
    apart = rules <= ALONE and joins <= set(MEAN) and treated == {"none"}
    if apart := apart and framework.missing.method == "none":
        framework = framework.model_copy(update={"years": (year,), "report_year": year})
    codes, units = pd.factorize(matrix.index.get_level_values(0))
    years, values = matrix.index.get_level_values(1), matrix.to_numpy(dtype=float)
    places = range(len(units))
    given = None if groups is None else pd.Series(groups.reindex(units).to_numpy(), places)
    rng, chunk = np.random.default_rng(seed), CHUNK if apart else 1
    for start in range(0, size, chunk):
        count = min(chunk, size - start)
        noise = np.exp(error.to_numpy() * rng.standard_normal((count, *values.shape)))
        labels = np.concatenate([codes + len(units) * draw for draw in range(count)])
        rows = pd.MultiIndex.from_arrays([labels, np.tile(years, count)], names=["unit", "year"])
        drawn = pd.DataFrame((values * noise).reshape(-1, values.shape[1]), rows, matrix.columns)
        again = score(drawn, framework, state=card.state, groups=None if apart else given)
        yield again.scores["index"].xs(year, level=1).round(9).to_numpy().reshape(count, -1)


CHUNK = 50  # draws whose units are scored side by side
