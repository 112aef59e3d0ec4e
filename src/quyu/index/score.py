"""The scorecard: every number between the figures and the index, kept for whoever doubts one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.climb import climb, in_index, weights_of
from quyu.index.derive import derive, panel_of
from quyu.index.framework import FROM_DATA, Framework
from quyu.index.impute import fill, impute
from quyu.index.normalise import (
    INVERSE,
    NORMALISE,
    OUTLIERS,
    TRANSFORM,
    beyond,
    by_rule,
    goalposts,
    treat,
)
from quyu.index.state import State, refuse_other_framework, state_of, tiers_of
from quyu.index.tree import STATED_IN, Indicator, Node, weights_judged
from quyu.words.nouns import Noun


@dataclass(frozen=True, repr=False)
class Scorecard(Noun):
    """What `score` returns. Tables are indexed by (unit, year) over the panel years.

    In the order of the calculation:
    raw         derived indicators in canonical units, as published, before imputation
    imputed     the same after imputation
    flags       how each imputed cell was filled: "", "interpolated", "carried", "structural"
    treated     after the declared transforms
    normalised  on the framework's scale, more is better
    capped      the cells beyond the goalposts: unit, year, indicator, value, low, high
    dropped     indicator → reason, for those with too little published
    child_weights  node → weights of its scored children, each summing to 1
    weights     effective weight of each kept indicator in the index; sums to 1
    scores      every node of the tree, the index among them, and every goal, though it may be a
                single indicator
    coverage    for each of these, the share of its weight with a figure published for that year
    structural  the same held from a cross-section;  filled  the same carried, interpolated or
                estimated; what is left to 1 is missing
    ranks       per year, 1 = best, ties share the better rank; missing where the score is
    profile     the framework's `profile` and `latest`, shown and never scored, in every calendar year
    state       the goalposts and tier breaks used
    """

    framework: Framework
    raw: pd.DataFrame
    imputed: pd.DataFrame
    flags: pd.DataFrame
    treated: pd.DataFrame
    normalised: pd.DataFrame
    capped: pd.DataFrame
    dropped: pd.Series
    child_weights: dict[str, pd.Series]
    weights: pd.Series
    scores: pd.DataFrame
    coverage: pd.DataFrame
    structural: pd.DataFrame
    filled: pd.DataFrame
    ranks: pd.DataFrame
    profile: pd.DataFrame
    state: State

    @cached_property
    def own_weights(self) -> pd.DataFrame:
        """The card's own set of weights, as `climb` takes it."""
        return weights_of(self.child_weights)

    @property
    def parts(self) -> pd.DataFrame:
        """The scores of all indicators and of all nodes side by side, each once."""
        nodes = [name for name in self.scores if name not in self.normalised]
        return self.normalised.join(self.scores[nodes])

    def variance_shares(self, year: int | None = None) -> pd.Series:
        """The share of each goal in the variance of the index, in `year` or over the panel.

        w_g · cov(ln goal, ln index) / var(ln index) where the index is a geometric mean, the same
        without logarithms where it is arithmetic: the shares sum to 1 and show what the stated
        weights amount to. Units without every goal are left out. Raises ValueError for other
        aggregations, in which the index is no sum of its goals.
        """
        rule = self.framework.aggregation(self.framework.index)
        if rule not in ("geometric", "arithmetic"):
            raise ValueError(
                f"variance shares need an arithmetic or geometric index; this one is {rule}."
            )
        goals = self.child_weights["index"]
        table = self.parts[[*goals.index, "index"]]
        if year is not None:
            table = table.xs(year, level=1)
        table = table.dropna()
        if rule == "geometric":
            table = np.log(table)
        covariance = table.cov()["index"]
        return goals * covariance[goals.index] / covariance["index"]


SHARES = 1e-9  # weights whose sum is this close to one are shares already


