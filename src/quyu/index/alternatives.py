"""Every admissible combination of methods for one scorecard, with the reasons for the others.

Longer than most, since a choice is refused where what it needs is worked out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from quyu.index.adequacy import kmo
from quyu.index.factor import LEAST_KMO
from quyu.index.factors import MEANS, Factors, nominal
from quyu.index.fill import fill
from quyu.index.framework import FROM_DATA, Framework
from quyu.index.goalposts import goalposts
from quyu.index.score import normalised_by_rule
from quyu.index.scorecard import Scorecard
from quyu.index.weigh import WEIGH

BETWEEN = {"minmax", "best", "reference"}  # the normalisations that goalposts play a part in


@dataclass(frozen=True)
class Alternatives:
    """What a draw can choose from.

    methods     one row per admissible combination of imputation, goalposts, normalisation,
                weighting and aggregation
    cases       what is scored: evidence, and the indicator left out ("" for none)
    excluded    combinations refused by design, with the reason; an empty cell means any level
    normalised  (imputation, goalposts, normalisation) → rows × indicators
    weights     weighting → weight of each part in its node; the parts are the indicators, then the
                nodes below the index
    kept        cases × parts: whether the part is there
    """

    card: Scorecard
    factors: Factors
    methods: pd.DataFrame
    cases: pd.DataFrame
    excluded: pd.DataFrame
    normalised: dict[tuple, np.ndarray]
    weights: dict[str, np.ndarray]
    kept: np.ndarray

    @cached_property
    def parts(self) -> list[str]:
        """The indicators, then the nodes below the index."""
        return _parts(self.card)

    def method(self, **levels: object) -> int:
        """The row of `methods` with these levels, the framework's own where none is given."""
        wanted = nominal(self.card.framework) | levels
        alike = [row == tuple(wanted.values()) for row in self.methods.itertuples(index=False)]
        if not any(alike):
            raise ValueError(f"no admissible combination of methods is {wanted}; see excluded.")
        return alike.index(True)


def alternatives(card: Scorecard, factors: Factors) -> Alternatives:
    """Work out, for `card`, what each combination of `factors` needs, refusing the impossible.

    Goalposts, mean and deviation are those stored with the card, so that published-only draws are
    on the same scale. Raises ValueError for a node joined by a rule that is no mean, an unknown
    indicator, and if nothing admissible is left.
    """
    _refuse_other_rules(card)
    levels = factors.levels(card.framework)
    excluded: list[dict[str, object]] = []
    cases, kept = _cases(card, factors, excluded)
    frameworks = _frameworks(card.framework, levels, excluded)
    normalised = _normalised(card, levels, frameworks, excluded)
    weights = _weights(card, levels["weighting"], excluded)
    methods = [
        combination
        for combination in product(*levels.values())
        if combination[:3] in normalised
        and combination[3] in weights
        and (combination[2], combination[4]) in frameworks
    ]
    columns = [*levels, "evidence", "left_out", "reason"]
    table = pd.DataFrame(excluded, columns=columns, dtype=object).fillna("")
    if not methods or cases.empty:
        raise ValueError(f"no combination of methods is admissible: {list(table['reason'])}.")
    frame = pd.DataFrame(methods, columns=list(levels))
    return Alternatives(card, factors, frame, cases, table, normalised, weights, kept)


def _parts(card: Scorecard) -> list[str]:
    return [*card.normalised.columns, *(node for node in card.child_weights if node != "index")]


def _refuse_other_rules(card: Scorecard) -> None:
    for node in card.framework.index.nodes():
        rule = card.framework.aggregation(node)
        if rule not in MEANS:
            raise ValueError(
                f"node {node.id!r} is joined by {rule}; draws are calculated for means only: "
                f"{', '.join(MEANS)}."
            )


def _frameworks(
    framework: Framework, levels: dict[str, tuple], excluded: list
) -> dict[tuple, Framework]:
    """For each normalisation with each aggregation the framework, checked like any other."""
    checked = {}
    for normalisation, aggregation in product(levels["normalisation"], levels["aggregation"]):
        top = framework.index.model_copy(update={"aggregate": aggregation})
        try:
            checked[normalisation, aggregation] = framework.model_copy(
                update={"normalise": normalisation, "index": top}
            )
        except ValueError as fault:
            excluded.append(
                {"normalisation": normalisation, "aggregation": aggregation, "reason": str(fault)}
            )
    return checked


