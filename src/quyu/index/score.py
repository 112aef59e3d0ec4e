"""The calculation in order: figures → derived → imputed → treated → normalised → goals → index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.aggregate import AGGREGATE
from quyu.index.derive import derive
from quyu.index.fill import fill
from quyu.index.framework import Framework
from quyu.index.goalposts import beyond, goalposts
from quyu.index.impute import impute
from quyu.index.node_weights import child_weights, drawn_weights, effective_weights
from quyu.index.normalise import NORMALISE
from quyu.index.panel import panel_of
from quyu.index.scorecard import Scorecard
from quyu.index.state import State, refuse_other_framework, state_of, tiers_of
from quyu.index.treat import INVERSE, OUTLIERS, TRANSFORM, treat

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
    treated = OUTLIERS[framework.outliers](whole)
    if state is None:
        posts = goalposts(treated, quantiles=framework.goalpost_quantiles)
        state = state_of(framework, posts, dropped)
    posts = state.goalposts().loc[names]
    normalised = normalised_by_rule(treated, framework, posts)

    # → goals → index
    drawn = drawn_weights(framework, normalised, state)
    children = child_weights(framework, names, drawn)
    scores, coverage = _join(normalised, published[names], framework, children)
    if not state.tiers:
        state = state.model_copy(update={"tiers": tiers_of(scores), "weights": drawn})
    profile = derive(panel, {p.id: p.formula for p in framework.profile}, **arithmetic)

    return Scorecard(
        framework=framework,
        raw=raw,
        imputed=imputed,
        flags=flags,
        treated=treated,
        normalised=normalised,
        capped=beyond(whole, posts),
        dropped=pd.Series(dropped, dtype=object, name="reason"),
        child_weights=children,
        weights=effective_weights(children, names),
        scores=scores,
        coverage=coverage,
        ranks=rank(scores),
        profile=profile.loc[rows],
        state=state,
    )


def rank(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank within each year, 1 = best; ties share the better rank, a missing score has none.

    Ranked before any rounding for display; scores that differ by less than 1e-9 are ties.

    >>> rows = pd.MultiIndex.from_product([["a", "b", "c"], [2023]], names=["unit", "year"])
    >>> rank(pd.DataFrame({"index": [50.0, 70.0, 50.0]}, index=rows))["index"].tolist()
    [2.0, 1.0, 2.0]
    """
    return scores.round(9).groupby(level=1).rank(ascending=False, method="min")


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


def _join(
    normalised: pd.DataFrame,
    published: pd.DataFrame,
    framework: Framework,
    children: dict[str, pd.Series],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score and coverage of every node and goal, from the leaves up."""
    least = framework.missing.node_coverage - TOLERANCE
    nodes = {node.id: node for node in framework.index.nodes()}
    rows = normalised.index
    values = dict(zip(normalised.columns, normalised.to_numpy().T, strict=True))
    resting = dict(zip(published.columns, published.to_numpy(dtype=float).T, strict=True))
    for name, weights in children.items():
        share = weights.to_numpy()
        parts = np.column_stack([values[child] for child in weights.index])
        table = pd.DataFrame(parts, index=rows, columns=weights.index)
        joined = AGGREGATE[framework.aggregation(nodes[name])](table, weights).to_numpy()
        observed = (~np.isnan(parts) * share).sum(axis=1)
        values[name] = np.where(observed >= least, joined, np.nan)
        rested = np.column_stack([resting[child] for child in weights.index])
        resting[name] = (rested * share).sum(axis=1)
    order = dict.fromkeys(["index", *nodes, *(goal.id for goal in framework.goals)])
    unscored = np.full(len(rows), np.nan)
    scores, coverage = (
        pd.DataFrame({name: found.get(name, unscored) for name in order}, index=rows)
        for found in (values, resting)
    )
    return scores, coverage