def child_weights(
    framework: Framework,
    rule: str,
    normalised: pd.DataFrame,
    stored: Mapping[str, Mapping[str, float]],
) -> dict[str, pd.Series]:
    """For each node, children before parents, the weights of its scored children, summing to 1.

    By `rule`, of `framework.WEIGH`. One that draws weights from the data takes those `stored` by
    node and child, or draws them anew from the rows in which all are observed; nodes among each
    other then weigh the same. Where a child is not scored the weights of the others are scaled up.
    Raises ValueError naming the node for weights that cannot be had.
    """
    children, there = {}, set(normalised)
    for node in framework.index.nodes():
        members = [child for child in node.children if child.id in there]
        if members:
            there.add(node.id)
            children[node.id] = _shares(node, members, rule, normalised, stored.get(node.id))
    return children


def _shares(
    node: Node,
    members: list[Node | Indicator],
    rule: str,
    normalised: pd.DataFrame,
    stored: Mapping[str, float] | None,
) -> pd.Series:
    """The weights of `members`, the scored children of `node`, by one rule."""
    names = [child.id for child in members]
    if rule in STATED_IN and len(names) > 1:
        given = weights_judged(node, rule)[names]
    elif from_data(rule, names, normalised):
        given = _stored(stored, names) if stored else _drawn(node, rule, normalised[names])
    else:
        weight = {child.id: child.weight if rule == "stated" else None for child in members}
        given = pd.Series({name: 1.0 if w is None else w for name, w in weight.items()})
    if given.sum() == 0:
        raise ValueError(
            f"node {node.id!r}: the weights of the children that are left, {names}, sum to 0."
        )
    are_shares = abs(given.sum() - 1) < SHARES  # dividing again would stir the last digits
    return given if are_shares else given / given.sum()


def from_data(rule: str, names: Sequence[str], normalised: pd.DataFrame) -> bool:
    """Whether `rule` draws the weights of these siblings from the data: several indicators."""
    return rule in FROM_DATA and len(names) > 1 and set(names) <= set(normalised)


def _stored(weights: Mapping[str, float], names: list[str]) -> pd.Series:
    for name in names:
        if name not in weights:
            raise ValueError(
                f"no weight is stored for indicator {name!r} beside {list(weights)}; run "
                f"`quyu score --rebase` to store new weights."
            )
    return pd.Series(weights)[names]


def _drawn(node: Node, rule: str, y: pd.DataFrame) -> pd.Series:
    from quyu.index.weigh import WEIGH  # SciPy and statsmodels, which equal weights never need

    complete = y.dropna()
    if complete.empty:
        raise ValueError(
            f"{rule} weights are drawn from rows in which every indicator is observed; there is "
            f"none for {list(y.columns)}. Use weigh: equal, or leave the thinnest out."
        )
    try:
        return WEIGH[rule](complete)
    except Refusal as fault:
        raise Refusal(
            f"node {node.id!r}: {fault}", fault.code, **fault.values, node=node.id
        ) from None


TOLERANCE = 1e-9  # shares such as 2/3, scores that tie: equal up to the noise of floating point


