"""Which indicators changed a score between two years, exactly: the parts sum to the change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from quyu.index.aggregate import AGGREGATE
from quyu.index.climb import climb
from quyu.index.framework import Framework
from quyu.index.guards import refuse_year
from quyu.index.normalise import OUTLIERS, beyond, by_rule, treat
from quyu.index.score import Scorecard, normalised_by_rule, own_goalposts, rejoined
from quyu.words.nouns import Noun


@dataclass(frozen=True, repr=False)
class Change(Noun):
    """What `change` returns.

    contributions  units × indicators, in points of the score; missing where it was not decomposed
    total          the change of the score of each unit; equals the row sums of `contributions`
    flags          how cells of the two years were filled, where not published: "", "carried",
                   "interpolated", "structural", or two of them
    refused        unit → why its change was not decomposed
    """

    contributions: pd.DataFrame
    total: pd.Series
    flags: pd.DataFrame
    refused: pd.Series


def change(card: Scorecard, start: int, end: int, *, node: str = "index") -> Change:
    """Decompose the change of a score of `card` from year `start` to year `end`.

    A mean V = f⁻¹(Σ w f(I)) of any kind obeys, whatever the size of the change,

        ΔV = Σ w · q(I) / q(V) · ΔI   with   q(x) = Δf(x) / Δx,

    since Σ w Δf(I) = Δf(V). Applied from the top of the tree down, the multipliers of the levels
    are multiplied, so each indicator contributes its own ΔI times one number. For the arithmetic
    mean that number is the weight; for the geometric mean 1/q is the logarithmic mean, which makes
    this the additive LMDI-I decomposition (Ang 2005, Energy Policy 33: 867–871; Montgomery 1937,
    The Mathematical Problem of the Price Index). Nothing depends on an order, start and end can
    change places, and an indicator that stands still, as every structural one, contributes exactly
    0. A carried or interpolated cell is no news of its year: see `flags`.

    A unit is refused, with the reason, if it has no score in one of the years, or if an indicator
    was observed in one of them only: then the weights moved as well, and no indicator did that.
    Raises ValueError for a year outside the panel, an unknown node, and a node that is joined by a
    rule other than a mean.

    For one node see the example of `multipliers`.
    """
    _refuse_unknown(card, (start, end), node)
    table = card.parts
    before, after = (table.xs(year, level=1) for year in (start, end))
    after = after.loc[before.index]
    moved = after - before

    worth = {node: pd.Series(1.0, index=before.index)}  # of a point of each part, in the score
    for parent in reversed(card.child_weights):
        if parent in worth:
            weights, rule = card.child_weights[parent], _rule(card, parent)
            names = list(weights.index)
            parts = multipliers(before[names], after[names], weights, rule)
            for child in names:
                worth[child] = worth[parent] * parts[child]
    leaves = [name for name in card.normalised.columns if name in worth]
    contributions = pd.DataFrame({n: (worth[n] * moved[n]).fillna(0.0) for n in leaves})

    refused = _refused(card, before, after, node, (start, end))
    contributions.loc[refused.index] = np.nan
    first, second = (card.flags[leaves].xs(y, level=1).loc[before.index] for y in (start, end))
    flags = first.where(first == second, first + " " + second).map(str.strip)
    return Change(contributions, moved[node].rename("change"), flags, refused)


def multipliers(
    before: pd.DataFrame, after: pd.DataFrame, weights: pd.Series, rule: str
) -> pd.DataFrame:
    """What one point of each child adds to the mean of the children: w · q(I) / q(V), row by row.

    `before` and `after` hold the same rows and children, missing in both or in neither; the weights
    of missing children go to the others. The sum over children of multiplier × change is the change
    of the mean.

    The geometric mean of x (1 → 4) and y (9 → 9) goes from 3 to 6, all of it due to x: 1 point for
    each of its 3.

    >>> before, after = pd.DataFrame({"x": [1.0], "y": 9.0}), pd.DataFrame({"x": [4.0], "y": 9.0})
    >>> multipliers(before, after, pd.Series({"x": 0.5, "y": 0.5}), "geometric")["x"].round(12)
    0    1.0
    Name: x, dtype: float64
    """
    share = before.notna() * weights
    share = share.div(share.sum(axis=1), axis="index")
    slope = SLOPE[rule]
    whole = slope(AGGREGATE[rule](before, weights), AGGREGATE[rule](after, weights))
    parts = {name: share[name] * slope(before[name], after[name]) / whole for name in before}
    return pd.DataFrame(parts)


def _rule(card: Scorecard, name: str) -> str:
    nodes = {node.id: node for node in card.framework.index.nodes()}
    return card.framework.aggregation(nodes[name])


def _refuse_unknown(card: Scorecard, years: tuple[int, int], node: str) -> None:
    for year in years:
        refuse_year(year, card.framework.years)
    if node not in card.child_weights:
        raise ValueError(f"no scored node is {node!r}; there are {', '.join(card.child_weights)}.")
    inside = {node}
    for parent in reversed(card.child_weights):
        if parent in inside:
            inside |= set(card.child_weights[parent].index)
            rule = _rule(card, parent)
            if rule not in SLOPE:
                raise ValueError(
                    f"node {parent!r} is joined by {rule}; only means can be decomposed exactly: "
                    f"{', '.join(SLOPE)}."
                )


def _refused(
    card: Scorecard, before: pd.DataFrame, after: pd.DataFrame, node: str, years: tuple[int, int]
) -> pd.Series:
    """Why a unit cannot be decomposed: no score, or a child below it that came or went."""
    reasons: dict[object, str] = {}
    scored = {node: before[node].notna() & after[node].notna()}
    for unit in before.index[~scored[node]]:
        year = years[0] if pd.isna(before.at[unit, node]) else years[1]
        reasons[unit] = f"no score of {node!r} in {year}"
    for parent in reversed(card.child_weights):
        for child in card.child_weights[parent].index if parent in scored else ():
            scored[child] = scored[parent] & before[child].notna() & after[child].notna()
            came = before[child].isna() & scored[parent] & after[child].notna()
            went = before[child].notna() & scored[parent] & after[child].isna()
            for unit in before.index[came | went]:
                seen = years[1] if came[unit] else years[0]
                told = f"{child!r} is observed in {seen} only, so that the weights moved as well"
                reasons.setdefault(unit, told)
    return pd.Series(reasons, dtype=object, name="reason").rename_axis(before.index.name)


def _logarithmic(x: pd.Series, y: pd.Series) -> pd.Series:
    """Δ ln / Δ, the inverse of the logarithmic mean; 1/x where nothing moves."""
    step = (y - x) / x
    quotient = np.log1p(step) / step.where(step != 0)
    return quotient.fillna(1.0).where(step.notna()) / x


Slope = Callable[[pd.Series, pd.Series], pd.Series]
# q(x) of `change`, up to a factor that cancels; free of cancellation where little moves
SLOPE: dict[str, Slope] = {
    "arithmetic": lambda x, y: 0 * x + 1.0,
    "geometric": _logarithmic,
    "harmonic": lambda x, y: 1 / (x * y),
}


def against_nation(before: pd.Series, after: pd.Series) -> pd.Series:
    """Each unit's change less the change of the nation's median, of the units that have both.

    >>> before = pd.Series({"a": 1.0, "b": 2.0, "c": 9.0, "d": None})
    >>> against_nation(before, pd.Series({"a": 5.0, "b": 4.0, "c": 9.0, "d": 1.0})).tolist()
    [1.0, -1.0, -3.0, nan]
    """
    moved = after - before
    there = moved.notna()
    return moved - (after[there].median() - before[there].median())


def scored_weights(card: Scorecard) -> pd.DataFrame:
    """The weight that each indicator had in making each row's index: rows × indicators.

    At every node the weight of a child without score goes to its siblings, as in the score. Rows
    sum to 1, to 0 where there is no index at all.
    """
    parts = card.parts
    reach = {"index": parts["index"].notna().astype(float)}
    for node in reversed(card.child_weights):
        weights = card.child_weights[node]
        share = parts[list(weights.index)].notna() * weights
        share = share.div(share.sum(axis=1).replace(0, 1), axis="index")
        for child in weights.index:
            reach[child] = reach[node] * share[child]
    return pd.DataFrame({leaf: reach.get(leaf, 0.0) for leaf in card.normalised}, index=parts.index)


def gain(card: Scorecard, unit: str, year: int, *, to: pd.Series | None = None) -> pd.Series:
    """By how many points the index of `unit` would rise, by indicator, all else as it is.

    The tree is climbed again with the card's own weights and rules, the one indicator at its score
    in `to`, or at the top of the framework's scale. NaN for an indicator that the unit lacks or `to`
    does not give, throughout for a unit without an index, and throughout where a rule places units
    among each other, so that no unit can be scored alone. Under rules that take off for imbalance a
    gain may be below 0.

    Raises ValueError for a unit or a year that is not scored.
    """
    here = _own_scores(card, unit, year)
    if _among_each_other(card):
        return pd.Series(np.nan, index=here.index)
    goal = pd.Series(card.framework.scale[1], here.index) if to is None else to.reindex(here.index)
    # One row as it is, then one for each indicator moved.
    table = np.tile(here.to_numpy(dtype=float), (len(here) + 1, 1))
    asked = here.notna() & goal.notna()
    table[np.arange(1, len(table)), np.arange(len(here))] = np.where(asked, goal, here)
    index = _climbed(card, pd.DataFrame(table, columns=here.index))
    return pd.Series(index[1:] - index[0], index=here.index).where(asked)


def gain_of_all(card: Scorecard, unit: str, year: int, *, to: pd.Series) -> float:
    """By how many points the index of `unit` would rise, all indicators of `to` at their scores there.

    Under a geometric mean that is less than the sum of `gain`, or more. NaN as there.
    """
    here = _own_scores(card, unit, year)
    if _among_each_other(card):
        return np.nan
    there = here.where(here.isna() | ~here.index.isin(to.index), to.reindex(here.index))
    before, after = _climbed(card, pd.DataFrame([here, there]))
    return float(after - before)


def _own_scores(card: Scorecard, unit: str, year: int) -> pd.Series:
    if (unit, year) not in card.normalised.index:
        raise ValueError(f"{unit!r} is not scored in {year}; the card has other units or years.")
    return card.normalised.loc[(unit, year)]


def _among_each_other(card: Scorecard) -> bool:
    """Whether a rule places units among each other, so that none can be scored alone."""
    return "topsis" in {_rule(card, node) for node in card.child_weights}


def _climbed(card: Scorecard, rows: pd.DataFrame) -> np.ndarray:
    scores, _ = climb(card.framework, card.child_weights, rows, card.own_weights)
    return scores["index"][0]


def with_indicator(card: Scorecard, unit: str, year: int, name: str, value: float) -> pd.Series:
    """The index of every unit in `year`, were one indicator of one unit at `value`, all else as it is.

    `value` is in canonical units. Goalposts and weights stay; under rules that place units among each
    other the other units move as well. For `minmax` it is `gain` of the score that `value` gets.
    Raises ValueError for an indicator, a unit or a year that is not scored.
    """
    moved = _supposed(card, unit, year, name, value)
    rows = moved["normalised"].xs(year, level=1)
    scores, _ = climb(card.framework, card.child_weights, rows, card.own_weights)
    return pd.Series(scores["index"][0], rows.index, name="index")


def with_lift(
    card: Scorecard,
    unit: str,
    year: int,
    name: str,
    value: float,
    framework: Framework | None = None,
) -> Scorecard:
    """The whole card, were `value` published for one indicator of one unit: see `with_indicator`.

    `framework` may differ from the card's in weights and means, as for `rejoined`.
    """
    moved = _supposed(card, unit, year, name, value)
    raw, flags = card.raw.copy(), card.flags.copy()
    raw.loc[(unit, year), name], flags.loc[(unit, year), name] = value, ""
    leaf = next(i for i in card.framework.indicators if i.id == name)
    posts = own_goalposts(card.framework, card.state.goalposts().loc[[name]])
    capped = beyond(treat(moved["imputed"][[name]], {name: leaf.transform}), posts)
    capped = pd.concat([card.capped[card.capped["indicator"] != name], capped], ignore_index=True)
    card = replace(card, raw=raw, flags=flags, capped=capped, **moved)
    return rejoined(card, framework or card.framework)


def _supposed(
    card: Scorecard, unit: str, year: int, name: str, value: float
) -> dict[str, pd.DataFrame]:
    """What a card holds of its indicators, with one of them changed."""
    if name not in card.normalised or (unit, year) not in card.normalised.index:
        raise ValueError(f"{name!r} of {unit!r} is not scored in {year}.")
    choices, leaf = card.framework, next(i for i in card.framework.indicators if i.id == name)
    column = card.imputed[[name]].copy()
    column.loc[(unit, year), name] = value
    treated = treat(column, {name: leaf.transform})
    treated = by_rule(OUTLIERS, {name: choices.outlier_rule(leaf)}, treated)
    posts = own_goalposts(choices, card.state.goalposts().loc[[name]])
    made = {
        "imputed": column,
        "treated": treated,
        "normalised": normalised_by_rule(treated, choices, posts),
    }
    return {kind: getattr(card, kind).assign(**{name: own[name]}) for kind, own in made.items()}


def sole_movers(card: Scorecard) -> dict[str, str]:
    """The goals of which all indicators but one are held constant: goal → the one that can move."""
    leaves = {leaf.id: leaf for leaf in card.framework.indicators}
    found = {}
    for goal in card.framework.goals:
        scored = [leaf.id for leaf in goal.leaves() if leaf.id in card.normalised]
        moving = [name for name in scored if not leaves[name].structural]
        if len(moving) == 1 < len(scored):
            found[goal.id] = moving[0]
    return found
