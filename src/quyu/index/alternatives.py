"""The choices of method that are varied to see how far a rank depends on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.aggregate import MEAN
from quyu.index.framework import FROM_DATA, Framework
from quyu.index.impute import fill
from quyu.index.normalise import NORMALISE, goalposts
from quyu.index.score import Scorecard, child_weights, normalised_by_rule
from quyu.index.validate import refuse_unknown
from quyu.words.nouns import Noun

SPREAD = 0.25  # the uniform noise moves each weight by up to a quarter of itself


@dataclass(frozen=True)
class Factors:
    """For each factor its levels, equally likely; "stated" is what the framework itself says.

    imputation     "published" uses published cells only: nothing interpolated, nothing carried;
                   "knn", "iterative" fill what the framework leaves missing
    goalposts      quantiles of the panel: (0, 1) its extremes, (.025, .975) winsorised
    normalisation  for indicators that state no rule of their own
    weighting      data-driven weights are drawn once, from the stated normalised scores, as a
                   stored state holds them; among each other nodes are then equal
    noise          what every child weight of every node is multiplied by, anew in each draw:
                   "uniform" ±25 %, or "none"
    aggregation    how the children of the index are joined
    evidence       "direct" leaves the proxies out
    left_out       in half of the draws one of these indicators is left out, its siblings taking
                   its weight in proportion; None stands for every indicator, () for none

    >>> Factors(aggregation=("median",))
    Traceback (most recent call last):
    ValueError: unknown aggregation 'median'; known are stated, arithmetic, geometric, harmonic.
    """

    imputation: tuple[str, ...] = ("stated", "published")
    goalposts: tuple[str | tuple[float, float], ...] = ("stated", (0.0, 1.0), (0.025, 0.975))
    normalisation: tuple[str, ...] = ("stated", "minmax", "percentile", "zscore")
    weighting: tuple[str, ...] = ("stated", "equal", "entropy", "critic", "factor")
    noise: str = "uniform"
    aggregation: tuple[str, ...] = ("stated", "geometric", "arithmetic", "harmonic")
    evidence: tuple[str, ...] = ("all", "direct")
    left_out: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        allowed = {
            "imputation": ("stated", "published", "knn", "iterative"),
            "normalisation": ("stated", *NORMALISE),
            "weighting": ("stated", "equal", *FROM_DATA),
            "aggregation": ("stated", *MEAN),
            "evidence": ("all", "direct"),
        }
        for factor, known in allowed.items():
            for level in getattr(self, factor):
                refuse_unknown(factor, level, known)
        refuse_unknown("noise", self.noise, tuple(NOISE))
        for pair in self.goalposts:
            if pair != "stated" and not (len(pair) == 2 and 0 <= pair[0] < pair[1] <= 1):
                raise ValueError(
                    f"goalposts {pair!r} are no quantiles; write 'stated' or a pair such as "
                    f"(0.025, 0.975)."
                )
        for factor in (*allowed, "goalposts"):
            if getattr(self, factor) == ():
                raise ValueError(f"factor {factor!r} has no level; keep at least 'stated'.")

    def levels(self, framework: Framework) -> dict[str, tuple]:
        """The levels of the factors of method, "stated" spelt out, none twice.

        The first four with the aggregation; what is left out is no method but a case.
        """
        own = nominal(framework)
        return {
            factor: tuple(
                dict.fromkeys(
                    own[factor] if level == "stated" else level for level in getattr(self, factor)
                )
            )
            for factor in own
        }


def nominal(framework: Framework) -> dict[str, object]:
    """The level of each factor of method that the framework states."""
    return {
        "imputation": "stated",
        "goalposts": framework.goalpost_quantiles,
        "normalisation": framework.normalise,
        "weighting": framework.weigh,
        "aggregation": framework.aggregation(framework.index),
    }


NOISE: dict[str, Callable[[np.ndarray], np.ndarray]] = {  # of numbers uniform on [0, 1)
    "uniform": lambda u: 1 + SPREAD * (2 * u - 1),
    "none": np.ones_like,
}

STATED = Factors(*[("stated",)] * 4, "none", ("stated",), ("all",), ())  # nothing is varied


BETWEEN = {"minmax", "best", "reference"}  # the normalisations that goalposts play a part in


@dataclass(frozen=True, repr=False)
class Alternatives(Noun):
    """What a draw can choose from.

    methods     one row per admissible combination of imputation, goalposts, normalisation,
                weighting and aggregation
    cases       what is scored: evidence, and the indicator left out ("" for none)
    excluded    combinations refused by design, with the reason, and the code and values by which
                a page says it (see `Refusal`); an empty cell means any level
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
    normalised: dict[tuple, pd.DataFrame]
    weights: dict[str, np.ndarray]
    kept: np.ndarray

    @cached_property
    def parts(self) -> list[str]:
        """The indicators, then the nodes below the index."""
        return _parts(self.card)


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
    columns = [*levels, "evidence", "left_out", "reason", "code", "values"]
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
        if rule not in MEAN:
            raise ValueError(
                f"node {node.id!r} is joined by {rule}; draws are calculated for means only: "
                f"{', '.join(MEAN)}."
            )


def _told(fault: ValueError) -> dict[str, object]:
    code, values = getattr(fault, "code", ""), getattr(fault, "values", {})
    return {"reason": str(fault), "code": code, "values": values}


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
            tried = {"normalisation": normalisation, "aggregation": aggregation}
            excluded.append(tried | _told(fault))
    return checked


def _normalised(
    card: Scorecard, levels: dict[str, tuple], frameworks: dict[tuple, Framework], excluded: list
) -> dict[tuple, pd.DataFrame]:
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
            found[imputation, quantiles, rule] = table
        except ValueError as fault:
            tried = {"imputation": imputation, "goalposts": quantiles, "normalisation": rule}
            excluded.append(tried | _told(fault))
    return found


def _weights(card: Scorecard, rules: tuple[str, ...], excluded: list) -> dict[str, np.ndarray]:
    found = {}
    for rule in rules:
        stored = {node: given.to_dict() for node, given in card.child_weights.items()}
        known = stored if rule == card.framework.weigh else {}
        try:
            children = child_weights(card.framework, rule, card.normalised, known)
        except ValueError as fault:
            excluded.append({"weighting": rule} | _told(fault))
            continue
        found[rule] = pd.concat(list(children.values()))[_parts(card)].to_numpy(dtype=float)
    return found


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
            told = f"no indicator is {evidence} evidence"
            fault = Refusal(told, "no_evidence", kind=evidence)
            excluded.append({"evidence": evidence} | _told(fault))
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
                told = f"node {emptied[0]!r} would have no indicator left"
                fault = Refusal(told, "emptied", node=emptied[0])
                excluded.append({"evidence": evidence, "left_out": name} | _told(fault))
                continue
            cases.append((evidence, name))
            kept.append([present[part] for part in _parts(card)])
    return pd.DataFrame(cases, columns=["evidence", "left_out"]), np.array(kept, dtype=float)