def score(
    matrix: pd.DataFrame,
    framework: Framework,
    *,
    state: State | None = None,
    groups: pd.Series | None = None,
) -> Scorecard:
    """Score every unit of `matrix` in every panel year of `framework`.

    `matrix` is indexed by (unit, year), one column per figure in canonical units, NaN where
    nothing was published; it may hold years outside the panel, which formulas and imputation use.
    With `state` the stored goalposts, dropped indicators and data-driven weights are used, so that
    earlier scores stay what they were; without it they are worked out from this matrix's panel.
    `groups` names the group of each unit, for imputation by group medians.

    Raises ValueError naming the culprit for a malformed matrix, an unknown figure, a division by
    zero, a logarithm of a value not above 0, an indicator without range, and a state that was
    stored for other formulas.
    """
    if state is not None:
        refuse_other_framework(state, framework)

    # figures → derived indicators
    panel = panel_of(matrix, also=framework.years)
    arithmetic = {"definitions": framework.definitions, "base_year": framework.base_year}
    formulas = {indicator.id: indicator.formula for indicator in framework.indicators}
    derived = derive(panel, formulas, **arithmetic)
    rows = panel.rows(framework.years)
    raw = derived.loc[rows]

    # → imputed
    structural = {i.id: i.structural for i in framework.indicators if i.structural}
    imputed, flags = impute(
        derived,
        years=framework.years,
        interior=framework.missing.interior,
        edge=framework.missing.edge,
        structural=structural,
    )
    published = raw.notna()
    published[[*structural]] = imputed[[*structural]].notna()
    if state is None:
        dropped = _too_thin(published, framework)
    else:
        dropped = {name: why for name, why in state.dropped().items() if name in formulas}
    kept = [indicator for indicator in framework.indicators if indicator.id not in dropped]
    if not kept:
        raise ValueError(f"no indicator has enough published figures to be scored: {dropped}.")

    # → treated → normalised
    names = [indicator.id for indicator in kept]
    transforms = {i.id: i.transform for i in kept}
    seen = treat(imputed[names], transforms)
    whole = fill(seen, framework.missing.method, groups=groups)
    filled = seen.isna() & whole.notna()
    flags = flags.mask(
        filled.reindex(columns=flags.columns, fill_value=False), framework.missing.method
    )
    back = pd.DataFrame({name: INVERSE[rule](whole[name]) for name, rule in transforms.items()})
    imputed = imputed.fillna(back)
    rules = {i.id: framework.outlier_rule(i) for i in kept}
    treated = by_rule(OUTLIERS, rules, whole)
    if state is None:
        refuse_constant(kept, imputed)
        posts = goalposts(treated, quantiles=framework.goalpost_quantiles)
        state = state_of(framework, own_goalposts(framework, posts), dropped)
    posts = own_goalposts(framework, state.goalposts().loc[names])
    normalised = normalised_by_rule(treated, framework, posts)

    # → goals → index
    rule = framework.weigh
    children = child_weights(framework, rule, normalised, state.weights.get(rule, {}))
    joined = _joined(framework, children, normalised, flags[names])
    if not state.tiers:
        drawn = {
            node: given.to_dict()
            for node, given in children.items()
            if from_data(rule, given.index, normalised)
        }
        kept_weights = {rule: drawn} if rule in FROM_DATA else {}
        state = state.model_copy(
            update={"tiers": tiers_of(joined["scores"]), "weights": kept_weights}
        )
    beside = {p.id: p.formula for p in (*framework.profile, *framework.latest)}

    return Scorecard(
        framework=framework,
        raw=raw,
        imputed=imputed,
        flags=flags,
        treated=treated,
        normalised=normalised,
        capped=beyond(whole, posts),
        dropped=pd.Series(dropped, dtype=object, name="reason"),
        **joined,
        profile=derive(panel, beside, **arithmetic),
        state=state,
    )


def rejoined(card: Scorecard, framework: Framework) -> Scorecard:
    """What `score` gives by a framework that differs in weights and means alone, in far less time.

    The scores of the indicators are those of `card`. Raises ValueError as `score`.
    """
    refuse_other_framework(card.state, framework)
    stored = card.state.weights.get(framework.weigh, {})
    children = child_weights(framework, framework.weigh, card.normalised, stored)
    flags = card.flags[card.normalised.columns]
    return replace(
        card, framework=framework, **_joined(framework, children, card.normalised, flags)
    )


def _joined(
    framework: Framework,
    children: dict[str, pd.Series],
    normalised: pd.DataFrame,
    flags: pd.DataFrame,
) -> dict[str, object]:
    """What a card holds of the tree: weights, scores, ranks, and what these rest on."""
    weights = weights_of(children)
    found, bad = climb(framework, children, normalised, weights)
    if bad:
        raise ValueError(f"{bad[0]}. Normalise to the scale [1, 100] instead.")
    scores = _of_nodes(framework, normalised, found)
    return {
        "child_weights": children,
        "weights": in_index(children, weights).iloc[0][[*normalised]].rename("weight"),
        "scores": scores,
        "ranks": rank(scores),
    } | {
        kind: _rested(framework, children, weights, cells)
        for kind, cells in _kinds(normalised, flags).items()
    }