def _normalised(
    card: Scorecard, levels: dict[str, tuple], frameworks: dict[tuple, Framework], excluded: list
) -> dict[tuple, np.ndarray]:
    published = card.flags[card.treated.columns].isin(("", "structural"))
    treated = {"stated": card.treated, "published": card.treated.where(published)}
    for method in set(levels["imputation"]) - set(treated):
        treated[method] = fill(card.treated, method)
    stored = card.state.goalposts().loc[card.treated.columns]
    named = {normalisation: framework for (normalisation, _), framework in frameworks.items()}
    found = {}
    for imputation, quantiles, rule in product(levels["imputation"], levels["goalposts"], named):
        elsewhere = (imputation, levels["goalposts"][0], rule)
        rules = {named[rule].normalisation(leaf) for leaf in card.framework.indicators}
        if elsewhere in found and not rules & BETWEEN:
            found[imputation, quantiles, rule] = found[elsewhere]
            continue
        try:
            posts = stored
            if quantiles != card.framework.goalpost_quantiles:
                ends = goalposts(card.treated, quantiles=quantiles)
                posts = stored.assign(low=ends["low"], high=ends["high"])
            table = normalised_by_rule(treated[imputation], named[rule], posts)
            found[imputation, quantiles, rule] = table.to_numpy(dtype=float)
        except ValueError as fault:
            tried = {"imputation": imputation, "goalposts": quantiles, "normalisation": rule}
            excluded.append(tried | {"reason": str(fault)})
    return found


def _weights(card: Scorecard, rules: tuple[str, ...], excluded: list) -> dict[str, np.ndarray]:
    found = {}
    for rule in rules:
        try:
            children = dict(_child_weights(card, rule))
        except ValueError as fault:
            excluded.append({"weighting": rule, "reason": str(fault)})
            continue
        flat = pd.concat(list(children.values()))
        found[rule] = flat.loc[_parts(card)].to_numpy(dtype=float)
    return found


def _child_weights(card: Scorecard, rule: str) -> Iterator[tuple[str, pd.Series]]:
    """The weights of each node's children by `rule`, as a score with that rule would draw them."""
    if rule == card.framework.weigh:
        yield from card.child_weights.items()
        return
    drawn = {
        node: list(weights.index)
        for node, weights in card.child_weights.items()
        if rule in FROM_DATA and len(weights) > 1 and set(weights.index) <= {*card.normalised}
    }
    rows = {node: card.normalised[names].dropna() for node, names in drawn.items()}
    for node, y in rows.items():
        if y.empty:
            raise ValueError(f"no row has every indicator of node {node!r}, so {rule} has no data.")
        if rule == "factor" and not (measure := kmo(y)) >= LEAST_KMO:  # known before any rotation
            raise ValueError(
                f"node {node!r} has too little in common for factor weights: the "
                f"Kaiser–Meyer–Olkin measure is {measure:.2f}, below {LEAST_KMO:g}."
            )
    for node, weights in card.child_weights.items():
        equal = pd.Series(1 / len(weights), index=weights.index)
        yield node, WEIGH[rule](rows[node]) if node in rows else equal


def _cases(card: Scorecard, factors: Factors, excluded: list) -> tuple[pd.DataFrame, np.ndarray]:
    """What is scored, and which parts are then there."""
    leaves = {leaf.id: leaf for leaf in card.framework.indicators}
    scored = list(card.normalised.columns)
    for name in factors.left_out or ():
        if name not in scored:
            raise ValueError(
                f"left_out: no scored indicator is {name!r}; there are {', '.join(scored)}."
            )
    cases, kept = [], []
    for evidence in factors.evidence:
        base = {n for n in scored if evidence == "all" or leaves[n].evidence == evidence}
        if not base:
            reason = f"no indicator is {evidence} evidence"
            excluded.append({"evidence": evidence, "reason": reason})
            continue
        for name in ("", *(scored if factors.left_out is None else factors.left_out)):
            if name and name not in base:
                continue  # nothing to leave out: a proxy is no part of the direct evidence
            present = {part: part in base and part != name for part in scored}
            before = {part: part in base for part in scored}
            for node, weights in card.child_weights.items():
                present[node] = any(present[child] for child in weights.index)
                before[node] = any(before[child] for child in weights.index)
            emptied = [node for node in card.child_weights if before[node] and not present[node]]
            if emptied:
                reason = f"node {emptied[0]!r} would have no indicator left"
                excluded.append({"evidence": evidence, "left_out": name, "reason": reason})
                continue
            cases.append((evidence, name))
            kept.append([present[part] for part in _parts(card)])
    return pd.DataFrame(cases, columns=["evidence", "left_out"]), np.array(kept, dtype=float)