def rank(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank within each year, 1 = best; ties share the better rank, a missing score has none.

    Ranked before any rounding for display; scores that differ by less than 1e-9 are ties.

    >>> rows = pd.MultiIndex.from_product([["a", "b", "c"], [2023]], names=["unit", "year"])
    >>> rank(pd.DataFrame({"index": [50.0, 70.0, 50.0]}, index=rows))["index"].tolist()
    [2.0, 1.0, 2.0]
    """
    return scores.round(9).groupby(level=1).rank(ascending=False, method="min")


def _of_nodes(
    framework: Framework, leaves: pd.DataFrame, found: dict[str, np.ndarray]
) -> pd.DataFrame:
    """One column for the index, every node and every goal, though it may be an indicator."""
    order = ["index", *(node.id for node in framework.index.nodes())]
    order += [goal.id for goal in framework.goals]
    unscored = np.full(len(leaves), np.nan)
    table = {name: found.get(name, [leaves.get(name, unscored)])[0] for name in order}
    return pd.DataFrame(table, index=leaves.index)


def own_goalposts(framework: Framework, posts: pd.DataFrame) -> pd.DataFrame:
    """The goalposts with those that indicators state for themselves in place of the panel's."""
    posts = posts.copy()
    for leaf in framework.indicators:
        if leaf.goalposts is not None and leaf.id in posts.index:
            stated = pd.DataFrame({leaf.id: leaf.goalposts})
            posts.loc[leaf.id, ["low", "high"]] = TRANSFORM[leaf.transform](stated)[
                leaf.id
            ].tolist()
    return posts


def refuse_constant(indicators: Sequence[Indicator], imputed: pd.DataFrame) -> None:
    """Raise ValueError naming an indicator that is the same everywhere, at the value shown."""
    for leaf in indicators:
        seen = imputed[leaf.id].dropna()
        if leaf.goalposts is None and len(seen) and seen.max() == seen.min():
            raise ValueError(
                f"indicator {leaf.id!r} has no range: it is {seen.iloc[0] * leaf.factor:g} "
                f"everywhere. An indicator that is the same everywhere cannot rank anything; remove it."
            )


def _kinds(normalised: pd.DataFrame, flags: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Which cells are published for their year, held from a cross-section, filled in: 1 or 0."""
    there, held = normalised.notna(), flags == "structural"
    told = {"coverage": flags == "", "structural": held, "filled": (flags != "") & ~held}
    return {kind: (there & cells).astype(float) for kind, cells in told.items()}


def _rested(
    framework: Framework, children: dict[str, pd.Series], weights: pd.DataFrame, cells: pd.DataFrame
) -> pd.DataFrame:
    """The share of the weight of every node that falls on the cells marked 1."""
    means = dict.fromkeys(children, "arithmetic")
    found, _ = climb(framework, children, cells, weights, rules=means)
    return _of_nodes(framework, cells, found)


def _too_thin(published: pd.DataFrame, framework: Framework) -> dict[str, str]:
    """The indicators with too few published figures, each with the reason.

    The published share of cells; for a cross-section, whose cells repeat, that is the share of
    units.
    """
    least = framework.missing.indicator_coverage
    share = published.mean()
    return {
        name: f"published for {seen:.0%} of the cells, below the {least:.0%} asked for"
        for name, seen in share.items()
        if seen < least - TOLERANCE
    }


def normalised_by_rule(
    treated: pd.DataFrame, framework: Framework, posts: pd.DataFrame
) -> pd.DataFrame:
    """Every indicator by the rule that holds for it, in the order of `treated`."""
    kept = [leaf for leaf in framework.indicators if leaf.id in treated.columns]
    direction = pd.Series({leaf.id: 1 if leaf.direction == "+" else -1 for leaf in kept})
    state = posts.assign(
        target=pd.Series({leaf.id: leaf.target for leaf in kept}, dtype=float),
        best=pd.Series({leaf.id: leaf.best for leaf in kept}, dtype=float),
    )
    for leaf in kept:
        if leaf.best is not None:  # stated in canonical units, used where the indicator is treated
            stated = pd.DataFrame({leaf.id: [leaf.best]}, index=["best"])
            state.loc[leaf.id, "best"] = TRANSFORM[leaf.transform](stated).iat[0, 0]
    parts = []
    for rule in dict.fromkeys(framework.normalisation(leaf) for leaf in kept):
        names = [leaf.id for leaf in kept if framework.normalisation(leaf) == rule]
        parts.append(NORMALISE[rule](treated[names], direction, state, scale=framework.scale))
    return pd.concat(parts, axis="columns")[treated.columns]
